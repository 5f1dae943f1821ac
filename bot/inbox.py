# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Handles journalled events: decrypted, checked, given to the commands, each undone by itself if it fails.

The events of a response share a transaction, because a commit costs more than handling an event. A handler
that fails is tried three times and then put aside; it never blocks its room for long. An event that kills
the process is found by its counted attempts after the next starts, when each has a transaction of its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.backoff import Backoff
from bot.endings import EVENT, Endings
from bot.floods import Floods
from bot.handler import TIMED, Handler, load
from bot.health import Health
from bot.matrix.crypto import Crypto
from bot.outbox import Outbox
from bot.residence import LATER, Residence
from commands.contents import Operator
from config.texts import text
from method.ids import EventId, RoomId, UserId
from storage import inbox, rooms, sync
from storage.database import Database, is_outage, savepoint
from storage.inbox import Entry
from storage.sync import ToDevice

logger = structlog.get_logger(__name__)

ATTEMPTS: Final = 3
#: So often the process may die while it handles an event. Whoever kills a bot again and again hits the same innocent
#: event three times in a row now and then.
DEATHS: Final = 6
RETRY_AFTER: Final = timedelta(seconds=5)


@dataclass(slots=True)
class _Page:
    """Events handled in one transaction."""

    ends: Endings
    handled: list[tuple[Entry, str]] = field(default_factory=list)
    failures: list[tuple[Entry, Exception]] = field(default_factory=list)


