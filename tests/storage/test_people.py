# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""People are remembered once, with two settings."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from method.ids import PersonId, RoomId, UserId
from storage import people, rooms
from storage.database import Database
from storage.groups import Group
from storage.people import Person
from storage.rooms import Member

SAMIRA = UserId("@samira:example.org")


async def test_person_is_unknown_until_remembered(db: AsyncConnection):
    assert await people.find(db, SAMIRA) is None

    person = await people.get_or_add(db, SAMIRA)

    assert person == Person(person.id, SAMIRA, None, None)
    assert await people.find(db, SAMIRA) == person
    assert await people.get(db, person.id) == person


async def test_person_is_remembered_once(db: AsyncConnection):
    first = await people.get_or_add(db, SAMIRA)

    assert await people.get_or_add(db, SAMIRA) == first


async def test_person_who_writes_twice_at_once_is_remembered_once(database: Database):
    async def remember() -> PersonId:
        async with database.transaction() as db:
            return (await people.get_or_add(db, SAMIRA)).id

    assert len(set(await asyncio.gather(*(remember() for _ in range(8))))) == 1


async def test_get_of_nobody_raises(db: AsyncConnection):
    with pytest.raises(LookupError):
        await people.get(db, PersonId(404))


async def test_settings_of_one_person_change_no_other(db: AsyncConnection, person: Person, group: Group):
    other = await people.get_or_add(db, UserId("@ben:example.org"))

    await people.set_language(db, person.id, "en")
    await people.set_group(db, person.id, group.id)

    assert await people.get(db, person.id) == Person(person.id, person.user_id, "en", group.id)
    assert await people.get(db, other.id) == other


async def test_settings_can_be_taken_back(db: AsyncConnection, person: Person, group: Group):
    await people.set_language(db, person.id, "en")
    await people.set_group(db, person.id, group.id)

    await people.set_language(db, person.id, None)
    await people.set_group(db, person.id, None)

    assert await people.get(db, person.id) == person


async def test_in_room_returns_who_is_there_and_remembered(db: AsyncConnection, person: Person):
    room = RoomId("!room:example.org")
    gone = await people.get_or_add(db, UserId("@ben:example.org"))
    everybody = [
        Member(person.user_id, "join", "Samira"),
        Member(gone.user_id, "leave", "Ben"),
        Member(UserId("@unknown:example.org"), "join", "Unbekannt"),
    ]
    await rooms.apply_members(db, room, everybody)

    assert await people.in_room(db, room) == {person.id: everybody[0]}
