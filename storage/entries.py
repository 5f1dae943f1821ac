# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Entries of the board with everything that was merged into them or added to them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from method.ids import GroupId, ItemId
from method.items import Item, Kind, Listed, Note, State
from storage import items, notes, parts


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry; its parts are no entries of their own."""

    listed: Listed
    #: Its parts at any depth, by number.
    parts: tuple[Item, ...]
    #: The open notes of every kind of the item and its parts, oldest first.
    notes: tuple[Note, ...]


async def of_group(
    db: AsyncConnection, group_id: GroupId, kind: Kind | None = None, *, parked: bool = False
) -> list[Entry]:
    """Return the entries of the board, or those in the topic store, as ``items.listing`` does."""
    places = await parts.of_group(db, group_id)
    merged: defaultdict[ItemId, list[Item]] = defaultdict(list)
    for one in await items.everything(db, group_id) if places.recorded else ():
        top = places.top(one.item.id)
        if one.item.state is State.OPEN and top != one.item.id:
            merged[top].append(one.item)
    added: defaultdict[ItemId, list[Note]] = defaultdict(list)
    for note in await notes.of_group(db, group_id):
        added[places.top(note.item_id)].append(note)
    return [
        Entry(one, tuple(merged[one.item.id]), tuple(added[one.item.id]))
        for one in await items.listing(db, group_id, kind, parked=parked)
    ]
