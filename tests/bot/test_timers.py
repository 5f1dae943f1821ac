# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""A promise is kept once, whatever happens; one that cannot be kept is given up after three tries."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from bot.timers import ATTEMPTS
from commands.context import Context
from commands.topics import router
from config.texts import verbatim
from method.ids import GroupId
from method.timers import Timer
from storage import groups, timers
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
