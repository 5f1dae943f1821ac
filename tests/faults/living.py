# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""A conversation whose loops run by themselves, so that storage may fail under them at any time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import clock
from bot.clock import Clock
from bot.matrix.crypto import Crypto
from storage import sync
from storage.database import Database
from tests.chat import GROUP, Chat
from tests.fake_homeserver import DEVICE, ME, FakeHomeserver

Json = dict[str, Any]
#: The file may not grow; it may not be written. And how a connection gets well again.
FULL = "PRAGMA max_page_count=1"
READ_ONLY = "PRAGMA query_only=ON"
MENDED = {FULL: "PRAGMA max_page_count=1000000", READ_ONLY: "PRAGMA query_only=OFF"}

#: Seconds in which the bot must be through after a fault has ended: its loops wait up to fifteen.
PATIENCE = 60.0


class Living(Chat):
    """A group's room; what people say waits at the homeserver until the bot asks for it.

    Attributes:
        fault: what spoils the connection of each transaction that writes; None: nothing does.
        tries: how many such transactions were begun.
    """

    def __init__(self, db: Database, homeserver: FakeHomeserver, crypto: Crypto) -> None:
        super().__init__(db, homeserver, crypto)
        self.fault: str | None = None
        self.tries = 0
        self.slowest = 0.0
        self._timeline: list[Json] = []
        self._news = asyncio.Condition()
        homeserver.sync = self._sync  # type: ignore[method-assign]  # the fake's own
        self._transaction = db.transaction
        db.transaction = self._counted  # type: ignore[method-assign]  # every writer passes here

    @property
    def now(self) -> datetime:
        """The time."""
        return clock.now()

    @now.setter
    def now(self, _moment: datetime) -> None:
        """Leave the time alone."""

    @asynccontextmanager
    async def _counted(self, *, several: bool = False) -> AsyncIterator[AsyncConnection]:
        self.tries += 1
        async with self._transaction(several=several) as connection:
            if self.fault is None:
                yield connection
                return
            try:
                await connection.exec_driver_sql(self.fault)
                yield connection
            finally:
                await connection.exec_driver_sql(MENDED[self.fault])

    async def _sync(self, since: str | None, *, timeout_ms: int, **_options: Any) -> Json:
        known = int(since[1:]) if since and since.startswith("n") else 0
        async with self._news:
            try:
                await asyncio.wait_for(
                    self._news.wait_for(lambda: len(self._timeline) > known), timeout_ms / 1000 or 0.01
                )
            except TimeoutError:
                return {"next_batch": since}
        events = self._timeline[known:]
        rooms = {"join": {GROUP: {"timeline": {"events": events}}}}
        return {"next_batch": f"n{len(self._timeline)}", "rooms": rooms}

    async def write(self, *bodies: str) -> None:
        """Let many people write, each once, so that nobody writes too much; nobody waits for an answer."""
        async with self._news:
            for body in bodies:
                content = {"msgtype": "m.text", "body": body, "m.mentions": {}}
                somebody = f"person{len(self._timeline)}"
                self._timeline.append(self.event("m.room.message", content, by=somebody))
            self._news.notify_all()

    def receipts(self) -> list[str]:
        """Return the receipts so far, in order."""
        keys = [s.content["m.relates_to"]["key"] for s in self.homeserver.sent if s.type == "m.reaction"]
        return [key for key in keys if key.startswith("✅")]

    @property
    def is_red(self) -> bool:
        """Does the health page say that nothing can be written?"""
        return not self.health.database_writable

    @asynccontextmanager
    async def alive(self) -> AsyncIterator[None]:
        """Let all loops run while the block runs; none of them may end."""
        async with asyncio.TaskGroup() as tasks:
            loops = [tasks.create_task(loop.run()) for loop in (self.pump, self.inbox, self.outbox)]
            loops.append(tasks.create_task(self._feel()))
            ticking = Clock(self.upkeep)
            ticking.start()
            try:
                yield
                assert not any(loop.done() for loop in loops)
            finally:
                ticking.stop()
            for loop in loops:
                loop.cancel()

    async def _feel(self) -> None:
        """Measure how long the event loop stood still at most."""
        while True:
            before = time.monotonic()
            await asyncio.sleep(0.01)
            self.slowest = max(self.slowest, time.monotonic() - before)


async def until(holds: Callable[[], bool], what: str, *, timeout: float = PATIENCE) -> None:
    """Look again and again until something holds.

    Raises:
        AssertionError: it does not hold in time.
    """
    deadline = time.monotonic() + timeout
    while not holds():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        await asyncio.sleep(0.02)


async def living(db: Database) -> Living:
    """Start a bot with this database and let it be welcomed in the group's room."""
    homeserver = FakeHomeserver()
    crypto = await Crypto.open(db, homeserver, ME, DEVICE, bytes(range(32)))
    chat = Living(db, homeserver, crypto)
    async with db.transaction() as connection:
        await sync.load(connection, now=chat.now)
        await sync.advance(connection, "s0", 0)
    await chat.found()
    await chat.answers()
    return chat