class Inbox:
    """The worker that takes journalled events in order.

    Args:
        arrived: set when there may be something to do.
        outbox: sends what handling says.
        said: set when something was put into it in another transaction than its own.
        wanted: set when an event waits for its sender's devices.
        floods: who has written too much lately.
    """

    def __init__(
        self,
        db: Database,
        crypto: Crypto,
        residence: Residence,
        *,
        me: UserId,
        operator: Operator,
        health: Health,
        clock: Callable[[], datetime],
        arrived: asyncio.Event,
        outbox: Outbox,
        said: asyncio.Event,
        wanted: asyncio.Event,
        floods: Floods,
    ) -> None:
        self._db = db
        self._crypto = crypto
        self._me = me
        self._health = health
        self._clock = clock
        self._arrived = arrived
        self._outbox = outbox
        self._said = said
        self._wanted = wanted
        self._floods = floods
        self._handler = Handler(crypto, residence, me=me, operator=operator, clock=clock, floods=floods)
        #: Held by whoever handles events.
        self._handling: Final = asyncio.Lock()
        self._started = False
        #: Events journalled up to here may have killed an earlier process.
        self._suspicious = -1
        #: Events whose counted attempt the database ended: that was not their fault, and is not counted again.
        self._interrupted: set[EventId] = set()
        #: Handling one event has taken up others again.
        self._woken = False

    async def run(self) -> None:
        """Handle events for ever."""
        backoff = Backoff(most=15.0)
        while True:
            self._arrived.clear()
            try:
                if not self._started:
                    await self.start()
                await self.drain()
            except Exception as error:
                if not is_outage(error):
                    raise
                self._health.database_writable = False
                logger.warning("database_unavailable", error=type(error).__name__)
                # A commit whose answer was lost may have happened all the same.
                self._said.set()
                self._wanted.set()
                await asyncio.sleep(backoff.next())
                continue
            backoff.reset()
            await self._rest()

    async def start(self) -> None:
        """Mark what an earlier process left behind: it is handled one by one, attempts counted first."""
        async with self._db.transaction() as db:
            self._suspicious = (await sync.load(db, now=self._clock())).batch
            for sender, until in await inbox.held(db):
                self._floods.resume(sender, until, self._clock())
        self._started = True

    @asynccontextmanager
    async def transaction(self, *, alone: bool) -> AsyncIterator[AsyncConnection]:
        """Open a transaction for journalling; at its end, what is due by then is handled.

        So an event needs no transaction of its own. Much at once, and what may have killed an earlier
        process, is left to the loop; if the transaction fails, the homeserver gives everything again.

        Args:
            alone: handle nothing in it.
        """
        if alone or not self._started or self._handling.locked():
            async with self._db.transaction() as db:
                yield db
            self._arrived.set()
            return
        async with self._handling:
            self._woken = False
            page = None
            async with self._outbox.transaction() as db:
                yield db
                if not await sync.to_device_waiting(db):
                    entries = await self._due(db)
                    if len(entries) < inbox.PAGE and not any(map(self._is_suspicious, entries)):
                        page = await self._handle_page(db, entries)
            if page is None or not await self._settle(page):
                self._arrived.set()

    async def drain(self) -> None:
        """Handle everything that is due now."""
        while True:
            async with self._handling:
                if not await self._next_page():
                    return

    async def _next_page(self) -> bool:
        """Handle what is due now; return whether there may be more, which the pump would not tell."""
        async with self._db.reading() as db:
            keys = await sync.to_device_waiting(db)
            entries = [] if keys else await self._due(db)
        if keys:
            await self._receive_keys(keys)
            return True
        if not entries:
            return False
        self._woken = False
        if any(map(self._is_suspicious, entries)):
            await self._one_by_one(entries)
        else:
            async with self._outbox.transaction() as db:
                page = await self._handle_page(db, entries)
            await self._settle(page)
        return len(entries) == inbox.PAGE or self._woken

    async def _due(self, db: AsyncConnection) -> list[Entry]:
        return await inbox.due(db, now=self._clock())

    def _is_suspicious(self, entry: Entry) -> bool:
        return entry.batch <= self._suspicious or entry.attempts > 0

    async def _handle_page(self, db: AsyncConnection, entries: Sequence[Entry]) -> _Page:
        """Handle events in this transaction; only an outage of the database is raised."""
        page = _Page(await Endings.begin(db))
        waits: set[RoomId] = set()
        for place, entry in enumerate(entries):
            if place:
                # On SQLite nothing else here gives the other loops a turn.
                await asyncio.sleep(0)
            # What comes after an event that is tried again later waits too, as in due().
            if entry.room_id in waits:
                continue
            try:
                async with savepoint(db):
                    rule = await self._handler.handle(page.ends, entry)
            except Exception as error:
                if is_outage(error):
                    raise
                page.ends.undo(entry)
                page.failures.append((entry, error))
                waits.add(entry.room_id)
            else:
                page.handled.append((entry, rule))
                if rule == LATER:
                    waits.add(entry.room_id)
        await page.ends.flush()
        return page

    async def _settle(self, page: _Page) -> bool:
        """Do what follows when the page is committed; return whether nothing is left for later."""
        self._ended(page.ends)
        for entry, rule in page.handled:
            self._count(entry, rule)
        for entry, failure in page.failures:
            await self._failed(entry, failure)
        return not (self._woken or page.failures or any(rule in TIMED for _, rule in page.handled))

    async def _one_by_one(self, entries: Sequence[Entry]) -> None:
        held: set[RoomId] = set()
        for entry in entries:
            if entry.room_id not in held and not await self.handle(entry):
                held.add(entry.room_id)

    async def handle(self, entry: Entry) -> bool:
        """Handle one event, its attempt counted first; only an outage of the database is raised.

        Return False if it is to be tried again later.
        """
        if entry.attempts >= DEATHS and entry.event_id not in self._interrupted:
            await self._put_aside(entry, "killed_the_process")
            return True
        try:
            if entry.event_id not in self._interrupted:
                async with self._db.transaction() as db:
                    await inbox.count_attempt(db, entry.event_id)
                entry = replace(entry, attempts=entry.attempts + 1)
            async with self._outbox.transaction() as db:
                ends = await Endings.begin(db)
                rule = await self._handler.handle(ends, entry)
                await ends.flush()
            self._ended(ends)
        except Exception as error:
            if is_outage(error):
                self._interrupted.add(entry.event_id)
                raise
            self._interrupted.discard(entry.event_id)
            return await self._failed(entry, error)
        self._interrupted.discard(entry.event_id)
        self._count(entry, rule)
        return rule != LATER

    def _ended(self, ends: Endings) -> None:
        """Tell what is committed; told before, who looks would find nothing yet, and not look again."""
        self._woken = self._woken or ends.woken
        if ends.lacks_devices:
            self._wanted.set()

    def _count(self, entry: Entry, rule: str) -> None:
        logger.debug("event_handled", event_id=entry.event_id, rule=rule)
        self._health.count("events", rule=rule)

    async def _failed(self, entry: Entry, error: Exception) -> bool:
        logger.error("handler_failed", event_id=entry.event_id, exc_info=error)
        self._health.count("errors", part="inbox")
        async with self._db.transaction() as db:
            if not self._is_suspicious(entry):
                await inbox.count_attempt(db, entry.event_id)
                entry = replace(entry, attempts=1)
            await inbox.postpone(db, entry.event_id, self._clock() + RETRY_AFTER * entry.attempts)
        if entry.attempts >= ATTEMPTS:
            await self._put_aside(entry, type(error).__name__)
            return True
        return False

    async def _put_aside(self, entry: Entry, reason: str) -> None:
        logger.error("put_aside", event_id=entry.event_id, reason=reason)
        self._health.count("events", rule="put_aside")
        async with self._db.transaction() as db:
            await inbox.finish(db, entry.event_id, "dead", "put_aside")
            self._woken = await inbox.wake(db, [f"{EVENT}{entry.event_id}"]) > 0 or self._woken
            room = await rooms.find(db, entry.room_id)
            if room is not None and room.membership == "join" and not entry.event_id.startswith("~"):
                ctx = await self._handler.context(db, entry, entry.sender or self._me)
                words = text("I could not process this message. Nothing was saved. Please try it once more.")
                await ctx.reply(words, to=entry.event_id)
        self._said.set()

    async def _receive_keys(self, waiting: Sequence[ToDevice]) -> None:
        """Take in journalled to-device messages; what was unreadable for want of a key is woken."""
        async with self._crypto.transaction() as db:
            sessions = [self._crypto.receive(load(message.raw) or {}) for message in waiting]
            await inbox.wake(db, [f"key:{session}" for session in sessions if session])
            await sync.remove_to_device(db, waiting[-1])
        # They may have told of broken sessions and of new devices.
        self._wanted.set()

    async def _rest(self) -> None:
        async with self._db.reading() as db:
            due = await inbox.next_try_at(db)
        wait = None if due is None else max((due - self._clock()).total_seconds(), 0.05)
        try:
            async with asyncio.timeout(wait):
                await self._arrived.wait()
        except TimeoutError:
            return
