# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The stub homeserver's world: rooms, people and one log of events, cut into /sync responses by position.

Everything is kept as JSON text, so that answering a request is joining strings. A token is a position in the
log: any of them may be used again at any time and yields the same events.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

SERVER: Final = "bench"
ME: Final = f"@bot:{SERVER}"
#: When all rooms were made (milliseconds).
FOUNDED: Final = 1_700_000_000_000
#: What the specification's servers send of a timeline when the filter names no limit.
TIMELINE_LIMIT: Final = 10
FEWEST: Final = 10
MOST: Final = 50

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Logged:
    """An event in the log."""

    position: int
    event_id: str
    sender: str
    type: str
    state_key: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Filter:
    """What a bot wants to see of its rooms."""

    limit: int = TIMELINE_LIMIT
    types: frozenset[str] | None = None
    not_types: frozenset[str] = frozenset()
    not_senders: frozenset[str] = frozenset()
    lazy: bool = False

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Filter:
        """Read a filter as it was uploaded, or stands in the address."""
        room = raw.get("room", {})
        timeline, state = room.get("timeline", {}), room.get("state", {})
        types = timeline.get("types")
        return cls(
            limit=min(int(timeline.get("limit", TIMELINE_LIMIT)), 100),
            types=frozenset(types) if types is not None else None,
            not_types=frozenset(timeline.get("not_types", ())),
            not_senders=frozenset(timeline.get("not_senders", ())),
            lazy=bool(state.get("lazy_load_members") or timeline.get("lazy_load_members")),
        )

    def shows(self, event: Logged) -> bool:
        """Tell whether the event belongs into a timeline."""
        if event.sender in self.not_senders or event.type in self.not_types:
            return False
        return self.types is None or event.type in self.types


@dataclass(eq=False)
class Room:
    """A room with its members; its state before the log is made when somebody asks."""

    number: int
    log: list[Logged] = field(default_factory=list)
    joined: bool = True

    @cached_property
    def id(self) -> str:
        """The room id."""
        return f"!r{self.number}:{SERVER}"

    @cached_property
    def members(self) -> list[str]:
        """The people here, without the bot: 10 to 50, in no other room."""
        count = MOST if self.number == 0 else FEWEST + self.number * 17 % (MOST - FEWEST + 1)
        return [f"@p{self.number}-{i}:{SERVER}" for i in range(count)]

    def member(self, user: str) -> str:
        """Return somebody's membership event."""
        membership = "join" if user != ME or self.joined else "leave"
        content = {"membership": membership, "displayname": f"Person {user[2:].partition(':')[0]}"}
        return _state(self, "m.room.member", user, content, sender=user)

    @cached_property
    def base_state(self) -> list[str]:
        """The state events without the members."""
        founder = self.members[0]
        levels = {"users": {founder: 100}, "users_default": 0, "events_default": 0, "state_default": 50}
        content: dict[str, Json] = {
            "m.room.create": {"creator": founder, "room_version": "10"},
            "m.room.power_levels": levels | {"redact": 50, "ban": 50, "kick": 50, "invite": 0, "events": {}},
            "m.room.join_rules": {"join_rule": "invite"},
            "m.room.history_visibility": {"history_visibility": "shared"},
            "m.room.name": {"name": f"Group {self.number}"},
        }
        return [_state(self, type_, "", about, sender=founder) for type_, about in content.items()]

    @cached_property
    def full_state(self) -> str:
        """All state events, as the inside of a JSON list."""
        return ",".join([*self.base_state, *map(self.member, (ME, *self.members))])

    @cached_property
    def _heroes(self) -> str:
        return json.dumps(self.members[:5])

    @property
    def summary(self) -> str:
        """Who is here, for clients that load members lazily."""
        count = len(self.members) + 1
        return f'{{"m.heroes":{self._heroes},"m.joined_member_count":{count},"m.invited_member_count":0}}'


