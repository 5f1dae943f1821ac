# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The schema's versions: which one a database has, and the way to the newest.

A new version: change ``storage/tables.py``, then ``alembic revision -m "what changes"`` in the project's
folder, and write ``upgrade()`` by hand. A test compares the two on both databases.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Final

from sqlalchemy import Column, Connection, MetaData, PrimaryKeyConstraint, String, Table, inspect, text
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database
from storage.tables import metadata

#: The advisory lock under which PostgreSQL migrates; any number that nobody else uses.
_LOCK: Final = 0x7AFE1
_HERE: Final = Path(__file__).parent
#: The table that alembic makes for itself.
_ALEMBIC: Final = Table(
    "alembic_version",
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)


class Schema(StrEnum):
    """How a database's schema compares with this program's."""

    EMPTY = "empty"
    OLDER = "older"
    CURRENT = "current"
    #: Made by a later version of the program: nothing may be read or written.
    NEWER = "newer"


class NewerSchemaError(Exception):
    """The database was made by a later version of this program."""


async def upgrade(url: str) -> None:
    """Bring the database at ``url`` to the newest schema, in one transaction.

    Raises:
        NewerSchemaError: it is newer than this program; nothing was done.
    """
    database = Database(url)
    try:
        async with database.transaction() as db:
            await apply(db)
    finally:
        await database.close()


async def apply(db: AsyncConnection, *, in_steps: bool = False) -> None:
    """Bring the database to the newest schema inside the caller's transaction.

    Args:
        in_steps: an empty one goes through all versions, too. That takes five times as long, and tests prove that
            it makes the same.

    Raises:
        NewerSchemaError: it is newer than this program.
    """
    if db.dialect.name == "postgresql":
        # SQLite's transactions shut other writers out from the beginning, PostgreSQL's do not.
        await db.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
    await db.run_sync(_apply, in_steps=in_steps)


async def current(url: str) -> str | None:
    """Return the revision of the database at ``url``; None if it is empty.

    Raises:
        NewerSchemaError: it is newer than this program.
    """
    revision = await _revision_at(url)
    if _compare(revision) is Schema.NEWER:
        raise NewerSchemaError(revision)
    return revision


async def check(url: str) -> Schema:
    """Compare the database at ``url`` with this program."""
    return _compare(await _revision_at(url))


async def compare(db: AsyncConnection) -> Schema:
    """Compare the database of ``db`` with this program."""
    return _compare(await db.run_sync(_revision))


def head() -> str:
    """Return the newest revision this program knows."""
    return _revisions()[0]


async def _revision_at(url: str) -> str | None:
    database = Database(url)
    try:
        async with database.reading() as db:
            return await db.run_sync(_revision)
    finally:
        await database.close()


def _compare(revision: str | None) -> Schema:
    if revision is None:
        return Schema.EMPTY
    if revision == head():
        return Schema.CURRENT
    return Schema.OLDER if revision in _revisions() else Schema.NEWER


def _apply(connection: Connection, *, in_steps: bool) -> None:
    revision = _revision(connection)
    schema = _compare(revision)
    if schema is Schema.NEWER:
        raise NewerSchemaError(revision)
    if schema is Schema.EMPTY and not in_steps:
        metadata.create_all(connection)
        _ALEMBIC.create(connection)
        connection.execute(_ALEMBIC.insert(), {"version_num": head()})
    elif schema is not Schema.CURRENT:
        _climb(connection)


def _climb(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415 -- ten megabytes that few starts need
    from alembic.config import Config  # noqa: PLC0415 -- likewise

    # No file: the program migrates wherever it is installed. "%" would begin a placeholder.
    config = Config()
    config.set_main_option("script_location", str(_HERE).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return found


@cache
def _revisions() -> tuple[str, ...]:
    """All revisions that this program knows, the newest first; each file's name begins with its revision."""
    found = sorted(
        (path.name.partition("_")[0] for path in (_HERE / "versions").glob("*_*.py")), reverse=True
    )
    if not found:
        raise LookupError("this installation has lost its migrations")
    return tuple(found)
