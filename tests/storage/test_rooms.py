# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Rooms as the homeserver describes them, and who is in them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from method.ids import GroupId, RoomId, UserId
from method.power import Powers
from storage import groups, rooms
from storage.groups import Group
from storage.rooms import Member, Room

ROOM = RoomId("!room:example.org")
NEW = RoomId("!new:example.org")
SAMIRA = Member(UserId("@samira:example.org"), "join", "Samira")
BEN = Member(UserId("@ben:example.org"), "invite", None)


@pytest.fixture
async def room(db: AsyncConnection) -> Room:
    await rooms.see(db, ROOM, "join")
    return await rooms.get(db, ROOM)


def event(
    type_: str, content: dict[str, Any], sender: str = "@samira:example.org", key: str = ""
) -> dict[str, Any]:
    return {"type": type_, "state_key": key, "sender": sender, "content": content, "event_id": "$state"}


async def test_room_is_unknown_until_seen(db: AsyncConnection):
    assert await rooms.find(db, ROOM) is None
    with pytest.raises(LookupError):
        await rooms.get(db, ROOM)


async def test_seen_room_belongs_to_no_group_yet(room: Room):
    assert room == Room(ROOM, None, False, "join", False, False, None)


async def test_room_seen_again_changes_only_our_membership(db: AsyncConnection, room: Room, group: Group):
    await rooms.set_group(db, ROOM, group.id)
    await rooms.see(db, ROOM, "leave")

    assert await rooms.get(db, ROOM) == Room(ROOM, group.id, False, "leave", False, False, None)
    assert await rooms.joined(db) == []


async def test_joined_names_the_rooms_we_are_in(db: AsyncConnection, room: Room):
    await rooms.see(db, NEW, "invite")

    assert await rooms.joined(db) == [room]


async def test_encrypted_room_stays_encrypted(db: AsyncConnection, room: Room, now: datetime):
    await rooms.set_encrypted(db, ROOM, now=now)
    await rooms.set_encrypted(db, ROOM, now=now)
    await rooms.see(db, ROOM, "leave")
    await rooms.see(db, ROOM, "join")

    assert (await rooms.get(db, ROOM)).encrypted


async def test_replaced_room_is_known_by_its_successor(db: AsyncConnection, room: Room):
    await rooms.set_upgraded(db, ROOM, NEW)

    assert await rooms.replaced_by(db, NEW) == await rooms.get(db, ROOM)
    assert await rooms.replaced_by(db, ROOM) is None


@pytest.mark.parametrize("membership", [None, "invite"], ids=["unknown", "invited"])
async def test_group_meets_in_the_old_room_until_we_are_in_the_new_one(
    db: AsyncConnection, room: Room, group: Group, membership: str | None
):
    await rooms.set_group(db, ROOM, group.id)
    await rooms.set_upgraded(db, ROOM, NEW)
    if membership is not None:
        await rooms.see(db, NEW, membership)

    assert await rooms.of_group(db, group.id) == ROOM


async def test_group_meets_in_the_new_room(db: AsyncConnection, room: Room, group: Group):
    await rooms.set_group(db, ROOM, group.id)
    await rooms.set_upgraded(db, ROOM, NEW)
    await rooms.see(db, NEW, "join")
    await rooms.set_group(db, NEW, group.id)

    assert await rooms.of_group(db, group.id) == NEW


async def test_group_without_a_room_raises(db: AsyncConnection, room: Room, group: Group, now: datetime):
    other = await groups.add(db, "Wohnen", now=now)
    await rooms.set_group(db, ROOM, other.id)

    with pytest.raises(LookupError):
        await rooms.of_group(db, group.id)
    with pytest.raises(LookupError):
        await rooms.of_group(db, GroupId(404))


async def test_room_of_a_group_is_not_direct(db: AsyncConnection, room: Room, group: Group):
    await rooms.set_direct(db, ROOM, direct=True)
    assert (await rooms.get(db, ROOM)).direct

    await rooms.set_group(db, ROOM, group.id)
    assert not (await rooms.get(db, ROOM)).direct


# --- members -------------------------------------------------------------------------------------


async def test_members_are_those_joined_and_invited(db: AsyncConnection, room: Room):
    gone = [
        Member(UserId(f"@{membership}:example.org"), membership, None)
        for membership in ("leave", "ban", "knock")
    ]
    await rooms.apply_members(db, ROOM, [SAMIRA, BEN, *gone])
    await rooms.apply_members(db, NEW, [Member(UserId("@elsewhere:example.org"), "join", None)])

    assert await rooms.members(db, ROOM) == [BEN, SAMIRA]
    assert await rooms.joined_count(db, ROOM) == 1
    assert await rooms.member(db, ROOM, gone[0].user_id) == gone[0]
    assert await rooms.member(db, NEW, SAMIRA.user_id) is None
    assert [member.name for member in (SAMIRA, BEN)] == ["Samira", "@ben:example.org"]


