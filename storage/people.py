# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""People: who wrote with the bot, by a number that stands for the user id everywhere else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import ReturningInsert

from method.ids import GroupId, PersonId, RoomId, UserId
from storage import groups, upsert
from storage.prepared import prepared
from storage.rooms import Member
from storage.tables import changes, items, members, notes, people, questions, rooms, supports


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
    return await _one(db, people.c.user_id == user_id)


async def get(db: AsyncConnection, person_id: PersonId) -> Person:
    """Return the person.

    Raises:
        LookupError: nobody has this number.
    """
    person = await _one(db, people.c.id == person_id)
    if person is None:
        raise LookupError(f"no person {person_id}")
    return person


async def in_room(db: AsyncConnection, room_id: RoomId) -> dict[PersonId, Member]:
    """Return those who are in a room now, as far as we remember them."""
    query = (
        select(people.c.id, members.c.user_id, members.c.membership, members.c.display_name)
        .join(members, members.c.user_id == people.c.user_id)
        .where(members.c.room_id == room_id, members.c.membership == "join")
    )
    return {
        PersonId(row.id): Member(UserId(row.user_id), row.membership, row.display_name)
        for row in await db.execute(query)
    }


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


async def leave(db: AsyncConnection, group_id: GroupId, person: Person) -> None:
    """Forget what ties the person to the group: they have left it, or want to.

    Entries stay, without their author. What other parts of the program keep of a person for a group is
    deleted here too. Only the mark that they were greeted stays, or coming back would greet them again.
    """
    await _cut_entries(db, group_id, person.id)
    here = select(rooms.c.room_id).where(rooms.c.group_id == group_id)
    asked = (questions.c.person_id == person.id) & questions.c.room_id.in_(here)
    await db.execute(delete(questions).where(asked))
    if person.group_id == group_id:
        await set_group(db, person.id, None)
    if all(group.id == group_id for group in await groups.of_member(db, person.user_id)):
        # A language is for all groups: it goes with the last one, and so do questions in direct messages.
        await set_language(db, person.id, None)
        await db.execute(delete(questions).where(questions.c.person_id == person.id))


async def _cut_entries(db: AsyncConnection, group_id: GroupId, person_id: PersonId) -> None:
    in_group = select(items.c.id).where(items.c.group_id == group_id)
    nobody = {"author_id": None}
    await db.execute(
        update(items).where(items.c.group_id == group_id, items.c.author_id == person_id).values(nobody)
    )
    await db.execute(
        update(notes).where(notes.c.item_id.in_(in_group), notes.c.author_id == person_id).values(nobody)
    )
    await db.execute(delete(changes).where(changes.c.group_id == group_id, changes.c.person_id == person_id))
    await db.execute(
        delete(supports).where(supports.c.item_id.in_(in_group), supports.c.person_id == person_id)
    )


async def _one(db: AsyncConnection, condition: ColumnElement[bool]) -> Person | None:
    row = (await db.execute(select(people).where(condition))).one_or_none()
    return from_row(row) if row else None


def from_row(row: Sequence[Any]) -> Person:
    """Return the person in a row of the table, whose columns are in their order."""
    id_, user_id, language, group_id = row
    return Person(id_, user_id, language, group_id)
