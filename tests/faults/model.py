# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""A homeserver as a model: rooms with timelines, tokens, transaction ids that expire, requests that fail, and a bot
that dies at any request or commit.
"""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.matrix.errors import MatrixError, Unreachable
from method.ids import EventId, RoomId, UserId
from storage.database import Database
from tests.fake_homeserver import ME, FakeHomeserver

Json = dict[str, Any]
Answer = TypeVar("Answer")

#: Events in the timeline of one answer, and in one page of the past; small, so that gaps are common.
TIMELINE: Final = 8
PAGE: Final = 3
#: So long a homeserver remembers transaction ids (Synapse).
REMEMBERED: Final = timedelta(hours=24)
FAULTS: Final = ("cut before", "cut after", "500 before", "500 after", "502", "429")


class Crash(BaseException):
    """The bot's process ends here."""


class Fate:
    """When the process dies: at the so many-th point from now; a dead process does nothing more."""

    def __init__(self) -> None:
        self._left: int | None = None
        self.dead = False

    def die_at(self, point: int | None) -> None:
        """Die at a point to come, 0 is the next one; None: live on."""
        self._left = point

    def point(self) -> None:
        """Die here, or go on.

        Raises:
            Crash: it is over.
        """
        if self._left is not None:
            self.dead = self.dead or self._left <= 0
            self._left -= 1
        if self.dead:
            raise Crash


class MortalDatabase(Database):
    """A database whose process may die right before and right after every commit."""

    def __init__(self, url: str, fate: Fate) -> None:
        super().__init__(url)
        self._fate = fate

    @asynccontextmanager
    async def transaction(self, *, several: bool = False) -> AsyncIterator[AsyncConnection]:
        """Open a transaction."""
        async with super().transaction(several=several) as db:
            yield db
            self._fate.point()
        self._fate.point()


@dataclass
class Room:
    """A room: its timeline, its current state and how the bot stands to it."""

    events: list[Json] = field(default_factory=list)
    state: dict[tuple[str, str], Json] = field(default_factory=dict)
    #: Position at which the bot entered or left last; 0: it was never there.
    since: int = 0

    def membership(self, user: str) -> str:
        """Return a person's membership."""
        event = self.state.get(("m.room.member", user))
        return str(event["content"]["membership"]) if event else "leave"


