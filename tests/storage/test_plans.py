# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What calendars know of meetings, who announced one, and series, in both databases."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from method.ids import EventId, RoomId, UserId
from method.plans import next_planned
from method.recurrences import read_recurrence
from method.settings import Settings
from storage import meetings, outbox, people, personal, plans
from storage.groups import Group
from storage.people import Person


async def test_files_of_a_meeting_have_one_name_and_rising_numbers(
    db: AsyncConnection, group: Group, now: datetime
):
    meeting = await meetings.add(db, group.id, None, EventId("$1"), starts_at=now, began_at=None)
    other = await meetings.add(db, group.id, None, EventId("$2"), starts_at=now, began_at=None)
    assert await plans.find(db, meeting.id) is None

    first = await plans.of_meeting(db, meeting)
    await plans.set_minutes(db, meeting, 90)
    second = await plans.revise(db, meeting)

    assert (first.sequence, second.sequence, second.minutes) == (0, 1, 90)
    assert first.uid == second.uid != (await plans.of_meeting(db, other)).uid


async def test_one_post_reminds_of_several_meetings(db: AsyncConnection, group: Group, now: datetime):
    one, other = [
        await meetings.add(db, group.id, None, EventId(event), starts_at=now, began_at=None)
        for event in ("$1", "$2")
    ]
    post = await outbox.add(db, "1", RoomId("!room:example.org"), "event", {}, now=now)
    await plans.set_reminder(db, [one, other], post)

    assert {meeting.id for meeting in await plans.reminded_by(db, post)} == {one.id, other.id}
    assert (await plans.of_meeting(db, other)).reminder == post


async def test_every_post_that_reminded_is_known_until_it_is_deleted(
    db: AsyncConnection, group: Group, now: datetime
):
    one, other = [
        await meetings.add(db, group.id, None, EventId(event), starts_at=now, began_at=None)
        for event in ("$1", "$2")
    ]
    first, second = [
        await outbox.add(db, cause, RoomId("!room:example.org"), "event", {}, now=now) for cause in "12"
    ]
    await plans.set_reminder(db, [one, other], first)
    await plans.set_reminder(db, [one, other], first)
    await plans.set_reminder(db, [one], second)
    assert await plans.reminders_of(db, one.id) == [first, second]

    await plans.forget_reminder(db, first)

    assert await plans.reminders_of(db, one.id) == [second]
    assert await plans.reminders_of(db, other.id) == []
    assert (await plans.of_meeting(db, one)).reminder == second
    assert (await plans.of_meeting(db, other)).reminder is None


async def test_author_is_known_until_the_end_and_goes_with_the_person(
    db: AsyncConnection, group: Group, person: Person, now: datetime
):
    other = await people.get_or_add(db, UserId("@ewa:example.org"))
    meeting = await meetings.add(db, group.id, None, EventId("$1"), starts_at=now, began_at=None)
    await plans.set_author(db, meeting.id, person.id)
    await plans.set_author(db, meeting.id, other.id)

    assert await plans.is_author(db, meeting.id, person.id)
    assert not await plans.is_author(db, meeting.id, other.id)
    await personal.leave(db, UserId("@samira:example.org"), group.id)
    assert not await plans.is_author(db, meeting.id, person.id)
    await plans.set_author(db, meeting.id, other.id)
    await plans.forget_author(db, meeting.id)
    assert not await plans.is_author(db, meeting.id, other.id)


async def test_series(db: AsyncConnection, group: Group, now: datetime):
    found = read_recurrence("jeden 2. Mittwoch")
    assert found is not None
    rule = found[0].from_day(date(2026, 3, 4), Settings())
    series = await plans.add_series(db, group.id, rule, time(15), "Austausch", 90, EventId("$s"))
    assert await plans.add_series(db, group.id, rule, time(9), None, None, EventId("$s")) == series
    assert await plans.series_of_group(db, group.id) == [series]

    meeting = await meetings.add(
        db, group.id, "Austausch", EventId("$1"), starts_at=now + timedelta(days=2), began_at=None
    )
    planned = next_planned(series.rule, series.local_time, None, now, Settings())
    await plans.join_series(db, meeting, series, planned)
    plan = await plans.of_meeting(db, meeting)
    assert (plan.series_id, plan.nominal, plan.minutes) == (series.id, "2026-03-04T15:00", 90)
    assert await plans.coming_of(db, series.id) == meeting.id
    await meetings.end(db, meeting.id, now=now)
    assert await plans.coming_of(db, series.id) is None

    changed = await plans.rewrite_series(db, series.id, rule, time(10), "Neu", None)
    assert (changed.local_time, changed.title, changed.minutes) == (time(10), "Neu", None)
    await plans.end_series(db, series.id, erase=True)
    ended = await plans.series(db, series.id)
    assert (ended.ended, ended.title) == (True, None)
    assert await plans.series_of_group(db, group.id) == []
