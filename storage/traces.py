# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What leads to an account without naming a person of ours: its direct room, and what was said there.

A direct room has one member beside the bot. So whatever names an event of that room names the account.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import (
    Column,
    ColumnElement,
    Select,
    String,
    Table,
    cast,
    delete,
    exists,
    func,
    literal,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from method.ids import GroupId, UserId
from storage.direct import unopened
from storage.tables import groups, inbox, members, metadata, outbox, people, questions, receipts, rooms

#: Every column that names the message something came of, in tables that do not exist yet too.
SOURCES: Final = tuple(
    column
    for table in metadata.sorted_tables
    for column in table.c
    if column.name.endswith(("source_event_id", "goal_event_id"))
)

#: The subject of a post that must be said once more where a restored older database makes it again.
ANEW: Final = "anew"
#: So many random bytes stand before its cause, as hexadecimal digits and a colon.
_RANDOM: Final = 4

#: So many answers to one message are looked for, and so many at a time.
_ORDINALS: Final = 20
_PAGE: Final = 400


def direct_rooms(user_id: UserId) -> Select[Any]:
    """Return the query for the rooms of this account and the bot alone."""
    inside = select(members.c.room_id).where(members.c.user_id == user_id)
    return select(rooms.c.room_id).where(rooms.c.direct, rooms.c.room_id.in_(inside))


async def wipe(db: AsyncConnection, user_id: UserId) -> dict[str, int]:
    """Remove what leads from items, notes and posts to the account's direct room, and what waits there.

    Return rows by table. Messages that could not be read yet are forgotten; the numbers of those that were stay
    in the journal, so that nothing is done twice.
    """
    counts = await part(db, user_id)
    gone = await db.execute(delete(questions).where(questions.c.room_id.in_(direct_rooms(user_id))))
    counts["questions"] = gone.rowcount
    # Which number a restored older database shall give to a message of that room.
    await db.execute(delete(receipts).where(receipts.c.room_id.in_(direct_rooms(user_id))))
    own = inbox.c.sender == user_id
    unread = update(inbox).where(own, inbox.c.state == "waiting")
    await db.execute(unread.values(state="ignored", rule="forgotten", raw=None, sender=None, waits_for=None))
    read = await db.execute(update(inbox).where(own, inbox.c.raw.is_(None)).values(sender=None))
    counts["inbox"] = read.rowcount
    to_open = update(outbox).where(outbox.c.room_id == unopened(user_id))
    await db.execute(to_open.values(room_id=unopened(UserId("")), state="cancelled", payload=None))
    return counts


async def part(db: AsyncConnection, user_id: UserId, group_id: GroupId | None = None) -> dict[str, int]:
    """Let nothing of one group, or of all, name the direct messages it came of any longer."""
    direct = list(await db.scalars(direct_rooms(user_id)))
    counts = {source.table.name: 0 for source in SOURCES} | {"outbox": 0}
    events = list(await db.scalars(select(inbox.c.event_id).where(inbox.c.room_id.in_(direct))))
    for page in _pages(events):
        for source in SOURCES:
            here = of_group(source.table, group_id) if group_id else None
            told = update(source.table).where(source.in_(page), *(() if here is None else (here,)))
            query = told.values({source.name: _nothing(source)})
            counts[source.table.name] += (await db.execute(query)).rowcount
    for page in _pages([f"ev:{event_id}:{ordinal}" for event_id in events for ordinal in range(_ORDINALS)]):
        said = outbox.c.cause.in_(page) & outbox.c.payload.is_(None) & outbox.c.room_id.not_in(direct)
        for post in list(await db.scalars(select(outbox.c.id).where(said))):
            counts["outbox"] += 1
            await db.execute(update(outbox).where(outbox.c.id == post).values(cause=f"forgotten:{post}"))
    return counts


def of_group(table: Table, group_id: GroupId) -> ColumnElement[bool] | None:
    """Return which rows of the table belong to a group; None: it knows no groups.

    It follows the foreign keys to the groups, the shortest way first.
    """
    if table is groups:
        return groups.c.id == group_id
    keys = [(column, key.column) for column in table.c for key in column.foreign_keys]
    for column, parent in keys:
        if parent.table is groups:
            return column == group_id
    for column, parent in keys:
        if parent.table not in (people, table):
            above = of_group(parent.table, group_id)
            if above is not None:
                return column.in_(select(parent).where(above))
    return None


def _nothing(source: Column[Any]) -> ColumnElement[str] | None:
    """Return what stands for a message that is not named any more."""
    return None if source.nullable else literal("forgotten:") + cast(source.table.c.id, String)


def _pages(found: list[str]) -> Iterator[list[str]]:
    for first in range(0, len(found), _PAGE):
        yield found[first : first + _PAGE]


def anew(cause: str) -> str:
    """Return a cause that no other post has, not even the same one made again; its subject must be ANEW."""
    return f"{secrets.token_hex(_RANDOM)}:{cause}"


async def smooth(db: AsyncConnection) -> None:
    """Let posts that were said (or never will be) look like all others: only few kinds of answers are made anew."""
    plain = func.substr(outbox.c.cause, 2 * _RANDOM + 2)
    twin = outbox.alias()
    taken = exists().where(twin.c.cause == plain)
    query = update(outbox).where(outbox.c.subject == ANEW, outbox.c.payload.is_(None), ~taken)
    await db.execute(query.values(subject=None, cause=plain))
