# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Conversations as a person has them: ``await chat.says("!barriere …")``, then ``chat.answers()``.

Behind it are the real pump, inbox, commands, database and outbox; only the homeserver is a fake.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import or_, select

from bot.floods import Floods
from bot.health import Health
from bot.inbox import Inbox
from bot.matrix.crypto import Crypto
from bot.outbox import Outbox
from bot.page import OursMissing
from bot.pump import Pump
from bot.recounts import Recounts
from bot.residence import Residence
from bot.retention import Retention
from bot.sending import Sender
from bot.timers import Timers
from bot.upkeep import Upkeep
from commands.contents import Operator
from config.settings import Invites
from method.ids import EventId, RoomId, UserId
from storage.database import Database
from storage.tables import outbox
from tests.fake_homeserver import ME, FakeHomeserver, Sent

GROUP = RoomId("!group:test")
Json = dict[str, Any]
Cast = dict[str, int]

_POLLS = ("org.matrix.msc3381.poll.start", "org.matrix.msc3381.poll.end")

#: Name: power level. The room's version has no creators above the levels.
CAST = {"katrin": 100, "jule": 50, "lina": 0, "ewa": 0, "henrik": 0, "murat": 0, "oleks": 0}


def user(name: str) -> UserId:
    """Return a person's user id."""
    return UserId(name if name.startswith("@") else f"@{name}:test")


