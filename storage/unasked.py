# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""How much the bot has said on a day that nobody had asked for."""

from __future__ import annotations

from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from method.ids import GroupId
from storage import upsert
from storage.tables import unasked


async def spent(db: AsyncConnection, group_id: GroupId, day: date) -> int:
    """Return how many posts there were on this local day."""
    here = (unasked.c.group_id == group_id) & (unasked.c.day == day.isoformat())
    return int(await db.scalar(select(unasked.c.posts).where(here)) or 0)


async def spend(db: AsyncConnection, group_id: GroupId, day: date) -> None:
    """Count one more post; earlier days are forgotten."""
    earlier = (unasked.c.group_id == group_id) & (unasked.c.day < day.isoformat())
    await db.execute(delete(unasked).where(earlier))
    query = upsert.insert(db, unasked).values(group_id=group_id, day=day.isoformat(), posts=1)
    more = {"posts": unasked.c.posts + 1}
    await db.execute(query.on_conflict_do_update(index_elements=["group_id", "day"], set_=more))
