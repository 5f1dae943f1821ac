# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Support is counted in people, not in reactions."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from method.ids import EventId, UserId
from method.items import Item
from storage import people, supports


async def test_support_counts_people_not_reactions(db: AsyncConnection, barrier: Item):
    anna = await people.get_or_add(db, UserId("@anna:example.org"))
    ben = await people.get_or_add(db, UserId("@ben:example.org"))
    await supports.add(db, barrier.id, anna.id, EventId("$thumb"))
    await supports.add(db, barrier.id, anna.id, EventId("$heart"))
    await supports.add(db, barrier.id, ben.id, EventId("$ben"))

    assert await supports.count(db, barrier.id) == 2


async def test_support_same_reaction_twice_changes_nothing(db: AsyncConnection, barrier: Item):
    anna = await people.get_or_add(db, UserId("@anna:example.org"))
    await supports.add(db, barrier.id, anna.id, EventId("$thumb"))
    await supports.add(db, barrier.id, anna.id, EventId("$thumb"))

    assert await supports.remove(db, EventId("$thumb")) == barrier.id
    assert await supports.count(db, barrier.id) == 0


async def test_remove_of_one_of_two_reactions_keeps_the_support(db: AsyncConnection, barrier: Item):
    anna = await people.get_or_add(db, UserId("@anna:example.org"))
    await supports.add(db, barrier.id, anna.id, EventId("$thumb"))
    await supports.add(db, barrier.id, anna.id, EventId("$heart"))

    await supports.remove(db, EventId("$thumb"))

    assert await supports.count(db, barrier.id) == 1


async def test_remove_of_an_unknown_reaction_finds_no_item(db: AsyncConnection):
    assert await supports.remove(db, EventId("$never")) is None


async def test_by_event_tells_item_and_person(db: AsyncConnection, barrier: Item):
    anna = await people.get_or_add(db, UserId("@anna:example.org"))
    await supports.add(db, barrier.id, anna.id, EventId("$thumb"))

    assert await supports.by_event(db, EventId("$thumb")) == (barrier.id, anna.id)
    assert await supports.by_event(db, EventId("$never")) is None
