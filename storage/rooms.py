# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Rooms as the homeserver describes them: membership, members, power levels, encryption."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import bindparam, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from method.ids import GroupId, RoomId, UserId
from method.power import Powers
from storage import upsert
from storage.prepared import prepared
from storage.tables import members as members_table
from storage.tables import room_state, rooms


@dataclass(frozen=True, slots=True)
class Room:
    """A room we are or were in, or are invited to."""

    room_id: RoomId
    group_id: GroupId | None
    #: For one person and the bot.
    direct: bool
    #: Ours: invite, join, leave, ban.
    membership: str
    encrypted: bool
    members_complete: bool
    upgraded_to: RoomId | None


@dataclass(frozen=True, slots=True)
class Member:
    """A person in a room."""

    user_id: UserId
    membership: str
    display_name: str | None

    @property
    def name(self) -> str:
        """The display name, or the user id where there is none."""
        return self.display_name or self.user_id


@dataclass(frozen=True, slots=True)
class State:
    """A state event: content and who set it."""

    content: Mapping[str, Any]
    sender: UserId


async def find(db: AsyncConnection, room_id: RoomId) -> Room | None:
    """Return the room."""
    row = (await db.execute(_FIND, {"room": room_id})).one_or_none()
    return from_row(row) if row else None


_FIND: Final = prepared(select(rooms).where(rooms.c.room_id == bindparam("room")))


async def get(db: AsyncConnection, room_id: RoomId) -> Room:
    """Return the room.

    Raises:
        LookupError: we were never there.
    """
    room = await find(db, room_id)
    if room is None:
        raise LookupError("unknown room")
    return room


async def by_ids(db: AsyncConnection, room_ids: Collection[RoomId]) -> dict[RoomId, Room]:
    """Return the rooms we know among these."""
    if len(room_ids) == 1:
        # As it is where little happens, and much cheaper.
        only = await find(db, next(iter(room_ids)))
        return {only.room_id: only} if only else {}
    found = await db.execute(select(rooms).where(rooms.c.room_id.in_(room_ids)))
    return {room.room_id: room for room in map(from_row, found)}


async def see(db: AsyncConnection, room_id: str, membership: str) -> None:
    """Remember our membership of a room, known or new."""
    values = {"room_id": room_id, "membership": membership, "direct": False, "members_complete": False}
    await db.execute(_see(db.dialect.name), values)


@cache
def _see(dialect: str) -> upsert.Insert:
    query = upsert.insert_for(dialect, rooms)
    new = {"membership": query.excluded.membership}
    return prepared(query.on_conflict_do_update(index_elements=["room_id"], set_=new))


async def of_group(db: AsyncConnection, group_id: GroupId) -> RoomId:
    """Return the room in which the group meets now.

    Raises:
        LookupError: we are in none of its rooms.
    """
    found = await find_of_group(db, group_id)
    if found is None:
        raise LookupError(f"group {group_id} has no room")
    return found


async def find_of_group(db: AsyncConnection, group_id: GroupId) -> RoomId | None:
    """Return the same; None if we are in none of its rooms."""
    found = (await db.execute(_OF_GROUP, {"group": group_id})).first()
    return RoomId(found[0]) if found else None


_OF_GROUP: Final = prepared(
    select(rooms.c.room_id)
    .where(rooms.c.group_id == bindparam("group"), rooms.c.membership == "join")
    # Until we are in the new room, the group meets in the old one.
    .order_by(rooms.c.upgraded_to.is_not(None))
    .limit(1)
)


async def joined(db: AsyncConnection) -> list[Room]:
    """Return the rooms we are in."""
    query = select(rooms).where(rooms.c.membership == "join")
    return [from_row(row) for row in await db.execute(query)]


async def set_group(db: AsyncConnection, room_id: RoomId, group_id: GroupId) -> None:
    """Let the group meet in this room."""
    await db.execute(_SET_GROUP, {"room": room_id, "group": group_id})


async def set_direct(db: AsyncConnection, room_id: RoomId, *, direct: bool) -> None:
    """Mark the room as one for a single person and us."""
    await db.execute(_SET_DIRECT, {"room": room_id, "is_direct": direct})


_THIS: Final = update(rooms).where(rooms.c.room_id == bindparam("room"))
_SET_GROUP: Final = prepared(_THIS.values(group_id=bindparam("group"), direct=False))
_SET_DIRECT: Final = prepared(_THIS.values(direct=bindparam("is_direct")))


async def set_upgraded(db: AsyncConnection, room_id: RoomId, to: RoomId | None) -> None:
    """The room has been replaced; None: it has not."""
    await db.execute(update(rooms).where(rooms.c.room_id == room_id).values(upgraded_to=to))


async def replaced_by(db: AsyncConnection, room_id: RoomId) -> Room | None:
    """Return the room whose replacement ``room_id`` is."""
    row = (await db.execute(_REPLACED_BY, {"room": room_id})).first()
    return from_row(row) if row else None


_REPLACED_BY: Final = prepared(select(rooms).where(rooms.c.upgraded_to == bindparam("room")))


async def set_encrypted(db: AsyncConnection, room_id: str, *, now: datetime) -> None:
    """From now on, and for ever, the room is encrypted."""
    fresh = (rooms.c.room_id == room_id) & rooms.c.encrypted_at.is_(None)
    await db.execute(update(rooms).where(fresh).values(encrypted_at=now))


# --- members -------------------------------------------------------------------------------------


