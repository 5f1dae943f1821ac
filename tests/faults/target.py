# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The whole bot with real encryption, fed with raw answers of a homeserver, and an account of what became of each."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from datetime import timedelta
from typing import Any, Final, Self

from sqlalchemy import select

from bot.gaps import Gaps
from bot.keys import Keys
from bot.matrix.answers import read_answer
from bot.matrix.crypto import Crypto
from bot.matrix.errors import Unreachable
from bot.matrix.homeserver import Homeserver
from method.ids import EventId, RoomId
from storage import sync
from storage.database import Database
from storage.tables import inbox, outbox
from storage.tables import rooms as rooms_table
from tests.chat import GROUP, Chat, user
from tests.fake_homeserver import DEVICE, ME, FakeHomeserver
from tests.faults.watch import Watch
from tests.fixtures_keys import People
from tests.key_server import KeyClient, Person
from tests.mutations import deepened

Json = dict[str, Any]
SEALED: Final = RoomId("!sealed:test")
ALIVE: Final = "Ich bin da. Gespeichert habe ich nichts."
SAFE: Final = RoomId("!safe:test")
ENCRYPTION: Final = {"algorithm": "m.megolm.v1.aes-sha2", "rotation_period_msgs": 1_000_000}
#: Nobody may stand still longer than this (seconds).
STALL: Final = 0.05
#: A slow input is given so often again; the machine may have been busy with something else.
REPEATS: Final = 4


class Answers(FakeHomeserver):
    """Answers /sync and /messages with bytes, and key requests through a key server."""

    def __init__(self, keys: KeyClient) -> None:
        super().__init__()
        self.keys = keys
        self.sync_answer = b"{}"
        self.messages_answer = b'{"chunk":[]}'
        self.upload_keys = keys.upload_keys  # type: ignore[method-assign]  # keys are real here
        self.query_keys = keys.query_keys  # type: ignore[method-assign]  # keys are real here
        self.claim_keys = keys.claim_keys  # type: ignore[method-assign]  # keys are real here
        self.send_to_device = keys.send_to_device  # type: ignore[method-assign]  # keys are real here

    async def request(self, method: str, path: str, **options: Any) -> Json:
        """Read the bytes as the real port does; rooms and files are made as in conversations."""
        if path.endswith(("/sync", "/messages")):
            return await Homeserver.request(self, method, path, **options)
        return await super().request(method, path, **options)

    async def _exchange(self, method: str, path: str, **_options: Any) -> Any:
        if path.endswith("/sync"):
            return read_answer(200, None, self.sync_answer)
        if path.endswith("/messages"):
            return read_answer(200, None, self.messages_answer)
        raise AssertionError(f"unexpected request: {method} {path}")

    async def send(self, room: RoomId, event_type: str, content: Mapping[str, Any], txn: str) -> EventId:
        """Keep the event; let others be served meanwhile, as a request over the network does."""
        await asyncio.sleep(0)
        return await super().send(room, event_type, content, txn)

    async def messages(self, room: RoomId, *, start: str | None, end: str | None, limit: int = 100) -> Json:
        """Ask as the real port does."""
        return await Homeserver.messages(self, room, start=start, end=end, limit=limit)