class World:
    """All rooms, and the log of what happened in them."""

    def __init__(self, rooms: int) -> None:
        self.rooms: Final = [Room(number) for number in range(rooms)]
        self.by_id: Final = {room.id: room for room in self.rooms}
        self.events: Final[dict[str, Logged]] = {}
        #: The room of each position.
        self._where: Final[list[Room]] = []

    @property
    def now(self) -> int:
        """The position behind the newest event."""
        return len(self._where)

    def add(
        self,
        room: Room,
        sender: str,
        type_: str,
        content: Mapping[str, Any],
        *,
        state_key: str | None = None,
        txn: str | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> Logged:
        """Append an event to the log.

        Args:
            room: where.
            sender: who.
            type_: its type.
            content: its content.
            state_key: for a state event.
            txn: the transaction id, shown to the bot in its own events.
            extra: more of the event's own fields, as ``redacts``.
        """
        position = self.now + 1
        event_id = f"$e{position}-{room.number}"
        event: Json = {
            "type": type_,
            "sender": sender,
            "event_id": event_id,
            "origin_server_ts": int(time.time() * 1000),
            "content": content,
            "unsigned": {"age": 1} if txn is None else {"age": 1, "transaction_id": txn},
            **(extra or {}),
        }
        if state_key is not None:
            event["state_key"] = state_key
        logged = Logged(position, event_id, sender, type_, state_key, json.dumps(event))
        self._where.append(room)
        room.log.append(logged)
        self.events[event_id] = logged
        return logged

    def initial(self, wanted: Filter) -> str:
        """Return the rooms of an initial /sync."""
        parts = []
        for room in self.rooms:
            if room.joined:
                timeline = self._timeline(room, 0, wanted)
                senders = {event.sender for event in timeline[0]} | {ME}
                members = [room.member(user) for user in senders if user in {ME, *room.members}]
                state = ",".join([*room.base_state, *members]) if wanted.lazy else room.full_state
                parts.append(_room(room, timeline, state))
        return ",".join(parts)

    def since(self, position: int, wanted: Filter, told: set[tuple[int, str]]) -> str:
        """Return what happened in the rooms after ``position``; empty if there is nothing to show.

        Args:
            position: the log is read from here.
            wanted: the filter.
            told: the members whose state was sent already; those sent now are added.
        """
        parts = []
        for room in dict.fromkeys(self._where[position:]):
            timeline = self._timeline(room, position, wanted)
            if timeline[0] and room.joined:
                state = []
                for user in {event.sender for event in timeline[0]} if wanted.lazy else ():
                    if (room.number, user) not in told and user != ME:
                        told.add((room.number, user))
                        state.append(room.member(user))
                parts.append(_room(room, timeline, ",".join(state)))
        return ",".join(parts)

    def _timeline(self, room: Room, position: int, wanted: Filter) -> tuple[list[Logged], bool, int]:
        """Return the newest events after ``position``, whether older ones are left out, and from where."""
        shown: list[Logged] = []
        for event in reversed(room.log):
            if event.position <= position:
                break
            if wanted.shows(event):
                if len(shown) == wanted.limit:
                    return shown[::-1], True, shown[-1].position - 1
                shown.append(event)
        return shown[::-1], False, (shown[-1].position - 1 if shown else position)

    def messages(self, room: Room, start: int, end: int, limit: int) -> tuple[list[Logged], int | None]:
        """Return a page of the timeline back from ``start`` and where the next one begins, if there is one."""
        inside = [event for event in room.log if end < event.position <= start]
        page = inside[-limit:][::-1]
        return page, page[-1].position - 1 if len(inside) > limit else None


def joined_text(texts: Iterable[str]) -> str:
    """Join JSON texts into the inside of a list."""
    return ",".join(texts)


def _room(room: Room, timeline: tuple[list[Logged], bool, int], state: str) -> str:
    events, limited, before = timeline
    inside = joined_text(event.text for event in events)
    return (
        f'"{room.id}":{{"timeline":{{"events":[{inside}],"limited":{"true" if limited else "false"},'
        f'"prev_batch":"{token(before)}"}},"state":{{"events":[{state}]}},"summary":{room.summary},'
        '"account_data":{"events":[]},"ephemeral":{"events":[]},"unread_notifications":{}}'
    )


def _state(room: Room, type_: str, key: str, content: Json, *, sender: str) -> str:
    return json.dumps(
        {
            "type": type_,
            "state_key": key,
            "sender": sender,
            "event_id": f"$s{room.number}-{type_[7:]}-{key[1:].partition(':')[0]}",
            "origin_server_ts": FOUNDED,
            "content": content,
            "unsigned": {"age": 1000},
        }
    )


def token(position: int) -> str:
    """Return the token for a position; only ``position_of`` reads it."""
    return f"s{position:x}_bench"


def position_of(text: str | None) -> int | None:
    """Return a token's position, None for what is no token of ours."""
    try:
        return int(text[1:].partition("_")[0], 16) if text else None
    except ValueError:
        return None
