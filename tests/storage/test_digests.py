# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Letters in the database: news stand in one of them, whatever is tried."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from method.digests import Line, Part, Source
from method.ids import EventId, RoomId
from method.items import Item
from method.visits import Visit
from storage import digests, facts, outbox, quotes, unasked, visits
from storage.groups import Group
from storage.people import Person

GOAL = Line(Part.WHERE, Source.GOAL)
ROOM = RoomId("!room:example.org")


async def test_letter_comes_back_as_it_was(db: AsyncConnection, group: Group, barrier: Item, now: datetime):
    lines = (GOAL, Line(Part.NEW, Source.ITEM, barrier.id), Line(Part.JOIN, Source.WORDS, words="Mitmachen"))

    made = await digests.add(db, group.id, lines, now=now)

    assert await digests.of_group(db, group.id) == [made]
    assert await digests.find(db, group.id, 1) == made
    assert await digests.find(db, group.id, 2) is None
    assert (made.number, made.lines, made.at) == (1, lines, now)
    assert await digests.told(db, group.id) == {(Source.ITEM, barrier.id)}


async def test_news_are_told_once(db: AsyncConnection, group: Group, barrier: Item, now: datetime):
    news = Line(Part.NEW, Source.ITEM, barrier.id)
    await digests.add(db, group.id, [GOAL, news], now=now)
    await digests.add(db, group.id, [GOAL, Line(Part.NEW, Source.NOTE, barrier.id)], now=now)

    with pytest.raises(IntegrityError):
        async with db.begin_nested():
            await digests.add(db, group.id, [GOAL, news], now=now)

    assert [letter.number for letter in await digests.of_group(db, group.id)] == [1, 2]


async def test_lines_that_are_gone_are_remembered(db: AsyncConnection, group: Group, now: datetime):
    letter = await digests.add(db, group.id, [GOAL, Line(Part.JOIN, Source.WORDS, words="Ja")], now=now)
    post = await outbox.add(db, "letter", ROOM, "event", {"content": {"body": "Brief"}}, now=now)

    await digests.show(db, letter, post=post, gone={1})
    [shown] = await digests.of_group(db, group.id)
    assert (shown.post, shown.gone) == (post, frozenset({1}))

    await digests.show(db, letter, post=post)
    [shown] = await digests.of_group(db, group.id)
    assert shown.gone == frozenset()
    assert await digests.group_of_post(db, post) == group.id
    await digests.forget_post(db, post)
    assert await digests.group_of_post(db, post) is None


async def test_what_waits_to_be_sent_is_held_back(
    db: AsyncConnection, group: Group, barrier: Item, now: datetime
):
    about, other = [
        await digests.add(db, group.id, [line], now=now)
        for line in (Line(Part.NEW, Source.ITEM, barrier.id), GOAL)
    ]
    post, file, sent, elsewhere = [
        await outbox.add(db, cause, ROOM, kind, {"content": {"body": "Brief"}}, now=now)
        for cause, kind in (("a", "event"), ("b", "file"), ("c", "file"), ("d", "event"))
    ]
    await outbox.mark_sent(db, [(sent, EventId("$sent"))])
    await digests.show(db, about, post=post, picture=sent, file=file)
    await digests.show(db, other, post=elsewhere)

    await digests.hold_back(db, barrier.id)

    states = [(await outbox.get(db, one)).state for one in (post, file, sent, elsewhere)]
    assert states == ["cancelled", "cancelled", "sent", "new"]
    # The letter follows, though the words are the same.
    assert set(await quotes.changed(db, group.id)) == {(Source.ITEM, barrier.id)}


async def test_edit_that_is_held_back_is_made_again(
    db: AsyncConnection, group: Group, barrier: Item, now: datetime
):
    letter = await digests.add(db, group.id, [GOAL, Line(Part.NEW, Source.ITEM, barrier.id)], now=now)
    post = await outbox.add(db, "a", ROOM, "event", {"content": {"body": "Brief"}}, now=now)
    await outbox.mark_sent(db, [(post, EventId("$sent"))])
    await outbox.add(db, "b", ROOM, "event", {"content": {"body": "Brief"}}, target=post, now=now)
    await digests.show(db, letter, post=post, gone={0})

    await digests.hold_back(db, barrier.id)

    assert set(await quotes.changed(db, group.id)) == {(Source.ITEM, barrier.id)}


async def test_sentence_of_the_moderation_waits_and_is_told(db: AsyncConnection, group: Group, now: datetime):
    first, second, third = (EventId(f"${name}") for name in ("first", "second", "third"))
    await digests.remark(db, group.id, "Eins", first)
    await digests.remark(db, group.id, "Zwei", second)
    await digests.remark(db, group.id, "Zwei, anders", second)
    assert list((await digests.remarks(db, group.id)).values()) == ["Zwei, anders"]
    [ref] = await digests.remarks(db, group.id)
    await digests.add(db, group.id, [Line(Part.REMARK, Source.REMARK, ref)], now=now)

    await digests.remark(db, group.id, "Drei", third)

    assert list((await digests.remarks(db, group.id)).values()) == ["Zwei, anders", "Drei"]
    assert await digests.group_of_remark(db, second) == group.id
    await digests.erase_remark(db, second)
    assert list((await digests.remarks(db, group.id)).values()) == ["Drei"]


async def test_facts_are_what_is_there(db: AsyncConnection, group: Group, barrier: Item):
    found = await facts.of_group(db, group)

    assert found.items == {barrier.id: barrier}
    assert (found.name, found.step, found.goal) == (group.name, group.step, group.goal)
    assert (found.notes, found.polls, found.meetings, found.versions, found.seats) == ({}, {}, {}, {}, {})


async def test_visit_takes_the_place_of_the_one_before(
    db: AsyncConnection, group: Group, person: Person, barrier: Item
):
    assert await visits.find(db, group.id, person.id) is None
    nothing = dict.fromkeys(visits.COLUMNS, 0)
    await visits.save(db, group.id, person.id, Visit(nothing))
    assert await visits.find(db, group.id, person.id) == Visit(nothing)

    await visits.save(db, group.id, person.id, Visit(nothing | {Source.ITEM: barrier.id}))

    assert await visits.find(db, group.id, person.id) == Visit(nothing | {Source.ITEM: barrier.id})


async def test_budget_counts_one_day(db: AsyncConnection, group: Group):
    first, second = date(2027, 3, 4), date(2027, 3, 5)
    for _ in range(2):
        await unasked.spend(db, group.id, first)
    assert await unasked.spent(db, group.id, first) == 2
    await unasked.spend(db, group.id, second)
    assert [await unasked.spent(db, group.id, day) for day in (first, second)] == [0, 1]
