# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What has happened to an entry stands in its order, and goes with the change or the entry."""

from __future__ import annotations

from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from method.histories import Event, Kind
from method.items import Item
from storage import erasure, histories

DAY = date(2027, 3, 1)
MOVED = Event(DAY, Kind.MOVED, None, date(2027, 3, 15))


async def test_events_are_kept_in_their_order_and_taken_back(db: AsyncConnection, barrier: Item):
    await histories.add(db, barrier.id, 1, [Event(DAY, Kind.TAKEN), MOVED])
    await histories.add(db, barrier.id, 2, [])
    await histories.add(db, barrier.id, 3, [Event(DAY, Kind.DONE)])
    before = await histories.of_item(db, barrier.id)
    await histories.take_back(db, 1)

    assert before == [Event(DAY, Kind.TAKEN), MOVED, Event(DAY, Kind.DONE)]
    assert await histories.of_item(db, barrier.id) == [Event(DAY, Kind.DONE)]


async def test_events_go_with_the_entry(db: AsyncConnection, barrier: Item):
    await histories.add(db, barrier.id, 1, [MOVED])
    await erasure.of_items(db, [barrier.id])

    assert await histories.of_item(db, barrier.id) == []
