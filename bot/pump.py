# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Journals the homeserver's stream: events and the token for what follows, in one transaction.

Only what is committed here is acknowledged to the homeserver, by the token of the next request.
Nothing in an event is interpreted beyond its envelope, so nothing in an event can stop the pump.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import datetime
from typing import Any, Final

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.backoff import Backoff
from bot.floods import Floods
from bot.health import Health
from bot.matrix.content import is_for_us, only_about
from bot.matrix.crypto import Crypto
from bot.matrix.envelope import (
    Timeline,
    invited_rooms,
    is_id,
    is_member,
    joined_rooms,
    left_rooms,
    member_of,
    state_events,
)
from bot.matrix.errors import MatrixError, Unreachable
from bot.matrix.homeserver import Homeserver
from method.ids import RoomId, UserId
from storage import inbox, rooms, sync
from storage.database import Database, is_outage
from storage.inbox import Arrival

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

#: Our own marks in the journal stand before and after the events of their batch.
_FIRST: Final = -(1 << 30)
_LAST: Final = 1 << 30

#: State that somebody must look at, not only remember.
_NOTED_STATE: Final = frozenset({"m.room.tombstone", "m.room.name", "m.room.member"})


class TokenLost(Exception):  # noqa: N818 -- names what happened
    """The homeserver no longer knows our access token; only ``tafelrunde relogin`` helps."""


