# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The words of a group's open items, as they are compared and searched."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from method.ids import GroupId, ItemId, RoomId
from method.items import Item, State
from method.search import Entry
from storage import entries as gathered
from storage.prepared import prepared
from storage.tables import items as items_table
from storage.tables import outbox

_TEXTS: Final = prepared(
    select(items_table.c.id, items_table.c.text)
    .where(
        items_table.c.group_id == bindparam("group"),
        items_table.c.kind == bindparam("kind"),
        items_table.c.state == State.OPEN.value,
    )
    .order_by(items_table.c.number)
)


async def others(db: AsyncConnection, item: Item) -> list[tuple[ItemId, str]]:
    """Return the other open items of its kind in the group with their texts, by number."""
    rows = await db.execute(_TEXTS, {"group": item.group_id, "kind": item.kind.value})
    return [(ItemId(row.id), row.text) for row in rows if row.text and row.id != item.id]


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


#: How the subject of a hint at a similar item ends.
HINT: Final = "similar:post"
#: So many posts back a hint is looked for, in all rooms.
_BACK: Final = 100


async def hinted_since(db: AsyncConnection, room_id: RoomId, moment: datetime) -> bool:
    """Was a similar item hinted at in this room since then, as far as the latest posts of all rooms show?"""
    rows = await db.execute(_LATEST)
    return any(
        row.room_id == room_id and row.created_at > moment and (row.subject or "").endswith(HINT)
        for row in rows
    )


_LATEST: Final = prepared(
    select(outbox.c.room_id, outbox.c.created_at, outbox.c.subject).order_by(outbox.c.id.desc()).limit(_BACK)
)
