# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""A floor: a bot of no library that answers each command and stores nothing."""

from __future__ import annotations

import asyncio
import os
from typing import Any, Final
from urllib.parse import quote

import aiohttp

URL: Final = os.environ["BENCH_HOMESERVER"] + "/_matrix/client/v3"
ME: Final = os.environ["BENCH_USER"]


async def answer(http: aiohttp.ClientSession, room_id: str, event: dict[str, Any]) -> None:
    """React to a command."""
    body = event.get("content", {}).get("body")
    if event.get("sender") == ME or not isinstance(body, str) or not body.startswith("!note"):
        return
    relation = {"rel_type": "m.annotation", "event_id": event["event_id"], "key": "✅"}
    path = f"{URL}/rooms/{quote(room_id)}/send/m.reaction/{quote(event['event_id'])}"
    async with http.put(path, json={"m.relates_to": relation}) as response:
        await response.read()


async def main() -> None:
    """Sync and answer for ever; what was said before the start is left alone."""
    headers = {"Authorization": f"Bearer {os.environ['BENCH_TOKEN']}"}
    async with aiohttp.ClientSession(headers=headers) as http:
        since = ""
        while True:
            params = {"timeout": "30000"} | ({"since": since} if since else {})
            async with http.get(f"{URL}/sync", params=params) as response:
                body = await response.json()
            if since:
                for room_id, room in body.get("rooms", {}).get("join", {}).items():
                    for event in room["timeline"]["events"]:
                        await answer(http, room_id, event)
            since = body["next_batch"]


asyncio.run(main())
