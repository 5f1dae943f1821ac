# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The latest mark that still stands counts; only people in the group's room are counted."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from method.ids import EventId, GroupId, PersonId, RoomId, UserId
from method.items import Item, Kind
from method.sectors import ADMINISTRATION, BUSINESS, TARGET_GROUP, further
from storage import groups, items, people, rooms, sectors
from storage.groups import Group
from storage.people import Person
from storage.rooms import Member
from storage.sectors import Mark
from storage.tables import item_sectors, sector_marks

ROOM = RoomId("!room:example.org")


def mark(group: Group, person: PersonId, sector: str, event: str, *, public: bool = True) -> Mark:
    return Mark(group.id, person, sector, EventId(event), public)


@pytest.fixture
async def crowd(db: AsyncConnection, group: Group) -> list[PersonId]:
    """Let four people be in the group's room, and one who has left it."""
    users = [UserId(f"@p{number}:example.org") for number in range(5)]
    await rooms.see(db, ROOM, "join")
    await rooms.set_group(db, ROOM, group.id)
    await rooms.apply_members(db, ROOM, [Member(user, "join", None) for user in users[:4]])
    await rooms.apply_members(db, ROOM, [Member(users[4], "leave", None)])
    return [(await people.get_or_add(db, user)).id for user in users]


async def test_latest_reaction_counts_and_the_one_before_returns(
    db: AsyncConnection, group: Group, person: Person
):
    first = mark(group, person.id, ADMINISTRATION, "$1")
    second = mark(group, person.id, BUSINESS, "$2")
    for one in (first, second, first):
        await sectors.react(db, one)

    assert await sectors.declared(db, group.id, person.id) == second
    await sectors.take_back(db, second)
    assert await sectors.declared(db, group.id, person.id) == first
    await sectors.take_back(db, first)
    assert await sectors.declared(db, group.id, person.id) is None


async def test_declaring_replaces_everything_before(db: AsyncConnection, group: Group, person: Person):
    await sectors.react(db, mark(group, person.id, ADMINISTRATION, "$1"))
    written = mark(group, person.id, TARGET_GROUP, "$2", public=False)
    for _ in range(2):
        await sectors.declare(db, written)

    assert await sectors.declared(db, group.id, person.id) == written
    assert await sectors.by_event(db, EventId("$1")) is None
    assert await sectors.by_event(db, EventId("$2")) == written


async def test_groups_are_apart(db: AsyncConnection, group: Group, person: Person, now: datetime):
    other = await groups.add(db, "Andere", now=now)
    here, there = mark(group, person.id, ADMINISTRATION, "$1"), mark(other, person.id, BUSINESS, "$2")
    await sectors.declare(db, here)
    await sectors.declare(db, there)

    await sectors.leave(db, other.id, person.id)

    assert await sectors.declared(db, group.id, person.id) == here
    assert await sectors.declared(db, other.id, person.id) is None


async def test_people_are_counted_once_and_only_those_who_are_there(
    db: AsyncConnection, group: Group, crowd: list[PersonId]
):
    for number, person in enumerate(crowd):
        await sectors.react(db, mark(group, person, ADMINISTRATION, f"$old{number}"))
    for number, person in enumerate(crowd[:2]):
        await sectors.react(db, mark(group, person, BUSINESS, f"$new{number}"))

    assert await sectors.people_by_sector(db, group.id, ROOM) == {ADMINISTRATION: 2, BUSINESS: 2}
    assert await sectors.people_by_sector(db, group.id, RoomId("!new:example.org")) == {}
    assert await sectors.people_by_sector(db, GroupId(404), ROOM) == {}


# --- items ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("public", [True, False])
async def test_item_keeps_the_sector_its_author_has_then(
    db: AsyncConnection, group: Group, barrier: Item, person: Person, public: bool
):
    await sectors.declare(db, mark(group, person.id, BUSINESS, "$1", public=public))
    await sectors.mark_item(db, barrier.id, group.id, person.id)
    await sectors.declare(db, mark(group, person.id, ADMINISTRATION, "$2"))
    await sectors.mark_item(db, barrier.id, group.id, person.id)

    assert await sectors.of_item(db, barrier.id) == BUSINESS
    assert await sectors.public_of_item(db, barrier.id) == (BUSINESS if public else None)


