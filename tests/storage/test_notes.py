# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Notes belong to an item and can be changed, withdrawn and brought back."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from method.ids import EventId, NoteId
from method.items import Item, Note, NoteKind, State
from method.views import Sector
from storage import items, notes
from storage.people import Person

MINUTE = timedelta(minutes=1)


@pytest.fixture
async def note(db: AsyncConnection, barrier: Item, person: Person, now: datetime) -> Note:
    return await notes.add(db, barrier.id, "Bei uns auch", person.id, EventId("$note"), now=now)


async def test_add_returns_what_is_found_later(
    db: AsyncConnection, barrier: Item, person: Person, note: Note, now: datetime
):
    source = EventId("$note")
    assert note == Note(note.id, barrier.id, "Bei uns auch", State.OPEN, person.id, source, now, now)
    assert await notes.get(db, note.id) == note
    assert await notes.by_source(db, source) == note
    assert await notes.of_item(db, barrier.id) == [note]
    assert await notes.of_group(db, barrier.group_id) == [note]


async def test_add_with_the_same_message_gives_the_same_note(
    db: AsyncConnection, barrier: Item, note: Note, now: datetime
):
    again = await notes.add(db, barrier.id, "Anderer Text", None, note.source, now=now + MINUTE)

    assert again == note
    assert await notes.of_item(db, barrier.id) == [note]


async def test_notes_are_listed_oldest_first(db: AsyncConnection, barrier: Item, note: Note, now: datetime):
    second = await notes.add(db, barrier.id, "Und bei uns", None, None, now=now)
    third = await notes.add(db, barrier.id, "Hier nicht", None, None, now=now - MINUTE)

    assert await notes.of_item(db, barrier.id) == [note, second, third]


async def test_rewrite_replaces_the_words(db: AsyncConnection, note: Note, now: datetime):
    changed = await notes.rewrite(db, note.id, "Neu", now=now + MINUTE)

    assert (changed.text, changed.created_at, changed.changed_at) == ("Neu", now, now + MINUTE)


@pytest.mark.parametrize("erase", [False, True])
async def test_late_edit_brings_no_words_back(db: AsyncConnection, note: Note, now: datetime, erase: bool):
    await notes.withdraw(db, note.id, erase=erase, now=now)

    with pytest.raises(LookupError):
        await notes.rewrite(db, note.id, "Neu", now=now)


async def test_withdrawn_note_can_come_back(db: AsyncConnection, barrier: Item, note: Note, now: datetime):
    await notes.withdraw(db, note.id, erase=False, now=now + MINUTE)
    assert await notes.of_item(db, barrier.id) == []

    back = await notes.restore(db, note.id, now=now + 2 * MINUTE)

    assert (back.text, back.state, back.changed_at) == ("Bei uns auch", State.OPEN, now + 2 * MINUTE)
    assert await notes.of_item(db, barrier.id) == [back]


async def test_erased_note_does_not_come_back(db: AsyncConnection, note: Note, now: datetime):
    await notes.withdraw(db, note.id, erase=True, now=now)

    left = await notes.get(db, note.id)
    assert (left.text, left.author, left.state, left.source) == (None, None, State.WITHDRAWN, note.source)
    with pytest.raises(LookupError):
        await notes.restore(db, note.id, now=now)


async def test_withdrawn_note_can_still_be_erased(db: AsyncConnection, note: Note, now: datetime):
    await notes.withdraw(db, note.id, erase=False, now=now)
    await notes.withdraw(db, note.id, erase=True, now=now)

    assert (await notes.get(db, note.id)).text is None


async def test_notes_go_and_come_with_their_item(
    db: AsyncConnection, barrier: Item, note: Note, now: datetime
):
    await items.withdraw(db, barrier.id, erase=False, now=now)
    assert await notes.of_group(db, barrier.group_id) == []

    await items.restore(db, barrier.id, now=now)
    assert await notes.of_group(db, barrier.group_id) == [note]


async def test_get_of_nothing_raises(db: AsyncConnection):
    with pytest.raises(LookupError):
        await notes.get(db, NoteId(404))
    assert await notes.by_source(db, EventId("$never")) is None


async def test_a_view_keeps_its_sector_and_a_why_its_kind(db: AsyncConnection, barrier: Item, now: datetime):
    view = await notes.add(
        db, barrier.id, "Das kostet", None, None, now=now, kind=NoteKind.VIEW, sector=Sector.BUSINESS
    )
    why = await notes.add(db, barrier.id, "Darum", None, None, now=now, kind=NoteKind.WHY)

    assert (view.kind, view.sector) == (NoteKind.VIEW, Sector.BUSINESS)
    assert (why.kind, why.sector) == (NoteKind.WHY, None)
    assert await notes.of_item(db, barrier.id) == [view, why]
    assert [listed.notes for listed in await items.listing(db, barrier.group_id)] == [0]

    changed = await notes.rewrite(db, view.id, "Das kostet Zeit", now=now, sector=Sector.TARGET_GROUP)
    assert (changed.text, changed.kind, changed.sector) == (
        "Das kostet Zeit",
        NoteKind.VIEW,
        Sector.TARGET_GROUP,
    )


@pytest.mark.parametrize("with_item", [False, True])
async def test_an_erased_view_is_nobodys(
    db: AsyncConnection, barrier: Item, person: Person, now: datetime, with_item: bool
):
    view = await notes.add(
        db, barrier.id, "Text", person.id, None, now=now, kind=NoteKind.VIEW, sector=Sector.BUSINESS
    )

    if with_item:
        await items.withdraw(db, barrier.id, erase=True, now=now)
    else:
        await notes.withdraw(db, view.id, erase=True, now=now)

    left = await notes.get(db, view.id)
    assert (left.text, left.author, left.sector) == (None, None, None)
