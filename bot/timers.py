# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Keeps what was promised for a time: each promise once, and undone by itself if it fails.

Many promises share a transaction, because a commit costs more than keeping one. It ends soon enough for what people
write, which waits for it.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.health import Health
from commands import schedules
from commands.contents import Operator
from commands.context import Context
from commands.topics import router
from method.ids import GroupId, UserId
from method.pages import BOARD_PAUSE, BOARD_UPDATE
from method.timers import Timer
from storage import scene, settings, timers
from storage.database import Database, is_outage, savepoint

logger = structlog.get_logger(__name__)

#: How long after a failure a promise is tried again.
_AGAIN: Final = timedelta(minutes=1)
#: The pauses grow up to this.
_LONGEST: Final = timedelta(hours=1)
#: After so many failures it is given up, or goes on with its next time; what must happen is tried for ever.
ATTEMPTS: Final = timers.MANY
#: After so many seconds a transaction ends; sooner, if somebody waits for a turn to write.
_TURN: Final = 0.2
#: What takes so many seconds is followed by a pause as long: whoever writes meanwhile is answered in several steps, and
#: would wait for another one at each.
_LONG: Final = 0.004
#: What is promised for one minute is stored for so many seconds before it is sent: each message on its way costs a
#: turn to write.
_FIRST: Final = 60.0


