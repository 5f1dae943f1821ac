# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Decisions are items with numbers, links and a day of review, and go into a copy with their reminder."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from method.ids import EventId
from method.items import Item, Kind
from storage import documents, exports, groups, imports, items, timers
from storage.groups import Group
from storage.links import linked_to
from storage.people import Person

DAY = date(2027, 6, 15)


async def decide(db: AsyncConnection, group: Group, barrier: Item, source: str = "$decision") -> Item:
    return await items.add(
        db, group.id, Kind.DECISION, f"Erst {barrier.label}, wie in U3", [], barrier.author, EventId(source),
        now=barrier.created_at, links=[barrier.label], review=DAY,
    )  # fmt: skip


async def test_a_decision_is_numbered_linked_and_dated(db: AsyncConnection, group: Group, barrier: Item):
    first = await decide(db, group, barrier)
    second = await decide(db, group, barrier, "$second")

    assert [str(first.label), str(second.label)] == ["E1", "E2"]
    assert (first.links, first.review) == ((barrier.label,), DAY)
    assert [str(label) for label in await linked_to(db, barrier.id)] == ["E1", "E2"]
    assert await items.find(db, group.id, first.label) == first


async def test_lists_name_decisions_last(db: AsyncConnection, group: Group, barrier: Item, now: datetime):
    await decide(db, group, barrier)
    await items.add(db, group.id, Kind.IDEA, "Auch online", [], None, None, now=now)

    assert [str(one.item.label) for one in await items.listing(db, group.id)] == ["B1", "I1", "E1"]
    assert [str(one.item.label) for one in await items.listing(db, group.id, Kind.DECISION)] == ["E1"]


async def test_a_new_day_replaces_the_old_one_and_erasing_forgets_it(
    db: AsyncConnection, group: Group, barrier: Item, now: datetime
):
    item = await decide(db, group, barrier)

    moved = await items.rewrite(db, item.id, "Neu", [], now=now, links=[], review=DAY + timedelta(days=1))
    none = await items.rewrite(db, item.id, "Neu", [], now=now, links=[])
    await items.rewrite(db, item.id, "Neu", [], now=now, links=[], review=DAY)
    await items.withdraw(db, item.id, erase=True, now=now)
    erased = await items.by_id(db, item.id)

    assert (moved.review, none.review) == (DAY + timedelta(days=1), None)
    assert (erased.text, erased.author, erased.review) == (None, None, None)


async def test_an_export_with_decisions_is_taken_in_with_their_reminder(
    db: AsyncConnection, group: Group, person: Person, barrier: Item, now: datetime
):
    await decide(db, group, barrier)
    exported = await exports.of_group(db, group.id)
    fresh = await groups.add(db, "Neue Runde", now=now)

    await imports.take_in(db, fresh.id, documents.read(json.dumps(exported).encode()), template=False)

    decision = (await exports.of_group(db, fresh.id))["items"][1]
    assert decision == exported["items"][1]
    assert (decision["links"], decision["review"]) == (["B1", "U3"], "2027-06-15")
    promised = [(timer.kind, timer.due_at) for timer in await timers.of_group(db, fresh.id)]
    assert promised == [("decisions.review", datetime(2027, 6, 15, 6, tzinfo=UTC))]
    again = await items.add(db, fresh.id, Kind.DECISION, "Neu", [], None, EventId("$new"), now=now)
    assert str(again.label) == "E2"
