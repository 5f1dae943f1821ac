# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Deletes every night what has been kept long enough, once for each day, and logs numbers only."""

from __future__ import annotations

from datetime import datetime, time
from typing import Final

import structlog

from method.settings import BERLIN
from storage import retention
from storage.database import Database

logger = structlog.get_logger(__name__)

#: Local time from which on the day's run is due.
NIGHT: Final = time(3)


class Retention:
    """The work of a night."""

    def __init__(self, db: Database) -> None:
        self._db = db
        #: Saves a look into the database at each tick; what counts stands there.
        self._done = ""

    async def __call__(self, now: datetime) -> None:
        """Apply all rules, if this day's run is due."""
        local = now.astimezone(BERLIN)
        day = local.date().isoformat()
        if day == self._done or local.time() < NIGHT:
            return
        counts = {}
        async with self._db.transaction() as db:
            if await retention.begin(db, day):
                for rule in retention.RULES:
                    counts[f"{rule.name}_rows"] = await rule.apply(db, now - rule.period)
        self._done = day
        if counts:
            logger.info("retention", **counts)
            await self._db.rewrite()