class Timers:
    """Calls the handlers of what is due.

    Args:
        said: set when much was kept: there is something to send everywhere.
        news: called when a little was kept: there may be something new to send.
    """

    def __init__(
        self,
        db: Database,
        *,
        me: UserId,
        operator: Operator,
        health: Health,
        said: asyncio.Event,
        news: Callable[[], None],
        clock: Callable[[], datetime],
    ) -> None:
        self._db = db
        self._me = me
        self._operator = operator
        self._health = health
        self._said = said
        self._news = news
        self._clock = clock
        #: The time at the last look; None before the first.
        self._seen: datetime | None = None
        #: When it began to keep much.
        self._began: float | None = None

    async def __call__(self) -> None:
        """Keep every promise that is due."""
        now = self._clock()
        if self._seen is None or now < self._seen:
            # What was planned by another version's holidays and time zones, or by a clock that was ahead.
            await self._plan_anew()
        self._seen = now
        try:
            await self._keep_all()
        except BaseException:
            # A commit whose answer was lost may have happened all the same.
            self._said.set()
            raise
        finally:
            if self._began is not None:
                # What has waited is sent now.
                self._began = None
                self._said.set()

    async def _keep_all(self) -> None:
        while True:
            async with self._db.reading() as db:
                due = await timers.due(db, now=self._clock())
            if not due:
                return
            if self._began is None and len(due) == timers.PAGE:
                self._began = asyncio.get_running_loop().time()
            left: Sequence[Timer] = due
            while left:
                left = await self._keep(left)
                if not self.is_storing:
                    self._news()
            if len(due) < timers.PAGE:
                return

    @property
    def is_storing(self) -> bool:
        """Is so much being kept that it is stored first and sent then? Not for longer than a minute."""
        began = self._began
        return began is not None and asyncio.get_running_loop().time() - began < _FIRST

    async def _keep(self, due: Sequence[Timer]) -> Sequence[Timer]:
        """Keep promises in one transaction, until others shall have a turn; return those that are left."""
        ends = asyncio.get_running_loop().time() + _TURN
        failures: list[tuple[Timer, Exception]] = []
        kept: list[Timer] = []
        changed: set[GroupId] = set()
        contexts: dict[GroupId, Context] = {}
        async with self._db.transaction(several=True) as db:
            for timer in due:
                began = asyncio.get_running_loop().time()
                try:
                    async with savepoint(db):
                        if await self._ring(db, timer, contexts):
                            changed.add(timer.group_id)
                except Exception as error:
                    if is_outage(error):
                        raise
                    failures.append((timer, error))
                else:
                    kept.append(timer)
                if timer is not due[-1] and await self._is_over(began, ends):
                    break
            await timers.add_to_each(db, changed, BOARD_UPDATE, self._clock() + BOARD_PAUSE)
        for timer in kept:
            self._health.count("timers", kind=timer.kind.partition(".")[0])
        for timer, failure in failures:
            logger.error("timer_failed", kind=timer.kind, group_id=timer.group_id, exc_info=failure)
            await self._failed(timer)
        return due[len(kept) + len(failures) :]

    async def _is_over(self, began: float, ends: float) -> bool:
        """Let the other loops have a turn; return whether somebody else shall have the database, too."""
        loop = asyncio.get_running_loop()
        took = loop.time() - began
        # On SQLite nothing else here gives them one.
        await asyncio.sleep(took if took > _LONG and self._db.is_sqlite else 0)
        return self._db.is_waited_for or loop.time() >= ends

    async def _ring(self, db: AsyncConnection, timer: Timer, contexts: dict[GroupId, Context]) -> bool:
        """Keep one promise; return whether the group's board may have changed."""
        # First, so that the handler can promise the same again.
        if not await timers.take(db, timer):
            return False
        ctx = contexts.get(timer.group_id)
        if ctx is None:
            # Groups, rooms and settings change by what people do, not by what was promised.
            ctx = contexts[timer.group_id] = await self._context(db, timer.group_id)
        await router.ring(replace(ctx, now=self._clock(), cause=timer.cause), timer)
        return timer.kind != BOARD_UPDATE

    async def _failed(self, timer: Timer) -> None:
        self._health.count("timers", kind="failed")
        async with self._db.transaction() as db:
            if timer.attempts + 1 < ATTEMPTS or not await self._give_up(db, timer):
                await timers.put_off(db, timer.id, self._clock() + pause(timer.attempts))

    async def _give_up(self, db: AsyncConnection, timer: Timer) -> bool:
        """Give a promise up, or go on with its next time; False: it has to be tried again."""
        if timer.kind in router.lasting:
            return False
        try:
            async with savepoint(db):
                if await schedules.give_up(await self._context(db, timer.group_id, timer.cause), timer):
                    await timers.take(db, timer)
                    return True
        except Exception as error:
            if is_outage(error):
                raise
            logger.exception("going_on_failed", kind=timer.kind, group_id=timer.group_id)
        return False

    async def _plan_anew(self) -> None:
        async with self._db.reading() as db:
            planned = await timers.groups_with(db, schedules.kinds())
        left = deque(planned)
        while left:
            ends = asyncio.get_running_loop().time() + _TURN
            async with self._db.transaction(several=True) as db:
                while left:
                    began = asyncio.get_running_loop().time()
                    await self._plan(db, left.popleft())
                    if left and await self._is_over(began, ends):
                        break

    async def _plan(self, db: AsyncConnection, group_id: GroupId) -> None:
        # Each time under another name: what is said then is no repetition.
        cause = f"plan:{group_id}:{self._clock().isoformat()}"
        try:
            async with savepoint(db):
                await schedules.plan_anew(await self._context(db, group_id, cause))
        except Exception as error:
            if is_outage(error):
                raise
            logger.exception("planning_failed", group_id=group_id)

    async def _context(self, db: AsyncConnection, group_id: GroupId, cause: str = "") -> Context:
        here = await scene.of_group(db, group_id)
        return Context(
            db=db,
            now=self._clock(),
            me=self._me,
            cause=cause,
            room=here.room,
            user=self._me,
            person=None,
            group=here.group,
            operator=self._operator,
            known=await settings.of_group(db, group_id),
        )


def pause(failures: int) -> timedelta:
    """Return how long to wait after one more failure: a minute at first, twice as long each time, an hour at most."""
    return min(_AGAIN * (1 << max(0, min(failures, 16) - 1)), _LONGEST)
