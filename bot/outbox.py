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
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.backoff import Backoff
from bot.health import Health
from bot.matrix.errors import MatrixError, NotShared, Unreachable
from bot.pace import MESSAGES_A_MINUTE, Pace
from bot.patience import Patience
from bot.pump import TokenLost
from bot.sending import Opened, Ready, Sender, Undeliverable
from bot.waiting import Waiting
from method.ids import EventId, OutboxId, RoomId
from method.timers import PROMISED
from storage import lanes, outbox
from storage.database import Database, is_outage
from storage.outbox import Post

logger = structlog.get_logger(__name__)

#: So many messages are on their way at once, and fewer of what was promised for a time: neither a hundred boards nor
#: what ten thousand are told at nine o'clock must keep an answer waiting.
_ON_THE_WAY: Final = 16
_PROMISED: Final = 8
#: While in so many lanes something waits or is on its way, no more is taken but what is new.
_CROWD: Final = 200
#: So many rooms are looked at in one transaction: four milliseconds where twenty posts wait in each, all on the loop.
_ROOMS: Final = 20
#: Rooms that became free are looked at together after so many seconds: who writes waits for each commit.
_BREATH: Final = 0.06
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
    #: Lanes in which more waits than was taken, and whether somebody has asked there.
    behind: Collection[str] = ()
    asked: bool = False


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
        self._waiting: Final = Waiting()
        self._wake: Final = asyncio.Event()
        #: What was sent and is not yet written down.
        self._results: list[tuple[OutboxId, EventId | None]] = []
        self._pace: Final = Pace(a_minute)
        self._reached = reached
        self._holds = holds
        self._patience: Final = Patience(health, clock)

    async def run(self) -> None:
        """Send for ever.

        Raises:
            ExceptionGroup: with ``TokenLost`` in it when the homeserver refuses our token.
        """
        async with asyncio.TaskGroup() as tasks:
            self._tasks = tasks
            self._look_everywhere()
            tasks.create_task(self._listen())
            try:
                await self._run()
            finally:
                self._tasks = None

    async def _run(self) -> None:
        backoff = Backoff(most=15.0)
        while True:
            await self._reached.wait()
            self._wake.clear()
            try:
                await self._exchange()
            except Exception as error:
                if not is_outage(error):
                    raise
                await asyncio.sleep(backoff.next())
                continue
            backoff.reset()
            await self._rest()

    async def _listen(self) -> None:
        while True:
            await self._said.wait()
            self._said.clear()
            self._look_everywhere()

    def look(self, *, anywhere: bool = False) -> None:
        """Look where something new was said; ``anywhere``: in all rooms, what waits there may have become due."""
        self._waiting.expect(anywhere=anywhere)
        self._wake.set()

    def _look_everywhere(self) -> None:
        self._waiting.is_incomplete = True
        self._wake.set()

    async def drain(self) -> None:
        """Send everything that is due now, one after the other."""
        while True:
            while self._taken:
                await self._speak(*self._taken.popleft())
            self._waiting.is_incomplete = True
            await self._exchange()
            while self._waiting and not self._taken and not self._is_crowded:
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
            if self._reached.is_set():
                await self._look(round_)
            else:
                self._look_everywhere()

    @property
    def _is_crowded(self) -> bool:
        return len(self._busy) >= _CROWD or self._holds()

    async def _exchange(self) -> None:
        """Write down what was sent and take what is due."""
        async with self._round() as round_:
            if not (crowded := self._is_crowded):
                await self._waiting.find(round_.db, round_.since)
            if rooms := self._waiting.take(0 if crowded else _ROOMS, self._clock()):
                await self._look(round_, rooms)

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
                self._look_everywhere()
                raise
            begun: dict[str, list[Ready]] = {}
            for one in round_.taken:
                begun.setdefault(lanes.lane(one.post), []).append(one)
            for name, posts in begun.items():
                self._begin(name, posts)
            for name in round_.behind:
                self._waiting.stand_behind(name, asked=round_.asked)
                if name not in self._busy:
                    # It became free meanwhile.
                    self._waiting.free(name)
            self._go_on()

    async def _look(self, round_: _Round, rooms: Collection[RoomId] | None = None) -> None:
        """Take what may be sent now in these rooms; without them, in those in which something new was said."""
        db, round_.asked = round_.db, rooms is None
        await self._sender.settle(db)
        since = round_.since if rooms is None else None
        found = await lanes.heads(db, rooms or (), busy=round_.busy, since=since)
        choice = self._pace.choose(found.posts, self._clock())
        if choice.due:
            round_.taken = await self._sender.take(db, choice.due)
        for name, until in choice.later.items():
            self._waiting.put_off(name, until)
        round_.behind = (found.more | choice.behind) - set(choice.later)

    def _begin(self, name: str, posts: list[Ready]) -> None:
        self._busy.add(name)
        if self._tasks is None:
            self._taken.append((name, posts))
        else:
            self._tasks.create_task(self._speak(name, posts))

    async def _speak(self, name: str, posts: Sequence[Ready]) -> None:
        try:
            through = await self._send_all(posts)
        except BaseException:
            # From here on the group of tasks takes no more.
            self._tasks = None
            raise
        finally:
            self._busy.discard(name)
        if not through:
            self._waiting.stand_behind(name, asked=False)
        self._waiting.free(name)
        self._go_on()

    def _go_on(self) -> None:
        """Let the loop look: at once where somebody waits for it, else when a few more have become free."""
        is_open = not self._is_crowded
        if self._waiting.is_asked or (self._waiting.is_incomplete and is_open):
            self._wake.set()
            return
        wait = _BREATH if self._waiting and is_open else _WRITTEN_AFTER if self._results else None
        loop = asyncio.get_running_loop()
        if wait is None or (self._reminder is not None and self._reminder.when() <= loop.time() + wait):
            return
        if self._reminder is not None:
            self._reminder.cancel()
        self._reminder = loop.call_later(wait, self._wake.set)

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
        return self._promised if post.cause.startswith(PROMISED) else self._ways

    async def _send(self, ready: Ready) -> bool:
        """Send one post; return whether its lane may go on."""
        post = ready.post
        try:
            event_id = await self._sender.deliver(ready)
        except Opened:
            # What waits for it stands elsewhere now.
            self._look_everywhere()
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
            self._patience.sent(post)
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
            self._pace.pause(self._clock() + timedelta(seconds=wait))
            await self._postpone(post, error, timedelta(seconds=wait))
            return False
        if self._patience.lasts(post, error):
            await self._postpone(post, error)
            return False
        await self._give_up(post, error.errcode or f"status_{error.status}")
        return True

    async def _give_up(self, post: Post, reason: str) -> None:
        logger.warning("not_sent", post=post.id, kind=post.kind, reason=reason)
        self._patience.forget(post)
        async with self._db.transaction() as db:
            await outbox.mark_dead(db, post.id, reason)

    async def _postpone(self, post: Post, error: Exception, wait: timedelta | None = None) -> None:
        if wait is None:
            wait = timedelta(seconds=Backoff(first=2.0 ** min(post.attempts, 6)).next())
        try:
            async with self._db.transaction() as db:
                await outbox.postpone(db, post.id, self._clock() + wait, type(error).__name__)
        except Exception as failure:
            if not is_outage(failure):
                raise
            await asyncio.sleep(1.0)

    async def _rest(self) -> None:
        # On SQLite nothing else here gives the other loops a turn.
        await asyncio.sleep(0)
        until = None if self._is_crowded else self._waiting.until
        wait = None if until is None else max((until - self._clock()).total_seconds(), 0.05)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(wait):
                await self._wake.wait()
