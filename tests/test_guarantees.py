# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the bot promises to people: nothing it does counts, ranks, times or lists them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po

from bot.health import COUNTERS, GAUGES
from config.texts import LANGUAGES
from storage import exports
from storage.tables import metadata
from storage.tables import people as people_table
from tests.chat import GROUP, Chat, user

ROOT = Path(__file__).parent.parent

#: Columns that say who a person is: the numbers of ours, and what the homeserver calls them.
PERSON = {
    column.name
    for table in metadata.sorted_tables
    for column in table.c
    if column.references(people_table.c.id) or column.name in {"user_id", "sender", "display_name"}
}

#: What makes figures, ranks and moments of rows.
FIGURES = {
    "avg", "count", "cume_dist", "dense_rank", "distinct", "group_by", "lag", "lead", "max", "min", "ntile",
    "order_by", "over", "partition_by", "percent_rank", "rank", "row_number", "sum", "total",
}  # fmt: skip

#: What is allowed, and why.
ALLOWED = {
    "items.py: count(supports.c.person_id)": "how many people support an item: the item's figure, not theirs",
    "agreements.py: count(acceptances.c.person_id)": "how many accept the agreements: the text's figure, not theirs",
    "agreements.py: distinct(acceptances.c.person_id)": "one person is one voice",
    "supports.py: count(supports.c.person_id)": "the same",
    "items.py: distinct(supports.c.person_id)": "one person is one voice",
    "supports.py: distinct(supports.c.person_id)": "the same",
    "parts.py: distinct(supports.c.person_id)": "one person is one voice, over all parts of an item",
    "sectors.py: group_by(sector_marks.c.person_id)": "the latest mark counts; only sums from three on are shown",
    "inbox.py: group_by(inbox.c.sender)": "until when a flood is held back; gone when it is handled, shown to nobody",
    "rooms.py: order_by(members_table.c.user_id)": "the list of members as the homeserver gives it, by user id",
}


def figures(name: str, source: str) -> Iterator[str]:
    """Yield every place where a figure is made of a column about a person."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        made = node.func.attr
        if made not in FIGURES:
            continue
        # What it is made of: its arguments, or what it is called on ("people.c.id.distinct()").
        parts = [*node.args, *(keyword.value for keyword in node.keywords)] or [node.func.value]
        for part in parts:
            for column in ast.walk(part):
                if _is_person(column):
                    yield f"{name}: {made}({ast.unparse(column)})"


def _is_person(node: ast.AST) -> bool:
    if not isinstance(node, ast.Attribute):
        return False
    of_table = isinstance(node.value, ast.Attribute) and node.value.attr == "c"
    people = of_table and ast.unparse(node.value).startswith("people")
    return of_table and (node.attr in PERSON or (people and node.attr == "id"))


def test_no_query_makes_a_figure_of_persons():
    found = {
        place
        for path in sorted((ROOT / "storage").glob("*.py"))
        for place in figures(path.name, path.read_text(encoding="utf-8"))
    }

    assert found - set(ALLOWED) == set()
    assert set(ALLOWED) - found == set(), "no longer needed"


@pytest.mark.parametrize(
    "query",
    [
        "select(func.count()).group_by(items.c.author_id)",
        "select(items.c.author_id, func.count(items.c.author_id))",
        "select(people).order_by(people.c.id)",
        "select(func.max(changes.c.at)).group_by(changes.c.person_id)",
        "func.rank().over(partition_by=notes.c.author_id)",
        "select(members.c.user_id.distinct())",
    ],
)
def test_such_a_query_would_be_noticed(query: str):
    assert list(figures("new.py", query)) != []


def test_no_metric_has_a_label_or_name_about_a_person():
    labels = {label for _help, label in COUNTERS.values() if label}
    assert labels == {"command", "errcode", "kind", "part", "result", "rule"}

    about = re.compile(r"user|person|people|sender|author|member|name|account")
    assert [name for name in (*COUNTERS, *GAUGES) if about.search(name)] == []


def keys(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from keys(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from keys(inner)


async def test_no_export_says_who(chat: Chat):
    first = await chat.says("!barriere Formular nur auf Papier", by="ewa")
    await chat.says("+ Bei uns auch", by="lina", reply_to=first)
    await chat.reacts(first, by="henrik")

    async with chat.db.reading() as db:
        exported = await exports.group(db, GROUP)

    about = re.compile(r"user|person|people|sender|author|member|owner|account|by$|who|event|room")
    assert [key for key in keys(exported) if about.search(key)] == []
    assert [name for name in ("ewa", "lina", "henrik", "katrin") if name in str(exported).lower()] == []
    assert exported["items"][0]["support"] == 1


#: What names somebody for not having done something, or makes a rate of people (R6).
MISSING = {
    "de": re.compile(
        r"fehlt noch|fehlen noch|noch nicht geantwortet|hat nicht|haben nicht|prozent|%", re.IGNORECASE
    ),
    "en": re.compile(r"still missing|not answered yet|has not|have not|percent|%", re.IGNORECASE),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_text_names_somebody_as_missing(language: str):
    said = [
        str(message.string)
        for path in sorted((ROOT / "config" / "catalogues").glob(f"*{language}.po"))
        if not path.name.startswith("operator")
        for message in read_po(BytesIO(path.read_bytes()), locale=language)
    ]

    assert [words for words in said if MISSING[language].search(words)] == []


async def test_no_answer_lists_people_by_what_they_did(chat: Chat):
    first = await chat.says("!barriere Formular nur auf Papier", by="ewa")
    await chat.says("!barriere Keine Kurse", by="ewa")
    await chat.says("+ Bei uns auch", by="lina", reply_to=first)
    await chat.reacts(first, by="henrik")
    await chat.answers()

    for command in ("!board", "!board barrieren", "!zeige B1", "!hilfe alles", "!datenschutz"):
        await chat.says(command, by="murat")

    said = "\n".join(await chat.answers())
    assert [
        name for name in ("ewa", "lina", "henrik", user("ewa")) if re.search(rf"\b{name}\b", said.lower())
    ] == []
