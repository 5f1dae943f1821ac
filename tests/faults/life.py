# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""A bot that lives with a model of a homeserver, dies and is started again, and what must hold when all is done."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Coroutine, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, Self, TypeVar

from sqlalchemy import select

from bot.app import Work
from bot.echoes import MARKER
from bot.health import Health
from bot.matrix.crypto import Crypto
from bot.matrix.errors import MatrixError, Unreachable
from config.settings import Settings
from method.ids import EventId, RoomId, UserId
from storage import sync
from storage.tables import inbox, items, outbox
from tests.chat import user
from tests.fake_homeserver import DEVICE, ME
from tests.faults.model import Crash, Fate, Model, MortalDatabase
from tests.fixtures_database import Databases

Result = TypeVar("Result")
ROOM: Final = RoomId("!group:test")
#: Longer than any pause between two tries: time moves in such steps, because pauses are random and what the
#: machines do must be the same in every run.
LATER: Final = timedelta(seconds=61)
#: A post is given up for these reasons only: the room was left, or what it refers to was never sent.
GIVEN_UP: Final = {"left", "not_in_the_room", "M_FORBIDDEN", "target_not_sent", "cancelled"}


class Life:
    """The bot's process, again and again, on one database file.

    Attributes:
        offset: how far the bot's clock is from the true time.
    """

    def __init__(self, url: str, folder: Path) -> None:
        self.model = Model()
        self.offset = timedelta(0)
        self.crashes = 0
        self._url, self._folder = url, folder
        self._flooded = False
        self._loop = asyncio.new_event_loop()
        self.run(self._first_start())

    @classmethod
    def begin(cls, databases: Databases, folder: Path) -> Self:
        """Begin with an empty database."""
        return cls(asyncio.run(databases.migrated("sqlite", folder)), folder)

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Do something to its end."""
        return self._loop.run_until_complete(work)

    def close(self) -> None:
        """Stop."""
        self.run(self.db.close())
        self.run(self._loop.shutdown_default_executor())
        self._loop.close()

    def clock(self) -> datetime:
        """Return what the bot takes for the time."""
        return self.model.now + self.offset

    # --- the process -----------------------------------------------------------------------------

    async def _first_start(self) -> None:
        for type_, content in (
            ("m.room.create", {"room_version": "10"}),
            ("m.room.power_levels", levels({})),
        ):
            self.model.put(ROOM, type_, content, user("katrin"), state_key="")
        for name in ("katrin", "jule", "lina", "ewa"):
            self.model.moves(ROOM, user(name), "join", user(name))
        await self._start()
        async with self.db.transaction() as db:
            await sync.load(db, now=self.clock())
            await sync.advance(db, f"s{self.model.position}", 0)
        self.model.moves(ROOM, ME, "invite", user("katrin"))
        await self.settle()
        assert self.model.rooms[ROOM].membership(ME) == "join"

    async def _start(self) -> None:
        self.model.fate = Fate()
        self.health = Health()
        self.db = MortalDatabase(self._url, self.model.fate)
        crypto = await Crypto.open(self.db, self.model, ME, DEVICE, bytes(range(32)))
        settings = Settings(
            homeserver="https://fake.test",
            user=ME,
            data=self._folder,
            password="x",
            health=None,
            invites="test",
        )
        self.work = Work(settings, self.db, self.model, crypto, me=ME, health=self.health, now=self.clock)
        await self.work.inbox.start()

    @property
    def flooded(self) -> bool:
        """Has anybody been held back for writing too much?"""
        counts = self.health.counts
        return self._flooded or counts["events", "held"] + counts["events", "flood"] > 0

    async def restart(self) -> None:
        """Start the program anew, with the same database."""
        self._flooded = self.flooded
        await self.db.close()
        await self._start()

    async def survive(self, work: Awaitable[object]) -> None:
        """Let the bot work; if it dies, start it again."""
        try:
            await work
        except Crash:
            pass
        except BaseExceptionGroup as group:
            if group.split(Crash)[1] is not None:
                raise
        if self.model.fate.dead:
            self.crashes += 1
            faults, self.model.faults = self.model.faults.copy(), type(self.model.faults)()
            await self.restart()
            self.model.faults = faults

    async def pump(self) -> None:
        """Ask for what is new; what fails is asked for again by the next call."""
        try:
            await self.work.pump.once()
        except (MatrixError, Unreachable):
            return

    async def beat(self) -> None:
        """Let every loop do what it has to do now."""
        await self.pump()
        await self.work.gaps.fill()
        await self.work.inbox.drain()
        await self.work.outbox.drain()
        await self.work.clock.tick()

    async def settle(self) -> None:
        """Let time pass until nothing is left to do."""
        for _ in range(400):
            position = self.model.position
            await self.survive(self.beat())
            if self.model.position == position and not self.model.faults and not await self.undone():
                await self.survive(self.pump())
                if not await self.undone():
                    return
            self.model.now += LATER
        raise AssertionError(f"never done: {await self.undone()}")

    async def settle_once(self) -> None:
        """Do what can be done without time passing."""
        for _ in range(10):
            await self.beat()

    async def undone(self) -> list[Any]:
        """Return the rows that wait for something."""
        async with self.db.reading() as db:
            events = select(inbox.c.event_id, inbox.c.state, inbox.c.rule, inbox.c.next_try_at, inbox.c.raw)
            posts = select(outbox.c.id, outbox.c.kind, outbox.c.state, outbox.c.error, outbox.c.next_try_at)
            return [
                *(await db.execute(events.where(inbox.c.state.in_(("new", "held", "waiting"))))),
                *(await db.execute(posts.where(outbox.c.state.in_(("new", "trying"))))),
            ]

    # --- what must hold --------------------------------------------------------------------------

    def receipts(self, event_id: EventId) -> list[str]:
        """Return the bot's reactions to an event, as the room shows them."""
        found = [e for e in self.model.rooms[ROOM].events if e["sender"] == ME and e["type"] == "m.reaction"]
        relations = [e["content"].get("m.relates_to", {}) for e in found]
        return [relation["key"] for relation in relations if relation.get("event_id") == event_id]

    def reply_id(self, event_id: EventId) -> EventId:
        """Return the id of the bot's answer to an event."""
        about = {"event_id": event_id}
        return next(
            EventId(e["event_id"])
            for e in self.model.rooms[ROOM].events
            if e["sender"] == ME and e["content"].get("m.relates_to", {}).get("m.in_reply_to") == about
        )

    def replies(self, event_id: EventId) -> list[str]:
        """Return the bot's answers to an event."""
        found = [
            e for e in self.model.rooms[ROOM].events if e["sender"] == ME and e["type"] == "m.room.message"
        ]
        about = {"event_id": event_id}
        return [
            str(e["content"]["body"])
            for e in found
            if e["content"].get("m.relates_to", {}).get("m.in_reply_to") == about
        ]

    async def items(self) -> list[Any]:
        """Return number, source, text and state of every item, in the order of numbers."""
        async with self.db.reading() as db:
            query = select(items.c.number, items.c.source_event_id, items.c.text, items.c.state)
            return [*(await db.execute(query.order_by(items.c.number)))]

    async def check(self) -> None:
        """Make sure that everything has come to an end, and nothing twice."""
        async with self.db.reading() as db:
            events = await db.execute(select(inbox.c.event_id, inbox.c.state, inbox.c.rule))
            posts = [
                *(await db.execute(select(outbox.c.id, outbox.c.state, outbox.c.error, outbox.c.event_id)))
            ]
        unfinished = [row for row in events if row.state not in ("done", "ignored", "bad")]
        assert unfinished == []
        wrong = [row for row in posts if row.state not in ("sent", "cancelled", "dead")]
        wrong += [row for row in posts if row.state == "dead" and row.error not in GIVEN_UP]
        assert wrong == []
        said = [e["content"][MARKER] for e in self.model.rooms[ROOM].events if MARKER in e["content"]]
        assert [mark for mark, times in Counter(said).items() if times > 1] == []
        assert self.health.counts["errors", "inbox"] == 0
        assert self.health.counts["errors", "outbox"] == 0


def levels(users: Mapping[UserId, int]) -> dict[str, Any]:
    """Return power levels: Katrin's and Jule's, and others as said."""
    return {"users": {user("katrin"): 100, user("jule"): 50, ME: 50, **users}}
