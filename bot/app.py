# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Opens everything, runs it in one TaskGroup, closes it: the only place where the parts meet."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from typing import Final

import structlog

from bot import clock, lock, session, start
from bot.clock import Clock
from bot.floods import Floods
from bot.gaps import Gaps
from bot.health import Health, State
from bot.inbox import Inbox
from bot.keys import Keys
from bot.matrix.crypto import Crypto
from bot.matrix.errors import MatrixError
from bot.matrix.homeserver import Homeserver
from bot.outbox import Outbox
from bot.page import DatabaseRewound
from bot.pump import Pump, TokenLost
from bot.residence import Residence
from bot.sending import Sender
from bot.stop import DAMAGED, StopError
from bot.upkeep import Upkeep
from bot.web.server import serving
from commands.context import Operator
from config.settings import Settings
from method.ids import UserId
from storage import migrations, sync
from storage.database import DamagedError, Database

logger = structlog.get_logger(__name__)

#: Seconds between two looks for a new session after the homeserver refused the old one.
_LOOK_AGAIN: Final = 2.0


async def run(settings: Settings) -> int:
    """Run the bot until it is asked to stop (SIGTERM, SIGINT, SIGHUP); return the exit code.

    Raises:
        StopError: it cannot work; the sentence says why.
        AlreadyRunningError: another process works with this database.
    """
    health = Health()
    async with AsyncExitStack() as opened:
        held = await opened.enter_async_context(lock.held(settings.database_url))
        db = await opened.enter_async_context(_database(settings))
        await opened.enter_async_context(serving(settings.health, health, clock.now))
        return await _until_asked(lambda: _live(settings, db, health), held)


@asynccontextmanager
async def _database(settings: Settings) -> AsyncIterator[Database]:
    db = Database(settings.database_url)
    try:
        await db.check()
        await migrations.upgrade(settings.database_url)
        yield db
    except DamagedError:
        raise StopError(DAMAGED) from None
    finally:
        await db.close()


async def _until_asked(work: Callable[[], Awaitable[None]], held: lock.Lock) -> int:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(name, stopped.set)
    tasks = [asyncio.ensure_future(work()), asyncio.ensure_future(held.watch())]
    stop = asyncio.ensure_future(stopped.wait())
    await asyncio.wait([*tasks, stop], return_when=asyncio.FIRST_COMPLETED)
    ended = [task for task in tasks if task.done()]
    for task in (*tasks, stop):
        task.cancel()
    await asyncio.gather(*tasks, stop, return_exceptions=True)
    for task in ended:
        task.result()
    return 0


async def _live(settings: Settings, db: Database, health: Health) -> None:
    homeserver = Homeserver(settings.homeserver)
    try:
        while True:
            rewound = False
            try:
                await _session(settings, db, homeserver, health)
            except* TokenLost:
                logger.error("token_lost", see="tafelrunde_relogin")  # noqa: TRY400 -- expected, no bug
            except* DatabaseRewound:
                rewound = True
            if rewound:
                logger.warning("database_rewound", device_id=homeserver.device_id)
                await start.replace_device(settings, db, homeserver)
                continue
            health.token_lost()
            await _new_session(settings, homeserver.token)
    finally:
        await homeserver.close()


async def _new_session(settings: Settings, lost: str | None) -> None:
    """Wait until ``tafelrunde relogin`` has stored another token."""
    while True:
        stored = session.find(settings.data)
        if stored is not None and stored.token != lost:
            return
        await asyncio.sleep(_LOOK_AGAIN)


async def _session(settings: Settings, db: Database, homeserver: Homeserver, health: Health) -> None:
    """Work with one access token until it is lost."""
    try:
        ours = await start.log_in(settings, homeserver)
        crypto, ours = await start.open_crypto(settings, db, homeserver, ours, health)
    except MatrixError as error:
        raise ExceptionGroup("start", [TokenLost()]) from error
    async with db.transaction() as connection:
        await sync.load(connection, now=clock.now())
        await sync.set_device(connection, ours.device_id)
    health.logged_in = True
    health.state = State.RUNNING
    logger.info("running", device_id=ours.device_id)
    await Work(settings, db, homeserver, crypto, me=ours.user_id, health=health, now=clock.now).run()


class Work:
    """All loops of the bot, wired."""

    def __init__(
        self,
        settings: Settings,
        db: Database,
        homeserver: Homeserver,
        crypto: Crypto,
        *,
        me: UserId,
        health: Health,
        now: Callable[[], datetime],
    ) -> None:
        arrived, said, synced, wanted = (asyncio.Event() for _ in range(4))
        operator = Operator(settings.responsible or settings.server_name, settings.privacy_contact)
        residence = Residence(me=me, invites=settings.invites, health=health, clock=now)
        floods = Floods()
        self.pump = Pump(
            db, homeserver, crypto, me=me, health=health, clock=now, followers=(arrived, wanted, synced),
            floods=floods,
        )  # fmt: skip
        self.inbox = Inbox(
            db, crypto, residence, me=me, operator=operator, health=health, clock=now,
            arrived=arrived, said=said, wanted=wanted, floods=floods,
        )  # fmt: skip
        self.gaps = Gaps(db, homeserver, me=me, health=health, clock=now, synced=synced, arrived=arrived)
        self.keys = Keys(db, crypto, health=health, wanted=wanted, arrived=arrived)
        sender = Sender(db, homeserver, crypto, me=me, clock=now)
        self.outbox = Outbox(db, sender, health=health, clock=now, said=said)
        upkeep = Upkeep(db, me=me, operator=operator, health=health, said=said, arrived=arrived)
        self.clock = Clock(upkeep, clock=now)

    async def run(self) -> None:
        """Run the loops until one of them fails."""
        self.clock.start()
        try:
            async with asyncio.TaskGroup() as tasks:
                for loop in (self.pump, self.inbox, self.gaps, self.keys):
                    tasks.create_task(loop.run(), name=type(loop).__name__)
                tasks.create_task(self._speak(), name="Outbox")
        finally:
            self.clock.stop()

    async def _speak(self) -> None:
        # In a restored database stands what was said long ago; the first response shows that it was.
        await self.pump.caught_up.wait()
        await self.outbox.run()
