# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The journal of room events: each is handled once, in the order of its room."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final

from sqlalchemy import Row, Select, and_, bindparam, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from method.ids import EventId, RoomId, UserId
from storage import upsert
from storage.prepared import prepared
from storage.tables import gaps, inbox, megolm_seen

#: Rules under which the words of a message were understood as meant for us but led to nothing;
#: an edit of such a message is a new attempt, so its sender is kept for a while.
RETRIABLE: Final = frozenset({"refused", "unknown", "suggested", "asked"})

#: Rules of events with which the bot has nothing to do, nor with the answers to them.
NOT_FOR_US: Final = frozenset({"before_join", "before_start", "chat", "not_ours"})


@dataclass(frozen=True, slots=True)
class Entry:
    """A journalled event."""

    event_id: EventId
    room_id: RoomId
    batch: int
    idx: int
    sender: UserId | None
    raw: bytes | None
    received_at: datetime
    state: str
    rule: str | None
    attempts: int
    next_try_at: datetime | None


@dataclass(frozen=True, slots=True)
class Arrival:
    """An event to be journalled; without ``raw`` it is only remembered as seen."""

    event_id: str
    room_id: str
    idx: int
    sender: str | None
    raw: bytes | None
    rule: str | None = None
    #: If one of these is known and all that are known were not for us, this one is not for us either.
    about: tuple[str, ...] = ()
    #: When it came, where that is not now.
    received_at: datetime | None = None


async def add(db: AsyncConnection, batch: int, arrivals: Sequence[Arrival], *, now: datetime) -> None:
    """Journal events; one that is already known is not journalled again."""
    if not arrivals:
        return
    arrivals = await _without_chat(db, arrivals)
    rows = [
        {
            "event_id": a.event_id,
            "room_id": a.room_id,
            "batch": batch,
            "idx": a.idx,
            "sender": a.sender if a.raw is not None else None,
            "raw": a.raw,
            "received_at": a.received_at or now,
            "state": "new" if a.raw is not None else "ignored",
            "rule": a.rule,
            "attempts": 0,
        }
        for a in arrivals
    ]
    await db.execute(_journal(db.dialect.name), rows)


@cache
def _journal(dialect: str) -> upsert.Insert:
    return prepared(upsert.insert_for(dialect, inbox).on_conflict_do_nothing())


async def _without_chat(db: AsyncConnection, arrivals: Sequence[Arrival]) -> list[Arrival]:
    """Leave out the words of what only refers to chat: they are never written down."""
    targets = {target for arrival in arrivals for target in arrival.about}
    if not targets:
        return list(arrivals)
    query = select(inbox.c.event_id, inbox.c.rule).where(inbox.c.event_id.in_(targets))
    rules = {row.event_id: row.rule for row in await db.execute(query)}
    kept = []
    for arrival in arrivals:
        # What we have not seen (yet) may be a post of our own: then the words are kept until they are handled.
        if arrival.about and all(rules.get(target) in NOT_FOR_US for target in arrival.about):
            arrival = replace(arrival, raw=None, rule="chat")  # noqa: PLW2901 -- the same one without words
        rules[arrival.event_id] = arrival.rule
        kept.append(arrival)
    return kept


async def take_up(db: AsyncConnection, event_id: EventId, sender: str, raw: bytes) -> None:
    """Handle an event again that had led to nothing, as if it came where it stands."""
    again = {"state": "new", "rule": None, "raw": raw, "sender": sender, "attempts": 0, "next_try_at": None}
    await _set(db, event_id, **again)


#: So many events are handled at a time.
PAGE: Final = 100


async def due(db: AsyncConnection, *, now: datetime, limit: int = PAGE) -> list[Entry]:
    """Return the events to handle next, in order.

    A room waits while its timeline has a gap before the event, and while an event of the room waits
    for another attempt. What is held back because its sender wrote too much holds up nobody else.
    """
    found = await db.execute(_DUE, {"now": now, "limit": limit})
    return [_entry(row) for row in found]


#: Whatever is still to be handled has its words, and only that stands in the index.
_OPEN: Final = inbox.c.raw.is_not(None)
_NEW: Final = and_(_OPEN, inbox.c.state == "new")
_HELD: Final = and_(_OPEN, inbox.c.state == "held")
_WAITING: Final = and_(_OPEN, inbox.c.state == "waiting")


