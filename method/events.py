# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What reaches the commands: one frozen value for each kind of room event."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from method.ids import EventId, RoomId, UserId

#: The clocks of homeservers differ by less.
_LATE: Final = timedelta(minutes=5)
#: What claims to be older is not believed.
_LATEST: Final = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class _Event:
    event_id: EventId
    room_id: RoomId
    sender: UserId
    #: When this program received the event (aware, UTC). Deadlines use it, never the sender's clock.
    received_at: datetime
    #: What the sender's homeserver says, never later than that; None: it says nothing usable.
    sent_at: datetime | None = field(default=None, kw_only=True)

    @property
    def is_late(self) -> bool:
        """Was it written long before it came? Then the bot was away, or another homeserver."""
        return self.sent_at is not None and _LATE < self.received_at - self.sent_at < _LATEST

    @property
    def written_at(self) -> datetime:
        """When it was written: by our own clock, unless it came late."""
        return self.sent_at if self.sent_at is not None and self.is_late else self.received_at


@dataclass(frozen=True, slots=True)
class Message(_Event):
    """A text message. ``body`` is cleaned, without reply fallback."""

    body: str
    reply_to: EventId | None = None
    thread_root: EventId | None = None
    mentions_me: bool = False
    #: In a thread: the event that stood last when it was written, as clients say for older ones.
    follows: EventId | None = None
    #: Whom it mentions, but for us.
    mentions: tuple[UserId, ...] = ()


@dataclass(frozen=True, slots=True)
class Edit(_Event):
    """A replacement (``m.replace``) of the sender's earlier message ``target``."""

    target: EventId
    body: str
    #: Whom it mentions now.
    mentions: tuple[UserId, ...] = ()


@dataclass(frozen=True, slots=True)
class Reaction(_Event):
    """An annotation; ``key`` has neither skin tone nor variation selector."""

    target: EventId
    key: str


@dataclass(frozen=True, slots=True)
class PollResponse(_Event):
    """A vote in the native poll ``target``; what is no id of an answer is in ``answers`` as ""."""

    target: EventId
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PollEnd(_Event):
    """Somebody ends the native poll ``target``."""

    target: EventId


@dataclass(frozen=True, slots=True)
class Redaction(_Event):
    """A deletion of ``target``."""

    target: EventId


@dataclass(frozen=True, slots=True)
class Membership(_Event):
    """A change of the membership of ``user_id``: join, leave, ban, invite."""

    user_id: UserId
    membership: str
    previous: str


Event = Message | Edit | Reaction | PollResponse | PollEnd | Redaction | Membership
