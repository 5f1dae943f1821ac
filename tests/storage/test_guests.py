# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""A person is a guest of a group once, and no longer once removed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from method.ids import EventId, GuestId
from storage import groups, guests
from storage.groups import Group
from storage.guests import Guest
from storage.people import Person


async def test_guest_is_found_by_number_person_and_message(db: AsyncConnection, group: Group, person: Person):
    guest = await guests.put(db, group.id, person.id, EventId("$1"))

    assert guest == Guest(guest.id, group.id, person.id, EventId("$1"))
    assert await guests.find(db, guest.id) == guest
    assert await guests.of_person(db, group.id, person.id) == guest
    assert await guests.by_source(db, EventId("$1")) == guest


async def test_same_person_again_is_the_same_guest(db: AsyncConnection, group: Group, person: Person):
    first = await guests.put(db, group.id, person.id, EventId("$1"))
    second = await guests.put(db, group.id, person.id, EventId("$2"))

    assert second == Guest(first.id, group.id, person.id, EventId("$2"))
    assert await guests.by_source(db, EventId("$1")) is None


async def test_removed_guest_is_nowhere(db: AsyncConnection, group: Group, person: Person, now: datetime):
    other = await groups.add(db, "Andere", now=now)
    guest = await guests.put(db, group.id, person.id, EventId("$1"))
    elsewhere = await guests.put(db, other.id, person.id, EventId("$2"))

    await guests.remove(db, guest.id)

    assert await guests.find(db, guest.id) is None
    assert await guests.of_person(db, group.id, person.id) is None
    assert await guests.by_source(db, EventId("$1")) is None
    assert await guests.find(db, elsewhere.id) == elsewhere
    assert await guests.find(db, GuestId(404)) is None
