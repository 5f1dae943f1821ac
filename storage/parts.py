# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which items are parts of which; nothing of them is copied, so taking one apart gives the earlier state."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from method import parts as rules
from method.ids import GroupId, ItemId, PersonId
from method.items import Listed, State
from method.parts import Move, Parts
from storage import upsert
from storage.tables import item_parts, items, supports

_wholes: Final = items.alias("wholes")

#: The open entry of which a row of ``items`` is a part.
WHOLE: Final = (
    select(item_parts.c.whole_id)
    .join(_wholes, _wholes.c.id == item_parts.c.whole_id)
    .where(item_parts.c.item_id == items.c.id, _wholes.c.state == State.OPEN.value)
    .correlate(items)
    .scalar_subquery()
    .label("whole")
)


async def of_group(db: AsyncConnection, group_id: GroupId) -> Parts:
    """Return which items of the group are parts of which."""
    return await _load(db, items.c.group_id == group_id)


async def around(db: AsyncConnection, item_id: ItemId) -> Parts:
    """Return the same for the group of this item."""
    group = select(items.c.group_id).where(items.c.id == item_id).scalar_subquery()
    return await _load(db, items.c.group_id == group)


async def apply(db: AsyncConnection, moves: Sequence[Move]) -> None:
    """Make every item the part that it is after its move."""
    for move in moves:
        if move.after is None:
            await db.execute(delete(item_parts).where(item_parts.c.item_id == move.item))
        else:
            query = upsert.insert(db, item_parts).values(item_id=move.item, whole_id=move.after)
            new = {"whole_id": query.excluded.whole_id}
            await db.execute(query.on_conflict_do_update(index_elements=["item_id"], set_=new))


async def take_back(db: AsyncConnection, moves: Sequence[Move]) -> None:
    """Make every item the part that it was before its move."""
    await apply(db, [Move(move.item, move.after, move.before) for move in moves])


async def gathered(
    db: AsyncConnection, listed: Sequence[Listed], wholes: Mapping[ItemId, ItemId]
) -> list[Listed]:
    """Return a list of open items as that of the entries they make (``method.parts``).

    Args:
        db: the connection.
        listed: every open item by itself.
        wholes: the open entry by its part.
    """
    if not wholes:
        return list(listed)
    query = select(supports.c.item_id, supports.c.person_id).distinct()
    query = query.where(supports.c.item_id.in_({*wholes, *wholes.values()}))
    supporters: defaultdict[ItemId, set[PersonId]] = defaultdict(set)
    for row in await db.execute(query):
        supporters[row.item_id].add(row.person_id)
    return rules.gathered(listed, wholes, supporters)


async def _load(db: AsyncConnection, condition: ColumnElement[bool]) -> Parts:
    query = select(item_parts).join(items, items.c.id == item_parts.c.item_id).where(condition)
    recorded = {ItemId(row.item_id): ItemId(row.whole_id) for row in await db.execute(query)}
    named = {*recorded, *recorded.values()}
    gone = select(items.c.id).where(items.c.id.in_(named), items.c.state == State.WITHDRAWN.value)
    return Parts(recorded, {ItemId(found) for found in await db.scalars(gone)} if named else frozenset())
