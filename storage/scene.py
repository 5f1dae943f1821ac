# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who speaks where: a room, its group and a person, in one query for each event or promise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from method.ids import GroupId, RoomId, UserId
from storage import groups, people, rooms
from storage.groups import Group
from storage.people import Person
from storage.prepared import prepared
from storage.rooms import Room
from storage.tables import groups as groups_table
from storage.tables import people as people_table
from storage.tables import rooms as rooms_table


@dataclass(frozen=True, slots=True)
class Scene:
    """Where something happens and who does it."""

    room: Room
    #: The group that meets in the room.
    group: Group | None
    #: What we remember of the person.
    person: Person | None


_ROOM, _GROUP = len(rooms_table.c), len(groups_table.c)
_QUERY: Final = prepared(
    select(rooms_table, groups_table, people_table)
    .outerjoin_from(rooms_table, groups_table, groups_table.c.id == rooms_table.c.group_id)
    .outerjoin(people_table, people_table.c.user_id == bindparam("user"))
    .where(rooms_table.c.room_id == bindparam("room"))
)


_OF_GROUP: Final = prepared(
    select(rooms_table, groups_table)
    .join_from(rooms_table, groups_table, groups_table.c.id == rooms_table.c.group_id)
    .where(rooms_table.c.group_id == bindparam("group"), rooms_table.c.membership == "join")
    # Until we are in the new room, the group meets in the old one.
    .order_by(rooms_table.c.upgraded_to.is_not(None))
    .limit(1)
)


async def of_group(db: AsyncConnection, group_id: GroupId) -> Scene:
    """Return the group and the room in which it meets now, for something that nobody has said.

    Raises:
        LookupError: we are in none of its rooms.
    """
    row = (await db.execute(_OF_GROUP, {"group": group_id})).first()
    if row is None:
        raise LookupError(f"group {group_id} has no room")
    return Scene(rooms.from_row(row[:_ROOM]), groups.from_row(row[_ROOM:]), None)


async def get(db: AsyncConnection, room_id: RoomId, user_id: UserId) -> Scene:
    """Return the room with its group, and the person if we remember them.

    Raises:
        LookupError: we were never in this room.
    """
    row = (await db.execute(_QUERY, {"room": room_id, "user": user_id})).one_or_none()
    if row is None:
        raise LookupError("unknown room")
    group, person = row[_ROOM : _ROOM + _GROUP], row[_ROOM + _GROUP :]
    return Scene(
        rooms.from_row(row[:_ROOM]),
        groups.from_row(group) if group[0] is not None else None,
        people.from_row(person) if person[0] is not None else None,
    )
