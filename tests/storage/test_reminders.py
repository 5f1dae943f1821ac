# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reminders in both databases: numbers, who joins in, what goes with a person."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest
from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from method.ids import EventId, GroupId, ReminderId, RoomId, UserId
from method.occasions import When
from method.recurrences import read_recurrence
from method.reminders import FORGET, SAY, TELL, Asked, Reminder
from storage import groups, people, personal, reminders, rooms, timers
from storage.groups import Group
from storage.people import Person
from storage.rooms import Member
from storage.tables import inbox, reminder_people

ROOM, OTHER = RoomId("!room:test"), RoomId("!other:test")


async def add(
    db: AsyncConnection, group: Group, person: Person, now: datetime, event: str, *, private: bool = False
) -> Reminder:
    asked = Asked(None, When(now, exact=True), "Unterlagen", None)
    values = reminders.values_of(asked, private=private, unnamed=False, room="!room:test")
    return await reminders.add(db, group.id, person.id, values, EventId(event))


async def test_numbers_of_the_group_and_of_a_person(
    db: AsyncConnection, group: Group, person: Person, now: datetime
):
    other = await people.get_or_add(db, UserId("@ewa:example.org"))
    first = await add(db, group, person, now, "$1")
    second = await add(db, group, other, now, "$2")
    alone = await add(db, group, other, now, "$3", private=True)

    assert [first.number, second.number, alone.number] == [1, 2, 1]
    assert await add(db, group, person, now, "$1") == first
    assert await reminders.numbered(db, 2, group_id=group.id, person=None) == second
    assert await reminders.numbered(db, 1, group_id=None, person=other.id) == alone
    assert await reminders.numbered(db, 1, group_id=None, person=person.id) is None


async def test_rule_and_text_come_back(db: AsyncConnection, group: Group, person: Person, now: datetime):
    found = read_recurrence("jeden 2. Mittwoch")
    assert found is not None
    asked = Asked(True, When(now, True, found[0], time(9, 30)), None, EventId("$letter"))
    values = reminders.values_of(asked, private=False, unnamed=True, room="!room:test")

    kept = await reminders.add(db, group.id, person.id, values, EventId("$1"))

    assert (kept.rule, kept.local_time, kept.text) == (found[0], time(9, 30), None)
    assert (kept.about, kept.about_room, kept.unnamed) == ("$letter", "!room:test", True)
    assert await reminders.find(db, kept.id) == kept


async def test_what_is_to_come(db: AsyncConnection, group: Group, person: Person, now: datetime):
    other = await people.get_or_add(db, UserId("@ewa:example.org"))
    late, early = await add(db, group, person, now, "$1"), await add(db, group, other, now, "$2")
    alone = await add(db, group, person, now, "$3", private=True)
    said = await add(db, group, person, now, "$4")
    for one, hours, kind in ((late, 9, SAY), (early, 1, SAY), (alone, 2, TELL)):
        await timers.add(db, group.id, kind, str(one.id), now + timedelta(hours=hours), nominal="x")
    await timers.add(db, group.id, "board.update", "", now)

    hour = timedelta(hours=1)
    assert await reminders.coming_in_group(db, group.id) == [(early, now + hour), (late, now + 9 * hour)]
    assert await reminders.coming_for(db, other.id) == [(early, now + hour)]
    await reminders.join(db, late.id, other.id, EventId("$bell"))
    assert [one for one, _ in await reminders.coming_for(db, other.id)] == [early, late]
    assert [one for one, _ in await reminders.coming_for(db, person.id)] == [alone, late]
    assert said.number == 3


async def test_bells(db: AsyncConnection, group: Group, person: Person, now: datetime):
    reminder = await add(db, group, person, now, "$1")
    other = await people.get_or_add(db, UserId("@ewa:example.org"))
    await reminders.join(db, reminder.id, other.id, EventId("$bell"))
    await reminders.join(db, reminder.id, other.id, EventId("$again"))

    await rooms.apply_members(db, ROOM, [Member(other.user_id, "join", None)])
    assert await reminders.called(db, reminder, ROOM) == [other.user_id]
    await rooms.apply_members(db, ROOM, [Member(person.user_id, "join", None)])
    assert await reminders.called(db, reminder, ROOM) == sorted([person.user_id, other.user_id])
    assert await reminders.called(db, replace(reminder, unnamed=True), ROOM) == [other.user_id]
    assert await reminders.called(db, reminder, OTHER) == []
    assert not await reminders.take_back(db, EventId("$bell"))
    assert await reminders.take_back(db, EventId("$again"))
    assert not await reminders.leave(db, reminder.id, other.id)


