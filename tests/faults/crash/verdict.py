# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What can be seen from outside when everything has come to rest, and what must never be seen."""

from __future__ import annotations

import copy
import difflib
import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from sqlalchemy import func, select

from bot.echoes import MARKER, REDACTED
from storage import exports
from storage.database import Database
from storage.tables import gaps, inbox, outbox, to_device
from tests.faults.crash.person import Person
from tests.faults.crash.scenarios import Play
from tests.faults.crash.world import BOT, Json, World

#: Sent in clear also in encrypted rooms (spec; reactions so that servers can count them).
_CLEAR = ("m.reaction", "m.room.redaction")
#: The board says when it was made.
_TIME = re.compile(r"\b\d{1,2}:\d\d\b")


async def is_at_rest(db: Database) -> bool:
    """Has the bot nothing left to do?"""
    counts = (
        select(func.count()).select_from(inbox).where(inbox.c.state.in_(("new", "held", "waiting"))),
        select(func.count()).select_from(outbox).where(outbox.c.state.in_(("new", "trying"))),
        select(func.count()).select_from(to_device),
        select(func.count()).select_from(gaps),
    )
    async with db.reading() as connection:
        left = (await connection.execute(select(*(count.scalar_subquery() for count in counts)))).one()
    return not any(left)


class View:
    """The end of a run as others see it.

    Attributes:
        seen: what must be the same, however often the bot died on the way.
        wrongs: promises that were broken, each in one sentence.
    """

    def __init__(self, play: Play) -> None:
        self.world: World = play.world
        self.people = copy.deepcopy(play.people)
        self.seen: Json = {}
        self.wrongs: list[str] = []

    async def look(self, db: Database) -> View:
        """Look at the rooms as the people do, at the export and at the journal."""
        self._deliver()
        for room in self.world.state:
            self.seen[room] = {
                "membership": self.world.membership(room, BOT),
                # Reactions do not wait for messages, so only the order among their like is promised.
                "said": sorted(self._said(room), key=lambda said: bool(said["type"] == "m.reaction")),
                "pinned": self._pinned(room),
                "export": await _export(db, room),
            }
        self._devices()
        await self._journal(db)
        return self

    def unlike(self, other: View) -> list[str]:
        """Return what is seen here and not there (+), or there and not here (-)."""
        here, there = (_lines(view.seen) for view in (self, other))
        return [
            line
            for line in difflib.unified_diff(there, here, "without faults", "here", n=0)
            if line[0] in "+-"
        ]

    def _deliver(self) -> None:
        for person in self.people.values():
            for event in self.world.messages_to(person.user, person.device):
                person.receive(event)
            for room, sender in person.keys_from:
                if sender == BOT and self.world.membership(room, person.user) not in ("join", "invite"):
                    self.wrongs.append(f"{person.user} got the key of {room}")

    def _said(self, room: str) -> Iterator[Json]:
        encrypted = ("m.room.encryption", "") in self.world.state[room]
        markers: Counter[str] = Counter()
        for event in self.world.events(room):
            if event["sender"] != BOT or "state_key" in event:
                continue
            content = event["content"]
            markers.update([content[MARKER]] if MARKER in content else [])
            type_ = event["type"]
            if type_ == "m.room.encrypted":
                type_, content = self._opened(room, event)
            elif encrypted and type_ not in _CLEAR:
                self.wrongs.append(f"{event['event_id']} is plaintext in an encrypted room")
            yield self._shown(room, type_, content)
        self.wrongs += [f"{marker} was sent {n} times" for marker, n in markers.items() if n > 1]

    def _opened(self, room: str, event: Json) -> tuple[str, Json]:
        opened: Json = {"type": "unreadable", "content": {}}
        for person in self._readers(room):
            read = person.reads(room, event["content"])
            if read is None:
                # Those who came later cannot read what was said before.
                entered = int(self.world.state[room]["m.room.member", person.user]["event_id"][1:])
                if entered < int(event["event_id"][1:]):
                    self.wrongs.append(f"{person.user} cannot read {event['event_id']}")
            else:
                opened = read
        return opened["type"], opened["content"]

    def _readers(self, room: str) -> list[Person]:
        return [p for p in self.people.values() if self.world.membership(room, p.user) == "join"]

    def _shown(self, room: str, type_: str, content: Json) -> Json:
        shown = {
            name: value
            for name, value in content.items()
            if name not in (MARKER, REDACTED, "m.relates_to", "redacts")
        }
        relation = content.get("m.relates_to", {})
        about = [
            relation.get("event_id"),
            relation.get("m.in_reply_to", {}).get("event_id"),
            content.get("redacts"),
        ]
        return {
            "type": type_,
            "content": shown,
            "about": [self._name(room, event_id) for event_id in about if event_id],
            "as": [relation.get("rel_type"), relation.get("key")],
        }

    def _name(self, room: str, event_id: str) -> str:
        """Return whose event it is, of which type, and the how manyth of these in this room."""
        numbers: Counter[str] = Counter()
        for event in self.world.events(room):
            name = f"{event['sender']} {event['type']}"
            numbers[name] += 1
            if event["event_id"] == event_id:
                return f"{name} {numbers[name]}"
        return "nothing"

    def _pinned(self, room: str) -> list[str]:
        event = self.world.state[room].get(("m.room.pinned_events", ""))
        return [self._name(room, each) for each in event["content"]["pinned"]] if event else []

    def _devices(self) -> None:
        """One device with keys that never changed, signed by one identity."""
        devices = self.world.keys.devices[BOT]
        self.seen["devices"] = len(devices)
        self.seen["identities"] = len(self.world.masters)
        for device, keys in devices.items():
            if len(self.world.identities[device]) != 1:
                self.wrongs.append(f"the keys of {device} changed")
            if len(keys["signatures"][BOT]) != 2:
                self.wrongs.append(f"{device} is not cross-signed")

    async def _journal(self, db: Database) -> None:
        """Every event that the homeserver delivered was taken note of, and ended well."""
        async with db.reading() as connection:
            known = set(await connection.scalars(select(inbox.c.event_id)))
            ends = await connection.execute(select(inbox.c.state, inbox.c.rule, inbox.c.event_id))
            unsent = await connection.execute(select(outbox.c.kind, outbox.c.state, outbox.c.error))
            self.seen["not done"] = sorted(
                f"{end.state} {end.rule}" for end in ends if end.state not in ("done", "ignored")
            )
            self.seen["not sent"] = sorted(
                f"{post.kind} {post.state} {post.error}" for post in unsent if post.state != "sent"
            )
        for room, state in self.world.state.items():
            entered = state.get(("m.room.member", BOT))
            if entered is None or entered["content"]["membership"] != "join":
                continue
            for event in self.world.events(room):
                late = int(event["event_id"][1:]) > int(entered["event_id"][1:])
                # The bot does not ask for its own events.
                if late and event["sender"] != BOT and event["event_id"] not in known:
                    self.wrongs.append(f"{event['event_id']} was never journalled")


def _lines(seen: Json) -> list[str]:
    return _TIME.sub("--:--", json.dumps(seen, indent=1, ensure_ascii=False)).splitlines()


async def _export(db: Database, room: str) -> Any:
    async with db.reading() as connection:
        try:
            return _timeless(await exports.group(connection, room))
        except LookupError:
            return None


def _timeless(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _timeless(each) for key, each in value.items() if key not in ("created", "changed")}
    return [_timeless(each) for each in value] if isinstance(value, list) else value
