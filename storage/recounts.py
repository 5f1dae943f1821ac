# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Polls whose time is over: what the homeserver has of them is brought into the journal."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from method.ids import EventId, GroupId, PollId, RoomId
from method.polls import State
from storage import inbox, poll_votes, sync
from storage.inbox import Arrival
from storage.prepared import prepared
from storage.tables import groups, outbox, polls
from storage.tables import inbox as journal

#: Events stand far behind, or far in front of, those of the response to which they are added.
_FAR: Final = 1 << 25

#: Rules by which a vote may have ended that we should have understood: it came before we knew that the poll was
#: ours (the answer to our sending it was slow), or its key came after we had given it up.
_MISSED: Final = frozenset({"not_ours", "key_never_came"})


@dataclass(frozen=True, slots=True)
class Recount:
    """A poll that is to be looked up."""

    poll_id: PollId
    group_id: GroupId
    ends_at: datetime
    #: Where the native poll stands; None where there is none, or it was never sent.
    room_id: RoomId | None
    start: EventId | None


async def due(db: AsyncConnection) -> list[Recount]:
    """Return the polls that wait to be looked up, in groups that are not paused."""
    return [
        Recount(PollId(row.id), GroupId(row.group_id), row.ends_at, row.room_id, row.event_id)
        for row in await db.execute(_DUE)
    ]


_DUE: Final = prepared(
    select(polls.c.id, polls.c.group_id, polls.c.ends_at, outbox.c.room_id, outbox.c.event_id)
    .join(groups, groups.c.id == polls.c.group_id)
    .outerjoin(outbox, and_(outbox.c.id == polls.c.native_id, outbox.c.event_id.is_not(None)))
    .where(polls.c.closing_since.is_not(None), polls.c.state == State.OPEN.value, groups.c.state == "active")
    .order_by(polls.c.closing_since, polls.c.id)
)


async def add(db: AsyncConnection, found: Sequence[Arrival], *, now: datetime) -> set[EventId]:
    """Journal what the homeserver has of a poll (oldest first), as far as we do not know it; return what that is.

    What is new stands where it would have come: behind what we had received when it was sent, and before the next one
    that we know. Of what came too early to be understood, the place and the time stay those at which it came.
    """
    brought: set[EventId] = set()
    if not found:
        return brought
    query = select(journal).where(journal.c.event_id.in_([one.event_id for one in found]))
    known = {row.event_id: row for row in await db.execute(query)}
    before = ((await sync.load(db, now=now)).batch, _FAR)
    for place in reversed(range(len(found))):
        one = found[place]
        row = known.get(one.event_id)
        if row is None:
            before = min(before, (await _batch_at(db, one.received_at or now), _FAR))
            batch, idx = before
            await inbox.add(db, batch, [replace(one, idx=idx + place)], now=now)
            brought.add(EventId(one.event_id))
            continue
        before = (row.batch, -_FAR)
        if row.rule in _MISSED and row.raw is None and one.raw is not None and one.sender is not None:
            await inbox.take_up(db, EventId(one.event_id), one.sender, one.raw)
            brought.add(EventId(one.event_id))
    return brought


async def drop(db: AsyncConnection, events: Collection[EventId]) -> None:
    """Forget votes that were deleted before they were in the journal, so that their deletion found nothing."""
    for event_id in events:
        entry = await inbox.find(db, event_id)
        if entry is not None and entry.raw is not None:
            await inbox.finish(db, event_id, "ignored", "redacted")
        await poll_votes.take_back(db, event_id)


async def _batch_at(db: AsyncConnection, moment: datetime) -> int:
    """Return the response that was the last one then."""
    return int(await db.scalar(select(func.max(journal.c.batch)).where(journal.c.received_at <= moment)) or 0)


async def unread(db: AsyncConnection, events: Collection[EventId]) -> int:
    """Return how many of these events could not be read (yet)."""
    if not events:
        return 0
    missing = or_(
        journal.c.state.in_(("waiting", "dead")), journal.c.rule.in_(("key_never_came", "refused_by_crypto"))
    )
    query = select(func.count()).where(journal.c.event_id.in_(events), missing)
    return int(await db.scalar(query) or 0)
