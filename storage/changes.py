# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Changes that can be taken back for thirty minutes; afterwards withdrawn words are erased."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from sqlalchemy import ColumnElement, Row, Select, Table, delete, insert, literal_column, select
from sqlalchemy.ext.asyncio import AsyncConnection

from method.ids import EventId, GroupId, ItemId, NoteId, PersonId
from method.items import State
from storage import erasure
from storage.prepared import prepared
from storage.tables import changes, items, notes

#: How long a change can be taken back.
PERIOD: Final = timedelta(minutes=30)

Kind = Literal[
    "created", "edited", "withdrawn", "noted", "note-edited", "note-withdrawn", "goal", "language", "settings",
    "step", "merged", "split", "parked", "unparked", "problem", "agreement",
    "poll-asked", "poll-ended", "task", "sprint", "retro",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    """Something a person did that can be undone."""

    id: int
    group_id: GroupId
    person_id: PersonId
    item_id: ItemId | None
    note_id: NoteId | None
    kind: Kind
    #: What it was before (text, topics, goal, language, settings, step; numbers of entries) as JSON.
    before: str | None
    at: datetime


_ADD: Final = prepared(insert(changes).returning(*changes.c))


async def add(
    db: AsyncConnection,
    group_id: GroupId,
    person_id: PersonId,
    kind: Kind,
    *,
    now: datetime,
    item_id: ItemId | None = None,
    note_id: NoteId | None = None,
    before: str | None = None,
) -> Change:
    """Remember what was done and how it was before."""
    values = {
        "group_id": group_id,
        "person_id": person_id,
        "kind": kind,
        "item_id": item_id,
        "note_id": note_id,
        "before": before,
        "at": now,
    }
    return _change((await db.execute(_ADD, values)).one())


async def latest(
    db: AsyncConnection, group_id: GroupId, person_id: PersonId | None, *, now: datetime
) -> Change | None:
    """Return the newest change of the person (None: of anybody) that can still be taken back."""
    query = select(changes).where(changes.c.group_id == group_id, changes.c.at > now - PERIOD)
    if person_id is not None:
        query = query.where(changes.c.person_id == person_id)
    row = (await db.execute(query.order_by(changes.c.id.desc()).limit(1))).one_or_none()
    return _change(row) if row else None


async def of_item(db: AsyncConnection, item_id: ItemId) -> list[Change]:
    """Return what was done to the item and its notes, oldest first."""
    query = select(changes).where(changes.c.item_id == item_id).order_by(changes.c.id)
    return [_change(row) for row in await db.execute(query)]


async def since(db: AsyncConnection, change: Change) -> list[Change]:
    """Return later changes of the same thing: the item, the note, the goal, the step and so on."""
    same = (
        changes.c.group_id == change.group_id,
        changes.c.item_id.is_not_distinct_from(change.item_id),
        changes.c.note_id.is_not_distinct_from(change.note_id),
        changes.c.id > change.id,
    )
    query = select(changes).where(*same).order_by(changes.c.id)
    if change.item_id is None:
        query = query.where(changes.c.kind == change.kind)
    return [_change(row) for row in await db.execute(query)]


async def forget(db: AsyncConnection, group_id: GroupId, kind: Kind) -> None:
    """The goal, or what else there is one of, was deleted: what it was before is forgotten, too."""
    await db.execute(delete(changes).where(changes.c.group_id == group_id, changes.c.kind == kind))


async def forget_naming(db: AsyncConnection, event_id: EventId) -> None:
    """This message was deleted: how tasks stood by its words is forgotten, too."""
    named = changes.c.before.contains(json.dumps(event_id), autoescape=True)
    await db.execute(delete(changes).where(changes.c.kind == "task", named))


async def remove(db: AsyncConnection, change_id: int) -> None:
    """The change was taken back, or must not be any more."""
    await db.execute(delete(changes).where(changes.c.id == change_id))


async def purge(db: AsyncConnection, now: datetime) -> bool:
    """Forget changes older than thirty minutes, and erase items and notes withdrawn before that.

    Tell whether anything was erased: then the write-ahead log must be emptied too.
    """
    before = now - PERIOD
    item_ids = [ItemId(found) for found in await db.scalars(_withdrawn(items, before))]
    note_ids = [NoteId(found) for found in await db.scalars(_withdrawn(notes, before))]
    if item_ids:
        await erasure.of_items(db, item_ids)
    if note_ids:
        await erasure.of_notes(db, note_ids)
    gone = await db.execute(delete(changes).where(changes.c.at <= before))
    return bool(item_ids or note_ids or gone.rowcount > 0)


def _withdrawn(table: Table, before: datetime) -> Select[int]:
    # As part of the statement, which is the condition of an index.
    is_open: ColumnElement[str] = literal_column(f"'{State.OPEN.value}'")
    return select(table.c.id).where(
        table.c.state != is_open, table.c.text.is_not(None), table.c.changed_at <= before
    )


def _change(row: Row[Any]) -> Change:
    return Change(
        id=row.id,
        group_id=GroupId(row.group_id),
        person_id=PersonId(row.person_id),
        item_id=row.item_id,
        note_id=row.note_id,
        kind=row.kind,
        before=row.before,
        at=row.at,
    )
