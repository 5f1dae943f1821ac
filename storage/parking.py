# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The topic store: entries that the group wants to keep, but not on the board."""

from __future__ import annotations

from typing import Final

from sqlalchemy import bindparam, delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from method.ids import GroupId, ItemId
from method.items import State
from storage import parts, upsert
from storage.prepared import prepared
from storage.tables import items, parked_items

_COUNT: Final = prepared(
    select(func.count())
    .select_from(items)
    .where(
        items.c.group_id == bindparam("group"),
        items.c.state == State.OPEN.value,
        items.c.id.in_(select(parked_items.c.item_id)),
        parts.WHOLE.element.is_(None),
    )
)


async def park(db: AsyncConnection, item_id: ItemId) -> None:
    """Put an item into the topic store; it may lie there already."""
    await db.execute(upsert.insert(db, parked_items).values(item_id=item_id).on_conflict_do_nothing())


async def bring_back(db: AsyncConnection, item_id: ItemId) -> None:
    """Take an item out of the topic store."""
    await db.execute(delete(parked_items).where(parked_items.c.item_id == item_id))


async def is_parked(db: AsyncConnection, item_id: ItemId) -> bool:
    """Does the item lie in the topic store?"""
    query = select(parked_items.c.item_id).where(parked_items.c.item_id == item_id)
    return await db.scalar(query) is not None


async def of_group(db: AsyncConnection, group_id: GroupId) -> set[ItemId]:
    """Return what lies in the topic store of a group."""
    query = select(parked_items.c.item_id).join(items, items.c.id == parked_items.c.item_id)
    return {ItemId(found) for found in await db.scalars(query.where(items.c.group_id == group_id))}


async def count(db: AsyncConnection, group_id: GroupId) -> int:
    """Return how many entries lie in the topic store: ``items.listing`` with ``parked`` has so many."""
    found = await db.execute(_COUNT, {"group": group_id})
    return int(found.scalar_one())
