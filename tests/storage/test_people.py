# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""People are remembered once, with two settings."""

from __future__ import annotations

import asyncio
from datetime import datetime

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from method.ids import EventId, PersonId, RoomId, UserId
from method.items import Item, Kind
from storage import changes, groups, items, newcomers, notes, people, personal, questions, rooms, supports
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


# --- leaving -------------------------------------------------------------------------------------

ROOM, OTHER = RoomId("!room:example.org"), RoomId("!other:example.org")


async def meet(db: AsyncConnection, group: Group, room: RoomId, *who: UserId) -> None:
    await rooms.see(db, room, "join")
    await rooms.set_group(db, room, group.id)
    await rooms.apply_members(db, room, [Member(user, "join", None) for user in who])


async def test_leaving_cuts_what_ties_a_person_to_the_group(
    db: AsyncConnection, group: Group, person: Person, barrier: Item, now: datetime
):
    note = await notes.add(db, barrier.id, "Auch hier", person.id, None, now=now)
    await supports.add(db, barrier.id, person.id, EventId("$thumb"))
    await changes.add(db, group.id, person.id, "noted", now=now, item_id=barrier.id, note_id=note.id)
    await meet(db, group, ROOM)
    asked = await questions.ask(db, ROOM, person.id, "text", "barriere {}", EventId("$asked"), now=now)
    alone = await questions.ask(db, OTHER, person.id, "text", "barriere {}", EventId("$alone"), now=now)
    await newcomers.greet(db, group.id, person.id)
    await people.set_language(db, person.id, "en")
    await people.set_group(db, person.id, group.id)

    await personal.leave(db, person.user_id, group.id)

    left = await items.by_id(db, barrier.id)
    assert (left.text, left.author) == (barrier.text, None)
    assert [(n.text, n.author) for n in await notes.of_item(db, barrier.id)] == [("Auch hier", None)]
    assert await supports.count(db, barrier.id) == 0
    assert await changes.of_item(db, barrier.id) == []
    assert [await questions.by_id(db, one.id) for one in (asked, alone)] == [None, None]
    assert await people.get(db, person.id) == Person(person.id, person.user_id, None, None)
    assert not await newcomers.greet(db, group.id, person.id)


async def test_leaving_touches_nobody_else(
    db: AsyncConnection, group: Group, person: Person, barrier: Item, now: datetime
):
    other = await people.get_or_add(db, UserId("@ben:example.org"))
    await supports.add(db, barrier.id, other.id, EventId("$thumb"))
    await people.set_language(db, person.id, "en")

    await personal.leave(db, other.user_id, group.id)

    assert (await items.by_id(db, barrier.id)).author == person.id
    assert (await people.get(db, person.id)).language == "en"


async def test_leaving_one_of_two_groups_keeps_the_other(
    db: AsyncConnection, group: Group, person: Person, barrier: Item, now: datetime
):
    other = await groups.add(db, "Wohnen", now=now)
    await meet(db, group, ROOM, person.user_id)
    await meet(db, other, OTHER, person.user_id)
    theirs = await items.add(db, other.id, Kind.IDEA, "Tausch", [], person.id, None, now=now)
    await people.set_language(db, person.id, "en")
    await people.set_group(db, person.id, group.id)

    await personal.leave(db, person.user_id, other.id)

    assert (await items.by_id(db, barrier.id)).author == person.id
    assert (await items.by_id(db, theirs.id)).author is None
    assert await people.get(db, person.id) == Person(person.id, person.user_id, "en", group.id)
