# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Changes can be taken back for thirty minutes; then withdrawn words are gone."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from method.ids import EventId, UserId
from method.items import Item, Note, State
from storage import changes, groups, items, notes, people
from storage.changes import PERIOD, Change
from storage.groups import Group
from storage.people import Person

INSTANT = timedelta(microseconds=1)


@pytest.fixture
async def note(db: AsyncConnection, barrier: Item, person: Person, now: datetime) -> Note:
    return await notes.add(db, barrier.id, "Bei uns auch", person.id, EventId("$note"), now=now)


async def test_change_keeps_what_was_before(
    db: AsyncConnection, group: Group, person: Person, barrier: Item, note: Note, now: datetime
):
    change = await changes.add(
        db,
        group.id,
        person.id,
        "note-edited",
        now=now,
        item_id=barrier.id,
        note_id=note.id,
        before='{"text": "a"}',
    )

    before = '{"text": "a"}'
    assert change == Change(change.id, group.id, person.id, barrier.id, note.id, "note-edited", before, now)
    assert await changes.latest(db, group.id, person.id, now=now) == change
    assert await changes.of_item(db, barrier.id) == [change]


async def test_latest_is_the_person_s_own_or_anybody_s(
    db: AsyncConnection, group: Group, person: Person, now: datetime
):
    ben = await people.get_or_add(db, UserId("@ben:example.org"))
    mine = await changes.add(db, group.id, person.id, "goal", now=now)
    theirs = await changes.add(db, group.id, ben.id, "goal", now=now)

    assert await changes.latest(db, group.id, person.id, now=now) == mine
    assert await changes.latest(db, group.id, None, now=now) == theirs


async def test_latest_stays_in_the_group(db: AsyncConnection, group: Group, person: Person, now: datetime):
    other = await groups.add(db, "Wohnen", now=now)
    await changes.add(db, other.id, person.id, "goal", now=now)

    assert await changes.latest(db, group.id, person.id, now=now) is None


async def test_changes_are_taken_back_newest_first(
    db: AsyncConnection, group: Group, person: Person, now: datetime
):
    first = await changes.add(db, group.id, person.id, "goal", now=now)
    second = await changes.add(db, group.id, person.id, "goal", now=now)

    assert await changes.latest(db, group.id, person.id, now=now) == second
    await changes.remove(db, second.id)
    assert await changes.latest(db, group.id, person.id, now=now) == first
    await changes.remove(db, first.id)
    assert await changes.latest(db, group.id, person.id, now=now) is None


async def test_change_can_be_taken_back_for_thirty_minutes(
    db: AsyncConnection, group: Group, person: Person, now: datetime
):
    change = await changes.add(db, group.id, person.id, "goal", now=now)
    end = now + timedelta(minutes=30)

    assert await changes.latest(db, group.id, person.id, now=end - INSTANT) == change
    assert await changes.latest(db, group.id, person.id, now=end) is None


async def test_purge_forgets_old_changes(db: AsyncConnection, group: Group, person: Person, now: datetime):
    await changes.add(db, group.id, person.id, "goal", now=now)
    young = await changes.add(db, group.id, person.id, "goal", now=now + INSTANT)

    assert await changes.purge(db, now + PERIOD) is True

    assert await changes.latest(db, group.id, None, now=now) == young
    await changes.remove(db, young.id)
    assert await changes.latest(db, group.id, None, now=now) is None


async def test_purge_erases_what_was_withdrawn_thirty_minutes_ago(
    db: AsyncConnection, barrier: Item, note: Note, now: datetime
):
    await notes.withdraw(db, note.id, erase=False, now=now)
    await items.withdraw(db, barrier.id, erase=False, now=now + INSTANT)

    assert await changes.purge(db, now + PERIOD - INSTANT) is False
    assert await changes.purge(db, now + PERIOD) is True
    assert (await notes.get(db, note.id)).text is None
    assert (await items.by_id(db, barrier.id)).text == barrier.text

    assert await changes.purge(db, now + PERIOD + INSTANT) is True
    left = await items.by_id(db, barrier.id)
    assert (left.text, left.topics, left.state) == (None, (), State.WITHDRAWN)


async def test_purge_leaves_alone_what_came_back(
    db: AsyncConnection, barrier: Item, note: Note, now: datetime
):
    await items.withdraw(db, barrier.id, erase=False, now=now)
    await notes.withdraw(db, note.id, erase=False, now=now)
    await items.restore(db, barrier.id, now=now)
    await notes.restore(db, note.id, now=now)

    assert await changes.purge(db, now + 2 * PERIOD) is False
    assert (await items.by_id(db, barrier.id)).text == barrier.text
    assert await notes.of_item(db, barrier.id) == [note]
