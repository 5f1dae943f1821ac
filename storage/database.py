# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The database: one way to write in a transaction, one way to read."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Final, cast

from sqlalchemy import Engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, PendingRollbackError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from storage import inline
from storage.inline import InlineConnection

#: SQLite's primary result codes (sqlite.org/rescode.html) that end when somebody mends the machine.
_SQLITE_OUTAGES: Final = frozenset(
    {
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_ABORT,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL,
        sqlite3.SQLITE_NOTADB,
    }
)

#: PostgreSQL's error codes (appendix A of its manual), by their first characters: connection, login, no such
#: database, read-only, deadlock, no space or memory, lock, shutdown, disk, internal error.
_POSTGRES_OUTAGES: Final = ("08", "28", "3D", "25006", "40", "53", "55P03", "57", "58", "XX")


class NotLeadingError(Exception):
    """Another process leads: this one must not write or send any more."""


class DamagedError(Exception):
    """SQLite's file is damaged: bytes have changed that nobody wrote."""


class Database:
    """An engine and the discipline around it.

    Args:
        url: an SQLAlchemy URL: ``sqlite:///file``, or PostgreSQL with its driver, ``postgresql+asyncpg://…``.
    """

    def __init__(self, url: str) -> None:
        self.url: Final = make_url(url)
        self.is_sqlite: Final = self.url.get_backend_name() == "sqlite"
        #: One of the two.
        self._inline: Final = inline.engine(self.url) if self.is_sqlite else None
        self._pooled: Final = (
            None if self.is_sqlite else create_async_engine(url, pool_pre_ping=True, pool_size=8)
        )
        self._idle: Final[list[InlineConnection]] = []
        # One writer at a time: SQLite allows no more, and waiting here is fair and silent.
        self._turn: Final = asyncio.Semaphore(1 if self.is_sqlite else 8)
        self._waiting = 0
        #: Held by whoever writes about several groups at once: two of them could wait for each other's rows.
        self._several: Final = asyncio.Lock()
        #: Asked first in every transaction; raises ``NotLeadingError`` where another process leads.
        self.fence: Callable[[AsyncConnection], Awaitable[None]] | None = None

    @asynccontextmanager
    async def transaction(self, *, several: bool = False) -> AsyncIterator[AsyncConnection]:
        """Open a transaction that commits at the end and rolls back on any error.

        A cancelled task never leaves a commit half done: it is cancelled when the commit is over.

        Args:
            several: it is about several groups; of these there is one at a time.
        """
        async with self._turn_to_write(several), self._connection() as connection:
            if isinstance(connection, InlineConnection):
                await _to_the_end(connection.begin_writing())
            else:
                await connection.begin()
            try:
                if self.fence is not None:
                    await self.fence(connection)
                yield connection
            except BaseException:
                await _to_the_end(connection.rollback())
                raise
            try:
                await _to_the_end(_committing(connection))
            except BaseException:
                # Where a commit failed, SQLite may still have the transaction open.
                await connection.invalidate()
                raise

    @property
    def is_waited_for(self) -> bool:
        """Does somebody wait for a turn to write?"""
        return self._waiting > 0

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """Open a connection that only reads; it waits for no writer."""
        async with self._connection() as connection:
            yield connection
            await connection.rollback()

    async def truncate_wal(self) -> None:
        """Empty SQLite's write-ahead log, so that overwritten text is gone from it too."""
        if self.is_sqlite:
            async with self._turn, self._connection() as connection:
                driver = cast("InlineConnection", connection).driver
                # Outside a transaction, which SQLAlchemy would open.
                await _in_thread(lambda: driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").close())

    async def rewrite(self) -> None:
        """Write SQLite's file anew (a second for 100 MB), so that copies of deleted rows are gone from it too.

        Where a page was divided, the unused part of both may keep rows that have moved: secure_delete overwrites
        the row that is deleted later, and not that copy.
        """
        if not self.is_sqlite:
            return
        async with self._turn, self._connection() as connection:
            driver = cast("InlineConnection", connection).driver
            await _in_thread(lambda: _rewrite(driver, str(self.url.database)))
        await self.truncate_wal()

    async def check(self) -> None:
        """Read SQLite's whole file once and make sure that it holds together (a second for 100 MB).

        Raises:
            DamagedError: it does not; nothing in it can be relied upon.
        """
        if not self.is_sqlite:
            return
        try:
            async with self.reading() as db:
                found = (await db.exec_driver_sql("PRAGMA quick_check(1)")).scalar()
        except DBAPIError as error:
            if isinstance(error.orig, sqlite3.Error) and is_damage(error.orig):
                raise DamagedError from error
            raise
        if found != "ok":
            raise DamagedError

    async def close(self) -> None:
        """Give all connections back."""
        if self._inline is not None:
            while self._idle:
                await self._idle.pop().close()
            self._inline.dispose()
        if self._pooled is not None:
            await self._pooled.dispose()

    @property
    def sync_engine(self) -> Engine:
        """SQLAlchemy's engine, on which events can be listened for."""
        return self._inline or cast("AsyncEngine", self._pooled).sync_engine

    @asynccontextmanager
    async def _turn_to_write(self, several: bool) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            self._waiting += 1
            try:
                if several:
                    await stack.enter_async_context(self._several)
                await stack.enter_async_context(self._turn)
            finally:
                self._waiting -= 1
            yield

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[AsyncConnection]:
        if self._inline is None:
            async with cast("AsyncEngine", self._pooled).connect() as connection:
                yield connection
            return
        # Looking after a pool for each transaction costs more than most transactions.
        inlined = self._idle.pop() if self._idle else InlineConnection(self._inline.connect())
        try:
            yield inlined
        finally:
            if inlined.is_sound:
                self._idle.append(inlined)
            else:
                await inlined.close()


@asynccontextmanager
async def savepoint(db: AsyncConnection) -> AsyncIterator[None]:
    """Undo what the block wrote if it raises; the transaction goes on."""
    await _say(db, "SAVEPOINT block")
    try:
        yield
    except Exception as error:
        try:
            await _say(db, "ROLLBACK TO block")
            await _say(db, "RELEASE block")
        except (sqlite3.Error, DBAPIError):
            # The whole transaction is gone already, with the savepoint in it.
            raise error from None
        raise
    await _say(db, "RELEASE block")


async def _say(db: AsyncConnection, statement: str) -> None:
    if isinstance(db, InlineConnection):
        # Without SQLAlchemy's work on it, which costs twenty times SQLite's own.
        db.driver.execute(statement)
    else:
        await db.exec_driver_sql(statement)


def _committing(connection: AsyncConnection) -> Awaitable[None]:
    return connection.committing() if isinstance(connection, InlineConnection) else connection.commit()


def _rewrite(driver: sqlite3.Connection, file: str) -> None:
    # The draft lies beside the database: there is room, and the container's /tmp is small.
    folder = str(Path(file).absolute().parent).replace("'", "''")
    driver.execute(f"PRAGMA temp_store_directory='{folder}'").close()
    driver.execute("PRAGMA temp_store=FILE").close()
    try:
        driver.execute("VACUUM").close()
    finally:
        driver.execute("PRAGMA temp_store=MEMORY").close()


async def _in_thread(work: Callable[[], None]) -> None:
    """Do the work in a thread, to its end: a connection that is closed meanwhile would crash the whole process."""
    await _to_the_end(asyncio.to_thread(work))


async def _to_the_end(work: Awaitable[object]) -> None:
    """Do the work even if this task is cancelled meanwhile; then let the cancellation go on.

    ``asyncio.shield`` alone would return at once, and the connection would be closed in the middle.
    """
    task = asyncio.ensure_future(work)
    cancelled = False
    while not task.done():
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError:
            cancelled = True
    if cancelled:
        raise asyncio.CancelledError from task.exception()
    task.result()


def database_errors() -> tuple[type[Exception], ...]:
    """Return what a database may raise, for an ``except``: it is asked only when something was raised."""
    from asyncpg import PostgresError  # noqa: PLC0415 -- three megabytes that SQLite does not need

    return (SQLAlchemyError, PostgresError, OSError)


def is_damage(error: sqlite3.Error) -> bool:
    """Tell whether ``error`` says that the file is damaged, or no database."""
    codes = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in codes


def is_outage(error: BaseException) -> bool:
    """Tell whether ``error`` says that the database is unreachable, locked, full, broken, or not ours to write.

    Such an error is nobody's mistake: the work is repeated later, and no attempt is counted. A missing
    table or a broken query is a mistake of ours, and is not repeated for ever.
    """
    if isinstance(error, ExceptionGroup):
        return all(map(is_outage, error.exceptions))
    # The PostgreSQL driver lets the errors of its socket through as they are.
    if isinstance(error, OSError | PoolTimeoutError | NotLeadingError):
        return True
    # The connection was lost before, at a statement whose error a savepoint kept to itself.
    if isinstance(error, PendingRollbackError):
        return True
    if isinstance(error, sqlite3.Error):
        # The lowest byte is the primary result code; the other bytes say more about it.
        return getattr(error, "sqlite_errorcode", 0) & 0xFF in _SQLITE_OUTAGES
    if not isinstance(error, DBAPIError):
        return False
    if error.connection_invalidated:
        return True
    if isinstance(error.orig, sqlite3.Error):
        return is_outage(error.orig)
    state = getattr(error.orig, "sqlstate", None)
    if state:
        return str(state).startswith(_POSTGRES_OUTAGES)
    return isinstance(error, OperationalError | InterfaceError)
