# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What is to be said: a frozen payload for each cause, sent once and in order."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, and_, bindparam, exists, func, literal_column, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import ReturningInsert

from method.ids import EventId, OutboxId, RoomId
from storage import upsert
from storage.prepared import prepared
from storage.tables import outbox

#: A message longer than this is sent in parts (bytes of UTF-8; encryption adds about 40 %).
PART_BYTES: Final = 16 * 1024
#: The subject of an edit that mentions somebody: they are notified by that edit and by no other.
CALL: Final = "call"

#: Whatever is still to be sent has its payload, and only that stands in the index; what is not new is being tried.
#: Asked for state = 'new', SQLite would read all that waits where it need not.
IS_NEW: Final = and_(outbox.c.payload.is_not(None), outbox.c.state != "trying")
#: As part of the statement: values of a list are not known when it is compiled. With OR, SQLite would read all that
#: is open for each look at one room.
_OPEN: Final[list[ColumnElement[str]]] = [literal_column(f"'{state}'") for state in ("new", "trying")]
IS_OPEN: Final = and_(outbox.c.payload.is_not(None), outbox.c.state.in_(_OPEN))


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

    An edit that has not been sent yet is replaced by a newer edit of the same post, unless it calls somebody.
    """
    if kind == "event" and target is not None:
        await db.execute(_CANCEL_STALE, {"edited": target, "newer": cause})
    values = _values(cause, room_id, kind, payload, target, subject, now)
    return OutboxId((await db.execute(_enqueue(db.dialect.name), values)).scalar_one())


_CANCEL_STALE: Final = prepared(
    update(outbox)
    .where(
        outbox.c.target_id == bindparam("edited"),
        outbox.c.payload.is_not(None),
        # Both stand in the index; a board that was edited for years has few edits that wait.
        outbox.c.state == "new",
        outbox.c.kind == "event",
        outbox.c.cause != bindparam("newer"),
        outbox.c.subject.is_distinct_from(CALL),
    )
    .values(state="cancelled", payload=None)
)


async def react(
    db: AsyncConnection,
    reactions: Mapping[str, Mapping[str, Any]],
    room_id: RoomId,
    *,
    target: OutboxId,
    now: datetime,
) -> None:
    """Enqueue reactions to a post of ours, by their causes, in their order."""
    rows = [
        _values(cause, room_id, "reaction", payload, target, None, now)
        for cause, payload in reactions.items()
    ]
    if rows:
        await db.execute(_enqueue_all(db.dialect.name), rows)


def _values(
    cause: str,
    room_id: RoomId,
    kind: str,
    payload: Mapping[str, Any],
    target: OutboxId | None,
    subject: str | None,
    now: datetime,
) -> dict[str, Any]:
    return {
        "cause": cause,
        "room_id": room_id,
        "kind": kind,
        "payload": json.dumps(payload, ensure_ascii=False).encode(),
        "target_id": target,
        "state": "new",
        "attempts": 0,
        "created_at": now,
        "subject": subject,
    }


@cache
def _enqueue_all(dialect: str) -> upsert.Insert:
    query = upsert.insert_for(dialect, outbox)
    # "Changes" the row that is there, so that its id is returned where that is wanted.
    return prepared(
        query.on_conflict_do_update(index_elements=["cause"], set_={"cause": query.excluded.cause})
    )


@cache
def _enqueue(dialect: str) -> ReturningInsert[int]:
    return prepared(_enqueue_all(dialect).returning(outbox.c.id))


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


async def without_event(db: AsyncConnection, room_id: RoomId) -> list[Post]:
    """Return the rows of a room of which we do not know what event they became, if any; oldest first."""
    query = select(outbox).where(outbox.c.room_id == room_id, outbox.c.event_id.is_(None))
    return [from_row(row) for row in await db.execute(query.order_by(outbox.c.id))]


async def by_ids(db: AsyncConnection, ids: Collection[OutboxId]) -> dict[OutboxId, Post]:
    """Return rows by id."""
    return {id_: await get(db, id_) for id_ in ids}


async def get(db: AsyncConnection, id_: OutboxId) -> Post:
    """Return a row.

    Raises:
        LookupError: there is none.
    """
    row = (await db.execute(_GET, {"post": id_})).one_or_none()
    if row is None:
        raise LookupError(f"no post {id_}")
    return from_row(row)


_GET: Final = prepared(select(outbox).where(outbox.c.id == bindparam("post")))


async def by_event(db: AsyncConnection, event_id: EventId) -> Post | None:
    """Return the post that became this event."""
    row = (await db.execute(_BY_EVENT, {"event": event_id})).first()
    return from_row(row) if row else None


_BY_EVENT: Final = prepared(select(outbox).where(outbox.c.event_id == bindparam("event")))


async def about(db: AsyncConnection, subject: str) -> list[Post]:
    """Return the posts with this subject, oldest first."""
    return [from_row(row) for row in await db.execute(_BY_SUBJECT, {"about": subject})]


_BY_SUBJECT: Final = prepared(
    select(outbox).where(outbox.c.subject == bindparam("about")).order_by(outbox.c.id)
)


async def take_back(db: AsyncConnection, subject: str) -> list[Post]:
    """Cancel the unsent posts below this subject ("item:12" is above "item:12:text"), and their edits.

    Return those that were sent, or may have been, and are still to be seen: an edit stays when its post is deleted.
    """
    event = outbox.c.kind.in_(("event", "file"))
    ids = select(outbox.c.id).where(event, is_below(db.dialect.name, subject))
    below = event & or_(outbox.c.id.in_(ids), outbox.c.target_id.in_(ids))
    await db.execute(update(outbox).where(below, IS_NEW).values(state="cancelled", payload=None))
    query = select(outbox).where(below, outbox.c.state.in_(("trying", "sent")), ~IS_TAKEN_BACK)
    return [from_row(row) for row in await db.execute(query.order_by(outbox.c.id))]


def saying(above: str, words: str) -> str:
    """Return the subject of a post, or of an edit of it, that says these words."""
    return f"{above}:{hashlib.blake2b(words.encode(), digest_size=8).hexdigest()}"


async def said_last(db: AsyncConnection, post: Post) -> str | None:
    """Return the subject of the newest edit of a post; that of the post if it was never edited."""
    edits = select(outbox.c.subject).where(outbox.c.target_id == post.id, outbox.c.kind == "event")
    return await db.scalar(edits.order_by(outbox.c.id.desc()).limit(1)) or post.subject


def is_below(dialect: str, subject: str) -> ColumnElement[bool]:
    """Return the condition that a post's subject stands below this one."""
    if dialect == "sqlite":
        # Its LIKE uses no index; ";" follows ":".
        return outbox.c.subject.between(f"{subject}:", f"{subject};")
    return outbox.c.subject.startswith(f"{subject}:", autoescape=True)


