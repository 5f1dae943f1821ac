# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Fetches what /sync left out: a room's timeline is complete before its events are handled."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import structlog

from bot.backoff import Backoff
from bot.echoes import echoes
from bot.health import Health
from bot.looking import keep_looking
from bot.matrix.envelope import is_own_join, is_token
from bot.matrix.errors import MatrixError, Unreachable
from bot.matrix.homeserver import Homeserver
from bot.page import DatabaseRewound, arrival
from bot.pump import TokenLost
from method.ids import UserId
from storage import gaps, inbox, rooms, sync
from storage.database import Database
from storage.echoes import hear
from storage.gaps import Gap

logger = structlog.get_logger(__name__)


class Gaps:
    """The worker that closes gaps.

    Args:
        gapped: set by the pump: there may be a new gap.
        arrived: set here when a gap is closed.
        reached: set while the homeserver answers.
    """

    def __init__(
        self,
        db: Database,
        homeserver: Homeserver,
        *,
        me: UserId,
        health: Health,
        clock: Callable[[], datetime],
        gapped: asyncio.Event,
        arrived: asyncio.Event,
        reached: asyncio.Event,
    ) -> None:
        self._db = db
        self._homeserver = homeserver
        self._me = me
        self._health = health
        self._clock = clock
        self._arrived = arrived
        self._gapped = gapped
        self._reached = reached

    async def run(self) -> None:
        """Close gaps for ever."""
        await keep_looking(self.fill, wanted=self._gapped, reached=self._reached)

    async def fill(self) -> bool:
        """Fetch what is due; return whether a gap is left for later."""
        while True:
            async with self._db.reading() as db:
                waiting = await gaps.waiting(db)
            now = self._clock()
            due = [gap for gap in waiting if gap.next_try_at is None or gap.next_try_at <= now]
            if not due:
                return bool(waiting)
            for gap in due:
                await self._fetch(gap)

    async def _fetch(self, gap: Gap) -> None:
        try:
            page = await self._homeserver.messages(gap.room_id, start=gap.from_token, end=gap.to_token)
        except MatrixError as error:
            if error.errcode == "M_UNKNOWN_TOKEN":
                raise TokenLost from error
            if error.status == 429 or error.status >= 500 or not error.errcode:
                await self._later(gap, error)
            else:
                await self._lose(gap, error)
        except Unreachable as error:
            await self._later(gap, error)
        else:
            await self._journal(gap, page)

    async def _journal(self, gap: Gap, page: Mapping[str, Any]) -> None:
        chunk, end = page.get("chunk"), page.get("end")
        events = [e if isinstance(e, dict) else {} for e in chunk] if isinstance(chunk, list) else []
        entered = next((i for i, event in enumerate(events) if is_own_join(event, self._me)), None)
        async with self._db.transaction() as db:
            room = await rooms.get(db, gap.room_id)
            arrivals = []
            for i, event in enumerate(events):
                # Newest first: what stands behind our own joining happened before it.
                rule = "before_join" if entered is not None and i >= entered else None
                arrivals.append(
                    arrival(event, gap.room_id, gap.idx - i, me=self._me, direct=room.direct, rule=rule)
                )
            now = self._clock()
            await inbox.add(db, gap.batch, [a for a in arrivals if a is not None], now=now)
            installation = (await sync.load(db, now=now)).installation
            if await hear(db, gap.room_id, echoes(events, self._me), installation, now=now):
                raise DatabaseRewound
            if entered is not None or not events or not is_token(end) or end == gap.from_token:
                await gaps.close(db, gap)
            else:
                await gaps.move(db, gap, end, gap.idx - len(events))
        for _ in range(arrivals.count(None)):
            self._health.count("events", rule="malformed_envelope")
        self._arrived.set()

    async def _later(self, gap: Gap, error: Exception) -> None:
        self._health.count("unreachable")
        wait = Backoff(first=min(2.0**gap.attempts, 60.0)).next(error)
        async with self._db.transaction() as db:
            await gaps.postpone(db, gap, self._clock() + timedelta(seconds=wait))

    async def _lose(self, gap: Gap, error: MatrixError) -> None:
        """The homeserver will not show these events (purged, or we are no longer there): go on without."""
        logger.warning("gap_lost", room=gap.room_id, reason=error.errcode)
        self._health.count("errors", part="gaps")
        async with self._db.transaction() as db:
            await gaps.close(db, gap)
        self._arrived.set()
