# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Meetings keep their number; what people did in them goes with their end."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from method.cards import Arisen
from method.ids import EventId, RoomId
from method.items import Item, Kind
from method.meetings import Meeting, Stage
from method.roles import Role
from storage import groups, items, meetings, notes, outbox, reveals, roles, rounds, speakers
from storage.groups import Group
from storage.people import Person
from storage.tables import metadata

HOUR = timedelta(hours=1)


@pytest.fixture
async def meeting(db: AsyncConnection, group: Group, now: datetime) -> Meeting:
    """Begin a meeting."""
    return await meetings.add(db, group.id, "Gründung", EventId("$start"), starts_at=None, began_at=now)


async def test_add_returns_what_is_found_later(
    db: AsyncConnection, group: Group, meeting: Meeting, now: datetime
):
    source = EventId("$start")
    assert meeting == Meeting(
        meeting.id, group.id, 1, "Gründung", Stage.RUNNING, None, now, None, source, None
    )
    assert await meetings.by_id(db, meeting.id) == meeting
    assert await meetings.by_source(db, source) == meeting
    assert await meetings.find(db, group.id, 1) == meeting
    assert await meetings.running(db, group.id) == meeting
    assert await meetings.planned(db, group.id) == []


async def test_same_message_gives_the_same_meeting(
    db: AsyncConnection, group: Group, meeting: Meeting, now: datetime
):
    again = await meetings.add(db, group.id, "Anders", EventId("$start"), starts_at=now, began_at=None)

    assert again == meeting
    assert await meetings.last_number(db, group.id) == 1


async def test_numbers_are_those_of_the_group(
    db: AsyncConnection, group: Group, meeting: Meeting, now: datetime
):
    other = await groups.add(db, "Andere", now=now)
    await meetings.end(db, meeting.id, now=now)

    second = await meetings.add(db, group.id, None, EventId("$2"), starts_at=now, began_at=None)
    first = await meetings.add(db, other.id, None, EventId("$3"), starts_at=now, began_at=None)

    assert (second.number, first.number) == (2, 1)
    assert await meetings.last_number(db, group.id) == 2


async def test_two_meetings_cannot_go_on_at_once(
    db: AsyncConnection, group: Group, meeting: Meeting, now: datetime
):
    with pytest.raises(IntegrityError):
        async with db.begin_nested():
            await meetings.add(db, group.id, None, EventId("$2"), starts_at=None, began_at=now)


async def test_planned_meetings_are_listed_by_time(db: AsyncConnection, group: Group, now: datetime):
    late = await meetings.add(db, group.id, "B", EventId("$1"), starts_at=now + HOUR, began_at=None)
    early = await meetings.add(db, group.id, "A", EventId("$2"), starts_at=now, began_at=None)

    assert await meetings.planned(db, group.id) == [early, late]
    assert (await meetings.begin(db, late.id, now=now)).stage is Stage.RUNNING
    assert await meetings.planned(db, group.id) == [early]
    with pytest.raises(LookupError):
        await meetings.begin(db, late.id, now=now)


async def test_amend_replaces_title_and_time(db: AsyncConnection, group: Group, now: datetime):
    planned = await meetings.add(db, group.id, "A", EventId("$1"), starts_at=now, began_at=None)

    changed = await meetings.amend(db, planned.id, "B", now + HOUR)

    assert (changed.title, changed.starts_at) == ("B", now + HOUR)


async def test_card_is_remembered(db: AsyncConnection, meeting: Meeting, now: datetime):
    post = await outbox.add(
        db, "cause", RoomId("!room:test"), "event", {}, now=now, subject=meetings.subject(meeting.id)
    )

    await meetings.set_card(db, meeting.id, post)

    assert (await meetings.by_id(db, meeting.id)).card == post
    assert meetings.of_subject((await outbox.get(db, post)).subject) == meeting.id
    assert [meetings.of_subject(other) for other in ("item:1", None)] == [None, None]


async def test_end_leaves_nothing_but_the_meeting(
    db: AsyncConnection, group: Group, meeting: Meeting, person: Person, now: datetime
):
    await meetings.notice(db, meeting.id, person.id)
    await meetings.notice(db, meeting.id, person.id)
    assert await meetings.noticed(db, meeting.id) == {person.id}
    await roles.save(db, meeting.id, {Role.TIME: person.id})
    await speakers.ask(db, meeting.id, person.id, EventId("$hand"), replace=True)
    asked = await rounds.add(db, meeting.id, "Wie geht es?", EventId("$round"), closes_at=now)
    await rounds.answer(db, asked.id, person.id, "Gut", EventId("$answer"))
    await reveals.add(db, reveals.of_round(asked.id), {2})

    ended = await meetings.end(db, meeting.id, now=now + HOUR)

    assert (ended.stage, ended.began_at, ended.ended_at) == (Stage.ENDED, now, now + HOUR)
    assert await meetings.running(db, group.id) is None
    below = [table for table in metadata.sorted_tables if table.name.startswith(("meeting_", "round_"))]
    counts = {t.name: await db.scalar(select(func.count()).select_from(t)) for t in below}
    assert set(counts) > {
        "meeting_people",
        "meeting_requests",
        "meeting_roles",
        "meeting_rounds",
        "round_answers",
        "round_pages",
    }
    assert set(counts.values()) == {0}


