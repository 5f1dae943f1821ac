# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The rows of the encryption: account, sessions and devices, opaque to everybody but ``bot.matrix``."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import crypto

#: Kinds of rows. The first two must never be brought back from a copy: keys would be used twice.
ACCOUNT: Final = "account"
OLM_SESSION: Final = "olm session"
ROOM_KEY: Final = "room key"
DEVICE: Final = "device"
OF_ONE_DEVICE: Final = (ACCOUNT, OLM_SESSION)


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


async def forget_device(db: AsyncConnection) -> None:
    """Forget what belongs to one device only, because it is given up: its account and its Olm sessions.

    Room keys stay: with them a new device reads what was written to the old one. So do other people's
    devices, by which the owners of room keys are known.
    """
    await db.execute(delete(crypto).where(crypto.c.kind.in_(OF_ONE_DEVICE)))
