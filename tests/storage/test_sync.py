# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""How far the stream was journalled, and the to-device messages in it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from storage import sync
from storage.sync import SyncState, ToDevice


async def test_first_start_invents_the_installation_s_name_once(db: AsyncConnection, now: datetime):
    state = await sync.load(db, now=now)

    assert (state.next_batch, state.batch, state.device_id, len(state.installation)) == (None, 0, None, 32)
    assert await sync.load(db, now=now + timedelta(days=1)) == state


async def test_token_and_device_are_remembered(db: AsyncConnection, now: datetime):
    name = (await sync.load(db, now=now)).installation

    await sync.advance(db, "s72_1", 5)
    await sync.set_device(db, "DEVICE")

    assert await sync.load(db, now=now) == SyncState("s72_1", 5, name, "DEVICE")


async def test_to_device_messages_wait_in_order(db: AsyncConnection):
    await sync.add_to_device(db, 2, [b"c", b"d"])
    await sync.add_to_device(db, 1, [b"a", b"b"])
    await sync.add_to_device(db, 3, [])

    waiting = await sync.to_device_waiting(db)

    assert waiting == [ToDevice(1, 0, b"a"), ToDevice(1, 1, b"b"), ToDevice(2, 0, b"c"), ToDevice(2, 1, b"d")]
    assert await sync.to_device_waiting(db, limit=3) == waiting[:3]


async def test_handled_to_device_messages_are_forgotten_and_no_others(db: AsyncConnection):
    await sync.add_to_device(db, 1, [b"a", b"b"])
    await sync.add_to_device(db, 2, [b"c", b"d"])

    await sync.remove_to_device(db, ToDevice(2, 0, b"c"))

    assert await sync.to_device_waiting(db) == [ToDevice(2, 1, b"d")]
