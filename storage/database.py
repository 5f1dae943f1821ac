# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The database: one way to write in a transaction, one way to read."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, Final, cast

import aiosqlite
from sqlalchemy import Connection, event
from sqlalchemy.dialects.sqlite.aiosqlite import SQLiteDialect_aiosqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

#: How long SQLite waits for another process's lock, in milliseconds.
BUSY_TIMEOUT_MS: Final = 5_000

#: SQLite: a killed process and a power cut lose nothing that was acknowledged (FULL);
#: emptied cells are overwritten (secure_delete), so a deleted text is gone from the file.
_PRAGMAS: Final = (
    f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}",
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA secure_delete=ON",
)

#: SQLite's primary result codes (sqlite.org/rescode.html) that end when somebody mends the machine.
_SQLITE_OUTAGES: Final = frozenset(
    {
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
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


class DamagedError(Exception):
    """SQLite's file is damaged: bytes have changed that nobody wrote."""


class Database:
    """An engine and the discipline around it.

    Args:
        url: an SQLAlchemy URL with an asynchronous driver
            (``sqlite+aiosqlite:///file``, ``postgresql+asyncpg://…``).
    """

    def __init__(self, url: str) -> None:
        self.url: Final = make_url(url)
        self.is_sqlite: Final = self.url.get_backend_name() == "sqlite"
        self.engine: Final = _engine(url, sqlite=self.is_sqlite)
        # One writer at a time: SQLite allows no more, and waiting here is fair and silent.
        self._turn: Final = asyncio.Semaphore(1 if self.is_sqlite else 8)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """Open a transaction that commits at the end and rolls back on any error.

        A cancelled task never leaves a commit half done: it is cancelled when the commit is over.
        """
        async with self._turn, self.engine.connect() as connection:
            transaction = await connection.begin()
            try:
                yield connection
            except BaseException:
                await _to_the_end(transaction.rollback())
                raise
            try:
                await _to_the_end(transaction.commit())
            except BaseException:
                # Where a commit failed, SQLite may still have the transaction open.
                await connection.invalidate()
                raise

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """Open a connection that only reads; it waits for no writer."""
        async with self.engine.connect() as connection:
            yield await connection.execution_options(read_only=True)
            await connection.rollback()

    async def truncate_wal(self) -> None:
        """Empty SQLite's write-ahead log, so that overwritten text is gone from it too."""
        if self.is_sqlite:
            async with self._turn, self.engine.connect() as connection:
                raw = await connection.get_raw_connection()
                # Outside a transaction, which SQLAlchemy would open: the driver's own connection.
                cursor = await cast("Any", raw.driver_connection).execute("PRAGMA wal_checkpoint(TRUNCATE)")
                await cursor.close()

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
        await self.engine.dispose()


@asynccontextmanager
async def savepoint(db: AsyncConnection) -> AsyncIterator[None]:
    """Undo what the block wrote if it raises; the transaction goes on."""
    await _say(db, "SAVEPOINT block")
    try:
        yield
    except Exception:
        await _say(db, "ROLLBACK TO block")
        await _say(db, "RELEASE block")
        raise
    await _say(db, "RELEASE block")


async def _say(db: AsyncConnection, statement: str) -> None:
    """Execute a fixed statement without SQLAlchemy's work on it, which costs twenty times SQLite's own."""
    if db.dialect.name == "sqlite" and db.sync_connection is not None:
        driver = cast("aiosqlite.Connection", db.sync_connection.connection.driver_connection)
        await driver.execute(statement)
    else:
        await db.exec_driver_sql(statement)


async def _to_the_end(work: Coroutine[Any, Any, None]) -> None:
    """Do the work even if this task is cancelled meanwhile; then let the cancellation go on.

    ``asyncio.shield`` alone would return at once, and the connection would be closed in the middle.
    """
    task = asyncio.create_task(work)
    cancelled = False
    while not task.done():
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError:
            cancelled = True
    if cancelled:
        raise asyncio.CancelledError from task.exception()
    task.result()


def is_damage(error: sqlite3.Error) -> bool:
    """Tell whether ``error`` says that the file is damaged, or no database."""
    codes = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in codes


def is_outage(error: BaseException) -> bool:
    """Tell whether ``error`` says that the database is unreachable, locked, full, broken or read-only.

    Such an error is nobody's mistake: the work is repeated later, and no attempt is counted. A missing
    table or a broken query is a mistake of ours, and is not repeated for ever.
    """
    # The PostgreSQL driver lets the errors of its socket through as they are.
    if isinstance(error, OSError | PoolTimeoutError):
        return True
    if not isinstance(error, DBAPIError):
        return False
    if error.connection_invalidated:
        return True
    if isinstance(error.orig, sqlite3.Error):
        # The lowest byte is the primary result code; the other bytes say more about it.
        return getattr(error.orig, "sqlite_errorcode", 0) & 0xFF in _SQLITE_OUTAGES
    state = getattr(error.orig, "sqlstate", None)
    if state:
        return str(state).startswith(_POSTGRES_OUTAGES)
    return isinstance(error, OperationalError | InterfaceError)


class _Near(aiosqlite.Connection):
    """SQLite in the thread of the event loop, except where it waits for the disk or for another process.

    A statement takes microseconds, its way to another thread and back ten times as long. A commit waits for
    the disk (synchronous=FULL), and a writer may have to wait for the lock of another process.
    """

    async def _execute(self, fn: Callable[..., Any], *args: Any, **options: Any) -> Any:
        statement = args[0] if args and isinstance(args[0], str) else ""
        if statement == _BEGIN_WRITING:
            return await self._begin_writing(partial(fn, *args, **options))
        if self._connection is None or fn == self._connection.commit or statement.startswith(_LONG):
            return await super()._execute(fn, *args, **options)  # type: ignore[no-untyped-call]  # aiosqlite's
        return fn(*args, **options)

    async def _begin_writing(self, begin: Callable[[], Any]) -> Any:
        self._conn.execute("PRAGMA busy_timeout=0")
        try:
            return begin()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
        finally:
            self._conn.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
        return await super()._execute(begin)  # type: ignore[no-untyped-call]  # aiosqlite's


#: A deferred transaction that turns into a writer fails at once when another one writes.
_BEGIN_WRITING: Final = "BEGIN IMMEDIATE"
#: Statements that read or write whole files.
_LONG: Final = ("PRAGMA", "VACUUM")


def _engine(url: str, *, sqlite: bool) -> AsyncEngine:
    if not sqlite:
        return create_async_engine(url, pool_pre_ping=True, pool_size=8)
    engine = create_async_engine(
        url, pool_size=3, max_overflow=5, async_creator=partial(_open, make_url(url))
    )

    @event.listens_for(engine.sync_engine, "begin")
    def begin(connection: Connection) -> None:
        read_only = connection.get_execution_options().get("read_only", False)
        connection.exec_driver_sql("BEGIN" if read_only else _BEGIN_WRITING)

    return engine


async def _open(url: URL) -> aiosqlite.Connection:
    args, options = SQLiteDialect_aiosqlite().create_connect_args(url)
    # The driver must not begin transactions by itself: it would begin them too late.
    options = dict(options) | {"check_same_thread": False, "isolation_level": None}
    open_: Callable[..., sqlite3.Connection] = sqlite3.connect

    def connect() -> sqlite3.Connection:
        connection = open_(*args, **options)
        for pragma in _PRAGMAS:
            connection.execute(pragma).close()
        return connection

    near = _Near(connect, iter_chunk_size=64)
    # Whoever ends without closing must not wait for the connection's thread.
    near._thread.daemon = True
    return await near
