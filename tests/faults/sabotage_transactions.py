# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Makes the bot wrong on purpose: each try has another transaction ID, and nothing is recognised afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import uuid4

from bot.echoes import MARKER
from bot.matrix.homeserver import Homeserver
from method.ids import EventId, RoomId

_send: Final = Homeserver.send


async def send(
    self: Homeserver, room: RoomId, event_type: str, content: Mapping[str, Any], txn: str
) -> EventId:
    """Send as if for the first time."""
    unmarked = {name: value for name, value in content.items() if name != MARKER}
    return await _send(self, room, event_type, unmarked, uuid4().hex)


Homeserver.send = send  # type: ignore[method-assign]  # sabotage
