# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Anonymous entries, known by the hash of their code only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, exists, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from method.ids import GroupId, ItemId
from method.items import Kind
from storage.tables import anonymous, items


@dataclass(frozen=True, slots=True)
class Entry:
    """An anonymous entry."""

    #: The hash of its code.
    code: str
    group_id: GroupId
    kind: Kind
    #: As typed behind the command; None once it is published.
    text: str | None
    #: What it became; None while it waits.
    item_id: ItemId | None


async def add(
    db: AsyncConnection, group_id: GroupId, kind: Kind, text: str, code: str, *, due_at: datetime
) -> None:
    """Keep an entry until the full hour at which it is published."""
    values = {"group_id": group_id, "kind": kind.value, "text": text, "code": code, "due_at": due_at}
    await db.execute(insert(anonymous).values(values))


async def due(db: AsyncConnection, group_id: GroupId, *, now: datetime) -> list[Entry]:
    """Return what is to be published now, in an order that says nothing: that of the hashes of random codes.

    It is the same order in a restored database, so the same posts come of it.
    """
    query = select(anonymous).where(anonymous.c.group_id == group_id, anonymous.c.due_at <= now)
    return [_entry(row) for row in await db.execute(query.order_by(anonymous.c.code))]


async def published(db: AsyncConnection, code: str, item_id: ItemId) -> None:
    """The entry is this item now."""
    query = update(anonymous).where(anonymous.c.code == code)
    await db.execute(query.values(text=None, due_at=None, item_id=item_id))


async def find(db: AsyncConnection, code: str) -> Entry | None:
    """Return the entry that this code withdraws."""
    row = (await db.execute(select(anonymous).where(anonymous.c.code == code))).one_or_none()
    return _entry(row) if row else None


async def remove(db: AsyncConnection, code: str) -> None:
    """The code has done its work, and whatever waited is gone."""
    await db.execute(delete(anonymous).where(anonymous.c.code == code))


async def is_anonymous(db: AsyncConnection, item_id: ItemId) -> bool:
    """Did nobody say who wrote this item?"""
    query = select(anonymous.c.code).where(anonymous.c.item_id == item_id)
    return (await db.execute(query)).first() is not None


async def purge(db: AsyncConnection, before: datetime) -> int:
    """Forget codes of what is erased, and what should have been published before then; return how many."""
    erased = exists().where(items.c.id == anonymous.c.item_id, items.c.text.is_(None))
    gone = await db.execute(delete(anonymous).where(erased | (anonymous.c.due_at < before)))
    return gone.rowcount


def _entry(row: Row[Any]) -> Entry:
    return Entry(row.code, GroupId(row.group_id), Kind(row.kind), row.text, row.item_id)
