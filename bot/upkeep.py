# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What is done at every tick: words no longer needed are erased, people learn what was unreadable."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from bot.health import Health
from commands.contents import Operator
from commands.context import Context
from config.texts import text
from method.ids import UserId
from storage import changes, echoes, groups, inbox, outbox, people, questions, rooms, timers, traces
from storage.database import Database
from storage.inbox import Entry

#: So long a key may be on its way before the person is told.
PATIENCE: Final = timedelta(minutes=2)
#: Nothing is put off for longer; what seems to be has seen the clock go back.
LONGEST_WAIT: Final = timedelta(minutes=6)
#: One such message a person and room in this time.
SILENCE: Final = timedelta(hours=1)
#: How long what is no longer needed may stay in the files, beyond its own time.
ERASE_EVERY: Final = timedelta(minutes=1)


class Upkeep:
    """The work of a tick.

    Args:
        look: called when a person has to be told something, or what waits may be due.
        arrived: set when postponed events may be due.
    """

    def __init__(
        self,
        db: Database,
        *,
        me: UserId,
        operator: Operator,
        health: Health,
        look: Callable[[], None],
        arrived: asyncio.Event,
    ) -> None:
        self._db = db
        self._me = me
        self._operator = operator
        self._health = health
        self._look = look
        self._arrived = arrived
        self._erased_at: datetime | None = None

    async def __call__(self, now: datetime) -> None:
        """Do it."""
        if self._erased_at is None or not timedelta() <= now - self._erased_at < ERASE_EVERY:
            await self.erase(now)
            self._erased_at = now
        await self.tell(now)
        # The wall clock may have jumped: whoever waits for a time looks again.
        self._arrived.set()
        self._look()

    async def erase(self, now: datetime) -> None:
        """Forget what was kept for a while only, in the files too."""
        async with self._db.transaction() as db:
            await questions.purge(db, now)
            await changes.purge(db, now)
            await inbox.expire(db, now=now)
            await inbox.hasten(db, until=now + LONGEST_WAIT)
            await outbox.hasten(db, until=now + LONGEST_WAIT)
            await echoes.purge(db, now=now)
            await traces.smooth(db)
            waiting = await inbox.counts(db)
            self._health.measure("waiting_for_keys", waiting.get("waiting", 0))
            self._health.measure("rooms", len(await rooms.joined(db)))
            self._health.measure("failing", sum((await timers.failing(db)).values()))
            self._health.measure("unsent", await outbox.unsent(db))
            self._health.oldest_unsent = await outbox.oldest_unsent(db)
        self._health.database_writable = True
        await self._db.truncate_wal()

    async def tell(self, now: datetime) -> None:
        """Say once to each person that a message of theirs could not be read."""
        async with self._db.reading() as db:
            unread = await inbox.unread(db, older_than=now - PATIENCE)
        for entry in unread:
            await self._tell(entry, now)

    async def _tell(self, entry: Entry, now: datetime) -> None:
        async with self._db.transaction() as db:
            sender = entry.sender
            room = await rooms.find(db, entry.room_id)
            told = sender is None or await inbox.told_since(db, entry.room_id, sender, now - SILENCE)
            await inbox.mark_told(db, entry.event_id, now=now)
            if told or sender is None or room is None or room.membership != "join":
                return
            ctx = Context(
                db=db,
                now=now,
                me=self._me,
                cause=f"unread:{entry.event_id}",
                room=room,
                user=sender,
                person=await people.find(db, sender),
                group=await groups.get(db, room.group_id) if room.group_id else None,
                operator=self._operator,
            )
            words = text(
                "I cannot read this message yet, its key is missing. "
                "If it comes, I will catch up. If not: please write it once more."
            )
            await ctx.reply(words, to=entry.event_id)
