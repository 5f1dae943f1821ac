# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Groups: who is in which, and numbers that never come back."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import delete, insert, update
from sqlalchemy.ext.asyncio import AsyncConnection

from method.ids import EventId, GroupId, RoomId, UserId
from method.items import Kind, Label
from storage import echoes, groups, items
from storage import rooms as rooms_of
from storage.echoes import Echo
from storage.groups import Group
from storage.tables import members, rooms

SAMIRA = UserId("@samira:example.org")
NEW = "!new:example.org"


async def meet(db: AsyncConnection, group: Group, room_id: str, **changed: object) -> None:
    """Let the group meet in a room where Samira is."""
    room = {
        "room_id": room_id,
        "group_id": group.id,
        "direct": False,
        "membership": "join",
        "members_complete": True,
    }
    await db.execute(insert(rooms).values(room | changed))
    await db.execute(insert(members).values(room_id=room_id, user_id=SAMIRA, membership="join"))


async def names(db: AsyncConnection) -> list[str]:
    return [group.name for group in await groups.of_member(db, SAMIRA)]


async def test_new_group_begins_at_step_one_in_german(db: AsyncConnection, now: datetime):
    group = await groups.add(db, "Anerkennung", now=now)

    assert group == Group(group.id, "Anerkennung", "de", None, None, 1, "active", now)
    assert await groups.get(db, group.id) == group


async def test_get_of_an_unknown_group_raises(db: AsyncConnection):
    with pytest.raises(LookupError):
        await groups.get(db, GroupId(404))


async def test_settings_of_one_group_change_no_other(db: AsyncConnection, group: Group, now: datetime):
    other = await groups.add(db, "Wohnen", now=now)

    await groups.set_name(db, group.id, "Arbeit")
    await groups.set_language(db, group.id, "en")
    await groups.set_goal(db, group.id, "Anerkennung in drei Monaten", EventId("$goal"))
    await groups.set_state(db, group.id, "paused")

    goal = "Anerkennung in drei Monaten"
    changed = Group(group.id, "Arbeit", "en", goal, EventId("$goal"), 1, "paused", now)
    assert await groups.get(db, group.id) == changed
    assert await groups.get(db, other.id) == other


async def test_by_goal_event_finds_only_the_present_goal(db: AsyncConnection, group: Group):
    await groups.set_goal(db, group.id, "Erstes Ziel", EventId("$first"))
    await groups.set_goal(db, group.id, "Zweites Ziel", EventId("$second"))

    assert await groups.by_goal_event(db, EventId("$first")) is None
    assert await groups.by_goal_event(db, EventId("$second")) == await groups.get(db, group.id)


async def test_removed_goal_belongs_to_no_message(db: AsyncConnection, group: Group):
    await groups.set_goal(db, group.id, "Ein Ziel", EventId("$goal"))
    await groups.set_goal(db, group.id, None, None)

    assert await groups.by_goal_event(db, EventId("$goal")) is None
    assert (await groups.get(db, group.id)).goal is None


async def test_barriers_and_ideas_of_each_group_are_counted_apart(
    db: AsyncConnection, group: Group, now: datetime
):
    other = await groups.add(db, "Wohnen", now=now)

    given = [await groups.next_number(db, group.id, kind) for kind in (Kind.BARRIER, Kind.BARRIER, Kind.IDEA)]

    assert given == [1, 2, 1]
    assert await groups.last_number(db, group.id, Kind.BARRIER) == 2
    assert await groups.last_number(db, other.id, Kind.BARRIER) == 0
    assert await groups.next_number(db, other.id, Kind.IDEA) == 1


async def test_numbers_of_an_unknown_group_raise(db: AsyncConnection):
    with pytest.raises(LookupError):
        await groups.next_number(db, GroupId(404), Kind.BARRIER)
    with pytest.raises(LookupError):
        await groups.last_number(db, GroupId(404), Kind.BARRIER)


async def test_of_member_lists_groups_by_name(db: AsyncConnection, group: Group, now: datetime):
    await meet(db, group, "!a:example.org")
    await meet(db, await groups.add(db, "Wohnen", now=now), "!b:example.org")
    await meet(db, await groups.add(db, "Arbeit", now=now), "!c:example.org")

    assert await names(db) == ["Anerkennung", "Arbeit", "Wohnen"]


async def test_of_member_lists_a_group_with_two_rooms_once(db: AsyncConnection, group: Group):
    await meet(db, group, "!a:example.org")
    await meet(db, group, "!b:example.org")

    assert await names(db) == ["Anerkennung"]


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param({"membership": "leave"}, id="we have left"),
        pytest.param({"direct": True}, id="direct"),
    ],
)
async def test_of_member_leaves_out_rooms_that_are_no_meeting(
    db: AsyncConnection, group: Group, changed: dict[str, object]
):
    await meet(db, group, "!a:example.org", **changed)

    assert await names(db) == []


async def test_of_member_leaves_out_those_who_stayed_in_a_replaced_room(db: AsyncConnection, group: Group):
    await meet(db, group, "!a:example.org", upgraded_to=NEW)
    await meet(db, group, NEW)
    await db.execute(delete(members).where(members.c.room_id == NEW))

    assert await names(db) == []


@pytest.mark.parametrize("membership", [None, "invite"], ids=["unknown", "invited"])
async def test_of_member_lists_a_group_whose_new_room_we_are_not_in(
    db: AsyncConnection, group: Group, membership: str | None
):
    await meet(db, group, "!a:example.org", upgraded_to=NEW)
    if membership is not None:
        await meet(db, group, NEW, membership=membership)

    assert await names(db) == ["Anerkennung"]


@pytest.mark.parametrize("membership", ["invite", "leave", "ban", "knock"])
async def test_of_member_leaves_out_those_who_are_not_in_the_room(
    db: AsyncConnection, group: Group, membership: str
):
    await meet(db, group, "!a:example.org")
    await db.execute(update(members).values(membership=membership))

    assert await names(db) == []


async def test_of_member_leaves_out_paused_groups(db: AsyncConnection, group: Group):
    await meet(db, group, "!a:example.org")
    await groups.set_state(db, group.id, "paused")

    assert await names(db) == []


async def test_number_shown_by_a_receipt_is_given_to_its_message_only(db: AsyncConnection, now: datetime):
    group = await groups.add(db, "Anerkennung", now=now)
    await rooms_of.see(db, "!r:test", "join")
    await rooms_of.set_group(db, RoomId("!r:test"), group.id)
    heard = [
        Echo(
            EventId(f"$echo{number}"),
            f"m{number}",
            None,
            (EventId(f"$said{number}"), Label(Kind.IDEA, number)),
        )
        for number in (2, 5)
    ]
    await echoes.hear(db, RoomId("!r:test"), heard, "installation", now=now)

    async def number(source: str, kind: Kind = Kind.IDEA) -> int:
        return (await items.add(db, group.id, kind, "x", [], None, EventId(source), now=now)).number

    given = [await number(source) for source in ("$said5", "$other", "$said2", "$another")]
    assert given == [5, 6, 2, 7]
    assert await number("$barrier", Kind.BARRIER) == 1
    other = await groups.add(db, "Andere", now=now)
    assert await groups.next_number(db, other.id, Kind.IDEA) == 1


async def test_step_is_set(db: AsyncConnection, group: Group):
    await groups.set_step(db, group.id, 3)

    assert (await groups.get(db, group.id)).step == 3