async def test_end_leaves_other_meetings_alone(
    db: AsyncConnection, group: Group, meeting: Meeting, person: Person, now: datetime
):
    planned = await meetings.add(db, group.id, None, EventId("$2"), starts_at=now, began_at=None)
    await speakers.ask(db, planned.id, person.id, EventId("$hand"), replace=True)

    await meetings.end(db, meeting.id, now=now)

    assert len(await speakers.of_meeting(db, planned.id)) == 1


async def test_end_again_changes_nothing(db: AsyncConnection, meeting: Meeting, now: datetime):
    ended = await meetings.end(db, meeting.id, now=now)

    assert await meetings.end(db, meeting.id, now=now + HOUR) == ended


async def test_arisen_is_what_came_in_between_and_still_stands(
    db: AsyncConnection, group: Group, meeting: Meeting, person: Person, now: datetime
):
    async def add(kind: Kind, at: datetime) -> Item:
        return await items.add(db, group.id, kind, "Text", [], person.id, None, now=at)

    before, inside, idea = (
        await add(Kind.BARRIER, now - HOUR),
        await add(Kind.BARRIER, now),
        await add(Kind.IDEA, now),
    )
    gone, after = await add(Kind.BARRIER, now), await add(Kind.BARRIER, now + 3 * HOUR)
    await items.withdraw(db, gone.id, erase=True, now=now)
    for item in (before, after):
        await notes.add(db, item.id, "Auch hier", person.id, None, now=now)
    ended = await meetings.end(db, meeting.id, now=now + HOUR)

    assert await meetings.arisen(db, ended) == Arisen(
        [inside.label, idea.label], [before.label, after.label], after_another=False
    )


async def test_arisen_counts_notes_since_the_meeting_before(
    db: AsyncConnection, group: Group, meeting: Meeting, barrier: Item, person: Person, now: datetime
):
    await notes.add(db, barrier.id, "Davor", person.id, None, now=now)
    await meetings.end(db, meeting.id, now=now + HOUR)
    second = await meetings.add(db, group.id, None, EventId("$2"), starts_at=None, began_at=now + 3 * HOUR)
    ended = await meetings.end(db, second.id, now=now + 4 * HOUR)
    assert await meetings.arisen(db, ended) == Arisen([], [], after_another=True)

    await notes.add(db, barrier.id, "Dazwischen", person.id, None, now=now + 2 * HOUR)

    assert await meetings.arisen(db, ended) == Arisen([], [barrier.label], after_another=True)


async def test_nothing_arises_in_a_meeting_that_was_called_off(
    db: AsyncConnection, group: Group, now: datetime
):
    planned = await meetings.add(db, group.id, None, EventId("$2"), starts_at=now, began_at=None)

    assert not await meetings.arisen(db, await meetings.end(db, planned.id, now=now))


async def test_missed_meeting_is_closed_at_its_own_times_and_can_be_announced_again(
    db: AsyncConnection, group: Group, now: datetime
):
    source, other = EventId("$plan"), EventId("series:1:2027-03-10T15:00")
    planned = await meetings.add(db, group.id, "Runde", source, starts_at=now, began_at=None)

    missed = await meetings.end(db, planned.id, now=now + HOUR, began=now)
    assert (missed.stage, missed.began_at, missed.ended_at) == (Stage.ENDED, now, now + HOUR)
    corrected = await meetings.correct_end(db, planned.id, now + 2 * HOUR)
    assert (corrected.began_at, corrected.ended_at) == (now, now + 2 * HOUR)

    assert await meetings.reopen(db, planned.id) == planned
    await meetings.set_source(db, planned.id, other)
    assert await meetings.by_source(db, source) is None
    found = await meetings.by_source(db, other)
    assert found is not None
    assert found.id == planned.id


async def test_meeting_that_was_never_announced_is_not_announced_again(db: AsyncConnection, meeting: Meeting):
    assert await meetings.reopen(db, meeting.id) == meeting
