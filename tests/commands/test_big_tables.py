# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What people do reads the rows it is about: after two years there are a million others."""

from __future__ import annotations

import re
import sqlite3
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from types import FrameType
from typing import Any, Final

from sqlalchemy import event

import storage
from bot.demo.script import load
from storage.database import Database
from storage.tables import metadata
from tests.chat import Chat
from tests.commands.test_three_weeks import Play

_STORAGE: Final = str(Path(storage.__file__).parent)
#: They pass statements on.
_BELOW: Final = ("database.py", "inline.py", "prepared.py")
_VALUE: Final = re.compile(r"[xX]?'(?:[^']|'')*'|\b\d+\b")
_NAME: Final = re.compile(r'(?:FROM|JOIN|UPDATE|INTO|,)\s+"?(\w+)"?(?:\s+AS\s+(\w+))?')
_SCAN: Final = re.compile(r"SCAN (\w+)")
#: All that waits to be sent is read.
_ALL_UNSENT: Final = "ix_outbox_open (state=?)"


def whose(frame: FrameType | None) -> str:
    """Return the function of the storage that has asked; empty if it was a test."""
    while frame is not None:
        path = Path(frame.f_code.co_filename)
        if str(path.parent) == _STORAGE and path.name not in _BELOW:
            return f"{path.stem}.{frame.f_code.co_name}"
        frame = frame.f_back
    return ""


async def heard(db: Database) -> dict[str, tuple[str, str]]:
    """Return where each statement will stand once, by its form: itself, and which function has asked."""
    found: dict[str, tuple[str, str]] = {}

    def note(statement: str) -> None:
        form = _VALUE.sub("?", statement)
        if form not in found:
            found[form] = statement, whose(sys._getframe(1))

    def listen(connection: Any, _record: object) -> None:
        getattr(connection, "driver_connection", connection).set_trace_callback(note)

    # Whoever is connected already would not be heard.
    await db.close()
    event.listen(db.sync_engine, "connect", listen)
    return found


def plans(db: Database, statements: Mapping[str, tuple[str, str]]) -> Iterator[tuple[str, str, str]]:
    """Yield functions, statements and the steps in which SQLite answers them.

    Of two indexes that seem equal to it, SQLite takes the one that was made later: each order must be good.
    """
    with (
        closing(sqlite3.connect(str(db.url.database))) as file,
        closing(sqlite3.connect(":memory:")) as reader,
    ):
        file.backup(reader)
        made = reader.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL")
        indexes = sorted(made.fetchall())
        for order in (indexes, indexes[::-1]):
            for name, _ in order:
                reader.execute(f"DROP INDEX {name}")
            for _, sql in order:
                reader.execute(sql)
            for statement, function in statements.values():
                if function and statement.startswith(("SELECT", "UPDATE", "DELETE", "INSERT", "WITH")):
                    for *_, step in reader.execute(f"EXPLAIN QUERY PLAN {statement}"):
                        yield function, statement, step


def scans(db: Database, statements: Mapping[str, tuple[str, str]]) -> dict[str, set[str]]:
    """Return which functions read which tables as a whole."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for function, statement, step in plans(db, statements):
        names = {alias or name: name for name, alias in _NAME.findall(statement)}
        if (scan := _SCAN.match(step)) and (table := str(names.get(scan[1], scan[1]))) in metadata.tables:
            found[function].add(table)
        elif _ALL_UNSENT in step:
            found[function].add("outbox")
    return dict(found)


#: Tables that stay small, and why: these may be read as a whole.
_SMALL: Final = {
    "absences": "until they are over",
    "agreements": "one a group",
    "anonymous": "until its hour",
    "changes": "for 30 minutes",
    "checkin_answers": "for 14 days",
    "checkins": "for 14 days",
    "echoes": "in a restored database",
    "gaps": "while the bot catches up",
    "groups": "one a group",
    "meeting_rounds": "one a meeting, if at all",
    "poll_votes": "until the poll ends",
    "questions": "for 15 minutes",
    "receipts": "one row of it is read",
    "rooms": "one a group or person",
    "sync_state": "one row",
    "timers": "what is still to come",
    "to_device": "until they are handled",
}
#: Functions that may read whole tables, and when.
_RARE: Final = {
    "direct.open_posts": "what waits, when a direct room was opened",
    "lanes.all_rooms": "what waits, every five seconds",
    "lanes.rooms": "what waits, after a start or an outage",
    "outbox.hasten": "what waits, every minute",
    "outbox.oldest_unsent": "what waits, every minute",
    "outbox.unsent": "what waits, every minute",
    "personal._rows": "when somebody asks for their data",
    "personal.gone": "every night",
    "poll_votes.latest": "to take something back",
    "polls.purge": "every night",
    "reminders.move_on": "when somebody has left",
    "retention._journal": "every night",
    "retention._moments": "every night",
    "retros.purge": "every night",
    "retros.purge_box": "every night",
}


async def test_what_people_do_reads_no_big_table_as_a_whole(silent_chat: Chat) -> None:
    chat = silent_chat
    statements = await heard(chat.db)
    play = Play(chat, load())
    for line in play.script.lines:
        await play.line(line)
    await chat.says("!barriere Termine nur vormittags")
    await chat.says("!korrigieren B12: Termine nur am Vormittag")
    await chat.redacts(await chat.says("!idee Termine am Abend"))
    await chat.tells("!stand")
    await chat.tells("!meinedaten")
    await chat.pass_time(seconds=20)

    found = scans(chat.db, statements)

    assert len(statements) > 400
    assert {name for name in found if found[name] - _SMALL.keys()} - _RARE.keys() == set()


async def test_a_look_through_a_big_table_is_noticed(chat: Chat) -> None:
    forms = (
        "SELECT id FROM outbox WHERE room_id = '!a'",
        "SELECT o.id FROM items JOIN outbox AS o ON o.id = items.id + 1 WHERE items.group_id = 1",
        "UPDATE outbox SET error = 'x' WHERE payload IS NOT NULL AND state = 'new' AND kind = 'event'",
        "SELECT id FROM outbox WHERE id = 3",
    )
    statements = {form: (form, str(number)) for number, form in enumerate(forms)}

    assert scans(chat.db, statements) == {"0": {"outbox"}, "2": {"outbox"}}


async def test_an_edit_reads_only_edits_of_the_same_post_that_wait(chat: Chat) -> None:
    await chat.says("!barriere Termine nur vormittags")
    statements = await heard(chat.db)
    await chat.pass_time(seconds=20)
    await chat.says("!barriere Formulare nur auf Deutsch")
    await chat.pass_time(seconds=20)

    steps = {
        step
        for function, statement, step in plans(chat.db, statements)
        if function == "outbox.add" and statement.startswith("UPDATE")
    }

    assert steps == {"SEARCH outbox USING INDEX ix_outbox_open_target_id (target_id=? AND state=?)"}