class Model(FakeHomeserver):
    """The homeserver; it outlives the bot.

    Attributes:
        now: the true time, which the bot's clock may not show.
        faults: what happens to the next requests, one of FAULTS each.
        send_faults: what happens to the next events that are sent.
        fate: of the bot's process.
    """

    def __init__(self) -> None:
        super().__init__()
        self.now = datetime(2027, 2, 22, 8, 0, tzinfo=UTC)
        self.rooms: dict[RoomId, Room] = {}
        self.faults: deque[str] = deque()
        self.send_faults: deque[str] = deque()
        self.fate = Fate()
        self.position = 0
        #: The last answer to /sync, and whether our own events were asked for.
        self.last_sync: tuple[Json, bool] | None = None
        self.syncs = 0
        self._txns: dict[tuple[str, str], tuple[EventId, datetime]] = {}
        self._numbers = itertools.count(1)

    # --- what happens ----------------------------------------------------------------------------

    def put(self, room_id: RoomId, type_: str, content: Mapping[str, Any], by: str, **more: Any) -> EventId:
        """Put an event into a room's timeline; return its id."""
        self.position += 1
        room = self.rooms.setdefault(room_id, Room())
        event_id = EventId(f"$e{next(self._numbers)}")
        event: Json = {
            "type": type_, "content": dict(content), "sender": by, "event_id": event_id,
            "origin_server_ts": int(self.now.timestamp() * 1000), "~": self.position, **more,
        }  # fmt: skip
        room.events.append(event)
        if "state_key" in event:
            before = room.state.get((type_, event["state_key"]))
            if before is not None:
                event["unsigned"] = {"prev_content": before["content"]}
            room.state[type_, event["state_key"]] = event
            if type_ == "m.room.member" and event["state_key"] == ME:
                room.since = self.position
        if type_ == "m.room.redaction":
            for earlier in room.events:
                if earlier["event_id"] == event["redacts"]:
                    earlier["content"] = {}
                    earlier["unsigned"] = {"redacted_because": _shown(event)}
        return event_id

    def moves(self, room: RoomId, user: str, membership: str, by: str) -> EventId:
        """Change somebody's membership."""
        return self.put(room, "m.room.member", {"membership": membership}, by, state_key=user)

    async def _call(self, act: Callable[[], Answer], faults: deque[str] | None = None) -> Answer:
        """Do a request, unless something comes between."""
        self.fate.point()
        faults = faults or self.faults
        fault = faults.popleft() if faults else ""
        if fault == "429":
            raise MatrixError(429, "M_LIMIT_EXCEEDED", retry_after=7.0)
        if fault == "502":
            raise MatrixError(502)
        self._fail(fault, "before")
        answer = act()
        self.fate.point()
        self._fail(fault, "after")
        return answer

    def _fail(self, fault: str, when: str) -> None:
        if fault == f"cut {when}":
            raise Unreachable("cut")
        if fault == f"500 {when}":
            raise MatrixError(500, "M_UNKNOWN")

    def _require_joined(self, room_id: RoomId) -> Room:
        room = self.rooms.get(room_id)
        if room is None or room.membership(ME) != "join":
            raise MatrixError(403, "M_FORBIDDEN")
        return room

    # --- receiving -------------------------------------------------------------------------------

    async def sync(
        self,
        since: str | None,
        *,
        timeout_ms: int,
        full_state: bool = False,
        filter: Any = None,  # noqa: A002 -- the specification's word
    ) -> Json:
        """Answer with everything after the token."""
        unwanted = (filter or {}).get("room", {}).get("timeline", {}).get("not_senders", [])

        def act() -> Json:
            after = int(since[1:]) if since else 0
            rooms: Json = {"join": {}, "invite": {}, "leave": {}}
            for room_id, room in self.rooms.items():
                self._show(rooms, room_id, room, after, unwanted)
            return {"next_batch": f"s{self.position}", "rooms": rooms}

        self.syncs += 1
        answer = await self._call(act)
        self.last_sync = answer, not unwanted
        return answer

    def _show(self, rooms: Json, room_id: RoomId, room: Room, after: int, unwanted: Collection[str]) -> None:
        membership, entered = room.membership(ME), room.since > after
        if membership == "invite" and entered:
            stripped = [e for (t, k), e in room.state.items() if t == "m.room.create" or k == ME]
            rooms["invite"][room_id] = {"invite_state": {"events": [*map(_shown, stripped)]}}
        elif membership == "join":
            seen = self._timeline(room, after, self.position, unwanted, whole=entered)
            if seen["timeline"]["events"] or seen["state"]["events"]:
                rooms["join"][room_id] = seen
        elif membership in ("leave", "ban") and entered:
            rooms["leave"][room_id] = self._timeline(room, after, room.since, unwanted, whole=False)

    def _timeline(
        self, room: Room, after: int, until: int, unwanted: Collection[str], *, whole: bool
    ) -> Json:
        low = 0 if whole else after
        events = [e for e in room.events if low < e["~"] <= until and e["sender"] not in unwanted]
        shown = events[-TIMELINE:]
        start = shown[0]["~"] if shown else until + 1
        state = [e for e in room.state.values() if low < e["~"] < start]
        timeline = {
            "events": [*map(_shown, shown)], "limited": len(events) > len(shown), "prev_batch": f"p{start}",
        }  # fmt: skip
        return {"timeline": timeline, "state": {"events": [*map(_shown, state)]}}

    async def messages(self, room: RoomId, *, start: str | None, end: str | None, limit: int = 100) -> Json:
        """Return a page of the past."""

        def act() -> Json:
            here = self._require_joined(room)
            below = int(start[1:]) if start else self.position + 1
            above = int(end[1:]) if end else 0
            events = [e for e in here.events if above < e["~"] < below][::-1]
            page = events[:PAGE]
            more = {"end": f"p{page[-1]['~']}"} if len(events) > len(page) else {}
            return {"chunk": [*map(_shown, page)], **more}

        return await self._call(act)

    async def members(self, room: RoomId) -> list[Json]:
        """Return the membership events of everybody who has not left."""

        def act() -> list[Json]:
            states = self._require_joined(room).state.items()
            return [_shown(e) for (t, k), e in states if t == "m.room.member"]

        return await self._call(act)

    async def joined_rooms(self) -> set[RoomId]:
        """Return the rooms the bot is in."""
        return await self._call(
            lambda: {r for r, room in self.rooms.items() if room.membership(ME) == "join"}
        )

    async def get_state(self, room: RoomId, event_type: str, key: str = "") -> Json | None:
        """Return the content of a state event."""

        def act() -> Json | None:
            event = self._require_joined(room).state.get((event_type, key))
            return dict(event["content"]) if event else None

        return await self._call(act)

    # --- sending ---------------------------------------------------------------------------------

    async def send(self, room: RoomId, event_type: str, content: Mapping[str, Any], txn: str) -> EventId:
        """Take an event; the same transaction id gives the first event, as long as it is remembered."""
        return await self._call(lambda: self._accept(room, event_type, content, txn), self.send_faults)

    async def redact(
        self, room: RoomId, event: EventId, txn: str, content: Mapping[str, Any] | None = None
    ) -> EventId:
        """Take a redaction."""
        reason = {**(content or {}), "redacts": event}
        return await self._call(
            lambda: self._accept(room, "m.room.redaction", reason, txn, redacts=event), self.send_faults
        )

    def _accept(
        self, room_id: RoomId, type_: str, content: Mapping[str, Any], txn: str, **more: Any
    ) -> EventId:
        room = self._require_joined(room_id)
        known = self._txns.get((room_id, txn))
        if known is not None and self.now - known[1] < REMEMBERED:
            return known[0]
        relation = content.get("m.relates_to")
        if type_ == "m.reaction" and any(
            e["sender"] == ME and e["type"] == type_ and e["content"].get("m.relates_to") == relation
            for e in room.events
        ):
            raise MatrixError(400, "M_DUPLICATE_ANNOTATION")
        event_id = self.put(room_id, type_, content, ME, unsigned={"transaction_id": txn}, **more)
        self._txns[room_id, txn] = event_id, self.now
        return event_id

    async def put_state(self, room: RoomId, event_type: str, key: str, content: Mapping[str, Any]) -> EventId:
        """Set state."""

        def act() -> EventId:
            self._require_joined(room)
            return self.put(room, event_type, content, ME, state_key=key)

        return await self._call(act)

    async def join(self, room: RoomId, via: Collection[str] = ()) -> None:
        """Enter a room to which the bot is invited."""

        def act() -> None:
            if self.rooms[room].membership(ME) == "leave":
                raise MatrixError(403, "M_FORBIDDEN")
            if self.rooms[room].membership(ME) != "join":
                self.moves(room, ME, "join", ME)

        await self._call(act)

    async def leave(self, room: RoomId) -> None:
        """Leave a room."""
        await self._call(lambda: self.moves(room, ME, "leave", ME))

    async def forget(self, room: RoomId) -> None:
        """Forget a room."""
        await self._call(lambda: None)

    async def upload_keys(self, body: Mapping[str, Any]) -> Json:
        """Accept the keys."""
        return await self._call(lambda: {"one_time_key_counts": {"signed_curve25519": 50}})

    async def query_keys(self, users: Iterable[UserId]) -> Json:
        """Know nobody's devices."""
        return await self._call(lambda: {"device_keys": {user: {} for user in users}})


def _shown(event: Json) -> Json:
    return {key: value for key, value in event.items() if key != "~"}
