# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Links between items: the barriers that an idea answers, the entries that a decision names."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import delete, insert, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from method.ids import GroupId, ItemId
from method.items import Kind, Label, State
from storage import parts
from storage.tables import item_links, items


async def add(db: AsyncConnection, item_id: ItemId, group_id: GroupId, labels: Collection[Label]) -> None:
    """Link an item to others of its group.

    Raises:
        LookupError: one of them does not exist, or is the item itself.
    """
    wanted = {(label.kind.value, label.number) for label in labels}
    if not wanted:
        return
    query = select(items.c.id).where(
        items.c.group_id == group_id, tuple_(items.c.kind, items.c.number).in_(wanted), items.c.id != item_id
    )
    rows = [{"item_id": item_id, "target_id": found} for found in await db.scalars(query)]
    if len(rows) != len(wanted):
        raise LookupError("a linked item does not exist")
    await db.execute(insert(item_links), rows)


async def remove(db: AsyncConnection, item_id: ItemId) -> None:
    """Remove the links from an item."""
    await db.execute(delete(item_links).where(item_links.c.item_id == item_id))


async def linked_to(db: AsyncConnection, *item_ids: ItemId) -> tuple[Label, ...]:
    """Return the open items that are linked to one of these, in order; of a part, the entry it stands in."""
    linked = select(item_links.c.item_id).where(item_links.c.target_id.in_(item_ids))
    query = select(items.c.id, items.c.group_id).where(items.c.id.in_(linked))
    found = (await db.execute(query.where(items.c.state == State.OPEN.value))).all()
    if not found:
        return ()
    places = await parts.of_group(db, found[0].group_id)
    tops = {places.top(row.id) for row in found}
    rows = await db.execute(select(items.c.kind, items.c.number).where(items.c.id.in_(tops)))
    labels = [Label(Kind(row.kind), row.number) for row in rows]
    return tuple(sorted(labels, key=lambda label: label.place))
