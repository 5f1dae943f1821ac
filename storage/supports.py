# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Support: the 👍 on an item, one row for each reaction, one voice for each person."""

from __future__ import annotations

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from method.ids import EventId, ItemId, PersonId
from storage import upsert
from storage.tables import supports


async def add(db: AsyncConnection, item_id: ItemId, person_id: PersonId, event_id: EventId) -> None:
    """Remember a reaction; the same one again changes nothing."""
    query = upsert.insert(db, supports).values(event_id=event_id, item_id=item_id, person_id=person_id)
    await db.execute(query.on_conflict_do_nothing())


async def by_event(db: AsyncConnection, event_id: EventId) -> tuple[ItemId, PersonId] | None:
    """Return under which item a reaction stands, and whose it is."""
    query = select(supports.c.item_id, supports.c.person_id).where(supports.c.event_id == event_id)
    row = (await db.execute(query)).one_or_none()
    return (row.item_id, row.person_id) if row else None


async def remove(db: AsyncConnection, event_id: EventId) -> ItemId | None:
    """Forget a reaction that was deleted; return the item it stood under."""
    query = delete(supports).where(supports.c.event_id == event_id).returning(supports.c.item_id)
    return await db.scalar(query)


async def count(db: AsyncConnection, *item_ids: ItemId) -> int:
    """Return how many people support one of the items, each of them once."""
    query = select(func.count(supports.c.person_id.distinct())).where(supports.c.item_id.in_(item_ids))
    return int((await db.execute(query)).scalar_one())
