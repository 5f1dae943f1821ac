# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The outer shape of a /sync response, read with distrust: what has the wrong shape is left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeGuard

from method.ids import RoomId, UserId
from method.words import clean
from storage.rooms import Member

#: Longest identifier (spec, appendix "Common identifier format").
_ID_BYTES: Final = 255
#: So much of a name is looked at; much of it may be invisible.
_NAME_READ: Final = 1000
_MEMBERSHIPS: Final = frozenset({"join", "invite", "leave", "ban", "knock"})

Json = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Timeline:
    """What one response says about one room."""

    room_id: RoomId
    state: tuple[Json, ...]
    events: tuple[Json, ...]
    limited: bool
    prev_batch: str | None
    #: Joined members by the homeserver's count, where it gave one.
    member_count: int | None

    @classmethod
    def empty(cls, room_id: RoomId) -> Timeline:
        """Say nothing about a room."""
        return cls(room_id, (), (), limited=False, prev_batch=None, member_count=None)

    def outside(self, me: UserId, *, newly: bool) -> frozenset[int]:
        """Return which events happened while we were not in the room.

        Args:
            me: whose membership counts.
            newly: we were not in the room before this response.
        """
        if newly:
            return frozenset(range(self.own_join(me)))
        inside, outside = True, set()
        for i, event in enumerate(self.events):
            if is_own_membership(event, me):
                inside = event["content"].get("membership") == "join"
            if not inside:
                outside.add(i)
        return frozenset(outside)

    def membership_event(self, me: UserId) -> str | None:
        """Return the id of our latest membership event in this response."""
        for event in (*reversed(self.events), *reversed(self.state)):
            if is_own_membership(event, me) and is_id(event.get("event_id")):
                return str(event["event_id"])
        return None

    def own_join(self, me: UserId) -> int:
        """Return the index behind our latest joining, 0 if it is not among these events."""
        for i in range(len(self.events) - 1, -1, -1):
            event = self.events[i]
            if is_own_join(event, me):
                return i + 1
        return 0

    def own_membership(self, me: UserId) -> str:
        """Return how we came to be outside: leave or ban."""
        for event in (*reversed(self.events), *reversed(self.state)):
            if event.get("type") == "m.room.member" and event.get("state_key") == me:
                content = event.get("content")
                return "ban" if isinstance(content, dict) and content.get("membership") == "ban" else "leave"
        return "leave"


def is_own_membership(event: Json, me: UserId) -> bool:
    """Does this well-formed event say whether we are in the room?"""
    return is_member(event) and event["state_key"] == me


def is_own_join(event: Json, me: UserId) -> bool:
    """Is this our own entering of a room (not merely a changed profile)?"""
    if event.get("type") != "m.room.member" or event.get("state_key") != me:
        return False
    content, unsigned = event.get("content"), event.get("unsigned")
    before = unsigned.get("prev_content") if isinstance(unsigned, dict) else None
    was = before.get("membership") if isinstance(before, dict) else None
    return isinstance(content, dict) and content.get("membership") == "join" and was != "join"


def is_member(event: Json) -> bool:
    """Is this a well-formed membership event?"""
    return (
        event.get("type") == "m.room.member"
        and isinstance(event.get("content"), dict)
        and is_id(event.get("state_key"))
    )


def member_of(event: Json) -> Member:
    """Read a membership event that ``is_member``; the name is cleaned and short."""
    name, membership = event["content"].get("displayname"), event["content"].get("membership")
    return Member(
        UserId(event["state_key"]),
        membership if isinstance(membership, str) and membership in _MEMBERSHIPS else "leave",
        short_name(name) if isinstance(name, str) else None,
    )


def short_name(name: str) -> str:
    """Return the name of a person or room as one clean line of at most 100 characters."""
    return clean(name[:_NAME_READ]).replace("\n", " ")[:100]


def joined_rooms(body: Json) -> Iterator[Timeline]:
    """Yield the rooms we are in."""
    for room_id, room in _rooms(body, "join"):
        yield _timeline(room_id, room)


def left_rooms(body: Json) -> Iterator[Timeline]:
    """Yield the rooms we have left or were put out of."""
    for room_id, room in _rooms(body, "leave"):
        yield _timeline(room_id, room)


def invited_rooms(body: Json) -> Iterator[tuple[RoomId, Json]]:
    """Yield the rooms we are invited to, with their stripped state."""
    for room_id, room in _rooms(body, "invite"):
        yield room_id, {"stripped": list(_events(room.get("invite_state")))}


def state_events(timeline: Timeline) -> Iterator[Json]:
    """Yield the well-formed state events of a room, oldest first."""
    for event in (*timeline.state, *timeline.events):
        if (
            isinstance(event.get("content"), dict)
            and is_id(event.get("type"))
            and is_id(event.get("sender"))
            and isinstance(event.get("state_key"), str)
            and (not event["state_key"] or is_id(event["state_key"]))
        ):
            # What it says about the room counts all the same: encryption must not be overlooked.
            yield event if is_id(event.get("event_id")) else {**event, "event_id": None}


def is_id(value: object) -> TypeGuard[str]:
    """Can this be an identifier, and can every database keep it?"""
    return is_token(value) and len(value.encode()) <= _ID_BYTES


def is_token(value: object) -> TypeGuard[str]:
    """Can this be a token of the homeserver's, of any length, and can every database keep it?"""
    if not isinstance(value, str) or not value or "\0" in value:
        return False
    return not any("\ud800" <= c <= "\udfff" for c in value)


def _rooms(body: Json, section: str) -> Iterator[tuple[RoomId, Json]]:
    rooms = body.get("rooms")
    found = rooms.get(section) if isinstance(rooms, dict) else None
    for room_id, room in (found if isinstance(found, dict) else {}).items():
        if is_id(room_id) and isinstance(room, dict):
            yield RoomId(room_id), room


def _timeline(room_id: RoomId, room: Json) -> Timeline:
    timeline = room.get("timeline")
    timeline = timeline if isinstance(timeline, dict) else {}
    summary = room.get("summary")
    count = summary.get("m.joined_member_count") if isinstance(summary, dict) else None
    prev = timeline.get("prev_batch")
    return Timeline(
        room_id,
        tuple(_events(room.get("state"))),
        tuple(_events(timeline)),
        timeline.get("limited") is True,
        prev if is_token(prev) else None,
        count if isinstance(count, int) else None,
    )


def _events(section: object) -> Iterator[Json]:
    events = section.get("events") if isinstance(section, dict) else None
    for event in events if isinstance(events, list) else []:
        # What is no object becomes an empty one, so that it is counted with what is malformed.
        yield event if isinstance(event, dict) else {}
