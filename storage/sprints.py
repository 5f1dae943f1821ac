# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Sprints of a group, by number; one runs at a time."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from method.ids import EventId, GroupId, OutboxId, SprintId
from method.sprints import Sprint
from storage import outbox as outbox_store
from storage.outbox import Post
from storage.tables import groups, outbox, sprints, visits

_END: Final = re.compile(r"sprint:(\d+):end:\w+")


def subject(sprint_id: SprintId, part: str = "") -> str:
    """Return what is above the outbox subjects of our posts of a sprint ("start", "end", "picture"), or of one part."""
    return f"sprint:{sprint_id}:{part}" if part else f"sprint:{sprint_id}"


def saying(sprint_id: SprintId, part: str, words: str) -> str:
    """Return the outbox subject of a post about this part of a sprint, or of an edit, that says these words."""
    return outbox_store.saying(subject(sprint_id, part), words)


async def standing(db: AsyncConnection, sprint_id: SprintId, part: str) -> Post | None:
    """Return our post about this part of a sprint, as long as it stands in its room or is to be sent."""
    query = select(outbox.c.id).where(
        outbox_store.is_below(db.dialect.name, subject(sprint_id, part)),
        outbox.c.target_id.is_(None),
        outbox.c.state.not_in(("dead", "cancelled")),
        ~outbox_store.IS_TAKEN_BACK,
    )
    found = await db.scalar(query.order_by(outbox.c.id.desc()).limit(1))
    return None if found is None else await outbox_store.get(db, OutboxId(found))


def of_end(words: str | None) -> SprintId | None:
    """Return the sprint of which a post with this outbox subject says what became of it; None if it is another post."""
    found = _END.fullmatch(words or "")
    return SprintId(int(found[1])) if found else None


async def add(
    db: AsyncConnection, group_id: GroupId, goal: str, starts: date, ends: date, source: EventId | None
) -> Sprint:
    """Begin a sprint."""
    # Two that begin at once wait for each other.
    await db.execute(select(groups.c.id).where(groups.c.id == group_id).with_for_update())
    last = await db.scalar(select(func.max(sprints.c.number)).where(sprints.c.group_id == group_id))
    values = {
        "group_id": group_id,
        "number": (last or 0) + 1,
        "goal": goal,
        "starts_on": starts.isoformat(),
        "ends_on": ends.isoformat(),
        "source_event_id": source,
    }
    added = await db.execute(insert(sprints).values(values).returning(sprints.c.id))
    return await by_id(db, SprintId(added.scalar_one()))


async def by_id(db: AsyncConnection, sprint_id: SprintId) -> Sprint:
    """Return the sprint.

    Raises:
        LookupError: there is none with this id.
    """
    found = await find(db, sprint_id)
    if found is None:
        raise LookupError(f"no sprint {sprint_id}")
    return found


async def find(db: AsyncConnection, sprint_id: SprintId) -> Sprint | None:
    """Return the sprint, unless it was withdrawn."""
    return await _one(db, sprints.c.id == sprint_id)


async def by_source(db: AsyncConnection, event_id: EventId) -> Sprint | None:
    """Return the sprint that this message began."""
    return await _one(db, sprints.c.source_event_id == event_id)


async def running(db: AsyncConnection, group_id: GroupId) -> Sprint | None:
    """Return the sprint that runs."""
    return await _one(db, sprints.c.group_id == group_id, sprints.c.ended_on.is_(None))


async def latest(db: AsyncConnection, group_id: GroupId) -> Sprint | None:
    """Return the latest sprint, whether it runs or not."""
    return await _one(db, sprints.c.group_id == group_id)


async def of_group(db: AsyncConnection, group_id: GroupId) -> list[Sprint]:
    """Return all sprints, by number."""
    query = select(sprints).where(sprints.c.group_id == group_id).order_by(sprints.c.number)
    return [_sprint(row) for row in await db.execute(query)]


async def save(db: AsyncConnection, sprint_id: SprintId, goal: str, ends: date, ended: date | None) -> Sprint:
    """Let a sprint have this goal and this end from now on."""
    values = {
        "goal": goal,
        "ends_on": ends.isoformat(),
        "ended_on": ended.isoformat() if ended else None,
    }
    await db.execute(update(sprints).where(sprints.c.id == sprint_id).values(values))
    return await by_id(db, sprint_id)


async def renumber(db: AsyncConnection, sprint_id: SprintId, number: int) -> None:
    """Give a sprint the number that it had elsewhere."""
    await db.execute(update(sprints).where(sprints.c.id == sprint_id).values(number=number))


async def remove(db: AsyncConnection, sprint_id: SprintId) -> None:
    """The sprint was withdrawn, as if it had never begun; who was told of it was told of the one before."""
    own = select(sprints.c.group_id).where(sprints.c.id == sprint_id).scalar_subquery()
    before = await db.scalar(
        select(func.max(sprints.c.id)).where(sprints.c.group_id == own, sprints.c.id < sprint_id)
    )
    for mark in (visits.c.ended_sprint_id, visits.c.begun_sprint_id):
        await db.execute(update(visits).where(mark == sprint_id).values({mark.name: before}))
    await db.execute(delete(sprints).where(sprints.c.id == sprint_id))


async def _one(db: AsyncConnection, *conditions: ColumnElement[bool]) -> Sprint | None:
    query = select(sprints).where(*conditions).order_by(sprints.c.number.desc()).limit(1)
    row = (await db.execute(query)).first()
    return _sprint(row) if row else None


def _sprint(row: Row[Any]) -> Sprint:
    return Sprint(
        SprintId(row.id),
        GroupId(row.group_id),
        row.number,
        row.goal,
        date.fromisoformat(row.starts_on),
        date.fromisoformat(row.ends_on),
        date.fromisoformat(row.ended_on) if row.ended_on else None,
        row.source_event_id,
    )