class Pump:
    """The loop around /sync.

    Args:
        followers: set after each journalled response: there may be something to do.
        floods: told when a response comes after a pause.
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
        followers: Collection[asyncio.Event],
        floods: Floods,
    ) -> None:
        self._db = db
        self._homeserver = homeserver
        self._crypto = crypto
        self._me = me
        self._health = health
        self._clock = clock
        self._followers = followers
        self._floods = floods

    async def run(self) -> None:
        """Journal for ever.

        Raises:
            TokenLost: the homeserver refuses our token.
        """
        backoff = Backoff()
        wait_ms = 0
        now = asyncio.get_running_loop().time
        while True:
            asked = now()
            try:
                moved = await self.once(wait_ms)
            except (MatrixError, Unreachable) as error:
                await self._pause(backoff, error)
                wait_ms = 0
            except Exception as error:
                if not is_outage(error):
                    raise
                self._health.database_writable = False
                await self._pause(backoff, error)
            else:
                if wait_ms and not moved and now() - asked < _SUSPICIOUSLY_FAST:
                    # Nothing new, and yet no long poll: a proxy answers in the homeserver's place.
                    await asyncio.sleep(backoff.next())
                    continue
                backoff.reset()
                wait_ms = LONG_POLL_MS

    async def once(self, wait_ms: int = 0) -> bool:
        """Ask once, journal the answer; return whether it had a new token."""
        async with self._db.reading() as db:
            state = await sync.load(db, now=self._clock())
        body = await self._homeserver.sync(state.next_batch, timeout_ms=wait_ms, filter=FILTER)
        await self.journal(body)
        return bool(body["next_batch"] != state.next_batch)

    async def journal(self, body: Mapping[str, Any]) -> None:
        """Commit everything of one /sync response together with its token."""
        next_batch = body.get("next_batch")
        if not isinstance(next_batch, str) or not next_batch:
            raise Unreachable("sync without next_batch")
        now = self._clock()
        async with self._db.transaction() as db:
            state = await sync.load(db, now=now)
            batch = state.batch + 1
            await sync.add_to_device(db, batch, list(_to_device(body)))
            page = _Page(db, batch, now, self._me, first=state.next_batch is None)
            for timeline in left_rooms(body):
                await page.left(timeline)
            # After leaving: who was put out and invited again between two responses stands in both.
            for room_id, stripped in invited_rooms(body):
                await page.invited(room_id, stripped)
            for timeline in joined_rooms(body):
                await page.joined(timeline, since=state.next_batch)
            await sync.advance(db, next_batch, batch)
        last = self._health.last_sync
        self._floods.journalled(batch, None if last is None else now - last)
        self._health.database_writable = True
        self._health.synced(now)
        self._crypto.note_sync(body)
        for follower in self._followers:
            follower.set()

    async def _pause(self, backoff: Backoff, error: Exception) -> None:
        if isinstance(error, MatrixError) and error.errcode == "M_UNKNOWN_TOKEN":
            raise TokenLost from error
        if isinstance(error, MatrixError):
            self._health.count("refused_by_homeserver", errcode=error.errcode or "none")
        elif isinstance(error, Unreachable):
            self._health.count("unreachable")
        delay = backoff.next(error)
        logger.warning("sync_failed", error=type(error).__name__, again_in=round(delay, 1))
        await asyncio.sleep(delay)


class _Page:
    """One response on its way into the journal."""

    def __init__(self, db: AsyncConnection, batch: int, now: datetime, me: UserId, *, first: bool) -> None:
        self._db, self._batch, self._now, self._me, self._first = db, batch, now, me, first

    async def invited(self, room_id: RoomId, stripped: Mapping[str, Any]) -> None:
        """Note an invitation; who may invite is decided later."""
        # Even for a room we think we are in: the homeserver knows better that we were put out.
        await rooms.see(self._db, room_id, "invite")
        await self._mark("invited", room_id, stripped, _FIRST)

    async def joined(self, timeline: Timeline, *, since: str | None) -> None:
        """Journal what happened in a room we are in."""
        room = await rooms.find(self._db, timeline.room_id)
        newly = room is None or room.membership != "join"
        await rooms.see(self._db, timeline.room_id, "join")
        await self._state(timeline)
        start = 0
        if newly:
            await self._mark("joined", timeline.room_id, {"members": timeline.member_count}, _FIRST)
            start = timeline.own_join(self._me)
        if timeline.limited and since is not None:
            await rooms.doubt_members(self._db, timeline.room_id)
            if timeline.prev_batch and not (newly and start):
                await inbox.add_gap(self._db, timeline.room_id, self._batch, timeline.prev_batch, since)
        direct = room is not None and room.direct
        await self._events(timeline, encrypted_or_direct=direct, start=start)

    async def left(self, timeline: Timeline) -> None:
        """Journal the last we saw of a room, and that we are no longer in it."""
        room = await rooms.find(self._db, timeline.room_id)
        if room is None:
            return
        if room.membership != "join":
            if room.membership == "invite":
                await rooms.see(self._db, timeline.room_id, "leave")
            return
        await self._state(timeline)
        await rooms.see(self._db, timeline.room_id, timeline.own_membership(self._me))
        await self._events(timeline, encrypted_or_direct=room.direct, start=0)
        await self._mark("left", timeline.room_id, {}, _LAST)

    async def _state(self, timeline: Timeline) -> None:
        events = list(state_events(timeline))
        await rooms.apply_state(
            self._db, timeline.room_id, [e for e in events if e["type"] != "m.room.member"]
        )
        await rooms.apply_members(self._db, timeline.room_id, map(member_of, filter(is_member, events)))
        if any(e["type"] == "m.room.encryption" and e["state_key"] == "" for e in events):
            await rooms.set_encrypted(self._db, timeline.room_id, now=self._now)

    async def _events(self, timeline: Timeline, *, encrypted_or_direct: bool, start: int) -> None:
        arrivals = []
        for i, event in enumerate(timeline.events):
            rule = "before_start" if self._first else "before_join" if i < start else None
            arrivals.append(
                arrival(event, timeline.room_id, i, me=self._me, direct=encrypted_or_direct, rule=rule)
            )
        for i, event in enumerate(timeline.state):
            if event.get("type") in _NOTED_STATE - {"m.room.member"} and not self._first:
                arrivals.append(
                    arrival(event, timeline.room_id, i - (1 << 20), me=self._me, direct=False, rule=None)
                )
        await inbox.add(self._db, self._batch, [a for a in arrivals if a is not None], now=self._now)

    async def _mark(self, what: str, room_id: RoomId, about: Mapping[str, Any], idx: int) -> None:
        raw = json.dumps({"~": what, **about}).encode()
        mark = Arrival(f"~{what}:{room_id}:{self._batch}", room_id, idx, None, raw)
        await inbox.add(self._db, self._batch, [mark], now=self._now)


def arrival(
    event: Mapping[str, Any], room_id: RoomId, idx: int, *, me: UserId, direct: bool, rule: str | None
) -> Arrival | None:
    """Return how an event is journalled: whole if it may concern us, else only as seen."""
    event_id, sender = event.get("event_id"), event.get("sender")
    if not is_id(event_id) or not is_id(sender):
        return None
    if rule is None and sender == me and event.get("type") != "m.room.member":
        rule = "own_event"
    if rule is None and "state_key" in event:
        rule = None if event.get("type") in _NOTED_STATE else "state"
    elif rule is None and not is_for_us(event, me=me, direct=direct):
        rule = "chat"
    raw = json.dumps(event).encode() if rule is None else None
    about = only_about(event, me=me, direct=direct) if rule is None else ()
    return Arrival(event_id, room_id, idx, sender, raw, rule, about)


def _to_device(body: Mapping[str, Any]) -> Iterator[bytes]:
    section = body.get("to_device")
    events = section.get("events") if isinstance(section, dict) else None
    for event in events if isinstance(events, list) else []:
        if isinstance(event, dict):
            yield json.dumps(event).encode()
