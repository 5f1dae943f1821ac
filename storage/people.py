# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""People: who wrote with the bot, by a number that stands for the user id everywhere else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from sqlalchemy import bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import ReturningInsert

from method.ids import GroupId, PersonId, RoomId, UserId
from storage import upsert
from storage.prepared import prepared
from storage.rooms import Member
from storage.tables import members, people


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who used the bot."""

    id: PersonId
    user_id: UserId
    #: For direct messages; None: the group's.
    language: str | None
    #: The group that direct messages are about, once chosen.
    group_id: GroupId | None


async def find(db: AsyncConnection, user_id: UserId) -> Person | None:
    """Return the person, if we remember them."""
    row = (await db.execute(_FIND, {"user": user_id})).one_or_none()
    return from_row(row) if row else None


_FIND: Final = prepared(select(people).where(people.c.user_id == bindparam("user")))


async def get(db: AsyncConnection, person_id: PersonId) -> Person:
    """Return the person.

    Raises:
        LookupError: nobody has this number.
    """
    row = (await db.execute(select(people).where(people.c.id == person_id))).one_or_none()
    if row is None:
        raise LookupError(f"no person {person_id}")
    return from_row(row)


async def in_room(db: AsyncConnection, room_id: RoomId) -> dict[PersonId, Member]:
    """Return those who are in a room now, as far as we remember them."""
    return {
        PersonId(id_): Member(UserId(user_id), membership, name)
        for id_, user_id, membership, name in await db.execute(_IN_ROOM, {"room": room_id})
    }


_IN_ROOM: Final = prepared(
    select(people.c.id, members.c.user_id, members.c.membership, members.c.display_name)
    .join(members, members.c.user_id == people.c.user_id)
    .where(members.c.room_id == bindparam("room"), members.c.membership == "join")
)


async def get_or_add(db: AsyncConnection, user_id: UserId) -> Person:
    """Return the person; remember them from now on."""
    return from_row((await db.execute(_remember(db.dialect.name), {"user_id": user_id})).one())


@cache
def _remember(dialect: str) -> ReturningInsert[Any]:
    query = upsert.insert_for(dialect, people)
    # "Changes" the row that is there, so that it is returned in both cases.
    known = query.on_conflict_do_update(index_elements=["user_id"], set_={"user_id": query.excluded.user_id})
    return prepared(known.returning(*people.c))


async def set_language(db: AsyncConnection, person_id: PersonId, language: str | None) -> None:
    """Choose the language of direct messages; None: the group's."""
    await db.execute(update(people).where(people.c.id == person_id).values(language=language))


async def set_group(db: AsyncConnection, person_id: PersonId, group_id: GroupId | None) -> None:
    """Choose the group that direct messages are about."""
    await db.execute(update(people).where(people.c.id == person_id).values(group_id=group_id))


def from_row(row: Sequence[Any]) -> Person:
    """Return the person in a row of the table, whose columns are in their order."""
    id_, user_id, language, group_id = row
    return Person(id_, user_id, language, group_id)