async def apply_members(db: AsyncConnection, room_id: str, changes: Iterable[Member]) -> None:
    """Take over membership events, oldest first."""
    latest = {m.user_id: m for m in changes}
    if not latest:
        return
    rows = [
        {"room_id": room_id, "user_id": m.user_id, "membership": m.membership, "display_name": m.display_name}
        for m in latest.values()
    ]
    await db.execute(_put_members(db.dialect.name), rows)


@cache
def _put_members(dialect: str) -> upsert.Insert:
    query = upsert.insert_for(dialect, members_table)
    new = {"membership": query.excluded.membership, "display_name": query.excluded.display_name}
    return prepared(query.on_conflict_do_update(index_elements=["room_id", "user_id"], set_=new))


async def replace_members(db: AsyncConnection, room_id: RoomId, everybody: Iterable[Member]) -> None:
    """Take over the complete list of those joined and invited."""
    await db.execute(_NO_MEMBERS, {"room": room_id})
    await apply_members(db, room_id, everybody)
    await db.execute(_COMPLETE, {"room": room_id})


_NO_MEMBERS: Final = prepared(delete(members_table).where(members_table.c.room_id == bindparam("room")))
_COMPLETE: Final = prepared(_THIS.values(members_complete=True))


async def doubt_members(db: AsyncConnection, room_id: str) -> None:
    """Members may have changed unseen (a limited timeline with lazy loading)."""
    await db.execute(update(rooms).where(rooms.c.room_id == room_id).values(members_complete=False))


async def members(db: AsyncConnection, room_id: RoomId) -> list[Member]:
    """Return those joined and invited, as far as we know, by user id."""
    return [
        Member(UserId(row.user_id), row.membership, row.display_name)
        for row in await db.execute(_MEMBERS, {"room": room_id})
    ]


_HERE: Final = members_table.c.room_id == bindparam("room")
_IS_IN: Final = members_table.c.membership == "join"
_MEMBERS: Final = prepared(
    select(members_table)
    .where(_HERE, or_(_IS_IN, members_table.c.membership == "invite"))
    .order_by(members_table.c.user_id)
)


async def member(db: AsyncConnection, room_id: RoomId, user_id: UserId) -> Member | None:
    """Return one person's membership, whatever it is."""
    query = select(members_table).where(
        members_table.c.room_id == room_id, members_table.c.user_id == user_id
    )
    row = (await db.execute(query)).one_or_none()
    return Member(UserId(row.user_id), row.membership, row.display_name) if row else None


async def elsewhere(db: AsyncConnection, group_id: GroupId, user_id: UserId, *, but: RoomId) -> set[str]:
    """Return the memberships of a person in the group's rooms but for one: a group may have moved."""
    query = (
        select(members_table.c.membership)
        .join(rooms, rooms.c.room_id == members_table.c.room_id)
        .where(rooms.c.group_id == group_id, rooms.c.room_id != but, members_table.c.user_id == user_id)
    )
    return set(await db.scalars(query))


async def joined_count(db: AsyncConnection, room_id: RoomId) -> int:
    """Return how many we know to be in the room, ourselves included."""
    return int((await db.execute(_JOINED, {"room": room_id})).scalar_one())


_JOINED: Final = prepared(select(func.count()).where(_HERE, _IS_IN))


# --- state ---------------------------------------------------------------------------------------


async def apply_state(db: AsyncConnection, room_id: str, events: Iterable[Mapping[str, Any]]) -> None:
    """Take over raw state events, oldest first; shapes were checked by the pump."""
    latest = {(e["type"], e["state_key"]): e for e in events}
    if not latest:
        return
    rows = [
        {
            "room_id": room_id,
            "type": type_,
            "state_key": key,
            "event_id": e.get("event_id"),
            "sender": e["sender"],
            "content": json.dumps(e["content"]).encode(),
        }
        for (type_, key), e in latest.items()
    ]
    await db.execute(_put_state(db.dialect.name), rows)


@cache
def _put_state(dialect: str) -> upsert.Insert:
    query = upsert.insert_for(dialect, room_state)
    new = {name: query.excluded[name] for name in ("event_id", "sender", "content")}
    return prepared(query.on_conflict_do_update(index_elements=["room_id", "type", "state_key"], set_=new))


async def state(db: AsyncConnection, room_id: RoomId, type_: str, key: str = "") -> State | None:
    """Return a state event of the room."""
    row = (await db.execute(_STATE, {"room": room_id, "kind": type_, "name": key})).one_or_none()
    return State(json.loads(row.content), UserId(row.sender)) if row else None


_STATE: Final = prepared(
    select(room_state.c.content, room_state.c.sender).where(
        room_state.c.room_id == bindparam("room"),
        room_state.c.type == bindparam("kind"),
        room_state.c.state_key == bindparam("name"),
    )
)


async def powers(db: AsyncConnection, room_id: RoomId) -> Powers:
    """Return the room's power levels."""
    create = await state(db, room_id, "m.room.create")
    levels = await state(db, room_id, "m.room.power_levels")
    return Powers.of_room(
        create.content if create else {}, create.sender if create else "", levels.content if levels else None
    )


async def forget(db: AsyncConnection, room_id: RoomId) -> None:
    """Forget a room that we never joined."""
    for table in (room_state, members_table, rooms):
        await db.execute(delete(table).where(table.c.room_id == room_id))


def from_row(row: Sequence[Any]) -> Room:
    """Return the room in a row of the table, whose columns are in their order."""
    room_id, group_id, direct, membership, encrypted_at, members_complete, upgraded_to = row
    return Room(
        room_id=RoomId(room_id),
        group_id=group_id,
        direct=direct,
        membership=membership,
        encrypted=encrypted_at is not None,
        members_complete=members_complete,
        upgraded_to=upgraded_to,
    )
