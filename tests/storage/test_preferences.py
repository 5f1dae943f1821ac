# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Preferences are off until a person switches them on."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import preferences
from storage.people import Person
from storage.tables import preferences as table


async def test_everything_is_off_at_first(db: AsyncConnection, person: Person):
    assert not await preferences.is_on(db, person.id, "name")
    assert not await preferences.wants_pause(db, person.user_id)


async def test_switched_on_twice_is_on_once(db: AsyncConnection, person: Person):
    await preferences.switch(db, person.id, "pause", on=True)
    await preferences.switch(db, person.id, "pause", on=True)

    assert await preferences.wants_pause(db, person.user_id)
    assert not await preferences.is_on(db, person.id, "name")


async def test_switched_off_leaves_no_row(db: AsyncConnection, person: Person):
    await preferences.switch(db, person.id, "name", on=True)
    await preferences.switch(db, person.id, "name", on=False)

    assert (await db.execute(select(table))).all() == []
