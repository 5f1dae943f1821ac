# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Everything connected with one account: to show it to its owner, and to forget it.

Tables are not listed here but found: every column that refers to a person (``links``). What a table without
an own rule does when a person is forgotten follows from it: a link that may be empty is cut and the row stays,
any other row goes with the person.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, LargeBinary, Row, Select, Table, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from method.ids import GroupId, ItemId, NoteId, PersonId, UserId
from method.items import Kind, Label
from storage import digests, groups, histories, people, reminders, retros, tasks, traces
from storage.tables import groups as groups_table
from storage.tables import (
    inbox,
    items,
    members,
    metadata,
    newcomers,
    notes,
    poll_options,
    polls,
    questions,
    reminder_people,
    rooms,
)
from storage.tables import people as people_table
from storage.tables import reminders as reminders_table

FORMAT: Final = "tafelrunde-personal-data"
VERSION: Final = 1

#: The groups' names and the labels of items stand for these columns in what the owner reads.
_NAMED: Final = {"group_id": "group", "item_id": "item", "target_id": "target", "poll_id": "poll"}
#: What stands beside a person but says something about the group: of an open secret poll it would be a running sum.
_OF_THE_GROUP: Final = frozenset({polls.c.people, poll_options.c.votes})

#: Beside a private reminder stands whose words it repeats: that somebody has put these off is theirs alone.
_JOINED: Final = reminder_people.c.reminder_id.not_in(
    select(reminders_table.c.id).where(reminders_table.c.private)
)


@dataclass(frozen=True, slots=True)
class Link:
    """A column that refers to a person."""

    table: Table
    column: Column[Any]

    @property
    def may_be_cut(self) -> bool:
        """May the row stay without the person?"""
        return bool(self.column.nullable) and not self.column.primary_key

    def of_group(self, group_id: GroupId) -> ColumnElement[bool] | None:
        """Return which rows of the table belong to a group; None: it knows no groups."""
        return traces.of_group(self.table, group_id)


def links() -> list[Link]:
    """Return every column that refers to a person, of dependent tables first."""
    return [
        Link(table, column)
        for table in reversed(metadata.sorted_tables)
        for column in table.c
        if column.references(people_table.c.id)
    ]


async def written(
    db: AsyncConnection, person_id: PersonId
) -> tuple[list[ItemId], list[tuple[ItemId, NoteId]]]:
    """Return the items of a person, and the notes (each with the item it belongs to)."""
    own = await db.scalars(select(items.c.id).where(items.c.author_id == person_id))
    added = await db.execute(select(notes.c.item_id, notes.c.id).where(notes.c.author_id == person_id))
    return [ItemId(found) for found in own], [(row.item_id, row.id) for row in added]


# --- forgetting ----------------------------------------------------------------------------------


async def forget(db: AsyncConnection, user_id: UserId) -> dict[str, int]:
    """Forget the person: links, 👍, questions, what can be taken back, preferences. Return rows by table."""
    counts = await traces.wipe(db, user_id)
    person = await people.find(db, user_id)
    if person is not None:
        counts["tasks"] = await tasks.release(db, person.id)
        counts["digest_names"] = await digests.unname(db, person.id)
        counts["retro_cards"] = await retros.forget(db, person.id)
        await reminders.forget_words(db, person.id)
        for link in links():
            counts[link.table.name] = counts.get(link.table.name, 0) + await _unlink(db, link, person.id)
        gone = await db.execute(delete(people_table).where(people_table.c.id == person.id))
        counts["people"] = gone.rowcount
    return {name: count for name, count in counts.items() if count}


async def leave(db: AsyncConnection, user_id: UserId, group_id: GroupId) -> dict[str, int]:
    """Cut what ties a person to a group they have left, or want to leave. Return rows by table.

    With the last group go the settings for all groups; until then reminders of theirs alone go on in another one.
    That they were greeted is known until the night, or coming back at once would greet them again.
    """
    person = await people.find(db, user_id)
    if person is None:
        return {}
    last = all(group.id == group_id for group in await groups.of_member(db, user_id))
    await reminders.move_on(db, group_id, person.id)
    await reminders.forget_words(db, person.id, group_id)
    counts = await traces.part(db, user_id, group_id)
    released = await tasks.release(db, person.id, group_id)
    unnamed = await digests.unname(db, person.id, group_id)
    for link in links():
        here = link.of_group(group_id)
        if link.table is newcomers or (here is None and not last):
            continue
        conditions = () if last or here is None else (here,)
        counts[link.table.name] = await _unlink(db, link, person.id, *conditions)
    in_group = questions.c.room_id.in_(select(rooms.c.room_id).where(rooms.c.group_id == group_id))
    counts["tasks"] = counts.get("tasks", 0) + released
    counts["digest_names"] = counts.get("digest_names", 0) + unnamed
    asked = await db.execute(delete(questions).where(questions.c.person_id == person.id, in_group))
    counts["questions"] = counts.get("questions", 0) + asked.rowcount
    if person.group_id == group_id:
        await people.set_group(db, person.id, None)
    if last:
        await people.set_language(db, person.id, None)
    return {name: count for name, count in counts.items() if count}


