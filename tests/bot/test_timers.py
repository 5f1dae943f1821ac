# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""A promise is kept once, whatever happens; one that cannot be kept is given up after three tries."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.timers import ATTEMPTS
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
