# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""A floor: the usual loop of matrix-nio, with or without one row for each command."""

from __future__ import annotations

import asyncio
import os

import nio

from benchmarks.bots.notes import Notes


async def main() -> None:
    """Sync once to skip the past, then answer for ever."""
    client = nio.AsyncClient(
        os.environ["BENCH_HOMESERVER"],
        os.environ["BENCH_USER"],
        config=nio.AsyncClientConfig(encryption_enabled=False),
    )
    client.access_token = os.environ["BENCH_TOKEN"]
    client.user_id = os.environ["BENCH_USER"]
    notes = Notes()

    async def note(room: nio.MatrixRoom, event: nio.RoomMessageText) -> None:
        if event.sender == client.user_id or not event.body.startswith("!note"):
            return
        notes.store(event.event_id, room.room_id, event.sender, event.body)
        relation = {"rel_type": "m.annotation", "event_id": event.event_id, "key": "✅"}
        await client.room_send(room.room_id, "m.reaction", {"m.relates_to": relation})

    await client.sync(timeout=0, full_state=True)
    client.add_event_callback(note, nio.RoomMessageText)
    await client.sync_forever(timeout=30_000)


asyncio.run(main())
