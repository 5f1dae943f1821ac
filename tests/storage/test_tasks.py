# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Tasks and sprints are kept, forgotten with their people, and taken into copies without them."""

from __future__ import annotations

import json
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from method.digests import Source
from method.ids import EventId, UserId
from method.items import Item, Kind
from method.sprints import END
from method.tasks import Stage, Task, finished
from method.visits import Visit
from storage import (
    documents,
    exports,
    groups,
    imports,
    items,
    people,
    personal,
    sprints,
    tasks,
    timers,
    visits,
)
from storage.groups import Group
from storage.people import Person

DUE = date(2026, 3, 16)


async def add(db: AsyncConnection, group: Group, task: Task, source: str = "$task") -> Item:
    item = await items.add(
        db, group.id, Kind.TASK, "Raum buchen", [], None, EventId(source), now=group.created_at
    )
    await tasks.save(db, item.id, task)
    return await items.by_id(db, item.id)


async def test_a_task_is_numbered_and_comes_back_as_it_stands(
    db: AsyncConnection, group: Group, person: Person, barrier: Item
):
    stands = Task(Stage.BLOCKED, DUE, person.id, reason="Kein Schlüssel", reaction=EventId("$hand"))
    first = await add(db, group, Task())
    second = await add(db, group, stands, "$second")

    assert [str(first.label), str(second.label)] == ["A1", "A2"]
    assert (first.task, second.task, barrier.task) == (Task(), stands, None)
    assert [one.item for one in await items.listing(db, group.id)] == [barrier, first, second]
    assert await tasks.by_reaction(db, EventId("$hand")) == second.id


async def test_erasing_a_task_forgets_how_it_stood(
    db: AsyncConnection, group: Group, person: Person, now: datetime
):
    item = await add(db, group, Task(Stage.RUNNING, DUE, person.id))
    await items.withdraw(db, item.id, erase=True, now=now)

    assert (await items.by_id(db, item.id)).task is None


async def order(db: AsyncConnection, group: Group) -> list[int]:
    """Return the tasks that are done, in their order."""
    completed = await tasks.completed(db, group.id)
    return sorted(completed, key=lambda ref: completed[ref])


async def test_tasks_are_counted_in_the_order_in_which_they_are_done(
    db: AsyncConnection, group: Group, person: Person, now: datetime
):
    done = finished(Task(), DUE)
    first, second, third = [await add(db, group, Task(), source) for source in ("$1", "$2", "$3")]
    other_group = await groups.add(db, "Wohnen", now=now)
    other = await add(db, other_group, done, "$4")
    for item in (third, first, third):
        await tasks.save(db, item.id, done)

    assert await order(db, group) == [third.id, first.id]
    assert await order(db, other_group) == [other.id]
    # Nothing that is done later looks as if it were known to who was told of these.
    told = max((await tasks.completed(db, group.id)).values())
    await visits.save(db, group.id, person.id, Visit({Source.DONE: told}))
    await tasks.save(db, first.id, Task())
    await items.withdraw(db, third.id, erase=True, now=now)
    assert await order(db, group) == []
    await tasks.save(db, second.id, done)
    await tasks.save(db, first.id, done)
    assert await order(db, group) == [second.id, first.id]
    assert min((await tasks.completed(db, group.id)).values()) > told


async def test_who_was_told_of_a_sprint_that_is_withdrawn_was_told_of_the_one_before(
    db: AsyncConnection, group: Group, person: Person
):
    first = await sprints.add(db, group.id, "Eins", DUE, DUE, None)
    await sprints.save(db, first.id, "Eins", DUE, DUE)
    second = await sprints.add(db, group.id, "Zwei", DUE, DUE, None)
    nothing = Visit(dict.fromkeys(visits.COLUMNS, 0))
    told = Visit({**nothing.marks, Source.OVER: first.id, Source.SPRINT: second.id})
    await visits.save(db, group.id, person.id, told)
    assert await visits.find(db, group.id, person.id) == told

    await sprints.remove(db, second.id)
    assert await visits.find(db, group.id, person.id) == Visit({**told.marks, Source.SPRINT: first.id})
    await sprints.remove(db, first.id)
    assert await visits.find(db, group.id, person.id) == nothing