class Chat:
    """A focus group's room, its people and the bot.

    Attributes:
        now: the time; set it, or call ``pass_time``.
        homeserver: what the bot did, in full.
        wanted: set when somebody's devices must be asked for.
    """

    def __init__(
        self, db: Database, homeserver: FakeHomeserver, crypto: Crypto, *, a_minute: int = 1_000
    ) -> None:
        self.db, self.homeserver, self.crypto = db, homeserver, crypto
        self.now = datetime(2027, 2, 22, 8, 5, tzinfo=UTC)
        self.health = Health()
        operator = Operator("Senatsverwaltung Beispiel", "datenschutz@beispiel.test")
        arrived, said, self.wanted = asyncio.Event(), asyncio.Event(), asyncio.Event()
        clock = lambda: self.now  # noqa: E731 -- the time is whatever the test says
        invites = Invites(frozenset({"test"}), frozenset())
        residence = Residence(me=ME, invites=invites, health=self.health, clock=clock)
        floods = Floods()
        reached = asyncio.Event()
        reached.set()
        sender = Sender(db, homeserver, crypto, me=ME, clock=clock)
        self.outbox = Outbox(
            db, sender, health=self.health, clock=clock, said=said, reached=reached,
            a_minute=a_minute,  # as a rule, much is said here at the same moment
        )  # fmt: skip
        self.inbox = Inbox(
            db, crypto, residence, me=ME, operator=operator, health=self.health, clock=clock,
            arrived=arrived, outbox=self.outbox, said=said, wanted=self.wanted,
            floods=floods,
        )  # fmt: skip
        self.pump = Pump(
            db, homeserver, crypto, me=ME, health=self.health, clock=clock, reached=reached,
            transaction=self.inbox.transaction, arrived=arrived, wanted=asyncio.Event(), gapped=asyncio.Event(),
            floods=floods,
        )  # fmt: skip
        self.upkeep = Upkeep(db, me=ME, operator=operator, health=self.health, look=said.set, arrived=arrived)
        self.timers = Timers(
            db, me=ME, operator=operator, health=self.health, said=said, news=said.set, clock=clock
        )
        self.recounts = Recounts(
            db, homeserver, me=ME, health=self.health, clock=clock, keep=self.timers,
            ended=asyncio.Event(), arrived=arrived, reached=reached,
        )  # fmt: skip
        self.retention = Retention(db)
        self._seen = self._boards_seen = self._natives_seen = 0
        self._events = 0
        self._token = 0
        self._direct: dict[str, RoomId] = {}

    # --- people ----------------------------------------------------------------------------------

    async def says_at_once(self, bodies: Iterable[str], *, by: str = "lina") -> list[EventId]:
        """Write several messages that arrive in one response; return their event ids."""
        contents = [{"msgtype": "m.text", "body": body, "m.mentions": {}} for body in bodies]
        events = [self.event("m.room.message", content, by=by) for content in contents]
        await self.syncs({"join": {GROUP: {"timeline": {"events": events}}}})
        return [EventId(event["event_id"]) for event in events]

    async def says(
        self,
        body: str,
        *,
        by: str = "lina",
        reply_to: str | None = None,
        thread: str | None = None,
        event_id: str | None = None,
        room: RoomId = GROUP,
        **content: Any,
    ) -> EventId:
        """Write a message; return its event id."""
        relation: Json = {}
        if thread:
            relation = {"rel_type": "m.thread", "event_id": thread, "is_falling_back": True}
            relation["m.in_reply_to"] = {"event_id": reply_to or thread}
        elif reply_to:
            relation = {"m.in_reply_to": {"event_id": reply_to}}
        related = {"m.relates_to": relation} if relation else {}
        message = {"msgtype": "m.text", "body": body, "m.mentions": {}, **related, **content}
        return await self.sends("m.room.message", message, by=by, room=room, event_id=event_id)

    async def tells(self, body: str, *, by: str = "lina", reply_to: str | None = None) -> EventId:
        """Write to the bot alone."""
        return await self.says(body, by=by, reply_to=reply_to, room=await self.direct(by))

    async def edits(self, target: str, body: str, *, by: str = "lina", room: RoomId = GROUP) -> EventId:
        """Replace an earlier message."""
        new = {"msgtype": "m.text", "body": body, "m.mentions": {}}
        content = {
            **new,
            "body": f"* {body}",
            "m.new_content": new,
            "m.relates_to": {"rel_type": "m.replace", "event_id": target},
        }
        return await self.sends("m.room.message", content, by=by, room=room)

    async def reacts(
        self, target: str, key: str = "👍", *, by: str = "lina", room: RoomId = GROUP
    ) -> EventId:
        """React to an event."""
        relation = {"rel_type": "m.annotation", "event_id": target, "key": key}
        return await self.sends("m.reaction", {"m.relates_to": relation}, by=by, room=room)

    async def votes(
        self, *answers: object, by: str, room: RoomId = GROUP, unseen: bool = False, poll: str | None = None
    ) -> EventId:
        """Answer the bot's latest native poll with these ids of answers; none withdraws.

        Args:
            answers: "a1", "a2" …
            by: who.
            room: where.
            unseen: /sync does not bring it, only the homeserver knows it.
            poll: another poll's event.
        """
        start = poll or self.native()
        content = {
            "m.relates_to": {"rel_type": "m.reference", "event_id": start},
            "org.matrix.msc3381.poll.response": {"answers": list(answers)},
        }
        event = self.event("org.matrix.msc3381.poll.response", content, by=by)
        self.homeserver.related.setdefault(start, []).append(event)
        if not unseen:
            await self.syncs({"join": {room: {"timeline": {"events": [event]}}}})
        return EventId(event["event_id"])

    async def redacts(self, target: str, *, by: str = "lina", room: RoomId = GROUP) -> EventId:
        """Delete an event (also: take back a reaction)."""
        for about, events in self.homeserver.related.items():
            self.homeserver.related[about] = [event for event in events if event["event_id"] != target]
        return await self.sends("m.room.redaction", {"redacts": target}, by=by, room=room, redacts=target)

    async def sends(
        self,
        type_: str,
        content: Json,
        *,
        by: str,
        room: RoomId = GROUP,
        event_id: str | None = None,
        **more: Any,
    ) -> EventId:
        """Put any event into the timeline."""
        event = self.event(type_, content, by=by, event_id=event_id, **more)
        await self.syncs({"join": {room: {"timeline": {"events": [event]}}}})
        return EventId(event["event_id"])

    def event(self, type_: str, content: Json, *, by: str, event_id: str | None = None, **more: Any) -> Json:
        """Return an event as the homeserver delivers it."""
        self._events += 1
        return {
            "type": type_,
            "content": content,
            "event_id": event_id or f"$event{self._events}",
            "sender": user(by),
            "origin_server_ts": int(self.now.timestamp() * 1000),
            **more,
        }

    # --- rooms -----------------------------------------------------------------------------------

    async def found(
        self, room: RoomId = GROUP, name: str = "Anerkannt und doch ohne Job", cast: Cast = CAST
    ) -> None:
        """Let Katrin make a room with everybody in it and the bot."""
        await self.syncs({"join": {room: {"state": {"events": self.room_state(name, cast)}, "summary": {}}}})

    def room_state(self, name: str, cast: Cast) -> list[Json]:
        """Return the state of a room of Katrin's."""
        levels = {user(person): power for person, power in cast.items() if power} | {ME: 50}
        states: list[tuple[str, str, Json]] = [
            ("m.room.create", "", {"room_version": "10"}),
            ("m.room.power_levels", "", {"users": levels}),
            ("m.room.name", "", {"name": name}),
            *[("m.room.member", user(p), {"membership": "join", "displayname": p.title()}) for p in cast],
            ("m.room.member", ME, {"membership": "join"}),
        ]
        return [self.event(t, c, by="katrin", state_key=key) for t, key, c in states]

    async def joins(self, name: str, *, room: RoomId = GROUP, **profile: str) -> None:
        """Let a person enter."""
        content = {"membership": "join", "displayname": name.title(), **profile}
        await self.sends("m.room.member", content, by=name, room=room, state_key=user(name))

    async def leaves(
        self, name: str, *, room: RoomId = GROUP, by: str = "", membership: str = "leave"
    ) -> None:
        """Let a person go, or be put out ``by`` another."""
        was = {"prev_content": {"membership": "join"}}
        content = {"membership": membership}
        await self.sends(
            "m.room.member", content, by=by or name, room=room, state_key=user(name), unsigned=was
        )

    async def direct(self, name: str) -> RoomId:
        """Return the room of a person and the bot; the first call makes it."""
        if name not in self._direct:
            room = RoomId(f"!direct-{name}:test")
            invite = [
                {"type": "m.room.create", "sender": user(name), "state_key": "", "content": {}},
                {
                    "type": "m.room.member",
                    "sender": user(name),
                    "state_key": ME,
                    "content": {"membership": "invite", "is_direct": True},
                },
            ]
            await self.syncs({"invite": {room: {"invite_state": {"events": invite}}}})
            await self.syncs({"join": {room: {"state": {"events": self.room_state("", {name: 100})}}}})
            self._direct[name] = room
        return self._direct[name]

    async def syncs(self, rooms: Json, **body: Any) -> None:
        """Deliver one /sync response and let the bot do everything that follows."""
        self._token += 1
        for room_id, room in rooms.get("join", {}).items():
            for section in ("state", "timeline"):
                for event in room.get(section, {}).get("events", []):
                    if event.get("type") == "m.room.member":
                        self.homeserver.roster.setdefault(room_id, {})[event["state_key"]] = event
        response = {"next_batch": f"s{self._token}", "rooms": rooms, **body}
        try:
            await self.pump.journal(response, whole=False)
        except OursMissing:
            await self.pump.journal(response)
        await self.settle()

    async def settle(self) -> None:
        """Let the bot do what is due."""
        await self.inbox.drain()
        if await self.recounts.once():
            await self.inbox.drain()
            await self.recounts.once()
        await self.outbox.drain()

    async def pass_time(self, **delta: float) -> None:
        """Let time go by, with one tick at the end."""
        self.now += timedelta(**delta)
        await self.upkeep(self.now)
        await self.timers()
        await self.retention(self.now)
        await self.settle()

    # --- the bot ---------------------------------------------------------------------------------

    async def answers(self, room: RoomId | None = None) -> list[str]:
        """Return what the bot has said since the last call: texts, reactions, "✎ edited", "✗ redacted".

        The board that is kept up to date is not among it: ask ``boards``; of pictures of results ask ``bars``,
        of native polls ``natives``.
        """
        new = self.homeserver.sent[self._seen :]
        self._seen = len(self.homeserver.sent)
        apart = await self._events_below("board:") | await self._events_below("poll:%:picture:")
        here = [sent for sent in new if room is None or sent.room_id == room]
        return [_as_seen(sent) for sent in here if sent.event_id not in apart and sent.type not in _POLLS]

    async def bars(self) -> list[str]:
        """Return all pictures of results, and what became of them, as in ``answers``."""
        pictures = await self._events_below("poll:%:picture:")
        return [_as_seen(sent) for sent in self.homeserver.sent if sent.event_id in pictures]

    def natives(self) -> list[str]:
        """Return the native polls that the bot has begun and ended since the last call, as old clients show them."""
        new = self.homeserver.sent[self._natives_seen :]
        self._natives_seen = len(self.homeserver.sent)
        return [str(sent.content["org.matrix.msc1767.text"]) for sent in new if sent.type in _POLLS]

    async def boards(self) -> list[str]:
        """Return what the bot has done to its messages of the board since the last call, as in ``answers``."""
        new = self.homeserver.sent[self._boards_seen :]
        self._boards_seen = len(self.homeserver.sent)
        boards = await self.events_of_boards()
        return [_as_seen(sent) for sent in new if sent.event_id in boards]

    async def events_of_boards(self) -> set[str]:
        """Return the events that make, edit or delete messages of the board: those come at their own time."""
        return await self._events_below("board:")

    async def _events_below(self, subject: str) -> set[str]:
        posts = select(outbox.c.id).where(outbox.c.subject.like(f"{subject}%"))
        edits = select(outbox.c.id).where(outbox.c.target_id.in_(posts))
        about = or_(outbox.c.id.in_(posts), outbox.c.target_id.in_(posts), outbox.c.target_id.in_(edits))
        query = select(outbox.c.event_id).where(about)
        async with self.db.reading() as db:
            return set(await db.scalars(query))

    async def stores(self, words: str) -> bool:
        """Tell whether words stand anywhere in the database's files."""
        await self.db.truncate_wal()
        files = Path(str(self.db.url.database)).parent.glob("tafelrunde.db*")
        return any(words.encode() in file.read_bytes() for file in files)

    def post(self, beginning: str = "") -> EventId:
        """Return the event id of the bot's latest message that begins so."""
        for sent in reversed(self.homeserver.sent):
            if sent.type == "m.room.message" and str(sent.content["body"]).startswith(beginning):
                return sent.event_id
        raise LookupError(f"the bot never said {beginning!r}")

    def native(self) -> EventId:
        """Return the event id of the bot's latest native poll."""
        return next(sent.event_id for sent in reversed(self.homeserver.sent) if sent.type == _POLLS[0])


def _as_seen(sent: Sent) -> str:
    if sent.type == "m.reaction":
        return str(sent.content["m.relates_to"]["key"])
    if sent.type == "m.room.redaction":
        return f"✗ {sent.content['redacts']}"
    if "m.new_content" in sent.content:
        return f"✎ {sent.content['m.new_content']['body']}"
    return str(sent.content["body"])
