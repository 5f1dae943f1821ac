# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The rows of the encryption: account, sessions and devices, opaque to everybody but ``bot.matrix``."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import crypto


@dataclass(frozen=True, slots=True)
class CryptoRow:
    """One stored thing; ``kind`` and ``key`` name it, ``data`` is its sealed form."""

    kind: str
    key: str
    data: bytes


async def load(db: AsyncConnection) -> list[CryptoRow]:
    """Return all rows, in no particular order."""
    found = await db.execute(select(crypto.c.kind, crypto.c.key, crypto.c.data))
    return [CryptoRow(row.kind, row.key, row.data) for row in found]


async def write(
    db: AsyncConnection, rows: Collection[CryptoRow], gone: Collection[tuple[str, str]] = ()
) -> None:
    """Insert or replace ``rows``; delete the rows named (kind, key) in ``gone``."""
    replaced = [*((row.kind, row.key) for row in rows), *gone]
    if replaced:
        named = delete(crypto).where(crypto.c.kind == bindparam("k"), crypto.c.key == bindparam("y"))
        await db.execute(named, [{"k": kind, "y": key} for kind, key in replaced])
    if rows:
        await db.execute(
            insert(crypto), [{"kind": row.kind, "key": row.key, "data": row.data} for row in rows]
        )


async def clear(db: AsyncConnection) -> None:
    """Forget all keys: they belong to a device that is given up."""
    await db.execute(delete(crypto))
