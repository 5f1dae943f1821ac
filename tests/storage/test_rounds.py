# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Rounds and their answers, in the order in which they came."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from method.ids import EventId, MeetingId, RoomId, RoundId
from method.rounds import Answer, Round
from storage import meetings, outbox, reveals, rounds
from storage.groups import Group
from storage.people import Person
from storage.reveals import Shown


@pytest.fixture
async def meeting(db: AsyncConnection, group: Group, now: datetime) -> MeetingId:
    added = await meetings.add(db, group.id, None, EventId("$start"), starts_at=None, began_at=now)
    return added.id


@pytest.fixture
async def asked(db: AsyncConnection, meeting: MeetingId, now: datetime) -> Round:
    return await rounds.add(
        db, meeting, "Wie geht es?", EventId("$round"), closes_at=now + timedelta(minutes=15)
    )


async def test_add_returns_what_is_found_later(
    db: AsyncConnection, meeting: MeetingId, asked: Round, now: datetime
):
    assert asked == Round(
        asked.id, meeting, "Wie geht es?", now + timedelta(minutes=15), closed=False, card=None
    )
    assert await rounds.find(db, asked.id) == asked
    assert await rounds.latest(db, meeting) == asked
    assert await rounds.find(db, RoundId(99)) is None


async def test_latest_is_the_newest(db: AsyncConnection, meeting: MeetingId, asked: Round, now: datetime):
    await rounds.close(db, asked.id)
    second = await rounds.add(db, meeting, "Und jetzt?", EventId("$2"), closes_at=now)

    assert await rounds.latest(db, meeting) == second
    assert await rounds.find(db, asked.id) == replace(asked, closed=True)


async def test_card_finds_the_round(db: AsyncConnection, asked: Round, now: datetime):
    post = await outbox.add(db, "cause", RoomId("!room:test"), "event", {}, now=now)
    await rounds.set_card(db, asked.id, post)
    assert await rounds.by_card(db, post) == replace(asked, card=post)

    await rounds.set_card(db, asked.id, None)

    assert await rounds.by_card(db, post) is None


async def test_further_messages_lead_to_the_round_and_go_with_it(
    db: AsyncConnection, meeting: MeetingId, asked: Round, now: datetime
):
    whose = reveals.of_round(asked.id)
    post = await outbox.add(db, "cause", RoomId("!room:test"), "event", {}, now=now)
    await reveals.add(db, whose, {2, 3})
    await reveals.save(db, whose, Shown(2, post, "a"))
    await reveals.add(db, whose, {2, 3})
    known, found = await reveals.shown(db, whose), await rounds.by_card(db, post)
    await reveals.forget(db, post)
    left, lost = await reveals.shown(db, whose), await rounds.by_card(db, post)
    await rounds.erase(db, asked.id)

    assert (known, found) == ([Shown(2, post, "a"), Shown(3)], asked)
    assert (left, lost) == ([Shown(2), Shown(3)], None)
    assert await reveals.shown(db, whose) == []


async def test_rounds_of_a_meeting_stand_in_their_order(
    db: AsyncConnection, group: Group, meeting: MeetingId, asked: Round, now: datetime
):
    second = await rounds.add(db, meeting, "Und jetzt?", EventId("$2"), closes_at=now)
    other = await meetings.add(db, group.id, None, EventId("$other"), starts_at=now, began_at=None)
    await rounds.add(db, other.id, "Dort?", EventId("$3"), closes_at=now)

    assert await rounds.of_meeting(db, meeting) == [asked, second]


async def test_answers_are_kept_changed_and_withdrawn(db: AsyncConnection, asked: Round, person: Person):
    for words, event in (("Gut", "$1"), ("Gut", "$1"), ("Besser", "$2")):
        await rounds.answer(db, asked.id, person.id, words, EventId(event))
    first, second = Answer(person.id, "Gut", EventId("$1")), Answer(person.id, "Besser", EventId("$2"))
    assert await rounds.answers(db, asked.id) == [first, second]
    assert await rounds.by_answer(db, EventId("$1")) == (asked, person.id)

    await rounds.rewrite(db, EventId("$1"), "Sehr gut")
    await rounds.withdraw(db, EventId("$2"))

    assert await rounds.answers(db, asked.id) == [replace(first, text="Sehr gut")]
    assert await rounds.by_answer(db, EventId("$2")) is None
