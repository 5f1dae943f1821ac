# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Sends what is to be said: in order in each room, rooms side by side, each thing once.

The transaction id is derived from the cause, so that a repetition is answered with the first event. A
row of unknown outcome that is old, or was sent from another device, is first looked for in the timeline.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.backoff import LONGEST, Backoff
from bot.health import SYNC_LATE, Health
from bot.matrix.errors import MatrixError, NotShared, Unreachable
from bot.pace import MESSAGES_A_MINUTE, Pace
from bot.pump import TokenLost
from bot.sending import Opened, Ready, Sender, Undeliverable
from method.ids import EventId, OutboxId
from storage import lanes, outbox
from storage.database import Database, is_outage
from storage.outbox import Post

logger = structlog.get_logger(__name__)

#: A message at which the homeserver itself fails so often, while others go through, is given up.
_HOPELESS_TRIES: Final = 8
_HOPELESS_OTHERS: Final = 3
#: Where no others are to be sent, it takes more tries (about a quarter of an hour).
_HOPELESS_ALONE: Final = 20
_RETRY_MOST: Final = timedelta(seconds=60)
#: So many messages are on their way at once, and fewer of what was promised for a time: neither a hundred boards nor
#: what ten thousand are told at nine o'clock must keep an answer waiting.
_ON_THE_WAY: Final = 16
_PROMISED: Final = 8
#: While in so many lanes something waits or is on its way, no more is taken but what is new.
_CROWD: Final = 200
#: What was sent is written down with the next transaction, or by itself after so many seconds.
_WRITTEN_AFTER: Final = 0.5


@dataclass(slots=True)
class _Round:
    """One transaction of the outbox."""

    db: AsyncConnection
    #: Lanes in which something was being sent when it began.
    busy: set[str]
    #: The newest row when it began.
    since: OutboxId
    taken: Sequence[Ready] = ()


