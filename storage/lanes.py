# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The queues of the outbox: what may be sent next in each room, and what goes first."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, bindparam, case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from method.ids import OutboxId, RoomId
from method.timers import PROMISED
from storage.outbox import IS_OPEN, Post, from_row
from storage.prepared import prepared
from storage.tables import gaps, outbox

#: A reaction to somebody's message; one to a message of ours names its row and waits for it.
_IS_RECEIPT: Final = and_(outbox.c.kind == "reaction", outbox.c.target_id.is_(None))


def lane(post: Post) -> str:
    """Return the queue the post stands in: in each room, receipts do not wait for messages."""
    return f"{post.room_id}{_REACTIONS if is_receipt(post) else _TALK}"


def is_receipt(post: Post) -> bool:
    """Is it a reaction to somebody's message? One to a message of ours waits for that."""
    return post.kind == "reaction" and post.target_id is None


def room_of(name: str) -> RoomId:
    """Return the room of a lane."""
    return RoomId(name.rpartition(" ")[0])


@dataclass(frozen=True, slots=True)
class Heads:
    """What a look at some rooms found."""

    #: The first unsent rows of each lane, oldest first: answers before promises.
    posts: Sequence[Post] = ()
    #: Lanes in which there is more, or something is on its way.
    more: frozenset[str] = frozenset()


async def rooms(db: AsyncConnection) -> list[RoomId]:
    """Return the rooms in which something waits, those first in which somebody has asked."""
    return [RoomId(room) for room in (await db.execute(_ROOMS)).scalars()]


async def all_rooms(db: AsyncConnection) -> list[RoomId]:
    """Return the same rooms in any order: five times quicker, where much waits."""
    return [RoomId(room) for room in (await db.execute(_ALL_ROOMS)).scalars()]


async def rooms_since(db: AsyncConnection, since: OutboxId) -> list[RoomId]:
    """Return the rooms for which there is something newer than this row, sent or not."""
    return [RoomId(room) for room in (await db.execute(_NEW_ROOMS, {"since": since})).scalars()]


async def heads(
    db: AsyncConnection,
    here: Collection[RoomId] = (),
    *,
    busy: Collection[str] = (),
    since: OutboxId | None = None,
) -> Heads:
    """Return the first unsent rows of each lane of these rooms that is not ``busy``.

    A room whose timeline has a gap waits: the gap may show that something was said already.

    Args:
        db: the connection.
        here: the rooms.
        busy: lanes that are left out.
        since: look at the rooms for which there is something newer than this row instead.
    """
    if since is None:
        found = await db.execute(_HEADS, {"rooms": list(here)})
    else:
        found = await db.execute(_NEW_HEADS, {"since": since})
    posts: list[Post] = []
    more: set[str] = set()
    for row in found:
        name = row.room_id + (_REACTIONS if row.receipt else _TALK)
        if row.is_more or name in busy:
            more.add(name)
        else:
            posts.append(from_row(row))
    return Heads(posts, frozenset(more))


async def newest(db: AsyncConnection) -> OutboxId:
    """Return the number of the newest row; 0 if there is none."""
    return OutboxId((await db.execute(_NEWEST)).scalar() or 0)


_REACTIONS: Final = " reactions"
_TALK: Final = " talk"
#: So many rows of a lane are taken at once. An edit or a deletion may still replace a message that waits, so
#: messages are taken one by one.
_AT_ONCE: Final = 20
#: Who has asked waits for the answer; what was promised for nine o'clock may come a few seconds after it.
_RANK: Final = case((outbox.c.cause.startswith(PROMISED), 1), else_=0)
_LANES: Final = (outbox.c.room_id, _IS_RECEIPT)


def _heads(where: ColumnElement[bool]) -> Select[Any]:
    place = func.row_number().over(partition_by=_LANES, order_by=outbox.c.id)
    rows = (
        select(outbox.c.id, _IS_RECEIPT.label("receipt"), place.label("place"))
        .where(IS_OPEN, outbox.c.room_id.not_in(select(gaps.c.room_id)), where)
        .subquery()
    )
    beyond = rows.c.place - case((rows.c.receipt, _AT_ONCE), else_=1)
    # On PostgreSQL, nobody cancels a row between the look and the mark that it is being sent.
    return (
        select(outbox, rows.c.receipt, (beyond > 0).label("is_more"))
        .join_from(rows, outbox, outbox.c.id == rows.c.id)
        .where(beyond <= 1)
        .order_by(_RANK, outbox.c.id)
        .with_for_update(of=outbox)
    )


_SINCE: Final = select(outbox.c.room_id).where(outbox.c.id > bindparam("since"))
_HEADS: Final = _heads(outbox.c.room_id.in_(bindparam("rooms", expanding=True)))
_NEW_HEADS: Final = prepared(_heads(outbox.c.room_id.in_(_SINCE)))
_NEW_ROOMS: Final = prepared(_SINCE.distinct())
_NEWEST: Final = prepared(select(func.max(outbox.c.id)))
_WITH_SOMETHING: Final = select(outbox.c.room_id).where(
    IS_OPEN, outbox.c.room_id.not_in(select(gaps.c.room_id))
)
_ALL_ROOMS: Final = prepared(_WITH_SOMETHING.distinct())
_ROOMS: Final = prepared(
    _WITH_SOMETHING.group_by(outbox.c.room_id).order_by(func.min(_RANK), func.min(outbox.c.id))
)
