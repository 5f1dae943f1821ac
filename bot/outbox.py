# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Sends what is to be said: in order in each room, rooms side by side, each thing once.

The transaction id is derived from the cause, so that a repetition is answered with the first event. A
row of unknown outcome that is old, or was sent from another device, is first looked for in the timeline.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import structlog

from bot.backoff import Backoff
from bot.health import SYNC_LATE, Health
from bot.matrix.errors import MatrixError, NotShared, Unreachable
from bot.pump import TokenLost
from bot.sending import Sender, Undeliverable
from method.ids import OutboxId, RoomId
from storage import outbox
from storage.database import Database, is_outage
from storage.outbox import Post

logger = structlog.get_logger(__name__)

#: A message at which the homeserver itself fails so often, while others go through, is given up.
_HOPELESS_TRIES: Final = 8
_HOPELESS_OTHERS: Final = 3
#: Where no others are to be sent, it takes more tries (about a quarter of an hour).
_HOPELESS_ALONE: Final = 20
_RETRY_MOST: Final = timedelta(seconds=60)


class Outbox:
    """The sender of everything.

    Args:
        said: set when there may be something to send.
        reached: set while the homeserver answers.
    """

    def __init__(
        self,
        db: Database,
        sender: Sender,
        *,
        health: Health,
        clock: Callable[[], datetime],
        said: asyncio.Event,
        reached: asyncio.Event,
    ) -> None:
        self._db = db
        self._sender = sender
        self._health = health
        self._clock = clock
        self._said = said
        self._reached = reached
        self._busy: dict[RoomId, asyncio.Task[None]] = {}
        #: No room sends before this: the homeserver asked for a pause.
        self._pause_until: datetime | None = None
        self._sent = 0
        self._failing_since: dict[OutboxId, int] = {}

    async def run(self) -> None:
        """Send for ever.

        Raises:
            ExceptionGroup: with ``TokenLost`` in it when the homeserver refuses our token.
        """
        async with asyncio.TaskGroup() as tasks:
            backoff = Backoff(most=15.0)
            while True:
                await self._reached.wait()
                self._said.clear()
                try:
                    due = await self._start_due(tasks)
                except Exception as error:
                    if not is_outage(error):
                        raise
                    await asyncio.sleep(backoff.next())
                    continue
                backoff.reset()
                await self._rest(due)

    async def drain(self) -> None:
        """Send everything that is due now, one after the other."""
        while True:
            async with self._db.reading() as db:
                heads = [post for post in await outbox.heads(db) if self._is_due(post)]
            if not heads:
                return
            for post in heads:
                await self._send(post)

    async def _start_due(self, tasks: asyncio.TaskGroup) -> datetime | None:
        """Start a task for each room with something due; return when the next postponed one is due."""
        # A room that becomes free while we read may show its last head once more.
        busy = set(self._busy)
        async with self._db.reading() as db:
            heads = await outbox.heads(db)
            self._health.oldest_unsent = await outbox.oldest_unsent(db)
        later = []
        for post in heads:
            if post.room_id in busy:
                continue
            if self._is_due(post):
                self._busy[post.room_id] = tasks.create_task(self._one(post))
            else:
                later.append(max(filter(None, (post.next_try_at, self._pause_until))))
        return min(later, default=None)

    async def _one(self, post: Post) -> None:
        try:
            await self._send(post)
        finally:
            del self._busy[post.room_id]
            self._said.set()

    def _is_due(self, post: Post) -> bool:
        now = self._clock()
        return not any(until is not None and until > now for until in (post.next_try_at, self._pause_until))

    async def _send(self, post: Post) -> None:
        try:
            event_id = await self._sender.deliver(post)
            async with self._db.transaction() as db:
                await outbox.mark_sent(db, post.id, event_id)
        except Undeliverable as error:
            await self._give_up(post, error.reason)
        except MatrixError as error:
            await self._refused(post, error)
        except (Unreachable, NotShared) as error:
            self._health.count("unreachable")
            await self._postpone(post, error)
        except Exception as error:
            if not is_outage(error):
                logger.exception("sending_failed", post=post.id)
                self._health.count("errors", part="outbox")
            await self._postpone(post, error)
        else:
            self._sent += 1
            self._failing_since.pop(post.id, None)
            logger.debug("sent", post=post.id)
            self._health.count("sent")

    async def _refused(self, post: Post, error: MatrixError) -> None:
        self._health.count("refused_by_homeserver", errcode=error.errcode or "none")
        if error.errcode == "M_UNKNOWN_TOKEN":
            raise TokenLost from error
        if error.status == 429:
            wait = Backoff(most=30.0).next(error)
            self._pause_until = self._clock() + timedelta(seconds=wait)
            await self._postpone(post, error, timedelta(seconds=wait))
        elif error.status >= 500 or not error.errcode:
            # Without an errcode it was a proxy that spoke, not the homeserver.
            before = self._failing_since.setdefault(post.id, self._sent)
            tries = post.attempts + 1
            others = tries >= _HOPELESS_TRIES and self._sent - before >= _HOPELESS_OTHERS
            if others or (tries >= _HOPELESS_ALONE and self._syncs()):
                await self._give_up(post, f"status_{error.status}")
            else:
                await self._postpone(post, error)
        else:
            await self._give_up(post, error.errcode or f"status_{error.status}")

    def _syncs(self) -> bool:
        """Does the homeserver work otherwise? In an only room, no other message could show it."""
        last = self._health.last_sync
        return last is not None and self._clock() - last < SYNC_LATE

    async def _give_up(self, post: Post, reason: str) -> None:
        logger.warning("not_sent", post=post.id, kind=post.kind, reason=reason)
        self._failing_since.pop(post.id, None)
        async with self._db.transaction() as db:
            await outbox.mark_dead(db, post.id, reason)

    async def _postpone(self, post: Post, error: Exception, wait: timedelta | None = None) -> None:
        if wait is None:
            backoff = Backoff(first=min(2.0 ** min(post.attempts, 6), _RETRY_MOST.total_seconds()))
            wait = timedelta(seconds=backoff.next())
        try:
            async with self._db.transaction() as db:
                await outbox.postpone(db, post.id, self._clock() + wait, type(error).__name__)
        except Exception as failure:
            if not is_outage(failure):
                raise
            await asyncio.sleep(1.0)

    async def _rest(self, due: datetime | None) -> None:
        wait = None if due is None else max((due - self._clock()).total_seconds(), 0.05)
        try:
            await asyncio.wait_for(self._said.wait(), wait)
        except TimeoutError:
            return