class Outbox:
    """The sender of everything.

    Args:
        said: set when there may be something to send.
        holds: while true, nothing is taken but what is new: much is being decided, and the sender would hinder it.
        a_minute: messages a room hears in a minute at most; reactions and edits are not counted.
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
        holds: Callable[[], bool] = lambda: False,
        a_minute: int = MESSAGES_A_MINUTE,
    ) -> None:
        self._db = db
        self._sender = sender
        self._health = health
        self._clock = clock
        self._said = said
        #: Held until what was taken is committed: nothing is taken twice.
        self._taking: Final = asyncio.Lock()
        #: Where what was taken is sent; None when nobody sends.
        self._tasks: asyncio.TaskGroup | None = None
        #: What was taken while nobody sent.
        self._taken: deque[tuple[str, list[Ready]]] = deque()
        #: Lanes in which something is being sent.
        self._busy: set[str] = set()
        self._ways: Final = asyncio.Semaphore(_ON_THE_WAY)
        self._promised: Final = asyncio.Semaphore(_PROMISED)
        #: Lets what was sent be written down if nothing else does it.
        self._reminder: asyncio.TimerHandle | None = None
        #: More waits than was taken.
        self._more = False
        #: What was sent and is not yet written down.
        self._results: list[tuple[OutboxId, EventId | None]] = []
        self._pace: Final = Pace(a_minute)
        self._reached = reached
        self._holds = holds
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
            self._tasks = tasks
            try:
                await self._run()
            finally:
                self._tasks = None

    async def _run(self) -> None:
        backoff = Backoff(most=15.0)
        while True:
            await self._reached.wait()
            self._said.clear()
            try:
                due = await self._exchange()
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
            while self._taken:
                await self._speak(*self._taken.popleft())
            await self._exchange()
            if not self._taken and not self._results:
                return

    @contextlib.asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """Open a transaction that first writes down what was sent and at its end takes what was said in it.

        So an answer needs no transaction of its own, and what people say to it finds it.
        """
        async with self._round() as round_:
            yield round_.db
            waits = not self._reached.is_set() or await self._take(round_, since=round_.since) is not None
            if waits or (self._more and not self._is_crowded):
                # The loop waits until then, or until we are heard again, and takes what is older.
                self._said.set()

    @property
    def _is_crowded(self) -> bool:
        return len(self._busy) >= _CROWD or self._holds()

    async def _exchange(self) -> datetime | None:
        """Write down what was sent and take what is due; return when the next postponed post is due."""
        async with self._round() as round_:
            return await self._take(round_)

    @contextlib.asynccontextmanager
    async def _round(self) -> AsyncIterator[_Round]:
        async with self._taking:
            results, self._results = self._results, []
            if self._reminder is not None:
                self._reminder.cancel()
                self._reminder = None
            # What becomes free meanwhile has a result that is not among these.
            busy = set(self._busy)
            try:
                async with self._db.transaction(several=True) as db:
                    await outbox.mark_sent(db, results)
                    yield (round_ := _Round(db, busy, await lanes.newest(db)))
            except BaseException:
                self._results = results + self._results
                # A commit whose answer was lost may have happened all the same.
                self._said.set()
                raise
            begun: dict[str, list[Ready]] = {}
            for one in round_.taken:
                begun.setdefault(lanes.lane(one.post), []).append(one)
            if self._more and not busy <= self._busy:
                # A lane became free meanwhile, and was left out.
                self._said.set()
            for name, posts in begun.items():
                self._begin(name, posts)

    async def _take(self, round_: _Round, *, since: OutboxId | None = None) -> datetime | None:
        db, now = round_.db, self._clock()
        await self._sender.settle(db)
        if since is None and self._is_crowded:
            return None
        heads = await lanes.heads(db, round_.busy, now=now, since=since)
        due, later = self._choose(heads, now)
        if due:
            round_.taken = await self._sender.take(db, due)
        self._more = len(due) < len(heads) or await lanes.any_new(db)
        if since is not None:
            return later
        return min(filter(None, (later, await lanes.next_try_at(db, now=now))), default=None)

    def _begin(self, name: str, posts: list[Ready]) -> None:
        self._busy.add(name)
        if self._tasks is None:
            self._taken.append((name, posts))
        else:
            self._tasks.create_task(self._speak(name, posts))

    def _choose(self, heads: Sequence[Post], now: datetime) -> tuple[list[Post], datetime | None]:
        """Return what of this may be sent now, and when more of it may."""
        due: list[Post] = []
        later: list[datetime] = []
        begun: set[str] = set()
        closed: set[str] = set()
        for post in heads:
            name = lanes.lane(post)
            if name in closed:
                continue
            until = max(filter(None, (self._pause(now), self._pace.until(post, now))), default=now)
            if until > now:
                later.append(until)
                closed.add(name)
                continue
            if post.attempts:
                # It failed before: the rest of the lane waits until it is through.
                closed.add(name)
                if name in begun:
                    continue
            begun.add(name)
            due.append(post)
            self._pace.taken(post, now)
        return due, min(later, default=None)

    def _pause(self, now: datetime) -> datetime | None:
        """Return until when the homeserver asked for silence, unless the clock went back since."""
        until = self._pause_until
        return until if until is not None and until - now <= timedelta(seconds=LONGEST) else None

    async def _speak(self, name: str, posts: Sequence[Ready]) -> None:
        try:
            through = await self._send_all(posts)
        except BaseException:
            # From here on the group of tasks takes no more.
            self._tasks = None
            raise
        finally:
            self._busy.discard(name)
        if not through or (self._more and not self._is_crowded):
            self._said.set()
        elif self._reminder is None:
            self._reminder = asyncio.get_running_loop().call_later(_WRITTEN_AFTER, self._said.set)

    async def _send_all(self, posts: Sequence[Ready]) -> bool:
        for ready in posts:
            async with self._way(ready.post):
                through = await self._send(ready)
            if not through:
                return False
        return True

    def _way(self, post: Post) -> contextlib.AbstractAsyncContextManager[object]:
        # Receipts do not wait: they are what people look for.
        if lanes.is_receipt(post):
            return contextlib.nullcontext()
        return self._promised if post.cause.startswith(lanes.PROMISED) else self._ways

    async def _send(self, ready: Ready) -> bool:
        """Send one post; return whether its lane may go on."""
        post = ready.post
        try:
            event_id = await self._sender.deliver(ready)
        except Opened:
            return False
        except Undeliverable as error:
            await self._give_up(post, error.reason)
        except MatrixError as error:
            return await self._refused(post, error)
        except (Unreachable, NotShared) as error:
            self._health.count("unreachable")
            await self._postpone(post, error)
            return False
        except Exception as error:
            if not is_outage(error):
                logger.exception("sending_failed", post=post.id)
                self._health.count("errors", part="outbox")
            await self._postpone(post, error)
            return False
        else:
            self._results.append((post.id, event_id))
            self._pace.sent(post, self._clock())
            self._sent += 1
            self._failing_since.pop(post.id, None)
            logger.debug("sent", post=post.id)
            self._health.count("sent")
        return True

    async def _refused(self, post: Post, error: MatrixError) -> bool:
        """Decide what a refusal means; return whether the lane may go on."""
        self._health.count("refused_by_homeserver", errcode=error.errcode or "none")
        if error.errcode == "M_UNKNOWN_TOKEN":
            raise TokenLost from error
        if error.status == 429:
            wait = Backoff(most=30.0).next(error)
            self._pause_until = self._clock() + timedelta(seconds=wait)
            await self._postpone(post, error, timedelta(seconds=wait))
            return False
        if error.status >= 500 or not error.errcode:
            # Without an errcode it was a proxy that spoke, not the homeserver.
            before = self._failing_since.setdefault(post.id, self._sent)
            tries = post.attempts + 1
            others = tries >= _HOPELESS_TRIES and self._sent - before >= _HOPELESS_OTHERS
            if not others and (tries < _HOPELESS_ALONE or not self._syncs()):
                await self._postpone(post, error)
                return False
        await self._give_up(post, error.errcode or f"status_{error.status}")
        return True

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
            async with asyncio.timeout(wait):
                await self._said.wait()
        except TimeoutError:
            return
