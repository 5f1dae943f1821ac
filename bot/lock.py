# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""One process per database: a file lock beside SQLite, an advisory lock in PostgreSQL.

Both go away with the process, however it ends, so no stale lock ever needs cleaning up.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from config.addresses import sqlite_file

#: "tafelrun" as a number; advisory locks are per database.
ADVISORY_KEY: Final = int.from_bytes(b"tafelrun")
#: Seconds between two looks at the lock's connection, and the time one look may take.
LOOK_EVERY: Final = 10.0


class AlreadyRunningError(Exception):
    """Another process works with this database."""


class LockLostError(Exception):
    """The connection that held the lock is gone: another process may start at any time, so this one stops."""


class Lock:
    """The lock while it is held."""

    def __init__(self, connection: AsyncConnection | None = None) -> None:
        self._connection = connection

    async def watch(self, every: float = LOOK_EVERY) -> None:
        """Look after the lock until cancelled; a task of its own for ``app.py``.

        Raises:
            LockLostError: PostgreSQL no longer answers on the lock's connection. A file lock cannot be lost.
        """
        if self._connection is None:
            await asyncio.Event().wait()
            return
        while True:
            try:
                async with asyncio.timeout(every):
                    await self._connection.execute(text("SELECT 1"))
            except (SQLAlchemyError, OSError, TimeoutError) as error:
                raise LockLostError from error
            await asyncio.sleep(every)


@asynccontextmanager
async def held(database_url: str) -> AsyncIterator[Lock]:
    """Hold the lock of the database while the block runs.

    Raises:
        AlreadyRunningError: another process holds it.
        OSError, SQLAlchemyError: the lock file or the database cannot be opened.
    """
    file = sqlite_file(database_url)
    if file is not None:
        descriptor = _lock_file(file.with_name(f"{file.name}.lock"))
        try:
            yield Lock()
        finally:
            os.close(descriptor)
        return
    engine = create_async_engine(
        database_url, poolclass=NullPool, isolation_level="AUTOCOMMIT", hide_parameters=True
    )
    try:
        async with engine.connect() as connection:
            statement = text("SELECT pg_try_advisory_lock(:key)")
            if not await connection.scalar(statement, {"key": ADVISORY_KEY}):
                raise AlreadyRunningError
            yield Lock(connection)
    finally:
        await engine.dispose()


def _lock_file(path: Path) -> int:
    """Return the open, locked descriptor; the file itself stays, empty, when the lock is given back."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise AlreadyRunningError from None
    return descriptor
