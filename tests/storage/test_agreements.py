# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Working agreements: one text for each group, accepted as long as it is this text."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from method.agreements import Agreement
from method.ids import EventId, GroupId, UserId
from storage import agreements, groups, people, personal
from storage.database import Database
from storage.groups import Group
from storage.people import Person
from storage.tables import acceptances, inbox, members, metadata, rooms

CANARY = "Kanarienvogel"
DIRECT = "!direct:example.org"


@pytest.fixture
async def agreement(db: AsyncConnection, group: Group, person: Person) -> Agreement:
    """Return what the group has agreed on."""
    return await agreements.write(db, group.id, person.id, EventId("$one"), "Eins")


async def kept(db: AsyncConnection) -> int:
    return int(await db.scalar(select(func.count()).select_from(acceptances)) or 0)


async def test_text_is_found(db: AsyncConnection, group: Group, person: Person, agreement: Agreement):
    assert (agreement.text, agreement.author, agreement.post) == ("Eins", person.id, None)
    assert await agreements.of_group(db, group.id) == agreement
    assert await agreements.by_source(db, EventId("$one")) == agreement
    assert await agreements.by_answer(db, agreements.subject_of_answer(agreement)) == agreement
    for post_subject in (None, "agreement:1:post", "problem:1:shown:1", "item:1"):
        assert await agreements.by_answer(db, post_subject) is None


async def test_people_are_counted_once(db: AsyncConnection, agreement: Agreement):
    for event, name in (("$1", "anna"), ("$1", "anna"), ("$2", "anna"), ("$3", "ben")):
        who = await people.get_or_add(db, UserId(f"@{name}:example.org"))
        await agreements.accept(db, agreement.id, who.id, EventId(event))
    assert await agreements.accepted(db, agreement.id) == 2

    await agreements.take_back(db, EventId("$3"))

    assert await agreements.accepted(db, agreement.id) == 1
    assert await agreements.by_acceptance(db, EventId("$3")) is None


async def test_another_text_is_accepted_by_nobody(
    db: AsyncConnection, group: Group, person: Person, agreement: Agreement
):
    await agreements.accept(db, agreement.id, person.id, EventId("$thumb"))

    same = await agreements.write(db, group.id, None, EventId("$two"), "Eins")
    assert (same.id, same.source, await kept(db)) == (agreement.id, "$two", 1)
    other = await agreements.write(db, group.id, person.id, EventId("$three"), "Zwei")

    assert other.id != agreement.id
    assert await kept(db) == 0
    assert await agreements.by_answer(db, agreements.subject_of_answer(agreement)) is None


async def test_groups_have_their_own(
    db: AsyncConnection, group: Group, person: Person, agreement: Agreement, now: datetime
):
    second = await groups.add(db, "Wohnen", now=now)
    await agreements.write(db, second.id, person.id, EventId("$other"), "Anders")

    assert await agreements.of_group(db, group.id) == agreement
    assert await agreements.of_group(db, GroupId(99)) is None


async def test_who_is_forgotten_accepts_nothing_and_wrote_nothing(
    db: AsyncConnection, group: Group, person: Person, now: datetime
):
    row = {"room_id": DIRECT, "direct": True, "membership": "join", "members_complete": True}
    await db.execute(insert(rooms).values(row))
    row = {"room_id": DIRECT, "user_id": person.user_id, "membership": "join"}
    await db.execute(insert(members).values(row))
    row = {"event_id": "$dm", "room_id": DIRECT, "batch": 1, "idx": 0, "received_at": now, "attempts": 0}
    await db.execute(insert(inbox).values(row | {"state": "done", "rule": "command"}))
    written = await agreements.write(db, group.id, person.id, EventId("$dm"), "Eins")
    await agreements.accept(db, written.id, person.id, EventId("$thumb"))

    counts = await personal.forget(db, person.user_id)

    assert (counts["agreements"], counts["acceptances"], await kept(db)) == (2, 1, 0)
    left = await agreements.of_group(db, group.id)
    assert left is not None
    assert (left.text, left.author, left.source) == ("Eins", None, None)


@pytest.mark.parametrize("size", [1, 2_000], ids=["short", "long"])
async def test_erased_text_is_gone_from_every_table_and_file(database: Database, now: datetime, size: int):
    words = f"{CANARY} " * size
    async with database.transaction() as db:
        group = await groups.add(db, "Anerkennung", now=now)
        await agreements.write(db, group.id, None, EventId("$one"), words)
        written = await agreements.write(db, group.id, None, EventId("$one"), f"{words} neu")

    async with database.transaction() as db:
        await agreements.erase(db, written.id)
    await database.truncate_wal()

    async with database.reading() as db:
        for table in metadata.sorted_tables:
            for row in await db.execute(select(table)):
                assert CANARY not in str(tuple(row))
    if database.is_sqlite:
        folder = Path(str(database.url.database)).parent
        assert not any(CANARY.encode() in file.read_bytes() for file in folder.glob("tafelrunde.db*"))
