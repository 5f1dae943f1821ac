# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What one /sync response leaves in the journal: events, marks of our own coming and going, gaps.

Nothing in an event is interpreted beyond its envelope, so nothing in an event can stop the pump.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.echoes import echoes
from bot.matrix.content import is_for_us, only_about
from bot.matrix.envelope import Timeline, is_id, is_member, member_of, state_events
from method.ids import RoomId, UserId
from storage import gaps, inbox, rooms, sync
from storage.echoes import hear
from storage.inbox import Arrival

#: Our own marks in the journal stand before and after the events of their batch.
_FIRST: Final = -(1 << 30)
_LAST: Final = 1 << 30

#: State that somebody must look at, not only remember.
_NOTED_STATE: Final = frozenset({"m.room.tombstone", "m.room.name", "m.room.member"})


class OursMissing(Exception):  # noqa: N818 -- names what is wrong with the response
    """We have entered a room: only our own event shows what was said before that."""


class DatabaseRewound(Exception):  # noqa: N818 -- names what happened
    """Our device has said what the database does not know: somebody brought an older database back.

    Its encryption would go on from where it was then, and use keys twice: only a new device helps.
    """


class Page:
    """One response on its way into the journal.

    Args:
        first: it is the very first: what it shows happened before there was a bot.
        whole: our own events are in it.
    """

    def __init__(
        self,
        db: AsyncConnection,
        batch: int,
        now: datetime,
        me: UserId,
        *,
        first: bool = False,
        whole: bool = True,
    ) -> None:
        self._db, self._batch, self._now, self._me = db, batch, now, me
        self._first, self._whole = first, whole
        #: Events without usable ids: nothing can be remembered of them but their number.
        self.malformed = 0
        #: Rooms of which a part was left out.
        self.gaps = 0
        #: What is written down at the end, for all rooms at once.
        self._arrivals: list[Arrival] = []

    async def write(self) -> None:
        """Write down the events; called when everything is on the page."""
        await inbox.add(self._db, self._batch, self._arrivals, now=self._now)
        self._arrivals = []

    async def invited(self, room_id: RoomId, stripped: Mapping[str, Any]) -> None:
        """Note an invitation; who may invite is decided later."""
        # Even for a room we think we are in: the homeserver knows better that we were put out.
        await rooms.see(self._db, room_id, "invite")
        self._mark("invited", room_id, stripped, _FIRST)

    async def joined(self, timeline: Timeline, *, since: str | None) -> None:
        """Journal what happened in a room we are in."""
        room = await rooms.find(self._db, timeline.room_id)
        newly = room is None or room.membership != "join"
        if not self._whole and (newly or timeline.membership_event(self._me) is not None):
            raise OursMissing
        if newly:
            await rooms.see(self._db, timeline.room_id, "join")
        await self._state(timeline)
        await self._hear(timeline)
        outside = timeline.outside(self._me, newly=newly)
        if newly:
            # Named after our own joining: what is said because of it is recognised in a restored database.
            name = timeline.membership_event(self._me)
            about = {"members": timeline.member_count}
            self._mark("joined", timeline.room_id, about, _FIRST, name=name)
        if timeline.limited and since is not None:
            await rooms.doubt_members(self._db, timeline.room_id)
            if timeline.prev_batch and not (newly and outside):
                await gaps.add(self._db, timeline.room_id, self._batch, timeline.prev_batch, since)
                self.gaps += 1
        direct = room is not None and room.direct
        self._events(timeline, encrypted_or_direct=direct, outside=outside)

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
        await self._hear(timeline)
        await rooms.see(self._db, timeline.room_id, timeline.own_membership(self._me))
        self._events(timeline, encrypted_or_direct=room.direct)
        self._mark("left", timeline.room_id, {}, _LAST)

    async def _state(self, timeline: Timeline) -> None:
        events = list(state_events(timeline))
        await rooms.apply_state(
            self._db, timeline.room_id, [e for e in events if e["type"] != "m.room.member"]
        )
        await rooms.apply_members(self._db, timeline.room_id, map(member_of, filter(is_member, events)))
        if any(e["type"] == "m.room.encryption" and e["state_key"] == "" for e in events):
            await rooms.set_encrypted(self._db, timeline.room_id, now=self._now)

    async def _hear(self, timeline: Timeline) -> None:
        """Settle what we have sent by what came back of it; before the first start there was nothing."""
        heard = echoes(timeline.events, self._me)
        if heard and not self._first:
            installation = (await sync.load(self._db, now=self._now)).installation
            if await hear(self._db, timeline.room_id, heard, installation, now=self._now):
                raise DatabaseRewound

    def _events(
        self, timeline: Timeline, *, encrypted_or_direct: bool, outside: Collection[int] = ()
    ) -> None:
        arrivals = []
        for i, event in enumerate(timeline.events):
            rule = "before_start" if self._first else "before_join" if i in outside else None
            arrivals.append(
                arrival(event, timeline.room_id, i, me=self._me, direct=encrypted_or_direct, rule=rule)
            )
        for i, event in enumerate(timeline.state):
            type_ = event.get("type")
            if is_id(type_) and type_ in _NOTED_STATE - {"m.room.member"} and not self._first:
                arrivals.append(
                    arrival(event, timeline.room_id, i - (1 << 20), me=self._me, direct=False, rule=None)
                )
        self.malformed += arrivals.count(None)
        self._arrivals += [a for a in arrivals if a is not None]

    def _mark(
        self, what: str, room_id: RoomId, about: Mapping[str, Any], idx: int, *, name: str | None = None
    ) -> None:
        raw = json.dumps({"~": what, **about}).encode()
        mark = Arrival(f"~{what}:{name or f'{room_id}:{self._batch}'}", room_id, idx, None, raw)
        self._arrivals.append(mark)


def arrival(
    event: Mapping[str, Any], room_id: RoomId, idx: int, *, me: UserId, direct: bool, rule: str | None
) -> Arrival | None:
    """Return how an event is journalled: whole if it may concern us, else only as seen."""
    event_id, sender = event.get("event_id"), event.get("sender")
    if not is_id(event_id) or not is_id(sender):
        return None
    if rule is None and not is_id(event.get("type")):
        rule = "malformed"
    if rule is None and sender == me and event["type"] != "m.room.member":
        rule = "own_event"
    if rule is None and "state_key" in event:
        rule = None if event["type"] in _NOTED_STATE else "state"
    elif rule is None and not is_for_us(event, me=me, direct=direct):
        rule = "chat"
    raw = json.dumps(event).encode() if rule is None else None
    about = only_about(event, me=me, direct=direct) if rule is None else ()
    return Arrival(event_id, room_id, idx, sender, raw, rule, about)