class Target:
    """A bot in a plain, an encrypted and an untouched room, and Lina, whose encryption is real too.

    Attributes:
        ends: how many inputs ended how.
        unaccounted: inputs of which nobody knows what became of them; must stay empty.
        stalls: inputs that were slow every time: the shortest of those stalls (seconds), and the input.
        worst: the longest stall that an input causes whenever it is given (seconds).
    """

    def __init__(self, chat: Chat, homeserver: Answers, people: People, lina: Person, watch: Watch) -> None:
        self.chat, self.homeserver, self.people, self.lina, self.watch = chat, homeserver, people, lina, watch
        self.ends: Counter[str] = Counter()
        self.unaccounted: list[object] = []
        self.stalls: list[tuple[float, bytes]] = []
        self.worst = 0.0
        self._batch = 0
        clock = lambda: chat.now  # noqa: E731 -- the time is whatever the test says
        event = asyncio.Event()
        self._gaps = Gaps(
            chat.db,
            homeserver,
            me=ME,
            health=chat.health,
            clock=clock,
            gapped=event,
            arrived=event,
            reached=event,
        )
        self.bot = Person(chat.crypto, homeserver.keys, chat.db, people.clock)
        self._keys = Keys(
            chat.db, chat.crypto, health=chat.health, wanted=event, arrived=event, reached=event
        )

    @classmethod
    async def open(cls, db: Database, people: People, watch: Watch) -> Self:
        """Start the bot and found the rooms."""
        keys = people.server.client(ME, DEVICE)
        homeserver = Answers(keys)
        crypto = await Crypto.open(db, homeserver, ME, DEVICE, bytes(range(32)), clock=people.clock)
        await crypto.publish()
        chat = Chat(db, homeserver, crypto)
        async with db.transaction() as connection:
            await sync.load(connection, now=chat.now)
            await sync.advance(connection, "s0", 0)
        lina = await people.enter(user("lina"))
        target = cls(chat, homeserver, people, lina, watch)
        for room in (GROUP, SEALED, SAFE):
            await chat.found(room, cast={"katrin": 100, "jule": 50, "lina": 0, "ewa": 0})
        await chat.sends("m.room.encryption", ENCRYPTION, by="katrin", room=SEALED, state_key="")
        assert await target.says("!test", SEALED) == ALIVE
        return target

    async def says(self, body: str, room: RoomId) -> str | None:
        """Let Lina write; return what the bot answers, as she reads it."""
        event: Json = {"type": "m.room.message", "sender": self.lina.user}
        event["content"] = {"msgtype": "m.text", "body": body}
        if room == SEALED:
            event = await self.lina.says(body, [self.bot], SEALED)
        await self.finish()
        event["event_id"] = event_id = self.new_id()
        said = len(self.homeserver.sent)
        await self.syncs({room: [event]})
        await self.finish()
        await self.lina.sync()
        for sent in self.homeserver.sent[said:]:
            if sent.content.get("m.relates_to", {}).get("m.in_reply_to") == {"event_id": event_id}:
                sealed = {"type": sent.type, "sender": ME, "event_id": sent.event_id, "content": sent.content}
                return str(self.lina.reads(sealed, room) if room == SEALED else sent.content["body"])
        return None

    def new_id(self) -> str:
        """Return an event id; all begin alike, so that an input can be repeated under new ones."""
        self._batch += 1
        return f"$f{self._batch}"

    async def syncs(self, timelines: dict[RoomId, list[Any]], *to_device: Any) -> bool:
        """Deliver events and to-device messages; return whether the answer could be used."""
        rooms = {room: {"timeline": {"events": events}} for room, events in timelines.items()}
        return await self.take(self.body({"join": rooms}, to_device))

    def body(self, rooms: Any, to_device: Collection[Any] = ()) -> Json:
        """Return an answer to /sync, with everything that waits for the bot's device in it."""
        self._batch += 1
        # Nobody shall be taken for a flood.
        self.chat.now += timedelta(minutes=1)
        messages = [*self.people.server.inbox.pop((ME, DEVICE), []), *to_device]
        return {"next_batch": f"s{self._batch}", "rooms": rooms, "to_device": {"events": messages}}

    async def take(self, body: Any) -> bool:
        """Let the bot take an answer to /sync and do what follows; return whether it could be used.

        One that stalls it is given again under other event ids, and counts as a stall if it does so each time.
        """
        raw = deepened(json.dumps(body).encode())
        slow: list[float] = []
        used = False
        while len(slow) < REPEATS and (not slow or slow[-1] > STALL):
            copy = raw.replace(b'"$f', b'"$f%d-' % len(slow)) if slow else raw
            used = await self._once(copy, slow)
        self.worst = max(self.worst, min(slow))
        if min(slow) > STALL:
            self.stalls.append((round(min(slow), 3), raw[:1000]))
        return used

    async def _once(self, raw: bytes, slow: list[float]) -> bool:
        self.homeserver.sync_answer = raw
        before = self.chat.health.counts.copy()
        await self.watch.restart()
        try:
            await self.chat.pump.once()
        except Unreachable:
            return False
        finally:
            slow.append(self.watch.longest)
        await self.settle()
        slow[-1] = self.watch.longest
        await self._account(read_answer(200, None, raw), before)
        return True

    async def settle(self) -> None:
        """Let the bot do what follows at once."""
        await self._gaps.fill()
        await self.chat.settle()
        await self._keys.once()

    async def finish(self) -> None:
        """Let time pass until everything is done that was put off; what is not is unaccounted for."""
        undone: list[Any] = []
        for _ in range(200):
            await self.chat.pass_time(minutes=1)
            await self.settle()
            async with self.chat.db.reading() as db:
                query = select(inbox.c.event_id, inbox.c.state).where(inbox.c.state.in_(("new", "held")))
                posts = select(outbox.c.id, outbox.c.state).where(outbox.c.state.in_(("new", "trying")))
                undone = [*(await db.execute(query)), *(await db.execute(posts))]
            if not undone:
                return
        self.unaccounted += undone

    # --- accounts --------------------------------------------------------------------------------

    async def _account(self, body: Json, before: Counter[tuple[str, str]]) -> None:
        """Look up what became of every event of an answer."""
        async with self.chat.db.reading() as db:
            known = set((await db.execute(select(rooms_table.c.room_id))).scalars())
            events = [*events_of(body, "join", known)]
            query = select(inbox.c.event_id, inbox.c.state, inbox.c.rule)
            rows = await db.execute(query.where(inbox.c.event_id.in_({_id_of(event) for event in events})))
            states = {row.event_id: (row.state, row.rule) for row in rows}
            waiting = await sync.to_device_waiting(db)
        malformed = self.chat.health.counts["events", "malformed_envelope"]
        malformed -= before["events", "malformed_envelope"]
        missing = 0
        for event in events:
            state, rule = states.get(_id_of(event), (None, None))
            missing += state is None
            self.ends[f"{state}: {rule}" if state else "malformed envelope"] += 1
            if state in ("done", "ignored", "bad", "dead", "waiting") and not rule:
                self.unaccounted.append(event)
        if malformed < missing or waiting:
            self.unaccounted.append((missing, malformed, waiting, body))

    def failures(self) -> Counter[str]:
        """Return how often a handler or sender failed unexpectedly, by part."""
        counts = self.chat.health.counts
        return Counter({part: n for (counter, part), n in counts.items() if counter == "errors"})


def events_of(body: Any, section: str, known: Collection[str]) -> Iterator[Any]:
    """Yield what stands in the timelines of known rooms, events or not."""
    for path in ("rooms", section):
        body = body.get(path) if isinstance(body, dict) else None
    for room, content in (body if isinstance(body, dict) else {}).items():
        timeline = content.get("timeline") if isinstance(content, dict) and room in known else None
        events = timeline.get("events") if isinstance(timeline, dict) else None
        yield from events if isinstance(events, list) else []


def _id_of(event: Any) -> str:
    found = event.get("event_id") if isinstance(event, dict) else None
    # No database keeps these; the empty id is nobody's.
    return "" if not isinstance(found, str) or "\0" in found or "\ud800" in found else found