async def test_item_of_somebody_without_a_sector_has_none(
    db: AsyncConnection, group: Group, barrier: Item, person: Person
):
    await sectors.mark_item(db, barrier.id, group.id, person.id)

    assert await sectors.of_item(db, barrier.id) is None


async def test_forgetting_deletes_the_sector_beside_own_items_only(
    db: AsyncConnection, group: Group, barrier: Item, person: Person, crowd: list[PersonId], now: datetime
):
    other = await items.add(db, group.id, Kind.BARRIER, "Andere", [], crowd[0], None, now=now)
    for number, (item, author) in enumerate([(barrier, person.id), (other, crowd[0])]):
        await sectors.declare(db, mark(group, author, BUSINESS, f"${number}"))
        await sectors.mark_item(db, item.id, group.id, author)

    await sectors.forget(db, group.id, person.id)

    assert await sectors.of_item(db, barrier.id) is None
    assert await sectors.of_item(db, other.id) == BUSINESS


async def test_leaving_keeps_the_sector_beside_items(
    db: AsyncConnection, group: Group, barrier: Item, person: Person
):
    await sectors.declare(db, mark(group, person.id, BUSINESS, "$1"))
    await sectors.mark_item(db, barrier.id, group.id, person.id)

    await sectors.leave(db, group.id, person.id)

    assert await sectors.of_item(db, barrier.id) == BUSINESS


async def test_erased_item_has_no_sector(
    db: AsyncConnection, group: Group, barrier: Item, person: Person, now: datetime
):
    await sectors.declare(db, mark(group, person.id, BUSINESS, "$1"))
    await sectors.mark_item(db, barrier.id, group.id, person.id)

    await items.withdraw(db, barrier.id, erase=True, now=now)

    assert await sectors.of_item(db, barrier.id) is None


# --- sectors of a group --------------------------------------------------------------------------


async def test_added_sector_is_renamed_and_taken_back_with_all_that_says_it(
    db: AsyncConnection, group: Group, barrier: Item, person: Person
):
    source = EventId("$add")
    for _ in range(2):
        await sectors.add(db, group.id, "Wissenschaft", source)
    (science,) = await sectors.added(db, group.id)
    await sectors.declare(db, mark(group, person.id, science.key, "$1"))
    await sectors.mark_item(db, barrier.id, group.id, person.id)
    assert await sectors.added_by_name(db, group.id) == {"wissenschaft": science}
    assert await sectors.group_of_source(db, source) == group.id

    await sectors.rename(db, source, "Forschung")
    number = int(science.key.partition(":")[2])
    assert await sectors.added_by_name(db, group.id) == {"forschung": further(number, "Forschung")}

    await sectors.remove(db, source)
    assert await sectors.added(db, group.id) == []
    assert (await db.execute(sector_marks.select())).all() == []
    assert (await db.execute(item_sectors.select())).all() == []
    assert await sectors.group_of_source(db, source) is None


async def test_entries_are_counted_by_the_sector_they_were_made_in(
    db: AsyncConnection, group: Group, person: Person, barrier: Item, now: datetime
):
    await sectors.declare(db, mark(group, person.id, BUSINESS, "$1"))
    made = [
        await items.add(db, group.id, Kind.IDEA, str(n), [], person.id, EventId(f"$i{n}"), now=now)
        for n in range(3)
    ]
    for item in made:
        await sectors.mark_item(db, item.id, group.id, person.id)
    await items.withdraw(db, made[0].id, erase=False, now=now)

    assert await sectors.entries_by_sector(db, group.id) == {"": 1, BUSINESS: 2}


async def test_what_was_said_in_the_room_leaves_out_what_was_said_in_private(
    db: AsyncConnection, group: Group, crowd: list[PersonId], now: datetime
):
    other = await groups.add(db, "Andere", now=now)
    ada, ben, cem, dora = crowd[:4]
    await sectors.react(db, mark(group, ada, ADMINISTRATION, "$1"))
    await sectors.react(db, mark(group, ada, BUSINESS, "$2"))
    await sectors.declare(db, mark(group, ben, TARGET_GROUP, "$3", public=False))
    await sectors.react(db, mark(group, cem, BUSINESS, "$4"))
    await sectors.declare(db, mark(group, cem, ADMINISTRATION, "$5", public=False))
    await sectors.declare(db, mark(other, dora, BUSINESS, "$6"))

    assert await sectors.said_in_room(db, group.id) == {ada: BUSINESS}
