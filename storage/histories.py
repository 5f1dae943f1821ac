# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What has happened to entries; taking a change back takes it out of here, too."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import Row, Select, delete, func, insert, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from method.histories import Event, Kind
from method.ids import GroupId, ItemId, PersonId
from storage.tables import changes, item_events, items, tasks

#: Stands for the change of what came with an import: nobody takes that back.
IMPORTED: Final = 0


async def add(db: AsyncConnection, item_id: ItemId, change_id: int, events: Collection[Event]) -> None:
    """Remember what a change has done to an entry."""
    rows = [
        {
            "item_id": item_id,
            "change_id": change_id,
            "day": event.day.isoformat(),
            "kind": event.kind.value,
            "was": event.was.isoformat() if event.was else None,
            "becomes": event.becomes.isoformat() if event.becomes else None,
        }
        for event in events
    ]
    if rows:
        await db.execute(insert(item_events), rows)


async def of_item(db: AsyncConnection, item_id: ItemId) -> list[Event]:
    """Return what has happened to an entry, oldest first."""
    query = select(item_events).where(item_events.c.item_id == item_id).order_by(item_events.c.id)
    return [_event(row) for row in await db.execute(query)]


async def of_group(db: AsyncConnection, group_id: GroupId) -> Mapping[ItemId, Sequence[Event]]:
    """Return what has happened to the entries of a group, of each oldest first."""
    query = select(item_events).join(items, items.c.id == item_events.c.item_id)
    found: defaultdict[ItemId, list[Event]] = defaultdict(list)
    for row in await db.execute(query.where(items.c.group_id == group_id).order_by(item_events.c.id)):
        found[ItemId(row.item_id)].append(_event(row))
    return found


def of_person(person_id: PersonId) -> Select[Any]:
    """Return the query for what a person did themselves, as far as anybody could tell.

    That is what they can still take back, and that they have taken the tasks that they have: it stands beside their
    name. Of all else nobody knows who it was.
    """
    theirs = select(changes.c.id).where(changes.c.person_id == person_id)
    took = (
        select(func.max(item_events.c.id))
        .join(tasks, tasks.c.item_id == item_events.c.item_id)
        .where(tasks.c.owner_id == person_id, item_events.c.kind == Kind.TAKEN.value)
        .group_by(item_events.c.item_id)
    )
    told = (
        item_events.c.item_id,
        item_events.c.day,
        item_events.c.kind,
        item_events.c.was,
        item_events.c.becomes,
    )
    own = or_(item_events.c.change_id.in_(theirs), item_events.c.id.in_(took))
    return select(*told).where(own).order_by(item_events.c.id)


async def take_back(db: AsyncConnection, change_id: int) -> None:
    """What a change did has not happened."""
    await db.execute(delete(item_events).where(item_events.c.change_id == change_id))


def _event(row: Row[Any]) -> Event:
    return Event(date.fromisoformat(row.day), Kind(row.kind), _day(row.was), _day(row.becomes))


def _day(stored: str | None) -> date | None:
    return date.fromisoformat(stored) if stored else None
