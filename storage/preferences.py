# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Preferences of people: whether their name may be shown, whether the bot leaves them alone, and their time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from method.ids import PersonId, UserId
from storage import upsert
from storage.prepared import prepared
from storage.tables import people, preferences

#: name: the person's name stands beside their entries. pause: the bot writes nothing to them unasked.
Name = Literal["name", "pause"]
ON = "on"
#: What a person has said about their time (``method.presence.Presence.as_stored``).
TIME = ("days", "hours", "zone")


async def is_on(db: AsyncConnection, person_id: PersonId, name: Name) -> bool:
    """Did the person switch this on?"""
    query = select(preferences.c.value)
    found = await db.scalar(query.where(preferences.c.person_id == person_id, preferences.c.name == name))
    return bool(found == ON)


async def wants_pause(db: AsyncConnection, user_id: UserId) -> bool:
    """Does this person want to hear nothing unasked?"""
    return bool(await db.scalar(_PAUSE, {"user": user_id}) == ON)


_PAUSE: Final = prepared(
    select(preferences.c.value)
    .join(people, people.c.id == preferences.c.person_id)
    .where(people.c.user_id == bindparam("user"), preferences.c.name == "pause")
)


async def switch(db: AsyncConnection, person_id: PersonId, name: Name, *, on: bool) -> None:
    """Switch something on, or off again as it is for everybody."""
    if on:
        query = upsert.insert(db, preferences).values(person_id=person_id, name=name, value=ON)
        await db.execute(query.on_conflict_do_nothing())
        return
    own = (preferences.c.person_id == person_id) & (preferences.c.name == name)
    await db.execute(delete(preferences).where(own))


async def own_time(db: AsyncConnection, person_id: PersonId) -> dict[str, str]:
    """Return what a person has said about their time."""
    found = await db.execute(_ALL, {"person": person_id})
    return {row.name: row.value for row in found if row.name in TIME}


_ALL: Final = prepared(
    select(preferences.c.name, preferences.c.value).where(preferences.c.person_id == bindparam("person"))
)


async def set_own_time(db: AsyncConnection, person_id: PersonId, values: Mapping[str, str]) -> None:
    """Keep this instead of what the person has said before."""
    mine = (preferences.c.person_id == person_id) & preferences.c.name.in_(TIME)
    await db.execute(delete(preferences).where(mine))
    rows = [{"person_id": person_id, "name": name, "value": value} for name, value in values.items()]
    if rows:
        await db.execute(insert(preferences), rows)
