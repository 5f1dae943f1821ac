# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Direct rooms: each for one person and us; and those that are still to be opened."""

from __future__ import annotations

from typing import Final

from sqlalchemy import bindparam, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from method.ids import RoomId, UserId
from storage.prepared import prepared
from storage.tables import members, outbox, rooms

#: No room id begins like this (they begin with "!").
_UNOPENED: Final = "~"


def unopened(user_id: UserId) -> RoomId:
    """Return what stands for a room that does not exist yet: whoever sends there opens it first."""
    return RoomId(f"{_UNOPENED}{user_id}")


def awaited_by(room_id: RoomId) -> UserId | None:
    """Return for whom this room is still to be opened; None if it is a room."""
    return UserId(room_id.removeprefix(_UNOPENED)) if room_id.startswith(_UNOPENED) else None


async def room_with(db: AsyncConnection, user_id: UserId) -> RoomId | None:
    """Return the room for this person and us; where they were only invited so far, it is that one."""
    found = (await db.execute(_ROOM_WITH, {"user": user_id})).first()
    return RoomId(found[0]) if found else None


async def left_by(db: AsyncConnection, user_id: UserId) -> int:
    """Return how many rooms for them and us the person has left or never entered."""
    query = _WITH.where(members.c.membership.in_(("leave", "ban"))).with_only_columns(func.count())
    return int((await db.execute(query, {"user": user_id})).scalar_one())


async def open_posts(db: AsyncConnection, user_id: UserId, room_id: RoomId) -> None:
    """The room was opened: what waits for it is said there, as if it had not been tried."""
    waiting = (outbox.c.room_id == unopened(user_id)) & outbox.c.payload.is_not(None)
    fresh = {"state": "new", "txn_id": None, "attempts": 0, "first_try_at": None, "next_try_at": None}
    await db.execute(update(outbox).where(waiting).values(room_id=room_id, **fresh))


_WITH: Final = (
    select(rooms.c.room_id)
    .join(members, members.c.room_id == rooms.c.room_id)
    .where(rooms.c.direct, members.c.user_id == bindparam("user"))
)
_ROOM_WITH: Final = prepared(
    _WITH.where(
        or_(members.c.membership == "join", members.c.membership == "invite"),
        rooms.c.membership == "join",
        rooms.c.upgraded_to.is_(None),
    ).order_by(members.c.membership.desc(), rooms.c.room_id)
)
