# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Fixtures for conversations; loaded by tests/conftest.py."""

from __future__ import annotations

import pytest

from bot.matrix.crypto import Crypto
from storage import sync
from storage.database import Database
from tests.chat import Chat
from tests.fake_homeserver import DEVICE, ME, FakeHomeserver


async def open_chat(db: Database, **options: int) -> Chat:
    """Start a bot with this database; it is in no room yet."""
    homeserver = FakeHomeserver()
    crypto = await Crypto.open(db, homeserver, ME, DEVICE, bytes(range(32)))
    chat = Chat(db, homeserver, crypto, **options)
    async with db.transaction() as connection:
        # Not the first start: what is in the timeline is new.
        await sync.load(connection, now=chat.now)
        await sync.advance(connection, "s0", 0)
    await chat.inbox.start()
    return chat


@pytest.fixture
async def silent_chat(sqlite: Database) -> Chat:
    """Return a bot that is in no room yet."""
    return await open_chat(sqlite)


@pytest.fixture
async def any_chat(database: Database) -> Chat:
    """Return a bot that is in no room yet, on each kind of database."""
    return await open_chat(database)


@pytest.fixture
async def chat(silent_chat: Chat) -> Chat:
    """Return a group's room in which the bot has been welcomed; its welcome is not among the answers."""
    await silent_chat.found()
    await silent_chat.answers()
    return silent_chat
