# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What is promised twice is due once; what was taken is not due again."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from storage import groups, timers
from storage.groups import Group

MINUTE = timedelta(minutes=1)


async def test_same_promise_twice_is_due_once(db: AsyncConnection, group: Group, now: datetime):
    for _ in range(2):
        await timers.add(db, group.id, "checkin.open", "3", now, nominal="2027-02-22T09:00")

    assert [(t.kind, t.subject, t.due_at) for t in await timers.due(db, now=now)] == [
        ("checkin.open", "3", now)
    ]


async def test_without_a_moment_there_is_one_at_a_time_until_it_is_kept(
    db: AsyncConnection, group: Group, now: datetime
):
    await timers.add(db, group.id, "board.update", "", now)
    await timers.add(db, group.id, "board.update", "", now + MINUTE)
    [timer] = await timers.of_group(db, group.id)

    assert timer.due_at == now
    assert await timers.take(db, timer)
    assert not await timers.take(db, timer)
    await timers.add(db, group.id, "board.update", "", now + MINUTE)
    assert [t.due_at for t in await timers.of_group(db, group.id)] == [now + MINUTE]


async def test_due_are_those_whose_time_has_come_earliest_first(
    db: AsyncConnection, group: Group, now: datetime
):
    for minutes in (2, 1, 0):
        await timers.add(db, group.id, "a.b", str(minutes), now + minutes * MINUTE)

    assert [t.subject for t in await timers.due(db, now=now + MINUTE)] == ["0", "1"]


async def test_paused_group_s_promises_wait(db: AsyncConnection, group: Group, now: datetime):
    await timers.add(db, group.id, "a.b", "", now)
    await groups.set_state(db, group.id, "paused")
    assert await timers.due(db, now=now) == []

    await groups.set_state(db, group.id, "active")
    assert len(await timers.due(db, now=now)) == 1


async def test_what_was_put_off_is_not_taken_by_whoever_saw_it_before(
    db: AsyncConnection, group: Group, now: datetime
):
    await timers.add(db, group.id, "a.b", "", now)
    [timer] = await timers.due(db, now=now)

    await timers.put_off(db, timer.id, now + MINUTE)

    assert not await timers.take(db, timer)
    [again] = await timers.due(db, now=now + MINUTE)
    assert (again.due_at, again.attempts) == (now + MINUTE, 1)


async def test_cancelled_is_not_due(db: AsyncConnection, group: Group, now: datetime):
    for subject in ("1", "2"):
        await timers.add(db, group.id, "a.b", subject, now)
    await timers.add(db, group.id, "a.c", "1", now)

    await timers.cancel(db, group.id, "a.b", "1")
    assert [(t.kind, t.subject) for t in await timers.due(db, now=now)] == [("a.b", "2"), ("a.c", "1")]

    await timers.cancel(db, group.id, "a.b")
    assert [(t.kind, t.subject) for t in await timers.due(db, now=now)] == [("a.c", "1")]


async def test_promises_about_one_subject(db: AsyncConnection, group: Group, now: datetime):
    for kind, subject in (("a.b", "1"), ("a.b", "2"), ("a.c", "1")):
        await timers.add(db, group.id, kind, subject, now)

    found = await timers.of_subject(db, group.id, "a.b", "1")

    assert [(timer.kind, timer.subject) for timer in found] == [("a.b", "1")]


async def test_groups_to_which_something_is_promised(db: AsyncConnection, group: Group, now: datetime):
    other, paused = [await groups.add(db, name, now=now) for name in ("Andere", "Pausiert")]
    await groups.set_state(db, paused.id, "paused")
    for one, kind in ((group, "a.b"), (group, "a.c"), (other, "a.d"), (paused, "a.b")):
        await timers.add(db, one.id, kind, "", now)

    assert await timers.groups_with(db, {"a.b", "a.c"}) == [group.id]


async def test_failing_are_those_that_have_failed_several_times(
    db: AsyncConnection, group: Group, now: datetime
):
    for subject, failures in (("1", 3), ("2", 7), ("3", 2)):
        await timers.add(db, group.id, "polls.close", subject, now)
        timer = (await timers.of_subject(db, group.id, "polls.close", subject))[0]
        for _ in range(failures):
            await timers.put_off(db, timer.id, now)

    assert await timers.failing(db) == {"polls.close": 2}
