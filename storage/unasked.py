# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""How much the bot has said on a day that nobody had asked for."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Final

from sqlalchemy import bindparam, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from method.ids import GroupId
from storage import upsert
from storage.prepared import prepared
from storage.tables import unasked


async def spent(db: AsyncConnection, group_id: GroupId, day: date) -> int:
    """Return how many posts there were on this local day."""
    return int(await db.scalar(_SPENT, {"group": group_id, "on": day.isoformat()}) or 0)


_SPENT: Final = prepared(
    select(unasked.c.posts).where(unasked.c.group_id == bindparam("group"), unasked.c.day == bindparam("on"))
)


async def spend(db: AsyncConnection, group_id: GroupId, day: date) -> None:
    """Count one more post; earlier days are forgotten."""
    await db.execute(_EARLIER, {"group": group_id, "on": day.isoformat()})
    values = {"group_id": group_id, "day": day.isoformat(), "posts": 1}
    await db.execute(_spend(db.dialect.name), values)


_EARLIER: Final = prepared(
    delete(unasked).where(unasked.c.group_id == bindparam("group"), unasked.c.day < bindparam("on"))
)


@cache
def _spend(dialect: str) -> upsert.Insert:
    query = upsert.insert_for(dialect, unasked)
    more = {"posts": unasked.c.posts + 1}
    return prepared(query.on_conflict_do_update(index_elements=["group_id", "day"], set_=more))
