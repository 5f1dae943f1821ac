# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The words of a group's open items, and nothing else."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from method.items import Item, Kind, NoteKind
from method.search import Entry
from method.views import Sector
from storage import groups, items, notes, search
from storage.groups import Group


async def test_other_open_items_of_the_kind(db: AsyncConnection, group: Group, barrier: Item, now: datetime):
    elsewhere = await groups.add(db, "Wohnen", now=now)
    other = await items.add(db, group.id, Kind.BARRIER, "Zwei", [], None, None, now=now)
    gone = await items.add(db, group.id, Kind.BARRIER, "Drei", [], None, None, now=now)
    await items.withdraw(db, gone.id, erase=False, now=now)
    await items.add(db, group.id, Kind.IDEA, "Idee", [], None, None, now=now)
    await items.add(db, elsewhere.id, Kind.BARRIER, "Fremd", [], None, None, now=now)

    assert await search.others(db, barrier) == [(other.id, other.label, "Zwei")]
    assert await search.others(db, other) == [(barrier.id, barrier.label, "Formular nur auf Papier")]


async def test_entries_hold_all_that_was_said(
    db: AsyncConnection, group: Group, barrier: Item, now: datetime
):
    idea = await items.add(db, group.id, Kind.IDEA, "Auch online", [], None, None, now=now)
    await notes.add(db, barrier.id, "Bei uns auch", None, None, now=now)
    await notes.add(
        db, barrier.id, "Das kostet", None, None, now=now, kind=NoteKind.VIEW, sector=Sector.BUSINESS
    )
    gone = await notes.add(db, barrier.id, "Fax", None, None, now=now, kind=NoteKind.WHY)
    await notes.withdraw(db, gone.id, erase=False, now=now)

    assert await search.entries(db, group.id) == [
        Entry(barrier.label, "Formular nur auf Papier", ("Amt",), ("Bei uns auch", "Das kostet")),
        Entry(idea.label, "Auch online"),
    ]
