# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""One process per database: a file lock beside SQLite, an advisory lock in PostgreSQL.

Both go away with the process, however it ends, so no stale lock ever needs cleaning up. This is for those who
do not wait: the bot beside SQLite, and commands. On PostgreSQL the bot waits for its turn (``bot.leadership``).
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from config.addresses import sqlite_file
from storage import leader


class AlreadyRunningError(Exception):
    """Another process works with this database."""


@asynccontextmanager
async def held(database_url: str) -> AsyncIterator[None]:
    """Hold the lock of the database while the block runs.

    Raises:
        AlreadyRunningError: another process holds it.
        OSError, SQLAlchemyError: the lock file or the database cannot be opened.
    """
    file = sqlite_file(database_url)
    if file is not None:
        with held_file(file.with_name(f"{file.name}.lock")):
            yield
        return
    engine = create_async_engine(
        database_url, poolclass=NullPool, isolation_level="AUTOCOMMIT", hide_parameters=True
    )
    try:
        async with engine.connect() as connection:
            if not await leader.try_lock(connection):
                raise AlreadyRunningError
            yield
    finally:
        await engine.dispose()


@contextmanager
def held_file(path: Path) -> Iterator[None]:
    """Hold the lock of a file while the block runs; the file itself stays, empty.

    Raises:
        AlreadyRunningError: another process holds it.
        OSError: it cannot be opened.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunningError from None
        yield
    finally:
        os.close(descriptor)
