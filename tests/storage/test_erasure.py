# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What is erased is gone: from every table, and on SQLite from every byte of every file."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from method.ids import EventId, RoomId, UserId
from method.items import Item, Kind, Note
from storage import changes, groups, items, notes, people, questions, supports
from storage.database import Database
from storage.links import linked_to
from storage.tables import metadata

NOW = datetime(2026, 3, 2, 8, 15, tzinfo=UTC)
CANARY = "Kanarienvogel"

#: A short text lies in its row, a long one on pages of its own.
SIZES = [pytest.param(1, id="short"), pytest.param(2_000, id="long")]


@pytest.fixture(params=SIZES)
async def told(request: pytest.FixtureRequest, database: Database) -> tuple[Item, Note]:
    """An item, a note and everything else that repeats the canary's words."""
    words = f"{CANARY} " * request.param
    async with database.transaction() as db:
        group = await groups.add(db, "Anerkennung", now=NOW)
        person = await people.get_or_add(db, UserId("@samira:example.org"))
        source = EventId("$source")
        item = await items.add(db, group.id, Kind.BARRIER, words, [CANARY], person.id, source, now=NOW)
        await items.add(
            db, group.id, Kind.IDEA, "Auch online", [], person.id, None, now=NOW, links=[item.label]
        )
        item = await items.rewrite(db, item.id, f"{words} neu", [f"{CANARY}2"], now=NOW, links=[])
        before = json.dumps({"text": words, "topics": [CANARY]})
        await changes.add(db, group.id, person.id, "edited", now=NOW, item_id=item.id, before=before)
        note = await notes.add(db, item.id, words, person.id, EventId("$note"), now=NOW)
        note = await notes.rewrite(db, note.id, f"{words} neu", now=NOW)
        for item_id in (item.id, None):
            await changes.add(
                db,
                group.id,
                person.id,
                "note-edited",
                now=NOW,
                item_id=item_id,
                note_id=note.id,
                before=before,
            )
        await supports.add(db, item.id, person.id, EventId("$thumb"))
    return item, note


async def erase_item(db: AsyncConnection, item: Item, note: Note) -> None:
    await items.withdraw(db, item.id, erase=True, now=NOW)


async def erase_after_withdrawing(db: AsyncConnection, item: Item, note: Note) -> None:
    await items.withdraw(db, item.id, erase=False, now=NOW)
    await items.withdraw(db, item.id, erase=True, now=NOW)


async def wait_after_withdrawing(db: AsyncConnection, item: Item, note: Note) -> None:
    await items.withdraw(db, item.id, erase=False, now=NOW)
    assert await changes.purge(db, NOW + timedelta(minutes=30))


async def rewrite_and_wait(db: AsyncConnection, item: Item, note: Note) -> None:
    await items.rewrite(db, item.id, "Neu", [], now=NOW, links=[])
    await notes.rewrite(db, note.id, "Neu", now=NOW)
    assert await changes.purge(db, NOW + timedelta(minutes=30))


async def erase_the_note_and_rewrite_the_item(db: AsyncConnection, item: Item, note: Note) -> None:
    await notes.withdraw(db, note.id, erase=True, now=NOW)
    await items.rewrite(db, item.id, "Neu", [], now=NOW, links=[])
    for change in await changes.of_item(db, item.id):
        await changes.remove(db, change.id)


WAYS = [
    erase_item,
    erase_after_withdrawing,
    wait_after_withdrawing,
    rewrite_and_wait,
    erase_the_note_and_rewrite_the_item,
]


@pytest.mark.parametrize("erase", WAYS)
async def test_erased_words_are_nowhere(
    database: Database,
    tmp_path: Path,
    told: tuple[Item, Note],
    erase: Callable[[AsyncConnection, Item, Note], Awaitable[None]],
):
    assert await rows_with_canary(database)
    assert bool(files_with_canary(tmp_path)) == database.is_sqlite

    async with database.transaction() as db:
        await erase(db, *told)
    await database.truncate_wal()

    assert await rows_with_canary(database) == []
    assert files_with_canary(tmp_path) == []


async def test_erased_item_is_linked_to_nobody(database: Database, told: tuple[Item, Note]):
    item, _ = told
    async with database.transaction() as db:
        await items.withdraw(db, item.id, erase=True, now=NOW)

        assert await supports.count(db, item.id) == 0
        assert await linked_to(db, item.id) == ()
        assert await notes.of_item(db, item.id) == []
        assert await changes.of_item(db, item.id) == []
        assert (await items.by_id(db, item.id)).author is None
        left = await notes.by_source(db, EventId("$note"))
        assert left is not None
        assert left.author is None


async def test_erasing_one_item_leaves_the_others(database: Database, told: tuple[Item, Note]):
    item, _ = told
    async with database.transaction() as db:
        other = await items.add(db, item.group_id, Kind.BARRIER, "Andere", ["Amt"], None, None, now=NOW)
        note = await notes.add(db, other.id, "Bei uns auch", None, None, now=NOW)

        await items.withdraw(db, item.id, erase=True, now=NOW)

        assert await items.by_id(db, other.id) == other
        assert await notes.of_item(db, other.id) == [note]
        assert [str(listed.item.label) for listed in await items.listing(db, item.group_id)] == ["B2", "I1"]


async def test_answered_and_dropped_questions_are_nowhere(database: Database, tmp_path: Path):
    async with database.transaction() as db:
        person = await people.get_or_add(db, UserId("@samira:example.org"))
        room = RoomId("!room:example.org")
        line = f"barriere {CANARY}"
        for kind, event_id in (("suggestion", "$1"), ("blank", "$2"), ("group", "$3")):
            await questions.ask(db, room, person.id, kind, line, EventId(event_id), now=NOW)
    async with database.transaction() as db:
        first = await questions.by_event(db, EventId("$1"))
        assert first is not None
        await questions.answer(db, first.id)
        await questions.drop(db, EventId("$2"))
        assert await questions.purge(db, NOW + timedelta(minutes=15))
    await database.truncate_wal()

    assert await rows_with_canary(database) == []
    assert files_with_canary(tmp_path) == []


async def test_replaced_goal_is_nowhere(database: Database, tmp_path: Path):
    async with database.transaction() as db:
        group = await groups.add(db, "Anerkennung", now=NOW)
        await groups.set_goal(db, group.id, f"{CANARY} " * 2_000, EventId("$goal"))
    async with database.transaction() as db:
        await groups.set_goal(db, group.id, None, None)
    await database.truncate_wal()

    assert await rows_with_canary(database) == []
    assert files_with_canary(tmp_path) == []


async def rows_with_canary(database: Database) -> list[str]:
    async with database.reading() as db:
        return [
            table.name
            for table in metadata.sorted_tables
            for row in await db.execute(select(table))
            if CANARY in str(row)
        ]


def files_with_canary(folder: Path) -> list[str]:
    """Search a running SQLite's files; of PostgreSQL's there are none here (its VACUUM cleans them)."""
    return [
        path.name
        for path in sorted(folder.rglob("*"))
        if path.is_file() and CANARY.encode() in path.read_bytes()
    ]