async def test_reminders_go_with_their_person(
    db: AsyncConnection, group: Group, person: Person, now: datetime
):
    other = await people.get_or_add(db, UserId("@ewa:example.org"))
    theirs = await add(db, group, person, now, "$1")
    another = await add(db, group, other, now, "$2")
    await reminders.join(db, theirs.id, other.id, EventId("$bell"))
    await reminders.join(db, another.id, person.id, EventId("$bell2"))

    shown = await personal.everything(db, UserId("@samira:example.org"), now=now)
    assert [row["text"] for row in shown["data"]["reminders"]] == ["Unterlagen"]
    await personal.forget(db, UserId("@samira:example.org"))

    assert await reminders.find(db, theirs.id) is None
    assert await reminders.find(db, another.id) == another
    assert await db.scalar(select(func.count()).select_from(reminder_people)) == 0


async def meet(db: AsyncConnection, group: Group, room: RoomId, *users: str) -> None:
    await rooms.see(db, room, "join")
    await rooms.set_group(db, room, group.id)
    await rooms.apply_members(db, room, [Member(UserId(user), "join", None) for user in users])


async def standing(db: AsyncConnection, *kept: Reminder) -> list[GroupId | None]:
    """Return the groups in which reminders stand; their promises must stand there too."""
    found = [await reminders.find(db, one.id) for one in kept]
    for one in found:
        promised = await timers.of_group(db, one.group_id) if one else []
        assert one is None or str(one.id) in {timer.subject for timer in promised}
    return [one.group_id if one else None for one in found]


@pytest.fixture
async def two(db: AsyncConnection, group: Group, now: datetime) -> Group:
    """Return another group of Samira's; in the first one is Ewa too."""
    other = await groups.add(db, "Wohnen", now=now)
    await meet(db, group, ROOM, "@samira:example.org", "@ewa:example.org")
    await meet(db, other, OTHER, "@samira:example.org")
    return other


async def test_private_ones_go_on_in_another_group_of_who_leaves(
    db: AsyncConnection, group: Group, two: Group, person: Person, now: datetime
):
    ewa = await people.get_or_add(db, UserId("@ewa:example.org"))
    alone, said = [await add(db, group, person, now, event, private=True) for event in ("$1", "$2")]
    shared, hers = await add(db, group, person, now, "$3"), await add(db, group, ewa, now, "$4", private=True)
    for one, kind in ((alone, TELL), (said, FORGET), (shared, SAY), (hers, TELL)):
        await timers.add(db, group.id, kind, str(one.id), now, nominal="x")

    await rooms.apply_members(db, ROOM, [Member(person.user_id, "leave", None)])
    await personal.leave(db, person.user_id, group.id)

    assert await standing(db, alone, said, shared, hers) == [two.id, two.id, None, group.id]
    assert {timer.due_at for timer in await timers.of_group(db, two.id)} == {now}
    await rooms.apply_members(db, OTHER, [Member(person.user_id, "leave", None)])
    await personal.leave(db, person.user_id, two.id)
    assert await standing(db, alone, said, hers) == [None, None, group.id]


async def test_words_of_the_group_do_not_go_along(
    db: AsyncConnection, group: Group, two: Group, person: Person, now: datetime
):
    row = {"event_id": "$tapped", "room_id": ROOM, "batch": 1, "idx": 0, "received_at": now, "attempts": 0}
    await db.execute(insert(inbox).values(row | {"state": "done", "rule": "reaction"}))
    put_off = await add(db, group, person, now, "$tapped", private=True)
    asked = Asked(None, When(now, exact=True), None, EventId("$letter"))
    values = reminders.values_of(asked, private=True, unnamed=False, room=ROOM)
    about = await reminders.add(db, group.id, person.id, values, EventId("$2"))

    await personal.leave(db, person.user_id, group.id)

    assert await standing(db, put_off, about) == [None, None]


async def test_private_ones_go_on_where_we_still_are(
    db: AsyncConnection, group: Group, two: Group, person: Person, now: datetime
):
    ewa = await people.get_or_add(db, UserId("@ewa:example.org"))
    mine, hers = [await add(db, group, one, now, f"${one.id}", private=True) for one in (person, ewa)]
    for one in (mine, hers):
        await timers.add(db, group.id, TELL, str(one.id), now, nominal="x")
    await reminders.move_on(db)
    assert await standing(db, mine, hers) == [group.id, group.id]

    await groups.set_state(db, group.id, "paused")
    await reminders.move_on(db, group.id)

    assert await standing(db, mine, hers) == [two.id, group.id]
    await rooms.apply_members(db, OTHER, [Member(ewa.user_id, "join", None)])
    await reminders.move_on(db)
    assert await standing(db, mine, hers) == [two.id, two.id]


def test_subjects():
    assert reminders.of_subject(reminders.subject(ReminderId(7), "post")) == (7, "post")
    assert reminders.of_subject("meeting:7") is None
    assert reminders.of_subject(None) is None