def _due() -> Select[Any]:
    now = bindparam("now", type_=inbox.c.next_try_at.type)
    gap = exists().where(and_(gaps.c.room_id == inbox.c.room_id, gaps.c.batch <= inbox.c.batch))
    postponed = select(inbox.c.room_id).where(_NEW, inbox.c.next_try_at > now)
    ready = and_(_NEW, ~gap, inbox.c.room_id.not_in(postponed))
    released = and_(_HELD, inbox.c.next_try_at <= now)
    query = select(inbox).where(or_(ready, released))
    return query.order_by(inbox.c.batch, inbox.c.idx).limit(bindparam("limit"))


_DUE: Final = prepared(_due())


async def find(db: AsyncConnection, event_id: EventId) -> Entry | None:
    """Return the event's entry."""
    row = (await db.execute(select(inbox).where(inbox.c.event_id == event_id))).one_or_none()
    return _entry(row) if row else None


async def received(db: AsyncConnection, event_ids: Collection[EventId]) -> dict[EventId, datetime]:
    """Return when these events came, as far as that is known."""
    query = select(inbox.c.event_id, inbox.c.received_at).where(inbox.c.event_id.in_(event_ids))
    return {EventId(row.event_id): row.received_at for row in await db.execute(query)}


async def next_try_at(db: AsyncConnection) -> datetime | None:
    """Return when the earliest postponed event is due."""
    found: datetime | None = (await db.execute(_NEXT)).scalar()
    return found


_NEXT: Final = prepared(select(func.min(inbox.c.next_try_at)).where(or_(_NEW, _HELD)))


async def is_behind(db: AsyncConnection, until: datetime) -> bool:
    """Is anything that was received until then still to be handled? What waits for a key does not count."""
    query = select(inbox.c.event_id).where(or_(_NEW, _HELD), inbox.c.received_at <= until).limit(1)
    return await db.scalar(query) is not None


async def finish(db: AsyncConnection, event_id: EventId, state: str, rule: str) -> None:
    """End the event's life; what it said is forgotten."""
    await finish_all(db, [(event_id, state, rule)])


async def finish_all(db: AsyncConnection, endings: Sequence[tuple[EventId, str, str]]) -> None:
    """End the lives of several events (id, state, rule) at once."""
    for retriable in (True, False):
        rows = [
            {"event": event_id, "to": state, "by": rule}
            for event_id, state, rule in endings
            if (rule in RETRIABLE) is retriable
        ]
        if rows:
            await db.execute(_FINISH_RETRIABLE if retriable else _FINISH, rows)


_FINISH_RETRIABLE: Final = (
    update(inbox)
    .where(inbox.c.event_id == bindparam("event"))
    .values(state=bindparam("to"), rule=bindparam("by"), raw=None, waits_for=None)
)
_FINISH: Final = prepared(_FINISH_RETRIABLE.values(sender=None))


async def hold(db: AsyncConnection, event_id: EventId, until: datetime) -> None:
    """Keep the event back until then: its sender has written too much at once."""
    await _set(db, event_id, state="held", next_try_at=until)


async def held(db: AsyncConnection) -> list[tuple[UserId, datetime]]:
    """Return whose events are kept back, and until when the last of each."""
    query = select(inbox.c.sender, func.max(inbox.c.next_try_at)).where(_HELD)
    return [(UserId(row[0]), row[1]) for row in await db.execute(query.group_by(inbox.c.sender))]


async def park(db: AsyncConnection, event_id: EventId, rule: str, waits_for: str) -> None:
    """Let the event wait for a key, for a person's devices or for another event."""
    await _set(db, event_id, state="waiting", rule=rule, waits_for=waits_for)


async def wake(db: AsyncConnection, waits_for: Sequence[str]) -> int:
    """Take up again what waited for one of these; return how many events."""
    if not waits_for:
        return 0
    query = update(inbox).where(_WAITING, inbox.c.waits_for.in_(waits_for))
    return (await db.execute(query.values(state="new", waits_for=None))).rowcount


async def waiting_for(db: AsyncConnection, prefix: str) -> list[str]:
    """Return what events wait for, of the kind that begins with ``prefix``."""
    escaped = prefix.replace("/", "//").replace("%", "/%").replace("_", "/_")
    return list((await db.execute(_AWAITED, {"pattern": f"{escaped}%"})).scalars())


