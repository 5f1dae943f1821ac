# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""SQLite in the thread of the event loop, except where it waits for the disk or for another process.

A statement takes microseconds, its way to another thread and back ten times as long, and SQLAlchemy's bridge
between its synchronous heart and an asynchronous driver as long again. So statements run where they are. Only
a commit (it waits for the disk) and the lock of another process are waited for in a thread.
"""

from __future__ import annotations

import asyncio
import sqlite3
from typing import Any, Final, cast

from sqlalchemy import Connection, Dialect, Engine, create_engine, event
from sqlalchemy.engine import URL, CursorResult, ScalarResult
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.prepared import form_of

#: How long SQLite waits for another process's lock, in milliseconds.
BUSY_TIMEOUT_MS: Final = 5_000

#: A killed process and a power cut lose nothing that was acknowledged (FULL); emptied cells are overwritten
#: (secure_delete), so a deleted text is gone from the file. What a savepoint needs to take back stays in memory:
#: beyond 64 KiB it would be written to a file, which costs half as much again as what is done in it. The write-ahead
#: log is emptied every minute; by itself (at 32 MB) seldom, because a commit waits for that.
_PRAGMAS: Final = (
    f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}",
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA wal_autocheckpoint=8000",
    "PRAGMA foreign_keys=ON",
    "PRAGMA secure_delete=ON",
    "PRAGMA temp_store=MEMORY",
)
_BEGIN: Final = "BEGIN"
#: A deferred transaction that turns into a writer fails at once when another one writes.
_BEGIN_WRITING: Final = "BEGIN IMMEDIATE"


def engine(url: URL) -> Engine:
    """Return an engine whose connections begin no transaction by themselves."""
    # Nobody may wait for a connection: that would stop the event loop, and with it whoever holds one.
    made = create_engine(
        url.set(drivername="sqlite+pysqlite"),
        connect_args={"check_same_thread": False, "isolation_level": None},
        pool_size=3,
        max_overflow=-1,
    )

    @event.listens_for(made, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        for pragma in _PRAGMAS:
            connection.execute(pragma).close()

    @event.listens_for(made, "begin")
    def begin(connection: Connection) -> None:
        if not _driver(connection).in_transaction:
            connection.exec_driver_sql(_BEGIN)

    return made


class InlineConnection(AsyncConnection):
    """A connection whose statements are executed here and now; the rest of SQLAlchemy's class as it is.

    Args:
        connection: an open connection of ``engine``.
    """

    __slots__ = ("_changes", "_dialect", "_writes", "driver")

    def __init__(self, connection: Connection) -> None:
        self.sync_connection = connection
        #: SQLite's own connection, for statements that need nothing of SQLAlchemy.
        self.driver: Final = _driver(connection)
        self._dialect = connection.dialect
        self._changes = 0
        #: A transaction that may write has begun.
        self._writes = False

    @property  # type: ignore[misc]  # there it is a proxy, and never set
    def dialect(self) -> Dialect:
        """SQLAlchemy's dialect, without its bridge: it is asked for at every second statement."""
        return self._dialect

    @property
    def _here(self) -> Connection:
        return cast("Connection", self.sync_connection)

    def begin_writing(self) -> asyncio.Future[None]:
        """Begin a transaction that may write; return what is done when no other process writes any more."""
        driver = self.driver
        self._changes = driver.total_changes
        self._writes = True
        driver.execute("PRAGMA busy_timeout=0")
        try:
            driver.execute(_BEGIN_WRITING)
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY:
                raise
        else:
            return _done()
        finally:
            driver.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
        return asyncio.get_running_loop().run_in_executor(None, self._begin_writing)

    def _begin_writing(self) -> None:
        self.driver.execute(_BEGIN_WRITING)

    def _check(self) -> None:
        """SQLite ends a transaction by itself when a disk fails; what comes then must not begin another one."""
        if self._writes and not self.driver.in_transaction:
            error = sqlite3.OperationalError("SQLite has ended the transaction")
            error.sqlite_errorcode = sqlite3.SQLITE_ABORT
            raise error

    async def execute(self, statement: Any, parameters: Any = None, **options: Any) -> CursorResult[Any]:
        """Execute a statement."""
        form = form_of(statement, parameters)
        if form is None:
            return self._here.execute(statement, parameters, **options)
        driver = self.driver
        try:
            if not driver.in_transaction:
                self._check()
                driver.execute(_BEGIN)
            return form.execute(driver, parameters)
        except sqlite3.Error as error:
            raise _as_usual(error, form.sql) from error

    async def scalar(self, statement: Any, parameters: Any = None, **options: Any) -> Any:
        """Execute a statement; return the first column of the first row."""
        return (await self.execute(statement, parameters, **options)).scalar()

    async def scalars(self, statement: Any, parameters: Any = None, **options: Any) -> ScalarResult[Any]:
        """Execute a statement; return the first column of each row."""
        return (await self.execute(statement, parameters, **options)).scalars()

    async def exec_driver_sql(
        self, statement: str, parameters: Any = None, execution_options: Any = None
    ) -> CursorResult[Any]:
        """Execute a statement in SQLite's own words."""
        return self._here.exec_driver_sql(statement, parameters, execution_options)

    async def commit(self) -> None:
        """Commit."""
        await self.committing()

    def committing(self) -> asyncio.Future[None]:
        """Begin to commit; the disk is waited for in a thread, if anything was written."""
        self._check()
        if self.driver.total_changes != self._changes:
            return asyncio.get_running_loop().run_in_executor(None, self._commit)
        self._commit()
        return _done()

    def _commit(self) -> None:
        if not self._here.in_transaction():
            # Every statement went to the driver; SQLAlchemy takes the transaction over for its end.
            self._here.begin()
        self._here.commit()
        self._writes = False

    async def rollback(self) -> None:
        """Undo everything since the beginning."""
        self._writes = False
        self._here.rollback()
        if self.driver.in_transaction:
            self.driver.execute("ROLLBACK")

    async def invalidate(self, exception: BaseException | None = None) -> None:
        """Give the driver's connection up."""
        self._here.invalidate(exception)

    @property
    def is_sound(self) -> bool:
        """May the connection be used for another transaction?"""
        if self._here.invalidated:
            return False
        return not (self.driver.in_transaction or self._here.in_transaction())

    async def close(self) -> None:
        """Give the connection back."""
        self._here.close()


def _done() -> asyncio.Future[None]:
    future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    future.set_result(None)
    return future


def _as_usual(error: sqlite3.Error, sql: str) -> DBAPIError:
    """Return the driver's error as SQLAlchemy would have raised it, without the values."""
    kind = IntegrityError if isinstance(error, sqlite3.IntegrityError) else OperationalError
    return kind(sql, None, error, hide_parameters=True)


def _driver(connection: Connection) -> sqlite3.Connection:
    return cast("sqlite3.Connection", connection.connection.driver_connection)
