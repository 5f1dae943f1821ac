# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""How fast the bot may talk in a room: nobody reads more than twenty messages a minute."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta
from typing import Final

from method.ids import RoomId
from method.polls.native import START as POLL_START
from storage.outbox import Post

#: More than this nobody reads, and two bots that answer each other must not fill a room.
MESSAGES_A_MINUTE: Final = 20
_MINUTE: Final = timedelta(minutes=1)


class Pace:
    """When each room heard the last messages.

    Args:
        a_minute: messages a room hears in a minute at most; reactions and edits are not counted.
    """

    def __init__(self, a_minute: int) -> None:
        self._a_minute: Final = a_minute
        self._heard: Final[dict[RoomId, deque[datetime]]] = {}

    def until(self, post: Post, now: datetime) -> datetime | None:
        """Return when the room may hear this post, None: now."""
        recent = self._heard.get(post.room_id)
        if recent is None or len(recent) < self._a_minute or not _is_message(post):
            return None
        # A clock that went back must not silence the room.
        return recent[0] + _MINUTE if recent[0] <= now else None

    def taken(self, post: Post, now: datetime) -> None:
        """Count a post that is sent soon."""
        if _is_message(post):
            self._heard.setdefault(post.room_id, deque(maxlen=self._a_minute)).append(now)

    def sent(self, post: Post, now: datetime) -> None:
        """Count it from when it is there: from when it was taken, slow answers would make a burst."""
        if _is_message(post):
            self._heard[post.room_id][-1] = now


def _is_message(post: Post) -> bool:
    if post.kind == "file":
        return True
    said = post.payload.get("type") in ("m.room.message", POLL_START)
    return post.kind == "event" and post.target_id is None and said
