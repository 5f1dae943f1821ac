# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Whatever a group is like: its export, taken into another group and exported there, says the same."""

from __future__ import annotations

import asyncio
import json
import shutil
from datetime import UTC, date, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy.ext.asyncio import AsyncConnection

from method.histories import Kind as Happened
from method.polls import Kind as PollKind
from method.polls import Openness
from method.seats import OPEN
from method.sectors import BUILT_IN
from method.settings import STATES, Settings
from method.views import Sector
from method.words import clean, fold
from storage import documents, exports, groups, imports
from storage.database import Database
from tests.fixtures_database import Databases

NOW = datetime(2027, 2, 22, 13, 21, tzinfo=UTC)
LANGUAGES = ("de", "en")

#: What people may have written, as the bot keeps it.
texts = st.text(max_size=30).map(clean).filter(bool)
#: Topics and sectors stand in one line.
names = texts.map(lambda words: " ".join(words.split())).filter(lambda words: bool(fold(words)))
times = st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1)).map(  # noqa: DTZ001 -- becomes UTC in the next line
    lambda moment: moment.strftime("%Y-%m-%dT%H:%M:%SZ")
)
sectors = st.sampled_from(Sector).map(str)
notes = st.one_of(
    st.fixed_dictionaries(
        {"text": texts, "kind": st.sampled_from(["note", "why"]), "sector": st.none()}
        | dict.fromkeys(("created", "changed"), times)
    ),
    st.fixed_dictionaries(
        {"text": texts, "kind": st.just("view"), "sector": sectors}
        | dict.fromkeys(("created", "changed"), times)
    ),
)
days = st.dates(date(2027, 1, 1), date(2028, 12, 31)).map(date.isoformat)
choices = st.fixed_dictionaries(
    {},
    optional={
        "address": st.sampled_from(["neutral", "sie", "du"]),
        "state": st.sampled_from(STATES),
        "zone": st.sampled_from(["Europe/Berlin", "Asia/Kathmandu"]),
        "occasion": st.sampled_from(["", "project"]),
        "alternate": st.sampled_from(["on", "off"]),
    },
).map(lambda chosen: Settings.stored(chosen).as_stored())


#: Nobody has those of a copy: none of them runs.
how_tasks_stand = st.fixed_dictionaries(
    {
        "stage": st.sampled_from(["open", "blocked", "done"]),
        "due": st.none() | days,
        "done": st.none() | days,
        "reason": st.none() | texts,
    }
)


#: Twice the same in a row is told once.
events = st.fixed_dictionaries(
    {
        "day": days,
        "kind": st.sampled_from(Happened).map(str),
        "was": st.none() | days,
        "becomes": st.none() | days,
    }
)
histories = st.lists(events, max_size=3).map(lambda listed: [one for one, _ in groupby(listed)])


