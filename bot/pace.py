# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""How fast the bot may talk in a room: nobody reads more than twenty messages a minute."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from bot.backoff import LONGEST
from method.ids import RoomId
from method.polls.native import START as POLL_START
from storage.lanes import lane
from storage.outbox import Post

#: More than this nobody reads, and two bots that answer each other must not fill a room.
MESSAGES_A_MINUTE: Final = 20
_MINUTE: Final = timedelta(minutes=1)


@dataclass(slots=True)
class Choice:
    """What may be sent now, and what not."""

    due: list[Post] = field(default_factory=list)
    #: Lanes in which more waits until what is due there is through.
    behind: set[str] = field(default_factory=set)
    #: Lanes that wait, and until when.
    later: dict[str, datetime] = field(default_factory=dict)


class Pace:
    """When each room heard the last messages.

    Args:
        a_minute: messages a room hears in a minute at most; reactions and edits are not counted.
    """

    def __init__(self, a_minute: int) -> None:
        self._a_minute: Final = a_minute
        self._heard: Final[dict[RoomId, deque[datetime]]] = {}
        #: No room hears anything before this: the homeserver asked for a pause.
        self._pause_until: datetime | None = None

    def choose(self, heads: Sequence[Post], now: datetime) -> Choice:
        """Choose from the first rows of some lanes what may be sent now, and count it as taken."""
        choice = Choice()
        closed: set[str] = set()
        begun: set[str] = set()
        for post in heads:
            name = lane(post)
            if name in choice.later:
                continue
            # What failed before goes alone; the rest of the lane waits until it is through.
            if name in closed or (post.attempts and name in begun):
                closed.add(name)
                choice.behind.add(name)
                continue
            until = max(
                filter(None, (self._pause(now), self.until(post, now), post.next_try_at)), default=now
            )
            if until > now:
                choice.later[name] = until
                continue
            if post.attempts:
                closed.add(name)
            begun.add(name)
            choice.due.append(post)
            self.taken(post, now)
        return choice

    def pause(self, until: datetime) -> None:
        """Let no room hear anything before ``until``."""
        self._pause_until = until

    def _pause(self, now: datetime) -> datetime | None:
        """Return until when the homeserver asked for silence, unless the clock went back since."""
        until = self._pause_until
        return until if until is not None and until - now <= timedelta(seconds=LONGEST) else None

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
