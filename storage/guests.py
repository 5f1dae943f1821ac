# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Guests: people who are with a group for a while."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from method.guests import FAREWELL
from method.ids import EventId, GroupId, GuestId, PersonId
from storage import upsert
from storage.tables import guests, timers


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who is with the group for a while; until when, the timers know."""

    id: GuestId
    group_id: GroupId
    person_id: PersonId
    source: EventId | None


async def put(db: AsyncConnection, group_id: GroupId, person_id: PersonId, source: EventId) -> Guest:
    """Remember a guest, or that another message speaks of them now."""
    query = upsert.insert(db, guests).values(group_id=group_id, person_id=person_id, source_event_id=source)
    known = query.on_conflict_do_update(
        index_elements=["group_id", "person_id"], set_={"source_event_id": query.excluded.source_event_id}
    )
    return _guest((await db.execute(known.returning(*guests.c))).one())


async def find(db: AsyncConnection, guest_id: GuestId) -> Guest | None:
    """Return the guest, if there is one with this number."""
    return await _one(db, guests.c.id == guest_id)


async def of_person(db: AsyncConnection, group_id: GroupId, person_id: PersonId) -> Guest | None:
    """Return the person as a guest of the group."""
    return await _one(db, (guests.c.group_id == group_id) & (guests.c.person_id == person_id))


async def by_source(db: AsyncConnection, event_id: EventId) -> Guest | None:
    """Return the guest of whom this message speaks."""
    return await _one(db, guests.c.source_event_id == event_id)


async def last_days(db: AsyncConnection, group_id: GroupId) -> list[date]:
    """Return until when the group's guests stay, the earliest first; nothing says who."""
    query = select(timers.c.nominal).where(timers.c.group_id == group_id, timers.c.kind == FAREWELL)
    return sorted(date.fromisoformat(day) for day in await db.scalars(query))


async def remove(db: AsyncConnection, guest_id: GuestId) -> None:
    """The person is no longer a guest; what they wrote stays."""
    await db.execute(delete(guests).where(guests.c.id == guest_id))


async def _one(db: AsyncConnection, condition: ColumnElement[bool]) -> Guest | None:
    row = (await db.execute(select(guests).where(condition))).one_or_none()
    return _guest(row) if row else None


def _guest(row: Row[Any]) -> Guest:
    return Guest(GuestId(row.id), GroupId(row.group_id), PersonId(row.person_id), row.source_event_id)
