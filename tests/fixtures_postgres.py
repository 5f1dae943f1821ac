# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Fixtures for tests that need PostgreSQL; loaded by tests/conftest.py."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.postgres import Postgres

#: The server, once some test has started it.
_SERVER = pytest.StashKey[Postgres]()


@pytest.fixture(scope="session")
def postgres(request: pytest.FixtureRequest) -> Iterator[Postgres]:
    """One server for the whole session."""
    server = Postgres()
    server.start()
    request.config.stash[_SERVER] = server
    yield server
    server.stop()


@pytest.fixture(autouse=True)
def dropped_databases(request: pytest.FixtureRequest) -> Iterator[None]:
    """Keep no database longer than the test that made it; thousands would fill the disk."""
    yield
    if server := request.config.stash.get(_SERVER, None):
        server.drop_databases()


@pytest.fixture
def postgres_url(postgres: Postgres) -> str:
    """An empty database of this test's own."""
    return postgres.new_database()
