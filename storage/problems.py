# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The core problem of a group: what was proposed, in which versions, and what holds."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from method.ids import EventId, GroupId, PersonId, ProblemId, VersionId
from method.problems import Problem, State, Version
from storage import objections
from storage.tables import problem_versions, problems

#: Posts of ours about a proposal carry this subject, followed by its number and by what they show.
_SUBJECT: Final = "problem:"
_OF_GROUP: Final = "problems:"


def subject(problem_id: ProblemId, shows: str) -> str:
    """Return the outbox subject of a post that shows a proposal; it is deleted with its words."""
    return f"{_SUBJECT}{problem_id}:{shows}"


def subject_of_all(group_id: GroupId, shows: str) -> str:
    """Return the outbox subject of a post that shows all proposals of a group."""
    return f"{_OF_GROUP}{group_id}:{shows}"


def of_subject(post: str | None) -> ProblemId | None:
    """Return the proposal that a post with this subject shows."""
    if post is None or not post.startswith(_SUBJECT):
        return None
    return ProblemId(int(post.removeprefix(_SUBJECT).partition(":")[0]))


async def add(
    db: AsyncConnection,
    group_id: GroupId,
    author: PersonId | None,
    source: EventId,
    text: str,
    *,
    now: datetime,
    due: datetime,
) -> Problem:
    """Propose; an open proposal of another message is replaced, the same message again changes nothing."""
    known = await by_source(db, source)
    if known is not None:
        return known
    await _replace(db, group_id, State.PROPOSED)
    values = {"group_id": group_id, "author_id": author, "source_event_id": source}
    made = await db.execute(insert(problems).values(values).returning(problems.c.id))
    problem_id = ProblemId(made.scalar_one())
    await _add_version(db, problem_id, text, now=now, due=due)
    return await get(db, problem_id)


async def revise(
    db: AsyncConnection, problem: Problem, text: str, *, now: datetime, due: datetime
) -> Problem:
    """Propose another wording; what people said to the earlier one no longer counts."""
    await _replace(db, problem.group_id, State.PROPOSED)
    await _add_version(db, problem.id, text, now=now, due=due)
    return await get(db, problem.id)


async def agree(db: AsyncConnection, problem: Problem, *, now: datetime) -> Problem:
    """Let the open version hold, instead of an earlier one; how many agreed stays, who it was is forgotten."""
    standing = await objections.standing(db, problem.version.id)
    await _replace(db, problem.group_id, State.AGREED)
    await objections.forget(db, [problem.version.id])
    values = {"state": State.AGREED.value, "agreed_at": now, "in_favour": standing.in_favour}
    await db.execute(
        update(problem_versions).where(problem_versions.c.id == problem.version.id).values(values)
    )
    return await get(db, problem.id)


async def erase(db: AsyncConnection, problem_id: ProblemId) -> None:
    """Withdraw a proposal for good: all its wordings, and everything people said to them."""
    query = update(problem_versions).where(problem_versions.c.problem_id == problem_id)
    gone = query.values(text=None, state=State.WITHDRAWN.value).returning(problem_versions.c.id)
    await objections.forget(db, [VersionId(found) for found in await db.scalars(gone)])
    await db.execute(update(problems).where(problems.c.id == problem_id).values(author_id=None))


async def get(db: AsyncConnection, problem_id: ProblemId) -> Problem:
    """Return the proposal with its latest version.

    Raises:
        LookupError: there is none with this number.
    """
    problem = await _one(db, problems.c.id == problem_id)
    if problem is None:
        raise LookupError(f"no problem {problem_id}")
    return problem


async def by_source(db: AsyncConnection, event_id: EventId) -> Problem | None:
    """Return the proposal that this message made."""
    return await _one(db, problems.c.source_event_id == event_id)


async def by_version(db: AsyncConnection, version_id: VersionId) -> Problem | None:
    """Return the proposal whose latest version this is."""
    query = select(problem_versions.c.problem_id).where(problem_versions.c.id == version_id)
    problem = await _one(db, problems.c.id == query.scalar_subquery())
    return problem if problem is not None and problem.version.id == version_id else None


async def wording(db: AsyncConnection, version_id: VersionId) -> str:
    """Return the words of a version; empty once withdrawn."""
    query = select(problem_versions.c.text).where(problem_versions.c.id == version_id)
    return await db.scalar(query) or ""


async def proposed(db: AsyncConnection, group_id: GroupId) -> Problem | None:
    """Return the group's open proposal; there is one at most."""
    return await _one(db, problems.c.group_id == group_id, problem_versions.c.state == State.PROPOSED.value)


async def agreed(db: AsyncConnection, group_id: GroupId) -> Version | None:
    """Return the wording that holds; there is one at most."""
    rows = await db.execute(_of_group(group_id).where(problem_versions.c.state == State.AGREED.value))
    row = rows.first()
    return _version(row) if row else None


async def agreed_between(db: AsyncConnection, group_id: GroupId, first: datetime, last: datetime) -> bool:
    """Was a wording agreed on in this time that was not withdrawn since?"""
    there = problem_versions.c.agreed_at.between(first, last) & problem_versions.c.text.is_not(None)
    return (await db.execute(_of_group(group_id).where(there).limit(1))).first() is not None


async def history(db: AsyncConnection, group_id: GroupId) -> list[Version]:
    """Return every wording that was not withdrawn, oldest first."""
    query = _of_group(group_id).where(problem_versions.c.text.is_not(None))
    return [_version(row) for row in await db.execute(query.order_by(problem_versions.c.id))]


def _of_group(group_id: GroupId) -> Select[Any]:
    query = select(problem_versions).join(problems, problems.c.id == problem_versions.c.problem_id)
    return query.where(problems.c.group_id == group_id)


async def _replace(db: AsyncConnection, group_id: GroupId, state: State) -> None:
    query = _of_group(group_id).where(problem_versions.c.state == state.value)
    ids = [VersionId(row.id) for row in await db.execute(query)]
    await objections.forget(db, ids)
    later = update(problem_versions).where(problem_versions.c.id.in_(ids))
    await db.execute(later.values(state=State.REPLACED.value))


async def _add_version(
    db: AsyncConnection, problem_id: ProblemId, text: str, *, now: datetime, due: datetime
) -> None:
    values = {"problem_id": problem_id, "text": text, "state": State.PROPOSED.value}
    await db.execute(insert(problem_versions).values(**values, proposed_at=now, due_at=due))


_LATEST: Final = (
    select(func.max(problem_versions.c.id))
    .where(problem_versions.c.problem_id == problems.c.id)
    .correlate(problems)
    .scalar_subquery()
)


async def _one(db: AsyncConnection, *conditions: ColumnElement[bool]) -> Problem | None:
    query = (
        select(problem_versions, problems.c.group_id, problems.c.author_id, problems.c.source_event_id)
        .join(problems, problems.c.id == problem_versions.c.problem_id)
        .where(problem_versions.c.id == _LATEST, *conditions)
    )
    row = (await db.execute(query)).first()
    if row is None:
        return None
    return Problem(
        ProblemId(row.problem_id),
        GroupId(row.group_id),
        row.author_id,
        EventId(row.source_event_id),
        _version(row),
    )


def _version(row: Row[Any]) -> Version:
    return Version(
        id=VersionId(row.id),
        problem_id=ProblemId(row.problem_id),
        text=row.text,
        state=State(row.state),
        in_favour=row.in_favour or 0,
        proposed_at=row.proposed_at,
        due_at=row.due_at,
        agreed_at=row.agreed_at,
    )
