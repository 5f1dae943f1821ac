# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The words of a group's open items, as they are compared and searched."""

from __future__ import annotations

from typing import Final, NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from method.ids import GroupId, ItemId
from method.items import Item, Label, State
from method.search import Entry
from storage import entries as gathered
from storage.prepared import prepared
from storage.tables import items as items_table

_TEXTS: Final = prepared(
    select(items_table.c.id, items_table.c.number, items_table.c.text)
    .where(
        items_table.c.group_id == bindparam("group"),
        items_table.c.kind == bindparam("kind"),
        items_table.c.state == State.OPEN.value,
    )
    .order_by(items_table.c.number)
)


class Other(NamedTuple):
    """An open item that a new one is compared with."""

    id: ItemId
    label: Label
    text: str


async def others(db: AsyncConnection, item: Item) -> list[Other]:
    """Return the other open items of its kind in the group, by number."""
    rows = await db.execute(_TEXTS, {"group": item.group_id, "kind": item.kind.value})
    return [
        Other(ItemId(row.id), Label(item.kind, row.number), row.text)
        for row in rows
        if row.text and row.id != item.id
    ]


async def entries(db: AsyncConnection, group_id: GroupId) -> list[Entry]:
    """Return everything that can be found in the group, by label; what lies in the topic store comes last."""
    return [
        Entry(
            one.listed.item.label,
            one.listed.item.text or "",
            one.listed.item.topics,
            tuple(note.text or "" for note in one.notes),
            tuple(f"{part.label}: {part.text or ''}" for part in one.parts),
            parked,
        )
        for parked in (False, True)
        for one in await gathered.of_group(db, group_id, parked=parked)
    ]
