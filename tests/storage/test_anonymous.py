# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Anonymous entries lie in no order, and their code is all that is known of them."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from method.items import Kind
from storage import anonymous, items
from storage.anonymous import Entry
from storage.groups import Group
from storage.tables import anonymous as table

HOUR = timedelta(hours=1)


async def test_what_waits_is_due_at_its_hour_and_comes_by_hash(
    db: AsyncConnection, group: Group, now: datetime
):
    for code, at in (("c", now), ("a", now), ("d", now + HOUR), ("b", now)):
        await anonymous.add(db, group.id, Kind.IDEA, f"Satz {code}", code, due_at=at)

    due = await anonymous.due(db, group.id, now=now)

    assert due == [Entry(code, group.id, Kind.IDEA, f"Satz {code}", None) for code in "abc"]


async def test_published_entry_keeps_only_what_the_code_needs(
    db: AsyncConnection, group: Group, now: datetime
):
    await anonymous.add(db, group.id, Kind.BARRIER, "Satz", "a", due_at=now)
    item = await items.add(db, group.id, Kind.BARRIER, "Satz", [], None, None, now=now)

    await anonymous.published(db, "a", item.id)

    assert await anonymous.due(db, group.id, now=now + HOUR) == []
    assert await anonymous.find(db, "a") == Entry("a", group.id, Kind.BARRIER, None, item.id)
    assert await anonymous.is_anonymous(db, item.id)
    assert (await db.execute(select(table.c.text, table.c.due_at))).one() == (None, None)


async def test_removed_code_is_unknown(db: AsyncConnection, group: Group, now: datetime):
    await anonymous.add(db, group.id, Kind.BARRIER, "Satz", "a", due_at=now)

    await anonymous.remove(db, "a")

    assert await anonymous.find(db, "a") is None


async def test_entries_of_other_groups_and_items_are_left_alone(
    db: AsyncConnection, group: Group, now: datetime
):
    await anonymous.add(db, group.id, Kind.BARRIER, "Satz", "a", due_at=now)
    item = await items.add(db, group.id, Kind.BARRIER, "Mit Namen", [], None, None, now=now)

    assert await anonymous.due(db, group.id + 1, now=now) == []  # type: ignore[arg-type]  # no group
    assert not await anonymous.is_anonymous(db, item.id)


async def test_sqlite_keeps_no_hidden_number_of_the_order_they_came_in(db: AsyncConnection):
    if db.dialect.name == "sqlite":
        made = await db.scalar(text("SELECT sql FROM sqlite_master WHERE name = 'anonymous'"))
        assert "WITHOUT ROWID" in str(made)
