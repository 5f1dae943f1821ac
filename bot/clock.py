# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Time: the one place that asks for it, and the tick that keeps the house."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from storage.database import is_outage

logger = structlog.get_logger(__name__)

#: Seconds between two ticks.
TICK: Final = 1.0


def now() -> datetime:
    """Return the time (aware, UTC); everybody else gets it passed in."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Moment:
    """A moment on two clocks, for telling how long ago it was when one of them stood still or was set."""

    #: Seconds that only go forward, through a sleep of the machine too where the system has such a clock.
    steady: float
    #: Seconds since 1970: set right after a pause of a virtual machine, which the other clock may not notice.
    wall: float

    @classmethod
    def now(cls) -> Moment:
        """Return this moment."""
        clock = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
        return cls(time.clock_gettime(clock), now().timestamp())

    def until(self, later: Moment) -> float:
        """Return the seconds to ``later``: by the clock that says more."""
        return max(later.steady - self.steady, later.wall - self.wall)


class Clock:
    """Calls ``work`` at every tick, never twice at once; what fails is logged and comes again.

    Args:
        work: called with the time.
    """

    def __init__(
        self, work: Callable[[datetime], Awaitable[None]], *, clock: Callable[[], datetime] = now
    ) -> None:
        self._work = work
        self._clock = clock
        self._scheduler = AsyncIOScheduler(timezone=UTC)

    def start(self) -> None:
        """Begin to tick."""
        # Only an interval in memory: what is due stands in the database and is compared with the wall clock.
        self._scheduler.add_job(
            self.tick, "interval", seconds=TICK, coalesce=True, max_instances=1, misfire_grace_time=None
        )
        self._scheduler.start()

    def stop(self) -> None:
        """Stop ticking."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    async def tick(self) -> None:
        """Do what is due now."""
        try:
            await self._work(self._clock())
        except asyncio.CancelledError:
            return  # by ``stop``: the scheduler would log it as an error
        except Exception as error:
            if not is_outage(error):
                logger.exception("tick_failed")
