# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""How far the homeserver's stream has been journalled."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.prepared import prepared
from storage.tables import sync_state, to_device


@dataclass(frozen=True, slots=True)
class SyncState:
    """The token for the next /sync, and who we are."""

    next_batch: str | None
    #: Number of the last journalled response.
    batch: int
    #: Random name of this installation.
    installation: str
    #: The device to which ``next_batch`` and the keys belong.
    device_id: str | None


@dataclass(frozen=True, slots=True)
class ToDevice:
    """A journalled to-device message; it has no id of its own."""

    batch: int
    idx: int
    raw: bytes


_LOAD: Final = prepared(select(sync_state))
_ADVANCE: Final = prepared(update(sync_state).values(next_batch=bindparam("token"), batch=bindparam("to")))


async def load(db: AsyncConnection, *, now: datetime) -> SyncState:
    """Return the state; the very first call makes it."""
    row = (await db.execute(_LOAD)).one_or_none()
    if row is None:
        name = secrets.token_hex(16)
        await db.execute(insert(sync_state).values(id=1, batch=0, installation=name, first_start=now))
        return SyncState(None, 0, name, None)
    return SyncState(row.next_batch, row.batch, row.installation, row.device_id)


async def advance(db: AsyncConnection, next_batch: str, batch: int) -> None:
    """Remember that everything before ``next_batch`` is journalled."""
    await db.execute(_ADVANCE, {"token": next_batch, "to": batch})


async def set_device(db: AsyncConnection, device_id: str) -> None:
    """Remember our device."""
    await db.execute(update(sync_state).values(device_id=device_id))


async def add_to_device(db: AsyncConnection, batch: int, raws: Sequence[bytes]) -> None:
    """Journal the to-device messages of one response."""
    if raws:
        rows = [{"batch": batch, "idx": i, "raw": raw} for i, raw in enumerate(raws)]
        await db.execute(insert(to_device), rows)


async def to_device_waiting(db: AsyncConnection, limit: int = 200) -> list[ToDevice]:
    """Return journalled to-device messages, oldest first."""
    found = await db.execute(_TO_DEVICE, {"limit": limit})
    return [ToDevice(row.batch, row.idx, row.raw) for row in found]


_TO_DEVICE: Final = prepared(
    select(to_device).order_by(to_device.c.batch, to_device.c.idx).limit(bindparam("limit"))
)


async def remove_to_device(db: AsyncConnection, last: ToDevice) -> None:
    """Forget all to-device messages up to and including ``last``."""
    table = to_device.c
    earlier = (table.batch < last.batch) | ((table.batch == last.batch) & (table.idx <= last.idx))
    await db.execute(delete(to_device).where(earlier))
