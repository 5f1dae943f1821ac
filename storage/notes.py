# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Notes: what people add to an item; views and whys are notes of their own kind."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, bindparam, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from method import additions
from method.ids import EventId, GroupId, ItemId, NoteId, PersonId
from method.items import Kind, Note, NoteKind, State
from method.views import Sector
from storage import erasure
from storage.prepared import prepared
from storage.tables import items, notes

#: What is shown by a name of its own has a colon so near to its beginning.
_BEGINNING: Final = 40
_beginning: Final = func.substr(notes.c.text, 1, _BEGINNING)
_MAY_BE_APART: Final = prepared(
    select(items.c.id, items.c.kind, notes.c.text)
    .join(items, items.c.id == notes.c.item_id)
    .where(
        items.c.group_id == bindparam("group"),
        items.c.state == State.OPEN.value,
        or_(*(items.c.kind == kind.value for kind in additions.APART)),
        notes.c.state == State.OPEN.value,
        notes.c.kind.is_(None),
        or_(_beginning.contains(":"), _beginning.contains("：")),
    )
)


async def add(
    db: AsyncConnection,
    item_id: ItemId,
    text: str,
    author: PersonId | None,
    source: EventId | None,
    *,
    now: datetime,
    kind: NoteKind = NoteKind.NOTE,
    sector: Sector | None = None,
) -> Note:
    """Add a note to an item; a ``source`` that was used already gives the note it made."""
    # Two transactions with the same source wait for each other here (SQLite has one writer anyway).
    await db.execute(select(items.c.id).where(items.c.id == item_id).with_for_update())
    known = await by_source(db, source) if source else None
    if known:
        return known
    query = insert(notes).values(
        item_id=item_id,
        text=text,
        state=State.OPEN.value,
        author_id=author,
        source_event_id=source,
        created_at=now,
        changed_at=now,
        kind=None if kind is NoteKind.NOTE else kind.value,
        sector=sector.value if sector else None,
    )
    return await get(db, NoteId((await db.execute(query.returning(notes.c.id))).scalar_one()))


async def get(db: AsyncConnection, note_id: NoteId) -> Note:
    """Return the note.

    Raises:
        LookupError: there is none with this id.
    """
    note = await _one(db, notes.c.id == note_id)
    if note is None:
        raise LookupError(f"no note {note_id}")
    return note


async def by_source(db: AsyncConnection, event_id: EventId) -> Note | None:
    """Return the note that this message made, open or withdrawn."""
    return await _one(db, notes.c.source_event_id == event_id)


async def of_item(db: AsyncConnection, *item_ids: ItemId) -> list[Note]:
    """Return the open notes of every kind of the items, oldest first."""
    query = select(notes).where(notes.c.item_id.in_(item_ids), notes.c.state == State.OPEN.value)
    return [_note(row) for row in await db.execute(query.order_by(notes.c.id))]


async def of_group(db: AsyncConnection, group_id: GroupId) -> list[Note]:
    """Return the open notes of every kind of the group's open items, oldest first."""
    query = (
        select(notes)
        .join(items, items.c.id == notes.c.item_id)
        .where(
            items.c.group_id == group_id, items.c.state == State.OPEN.value, notes.c.state == State.OPEN.value
        )
    )
    return [_note(row) for row in await db.execute(query.order_by(notes.c.id))]


async def shown_apart(db: AsyncConnection, group_id: GroupId) -> Counter[int]:
    """Return by item how many of its notes say nothing but what is shown by a name of its own."""
    rows = (await db.execute(_MAY_BE_APART, {"group": group_id})).all()
    return Counter(row.id for row in rows if not additions.own_words(Kind(row.kind), row.text))


async def rewrite(
    db: AsyncConnection, note_id: NoteId, text: str, *, now: datetime, sector: Sector | None = None
) -> Note:
    """Replace the words of an open note, and of a view its sector.

    Raises:
        LookupError: it does not exist or was withdrawn (a late edit must not bring words back).
    """
    query = update(notes).where(notes.c.id == note_id, notes.c.state == State.OPEN.value)
    values = {"text": text, "changed_at": now, "sector": sector.value if sector else None}
    if await db.scalar(query.values(values).returning(notes.c.id)) is None:
        raise LookupError(f"no open note {note_id}")
    return await get(db, note_id)


async def withdraw(db: AsyncConnection, note_id: NoteId, *, erase: bool, now: datetime) -> None:
    """Take an open note away; ``erase`` also removes its words for good, even of a withdrawn one."""
    query = update(notes).where(notes.c.id == note_id, notes.c.state == State.OPEN.value)
    await db.execute(query.values(state=State.WITHDRAWN.value, changed_at=now))
    if erase:
        await erasure.of_notes(db, [note_id])


async def restore(db: AsyncConnection, note_id: NoteId, *, now: datetime) -> Note:
    """Bring a withdrawn note back.

    Raises:
        LookupError: it does not exist, or its words are gone.
    """
    query = update(notes).where(notes.c.id == note_id, notes.c.text.is_not(None))
    query = query.values(state=State.OPEN.value, changed_at=now)
    if await db.scalar(query.returning(notes.c.id)) is None:
        raise LookupError(f"no note {note_id} that could come back")
    return await get(db, note_id)


async def _one(db: AsyncConnection, condition: ColumnElement[bool]) -> Note | None:
    row = (await db.execute(select(notes).where(condition))).first()
    return _note(row) if row else None


def _note(row: Row[Any]) -> Note:
    return Note(
        id=NoteId(row.id),
        item_id=ItemId(row.item_id),
        text=row.text,
        state=State(row.state),
        author=row.author_id,
        source=row.source_event_id,
        created_at=row.created_at,
        changed_at=row.changed_at,
        kind=NoteKind(row.kind) if row.kind else NoteKind.NOTE,
        sector=Sector(row.sector) if row.sector else None,
    )