async def test_the_tasks_of_who_is_forgotten_are_anybodys(db: AsyncConnection, group: Group, person: Person):
    other = await people.get_or_add(db, UserId("@other:example.org"))
    running = await add(db, group, Task(Stage.RUNNING, DUE, person.id, reaction=EventId("$a")), "$1")
    stuck = await add(db, group, Task(Stage.BLOCKED, None, person.id, reason="x"), "$2")
    asked = await add(db, group, Task(asked=person.id), "$3")
    done = await add(db, group, finished(Task(Stage.RUNNING, DUE, person.id), DUE), "$4")
    others = await add(db, group, Task(Stage.RUNNING, DUE, other.id), "$5")

    counts = await personal.forget(db, person.user_id)

    after = [(await items.by_id(db, item.id)).task for item in (running, stuck, asked, done, others)]
    assert after == [Task(due=DUE), Task(), Task(), Task(Stage.DONE, DUE, done=DUE), others.task]
    assert counts["tasks"] == 4


async def test_leaving_one_group_leaves_the_tasks_of_another(
    db: AsyncConnection, group: Group, person: Person
):
    elsewhere = await groups.add(db, "Andere", now=group.created_at)
    here = await add(db, group, Task(Stage.RUNNING, DUE, person.id), "$1")
    there = await add(db, elsewhere, Task(Stage.RUNNING, DUE, person.id), "$2")

    assert await tasks.of_person(db, person.id, group.id) == [here.id]
    await tasks.release(db, person.id, group.id)

    assert (await items.by_id(db, here.id)).task == Task(due=DUE)
    assert (await items.by_id(db, there.id)).task == there.task


async def test_sprints_are_numbered_and_one_of_them_runs(db: AsyncConnection, group: Group):
    first = await sprints.add(db, group.id, "Eins", date(2026, 3, 2), DUE, EventId("$one"))
    await sprints.save(db, first.id, first.goal, first.ends, date(2026, 3, 13))
    second = await sprints.add(db, group.id, "Zwei", DUE, date(2026, 3, 30), EventId("$two"))

    assert [one.number for one in await sprints.of_group(db, group.id)] == [1, 2]
    assert await sprints.running(db, group.id) == await sprints.latest(db, group.id) == second
    assert await sprints.by_source(db, EventId("$one")) == await sprints.by_id(db, first.id)
    await sprints.remove(db, second.id)
    assert (await sprints.running(db, group.id), await sprints.find(db, second.id)) == (None, None)
    assert sprints.of_end(f"{sprints.subject(first.id, 'end')}:post") == first.id
    assert [sprints.of_end(words) for words in (None, "item:1", "sprint:1:start:post")] == [None, None, None]


async def test_a_copy_has_tasks_that_nobody_has_and_the_sprint_that_runs(
    db: AsyncConnection, group: Group, person: Person, now: datetime
):
    await add(db, group, Task(Stage.RUNNING, DUE, person.id), "$1")
    await add(db, group, finished(Task(owner=person.id), DUE), "$2")
    await sprints.add(db, group.id, "Getestet", date(2026, 3, 2), DUE, None)
    exported = await exports.of_group(db, group.id)
    fresh = await groups.add(db, "Neue Runde", now=now)

    await imports.take_in(db, fresh.id, documents.read(json.dumps(exported).encode()), template=False)

    copy = await exports.of_group(db, fresh.id)
    assert [item["task"]["stage"] for item in exported["items"]] == ["running", "done"]
    assert [item["task"] for item in copy["items"]] == [
        {"stage": "open", "due": "2026-03-16", "done": None, "reason": None},
        {"stage": "done", "due": None, "done": "2026-03-16", "reason": None},
    ]
    assert copy["sprints"] == exported["sprints"]
    assert [timer.kind for timer in await timers.of_group(db, fresh.id)] == [END]
