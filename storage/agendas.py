# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Agendas: what shall be talked about at a meeting, or at the next one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, bindparam, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from method.agendas import AgendaItem
from method.ids import AgendaItemId, EventId, GroupId, ItemId, MeetingId
from method.items import Kind, Label, State
from storage.prepared import prepared
from storage.tables import agenda_items, groups, items


async def add(
    db: AsyncConnection,
    group_id: GroupId,
    meeting_id: MeetingId | None,
    words: str,
    source: EventId,
    *,
    minutes: int | None,
    item_id: ItemId | None,
) -> AgendaItem:
    """Put something at the end of an agenda; a ``source`` that was used already gives the item it made."""
    await db.execute(select(groups.c.id).where(groups.c.id == group_id).with_for_update())
    known = await by_source(db, source)
    if known:
        return known
    query = insert(agenda_items).values(
        group_id=group_id,
        meeting_id=meeting_id,
        position=await _last(db, group_id, meeting_id) + 1,
        text=words,
        minutes=minutes,
        item_id=item_id,
        source_event_id=source,
    )
    return await by_id(db, AgendaItemId((await db.execute(query.returning(agenda_items.c.id))).scalar_one()))


async def by_id(db: AsyncConnection, item: AgendaItemId) -> AgendaItem:
    """Return the item.

    Raises:
        LookupError: there is none with this id.
    """
    found = await find(db, item)
    if found is None:
        raise LookupError(f"no agenda item {item}")
    return found


async def find(db: AsyncConnection, item: AgendaItemId) -> AgendaItem | None:
    """Return the item, if there is one with this id."""
    return next(iter(await _some(db, agenda_items.c.id == item)), None)


async def by_source(db: AsyncConnection, event_id: EventId) -> AgendaItem | None:
    """Return the item that this message made."""
    return next(iter(await _some(db, agenda_items.c.source_event_id == event_id)), None)


async def of_meeting(db: AsyncConnection, meeting_id: MeetingId) -> list[AgendaItem]:
    """Return the agenda of a meeting, in its order."""
    return [_item(row) for row in await db.execute(_OF_MEETING, {"meeting": meeting_id})]


async def parked(db: AsyncConnection, group_id: GroupId) -> list[AgendaItem]:
    """Return what waits for the next meeting of a group."""
    return await _some(db, agenda_items.c.group_id == group_id, agenda_items.c.meeting_id.is_(None))


async def rewrite(
    db: AsyncConnection, item: AgendaItemId, words: str, *, minutes: int | None, item_id: ItemId | None
) -> None:
    """Give an item other words, another time box, another entry."""
    query = update(agenda_items).where(agenda_items.c.id == item)
    await db.execute(query.values(text=words, minutes=minutes, item_id=item_id))


async def arrange(db: AsyncConnection, ordered: Sequence[AgendaItemId]) -> None:
    """Let the items of an agenda stand in this order."""
    for position, item in enumerate(ordered, 1):
        await db.execute(update(agenda_items).where(agenda_items.c.id == item).values(position=position))


async def park(db: AsyncConnection, found: AgendaItem) -> None:
    """Keep an item for the next meeting."""
    position = await _last(db, found.group_id, None) + 1
    query = update(agenda_items).where(agenda_items.c.id == found.id)
    await db.execute(query.values(meeting_id=None, position=position))


async def adopt(db: AsyncConnection, group_id: GroupId, meeting_id: MeetingId) -> None:
    """Let what waits for the next meeting of a group be on the agenda of this one."""
    position = await _last(db, group_id, meeting_id)
    for waiting in await parked(db, group_id):
        position += 1
        query = update(agenda_items).where(agenda_items.c.id == waiting.id)
        await db.execute(query.values(meeting_id=meeting_id, position=position))


async def release(db: AsyncConnection, meeting_id: MeetingId) -> None:
    """Let the agenda of a meeting that does not take place wait for the next one."""
    for found in await of_meeting(db, meeting_id):
        await park(db, found)


async def remove(db: AsyncConnection, item: AgendaItemId) -> None:
    """Withdraw an item: nothing of it is kept."""
    await db.execute(delete(agenda_items).where(agenda_items.c.id == item))


async def _last(db: AsyncConnection, group_id: GroupId, meeting_id: MeetingId | None) -> int:
    of_agenda = (
        agenda_items.c.meeting_id.is_(None) if meeting_id is None else agenda_items.c.meeting_id == meeting_id
    )
    query = select(func.max(agenda_items.c.position)).where(agenda_items.c.group_id == group_id, of_agenda)
    return int(await db.scalar(query) or 0)


async def _some(db: AsyncConnection, *conditions: ColumnElement[bool]) -> list[AgendaItem]:
    return [_item(row) for row in await db.execute(_ALL.where(*conditions))]


_ALL: Final = (
    select(*agenda_items.c, items.c.kind, items.c.number)
    .outerjoin(items, (items.c.id == agenda_items.c.item_id) & (items.c.state == State.OPEN.value))
    .order_by(agenda_items.c.position, agenda_items.c.id)
)
_OF_MEETING: Final = prepared(_ALL.where(agenda_items.c.meeting_id == bindparam("meeting")))


def _item(row: Any) -> AgendaItem:
    return AgendaItem(
        id=AgendaItemId(row.id),
        group_id=GroupId(row.group_id),
        meeting_id=row.meeting_id,
        text=row.text,
        minutes=row.minutes,
        link=Label(Kind(row.kind), row.number) if row.kind else None,
        source=row.source_event_id,
    )
