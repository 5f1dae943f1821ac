# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Time: the one place that asks for it, and the tick that keeps the house."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Final

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from storage.database import is_outage

logger = structlog.get_logger(__name__)

#: Seconds between two ticks.
TICK: Final = 5.0


def now() -> datetime:
    """Return the time (aware, UTC); everybody else gets it passed in."""
    return datetime.now(UTC)


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
        except Exception as error:
            if not is_outage(error):
                logger.exception("tick_failed")
