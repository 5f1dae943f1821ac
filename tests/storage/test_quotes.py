# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What letters quote: whatever changes its words is noticed once, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from method.digests import Key, Letter, Line, Part, Source
from method.ids import EventId, RoomId
from method.items import Item, Kind
from method.tasks import Stage, Task
from storage import (
    checkins,
    digests,
    facts,
    items,
    meetings,
    notes,
    outbox,
    personal,
    quotes,
    reminders,
    seats,
    sprints,
    tasks,
)
from storage.groups import Group
from storage.people import Person
from storage.tables import digest_names, digest_quotes


async def follow(db: AsyncConnection, group: Group) -> set[Key]:
    """Return what has changed, as ``letters.follow`` sees it."""
    changed = await quotes.changed(db, group.id)
    await quotes.keep(db, group.id, changed)
    return set(changed)


async def tell(db: AsyncConnection, group: Group, now: datetime, *lines: Line) -> Letter:
    return await digests.add(db, group.id, lines, now=now)


async def test_nothing_is_read_where_there_is_no_letter(db: AsyncConnection, group: Group, barrier: Item):
    assert await quotes.changed(db, group.id) == {}


async def test_words_that_change_or_go_are_noticed_once(
    db: AsyncConnection, group: Group, barrier: Item, now: datetime
):
    note = await notes.add(db, barrier.id, "Auch hier", None, EventId("$note"), now=now)
    await tell(db, group, now, Line(Part.NEW, Source.ITEM, barrier.id), Line(Part.NEW, Source.NOTE, note.id))
    assert await follow(db, group) == set()

    await items.rewrite(db, barrier.id, "Anders", [], now=now, links=[])
    assert await follow(db, group) == {(Source.ITEM, barrier.id)}
    assert await follow(db, group) == set()

    await items.withdraw(db, barrier.id, erase=True, now=now)
    assert await follow(db, group) == {(Source.ITEM, barrier.id), (Source.NOTE, note.id)}
    kept = await db.scalars(select(digest_quotes.c.fingerprint).where(digest_quotes.c.group_id == group.id))
    assert set(kept) == {""}


async def test_what_no_letter_quotes_is_not_noticed(
    db: AsyncConnection, group: Group, barrier: Item, now: datetime
):
    await tell(db, group, now, Line(Part.NEW, Source.ITEM, barrier.id))
    other = await items.add(db, group.id, Kind.IDEA, "Idee", [], None, None, now=now)

    await items.rewrite(db, other.id, "Andere", [], now=now, links=[])

    assert await follow(db, group) == set()


async def test_sources_of_small_tables_are_noticed(
    db: AsyncConnection, group: Group, person: Person, now: datetime
):
    meeting = await meetings.add(db, group.id, "Austausch", EventId("$m"), starts_at=now, began_at=None)
    seat = await seats.add(db, group.id, "Ein Amt", None, EventId("$s"))
    sprint = await sprints.add(
        db, group.id, "Ein Ziel", date(2026, 3, 2), date(2026, 3, 20), EventId("$sprint")
    )
    values = {"private": False, "unnamed": False, "exact": True, "text": "Board lesen"}
    reminder = await reminders.add(db, group.id, person.id, values, EventId("$r"))
    checkin = await checkins.get_or_add(db, group.id, date(2026, 3, 2))
    await checkins.answer(db, checkin.id, person.id, "Hilfe: ein Raum", EventId("$a"))
    [(request, _, _)] = await checkins.asked_for(db, group.id)
    quoted = [
        Line(Part.DATES, Source.MEETING, meeting.id),
        Line(Part.HELP, Source.SEAT, seat.id),
        Line(Part.WHERE, Source.SPRINT, sprint.id),
        Line(Part.DATES, Source.REMINDER, reminder.id),
        Line(Part.HELP, Source.REQUEST, request),
    ]
    await tell(db, group, now, *quoted)
    assert await follow(db, group) == set()

    await meetings.amend(db, meeting.id, "Anders", now)
    await seats.erase(db, seat.id)
    await sprints.save(db, sprint.id, "Anderes Ziel", sprint.ends, None)
    await reminders.remove(db, reminder.id)
    await checkins.name(db, EventId("$a"), EventId("$yes"))

    assert await follow(db, group) == {line.quotes for line in quoted}
    await checkins.finish(db, EventId("$a"), EventId("$done"))
    assert await follow(db, group) == {(Source.REQUEST, request)}