_AWAITED: Final = prepared(
    select(inbox.c.waits_for)
    .where(_WAITING, inbox.c.waits_for.like(bindparam("pattern"), escape="/"))
    .distinct()
)


async def count_attempt(db: AsyncConnection, event_id: EventId) -> None:
    """Count an attempt before it is made: an event that kills the process is counted too."""
    await _set(db, event_id, attempts=inbox.c.attempts + 1)


async def postpone(db: AsyncConnection, event_id: EventId, until: datetime) -> None:
    """Try again later; the room waits so long."""
    await _set(db, event_id, next_try_at=until)


async def hasten(db: AsyncConnection, *, until: datetime) -> None:
    """Let nothing wait longer than until then: a clock that went back would make minutes into days."""
    late = or_(_NEW, _HELD) & (inbox.c.next_try_at > until)
    await db.execute(update(inbox).where(late).values(next_try_at=until))
    await db.execute(update(gaps).where(gaps.c.next_try_at > until).values(next_try_at=until))


async def unread(db: AsyncConnection, *, older_than: datetime) -> list[Entry]:
    """Return events that have waited for their key since before ``older_than`` and nobody was told."""
    query = select(inbox).where(
        _WAITING,
        inbox.c.rule == "no_key",
        inbox.c.told_at.is_(None),
        inbox.c.received_at < older_than,
    )
    return [_entry(row) for row in await db.execute(query.order_by(inbox.c.batch, inbox.c.idx).limit(100))]


async def told_since(db: AsyncConnection, room_id: RoomId, sender: UserId, since: datetime) -> bool:
    """Was this person told in this room since then that we could not read them?"""
    query = select(inbox.c.event_id).where(
        inbox.c.room_id == room_id, inbox.c.sender == sender, inbox.c.told_at > since
    )
    return (await db.execute(query.limit(1))).first() is not None


async def mark_told(db: AsyncConnection, event_id: EventId, *, now: datetime) -> None:
    """Remember that the person knows."""
    await _set(db, event_id, told_at=now)


async def expire(db: AsyncConnection, *, now: datetime, after: timedelta = timedelta(days=7)) -> int:
    """Give up on what has waited too long, and forget senders kept for a new attempt."""
    old = inbox.c.received_at < now - after
    query = update(inbox).where(_WAITING, old)
    gone = await db.execute(
        query.values(state="ignored", rule="key_never_came", raw=None, sender=None, waits_for=None)
    )
    await db.execute(
        update(inbox).where(inbox.c.sender.is_not(None), inbox.c.raw.is_(None), old).values(sender=None)
    )
    return gone.rowcount


async def first_use(db: AsyncConnection, session_id: str, index: int, event_id: EventId) -> bool:
    """Claim a message of a Megolm session for an event; False if another event has used it."""
    query = upsert.insert(db, megolm_seen).values(
        session_id=session_id, message_index=index, event_id=event_id
    )
    await db.execute(query.on_conflict_do_nothing())
    same = and_(megolm_seen.c.session_id == session_id, megolm_seen.c.message_index == index)
    owner = (await db.execute(select(megolm_seen.c.event_id).where(same))).scalar_one()
    return bool(owner == event_id)


async def counts(db: AsyncConnection) -> dict[str, int]:
    """Return how many events are in each state that is not an end."""
    query = (
        select(inbox.c.state, func.count())
        .where(_OPEN, inbox.c.state.in_(("new", "held", "waiting")))
        .group_by(inbox.c.state)
    )
    found = await db.execute(query)
    return {row[0]: row[1] for row in found}


async def _set(db: AsyncConnection, event_id: EventId, **values: object) -> None:
    await db.execute(update(inbox).where(inbox.c.event_id == event_id).values(**values))


def _entry(row: Row[Any]) -> Entry:
    return Entry(
        event_id=EventId(row.event_id),
        room_id=RoomId(row.room_id),
        batch=row.batch,
        idx=row.idx,
        sender=row.sender,
        raw=row.raw,
        received_at=row.received_at,
        state=row.state,
        rule=row.rule,
        attempts=row.attempts,
        next_try_at=row.next_try_at,
    )
