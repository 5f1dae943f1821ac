# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Journals the homeserver's stream: events and the token for what follows, in one transaction.

Only what is committed here is acknowledged to the homeserver, by the token of the next request.
Nothing in an event is interpreted here beyond its envelope, and what handling it breaks is undone by itself, so
nothing in an event can stop the pump.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.backoff import Backoff
from bot.floods import Floods
from bot.health import Health
from bot.matrix.crypto import Crypto
from bot.matrix.envelope import Timeline, invited_rooms, is_token, joined_rooms, left_rooms
from bot.matrix.errors import MatrixError, Unreachable, is_away
from bot.matrix.homeserver import Homeserver
from bot.page import OursMissing, Page
from method.ids import RoomId, UserId
from storage import rooms, sync
from storage.database import Database, is_outage
from storage.sync import SyncState

logger = structlog.get_logger(__name__)

#: 100 events are Synapse's own limit; more than that comes as a gap.
FILTER: Final = {
    "presence": {"types": []},
    "account_data": {"types": []},
    "room": {
        "timeline": {"limit": 100, "lazy_load_members": True},
        "state": {"lazy_load_members": True},
        "ephemeral": {"types": []},
        "account_data": {"types": []},
    },
}
LONG_POLL_MS: Final = 30_000
#: A long poll that brings nothing takes longer than this (seconds).
_SUSPICIOUSLY_FAST: Final = 1.0
#: The answers go out before the next question is asked (seconds).
_ANSWERS_FIRST: Final = 0.002
#: How often we ask in which rooms we are.
_COUNT_ROOMS_EVERY: Final = timedelta(hours=1)


class TokenLost(Exception):  # noqa: N818 -- names what happened
    """The homeserver no longer knows our access token; only ``tafelrunde relogin`` helps."""


class Transaction(Protocol):
    """Opens a transaction for journalling."""

    def __call__(self, *, alone: bool) -> AbstractAsyncContextManager[AsyncConnection]:
        """Open it; ``alone``: handle nothing in it."""


