# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Fixtures with a database: each test gets its own, and runs once on SQLite and once on PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import migrations
from storage.database import Database
from tests.postgres import Postgres

BACKENDS = ("sqlite", "postgresql")


class Databases:
    """Makes databases; the schema is migrated once for each backend and then copied."""

    def __init__(self, folder: Path, request: pytest.FixtureRequest) -> None:
        self.folder = folder
        self._request = request
        self._patterns: dict[str, str] = {}

    def empty(self, backend: str, folder: Path, *, keep: bool = False) -> str:
        """Return the address of a database without tables; ``keep``: for later tests, too."""
        return _file(folder) if backend == "sqlite" else self._postgres.new_database(keep=keep)

    async def migrated(self, backend: str, folder: Path) -> str:
        """Return the address of a database with the newest schema and no rows."""
        if backend not in self._patterns:
            self._patterns[backend] = self.empty(backend, self.folder, keep=True)
            await migrations.upgrade(self._patterns[backend])
        pattern = make_url(self._patterns[backend]).database
        assert pattern is not None
        if backend == "postgresql":
            return self._postgres.new_database(like=pattern)
        shutil.copyfile(pattern, folder / Path(pattern).name)
        return _file(folder)

    @property
    def _postgres(self) -> Postgres:
        # Started only if some test needs it.
        server: Postgres = self._request.getfixturevalue("postgres")
        return server


def _file(folder: Path) -> str:
    return f"sqlite:///{folder / 'tafelrunde.db'}"


@pytest.fixture(scope="session")
def databases(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Databases:
    """What makes the databases of all tests."""
    return Databases(tmp_path_factory.mktemp("database"), request)


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    """Run the test once for each kind of database."""
    name: str = request.param
    return name


@pytest.fixture
def empty_url(databases: Databases, backend: str, tmp_path: Path) -> str:
    """Return the address of a database without tables, on each backend."""
    return databases.empty(backend, tmp_path)


@pytest.fixture
async def database_url(databases: Databases, backend: str, tmp_path: Path) -> str:
    """Return the address of a database with the newest schema, on each backend."""
    return await databases.migrated(backend, tmp_path)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """Open a database with the newest schema, on each backend."""
    opened = Database(database_url)
    yield opened
    await opened.close()


@pytest.fixture
async def db(database: Database) -> AsyncIterator[AsyncConnection]:
    """Open a transaction on each backend; what the test did is committed at its end."""
    async with database.transaction() as connection:
        yield connection


@pytest.fixture
async def sqlite(databases: Databases, tmp_path: Path) -> AsyncIterator[Database]:
    """Open a database with the newest schema, on SQLite only."""
    opened = Database(await databases.migrated("sqlite", tmp_path))
    yield opened
    await opened.close()
