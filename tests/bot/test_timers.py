# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""A promise is kept once, whatever happens; one that cannot be kept is given up, goes on, or is tried for ever."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.timers import ATTEMPTS, pause
from commands.context import Context
from commands.topics import router
from config.texts import verbatim
from method.ids import GroupId
from method.timers import Timer
from storage import groups, timers
from storage.tables import outbox
from tests.chat import Chat

MINUTE = timedelta(minutes=1)
Keep = Callable[[Context, Timer], Awaitable[None]]


@pytest.fixture
def keeps(monkeypatch: pytest.MonkeyPatch) -> Callable[[Keep], None]:
    return lambda handler: monkeypatch.setitem(router.timers, "test.say", handler)


async def promise(chat: Chat, **options: str) -> None:
    async with chat.db.transaction() as db:
        await timers.add(db, GroupId(1), "test.say", "1", chat.now + MINUTE, **options)


async def say(ctx: Context, timer: Timer) -> None:
    await ctx.post(verbatim(f"Es ist Zeit: {timer.subject}"))


async def test_promise_is_kept_when_it_is_due_and_once(chat: Chat, keeps):
    keeps(say)
    await promise(chat)

    await chat.pass_time(seconds=59)
    assert await chat.answers() == []
    await chat.pass_time(seconds=1)
    assert await chat.answers() == ["Es ist Zeit: 1"]
    await chat.pass_time(hours=1)
    assert await chat.answers() == []


async def test_handler_can_promise_the_same_again(chat: Chat, keeps):
    async def again(ctx: Context, timer: Timer) -> None:
        await say(ctx, timer)
        await ctx.later("test.say", ctx.now + MINUTE, subject=timer.subject)

    keeps(again)
    await promise(chat)

    for _ in range(3):
        await chat.pass_time(minutes=1)

    assert await chat.answers() == ["Es ist Zeit: 1"] * 3


@pytest.mark.parametrize("failures", [1, ATTEMPTS], ids=["once", "always"])
async def test_failing_handler_says_nothing_and_is_tried_again(chat: Chat, keeps, failures: int):
    tried = []

    async def fail(ctx: Context, timer: Timer) -> None:
        tried.append(timer.attempts)
        await say(ctx, timer)
        if len(tried) <= failures:
            raise RuntimeError("a bug")

    keeps(fail)
    await promise(chat)

    for _ in range(6):
        await chat.pass_time(minutes=1)

    kept = failures < ATTEMPTS
    assert tried == list(range(failures + 1 if kept else failures))
    assert await chat.answers() == (["Es ist Zeit: 1"] if kept else [])


async def test_promise_of_a_paused_group_is_kept_when_it_goes_on(chat: Chat, keeps):
    keeps(say)
    await promise(chat)
    async with chat.db.transaction() as db:
        await groups.set_state(db, GroupId(1), "paused")
    await chat.pass_time(hours=1)
    assert await chat.answers() == []

    async with chat.db.transaction() as db:
        await groups.set_state(db, GroupId(1), "active")
    await chat.pass_time(seconds=5)
    assert await chat.answers() == ["Es ist Zeit: 1"]


async def test_two_functions_cannot_keep_the_same_promises():
    @router.timer("test.other")
    async def one(ctx: Context, timer: Timer) -> None: ...

    with pytest.raises(ValueError, match=r"test\.other"):
        router.timer("test.other")(say)
    del router.timers["test.other"]


async def several(chat: Chat, count: int) -> None:
    async with chat.db.transaction() as db:
        for number in range(count):
            await timers.add(db, GroupId(1), "test.say", str(number), chat.now + MINUTE)


async def test_promise_that_fails_hurts_no_other_of_its_transaction(chat: Chat, keeps):
    async def fail_once(ctx: Context, timer: Timer) -> None:
        await say(ctx, timer)
        if timer.subject == "1" and timer.attempts == 0:
            raise RuntimeError("a bug")

    keeps(fail_once)
    await several(chat, 3)

    await chat.pass_time(minutes=1)
    assert await chat.answers() == ["Es ist Zeit: 0", "Es ist Zeit: 2"]
    await chat.pass_time(minutes=1)
    assert await chat.answers() == ["Es ist Zeit: 1"]


