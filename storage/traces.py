# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What leads to an account without naming a person of ours: its direct room, and what was said there.

A direct room has one member beside the bot. So whatever names an event of that room names the account.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import Select, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from method.ids import GroupId, UserId
from storage.direct import unopened
from storage.tables import inbox, items, members, notes, outbox, polls, questions, rooms

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
    own = inbox.c.sender == user_id
    unread = update(inbox).where(own, inbox.c.state == "waiting")
    await db.execute(unread.values(state="ignored", rule="forgotten", raw=None, sender=None, waits_for=None))
    read = await db.execute(update(inbox).where(own, inbox.c.raw.is_(None)).values(sender=None))
    counts["inbox"] = read.rowcount
    to_open = update(outbox).where(outbox.c.room_id == unopened(user_id))
    await db.execute(to_open.values(room_id=unopened(UserId("")), state="cancelled", payload=None))
    return counts


async def part(db: AsyncConnection, user_id: UserId, group_id: GroupId | None = None) -> dict[str, int]:
    """Let items, notes and polls, of one group or of all, no longer name the direct messages they came of."""
    direct = list(await db.scalars(direct_rooms(user_id)))
    counts = {"items": 0, "notes": 0, "polls": 0, "outbox": 0}
    events = list(await db.scalars(select(inbox.c.event_id).where(inbox.c.room_id.in_(direct))))
    here = select(items.c.id).where(items.c.group_id == group_id) if group_id else select(items.c.id)
    for page in _pages(events):
        for table, key in ((items, items.c.id), (notes, notes.c.item_id)):
            told = update(table).where(table.c.source_event_id.in_(page), key.in_(here))
            counts[table.name] += (await db.execute(told.values(source_event_id=None))).rowcount
        asked = update(polls).where(polls.c.source_event_id.in_(page))
        asked = asked.where(polls.c.group_id == group_id) if group_id else asked
        counts["polls"] += (await db.execute(asked.values(source_event_id=None))).rowcount
    for page in _pages([f"ev:{event_id}:{ordinal}" for event_id in events for ordinal in range(_ORDINALS)]):
        said = outbox.c.cause.in_(page) & outbox.c.payload.is_(None) & outbox.c.room_id.not_in(direct)
        for post in list(await db.scalars(select(outbox.c.id).where(said))):
            counts["outbox"] += 1
            await db.execute(update(outbox).where(outbox.c.id == post).values(cause=f"forgotten:{post}"))
    return counts


def _pages(found: list[str]) -> Iterator[list[str]]:
    for first in range(0, len(found), _PAGE):
        yield found[first : first + _PAGE]
