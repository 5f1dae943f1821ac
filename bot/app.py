# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Opens everything, runs it in one TaskGroup, closes it: the only place where the parts meet."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final

import structlog

from bot import clock, leadership, lock, session, start
from bot.backoff import Backoff
from bot.clock import Clock
from bot.floods import Floods
from bot.gaps import Gaps
from bot.health import Health, State
from bot.inbox import Inbox
from bot.keys import Keys
from bot.leadership import Leadership
from bot.matrix.crypto import Crypto
from bot.matrix.errors import MatrixError
from bot.matrix.homeserver import Homeserver
from bot.outbox import Outbox
from bot.page import DatabaseRewound
from bot.pump import Pump, TokenLost
from bot.recounts import Recounts
from bot.residence import Residence
from bot.retention import Retention
from bot.sending import Sender
from bot.stop import DAMAGED, EXIT_CONFIGURATION, StopError
from bot.timers import Timers
from bot.upkeep import Upkeep
from bot.web.server import serving
from commands.contents import Operator
from config.settings import Settings
from config.texts import text
from method.ids import UserId
from storage import migrations, sync
from storage.database import DamagedError, Database, NotLeadingError, is_outage

logger = structlog.get_logger(__name__)

#: Seconds between two looks for a new session after the homeserver refused the old one.
_LOOK_AGAIN: Final = 2.0
#: Promises are looked at by each tick; the house is kept not so often.
_HOUSEKEEPING: Final = timedelta(seconds=5)


async def run(settings: Settings) -> int:
    """Run the bot until it is asked to stop (SIGTERM, SIGINT, SIGHUP); return the exit code.

    Raises:
        StopError: it cannot work; the sentence says why.
        AlreadyRunningError: another process works with this SQLite file.
    """
    health = Health()
    async with AsyncExitStack() as opened:
        if settings.database_file is not None:
            await opened.enter_async_context(lock.held(settings.database_url))
            db = await opened.enter_async_context(_database(settings))
            await opened.enter_async_context(serving(settings.health, health, clock.now))
            health.lead()
            work = _live(settings, db, health)
        else:
            await opened.enter_async_context(serving(settings.health, health, clock.now))
            work = _take_turns(settings, health)
        await _until_one_ends(_asked_to_stop(), work)
    return 0


@asynccontextmanager
async def _database(settings: Settings) -> AsyncIterator[Database]:
    db = Database(settings.database_url)
    try:
        await db.check()
        if db.is_sqlite:  # on PostgreSQL it was done before we began to lead
            await migrations.upgrade(settings.database_url)
        yield db
    except DamagedError:
        raise StopError(DAMAGED, EXIT_CONFIGURATION) from None
    finally:
        await db.close()


async def _asked_to_stop() -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(name, stopped.set)
    await stopped.wait()


async def _until_one_ends(*works: Coroutine[Any, Any, None]) -> None:
    """Do several things side by side until one of them ends or fails; the others are cancelled."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        ended = [task for task in tasks if task.done()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in ended:
        task.result()


async def _take_turns(settings: Settings, health: Health) -> None:
    """On PostgreSQL: wait until we lead, work until we no longer do, and wait again."""
    # The operator is told at once if this cannot work; later, a database that is away comes back.
    await migrations.current(settings.database_url)
    backoff = Backoff(first=leadership.TRY_EVERY, most=1.0)
    while True:
        health.stand_by()
        try:
            async with leadership.won(settings.database_url) as turn:
                health.lead()
                await _lead(settings, health, turn)
        except NotLeadingError:
            logger.warning("leadership_lost")
            backoff.reset()
        except Exception as error:
            if not is_outage(error):
                raise
            logger.warning("database_unavailable", error=type(error).__name__)
            await asyncio.sleep(backoff.next())


async def _lead(settings: Settings, health: Health, turn: Leadership) -> None:
    async with _database(settings) as db:
        await _refuse_another_folder(settings, db, turn)
        db.fence = turn.fence
        await _until_one_ends(turn.keep(), _live(settings, db, health, turn.confirm))


async def _refuse_another_folder(settings: Settings, db: Database, turn: Leadership) -> None:
    """Logging in as a new device would make the keys of the process before us worthless."""
    if not turn.waited or session.find(settings.data) is not None:
        return
    async with db.reading() as connection:
        state = await sync.load(connection, now=clock.now())
    if state.device_id is not None:
        raise StopError(
            text(
                "The process before this one was logged in, but {file} is not in this data folder. "
                "Both processes need the same data folder.",
                file=session.SESSION,
            ),
            EXIT_CONFIGURATION,
        )


async def _live(
    settings: Settings, db: Database, health: Health, confirm: Callable[[], Awaitable[None]] | None = None
) -> None:
    homeserver = Homeserver(settings.homeserver, confirm=confirm)
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
        arrived, said, gapped, wanted, self._ended = (asyncio.Event() for _ in range(5))
        operator = Operator(settings.responsible or settings.server_name, settings.privacy_contact)
        residence = Residence(me=me, invites=settings.invites, health=health, clock=now)
        floods = Floods()
        reached = asyncio.Event()
        sender = Sender(db, homeserver, crypto, me=me, clock=now)
        self.outbox = Outbox(
            db, sender, health=health, clock=now, said=said, reached=reached,
            holds=lambda: self.timers.is_storing,
        )  # fmt: skip
        self.inbox = Inbox(
            db, crypto, residence, me=me, operator=operator, health=health, clock=now,
            arrived=arrived, outbox=self.outbox, said=said, wanted=wanted, floods=floods,
        )  # fmt: skip
        self.pump = Pump(
            db, homeserver, crypto, me=me, health=health, clock=now, reached=reached,
            transaction=self.inbox.transaction, arrived=arrived, wanted=wanted, gapped=gapped, floods=floods,
        )  # fmt: skip
        self.gaps = Gaps(
            db, homeserver, me=me, health=health, clock=now, gapped=gapped, arrived=arrived, reached=reached
        )
        self.keys = Keys(db, crypto, health=health, wanted=wanted, arrived=arrived, reached=reached)
        self.upkeep = Upkeep(
            db, me=me, operator=operator, health=health, look=partial(self.outbox.look, anywhere=True),
            arrived=arrived,
        )  # fmt: skip
        self.timers = Timers(
            db, me=me, operator=operator, health=health, said=said, news=self.outbox.look, clock=now
        )
        self.recounts = Recounts(
            db, homeserver, me=me, health=health, clock=now, keep=self.timers,
            ended=self._ended, arrived=arrived, reached=reached,
        )  # fmt: skip
        self.retention = Retention(db)
        #: When the house was kept; None before the first time.
        self._kept: datetime | None = None
        self.clock = Clock(self._tick, clock=now)

    async def _tick(self, now: datetime) -> None:
        await self.timers()
        # A clock that was set back does not put it off.
        if self._kept is None or not self._kept <= now < self._kept + _HOUSEKEEPING:
            self._kept = now
            await self.upkeep(now)
            self._ended.set()
            await self.retention(now)

    async def run(self) -> None:
        """Run the loops until one of them fails."""
        self.clock.start()
        try:
            async with asyncio.TaskGroup() as tasks:
                for loop in (self.pump, self.inbox, self.gaps, self.keys, self.recounts, self.outbox):
                    tasks.create_task(loop.run(), name=type(loop).__name__)
        finally:
            self.clock.stop()