_REDACTION: Final = outbox.alias()
#: We have deleted the event that the post became, or shall.
IS_TAKEN_BACK: Final = exists().where(_REDACTION.c.target_id == outbox.c.id, _REDACTION.c.kind == "redaction")


async def mark_trying(
    db: AsyncConnection, posts: Sequence[tuple[Post, str]], device_id: str, *, now: datetime
) -> None:
    """Remember before the requests that they are made, under these transaction ids."""
    rows = [
        {"post": post.id, "txn": txn, "device": device_id, "at": post.first_try_at or now}
        for post, txn in posts
    ]
    if rows:
        await db.execute(_TRYING, rows)


async def mark_sent(db: AsyncConnection, posts: Sequence[tuple[OutboxId, EventId | None]]) -> None:
    """The homeserver has them; what was said is no longer kept."""
    if posts:
        await db.execute(_SENT, [{"post": id_, "event": event_id} for id_, event_id in posts])


_TRYING: Final = prepared(
    update(outbox)
    .where(outbox.c.id == bindparam("post"), IS_OPEN)
    .values(
        state="trying",
        txn_id=bindparam("txn"),
        device_id=bindparam("device"),
        first_try_at=bindparam("at"),
        attempts=outbox.c.attempts + 1,
    )
)
_SENT: Final = prepared(
    update(outbox)
    .where(outbox.c.id == bindparam("post"))
    .values(state="sent", event_id=bindparam("event"), payload=None, error=None, next_try_at=None)
)


async def mark_dead(db: AsyncConnection, id_: OutboxId, error: str) -> None:
    """It will never be sent; what was sent or taken back stays that."""
    query = update(outbox).where(outbox.c.id == id_, IS_OPEN)
    await db.execute(query.values(state="dead", error=error, payload=None, next_try_at=None))


async def postpone(db: AsyncConnection, id_: OutboxId, until: datetime, error: str) -> None:
    """Try again later."""
    await db.execute(update(outbox).where(outbox.c.id == id_).values(next_try_at=until, error=error))


async def hasten(db: AsyncConnection, *, until: datetime) -> None:
    """Let nothing wait longer than until then: a clock that went back would make minutes into days."""
    late = IS_OPEN & (outbox.c.next_try_at > until)
    await db.execute(update(outbox).where(late).values(next_try_at=until))


async def abandon_room(db: AsyncConnection, room_id: RoomId, reason: str) -> None:
    """Nothing more can be said in this room: we have left it, or were made to."""
    said = outbox.c.kind.in_(("event", "file", "reaction", "redaction", "pin"))
    open_ = (outbox.c.room_id == room_id) & IS_OPEN & said
    await db.execute(update(outbox).where(open_).values(state="dead", error=reason, payload=None))


async def move(db: AsyncConnection, old: RoomId, new: RoomId) -> None:
    """Say in the new room what was not yet tried in the old one."""
    said = outbox.c.kind.in_(("event", "file")) & outbox.c.target_id.is_(None)
    waits = and_(outbox.c.room_id == old, IS_OPEN, IS_NEW, said)
    await db.execute(update(outbox).where(waits).values(room_id=new))


async def unsent(db: AsyncConnection) -> int:
    """Return how many rows wait to be sent."""
    query = select(func.count()).where(IS_OPEN)
    return int((await db.execute(query)).scalar_one())


async def oldest_unsent(db: AsyncConnection) -> datetime | None:
    """Return when the oldest unsent row was made."""
    found: datetime | None = await db.scalar(select(func.min(outbox.c.created_at)).where(IS_OPEN))
    return found


def _hash(words: str) -> str:
    return base64.b32encode(hashlib.sha256(words.encode()).digest()).decode().lower()[:26]


def from_row(row: Row[Any]) -> Post:
    """Return the post in a row of the table."""
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
