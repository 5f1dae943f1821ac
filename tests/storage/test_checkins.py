# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Check-ins and absences in the database: one a day, gone after their time, gone with the person."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time

from sqlalchemy.ext.asyncio import AsyncConnection

from method.checkins import Routine, Stage
from method.ids import EventId, OutboxId, RoomId, UserId
from method.presence import Absence, Presence
from method.settings import BERLIN
from storage import checkins, exports, outbox, people, personal, presence
from storage.groups import Group
from storage.people import Person

FOURTH, FIFTH = date(2027, 3, 4), date(2027, 3, 5)


async def post(db: AsyncConnection, cause: str, now: datetime) -> OutboxId:
    return await outbox.add(db, cause, RoomId("!room:test"), "event", {}, now=now)


async def test_routine_is_kept_and_suggested_once(db: AsyncConnection, group: Group):
    assert await checkins.routine(db, group.id) is None
    assert await checkins.suggest(db, group.id)
    assert not await checkins.suggest(db, group.id)

    await checkins.set_routine(db, group.id, Routine((1, 3), time(9, 30)))

    assert await checkins.routine(db, group.id) == Routine((1, 3), time(9, 30))
    assert not await checkins.suggest(db, group.id)


async def test_day_has_one_check_in_that_becomes_open_and_closed(
    db: AsyncConnection, group: Group, person: Person, now: datetime
):
    early = await checkins.get_or_add(db, group.id, FOURTH)
    checkin = await checkins.get_or_add(db, group.id, FIFTH)
    await checkins.answer(db, early.id, person.id, "früh", EventId("$early"))
    asked = await post(db, "a", now)
    await checkins.take_over(db, checkin)
    await checkins.ask(db, checkin, asked)

    opened = replace(checkin, stage=Stage.OPEN, post=asked)
    assert await checkins.get_or_add(db, group.id, FIFTH) == opened
    assert await checkins.by_post(db, asked) == await checkins.of_day(db, group.id, FIFTH) == opened
    assert [answer.text for answer in await checkins.answers(db, checkin.id)] == ["früh"]

    await checkins.close(db, checkin.id)
    await checkins.without_post(db, checkin.id)
    assert await checkins.by_id(db, checkin.id) == replace(checkin, stage=Stage.CLOSED)


async def test_same_message_is_one_answer(db: AsyncConnection, group: Group, person: Person):
    checkin = await checkins.get_or_add(db, group.id, FOURTH)
    for _ in range(2):
        await checkins.answer(db, checkin.id, person.id, "Flyer", EventId("$flyer"))

    assert [answer.text for answer in await checkins.answers(db, checkin.id)] == ["Flyer"]


async def test_requests_stay_until_each_is_done(db: AsyncConnection, group: Group, person: Person):
    checkin = await checkins.get_or_add(db, group.id, FOURTH)
    other = await people.get_or_add(db, UserId("@ewa:test"))
    for who, words in (
        (person, "Hilfe: alt"),
        (other, "Hilfe: Kita"),
        (person, "Hilfe: neu"),
        (other, "Flyer"),
    ):
        await checkins.answer(db, checkin.id, who.id, words, EventId(f"${words}"))

    requests = await checkins.requests(db, group.id, FIFTH)
    assert [one.text for one in requests] == ["Hilfe: alt", "Hilfe: Kita", "Hilfe: neu"]
    assert await checkins.requests(db, group.id, date(2027, 3, 6)) == []
    assert await checkins.requests(db, group.id, date(2027, 3, 3)) == []

    await checkins.finish(db, EventId("$Hilfe: neu"), EventId("$done"))
    assert [one.text for one in await checkins.requests(db, group.id, FIFTH)] == ["Hilfe: alt", "Hilfe: Kita"]
    assert [one.text for one in await checkins.requests_of(db, group.id, person.id)] == ["Hilfe: alt"]
    assert [one.text for one in await checkins.marked(db, EventId("$done"))] == ["Hilfe: neu"]


async def test_answers_go_after_their_time_and_with_the_person(
    db: AsyncConnection, group: Group, person: Person
):
    for day in (FOURTH, FIFTH):
        checkin = await checkins.get_or_add(db, group.id, day)
        await checkins.answer(db, checkin.id, person.id, "Flyer", EventId(f"${day}"))

    assert await checkins.purge(db, FIFTH) == 1
    assert await checkins.of_day(db, group.id, FOURTH) is None
    assert [one.day for one in await checkins.of_person(db, person.id)] == [FIFTH]

    assert (await personal.forget(db, person.user_id))["checkin_answers"] == 1
    left = await checkins.get_or_add(db, group.id, FIFTH)
    assert await checkins.answers(db, left.id) == []


async def test_absences_are_the_person_s_and_end(db: AsyncConnection, person: Person, now: datetime):
    away = Absence(FOURTH, FIFTH)
    await presence.add(db, person.id, away, EventId("$away"))
    assert await presence.of_user(db, person.user_id) == Presence(absences=(away,))
    assert await presence.of_user(db, UserId("@nobody:test")) == Presence()
    assert not await presence.is_away(db, person.user_id, now, BERLIN)

    await presence.rewrite(db, EventId("$away"), Absence(now.date(), now.date()))
    assert await presence.is_away(db, person.user_id, now, BERLIN)
    assert await presence.by_source(db, EventId("$away")) == person.id

    assert await presence.purge(db, now.date()) == 0
    assert await presence.purge(db, FOURTH) == 1
    assert await presence.by_source(db, EventId("$away")) is None


async def test_export_says_when_there_are_check_ins_and_nothing_that_was_said(
    db: AsyncConnection, group: Group, person: Person
):
    checkin = await checkins.get_or_add(db, group.id, FOURTH)
    await checkins.answer(db, checkin.id, person.id, "Flyer", EventId("$flyer"))
    await checkins.set_routine(db, group.id, Routine((1, 3), time(9)))
    document = await exports.of_group(db, group.id)

    assert document["checkins"] == {"days": [1, 3], "at": "09:00", "question": None}
    assert "Flyer" not in str(document)

    await checkins.set_routine(db, group.id, Routine((), time(9)))
    assert (await exports.of_group(db, group.id))["checkins"] is None
