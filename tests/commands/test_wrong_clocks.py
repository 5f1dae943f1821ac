# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""A clock that was ahead for a while: nothing is lost until the false date, nothing is said twice."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from method.ids import GroupId, TimerId
from method.timers import Timer
from storage import settings, timers
from storage.tables import meetings
from storage.tables import timers as timers_table
from tests.chat import Chat

AGAIN = "⏰ in einer Stunde noch einmal, 💤 morgen um diese Zeit: per Direktnachricht."


async def at(chat: Chat, day: int, hour: int, minute: int = 0, *, month: int = 3) -> list[str]:
    """Let it be this time in UTC; return what is said, without reactions and edits."""
    chat.now = datetime(2027, month, day, hour, minute, tzinfo=UTC)
    await chat.pass_time(seconds=1)
    return [said for said in await chat.answers() if len(said) > 3]


@pytest.fixture
async def monday(chat: Chat) -> Chat:
    """Return a group on Monday, the first of March, at 7:00 in Berlin."""
    chat.now = datetime(2027, 3, 1, 6, 0, tzinfo=UTC)
    await chat.pass_time(seconds=0)
    await chat.answers()
    return chat


async def test_recurring_reminder_goes_on_by_the_right_clock(monday: Chat):
    chat = monday
    await chat.says("!erinnere uns täglich 9:30 Blatt", by="lina")
    await chat.answers()

    assert await at(chat, 9, 10, month=4) == [
        "Erinnerung: Blatt\nGedacht war das für Fr, 9. April, 9:30.\n"
        f"39-mal konnte ich nicht erinnern: Mo, 1. März, 9:30 bis Do, 8. April, 9:30.\n{AGAIN}"
    ]
    assert await at(chat, 1, 6, 5) == []

    said = {day: await at(chat, day, 8, 31) for day in (1, 2, 3)}
    assert said == {day: [f"Erinnerung: Blatt\n{AGAIN}"] for day in (1, 2, 3)}


@pytest.mark.parametrize(("hour", "days"), [(6, (1, 2)), (10, (2,))])
async def test_reminder_that_waited_in_a_false_weekend_comes(monday: Chat, hour: int, days: tuple[int, ...]):
    chat = monday
    await chat.says("!erinnere uns täglich 9:30 Blatt", by="lina")
    await chat.answers()
    assert await at(chat, 10, 10, month=4) == []

    said = [await at(chat, 1, hour), *[await at(chat, day, 8, 31) for day in days]]

    assert [len(one) for one in said] == ([0, 1, 1] if hour == 6 else [1, 1])


async def test_task_reminder_comes_by_the_right_clock_once(monday: Chat):
    chat = monday
    await chat.direct("ewa")
    await chat.says("!aufgabe ich backe bis 12.3.", by="ewa")
    await chat.answers()
    await at(chat, 9, 10, month=4)
    await at(chat, 1, 6, 10)

    said = {}
    for day in (10, 11, 12):
        said[day] = [one for one in await at(chat, day, 8, 1) if "backe" in one and "A1" in one]
        chat.now -= timedelta(seconds=20)
        await chat.pass_time(seconds=1)

    assert {day: len(found) for day, found in said.items()} == {10: 0, 11: 1, 12: 0}


async def test_reminder_that_was_said_is_not_said_again_when_the_clock_steps_back(monday: Chat):
    chat = monday
    await chat.says("!erinnere uns täglich 9:30 Blatt", by="lina")
    await chat.answers()
    assert await at(chat, 1, 8, 30) == [f"Erinnerung: Blatt\n{AGAIN}"]

    chat.now -= timedelta(seconds=20)
    await chat.pass_time(seconds=1)
    chat.now += timedelta(minutes=5)
    await chat.pass_time(seconds=1)

    assert [said for said in await chat.answers() if len(said) > 3] == []
    assert await at(chat, 2, 8, 31) == [f"Erinnerung: Blatt\n{AGAIN}"]


async def test_reminder_that_waits_for_working_time_stays(monday: Chat):
    chat = monday
    await chat.says("!erinnere uns jeden Montag Blatt", by="lina")
    await chat.answers()
    async with chat.db.reading() as db:
        before = await timers.of_kind(db, GroupId(1), "reminders.say")

    chat.now -= timedelta(minutes=1)
    await chat.pass_time(seconds=1)

    async with chat.db.reading() as db:
        assert await timers.of_kind(db, GroupId(1), "reminders.say") == before


async def test_letter_of_the_false_future_does_not_swallow_the_next_one(monday: Chat):
    chat = monday
    await chat.says("!barriere Eine", by="jule")
    await chat.says("!wochenbrief", by="jule")
    await chat.answers()
    ahead = await at(chat, 12, 13)
    assert [one.split("\n")[0] for one in ahead if one.startswith("Wochenbrief")][:1] == [
        "Wochenbrief 1, Fr, 12. März 2027"
    ]
    await at(chat, 1, 6, 10)
    await chat.says("!barriere Zwei", by="jule")
    await chat.answers()

    right = await at(chat, 5, 12)

    assert [one.split("\n")[0] for one in right if one.startswith("Wochenbrief")][:1] == [
        "Wochenbrief 2, Fr, 5. März 2027"
    ]


