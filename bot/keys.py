# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Keeps our keys published and other people's devices known, after each sync and when a reader waits."""

from __future__ import annotations

import asyncio

import structlog

from bot.backoff import Backoff
from bot.health import Health
from bot.matrix.crypto import Crypto
from bot.matrix.errors import MatrixError, Unreachable
from bot.pump import TokenLost
from storage import inbox
from storage.database import Database, is_outage

logger = structlog.get_logger(__name__)

#: What an event waits for when its sender's devices are unknown begins so.
DEVICES = "devices:"


class Keys:
    """The worker that talks about keys with the homeserver.

    Args:
        wanted: set when there may be something to do, and when an event waits for its sender's devices.
        arrived: set here when such an event can be tried again.
        reached: set while the homeserver answers.
    """

    def __init__(
        self,
        db: Database,
        crypto: Crypto,
        *,
        health: Health,
        wanted: asyncio.Event,
        arrived: asyncio.Event,
        reached: asyncio.Event,
    ) -> None:
        self._db = db
        self._crypto = crypto
        self._health = health
        self._wanted = wanted
        self._arrived = arrived
        self._reached = reached

    async def run(self) -> None:
        """Work for ever.

        Raises:
            TokenLost: the homeserver refuses our token.
        """
        backoff = Backoff(most=30.0)
        while True:
            await self._reached.wait()
            self._wanted.clear()
            try:
                asked = await self.once()
            except (MatrixError, Unreachable) as error:
                if isinstance(error, MatrixError) and error.errcode == "M_UNKNOWN_TOKEN":
                    raise TokenLost from error
                self._health.count("unreachable")
                await asyncio.sleep(backoff.next(error))
                continue
            except Exception as error:
                if not is_outage(error):
                    logger.exception("keys_failed")
                    self._health.count("errors", part="keys")
                await asyncio.sleep(backoff.next())
                continue
            if asked:
                # Whoever still waits after this comes back at once: never faster than that.
                await asyncio.sleep(backoff.next())
                continue
            backoff.reset()
            await self._wanted.wait()

    async def once(self) -> bool:
        """Publish what the homeserver lacks, ask for what we lack; return whether somebody was woken."""
        async with self._db.reading() as db:
            waiting = await inbox.waiting_for(db, DEVICES)
        await self._crypto.maintain()
        if waiting:
            async with self._db.transaction() as db:
                await inbox.wake(db, waiting)
            self._arrived.set()
        return bool(waiting)
