# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""A homeserver's memory: one stream of events, keys and to-device messages that outlives the bot's deaths.

What matters for a bot that dies is as in Synapse: the same token gives the same answer, to-device messages
go away with the first newer token, a device's transaction id gives the first event over all kinds of sends.
"""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.key_server import KeyServer

Json = dict[str, Any]
BOT = "@tafel:test"
PASSWORD = "secret"


class Keys(KeyServer):
    """Keys whose changes stand in the stream."""

    stream: list[Entry]

    def announce(self, user: str) -> None:
        self.stream.append(Entry("devices", user))


@dataclass(frozen=True, slots=True)
class Entry:
    """A step of the stream: an event of a room, a message to a device, or a user's changed devices."""

    kind: str
    #: The room, the device as "user device", or the user.
    where: str
    what: Json = field(default_factory=dict)


@dataclass
class World:
    """Everything the homeserver knows; ``copy.deepcopy`` gives the same moment again."""

    keys: Keys = field(default_factory=Keys)
    stream: list[Entry] = field(default_factory=list)
    state: defaultdict[str, dict[tuple[str, str], Json]] = field(default_factory=lambda: defaultdict(dict))
    #: Access token: device of the bot.
    tokens: dict[str, str] = field(default_factory=dict)
    transactions: dict[tuple[str, str], str] = field(default_factory=dict)
    #: Event id: device and transaction id that only this device is shown.
    sent_as: dict[str, tuple[str, str]] = field(default_factory=dict)
    #: Device: the newest token it used; older to-device messages are gone.
    acknowledged: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    #: Every identity key a device of the bot ever showed.
    identities: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    masters: list[Json] = field(default_factory=list)
    #: Events of one room in a response, and in a page of the past.
    timeline_limit: int = 100
    page_limit: int = 100

    def __post_init__(self) -> None:
        self.keys.stream = self.stream

    @property
    def now(self) -> int:
        return len(self.stream)

    # --- rooms -----------------------------------------------------------------------------------

    def add(
        self, room: str, type_: str, sender: str, content: Mapping[str, Any], key: str | None = None
    ) -> Json:
        """Put an event into a room."""
        event: Json = {
            "type": type_,
            "sender": sender,
            "content": copy.deepcopy(dict(content)),
            "event_id": f"${self.now}",  # its place in the stream
            "origin_server_ts": 1_900_000_000_000 + self.now,
        }
        if key is not None:
            event["state_key"] = key
            before = self.state[room].get((type_, key))
            if before is not None:
                event["unsigned"] = {"prev_content": before["content"]}
            self.state[room][type_, key] = event
        self.stream.append(Entry("event", room, event))
        return event

    def send(self, room: str, type_: str, content: Mapping[str, Any], device: str, txn: str) -> str:
        """Send as the bot's device; the same transaction id gives the first event, whatever it was."""
        if (device, txn) not in self.transactions:
            event = self.add(room, type_, BOT, content)
            if type_ == "m.room.redaction":
                self.redact(event, str(content["redacts"]))
            self.transactions[device, txn] = event["event_id"]
            self.sent_as[event["event_id"]] = (device, txn)
        return self.transactions[device, txn]

    def redact(self, redaction: Json, target: str) -> None:
        """Empty an event."""
        redaction["redacts"] = target
        for event in self.events():
            if event["event_id"] == target:
                event["content"] = {}
                event["unsigned"] = {"redacted_because": copy.deepcopy(redaction)}

    def put_state(self, room: str, type_: str, sender: str, key: str, content: Mapping[str, Any]) -> str:
        """Set state; the same again is no new event."""
        before = self.state[room].get((type_, key))
        if before is None or before["content"] != content:
            return str(self.add(room, type_, sender, content, key)["event_id"])
        return str(before["event_id"])

    def events(self, room: str | None = None) -> Iterable[Json]:
        """Yield the events of a room, or of all rooms, in order."""
        return (entry.what for entry in self.stream if entry.kind == "event" and room in (None, entry.where))

    def membership(self, room: str, user: str) -> str | None:
        """Return how somebody stands to a room now."""
        event = self.state[room].get(("m.room.member", user))
        return str(event["content"]["membership"]) if event else None

    def members(self, room: str) -> list[Json]:
        """Return the membership events of everybody who has not left."""
        return [
            event
            for (type_, _), event in self.state[room].items()
            if type_ == "m.room.member" and event["content"]["membership"] != "leave"
        ]

    # --- devices ---------------------------------------------------------------------------------

    def to_device(self, sender: str, user: str, device: str, content: Json) -> None:
        """Put a message into the box of a device."""
        what = {"type": "m.room.encrypted", "sender": sender, "content": copy.deepcopy(content)}
        self.stream.append(Entry("to_device", f"{user} {device}", what))

    def messages_to(self, user: str, device: str) -> list[Json]:
        """Return everything that was ever sent to a device."""
        box = f"{user} {device}"
        return [entry.what for entry in self.stream if entry.kind == "to_device" and entry.where == box]

    # --- what a device is told -------------------------------------------------------------------

    def acknowledge(self, device: str, since: int) -> None:
        """Take note of the token of a /sync: what came before it is not kept."""
        self.acknowledged[device] = max(self.acknowledged[device], since)

    def has_news(self, device: str, since: int, *, ours: bool) -> bool:
        """Is there anything that /sync must tell? Without ``ours``, the bot's own events are nothing."""
        for entry in self.stream[since:]:
            if entry.kind == "event":
                # A room that was entered is told of, even where the entering itself is not.
                if self._is_shown(entry, ours=ours) or entry.what["type"] == "m.room.member":
                    return True
            elif entry.kind == "devices" or entry.where == f"{BOT} {device}":
                return True
        return False

    def _is_shown(self, entry: Entry, *, ours: bool) -> bool:
        return ours or entry.what["sender"] != BOT

    def sync(self, device: str, since: int, *, ours: bool) -> Json:
        """Return what /sync answers to the bot, with or without its own events in the timelines."""
        new = self.stream[since:]
        box, forgotten = f"{BOT} {device}", self.acknowledged[device]
        waiting = [e.what for e in self.stream[forgotten:] if e.kind == "to_device" and e.where == box]
        rooms: defaultdict[str, Json] = defaultdict(dict)
        for room in dict.fromkeys(entry.where for entry in new if entry.kind == "event"):
            section = self.membership(room, BOT)
            if section == "invite":
                events = [e for (t, k), e in self.state[room].items() if t == "m.room.create" or k == BOT]
                rooms["invite"][room] = {"invite_state": {"events": copy.deepcopy(events)}}
            elif section is not None:
                rooms[section][room] = self._room(room, device, since, ours=ours)
        own = (BOT, device)
        return {
            "next_batch": f"s{self.now}",
            "rooms": dict(rooms),
            "to_device": {"events": waiting},
            "device_lists": {"changed": sorted({e.where for e in new if e.kind == "devices"})},
            "device_one_time_keys_count": {"signed_curve25519": len(self.keys.one_time[own])},
            "device_unused_fallback_key_types": []
            if own in self.keys.fallback_used
            else ["signed_curve25519"],
        }

    def _room(self, room: str, device: str, since: int, *, ours: bool) -> Json:
        joined = int(self.state[room]["m.room.member", BOT]["event_id"][1:])
        known = since if joined < since else 0
        new = [
            i
            for i in range(known, self.now)
            if self.stream[i].kind == "event" and self.stream[i].where == room
        ]
        shown = [i for i in new if self._is_shown(self.stream[i], ours=ours)]
        timeline = shown[-self.timeline_limit :]
        left_out = [self.stream[i].what for i in new if i not in timeline]
        state = {(e["type"], e["state_key"]): e for e in left_out if "state_key" in e}
        return {
            "state": {"events": list(state.values())},
            "timeline": {
                "events": [self._seen(self.stream[i].what, device) for i in timeline],
                "limited": len(timeline) < len(shown),
                "prev_batch": f"s{timeline[0] if timeline else self.now}",
            },
            "summary": {"m.joined_member_count": len(self.members(room))},
        }

    def past(self, room: str, device: str, start: int, end: int) -> Json:
        """Return a page of the timeline, newest first: from ``start`` back to ``end``."""
        found = [
            i for i in range(end, start) if self.stream[i].kind == "event" and self.stream[i].where == room
        ]
        page = found[::-1][: self.page_limit]
        answer: Json = {"chunk": [self._seen(self.stream[i].what, device) for i in page]}
        if len(page) < len(found):
            answer["end"] = f"s{page[-1]}"
        return answer

    def _seen(self, event: Json, device: str) -> Json:
        sent = self.sent_as.get(event["event_id"])
        if sent is None or sent[0] != device:
            return event
        return {**event, "unsigned": {**event.get("unsigned", {}), "transaction_id": sent[1]}}