@st.composite
def entries(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Return barriers, then ideas, tasks, decisions; some are withdrawn, parked, linked, or part of the first."""
    listed: list[dict[str, Any]] = []
    barriers = draw(st.lists(st.integers(1, 50), max_size=4, unique=True).map(sorted))
    ideas = draw(st.lists(st.integers(1, 50), max_size=3, unique=True).map(sorted))
    tasks = draw(st.lists(st.integers(1, 50), max_size=2, unique=True).map(sorted))
    decisions = draw(st.lists(st.integers(1, 50), max_size=2, unique=True).map(sorted))
    for kind, letter, numbers in (
        ("barrier", "B", barriers),
        ("idea", "I", ideas),
        ("task", "A", tasks),
        ("decision", "E", decisions),
    ):
        decided = kind in ("decision", "task")
        for number in numbers:
            text = draw(st.none() | texts)
            links = (
                draw(st.sets(st.sampled_from(barriers))) if kind != "barrier" and text and barriers else set()
            )
            whole = f"{letter}{numbers[0]}"
            is_open = {one["id"] for one in listed if one["state"] == "open"}
            listed.append(
                {
                    "id": f"{letter}{number}",
                    "kind": kind,
                    "text": text,
                    "topics": draw(st.lists(names, max_size=2, unique_by=fold)) if text else [],
                    "links": [f"B{link}" for link in sorted(links) if f"B{link}" in is_open],
                    "notes": draw(st.lists(notes, max_size=2)) if text else [],
                    "support": 0,
                    "state": "open" if text else "withdrawn",
                    "created": draw(times),
                    "changed": draw(times),
                    "review": draw(st.none() | days) if text and kind == "decision" else None,
                    "task": draw(how_tasks_stand) if text and kind == "task" else None,
                    "part_of": whole
                    if text and not decided and whole in is_open and draw(st.booleans())
                    else None,
                    "parked": bool(text) and not decided and draw(st.booleans()),
                    "history": draw(histories) if text else [],
                }
            )
    return listed


@st.composite
def core_problem(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Return versions that were replaced, perhaps one that holds, perhaps one that is proposed."""
    version = {"text": texts, "in_favour": st.integers(0, 9), "proposed": times}
    replaced = st.fixed_dictionaries(version | {"state": st.just("replaced"), "agreed": st.none() | times})
    agreed = st.fixed_dictionaries(version | {"state": st.just("agreed"), "agreed": times})
    proposed = st.fixed_dictionaries(version | {"state": st.just("proposed"), "agreed": st.none()})
    listed: list[dict[str, Any]] = draw(st.lists(replaced, max_size=3))
    for last in (agreed, proposed):
        listed += draw(st.lists(last, max_size=1))
    return listed


options = st.fixed_dictionaries(
    {
        "text": st.none() | st.just("") | texts,
        "at": st.none() | times,
        "whole_day": st.booleans(),
        "entry": st.none() | st.just("B51"),
    }
)


@st.composite
def polls(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Return open polls, ended ones, and secret ones in which too few have voted."""
    listed = []
    for number in draw(st.lists(st.integers(1, 50), max_size=3, unique=True).map(sorted)):
        state, openness = draw(st.sampled_from(["open", "closed"])), draw(st.sampled_from(Openness)).value
        people = draw(st.integers(5 if openness == "secret" else 0, 300)) if state == "closed" else None
        if openness == "secret" and draw(st.booleans()):
            people = None
        votes = st.none() if people is None else st.integers(0, 3000)
        listed.append(
            {
                "id": f"U{number}",
                "kind": draw(st.sampled_from(PollKind)).value,
                "question": draw(texts),
                "openness": openness,
                "most": draw(st.integers(1, 20)),
                "state": state,
                "ends": draw(times),
                "people": people,
                "options": [
                    {"number": place, **option, "votes": draw(votes)}
                    for place, option in enumerate(draw(st.lists(options, max_size=4)), 1)
                ],
                "decisions": [],
            }
        )
    return listed


@st.composite
def exported(draw: st.DrawFn) -> dict[str, Any]:
    """Return what a group may export."""
    language = draw(st.sampled_from(LANGUAGES))
    usual = [{"id": key, "name": sector.name.render(language)} for key, sector in BUILT_IN.items()]
    own = draw(st.lists(names, max_size=3, unique_by=fold))
    sprint = st.fixed_dictionaries({"goal": texts, "starts": days, "ends": days, "ended": days})
    sprints = draw(st.dictionaries(st.integers(1, 50), sprint, max_size=2))
    seats = draw(st.dictionaries(st.integers(1, 50), st.tuples(texts, st.sampled_from(OPEN)), max_size=3))
    return {
        "format": "tafelrunde-export",
        "version": 1,
        "group": {
            "name": draw(texts),
            "goal": draw(st.none() | texts),
            "agreements": draw(st.none() | texts),
            "step": draw(st.integers(1, 5)),
            "state": draw(st.sampled_from(["active", "paused"])),
            "created": draw(times),
        },
        "settings": {"language": language, **draw(choices)},
        "items": draw(entries()),
        "core_problem": draw(core_problem()),
        "sectors": {"used": [*usual, *({"id": None, "name": name} for name in own)], "balance": []},
        "polls": draw(polls()),
        "meetings": [],
        "agenda": [],
        "series": [],
        "reminders": [],
        "seats": [
            {"id": f"W{number}", "text": words, "state": stage.value}
            for number, (words, stage) in sorted(seats.items())
        ],
        "sprints": [{"number": number, **found} for number, found in sorted(sprints.items())],
        "retros": [],
        "guests_until": [],
        "checkins": None,
    }


def carried(document: dict[str, Any]) -> dict[str, Any]:
    """Return what a copy takes over, as docs/export.md says."""
    kept = [version for version in document["core_problem"] if version["state"] != "proposed"]
    group = {name: document["group"][name] for name in ("goal", "agreements", "step")}
    ended = [poll for poll in document["polls"] if poll["state"] == "closed"]
    return document | {"group": group, "core_problem": kept, "polls": ended}


def structure(document: dict[str, Any]) -> dict[str, Any]:
    """Return what a template takes over."""
    group = {"goal": document["group"]["goal"], "agreements": None, "step": 1}
    gone: dict[str, Any] = {"items": [], "core_problem": [], "polls": [], "seats": [], "sprints": []}
    return document | gone | {"group": group}


@pytest.fixture(scope="module")
def file(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a database without rows."""
    folder = tmp_path_factory.mktemp("round_trips")
    migrated = asyncio.run(databases.migrated("sqlite", folder))
    copy = folder / "copy.db"
    shutil.copyfile(migrated.partition("///")[2], copy)
    return copy


class Enough(Exception):  # noqa: N818 -- no error: the example is over and leaves nothing
    pass


async def taken(db: AsyncConnection, document: dict[str, Any], *, template: bool) -> dict[str, Any]:
    """Import a document into a new group; return what that exports."""
    group = await groups.add(db, "Neu", now=NOW)
    await imports.take_in(db, group.id, documents.read(json.dumps(document).encode()), template=template)
    return await exports.of_group(db, group.id)


@settings(max_examples=25, phases=[Phase.explicit, Phase.generate])
@given(exported())
def test_what_a_group_exports_is_what_its_copy_exports(file: Path, document: dict[str, Any]):
    async def play() -> None:
        database = Database(f"sqlite:///{file}")
        try:
            async with database.transaction() as db:
                copy = await taken(db, document, template=False)
                assert carried(copy) == carried(document)
                assert carried(await taken(db, copy, template=False)) == carried(document)
                template = await taken(db, document, template=True)
                assert structure(template) == carried(template) == structure(document)
                raise Enough
        except Enough:
            pass
        finally:
            await database.close()

    asyncio.run(play())
