# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Agendas in both databases: order, the next meeting, entries that are withdrawn."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection

from method.agendas import AgendaItem
from method.ids import EventId, MeetingId
from method.items import Item, State
from method.meetings import Meeting
from storage import agendas, meetings
from storage.groups import Group
from storage.tables import items


@pytest.fixture
async def meeting(db: AsyncConnection, group: Group, now: datetime) -> Meeting:
    """Announce a meeting."""
    return await meetings.add(
        db, group.id, "Austausch", EventId("$meeting"), starts_at=now + timedelta(days=1), began_at=None
    )


async def add(db: AsyncConnection, group: Group, to: MeetingId | None, words: str) -> AgendaItem:
    return await agendas.add(db, group.id, to, words, EventId(f"${words}"), minutes=None, item_id=None)


async def texts(db: AsyncConnection, meeting: Meeting) -> list[str]:
    return [one.text for one in await agendas.of_meeting(db, meeting.id)]


async def test_items_keep_their_order(db: AsyncConnection, group: Group, meeting: Meeting):
    one, two, three = [await add(db, group, meeting.id, words) for words in ("1", "2", "3")]

    assert await texts(db, meeting) == ["1", "2", "3"]
    assert await add(db, group, meeting.id, "1") == one
    await agendas.arrange(db, [three.id, one.id, two.id])
    await agendas.remove(db, one.id)
    assert await texts(db, meeting) == ["3", "2"]
    await add(db, group, meeting.id, "4")
    assert await texts(db, meeting) == ["3", "2", "4"]


async def test_parked_items_are_taken_up_behind_those_that_are_there(
    db: AsyncConnection, group: Group, meeting: Meeting, now: datetime
):
    waiting = await add(db, group, None, "wartet")
    await add(db, group, meeting.id, "da")

    assert await agendas.parked(db, group.id) == [waiting]
    await agendas.adopt(db, group.id, meeting.id)
    assert await texts(db, meeting) == ["da", "wartet"]
    assert await agendas.parked(db, group.id) == []
    await agendas.release(db, meeting.id)
    assert [one.text for one in await agendas.parked(db, group.id)] == ["da", "wartet"]


async def test_withdrawn_entry_is_not_named(
    db: AsyncConnection, group: Group, meeting: Meeting, barrier: Item
):
    item = await add(db, group, meeting.id, "Profil")
    await agendas.rewrite(db, item.id, "Profile", minutes=10, item_id=barrier.id)
    found = await agendas.by_id(db, item.id)
    assert (found.text, found.minutes, str(found.link)) == ("Profile", 10, "B1")

    await db.execute(update(items).values(state=State.WITHDRAWN.value))

    assert (await agendas.by_id(db, item.id)).link is None
    with pytest.raises(LookupError):
        await agendas.by_id(db, type(item.id)(999))
