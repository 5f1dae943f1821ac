# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The Olm machine in memory and its rows in the database, kept the same by one transaction at a time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.matrix.errors import CryptoStoreLost
from bot.matrix.olm import HardenedOlm
from bot.matrix.store import CollectingStore
from method.ids import UserId
from storage import crypto
from storage.crypto import CryptoRow
from storage.database import Database


class Machine:
    """Owns the one ``HardenedOlm`` and lets it change only inside ``transaction``."""

    def __init__(
        self, db: Database, user_id: UserId, device_id: str, pickle_key: bytes, rows: list[CryptoRow]
    ) -> None:
        self.user_id: Final = user_id
        self.device_id: Final = device_id
        self._db: Final = db
        self._pickle_key: Final = pickle_key
        self._lock: Final = asyncio.Lock()
        self._holder: asyncio.Task[object] | None = None
        #: Memory is ahead of the database: a transaction is open, or the last one failed.
        self._ahead = False
        self.olm = self._build(rows)
        #: The database held no account; the new one is saved by the first transaction.
        self.is_new: Final = self.olm.store.owner is None

    @classmethod
    async def load(cls, db: Database, user_id: UserId, device_id: str, pickle_key: bytes) -> Machine:
        """Load the machine, or make a new one when the database holds none.

        Raises:
            CryptoStoreLost: the rows belong to another device, or the pickle key does not open them.
            ValueError: the pickle key is not 32 random bytes.
        """
        if len(pickle_key) != 32 or not any(pickle_key):
            raise ValueError("the pickle key must be 32 random bytes")
        async with db.reading() as connection:
            rows = await crypto.load(connection)
        try:
            return cls(db, user_id, device_id, pickle_key, rows)
        except ValueError as error:  # vodozemac's own exceptions are all ValueErrors
            raise CryptoStoreLost(
                "The stored encryption keys cannot be opened with this pickle key."
            ) from error

    def _build(self, rows: list[CryptoRow]) -> HardenedOlm:
        store = CollectingStore(self._pickle_key, rows)
        if store.owner not in (None, (self.user_id, self.device_id)):
            raise CryptoStoreLost("The stored encryption keys belong to another user or device.")
        return HardenedOlm(self.user_id, self.device_id, store)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """Open a database transaction in which the machine may change; both commit together or not at all.

        After a failure the machine is loaded anew before it changes again. Never wait for the network
        inside, and never enter while holding another transaction of the database.

        Raises:
            RuntimeError: the same task is inside already.
        """
        task = asyncio.current_task()
        if self._holder is task:
            raise RuntimeError("this task is inside a crypto transaction already")
        async with self._lock:
            self._holder = task
            try:
                if self._ahead:
                    async with self._db.reading() as connection:
                        self.olm = self._build(await crypto.load(connection))
                self._ahead = True
                async with self._db.transaction() as connection:
                    yield connection
                    rows, gone = self.olm.store.collect((self.user_id, self.device_id))
                    await crypto.write(connection, rows, gone)
                self._ahead = False
            finally:
                self._holder = None

    @property
    def is_changing(self) -> bool:
        """Whether the current task is inside ``transaction``."""
        return self._holder is not None and self._holder is asyncio.current_task()
