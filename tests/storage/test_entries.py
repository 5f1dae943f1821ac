# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""An entry holds what was merged into it, and all that was added to either."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from method.items import Item, Kind
from storage import entries, items, notes, parking, parts
from storage.groups import Group


async def test_parts_and_their_notes_are_with_their_entry(
    db: AsyncConnection, group: Group, barrier: Item, now: datetime
):
    part = await items.add(db, group.id, Kind.BARRIER, "Zwei", [], None, None, now=now)
    inner = await items.add(db, group.id, Kind.BARRIER, "Drei", [], None, None, now=now)
    gone = await items.add(db, group.id, Kind.BARRIER, "Vier", [], None, None, now=now)
    idea = await items.add(db, group.id, Kind.IDEA, "Idee", [], None, None, now=now)
    first = await notes.add(db, inner.id, "Zuerst", None, None, now=now)
    second = await notes.add(db, barrier.id, "Danach", None, None, now=now)
    places = await parts.of_group(db, group.id)
    await parts.apply(db, [*places.merge(part.id, [inner.id, gone.id]), *places.merge(barrier.id, [part.id])])
    await items.withdraw(db, gone.id, erase=False, now=now)

    found = await entries.of_group(db, group.id)
    assert [(one.listed.item.label, one.parts, one.notes) for one in found] == [
        (barrier.label, (part, inner), (first, second)),
        (idea.label, (), ()),
    ]
    assert [one.listed.item.label for one in await entries.of_group(db, group.id, Kind.IDEA)] == [idea.label]

    await parking.park(db, barrier.id)
    assert [one.listed.item.label for one in await entries.of_group(db, group.id)] == [idea.label]
    (parked,) = await entries.of_group(db, group.id, parked=True)
    assert (parked.parts, parked.notes) == ((part, inner), (first, second))
