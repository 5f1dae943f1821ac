# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Seats: who a group still needs."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Row, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from method.ids import EventId, GroupId, PersonId, SeatId
from method.seats import Seat, Stage
from storage.tables import groups, seats


async def add(
    db: AsyncConnection, group_id: GroupId, words: str, author: PersonId | None, source: EventId
) -> Seat:
    """Write down who is needed; a ``source`` that was used already gives the seat it made."""
    # Two transactions wait for each other here, so that a number is given once (SQLite has one writer anyway).
    await db.execute(select(groups.c.id).where(groups.c.id == group_id).with_for_update())
    known = await by_source(db, source)
    if known:
        return known
    last = await db.scalar(select(func.max(seats.c.number)).where(seats.c.group_id == group_id))
    query = insert(seats).values(
        group_id=group_id,
        number=(last or 0) + 1,
        text=words,
        stage=Stage.SOUGHT.value,
        author_id=author,
        source_event_id=source,
    )
    return _seat((await db.execute(query.returning(*seats.c))).one())


async def by_source(db: AsyncConnection, event_id: EventId) -> Seat | None:
    """Return the seat that this message made."""
    return await _one(db, seats.c.source_event_id == event_id)


async def find(db: AsyncConnection, group_id: GroupId, number: int) -> Seat | None:
    """Return the group's seat with this number; None if there is none, or it was deleted."""
    return await _one(
        db, (seats.c.group_id == group_id) & (seats.c.number == number) & seats.c.text.is_not(None)
    )


async def of_group(db: AsyncConnection, group_id: GroupId) -> list[Seat]:
    """Return the group's seats by number, without those that were deleted."""
    query = select(seats).where(seats.c.group_id == group_id, seats.c.text.is_not(None))
    return [_seat(row) for row in await db.execute(query.order_by(seats.c.number))]


async def written(db: AsyncConnection, person_id: PersonId) -> list[SeatId]:
    """Return what a person wrote down, in all groups."""
    found = await db.scalars(select(seats.c.id).where(seats.c.author_id == person_id))
    return [SeatId(seat) for seat in found]


async def rewrite(db: AsyncConnection, seat_id: SeatId, words: str) -> None:
    """Replace the words of a seat; a late edit brings nothing back."""
    query = update(seats).where(seats.c.id == seat_id, seats.c.text.is_not(None))
    await db.execute(query.values(text=words))


async def set_stage(db: AsyncConnection, seat_id: SeatId, stage: Stage) -> None:
    """Say how far the search is."""
    await db.execute(update(seats).where(seats.c.id == seat_id).values(stage=stage.value))


async def erase(db: AsyncConnection, seat_id: SeatId) -> None:
    """Remove the words, and who wrote them; the number is not given again."""
    await db.execute(update(seats).where(seats.c.id == seat_id).values(text=None, author_id=None))


async def _one(db: AsyncConnection, condition: ColumnElement[bool]) -> Seat | None:
    row = (await db.execute(select(seats).where(condition))).one_or_none()
    return _seat(row) if row else None


def _seat(row: Row[Any]) -> Seat:
    return Seat(
        id=SeatId(row.id),
        group_id=GroupId(row.group_id),
        number=row.number,
        text=row.text,
        stage=Stage(row.stage),
        author=row.author_id,
        source=row.source_event_id,
    )
