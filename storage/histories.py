# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What has happened to entries; taking a change back takes it out of here, too."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from method.histories import Event, Kind
from method.ids import ItemId
from storage.tables import item_events


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
    return [
        Event(date.fromisoformat(row.day), Kind(row.kind), _day(row.was), _day(row.becomes))
        for row in await db.execute(query)
    ]


async def take_back(db: AsyncConnection, change_id: int) -> None:
    """What a change did has not happened."""
    await db.execute(delete(item_events).where(item_events.c.change_id == change_id))


def _day(stored: str | None) -> date | None:
    return date.fromisoformat(stored) if stored else None
