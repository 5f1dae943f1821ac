# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The export holds the whole board and nobody's name."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest
from sqlalchemy import event, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from method.ids import EventId
from method.items import Item, Kind
from method.settings import Settings
from storage import exports, groups, items, notes, supports
from storage.database import Database
from storage.groups import Group
from storage.inline import InlineConnection
from storage.people import Person
from storage.tables import rooms

ROOM = "!room:example.org"


@pytest.fixture
async def room(db: AsyncConnection, group: Group) -> str:
    row = {
        "room_id": ROOM,
        "group_id": group.id,
        "direct": False,
        "membership": "join",
        "members_complete": True,
    }
    await db.execute(insert(rooms).values(row))
    return ROOM


async def test_export_is_the_whole_board(
    db: AsyncConnection, group: Group, room: str, person: Person, barrier: Item, now: datetime
):
    later = now + timedelta(hours=1)
    await groups.set_goal(db, group.id, "Anerkennung in drei Monaten", EventId("$goal"))
    gone = await items.add(
        db, group.id, Kind.BARRIER, "Vergessen", ["Amt"], person.id, EventId("$2"), now=now
    )
    await items.add(
        db,
        group.id,
        Kind.IDEA,
        "Auch online",
        [],
        person.id,
        EventId("$3"),
        now=now,
        links=[barrier.label, gone.label],
    )
    await supports.add(db, barrier.id, person.id, EventId("$thumb"))
    await supports.add(db, gone.id, person.id, EventId("$thumb2"))
    kept = await notes.add(db, barrier.id, "Bei uns auch", person.id, EventId("$n1"), now=now)
    await notes.rewrite(db, kept.id, "Bei uns im Amt auch", now=later)
    for item, event_id in ((barrier, "$n2"), (gone, "$n3")):
        await notes.add(db, item.id, "Vergessen", person.id, EventId(event_id), now=now)
    unwanted = await notes.by_source(db, EventId("$n2"))
    assert unwanted is not None
    await notes.withdraw(db, unwanted.id, erase=False, now=now)
    await items.withdraw(db, gone.id, erase=False, now=later)

    exported = await exports.group(db, room)

    on_the_board = {"part_of": None, "parked": False, "review": None}
    times = {"created": "2026-03-02T08:15:00Z", "changed": "2026-03-02T08:15:00Z"}
    assert exported == {
        "format": "tafelrunde-export",
        "version": 1,
        "group": {
            "name": "Anerkennung",
            "goal": "Anerkennung in drei Monaten",
            "step": 1,
            "state": "active",
            "created": "2026-03-02T08:15:00Z",
        },
        "settings": {"language": "de", **Settings().as_stored()},
        "items": [
            {
                "id": "B1",
                "kind": "barrier",
                "text": "Formular nur auf Papier",
                "topics": ["Amt"],
                "links": [],
                "notes": [
                    {
                        "text": "Bei uns im Amt auch",
                        "kind": "note",
                        "sector": None,
                        "created": "2026-03-02T08:15:00Z",
                        "changed": "2026-03-02T09:15:00Z",
                    }
                ],
                "support": 1,
                "state": "open",
                **times,
                **on_the_board,
            },
            {
                "id": "B2",
                "kind": "barrier",
                "text": None,
                "topics": [],
                "links": [],
                "notes": [],
                "support": 0,
                "state": "withdrawn",
                "created": "2026-03-02T08:15:00Z",
                "changed": "2026-03-02T09:15:00Z",
                **on_the_board,
            },
            {
                "id": "I1",
                "kind": "idea",
                "text": "Auch online",
                "topics": [],
                "links": ["B1"],
                "notes": [],
                "support": 0,
                "state": "open",
                **times,
                **on_the_board,
            },
        ],
    }
    assert json.loads(json.dumps(exported)) == exported


async def test_export_names_nobody(db: AsyncConnection, room: str, person: Person, barrier: Item):
    await supports.add(db, barrier.id, person.id, EventId("$thumb"))

    written = json.dumps(await exports.group(db, room))

    assert "samira" not in written
    assert "example.org" not in written
    assert "$" not in written


async def test_export_by_name(db: AsyncConnection, group: Group, room: str):
    assert await exports.group(db, "Anerkennung") == await exports.group(db, room)


async def test_export_of_an_empty_board(db: AsyncConnection, room: str):
    assert (await exports.group(db, room))["items"] == []


async def test_export_by_a_name_of_two_groups_raises(db: AsyncConnection, room: str, now: datetime):
    await groups.add(db, "Anerkennung", now=now)

    with pytest.raises(LookupError, match="several groups have this name"):
        await exports.group(db, "Anerkennung")
    assert (await exports.group(db, room))["group"]["name"] == "Anerkennung"


@pytest.mark.parametrize("unknown", ["!nowhere:example.org", "Wohnen", ""])
async def test_export_of_an_unknown_group_raises(db: AsyncConnection, room: str, unknown: str):
    with pytest.raises(LookupError, match="no such group"):
        await exports.group(db, unknown)


async def test_export_of_any_size_takes_the_same_queries(
    database: Database, db: AsyncConnection, group: Group, room: str, now: datetime
):
    for number in range(30):
        item = await items.add(db, group.id, Kind.BARRIER, f"Text {number}", ["Amt"], None, None, now=now)
        await notes.add(db, item.id, "Bei uns auch", None, None, now=now)
    queries: list[str] = []
    if isinstance(db, InlineConnection):
        db.driver.set_trace_callback(queries.append)
    else:
        event.listen(database.sync_engine, "before_cursor_execute", lambda *args: queries.append(args[2]))

    exported = await exports.group(db, room)

    assert (len(exported["items"]), len(queries)) == (30, 7)
