# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""A schedule is kept once a moment, whatever clocks, restarts and changes of it do; what was missed is named once."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest

from bot.timers import ATTEMPTS
from commands import schedules
from commands.context import Context
from commands.topics import router
from config.texts import verbatim
from method.ids import GroupId
from method.schedules import LETTER, Lateness, Schedule
from method.timers import Timer
from storage import groups, rooms, timers
from tests.chat import Chat

KIND = "test.ring"
HOURS = Lateness(timedelta(hours=2))


class Bell:
    """A topic that rings by a schedule."""

    def __init__(self, chat: Chat) -> None:
        self.chat = chat
        self.schedule: Schedule | None = Schedule((1, 3), time(9))
        self.lateness = HOURS
        self.quietly = False
        self.fails = 0

    async def plans(self, _ctx: Context) -> dict[str, Schedule]:
        return {"": self.schedule} if self.schedule else {}

    async def ring(self, ctx: Context, timer: Timer) -> None:
        assert self.schedule is not None
        due = await schedules.keep(ctx, timer, self.schedule, self.lateness, quietly=self.quietly)
        if self.fails:
            self.fails -= 1
            raise RuntimeError("a bug")
        if due is not None:
            missed = [one.nominal for one in due.missed]
            await ctx.post(verbatim(f"{due.occurrence.nominal} {missed}"))

    async def begins(self, schedule: Schedule | None = None) -> str:
        self.schedule = schedule or self.schedule
        assert self.schedule is not None
        chat = self.chat
        async with chat.db.transaction() as db:
            ctx = Context(
                db=db, now=chat.now, me=chat.timers._me, cause="test", operator=chat.timers._operator,
                room=await rooms.get(db, await rooms.of_group(db, GroupId(1))), user=chat.timers._me,
                person=None, group=await groups.get(db, GroupId(1)),
            )  # fmt: skip
            return (await schedules.promise(ctx, KIND, self.schedule)).nominal

    async def rings(self) -> list[str]:
        return [words.removesuffix(" []") for words in await self.chat.answers()]

    async def at(self, month: int, day: int, hour: int, minute: int = 0, second: int = 0) -> list[str]:
        self.chat.now = datetime(2027, month, day, hour, minute, second, tzinfo=UTC)
        await self.chat.pass_time()
        return await self.rings()

    async def promised(self) -> list[tuple[str, datetime]]:
        async with self.chat.db.reading() as db:
            found = await timers.of_subject(db, GroupId(1), KIND, "")
        return [(timer.nominal, timer.due_at) for timer in found]


