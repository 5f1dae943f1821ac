# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""One of two processes leads on PostgreSQL: the other waits, takes over, and nothing is done twice.

A lock that goes away with its session says who leads; a beat in each second says that the leader works. What
makes it safe is asked elsewhere: ``fence`` in each transaction, ``confirm`` before each request.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any, Final, Never

import structlog
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from bot.clock import Moment
from storage import leader, migrations
from storage.database import NotLeadingError, is_outage
from storage.leader import Sign
from storage.migrations import Schema

logger = structlog.get_logger(__name__)

#: Seconds between two signs of life of the leader.
BEAT_EVERY: Final = 1.0
#: Nothing is sent later than so many seconds after the last answered beat was begun.
FRESH: Final = 3.0
#: A leader whose sign of life has not changed for so long hangs. Longer than ``FRESH``: it has stopped sending.
HUNG_AFTER: Final = 4.0
#: Seconds between two tries of a process that waits.
TRY_EVERY: Final = 0.25
#: A database that does not answer in so many seconds is taken for unreachable.
ANSWER_WITHIN: Final = 10.0

#: The session must end soon after its machine is gone, and must not wait long for a hung transaction.
_SESSION: Final = {
    "application_name": "tafelrunde leader",
    "tcp_keepalives_idle": "3",
    "tcp_keepalives_interval": "1",
    "tcp_keepalives_count": "3",
    "lock_timeout": "1000",
}
#: PostgreSQL's code for a lock that was not free in time.
_LOCK_NOT_AVAILABLE: Final = "55P03"


class Leadership:
    """The time in which this process leads.

    Args:
        connection: the session that holds the lock.
        epoch: the number of this leadership.
        since: a moment before the epoch began.
        waited: another process led before, while this one waited.
    """

    def __init__(
        self,
        connection: AsyncConnection,
        epoch: int,
        since: Moment,
        *,
        waited: bool = False,
        clock: Callable[[], Moment] = Moment.now,
    ) -> None:
        self.epoch: Final = epoch
        self.waited: Final = waited
        self._connection = connection
        self._clock = clock
        self._confirmed = since
        self._lost = False
        #: Somebody needs a beat now.
        self._wanted = asyncio.Event()
        #: A beat was answered, or will never be.
        self._news = asyncio.Condition()

    async def keep(self, every: float = BEAT_EVERY) -> Never:
        """Give signs of life until this process no longer leads; a task of its own.

        Raises:
            NotLeadingError: it does not lead any more, or cannot know.
        """
        await self._listen()
        try:
            while True:
                self._wanted.clear()
                await self._beat()
                with suppress(TimeoutError):
                    async with asyncio.timeout(every):
                        await self._wanted.wait()
        finally:
            self._lose()
            async with self._news:
                self._news.notify_all()

    async def confirm(self) -> None:
        """Return if this process led a moment ago; after a pause of whatever kind, ask the database first.

        Raises:
            NotLeadingError: it does not lead any more.
        """
        while not self._lost and self._confirmed.until(self._clock()) > FRESH:
            self._wanted.set()
            async with self._news:
                await self._news.wait()
        if self._lost:
            raise NotLeadingError

    async def fence(self, db: AsyncConnection) -> None:
        """Make sure that this process leads until the transaction of ``db`` ends.

        Raises:
            NotLeadingError: it does not lead any more.
        """
        if self._lost or not await leader.is_current(db, self.epoch):
            self._lose()
            raise NotLeadingError

    async def _beat(self) -> None:
        begun = self._clock()
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                alive = await leader.beat(self._connection, self.epoch)
        except Exception as error:
            if not is_outage(error):
                raise
            alive = False
        if self._lost or not alive:
            raise NotLeadingError
        async with self._news:
            self._confirmed = begun
            self._news.notify_all()

    async def _listen(self) -> None:
        """Learn at once that the session has ended, not only at the next beat."""
        with suppress(Exception):  # a session that has ended already shows at the first beat
            raw: Any = await self._connection.get_raw_connection()
            raw.driver_connection.add_termination_listener(lambda _connection: self._lose())

    def _lose(self) -> None:
        self._lost = True
        self._wanted.set()


@asynccontextmanager
async def won(database_url: str) -> AsyncIterator[Leadership]:
    """Wait until this process leads, with a database of the newest schema; give the lock back at the end.

    Raises:
        NewerSchemaError: the database was made by a later version of this program.
        SQLAlchemyError, OSError: the database cannot be reached.
    """
    engine = create_async_engine(
        database_url,
        poolclass=NullPool,
        isolation_level="AUTOCOMMIT",
        hide_parameters=True,
        connect_args={"timeout": ANSWER_WITHIN, "server_settings": _SESSION},
    )
    try:
        async with engine.connect() as connection:
            try:
                waited = await _lock(connection)
                if await migrations.compare(connection) is not Schema.CURRENT:
                    await migrations.upgrade(database_url)
                since = Moment.now()
                epoch = await _take(connection)
                logger.info("leading", epoch=epoch)
                yield Leadership(connection, epoch, since, waited=waited)
            finally:
                # Not closed in good order, for which a database that is away would let us wait.
                await connection.invalidate()
    finally:
        await engine.dispose()


async def _lock(connection: AsyncConnection) -> bool:
    """Wait for the lock; return whether another process had it."""
    watch = Watch()
    waited = False
    while True:
        async with asyncio.timeout(ANSWER_WITHIN):
            if await leader.try_lock(connection):
                return waited
            if not waited:
                waited = True
                logger.info("standby")
            sign = await leader.last_sign(connection)
            ended = sign is not None and watch.is_hung(sign) and await leader.end_hung(connection, sign)
        if ended:
            logger.warning("hung_leader_ended")
        else:
            await asyncio.sleep(TRY_EVERY)


class Watch:
    """Tells a leader that hangs: by our own clock, so that the database's may be set."""

    def __init__(self, clock: Callable[[], float] | None = None) -> None:
        self._clock = clock or asyncio.get_running_loop().time
        self._last: Sign | None = None
        self._since = 0.0

    def is_hung(self, sign: Sign) -> bool:
        """Has the leader's sign been this one for too long?"""
        if sign != self._last:
            self._last, self._since = sign, self._clock()
        return self._clock() - self._since > HUNG_AFTER


async def _take(connection: AsyncConnection) -> int:
    """Begin our epoch; what an earlier leader still has in hand is ended, not waited for."""
    while True:
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                await leader.end_transactions(connection)
                return await leader.take(connection)
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) != _LOCK_NOT_AVAILABLE:
                raise