async def test_series_goes_on_by_the_right_clock(monday: Chat):
    chat = monday
    await chat.says("!treffen jeden Mittwoch 15:00 Runde (online)", by="jule")
    await chat.answers()
    over, *_ = await at(chat, 12, 10, month=4)
    assert over.startswith("✎ Treffen T1: Runde, Mi, 3. März, 15:00, online. Es ist zu Ende.")

    told = await at(chat, 1, 6, 10)
    assert any(one.startswith("✎ Treffen T1: Runde, Mi, 3. März, 15:00, online. ✋") for one in told)
    await chat.says("!termine", by="lina")
    lines = (await chat.answers())[0].split("\n")
    assert [line for line in lines if "Treffen" in line] == [
        "Mi, 3. März, 15:00: Treffen T1: Runde (online).",
        "Mi, 10. März, 15:00: Treffen T2: Runde (online).",
    ]

    stages = []
    for day in (3, 10, 17):
        await at(chat, day, 14, 1)
        await chat.says("!treffen ende", by="jule")
        async with chat.db.reading() as db:
            rows = await db.execute(select(meetings.c.number, meetings.c.stage).order_by(meetings.c.number))
            stages.append([tuple(row) for row in rows])
    assert stages[0] == [(1, "ended"), (2, "planned")]
    assert stages[1] == [(1, "ended"), (2, "ended"), (3, "planned")]
    assert stages[2] == [(1, "ended"), (2, "ended"), (3, "ended"), (4, "planned")]


async def test_meeting_that_ran_for_a_minute_too_early_is_announced_again(monday: Chat):
    chat = monday
    await chat.says("!treffen Mi 3.3. 15:00 Runde (online)", by="jule")
    await at(chat, 3, 14, 1)
    async with chat.db.reading() as db:
        assert await db.scalar(select(meetings.c.stage)) == "running"

    await at(chat, 1, 6, 10)

    async with chat.db.reading() as db:
        assert await db.scalar(select(meetings.c.stage)) == "planned"
    await at(chat, 3, 14, 1)
    async with chat.db.reading() as db:
        assert await db.scalar(select(meetings.c.stage)) == "running"


async def test_meeting_in_which_people_speak_already_goes_on(monday: Chat):
    chat = monday
    await chat.says("!treffen Mi 3.3. 15:00 Runde (online)", by="jule")
    await at(chat, 3, 14, 1)
    await chat.says("!rede", by="ewa")

    await at(chat, 3, 13, 59)

    async with chat.db.reading() as db:
        assert await db.scalar(select(meetings.c.stage)) == "running"


async def test_meeting_that_was_begun_before_its_time_goes_on_when_the_clock_steps_back(monday: Chat):
    chat = monday
    await chat.says("!treffen Mi 3.3. 15:00 Runde (online)", by="jule")
    await at(chat, 3, 13, 50)
    await chat.says("!treffen start T1", by="jule")

    chat.now -= timedelta(seconds=20)
    await chat.pass_time(seconds=1)

    async with chat.db.reading() as db:
        assert await db.scalar(select(meetings.c.stage)) == "running"


async def test_other_rules_of_a_zone_move_nothing_that_people_know(monday: Chat):
    """As after an update of the zones: what stands in the database was worked out by other rules."""
    chat = monday
    await chat.says("!treffen Mi 3.3. 15:00 Runde (online)", by="jule")
    await chat.says("!erinnere uns Mi 10:00 Blatt", by="lina")
    await chat.says("!erinnere uns jeden Donnerstag 10:00 Blatt", by="lina")
    await chat.says("!aufgabe ich backe bis 12.3.", by="ewa")
    await chat.says("!sprint start bis 5.3. Ziel: Eins", by="jule")
    await chat.says("!entscheidung Das gilt, wieder prüfen am 4.3.", by="jule")
    chat.timers._seen = None
    await chat.pass_time(seconds=1)
    async with chat.db.transaction() as db:
        right = {one.id: one for one in await timers.of_group(db, GroupId(1))}
        for one in right.values():
            if one.kind != "board.update":
                other = one.due_at + timedelta(hours=1)
                await db.execute(update(timers_table).where(timers_table.c.id == one.id).values(due_at=other))
        moved = datetime(2027, 3, 3, 15, tzinfo=UTC)
        await db.execute(update(meetings).values(starts_at=moved))

    chat.timers._seen = None
    await chat.pass_time(seconds=1)

    def told(found: Mapping[TimerId, Timer]) -> set[tuple[str, str, str, datetime]]:
        return {
            (one.kind, one.subject, one.nominal, one.due_at)
            for one in found.values()
            if one.kind != "board.update"
        }

    async with chat.db.reading() as db:
        now = {one.id: one for one in await timers.of_group(db, GroupId(1))}
        assert await db.scalar(select(meetings.c.starts_at)) == datetime(2027, 3, 3, 14, tzinfo=UTC)
    assert told(now) == told(right)
    assert {one.kind for one in now.values()} >= {
        "decisions.review", "digests.send", "meetings.begin", "meetings.look", "meetings.remind", "reminders.say",
        "sprints.end", "tasks.due",
    }  # fmt: skip


async def test_another_zone_of_the_group_keeps_the_local_time(monday: Chat):
    chat = monday
    await chat.says("!erinnere uns Mi 10:00 Blatt", by="lina")
    async with chat.db.transaction() as db:
        known = await settings.of_group(db, GroupId(1))
        assert known.begins == time(8)
    await chat.says("!einstellung zeitzone Europe/Lisbon", by="katrin")
    async with chat.db.reading() as db:
        [timer] = await timers.of_kind(db, GroupId(1), "reminders.say")
    assert timer.due_at.astimezone(ZoneInfo("Europe/Lisbon")).hour == 10


async def test_board_follows_by_the_right_clock(monday: Chat):
    chat = monday
    chat.now = datetime(2027, 4, 9, 10, 0, tzinfo=UTC)
    await chat.says("!barriere Formular", by="ewa")
    await at(chat, 1, 6, 10)

    await at(chat, 1, 6, 11)

    assert len(await chat.boards()) == 1