@pytest.fixture
async def bell(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> Bell:
    bell = Bell(chat)
    monkeypatch.setitem(router.timers, KIND, bell.ring)
    monkeypatch.setitem(schedules._PLANS, KIND, bell.plans)
    chat.now = datetime(2027, 3, 1, 12, tzinfo=UTC)
    assert await bell.begins() == "2027-03-02T09:00"
    return bell


async def test_moment_is_kept_at_its_time_and_the_next_promised(bell: Bell):
    assert await bell.at(3, 2, 7, 59) == []
    assert await bell.at(3, 2, 8) == ["2027-03-02T09:00"]
    assert await bell.at(3, 2, 9) == []
    assert await bell.promised() == [("2027-03-04T09:00", datetime(2027, 3, 4, 8, tzinfo=UTC))]


async def test_clock_that_steps_back_does_not_ring_twice(bell: Bell):
    assert await bell.at(3, 2, 8) == ["2027-03-02T09:00"]
    assert await bell.at(3, 2, 7, 55) == []
    assert await bell.at(3, 2, 8) == []
    assert await bell.at(3, 4, 8) == ["2027-03-04T09:00"]


async def test_clock_that_was_a_year_ahead_loses_nothing_when_it_is_right_again(bell: Bell):
    assert await bell.at(3, 2, 8) == ["2027-03-02T09:00"]
    bell.chat.now = datetime(2028, 3, 2, 12, tzinfo=UTC)
    await bell.chat.pass_time()
    assert await bell.rings() == []

    assert await bell.at(3, 2, 8, 10) == []
    assert await bell.at(3, 4, 8) == ["2027-03-04T09:00"]


async def test_late_moment_is_kept_within_its_time(bell: Bell):
    assert await bell.at(3, 2, 10) == ["2027-03-02T09:00"]


async def test_missed_moments_are_named_once_with_the_next_one(bell: Bell):
    assert await bell.at(3, 9, 12) == []
    assert await bell.at(3, 11, 8) == [
        "2027-03-11T09:00 ['2027-03-02T09:00', '2027-03-04T09:00', '2027-03-09T09:00']"
    ]
    assert await bell.at(3, 16, 8) == ["2027-03-16T09:00"]


async def test_of_several_only_the_newest_is_kept(bell: Bell):
    assert await bell.at(3, 9, 9) == ["2027-03-09T09:00 ['2027-03-02T09:00', '2027-03-04T09:00']"]


async def test_moved_schedule_does_not_ring_twice_on_one_day(bell: Bell):
    assert await bell.at(3, 2, 8) == ["2027-03-02T09:00"]
    assert await bell.begins(Schedule((0, 1, 2, 3, 4), time(10))) == "2027-03-03T10:00"
    assert await bell.at(3, 2, 9) == []
    assert await bell.at(3, 3, 9) == ["2027-03-03T10:00"]


async def test_schedule_that_is_changed_before_its_moment_rings_once(bell: Bell):
    """At 8:42 from Tuesdays and Thursdays to every working day."""
    bell.chat.now = datetime(2027, 3, 2, 7, 42, tzinfo=UTC)

    assert await bell.begins(Schedule((0, 1, 2, 3, 4), time(9))) == "2027-03-02T09:00"
    assert await bell.at(3, 2, 8) == ["2027-03-02T09:00"]
    assert [nominal for nominal, _ in await bell.promised()] == ["2027-03-03T09:00"]


async def test_schedule_that_is_changed_between_its_moment_and_the_tick_loses_nothing(bell: Bell):
    bell.chat.now = datetime(2027, 3, 2, 8, 0, 3, tzinfo=UTC)

    assert await bell.begins(Schedule((1, 3), time(10))) == "2027-03-02T10:00"
    assert await bell.at(3, 2, 8, 0, 5) == ["2027-03-02T09:00"]
    assert await bell.at(3, 2, 9) == []
    assert [nominal for nominal, _ in await bell.promised()] == ["2027-03-04T10:00"]


@pytest.mark.parametrize(("setting", "rings"), [("land BB", ["2027-03-08T09:00"]), ("land BE", [])])
async def test_other_holidays_plan_anew(bell: Bell, setting: str, rings: list[str]):
    """The 8th of March is a holiday in Berlin only."""
    await bell.begins(Schedule((0,), time(9)))
    await bell.chat.says(f"!einstellung {setting}", by="katrin")
    await bell.chat.answers()

    assert await bell.at(3, 8, 8) == rings


async def test_other_zone_plans_anew(bell: Bell):
    await bell.chat.says("!einstellung zeitzone Europe/London", by="katrin")
    await bell.chat.answers()

    assert await bell.at(3, 2, 8) == []
    assert await bell.at(3, 2, 9) == ["2027-03-02T09:00"]


async def test_promise_that_cannot_be_kept_is_missed_and_the_next_one_is_kept(bell: Bell):
    bell.fails = ATTEMPTS
    for minute in range(ATTEMPTS):
        assert await bell.at(3, 2, 8, minute) == []

    assert await bell.at(3, 4, 8) == ["2027-03-04T09:00 ['2027-03-02T09:00']"]


async def test_letter_missed_at_night_waits_for_working_time(bell: Bell):
    """From Friday 13:00 on nothing runs; it comes on Monday, and the next one on its own Friday."""
    bell.quietly, bell.lateness = True, LETTER
    await bell.begins(Schedule((4,), time(13)))

    assert await bell.at(3, 5, 20) == []
    # A restart plans anew; what waits, waits on.
    bell.chat.timers._seen = None
    assert await bell.at(3, 6, 12) == []
    # Monday is a holiday in Berlin.
    assert await bell.at(3, 9, 7) == ["2027-03-05T13:00"]
    assert await bell.at(3, 12, 12) == ["2027-03-12T13:00"]


async def test_two_functions_cannot_plan_the_same(bell: Bell):
    with pytest.raises(ValueError, match=KIND):
        schedules.planned(KIND)(bell.plans)