async def gone(db: AsyncConnection) -> list[UserId]:
    """Return those we remember who are, as far as we know, in no group with us any more."""
    present = (
        select(members.c.user_id)
        .join(rooms, rooms.c.room_id == members.c.room_id)
        .where(members.c.membership.in_(("join", "invite")), rooms.c.group_id.is_not(None))
    )
    query = select(people_table.c.user_id).where(people_table.c.user_id.not_in(present))
    return [UserId(found) for found in await db.scalars(query)]


async def _unlink(
    db: AsyncConnection, link: Link, person_id: PersonId, *conditions: ColumnElement[bool]
) -> int:
    own = (link.column == person_id, *conditions)
    if link.may_be_cut:
        query = update(link.table).where(*own).values({link.column.name: None})
        return (await db.execute(query)).rowcount
    return (await db.execute(delete(link.table).where(*own))).rowcount


# --- showing -------------------------------------------------------------------------------------


async def everything(db: AsyncConnection, user_id: UserId, *, now: datetime) -> dict[str, Any]:
    """Return everything connected with the account over all groups, as a JSON object.

    ``account`` is the user id, ``made`` the moment. ``data`` has a list for each table in which there is
    something: the rows of ours that refer to the person, with groups and items by name instead of number, what
    histories tell of them, and ``memberships`` as the homeserver tells them. Of others' words nothing is in it.
    """
    person = await people.find(db, user_id)
    data: dict[str, list[dict[str, Any]]] = {}
    if person is not None:
        data["people"] = await _rows(db, select(people_table).where(people_table.c.id == person.id))
        for link in reversed(links()):
            own = (link.column == person.id, *([_JOINED] if link.table is reminder_people else []))
            found = await _rows(db, select(link.table).where(*own))
            data.setdefault(link.table.name, []).extend(found)
        data["item_events"] = await _rows(db, histories.of_person(person.id))
    data["memberships"] = await _rows(
        db,
        select(members.c.room_id, rooms.c.group_id, members.c.membership, members.c.display_name)
        .join(rooms, rooms.c.room_id == members.c.room_id)
        .where(members.c.user_id == user_id),
    )
    data["messages"] = await _rows(
        db,
        select(inbox.c.event_id, inbox.c.room_id, inbox.c.received_at).where(
            (inbox.c.sender == user_id) | inbox.c.room_id.in_(traces.direct_rooms(user_id))
        ),
    )
    filled = {name: rows for name, rows in data.items() if rows}
    return {"format": FORMAT, "version": VERSION, "account": user_id, "made": _shown(now), "data": filled}


async def _rows(db: AsyncConnection, query: Select[Any]) -> list[dict[str, Any]]:
    kept = [
        (place, column)
        for place, column in enumerate(query.selected_columns)
        if not isinstance(column.type, LargeBinary) and not _says_nothing(column)
    ]
    return [dict([pair async for pair in _values(db, row, kept)]) for row in await db.execute(query)]


def _says_nothing(column: ColumnElement[Any]) -> bool:
    """Is it a number of ours that only we can read, or nothing about the person?"""
    return isinstance(column, Column) and (column.references(people_table.c.id) or column in _OF_THE_GROUP)


async def _values(
    db: AsyncConnection, row: Row[Any], kept: list[tuple[int, Any]]
) -> AsyncIterator[tuple[str, Any]]:
    grouped = any(column.name == "group_id" for _, column in kept)
    for place, column in kept:
        value = row[place]
        if value is not None and column.name in _NAMED:
            yield _NAMED[column.name], await _named(db, column, value)
            if not grouped and column.name in ("item_id", "poll_id"):
                # The same number is another one's in another group.
                yield "group", await _group_of(db, column, value)
        elif value is not None and column.name != "id":
            yield column.name, _shown(value)


async def _group_of(db: AsyncConnection, column: Any, value: int) -> Any:
    table = items if column.references(items.c.id) else polls
    query = select(groups_table.c.name).join(table, table.c.group_id == groups_table.c.id)
    return await db.scalar(query.where(table.c.id == value))


async def _named(db: AsyncConnection, column: Any, value: int) -> Any:
    if column.references(groups_table.c.id):
        return await db.scalar(select(groups_table.c.name).where(groups_table.c.id == value))
    if column.references(items.c.id):
        found = (await db.execute(select(items.c.kind, items.c.number).where(items.c.id == value))).one()
        return str(Label(Kind(found.kind), found.number))
    if column.references(polls.c.id):
        return f"U{await db.scalar(select(polls.c.number).where(polls.c.id == value))}"
    return value


def _shown(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return value
