# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reminders in both databases: numbers, who joins in, what goes with a person."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from method.ids import EventId, ReminderId, UserId
from method.recurrences import read_recurrence
from method.reminders import SAY, TELL, Asked, Reminder, When
from storage import people, personal, reminders, timers
from storage.groups import Group
from storage.people import Person
from storage.tables import reminder_people


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

    assert await reminders.joined_by(db, reminder.id) == {other.id}
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


def test_subjects():
    assert reminders.of_subject(reminders.subject(ReminderId(7), "post")) == (7, "post")
    assert reminders.of_subject("meeting:7") is None
    assert reminders.of_subject(None) is None
