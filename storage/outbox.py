# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What is to be said: a frozen payload for each cause, sent once and in order."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, func, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from method.ids import EventId, OutboxId, RoomId
from storage import upsert
from storage.tables import gaps, outbox

#: A message longer than this is sent in parts (bytes of UTF-8; encryption adds about 40 %).
PART_BYTES: Final = 16 * 1024

_OPEN: Final = ("new", "trying")


@dataclass(frozen=True, slots=True)
class Post:
    """A row of the outbox."""

    id: OutboxId
    cause: str
    room_id: RoomId
    kind: str
    payload: Mapping[str, Any]
    target_id: OutboxId | None
    txn_id: str | None
    device_id: str | None
    state: str
    attempts: int
    created_at: datetime
    first_try_at: datetime | None
    next_try_at: datetime | None
    event_id: EventId | None
    subject: str | None


async def add(
    db: AsyncConnection,
    cause: str,
    room_id: RoomId,
    kind: str,
    payload: Mapping[str, Any],
    *,
    now: datetime,
    target: OutboxId | None = None,
    subject: str | None = None,
) -> OutboxId:
    """Enqueue; the same cause again changes nothing. Return the row's id.

    An edit that has not been sent yet is replaced by a newer edit of the same post.
    """
    if kind == "event" and target is not None:
        stale = (outbox.c.target_id == target) & (outbox.c.state == "new") & (outbox.c.kind == "event")
        await db.execute(
            update(outbox).where(stale, outbox.c.cause != cause).values(state="cancelled", payload=None)
        )
    query = upsert.insert(db, outbox).values(
        cause=cause,
        room_id=room_id,
        kind=kind,
        payload=json.dumps(payload, ensure_ascii=False).encode(),
        target_id=target,
        state="new",
        attempts=0,
        created_at=now,
        subject=subject,
    )
    await db.execute(query.on_conflict_do_nothing())
    return OutboxId((await db.execute(select(outbox.c.id).where(outbox.c.cause == cause))).scalar_one())


