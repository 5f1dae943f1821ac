# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Requests to speak, in the order of asking."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from method.ids import EventId, MeetingId, PersonId, UserId
from method.speakers import Request, Turn
from storage import meetings, people, speakers
from storage.groups import Group
from storage.people import Person


@pytest.fixture
async def meeting(db: AsyncConnection, group: Group, now: datetime) -> MeetingId:
    added = await meetings.add(db, group.id, None, EventId("$start"), starts_at=None, began_at=now)
    return added.id


@pytest.fixture
async def other(db: AsyncConnection) -> PersonId:
    return (await people.get_or_add(db, UserId("@ben:example.org"))).id


async def test_asking_twice_keeps_the_place(
    db: AsyncConnection, meeting: MeetingId, person: Person, other: PersonId
):
    first = await speakers.ask(db, meeting, person.id, EventId("$1"), replace=False)
    await speakers.ask(db, meeting, other, EventId("$2"), replace=False)
    again = await speakers.ask(db, meeting, person.id, EventId("$3"), replace=False)

    assert (first, again) == (True, False)
    assert await speakers.of_meeting(db, meeting) == [Request(person.id), Request(other)]


@pytest.mark.parametrize("replace", [True, False])
async def test_the_last_hand_withdraws(
    db: AsyncConnection, meeting: MeetingId, person: Person, replace: bool
):
    await speakers.ask(db, meeting, person.id, EventId("$word"), replace=False)
    await speakers.ask(db, meeting, person.id, EventId("$hand"), replace=replace)

    found = {event: await speakers.by_event(db, EventId(event)) for event in ("$word", "$hand")}

    assert found == {
        "$word": None if replace else (meeting, person.id),
        "$hand": (meeting, person.id) if replace else None,
    }


async def test_withdraw_takes_off_the_list(db: AsyncConnection, meeting: MeetingId, person: Person):
    await speakers.ask(db, meeting, person.id, EventId("$1"), replace=False)

    assert await speakers.withdraw(db, meeting, person.id)
    assert not await speakers.withdraw(db, meeting, person.id)
    assert await speakers.of_meeting(db, meeting) == []


async def test_floor_goes_from_one_to_the_next(
    db: AsyncConnection, meeting: MeetingId, person: Person, other: PersonId
):
    await speakers.ask(db, meeting, person.id, EventId("$1"), replace=True)
    await speakers.ask(db, meeting, other, EventId("$2"), replace=True)
    await speakers.give_floor(db, meeting, person.id)
    await speakers.ask(db, meeting, person.id, EventId("$3"), replace=True)
    assert await speakers.of_meeting(db, meeting) == [
        Request(person.id, Turn.SPEAKING), Request(other), Request(person.id)
    ]  # fmt: skip

    await speakers.give_floor(db, meeting, other)
    assert [r.turn for r in await speakers.of_meeting(db, meeting)] == [
        Turn.SPOKEN,
        Turn.SPEAKING,
        Turn.WAITING,
    ]
    await speakers.give_floor(db, meeting, None)

    assert [r.turn for r in await speakers.of_meeting(db, meeting)] == [
        Turn.SPOKEN,
        Turn.SPOKEN,
        Turn.WAITING,
    ]
    # A turn that was taken is not taken back with its hand.
    assert await speakers.by_event(db, EventId("$1")) is None
