# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Fixtures for tests of the encryption; loaded by tests/conftest.py."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.matrix.crypto import Crypto
from method.ids import UserId
from storage.database import Database
from tests.fixtures_database import Databases
from tests.key_server import ALICE, BOT, PICKLE_KEY, Clock, KeyServer, Person


class People:
    """Makes users with one device each, who know each other through one key server."""

    def __init__(self, databases: Databases, folder: Path) -> None:
        self.server = KeyServer()
        self.clock = Clock()
        self.opened: list[Database] = []
        self._databases = databases
        self._folder = folder

    async def stranger(self, user: UserId, device: str = "DEVICE") -> Person:
        """Return somebody whose keys are made, but not published."""
        folder = self._folder / str(len(self.opened))
        folder.mkdir()
        db = Database(await self._databases.migrated("sqlite", folder))
        self.opened.append(db)
        client = self.server.client(user, device)
        crypto = await Crypto.open(db, client, user, device, PICKLE_KEY, clock=self.clock)
        return Person(crypto, client, db, self.clock)

    async def enter(self, user: UserId, device: str = "DEVICE") -> Person:
        """Return somebody with published keys."""
        person = await self.stranger(user, device)
        await person.crypto.publish()
        return person


@pytest.fixture
async def people(databases: Databases, tmp_path: Path) -> AsyncIterator[People]:
    """Return a place where people with encryption meet."""
    made = People(databases, tmp_path)
    yield made
    for db in made.opened:
        await db.close()


@pytest.fixture
async def bot(people: People) -> Person:
    """Return the bot."""
    return await people.enter(BOT)


@pytest.fixture
async def alice(people: People) -> Person:
    """Return Alice."""
    return await people.enter(ALICE)
