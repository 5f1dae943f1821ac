# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What one person sees: the decrypted events of her rooms, in order, as small values."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Final

PINS: Final = "m.room.pinned_events"
#: The board that is kept up to date, or one of its pages.
_BOARD: Final = re.compile(r"Board, (Seite |.*Diese Nachricht halte ich aktuell\.$)", re.DOTALL)


class Kind(StrEnum):
    """What an event is for the person who sees it."""

    MESSAGE = "message"
    EDIT = "edit"
    REACTION = "reaction"
    REDACTION = "redaction"
    MEMBER = "member"
    STATE = "state"
    UNREADABLE = "unreadable"
    OTHER = "other"


@dataclass(frozen=True)
class Seen:
    """One event. ``target`` is the event it edits, reacts to, redacts or replies to."""

    event_id: str
    room_id: str
    sender: str
    kind: Kind
    type: str
    body: str = ""
    key: str = ""
    target: str | None = None
    thread: str | None = None
    encrypted: bool = False
    #: When the homeserver took it (milliseconds since 1970).
    at: int = field(default=0, compare=False)
    content: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def mentions(self) -> Any:
        """What ``m.mentions`` says; None if it is missing."""
        return self.content.get("m.mentions")

    @property
    def attached(self) -> str:
        """What is attached, "m.image" or "m.file"; its ``body`` is the caption. Else ""."""
        msgtype = str(self.content.get("msgtype", "")) if self.kind is Kind.MESSAGE else ""
        return msgtype if msgtype in ("m.image", "m.file") else ""

    @property
    def is_notice(self) -> bool:
        """Is it a message that notifies nobody?"""
        new: Mapping[str, Any] = self.content.get("m.new_content", self.content)
        return new.get("msgtype") == "m.notice"


def seen(room_id: str, source: Mapping[str, Any], *, encrypted: bool) -> Seen:
    """Turn an event's JSON, decrypted already, into a ``Seen``."""
    content = source.get("content") or {}
    relation = content.get("m.relates_to") or {}
    kind_of_event = str(source.get("type", ""))
    event = Seen(
        event_id=source.get("event_id", ""),
        room_id=room_id,
        sender=source.get("sender", ""),
        kind=Kind.OTHER,
        type=kind_of_event,
        encrypted=encrypted,
        at=source.get("origin_server_ts", 0),
        content=content,
    )
    match kind_of_event:
        case "m.room.message" if relation.get("rel_type") == "m.replace":
            body = (content.get("m.new_content") or {}).get("body", "")
            return replace(event, kind=Kind.EDIT, body=body, target=relation.get("event_id"))
        case "m.room.message":
            thread = relation.get("event_id") if relation.get("rel_type") == "m.thread" else None
            answered = (relation.get("m.in_reply_to") or {}).get("event_id")
            return replace(
                event, kind=Kind.MESSAGE, body=content.get("body", ""), target=answered, thread=thread
            )
        case "m.reaction":
            return replace(
                event, kind=Kind.REACTION, key=relation.get("key", ""), target=relation.get("event_id")
            )
        case "m.room.redaction":
            target = source.get("redacts") or content.get("redacts")
            return replace(event, kind=Kind.REDACTION, target=target)
        case "m.room.encrypted":
            return replace(event, kind=Kind.UNREADABLE)
        case "m.room.member":
            return replace(
                event, kind=Kind.MEMBER, body=content.get("membership", ""), key=source.get("state_key", "")
            )
        case _ if "state_key" in source:
            return replace(event, kind=Kind.STATE)
        case _:
            return event


class Timeline:
    """All events a person has seen, oldest first, over all her rooms."""

    def __init__(self) -> None:
        self._events: list[Seen] = []
        self._places: dict[str, int] = {}

    def __iter__(self) -> Iterator[Seen]:
        """Go through the events, oldest first."""
        return iter(self._events)

    def __len__(self) -> int:
        """How many events there are; also the place of the next one."""
        return len(self._events)

    def since(self, place: int) -> list[Seen]:
        """The events from ``place`` on."""
        return self._events[place:]

    def put(self, event: Seen) -> None:
        """Append an event, or replace the one that could not be read before."""
        place = self._places.get(event.event_id)
        if place is None:
            self._places[event.event_id] = len(self._events)
            self._events.append(event)
        elif self._events[place].kind is Kind.UNREADABLE:
            self._events[place] = event

    def find(self, fits: Callable[[Seen], bool], *, since: int = 0) -> Seen | None:
        """The first event that ``fits``."""
        return next((event for event in self._events[since:] if fits(event)), None)

    def get(self, event_id: str) -> Seen:
        """The event with this id.

        Raises:
            KeyError: it was not seen.
        """
        return self._events[self._places[event_id]]

    def place(self, event_id: str) -> int:
        """At which place the event stands.

        Raises:
            KeyError: it was not seen.
        """
        return self._places[event_id]

    def is_redacted(self, event_id: str) -> bool:
        """Was it deleted?"""
        return any(event.kind is Kind.REDACTION and event.target == event_id for event in self._events)

    def text(self, event_id: str) -> str:
        """What the message says now, after all edits by its sender."""
        first = self.get(event_id)
        edits = [
            event
            for event in self._events
            if event.kind is Kind.EDIT and event.target == event_id and event.sender == first.sender
        ]
        return edits[-1].body if edits else first.body

    def pinned(self, room_id: str) -> list[str]:
        """What is pinned in a room, as far as it was seen."""
        pins = (event for event in reversed(self._events) if (event.room_id, event.type) == (room_id, PINS))
        newest = next(pins, None)
        return [one for one in newest.content.get("pinned", []) if one in self._places] if newest else []

    def is_of_board(self, event: Seen) -> bool:
        """Does it make, edit or delete the message of the board that the bot keeps up to date?

        That answers nobody and comes at its own time.
        """
        about = event if event.kind is Kind.MESSAGE else self.find(lambda e: e.event_id == event.target)
        return about is not None and about.kind is Kind.MESSAGE and _BOARD.match(about.body) is not None

    def reactions(self, event_id: str) -> list[Seen]:
        """The reactions to a message that are still there, oldest first."""
        return [
            event
            for event in self._events
            if event.kind is Kind.REACTION
            and event.target == event_id
            and not self.is_redacted(event.event_id)
        ]