async def test_outage_keeps_nothing_of_its_transaction_and_all_of_it_later(chat: Chat, keeps):
    broken = True

    async def break_(ctx: Context, timer: Timer) -> None:
        await say(ctx, timer)
        if timer.subject == "1" and broken:
            raise OSError("no disk")

    keeps(break_)
    await several(chat, 3)

    with pytest.raises(OSError, match="no disk"):
        await chat.pass_time(minutes=1)
    async with chat.db.reading() as db:
        left = await timers.of_kind(db, GroupId(1), "test.say")
    assert [(timer.subject, timer.attempts) for timer in left] == [("0", 0), ("1", 0), ("2", 0)]

    broken = False
    await chat.pass_time(seconds=5)
    assert await chat.answers() == [f"Es ist Zeit: {number}" for number in range(3)]


@pytest.mark.parametrize("about_several", [False, True])
async def test_who_waits_for_the_database_gets_it_at_once(
    chat: Chat, keeps, monkeypatch, about_several: bool
):
    monkeypatch.setattr("bot.timers._TURN", 60.0)
    done: list[str] = []

    async def note(_ctx: Context, timer: Timer) -> None:
        done.append(timer.subject)
        if timer.subject == "0":
            waiting.append(asyncio.create_task(write()))
            await asyncio.sleep(0)

    async def write() -> None:
        async with chat.db.transaction(several=about_several):
            done.append("somebody else")

    waiting: list[asyncio.Task[None]] = []
    keeps(note)
    await several(chat, 3)
    await chat.pass_time(minutes=1)
    await asyncio.gather(*waiting)

    assert done[0] == "0"
    assert done.index("somebody else") < done.index("2")


async def test_same_promise_has_the_same_cause_however_many_share_its_transaction(chat: Chat, keeps):
    keeps(say)
    await several(chat, 2)

    await chat.pass_time(minutes=1)
    await chat.answers()

    due = chat.now.isoformat()
    async with chat.db.reading() as db:
        causes = list(await db.scalars(select(outbox.c.cause).where(outbox.c.cause.startswith("timer:"))))
    assert [cause for cause in causes if "test.say" in cause] == [
        f"timer:1:test.say:{number}:{due}:0" for number in range(2)
    ]


# --- what must happen, and what comes again ------------------------------------------------------


def breaks(monkeypatch: pytest.MonkeyPatch, kind: str, times: int) -> list[int]:
    """Let the real handler of a kind fail so often; return the attempts that were made, as they come."""
    real, tried = router.timers[kind], []

    async def fail(ctx: Context, timer: Timer) -> None:
        tried.append(timer.attempts)
        await real(ctx, timer)
        if len(tried) <= times:
            raise RuntimeError("a bug")

    monkeypatch.setitem(router.timers, kind, fail)
    return tried


async def go_on_until(chat: Chat, when: datetime) -> list[str]:
    """Let time go by in steps of a minute; return what is said, without reactions and edits."""
    while chat.now < when:
        await chat.pass_time(minutes=1)
    return [said for said in await chat.answers() if len(said) > 3]


