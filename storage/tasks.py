# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""How tasks stand: whose they are, until when, and what became of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from sqlalchemy import Row, String, cast, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from method.ids import EventId, GroupId, ItemId, OutboxId, PersonId
from method.tasks import DUE, Stage, Task
from storage import outbox as outbox_store
from storage import upsert
from storage.outbox import Post
from storage.tables import changes, completions, groups, items, occurrences, outbox, tasks

_REMINDER: Final = "due"
_LIVING: Final = (Stage.RUNNING.value, Stage.BLOCKED.value)


async def save(db: AsyncConnection, item_id: ItemId, task: Task) -> None:
    """Let a task stand so from now on."""
    values = {
        "stage": task.stage.value,
        "due_on": task.due.isoformat() if task.due else None,
        "done_on": task.done.isoformat() if task.done else None,
        "reason": task.reason,
        "owner_id": task.owner,
        "asked_id": task.asked,
        "reaction_event_id": task.reaction,
    }
    if task.is_done:
        await _complete(db, item_id)
    query = upsert.insert(db, tasks).values(item_id=item_id, **values)
    await db.execute(query.on_conflict_do_update(index_elements=["item_id"], set_=values))


async def _complete(db: AsyncConnection, item_id: ItemId) -> None:
    """Count a task that is done now behind all that were done before; one that was done already keeps its place."""
    stage = await db.scalar(select(tasks.c.stage).where(tasks.c.item_id == item_id))
    if stage == Stage.DONE.value:
        return
    # Two that are done at once wait for each other: who was told of one was told of all before it.
    of_item = select(items.c.group_id).where(items.c.id == item_id).scalar_subquery()
    await db.execute(select(groups.c.id).where(groups.c.id == of_item).with_for_update())
    await db.execute(insert(completions).values(item_id=item_id))


async def completed(db: AsyncConnection, group_id: GroupId) -> dict[int, int]:
    """Return the tasks of a group that are done, with numbers that rise in the order in which they were."""
    query = (
        select(completions.c.item_id, func.max(completions.c.id).label("number"))
        .join(tasks, tasks.c.item_id == completions.c.item_id)
        .join(items, items.c.id == completions.c.item_id)
        .where(items.c.group_id == group_id, tasks.c.stage == Stage.DONE.value)
        .group_by(completions.c.item_id)
    )
    return {int(row.item_id): int(row.number) for row in await db.execute(query)}


async def by_reaction(db: AsyncConnection, event_id: EventId) -> ItemId | None:
    """Return the task that this reaction made what it is, or that this message says to be blocked."""
    found = await db.scalar(select(tasks.c.item_id).where(tasks.c.reaction_event_id == event_id))
    return None if found is None else ItemId(found)


async def of_person(
    db: AsyncConnection, person_id: PersonId, group_id: GroupId | None = None
) -> list[ItemId]:
    """Return the tasks at which a person is named: taken, done or asked for, in one group or in all."""
    theirs = or_(tasks.c.owner_id == person_id, tasks.c.asked_id == person_id)
    query = select(tasks.c.item_id).join(items, items.c.id == tasks.c.item_id).where(theirs)
    found = await db.scalars(query if group_id is None else query.where(items.c.group_id == group_id))
    return [ItemId(item_id) for item_id in found]


async def release(db: AsyncConnection, person_id: PersonId, group_id: GroupId | None = None) -> int:
    """Let everybody have the tasks of a person, of one group or of all; what is done stays done, by nobody.

    Return how many tasks have changed.
    """
    own = (
        select(items.c.id).where(items.c.group_id == group_id) if group_id is not None else select(items.c.id)
    )
    here = tasks.c.item_id.in_(own)
    # What could be taken back would name the person once more.
    theirs = select(tasks.c.item_id).where(or_(tasks.c.owner_id == person_id, tasks.c.asked_id == person_id))
    await db.execute(
        delete(changes).where(changes.c.kind == "task", changes.c.item_id.in_(theirs.where(here)))
    )
    of_owner = (tasks.c.owner_id == person_id, here)
    # Whoever takes it now was not reminded yet.
    reminded = select(cast(tasks.c.item_id, String)).where(*of_owner)
    await db.execute(
        delete(occurrences).where(occurrences.c.kind == DUE, occurrences.c.subject.in_(reminded))
    )
    alive = update(tasks).where(*of_owner, tasks.c.stage.in_(_LIVING))
    await db.execute(alive.values(stage=Stage.OPEN.value, reason=None))
    released = await db.execute(update(tasks).where(*of_owner).values(owner_id=None, reaction_event_id=None))
    asked = await db.execute(update(tasks).where(tasks.c.asked_id == person_id, here).values(asked_id=None))
    return released.rowcount + asked.rowcount


def reminder(item_ids: Iterable[ItemId]) -> str:
    """Return what is above the outbox subject of a direct message that says which tasks are due soon."""
    return f"{_REMINDER}:{':'.join(map(str, item_ids))}"


async def reminding(db: AsyncConnection, item_id: ItemId) -> dict[str, list[ItemId]]:
    """Return which direct messages say that a task is due soon, by ``reminder``, each with all its tasks."""
    below = outbox_store.is_below(db.dialect.name, _REMINDER)
    query = select(outbox.c.subject).where(below, outbox.c.subject.contains(f":{item_id}:")).distinct()
    found = [str(subject).removesuffix(":post") for subject in await db.scalars(query)]
    return {subject: [ItemId(int(number)) for number in subject.split(":")[1:]] for subject in found}


async def standing(db: AsyncConnection, subject: str) -> Post | None:
    """Return our latest post with this subject that still stands in its room."""
    query = select(outbox.c.id).where(
        outbox.c.subject == subject,
        outbox.c.state.not_in(("dead", "cancelled")),
        ~outbox_store.IS_TAKEN_BACK,
    )
    found = await db.scalar(query.order_by(outbox.c.id.desc()).limit(1))
    return None if found is None else await outbox_store.get(db, OutboxId(found))


def from_row(row: Row[Any]) -> Task | None:
    """Return the task in a row that holds ``COLUMNS``; None if the item is none."""
    stage, due, done, reason, owner, asked, reaction = (getattr(row, column.name) for column in COLUMNS)
    if stage is None:
        return None
    return Task(
        Stage(stage),
        date.fromisoformat(due) if due else None,
        owner,
        asked,
        reason,
        date.fromisoformat(done) if done else None,
        reaction,
    )


#: What ``from_row`` reads, as it stands beside an item.
COLUMNS: Final = tuple(column.label(f"task_{column.name}") for column in list(tasks.c)[1:])