async def test_how_a_task_stands_is_not_what_it_says(
    db: AsyncConnection, group: Group, person: Person, now: datetime
):
    item = await items.add(db, group.id, Kind.TASK, "Raum", [], None, EventId("$t"), now=now)
    task = Task(Stage.RUNNING, owner=person.id)
    await tasks.save(db, item.id, task)
    await tell(db, group, now, Line(Part.TASKS, Source.ITEM, item.id, "", person.id))

    await tasks.save(db, item.id, replace(task, stage=Stage.DONE, done=date(2026, 3, 2)))
    await items.rewrite(db, item.id, "Raum", [], now=now + timedelta(days=1), links=[])
    assert await follow(db, group) == set()

    await tasks.save(db, item.id, replace(task, stage=Stage.BLOCKED, reason="Belegt"))
    assert await follow(db, group) == {(Source.ITEM, item.id)}


async def test_only_letters_that_quote_it_are_returned(
    db: AsyncConnection, group: Group, barrier: Item, now: datetime
):
    other = await items.add(db, group.id, Kind.DECISION, "Gilt", [], None, None, now=now)
    first = await tell(db, group, now, Line(Part.NEW, Source.ITEM, barrier.id))
    second = await tell(db, group, now, Line(Part.DECIDED, Source.ITEM, other.id))
    third = await tell(db, group, now, Line(Part.DECIDED, Source.STANDS, other.id))

    assert await digests.quoting(db, group.id, {(Source.ITEM, barrier.id)}) == [first]
    assert await digests.quoting(db, group.id, {(Source.ITEM, other.id)}) == [second, third]
    assert await digests.quoting(db, group.id, {(Source.NOTE, barrier.id)}) == []
    assert await digests.quoting(db, group.id, set()) == []


@pytest.mark.parametrize("way", ["forget", "leave"])
async def test_whoever_goes_is_named_in_no_letter(
    db: AsyncConnection, group: Group, person: Person, now: datetime, way: str
):
    item = await items.add(db, group.id, Kind.TASK, "Raum", [], None, EventId("$t"), now=now)
    named = Line(Part.TASKS, Source.ITEM, item.id, "", person.id)
    letter = await tell(db, group, now, Line(Part.WHERE, Source.GOAL), named)
    assert letter.id is not None
    post = await outbox.add(
        db, "letter", RoomId("!room:example.org"), "event", {"content": {"body": "Brief"}}, now=now
    )
    await digests.show(db, letter, post=post)
    assert (await digests.of_group(db, group.id))[0].lines[1] == named

    counts = (
        await personal.forget(db, person.user_id)
        if way == "forget"
        else await personal.leave(db, person.user_id, group.id)
    )

    assert counts["digest_names"] == 1
    assert (await digests.of_group(db, group.id))[0].lines[1] == replace(named, who=None)
    assert await db.scalar(select(digest_names.c.digest_id)) is None
    # What waits to be sent is held back, and said anew.
    assert (await outbox.get(db, post)).state == "cancelled"
    assert await follow(db, group) == {(Source.ITEM, item.id)}


async def test_facts_hold_requests_that_are_not_done(
    db: AsyncConnection, group: Group, person: Person, now: datetime
):
    checkin = await checkins.get_or_add(db, group.id, date(2026, 3, 2))
    for number in range(3):
        await checkins.answer(db, checkin.id, person.id, f"Hilfe: Raum {number}", EventId(f"$a{number}"))
    await checkins.finish(db, EventId("$a0"), EventId("$done"))

    found = (await facts.of_group(db, group)).requests.values()

    assert [one.answer.said.request for one in found] == ["Raum 1", "Raum 2"]