async def test_newest_membership_counts(db: AsyncConnection, room: Room):
    left = Member(SAMIRA.user_id, "leave", None)
    await rooms.apply_members(db, ROOM, [SAMIRA])
    await rooms.apply_members(db, ROOM, [left, SAMIRA, left])

    assert await rooms.members(db, ROOM) == []


async def test_no_change_of_members_is_no_mistake(db: AsyncConnection, room: Room):
    await rooms.apply_members(db, ROOM, [])

    assert await rooms.members(db, ROOM) == []


async def test_complete_list_replaces_what_was_known(db: AsyncConnection, room: Room):
    await rooms.apply_members(db, ROOM, [BEN])
    await rooms.replace_members(db, ROOM, [SAMIRA])

    assert await rooms.members(db, ROOM) == [SAMIRA]
    assert (await rooms.get(db, ROOM)).members_complete

    await rooms.doubt_members(db, ROOM)
    assert not (await rooms.get(db, ROOM)).members_complete


# --- state ---------------------------------------------------------------------------------------


async def test_newest_state_counts(db: AsyncConnection, room: Room):
    await rooms.apply_state(
        db, ROOM, [event("m.room.name", {"name": "Alt"}), event("m.room.name", {"name": "Neu"})]
    )
    await rooms.apply_state(db, ROOM, [event("m.room.topic", {"topic": "Übergänge"}, key="k")])

    name = await rooms.state(db, ROOM, "m.room.name")
    topic = await rooms.state(db, ROOM, "m.room.topic", "k")
    assert name is not None
    assert topic is not None
    assert (name.content, name.sender) == ({"name": "Neu"}, SAMIRA.user_id)
    assert topic.content == {"topic": "Übergänge"}
    assert await rooms.state(db, ROOM, "m.room.topic") is None
    assert await rooms.state(db, NEW, "m.room.name") is None


async def test_state_that_nobody_should_send_is_kept_harmlessly(db: AsyncConnection, room: Room):
    """JSON may hold NUL and lone surrogates, which PostgreSQL's texts cannot."""
    await rooms.apply_state(db, ROOM, [event("m.room.name", {"name": "\x00 \ud800"})])

    state = await rooms.state(db, ROOM, "m.room.name")
    assert state is not None
    assert state.content == {"name": "\x00 \ud800"}


async def test_no_state_is_no_mistake(db: AsyncConnection, room: Room):
    await rooms.apply_state(db, ROOM, [])

    assert await rooms.state(db, ROOM, "m.room.name") is None


async def test_powers_come_from_the_state(db: AsyncConnection, room: Room):
    ben = UserId("@ben:example.org")
    await rooms.apply_state(
        db,
        ROOM,
        [
            event("m.room.create", {"room_version": "10"}),
            event("m.room.power_levels", {"users": {ben: 50}, "users_default": 0}),
        ],
    )

    powers = await rooms.powers(db, ROOM)
    assert (powers.of(ben), powers.of(SAMIRA.user_id)) == (Powers.MODERATION, 0)


async def test_nobody_has_power_in_an_unknown_room(db: AsyncConnection):
    assert (await rooms.powers(db, ROOM)).of(SAMIRA.user_id) == 0


async def test_forgotten_room_leaves_nothing(db: AsyncConnection, room: Room):
    await rooms.apply_members(db, ROOM, [SAMIRA])
    await rooms.apply_state(db, ROOM, [event("m.room.name", {"name": "Name"})])

    await rooms.forget(db, ROOM)

    assert await rooms.find(db, ROOM) is None
    assert await rooms.members(db, ROOM) == []
    assert await rooms.state(db, ROOM, "m.room.name") is None


async def test_elsewhere_are_the_other_rooms_of_the_group(
    db: AsyncConnection, room: Room, group: Group, now: datetime
):
    other = await groups.add(db, "Wohnen", now=now)
    for room_id, group_id in ((ROOM, group.id), (NEW, group.id), (RoomId("!third:example.org"), other.id)):
        await rooms.see(db, room_id, "join")
        await rooms.set_group(db, room_id, group_id)
    await rooms.apply_members(db, NEW, [SAMIRA, BEN])

    assert await rooms.elsewhere(db, group.id, SAMIRA.user_id, but=ROOM) == {"join"}
    assert await rooms.elsewhere(db, group.id, BEN.user_id, but=ROOM) == {"invite"}
    assert await rooms.elsewhere(db, group.id, SAMIRA.user_id, but=NEW) == set()
    assert await rooms.elsewhere(db, other.id, SAMIRA.user_id, but=ROOM) == set()