class Pump:
    """The loop around /sync.

    Our own events come back only in the first response after a start: they tell what an earlier life has
    said. After that each of them would cost a request and tell nothing that the send did not.

    Args:
        transaction: opens the transaction in which a response is journalled, and with ``alone=False`` handled.
        reached: becomes the attribute.
        arrived: set when there may be something to handle.
        wanted: set when there may be keys to talk about.
        gapped: set when a response left something out.
        floods: told when a response comes after a pause.

    Attributes:
        caught_up: set when the first response is journalled.
        reached: set while the homeserver answers us, not before the first response: in a restored database
            stands what was said long ago, and that response shows that it was. Whoever wants something else
            of the homeserver waits for this, so that one loop alone finds out when it is back.
    """

    def __init__(
        self,
        db: Database,
        homeserver: Homeserver,
        crypto: Crypto,
        *,
        me: UserId,
        health: Health,
        clock: Callable[[], datetime],
        reached: asyncio.Event,
        transaction: Transaction,
        arrived: asyncio.Event,
        wanted: asyncio.Event,
        gapped: asyncio.Event,
        floods: Floods,
    ) -> None:
        self._db = db
        self._homeserver = homeserver
        self._crypto = crypto
        self._me = me
        self._health = health
        self._clock = clock
        self._transaction = transaction
        self._arrived = arrived
        self._wanted = wanted
        self._gapped = gapped
        self._floods = floods
        self._without_ours: Final = _without(me)
        self._rooms_counted_at: datetime | None = None
        #: Perhaps the handling of an event failed like a database that is away: what follows is only journalled.
        self._cautious = False
        #: Where we are in the stream; None when only the database knows.
        self._state: SyncState | None = None
        self.caught_up: Final = asyncio.Event()
        self.reached: Final = reached

    async def run(self) -> None:
        """Journal for ever.

        Raises:
            TokenLost: the homeserver refuses our token.
        """
        backoff, mending = Backoff(), Backoff(most=15.0)
        wait_ms = 0
        now = asyncio.get_running_loop().time
        while True:
            asked = now()
            try:
                moved = await self.once(wait_ms)
                await self.count_rooms()
            except (MatrixError, Unreachable) as error:
                await self._pause(backoff, error)
                wait_ms = 0
            except Exception as error:
                if not is_outage(error):
                    raise
                self._health.database_writable = False
                self._cautious = True
                # A commit whose answer was lost may have happened all the same.
                for follower in (self._arrived, self._wanted, self._gapped):
                    follower.set()
                await self._pause(mending, error)
            else:
                self.reached.set()
                if wait_ms and not moved and now() - asked < _SUSPICIOUSLY_FAST:
                    # Nothing new, and yet no long poll: a proxy answers in the homeserver's place.
                    await asyncio.sleep(backoff.next())
                    continue
                self._cautious = False
                backoff.reset()
                mending.reset()
                wait_ms = LONG_POLL_MS
                await asyncio.sleep(_ANSWERS_FIRST)

    async def once(self, wait_ms: int = 0) -> bool:
        """Ask once, journal the answer; return whether it had a new token."""
        state = self._state
        if state is None:
            async with self._db.reading() as db:
                state = await sync.load(db, now=self._clock())
        whole = not self.caught_up.is_set()
        filter_ = FILTER if whole else self._without_ours
        body = await self._homeserver.sync(state.next_batch, timeout_ms=wait_ms, filter=filter_)
        try:
            await self.journal(body, whole=whole)
        except OursMissing:
            # The token has not moved: the homeserver gives everything again.
            body = await self._homeserver.sync(state.next_batch, timeout_ms=0, filter=FILTER)
            await self.journal(body)
        self.caught_up.set()
        return bool(body["next_batch"] != state.next_batch)

    async def count_rooms(self) -> None:
        """Notice rooms that we left by our own event, which we do not see: by hand, or a deleted room."""
        now = self._clock()
        counted = self._rooms_counted_at
        if counted is not None and timedelta() <= now - counted < _COUNT_ROOMS_EVERY:
            return
        joined = await self._homeserver.joined_rooms()
        async with self._db.reading() as db:
            missing = [room.room_id for room in await rooms.joined(db) if room.room_id not in joined]
        for room_id in missing:
            await self._leave_if_out(room_id)
        self._rooms_counted_at = now

    async def _leave_if_out(self, room_id: RoomId) -> None:
        try:
            member = await self._homeserver.get_state(room_id, "m.room.member", self._me)
        except MatrixError as error:
            if error.status != 403 or not error.errcode:
                raise
            member = None
        # Lists of rooms may lag behind, a room's state does not.
        if member is not None and member.get("membership") == "join":
            return
        logger.warning("left_unseen", room_id=room_id)
        now = self._clock()
        async with self._db.transaction() as db:
            page = Page(db, (await sync.load(db, now=now)).batch, now, self._me)
            await page.left(Timeline.empty(room_id))
            await page.write()
        self._arrived.set()

    async def journal(self, body: Mapping[str, Any], *, whole: bool = True) -> None:
        """Commit everything of one /sync response together with its token.

        Args:
            body: the response.
            whole: it was asked for with our own events.

        Raises:
            OursMissing: it was not, and cannot be understood without them; nothing was changed.
            Unreachable: it is no response.
        """
        next_batch = body.get("next_batch")
        if not is_token(next_batch):
            raise Unreachable("sync without next_batch")
        now = self._clock()
        last = self._health.last_sync
        self._state = None
        async with self._transaction(alone=whole or self._cautious) as db:
            state = await sync.load(db, now=now)
            batch = state.batch + 1
            await sync.add_to_device(db, batch, list(_to_device(body)))
            page = Page(db, batch, now, self._me, first=state.next_batch is None, whole=whole)
            for timeline in left_rooms(body):
                await page.left(timeline)
            # After leaving: who was put out and invited again between two responses stands in both.
            for room_id, stripped in invited_rooms(body):
                await page.invited(room_id, stripped)
            for timeline in joined_rooms(body):
                await page.joined(timeline, since=state.next_batch)
            await page.write()
            await sync.advance(db, next_batch, batch)
            # Known before anything of it is handled.
            self._floods.journalled(batch, None if last is None else now - last)
            behind = self._crypto.note_sync(body)
        self._state = replace(state, next_batch=next_batch, batch=batch)
        for _ in range(page.malformed):
            self._health.count("events", rule="malformed_envelope")
        self._health.database_writable = True
        self._health.synced(now)
        if behind:
            self._wanted.set()
        if page.gaps:
            self._gapped.set()

    async def _pause(self, backoff: Backoff, error: Exception) -> None:
        if isinstance(error, MatrixError) and error.errcode == "M_UNKNOWN_TOKEN":
            raise TokenLost from error
        if isinstance(error, MatrixError):
            self._health.count("refused_by_homeserver", errcode=error.errcode or "none")
        elif isinstance(error, Unreachable):
            self._health.count("unreachable")
        if is_away(error):
            self.reached.clear()
        delay = backoff.next(error)
        logger.warning("sync_failed", error=type(error).__name__, again_in=round(delay, 1))
        await asyncio.sleep(delay)


def _without(me: UserId) -> dict[str, Any]:
    """Return the filter that leaves out our own events."""
    room: Any = FILTER["room"]
    return {**FILTER, "room": {**room, "timeline": {**room["timeline"], "not_senders": [me]}}}


def _to_device(body: Mapping[str, Any]) -> Iterator[bytes]:
    section = body.get("to_device")
    events = section.get("events") if isinstance(section, dict) else None
    for event in events if isinstance(events, list) else []:
        yield json.dumps(event if isinstance(event, dict) else {}).encode()
