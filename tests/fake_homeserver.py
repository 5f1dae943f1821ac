# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The one fake: a homeserver that remembers what it was asked, with a room's members and state."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.matrix.homeserver import Homeserver
from method.ids import EventId, RoomId, UserId

ME = UserId("@tafel:test")
DEVICE = "BOT"

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sent:
    """An event the bot has sent."""

    room_id: RoomId
    type: str
    content: Mapping[str, Any]
    event_id: EventId
    txn: str


@dataclass
class FakeHomeserver(Homeserver):
    """Answers like a homeserver that never fails, without a network."""

    sent: list[Sent] = field(default_factory=list)
    state: dict[tuple[str, str, str], Json] = field(default_factory=dict)
    joined: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    forgotten: list[str] = field(default_factory=list)
    #: Rooms made, with what was wanted.
    made: list[tuple[str, Json]] = field(default_factory=list)
    #: Files by their address.
    media: dict[str, bytes] = field(default_factory=dict)
    #: Bytes a file may have.
    upload_limit: int = 50_000_000
    #: What the next uploads end with instead.
    upload_errors: list[Exception] = field(default_factory=list)
    #: What refers to an event, oldest first; and what the next requests for it end with instead.
    related: dict[str, list[Json]] = field(default_factory=dict)
    reference_errors: list[Exception] = field(default_factory=list)
    #: Membership events by room and person.
    roster: dict[str, dict[str, Json]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__("http://fake.test")
        self.user_id, self.device_id, self.token = ME, DEVICE, "token"

    async def request(self, method: str, path: str, **options: Any) -> Json:
        """Make a room, take a file; refuse all else: whatever is not written down here is not expected."""
        if (method, path) == ("POST", "/_matrix/client/v3/createRoom"):
            return self._made(options["body"])
        if (method, path) == ("GET", "/_matrix/client/v1/media/config"):
            return {"m.upload.size": self.upload_limit}
        if (method, path) == ("POST", "/_matrix/media/v3/upload"):
            if self.upload_errors:
                raise self.upload_errors.pop(0)
            address = f"mxc://test/{len(self.media)}"
            self.media[address] = options["body"]
            return {"content_uri": address}
        raise AssertionError(f"unexpected request: {method} {path}")

    def _made(self, wanted: Json) -> Json:
        room = f"!made{len(self.made)}:test"
        self.made.append((room, wanted))
        self.state[room, "m.room.create", ""] = wanted["creation_content"]
        memberships = {ME: "join", **dict.fromkeys(wanted["invite"], "invite")}
        self.roster[room] = {
            user: {
                "type": "m.room.member",
                "state_key": user,
                "sender": ME,
                "content": {"membership": membership},
            }
            for user, membership in memberships.items()
        }
        return {"room_id": room}

    async def send(self, room: RoomId, event_type: str, content: Mapping[str, Any], txn: str) -> EventId:
        """Keep the event; the same transaction id gives the first event."""
        for earlier in self.sent:
            if earlier.txn == txn and earlier.room_id == room:
                return earlier.event_id
        event_id = EventId(f"$bot{len(self.sent)}")
        self.sent.append(Sent(room, event_type, content, event_id, txn))
        return event_id

    async def redact(
        self, room: RoomId, event: EventId, txn: str, content: Mapping[str, Any] | None = None
    ) -> EventId:
        """Keep the redaction as an event of its own."""
        return await self.send(room, "m.room.redaction", {**(content or {}), "redacts": event}, txn)

    async def put_state(self, room: RoomId, event_type: str, key: str, content: Mapping[str, Any]) -> EventId:
        """Remember the state."""
        self.state[room, event_type, key] = dict(content)
        return EventId(f"$state{len(self.state)}")

    async def get_state(self, room: RoomId, event_type: str, key: str = "") -> Json | None:
        """Return remembered state."""
        return self.state.get((room, event_type, key))

    async def messages(self, room: RoomId, *, start: str | None, end: str | None, limit: int = 100) -> Json:
        """Show an empty past."""
        return {"chunk": []}

    async def references(self, room: RoomId, event: EventId, *, start: str | None) -> Json:
        """Show what refers to an event, two at a time."""
        if self.reference_errors:
            raise self.reference_errors.pop(0)
        first = int(start or 0)
        everything = self.related.get(event, [])
        page: Json = {"chunk": everything[first : first + 2]}
        return page | ({"next_batch": str(first + 2)} if first + 2 < len(everything) else {})

    async def joined_rooms(self) -> set[RoomId]:
        """Return the rooms in which the tests have put us."""
        rooms = [room for room, members in self.roster.items() if ME in members and room not in self.left]
        return {RoomId(room) for room in rooms}

    async def members(self, room: RoomId) -> list[Json]:
        """Return everybody's membership as told by the tests."""
        return list(self.roster.get(room, {}).values())

    async def join(self, room: RoomId, via: Collection[str] = ()) -> None:
        """Remember."""
        self.joined.append(room)

    async def leave(self, room: RoomId) -> None:
        """Remember."""
        self.left.append(room)

    async def forget(self, room: RoomId) -> None:
        """Remember."""
        self.forgotten.append(room)

    async def upload_keys(self, body: Mapping[str, Any]) -> Json:
        """Accept the keys."""
        return {"one_time_key_counts": {"signed_curve25519": 50}}

    async def query_keys(self, users: Iterable[UserId]) -> Json:
        """Know nobody's devices."""
        return {"device_keys": {user: {} for user in users}}
