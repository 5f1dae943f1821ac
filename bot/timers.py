# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Keeps what was promised for a time: each promise in a transaction of its own, once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
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
from method.pages import BOARD_UPDATE
from method.timers import Timer
from storage import groups, rooms, timers
from storage.database import Database, is_outage

logger = structlog.get_logger(__name__)

#: How long after a failure a promise is tried again.
_AGAIN: Final = timedelta(minutes=1)
#: After so many failures it is given up.
ATTEMPTS: Final = 3
#: So many groups are planned anew in one transaction: as a rule nothing changes.
_AT_ONCE: Final = 50


class Timers:
    """Calls the handlers of what is due.

    Args:
        said: set when something was kept: there may be something to send.
    """

    def __init__(
        self,
        db: Database,
        *,
        me: UserId,
        operator: Operator,
        health: Health,
        said: asyncio.Event,
        clock: Callable[[], datetime],
    ) -> None:
        self._db = db
        self._me = me
        self._operator = operator
        self._health = health
        self._said = said
        self._clock = clock
        #: The time at the last look; None before the first.
        self._seen: datetime | None = None

    async def __call__(self) -> None:
        """Keep every promise that is due."""
        now = self._clock()
        if self._seen is None or now < self._seen:
            # What was planned by another version's holidays and time zones, or by a clock that was ahead.
            await self._plan_anew()
        self._seen = now
        while True:
            async with self._db.reading() as db:
                due = await timers.due(db, now=self._clock())
            for timer in due:
                await self._keep(timer)
            if due:
                self._said.set()
            if len(due) < timers.PAGE:
                return

    async def _keep(self, timer: Timer) -> None:
        try:
            async with self._db.transaction() as db:
                # First, so that the handler can promise the same again.
                if await timers.take(db, timer):
                    ctx = await self._context(db, timer.group_id, _cause(timer))
                    await router.ring(ctx, timer)
                    if timer.kind != BOARD_UPDATE:
                        await ctx.changed()
        except Exception as error:
            if is_outage(error):
                raise
            logger.exception("timer_failed", kind=timer.kind, group_id=timer.group_id)
            await self._failed(timer)
        else:
            self._health.count("timers", kind=timer.kind.partition(".")[0])

    async def _failed(self, timer: Timer) -> None:
        self._health.count("timers", kind="failed")
        async with self._db.transaction() as db:
            if timer.attempts + 1 >= ATTEMPTS:
                await timers.take(db, timer)
                await self._give_up(db, timer)
            else:
                await timers.put_off(db, timer.id, self._clock() + _AGAIN)

    async def _give_up(self, db: AsyncConnection, timer: Timer) -> None:
        try:
            async with db.begin_nested():
                await schedules.give_up(await self._context(db, timer.group_id, _cause(timer)), timer)
        except Exception as error:
            if is_outage(error):
                raise
            logger.exception("timer_lost", kind=timer.kind, group_id=timer.group_id)

    async def _plan_anew(self) -> None:
        async with self._db.reading() as db:
            planned = await timers.groups_with(db, schedules.kinds())
        for first in range(0, len(planned), _AT_ONCE):
            try:
                async with self._db.transaction() as db:
                    for group_id in planned[first : first + _AT_ONCE]:
                        await schedules.plan_anew(await self._context(db, group_id, f"plan:{group_id}"))
            except Exception as error:
                if is_outage(error):
                    raise
                logger.exception("planning_failed")

    async def _context(self, db: AsyncConnection, group_id: GroupId, cause: str) -> Context:
        return Context(
            db=db,
            now=self._clock(),
            me=self._me,
            cause=cause,
            room=await rooms.get(db, await rooms.of_group(db, group_id)),
            user=self._me,
            person=None,
            group=await groups.get(db, group_id),
            operator=self._operator,
        )


def _cause(timer: Timer) -> str:
    """Name the promise so that a restored older database makes the same posts again, and they are recognised."""
    moment = timer.nominal or timer.due_at.isoformat()
    return f"timer:{timer.group_id}:{timer.kind}:{timer.subject}:{moment}"
