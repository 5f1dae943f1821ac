# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The queues of the outbox: what may be sent next in each room, and what goes first."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from method.ids import OutboxId
from storage.outbox import IS_NEW, IS_OPEN, Post, from_row
from storage.prepared import prepared
from storage.tables import gaps, outbox

#: What was promised for a time has causes that begin like this.
PROMISED: Final = "timer:"

#: A reaction to somebody's message; one to a message of ours names its row and waits for it.
_IS_RECEIPT: Final = and_(outbox.c.kind == "reaction", outbox.c.target_id.is_(None))


def lane(post: Post) -> str:
    """Return the queue the post stands in: in each room, receipts do not wait for messages."""
    return f"{post.room_id}{_REACTIONS if is_receipt(post) else _TALK}"


def is_receipt(post: Post) -> bool:
    """Is it a reaction to somebody's message? One to a message of ours waits for that."""
    return post.kind == "reaction" and post.target_id is None


async def heads(
    db: AsyncConnection, busy: Collection[str] = (), *, now: datetime, since: OutboxId | None = None
) -> list[Post]:
    """Return the first unsent rows of each lane that is not ``busy`` and not postponed: answers before promises.

    A room whose timeline has a gap waits: the gap may show that something was said already.

    Args:
        db: the connection.
        busy: lanes that are left out.
        now: the time.
        since: look only at rooms for which there is something newer than this row: ten thousand others may wait.
    """
    if since is not None:
        found = await db.execute(_NEW_HEADS, {"now": now, "since": since})
        return [post for post in map(from_row, found) if lane(post) not in busy]
    if busy:
        found = await db.execute(_HEADS_BUT, {"busy": list(busy), "now": now})
    else:
        found = await db.execute(_HEADS, {"now": now})
    return [from_row(row) for row in found]


async def newest(db: AsyncConnection) -> OutboxId:
    """Return the number of the newest row; 0 if there is none."""
    return OutboxId((await db.execute(_NEWEST)).scalar() or 0)


async def any_new(db: AsyncConnection) -> bool:
    """Is there a row that was never taken?"""
    return (await db.execute(_NEW)).first() is not None


async def next_try_at(db: AsyncConnection, *, now: datetime) -> datetime | None:
    """Return when the earliest postponed row is due."""
    found: datetime | None = (await db.execute(_NEXT, {"now": now})).scalar()
    return found


_REACTIONS: Final = " reactions"
_TALK: Final = " talk"
#: So many rows of a lane are taken at once. An edit or a deletion may still replace a message that waits, so
#: messages are taken one by one.
_AT_ONCE: Final = 20
#: So many rows are taken in one transaction.
_PAGE: Final = 400


#: Who has asked waits for the answer; what was promised for nine o'clock may come a few seconds after it.
_RANK: Final = case((outbox.c.cause.startswith(PROMISED), 1), else_=0)
_NOW: Final = bindparam("now", type_=outbox.c.next_try_at.type)
_NEW: Final = prepared(select(outbox.c.id).where(IS_NEW).limit(1))
_NEXT: Final = prepared(select(func.min(outbox.c.next_try_at)).where(IS_OPEN, outbox.c.next_try_at > _NOW))


def _heads(*conditions: ColumnElement[bool]) -> Select[Any]:
    lanes = (outbox.c.room_id, _IS_RECEIPT)
    blocked_until = func.max(outbox.c.next_try_at).over(partition_by=lanes, order_by=outbox.c.id)
    rows = (
        select(
            outbox.c.id,
            _IS_RECEIPT.label("receipt"),
            func.row_number().over(partition_by=lanes, order_by=outbox.c.id).label("place"),
            blocked_until.label("blocked_until"),
        )
        .where(IS_OPEN, outbox.c.room_id.not_in(select(gaps.c.room_id)), *conditions)
        .subquery()
    )
    first = select(rows.c.id).where(
        rows.c.place <= case((rows.c.receipt, _AT_ONCE), else_=1),
        or_(rows.c.blocked_until.is_(None), rows.c.blocked_until <= _NOW),
    )
    # On PostgreSQL, nobody cancels a row between the look and the mark that it is being sent.
    chosen = select(outbox).where(outbox.c.id.in_(first)).order_by(_RANK, outbox.c.id)
    return chosen.limit(_PAGE).with_for_update()


_LANE: Final = outbox.c.room_id + case((_IS_RECEIPT, _REACTIONS), else_=_TALK)
_HEADS: Final = prepared(_heads())
_NEW_HEADS: Final = prepared(
    _heads(outbox.c.room_id.in_(select(outbox.c.room_id).where(outbox.c.id > bindparam("since"))))
)
_NEWEST: Final = prepared(select(func.max(outbox.c.id)))
_HEADS_BUT: Final = _heads(_LANE.not_in(bindparam("busy", expanding=True)))