def parts(content: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the message in parts of at most PART_BYTES, divided between lines where possible."""
    rest = str(content["body"])
    while len(rest.encode()) > PART_BYTES:
        head = rest.encode()[:PART_BYTES].decode(errors="ignore")
        cut = head.rfind("\n")
        head = head[:cut] if cut > 0 else head
        yield {**content, "body": head}
        rest = rest[len(head) :].removeprefix("\n")
    yield {**content, "body": rest}


def transaction_id(installation: str, cause: str, generation: int = 0) -> str:
    """Return the transaction id for a cause: the same after every crash, never that of another cause.

    Synapse compares transaction ids over all event types and redactions of a room (measured), so all
    kinds of sends share one space of hashes.
    """
    return "t" + _hash(f"{installation}\0{cause}\0{generation}")


def marker(installation: str, cause: str) -> str:
    """Return the mark by which a post is recognised in the timeline, also by a new device."""
    return _hash(f"{installation}\0{cause}")


async def heads(db: AsyncConnection) -> list[Post]:
    """Return the first unsent row of each room.

    A room whose timeline has a gap waits: the gap may show that something was said already.
    """
    complete = outbox.c.room_id.not_in(select(gaps.c.room_id))
    first = select(func.min(outbox.c.id)).where(outbox.c.state.in_(_OPEN), complete)
    first = first.group_by(outbox.c.room_id)
    return [_post(row) for row in await db.execute(select(outbox).where(outbox.c.id.in_(first)))]


async def unsent_of(db: AsyncConnection, room_id: RoomId) -> list[Post]:
    """Return all unsent rows of a room, oldest first."""
    query = select(outbox).where(outbox.c.room_id == room_id, outbox.c.state.in_(_OPEN))
    return [_post(row) for row in await db.execute(query.order_by(outbox.c.id))]


async def get(db: AsyncConnection, id_: OutboxId) -> Post:
    """Return a row.

    Raises:
        LookupError: there is none.
    """
    row = (await db.execute(select(outbox).where(outbox.c.id == id_))).one_or_none()
    if row is None:
        raise LookupError(f"no post {id_}")
    return _post(row)


async def by_event(db: AsyncConnection, event_id: EventId) -> Post | None:
    """Return the post that became this event."""
    row = (await db.execute(select(outbox).where(outbox.c.event_id == event_id))).first()
    return _post(row) if row else None


async def about(db: AsyncConnection, subject: str) -> list[Post]:
    """Return the posts with this subject, oldest first."""
    query = select(outbox).where(outbox.c.subject == subject).order_by(outbox.c.id)
    return [_post(row) for row in await db.execute(query)]


async def take_back(db: AsyncConnection, subject: str) -> list[Post]:
    """Cancel the unsent posts below this subject ("item:12" is above "item:12:text").

    Return those that were sent, or may have been, and are still to be seen.
    """
    below = (outbox.c.kind == "event") & outbox.c.subject.startswith(f"{subject}:", autoescape=True)
    ids = select(outbox.c.id).where(below)
    unsent = or_(below, outbox.c.target_id.in_(ids)) & (outbox.c.state == "new") & (outbox.c.kind == "event")
    await db.execute(update(outbox).where(unsent).values(state="cancelled", payload=None))
    taken_back = select(outbox.c.target_id).where(outbox.c.kind == "redaction")
    taken_back = taken_back.where(outbox.c.target_id.is_not(None))
    query = select(outbox).where(
        below, outbox.c.state.in_(("trying", "sent")), outbox.c.id.not_in(taken_back)
    )
    return [_post(row) for row in await db.execute(query.order_by(outbox.c.id))]


async def mark_trying(db: AsyncConnection, post: Post, txn_id: str, device_id: str, *, now: datetime) -> bool:
    """Remember before the request that it is being made; return False if it was cancelled meanwhile."""
    query = update(outbox).where(outbox.c.id == post.id, outbox.c.state.in_(_OPEN))
    done = await db.execute(
        query.values(
            state="trying", txn_id=txn_id, device_id=device_id, attempts=outbox.c.attempts + 1,
            first_try_at=func.coalesce(outbox.c.first_try_at, _bound(now)),
        )
    )  # fmt: skip
    return done.rowcount > 0


async def mark_sent(db: AsyncConnection, id_: OutboxId, event_id: str | None) -> None:
    """The homeserver has it; what was said is no longer kept."""
    await _set(db, id_, state="sent", event_id=event_id, payload=None, error=None, next_try_at=None)


async def mark_dead(db: AsyncConnection, id_: OutboxId, error: str) -> None:
    """It will never be sent; what was sent or taken back stays that."""
    query = update(outbox).where(outbox.c.id == id_, outbox.c.state.in_(_OPEN))
    await db.execute(query.values(state="dead", error=error, payload=None, next_try_at=None))


async def postpone(db: AsyncConnection, id_: OutboxId, until: datetime, error: str) -> None:
    """Try again later."""
    await _set(db, id_, next_try_at=until, error=error)


async def abandon_room(db: AsyncConnection, room_id: RoomId, reason: str) -> None:
    """Nothing more can be said in this room: we have left it, or were made to."""
    open_ = (
        (outbox.c.room_id == room_id)
        & outbox.c.state.in_(_OPEN)
        & outbox.c.kind.in_(("event", "redaction", "pin"))
    )
    await db.execute(update(outbox).where(open_).values(state="dead", error=reason, payload=None))


async def move(db: AsyncConnection, old: RoomId, new: RoomId) -> None:
    """Say in the new room what was not yet tried in the old one."""
    fresh = (
        (outbox.c.room_id == old)
        & (outbox.c.state == "new")
        & (outbox.c.kind == "event")
        & outbox.c.target_id.is_(None)
    )
    await db.execute(update(outbox).where(fresh).values(room_id=new))


async def unsent(db: AsyncConnection) -> int:
    """Return how many rows wait to be sent."""
    query = select(func.count()).where(outbox.c.state.in_(_OPEN))
    return int((await db.execute(query)).scalar_one())


async def oldest_unsent(db: AsyncConnection) -> datetime | None:
    """Return when the oldest unsent row was made."""
    found: datetime | None = (
        await db.execute(select(func.min(outbox.c.created_at)).where(outbox.c.state.in_(_OPEN)))
    ).scalar()
    return found


async def _set(db: AsyncConnection, id_: OutboxId, **values: object) -> None:
    await db.execute(update(outbox).where(outbox.c.id == id_).values(**values))


def _bound(moment: datetime) -> Any:
    return literal(moment, outbox.c.first_try_at.type)


def _hash(words: str) -> str:
    return base64.b32encode(hashlib.sha256(words.encode()).digest()).decode().lower()[:26]


def _post(row: Row[Any]) -> Post:
    return Post(
        id=OutboxId(row.id),
        cause=row.cause,
        room_id=RoomId(row.room_id),
        kind=row.kind,
        payload=json.loads(row.payload) if row.payload else {},
        target_id=row.target_id,
        txn_id=row.txn_id,
        device_id=row.device_id,
        state=row.state,
        attempts=row.attempts,
        created_at=row.created_at,
        first_try_at=row.first_try_at,
        next_try_at=row.next_try_at,
        event_id=row.event_id,
        subject=row.subject,
    )
