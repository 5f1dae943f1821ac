# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Rows of the encryption are replaced and deleted by name."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from storage import crypto
from storage.crypto import CryptoRow

ACCOUNT = CryptoRow("account", "", b"\x00pickle")
ANNA = CryptoRow("device", "@anna:example.org", b"one")


async def loaded(db: AsyncConnection) -> list[CryptoRow]:
    return sorted(await crypto.load(db), key=lambda row: (row.kind, row.key))


async def test_rows_come_back_as_they_were(db: AsyncConnection):
    await crypto.write(db, [ACCOUNT, ANNA])

    assert await loaded(db) == [ACCOUNT, ANNA]


async def test_row_of_the_same_name_is_replaced(db: AsyncConnection):
    await crypto.write(db, [ACCOUNT, ANNA])
    newer = CryptoRow(ANNA.kind, ANNA.key, b"two")
    await crypto.write(db, [newer])

    assert await loaded(db) == [ACCOUNT, newer]


async def test_named_rows_are_deleted(db: AsyncConnection):
    await crypto.write(db, [ACCOUNT, ANNA])
    await crypto.write(db, [], [(ANNA.kind, ANNA.key), ("device", "nobody")])

    assert await loaded(db) == [ACCOUNT]


async def test_nothing_to_write(db: AsyncConnection):
    await crypto.write(db, [])

    assert await loaded(db) == []
