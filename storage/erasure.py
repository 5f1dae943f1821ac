# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What it takes to forget an item or a note: its words, and who wrote or supported it.

The row stays, with its number and its source message: neither is ever used again. On SQLite the
caller also empties the write-ahead log after the commit (``Database.truncate_wal``).
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from method.ids import ItemId, NoteId
from method.items import State
from storage.tables import (
    changes,
    item_events,
    item_links,
    item_parts,
    item_sectors,
    item_topics,
    items,
    notes,
    parked_items,
    poll_options,
    supports,
    tasks,
)


async def of_items(db: AsyncConnection, ids: Sequence[ItemId]) -> None:
    """Remove everything said in and about withdrawn items, and who said it."""
    theirs = notes.c.item_id.in_(ids)
    of_notes = changes.c.note_id.in_(select(notes.c.id).where(theirs))
    gone = {"text": None, "author_id": None}
    await db.execute(delete(changes).where(or_(changes.c.item_id.in_(ids), of_notes)))
    await db.execute(delete(supports).where(supports.c.item_id.in_(ids)))
    await db.execute(delete(item_topics).where(item_topics.c.item_id.in_(ids)))
    await db.execute(delete(item_sectors).where(item_sectors.c.item_id.in_(ids)))
    linked = or_(item_links.c.item_id.in_(ids), item_links.c.target_id.in_(ids))
    await db.execute(delete(item_links).where(linked))
    await db.execute(
        delete(item_parts).where(or_(item_parts.c.item_id.in_(ids), item_parts.c.whole_id.in_(ids)))
    )
    await db.execute(delete(tasks).where(tasks.c.item_id.in_(ids)))
    await db.execute(delete(item_events).where(item_events.c.item_id.in_(ids)))
    await db.execute(delete(parked_items).where(parked_items.c.item_id.in_(ids)))
    notes_gone = gone | {"sector": None, "state": State.WITHDRAWN.value}
    await db.execute(update(notes).where(theirs).values(notes_gone))
    await db.execute(update(items).where(items.c.id.in_(ids)).values(gone | {"review_on": None}))
    # A poll that gives points for them names them by their labels from now on.
    await db.execute(update(poll_options).where(poll_options.c.item_id.in_(ids)).values(text=None))


async def of_notes(db: AsyncConnection, ids: Sequence[NoteId]) -> None:
    """Remove the words of withdrawn notes, who wrote them, and what could be taken back about them."""
    await db.execute(delete(changes).where(changes.c.note_id.in_(ids)))
    await db.execute(update(notes).where(notes.c.id.in_(ids)).values(text=None, author_id=None, sector=None))
