# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Questions wait fifteen minutes for one answer."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from method.ids import EventId, QuestionId, RoomId, UserId
from storage import people, questions
from storage.people import Person
from storage.questions import PATIENCE, Question

ROOM = RoomId("!room:example.org")
ELSEWHERE = RoomId("!elsewhere:example.org")
EVENT = EventId("$asked")
INSTANT = timedelta(microseconds=1)


@pytest.fixture
async def question(db: AsyncConnection, person: Person, now: datetime) -> Question:
    return await questions.ask(db, ROOM, person.id, "blank", "barriere {}", EVENT, now=now)


async def test_question_keeps_the_words_for_fifteen_minutes(
    db: AsyncConnection, person: Person, question: Question, now: datetime
):
    expires = now + timedelta(minutes=15)
    assert question == Question(question.id, ROOM, person.id, "blank", "barriere {}", EVENT, expires)
    assert await questions.by_id(db, question.id) == question
    assert await questions.by_event(db, EVENT) == question
    assert await questions.latest(db, ROOM, person.id, now=now) == question


async def test_question_is_too_old_at_the_end_of_its_time(
    db: AsyncConnection, person: Person, question: Question, now: datetime
):
    end = now + PATIENCE

    assert await questions.latest(db, ROOM, person.id, now=end - INSTANT) == question
    assert await questions.latest(db, ROOM, person.id, now=end) is None
    assert await questions.by_id(db, question.id, now=end - INSTANT) == question
    assert await questions.by_id(db, question.id, now=end) is None


async def test_question_is_put_to_one_person_in_one_room(
    db: AsyncConnection, person: Person, question: Question, now: datetime
):
    ben = await people.get_or_add(db, UserId("@ben:example.org"))

    assert await questions.latest(db, ROOM, ben.id, now=now) is None
    assert await questions.latest(db, ELSEWHERE, person.id, now=now) is None


async def test_new_question_of_a_kind_replaces_the_older_one(
    db: AsyncConnection, person: Person, question: Question, now: datetime
):
    newer = await questions.ask(db, ROOM, person.id, "blank", "idee {}", EventId("$newer"), now=now)

    assert await questions.by_id(db, question.id) is None
    assert await questions.latest(db, ROOM, person.id, now=now) == newer


async def test_questions_of_other_kinds_rooms_and_people_stay(
    db: AsyncConnection, person: Person, question: Question, now: datetime
):
    ben = await people.get_or_add(db, UserId("@ben:example.org"))
    other_kind = await questions.ask(db, ROOM, person.id, "suggestion", "idee x", EVENT, now=now)
    await questions.ask(db, ELSEWHERE, person.id, "blank", "idee {}", EVENT, now=now)
    await questions.ask(db, ROOM, ben.id, "blank", "idee {}", EVENT, now=now)

    assert await questions.by_id(db, question.id) == question
    assert await questions.latest(db, ROOM, person.id, now=now) == other_kind
    assert await questions.latest(db, ROOM, person.id, now=now, suggests=False) == question
    assert await questions.latest(db, ROOM, person.id, now=now, suggests=True) == other_kind


async def test_answered_question_is_forgotten(db: AsyncConnection, question: Question):
    await questions.answer(db, question.id)
    await questions.answer(db, question.id)

    assert await questions.by_id(db, question.id) is None


async def test_questions_about_a_deleted_message_are_forgotten(
    db: AsyncConnection, person: Person, question: Question, now: datetime
):
    other = await questions.ask(db, ELSEWHERE, person.id, "blank", "idee {}", EventId("$other"), now=now)
    await questions.ask(db, ROOM, person.id, "suggestion", "idee x", EVENT, now=now)

    await questions.drop(db, EVENT)

    assert await questions.by_event(db, EVENT) is None
    assert await questions.by_event(db, EventId("$other")) == other


async def test_purge_forgets_what_nobody_answered(db: AsyncConnection, question: Question, now: datetime):
    assert await questions.purge(db, now + PATIENCE - INSTANT) is False
    assert await questions.by_id(db, question.id) == question

    assert await questions.purge(db, now + PATIENCE) is True
    assert await questions.by_id(db, question.id) is None


async def test_unknown_question_is_none(db: AsyncConnection):
    assert await questions.by_id(db, QuestionId(404)) is None
    assert await questions.by_event(db, EventId("$never")) is None
