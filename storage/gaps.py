# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Stretches of a room's timeline that /sync left out; what comes after one waits until it is fetched."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from method.ids import RoomId
from storage.prepared import prepared
from storage.tables import gaps


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch of timeline to be fetched backwards from ``from_token``."""

    id: int
    room_id: RoomId
    batch: int
    from_token: str
    to_token: str | None
    #: Index for the next event found.
    idx: int
    attempts: int
    next_try_at: datetime | None


async def add(db: AsyncConnection, room_id: str, batch: int, start: str, end: str | None) -> None:
    """Note a gap; the room's events from this batch on wait until it is closed."""
    values = {
        "room_id": room_id,
        "batch": batch,
        "from_token": start,
        "to_token": end,
        "idx": -1,
        "attempts": 0,
    }
    await db.execute(insert(gaps).values(**values))


async def waiting(db: AsyncConnection) -> list[Gap]:
    """Return the gaps, oldest first."""
    return [
        Gap(r.id, RoomId(r.room_id), r.batch, r.from_token, r.to_token, r.idx, r.attempts, r.next_try_at)
        for r in await db.execute(_GAPS)
    ]


_GAPS: Final = prepared(select(gaps).order_by(gaps.c.batch, gaps.c.id))


async def move(db: AsyncConnection, gap: Gap, start: str, idx: int) -> None:
    """Remember how far back a gap has been fetched."""
    await db.execute(update(gaps).where(gaps.c.id == gap.id).values(from_token=start, idx=idx))


async def postpone(db: AsyncConnection, gap: Gap, until: datetime) -> None:
    """Try the gap again later."""
    await db.execute(
        update(gaps).where(gaps.c.id == gap.id).values(attempts=gap.attempts + 1, next_try_at=until)
    )


async def close(db: AsyncConnection, gap: Gap) -> None:
    """The room goes on."""
    await db.execute(gaps.delete().where(gaps.c.id == gap.id))
