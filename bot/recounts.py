# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Looks up, at the end of a poll, what the homeserver has of it: then what is missing here is handled, and it closes.

The events are journalled as if /sync had brought them, so each goes the ordinary way. Nothing of this is remembered
but that a poll waits for it: after a crash it is done once more, and finds what it had journalled.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final

import structlog

from bot.health import Health
from bot.looking import keep_looking
from bot.matrix.content import RESPONSES, sent_at
from bot.matrix.envelope import is_token
from bot.matrix.errors import MatrixError, Unreachable
from bot.matrix.homeserver import Homeserver
from bot.page import arrival
from bot.pump import TokenLost
from method.ids import EventId, PollId, RoomId, UserId
from method.polls.recounts import RECOUNTED, Recounted
from storage import inbox, recounts, timers
from storage.database import Database
from storage.inbox import Arrival
from storage.recounts import Recount

logger = structlog.get_logger(__name__)

#: So long a poll waits for a homeserver that answers other requests but not this one, for what was received and is
#: not handled yet, and for keys that are missing.
PATIENCE: Final = timedelta(minutes=1)
#: More than this (100 votes each) nobody has cast.
_PAGES: Final = 100


@dataclass(slots=True)
class _Look:
    """How far we are with a poll."""

    #: When we began.
    since: datetime
    #: When what the homeserver has was journalled last; None: it was not yet.
    journalled_at: datetime | None = None
    #: The last reading brought nothing new.
    is_complete: bool = False
    reread: bool = True
    #: What the readings have brought.
    brought: set[EventId] = field(default_factory=set)
    #: The encrypted ones that were sent before the end.
    sealed: set[EventId] = field(default_factory=set)


class Recounts:
    """The worker that looks polls up.

    Args:
        keep: keeps what was promised and is due.
        ended: set at each tick: a poll may have ended.
        arrived: set here when something was journalled.
        reached: set while the homeserver answers; it was read up to the present before.
    """

    def __init__(
        self,
        db: Database,
        homeserver: Homeserver,
        *,
        me: UserId,
        health: Health,
        clock: Callable[[], datetime],
        keep: Callable[[], Awaitable[None]],
        ended: asyncio.Event,
        arrived: asyncio.Event,
        reached: asyncio.Event,
    ) -> None:
        self._db = db
        self._homeserver = homeserver
        self._me = me
        self._health = health
        self._clock = clock
        self._keep = keep
        self._ended = ended
        self._arrived = arrived
        self._reached = reached
        self._looks: dict[PollId, _Look] = {}

    async def run(self) -> None:
        """Look up for ever.

        Raises:
            TokenLost: the homeserver refuses our token.
        """
        # While it is away nobody can vote, and no result can be said: whoever waits begins to wait anew.
        await keep_looking(self.once, wanted=self._ended, reached=self._reached, away=self._looks.clear)

    async def once(self) -> bool:
        """Do what can be done now; return whether a poll still waits."""
        async with self._db.reading() as db:
            due = await recounts.due(db)
        for one in due:
            await self._look_up(one, self._looks.setdefault(one.poll_id, _Look(self._clock())))
        ids = {one.poll_id for one in due}
        for gone in self._looks.keys() - ids:
            del self._looks[gone]
        return bool(self._looks)

    async def _look_up(self, one: Recount, look: _Look) -> None:
        # A clock that went back must not make anybody wait for ever.
        is_patient = timedelta() <= self._clock() - look.since < PATIENCE
        if not look.is_complete and not await self._bring(one, look) and is_patient:
            return
        async with self._db.reading() as db:
            is_behind = await inbox.is_behind(db, look.journalled_at or look.since)
            unread = await recounts.unread(db, look.sealed)
        if (is_behind or unread) and is_patient:
            return
        found = Recounted(one.poll_id, unread, look.reread)
        async with self._db.transaction() as db:
            await timers.add(db, one.group_id, RECOUNTED, str(found), self._clock(), nominal="closing")
        del self._looks[one.poll_id]
        await self._keep()

    async def _bring(self, one: Recount, look: _Look) -> bool:
        """Journal what the homeserver has; return whether nothing of it was new."""
        events = await self._read(one)
        look.reread = events is not None
        if events is not None:
            await self._journal(one, look, events)
        return look.is_complete

    async def _read(self, one: Recount) -> list[dict[str, Any]] | None:
        """Return the events that refer to the poll, oldest first; None: the homeserver does not say."""
        if one.room_id is None or one.start is None:
            return []
        try:
            return await self._pages(one.room_id, one.start)
        except MatrixError as error:
            if error.errcode == "M_UNKNOWN_TOKEN":
                raise TokenLost from error
            logger.warning("recount_refused", poll=one.poll_id, reason=error.errcode)
            self._health.count("refused_by_homeserver", errcode=error.errcode or "none")
        except Unreachable as error:
            logger.warning("recount_failed", poll=one.poll_id, reason=error.reason)
            self._health.count("unreachable")
        return None

    async def _pages(self, room: RoomId, start: EventId) -> list[dict[str, Any]]:
        events: list[dict[str, Any]] = []
        token: str | None = None
        for _ in range(_PAGES):
            page = await self._homeserver.references(room, start, start=token)
            chunk, following = page.get("chunk"), page.get("next_batch")
            events += [event for event in chunk if isinstance(event, dict)] if isinstance(chunk, list) else []
            if not is_token(following) or following == token:
                return events
            token = following
        raise Unreachable("no end")

    async def _journal(self, one: Recount, look: _Look, events: Sequence[dict[str, Any]]) -> None:
        now = self._clock()
        arrivals = [found for event in events if (found := self._arrival(event, one, now)) is not None]
        sealed = {str(event.get("event_id")) for event in events if event.get("type") == "m.room.encrypted"}
        in_time = [found for found in arrivals if (found.received_at or now) <= one.ends_at]
        look.sealed = {EventId(found.event_id) for found in in_time if found.event_id in sealed}
        # What was deleted between two readings may have been so before we had journalled it.
        deleted = look.brought - {EventId(found.event_id) for found in arrivals}
        brought: set[EventId] = set()
        if arrivals or deleted:
            async with self._db.transaction() as db:
                brought = await recounts.add(db, arrivals, now=now)
                await recounts.drop(db, deleted)
            self._arrived.set()
        look.brought |= brought
        look.journalled_at, look.is_complete = now, not brought

    def _arrival(self, event: dict[str, Any], one: Recount, now: datetime) -> Arrival | None:
        if event.get("type") not in RESPONSES | {"m.room.encrypted"} or event.get("sender") == self._me:
            return None
        found = arrival(event, one.room_id or RoomId(""), 0, me=self._me, direct=False, rule=None)
        if found is None or found.raw is None:
            return None
        # When it came nobody knows; the sender's homeserver says when it was sent.
        return replace(found, received_at=sent_at(event, now))