def test_pauses_grow_up_to_an_hour():
    minutes = [pause(failures) / MINUTE for failures in (0, 1, 2, 3, 4, 5, 6, 7, 8, 1000)]
    assert minutes == [1, 1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_what_must_happen_is_never_given_up():
    assert router.lasting >= {
        "checkin.close", "meetings.begin", "meetings.end", "polls.close", "polls.recounted", "sprints.end"
    }  # fmt: skip


async def test_poll_is_closed_however_often_it_fails(chat: Chat, monkeypatch: pytest.MonkeyPatch):
    await chat.says("!umfrage Kommt ihr? | ja | nein bis heute 10:00", by="jule")
    await chat.answers()
    tried = breaks(monkeypatch, "polls.close", 5)

    said = await go_on_until(chat, chat.now + timedelta(hours=2))

    assert tried == [0, 1, 2, 3, 4, 5]
    assert [one for one in said if one.startswith("U1") and "zu Ende" in one] != []
    assert chat.timers._health.counts["timers", "failed"] == 5


async def test_sprint_ends_however_often_it_fails(chat: Chat, monkeypatch: pytest.MonkeyPatch):
    chat.now = datetime(2027, 3, 1, 9, tzinfo=UTC)
    await chat.says("!sprint start bis 5.3. Ziel: Eins", by="jule")
    await chat.answers()
    tried = breaks(monkeypatch, "sprints.end", 4)

    chat.now = datetime(2027, 3, 5, 13, tzinfo=UTC)
    said = await go_on_until(chat, datetime(2027, 3, 5, 17, tzinfo=UTC))

    assert len(tried) >= 5
    assert [one for one in said if one.startswith("Sprint 1 ist zu Ende")] != []


async def test_meeting_begins_and_its_series_goes_on_however_often_it_fails(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
):
    chat.now = datetime(2027, 3, 1, 9, tzinfo=UTC)
    await chat.says("!treffen jeden Mittwoch 15:00 Runde (online)", by="jule")
    await chat.answers()
    began, ended = breaks(monkeypatch, "meetings.begin", 4), breaks(monkeypatch, "meetings.end", 4)

    chat.now = datetime(2027, 3, 3, 13, 58, tzinfo=UTC)
    await go_on_until(chat, datetime(2027, 3, 3, 14, 20, tzinfo=UTC))
    assert began == [0, 1, 2, 3, 4]
    chat.now = datetime(2027, 3, 4, 2, 0, tzinfo=UTC)
    await go_on_until(chat, datetime(2027, 3, 4, 2, 30, tzinfo=UTC))
    chat.now = datetime(2027, 3, 4, 6, 58, tzinfo=UTC)
    said = await go_on_until(chat, datetime(2027, 3, 4, 7, 1, tzinfo=UTC))

    assert ended == [0, 1, 2, 3, 4]
    assert [one for one in said if one.startswith("Treffen T2: Runde, Mi, 10. März, 15:00")] != []


@pytest.mark.parametrize("private", [False, True])
async def test_recurring_reminder_comes_the_next_time_and_names_the_missed_one(
    chat: Chat, monkeypatch: pytest.MonkeyPatch, *, private: bool
):
    chat.now = datetime(2027, 3, 1, 6, tzinfo=UTC)
    if private:
        await chat.tells("erinnere mich täglich 9:30 Blatt")
    else:
        await chat.says("!erinnere uns täglich 9:30 Blatt")
    await chat.answers()
    tried = breaks(monkeypatch, "reminders.tell" if private else "reminders.say", ATTEMPTS)

    chat.now = datetime(2027, 3, 1, 8, 28, tzinfo=UTC)
    assert await go_on_until(chat, datetime(2027, 3, 1, 8, 45, tzinfo=UTC)) == []
    assert tried == [0, 1, 2]
    chat.now = datetime(2027, 3, 2, 8, 28, tzinfo=UTC)
    [second] = await go_on_until(chat, datetime(2027, 3, 2, 8, 31, tzinfo=UTC))
    chat.now = datetime(2027, 3, 3, 8, 28, tzinfo=UTC)
    [third] = await go_on_until(chat, datetime(2027, 3, 3, 8, 31, tzinfo=UTC))

    assert second.split("\n")[:2] == ["Erinnerung: Blatt", "Am Mo, 1. März, 9:30 konnte ich nicht erinnern."]
    assert third.split("\n")[:2] == ["Erinnerung: Blatt", second.split("\n")[2]]


async def test_reminder_for_once_is_tried_until_it_is_said(chat: Chat, monkeypatch: pytest.MonkeyPatch):
    await chat.says("!erinnere uns heute 10:00 Blatt")
    await chat.answers()
    tried = breaks(monkeypatch, "reminders.say", 5)

    [said] = await go_on_until(chat, chat.now + timedelta(hours=2))

    assert tried == [0, 1, 2, 3, 4, 5]
    assert said.startswith("Erinnerung: Blatt\n⏰")


async def test_reminder_of_a_meeting_that_could_not_be_sent_is_named_at_its_end(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
):
    chat.now = datetime(2027, 3, 1, 9, tzinfo=UTC)
    await chat.says("!treffen Mi 3.3. 15:00 Runde (online)", by="jule")
    await chat.says("!top Punkt", by="jule")
    await chat.answers()
    breaks(monkeypatch, "meetings.remind", 10)
    chat.now = datetime(2027, 3, 3, 7, 58, tzinfo=UTC)
    assert await go_on_until(chat, datetime(2027, 3, 3, 8, 10, tzinfo=UTC)) == []
    chat.now = datetime(2027, 3, 3, 14, tzinfo=UTC)
    await chat.pass_time(minutes=1)

    await chat.says("!treffen ende", by="jule")

    assert (await chat.answers())[0].endswith("Es ist zu Ende. Die Erinnerung konnte ich nicht schicken.")


async def test_what_fails_again_and_again_is_shown_to_the_operator(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
):
    await chat.says("!umfrage Kommt ihr? | ja | nein bis heute 10:00", by="jule")
    breaks(monkeypatch, "polls.close", 1000)
    await go_on_until(chat, chat.now + timedelta(hours=2))

    async with chat.db.reading() as db:
        assert await timers.failing(db) == {"polls.close": 1}
    await chat.upkeep.erase(chat.now)
    assert chat.upkeep._health.gauges["failing"] == 1
