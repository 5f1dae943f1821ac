# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""When people are away: days without a reason, seen by nobody but them, gone the day after."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from method.ids import EventId, PersonId, UserId
from method.presence import Absence, Presence
from storage import people, preferences, upsert
from storage.prepared import prepared
from storage.tables import absences


async def of_person(db: AsyncConnection, person_id: PersonId) -> Presence:
    """Return everything a person has said about their time, absences in their order."""
    away = tuple(_absence(row) for row in await db.execute(_OF_PERSON, {"person": person_id}))
    return Presence.stored(await preferences.own_time(db, person_id), away)


_OF_PERSON: Final = prepared(
    select(absences)
    .where(absences.c.person_id == bindparam("person"))
    .order_by(absences.c.first_day, absences.c.id)
)


async def of_user(db: AsyncConnection, user_id: UserId) -> Presence:
    """Return the same by user id, of whom we do not remember nothing."""
    person = await people.find(db, user_id)
    return await of_person(db, person.id) if person else Presence()


async def is_away(db: AsyncConnection, user_id: UserId, now: datetime, zone: ZoneInfo) -> bool:
    """Is this person away today, by their own zone, or else by that of the group (``zone``)?"""
    presence = await of_user(db, user_id)
    return presence.away(now.astimezone(presence.zone or zone).date()) is not None


async def add(db: AsyncConnection, person_id: PersonId, absence: Absence, source: EventId) -> None:
    """Remember an absence; the same message again changes its days."""
    days = {"first_day": absence.first.isoformat(), "last_day": absence.last.isoformat()}
    query = upsert.insert(db, absences).values(person_id=person_id, event_id=source, **days)
    await db.execute(query.on_conflict_do_update(index_elements=["event_id"], set_=days))


async def by_source(db: AsyncConnection, event_id: EventId) -> PersonId | None:
    """Return who said with this message that they are away."""
    return await db.scalar(select(absences.c.person_id).where(absences.c.event_id == event_id))


async def rewrite(db: AsyncConnection, event_id: EventId, absence: Absence) -> None:
    """The message says other days now."""
    days = {"first_day": absence.first.isoformat(), "last_day": absence.last.isoformat()}
    await db.execute(update(absences).where(absences.c.event_id == event_id).values(days))


async def withdraw(db: AsyncConnection, event_id: EventId) -> None:
    """Forget the absence that this message said."""
    await db.execute(delete(absences).where(absences.c.event_id == event_id))


async def forget(db: AsyncConnection, person_id: PersonId) -> None:
    """Forget all absences of a person."""
    await db.execute(delete(absences).where(absences.c.person_id == person_id))


async def purge(db: AsyncConnection, before: date) -> int:
    """Forget the absences whose last day is before ``before``."""
    return (await db.execute(delete(absences).where(absences.c.last_day < before.isoformat()))).rowcount


def _absence(row: Any) -> Absence:
    return Absence(date.fromisoformat(row.first_day), date.fromisoformat(row.last_day))
