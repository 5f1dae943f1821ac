# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Questions the bot put to a person, with the words already typed; they wait fifteen minutes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from method.ids import EventId, PersonId, QuestionId, RoomId
from storage.tables import questions

#: How long an answer is waited for.
PATIENCE: Final = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked."""

    id: QuestionId
    room_id: RoomId
    person_id: PersonId
    #: suggestion (👍 runs it), blank (the answer fills it), group (which group is meant)
    kind: str
    #: The command line to run; "{}" stands where the answer goes.
    line: str
    #: The message that was asked about.
    event_id: EventId
    expires_at: datetime


async def ask(
    db: AsyncConnection,
    room_id: RoomId,
    person_id: PersonId,
    kind: str,
    line: str,
    event_id: EventId,
    *,
    now: datetime,
) -> Question:
    """Wait for an answer; an older question of this kind to the person in this room is dropped."""
    same = (
        (questions.c.room_id == room_id) & (questions.c.person_id == person_id) & (questions.c.kind == kind)
    )
    await db.execute(delete(questions).where(same))
    query = insert(questions).values(
        room_id=room_id,
        person_id=person_id,
        kind=kind,
        line=line,
        event_id=event_id,
        expires_at=now + PATIENCE,
    )
    row = (await db.execute(query.returning(*questions.c))).one()
    return _question(row)


async def by_id(
    db: AsyncConnection, question_id: QuestionId, *, now: datetime | None = None
) -> Question | None:
    """Return the question, unless it was answered, dropped, or is too old at ``now``."""
    return await _newest(db, questions.c.id == question_id, *_waiting(now))


async def latest(
    db: AsyncConnection, room_id: RoomId, person_id: PersonId, *, now: datetime, suggests: bool | None = None
) -> Question | None:
    """Return the newest question to this person in this room that still waits; a suggestion only, or none."""
    conditions = [questions.c.room_id == room_id, questions.c.person_id == person_id, *_waiting(now)]
    if suggests is not None:
        is_suggestion = questions.c.kind == "suggestion"
        conditions.append(is_suggestion if suggests else ~is_suggestion)
    return await _newest(db, *conditions)


async def by_event(db: AsyncConnection, event_id: EventId) -> Question | None:
    """Return the newest question that was asked about this message."""
    return await _newest(db, questions.c.event_id == event_id)


async def answer(db: AsyncConnection, question_id: QuestionId) -> None:
    """The question has been answered and is forgotten."""
    await db.execute(delete(questions).where(questions.c.id == question_id))


async def drop(db: AsyncConnection, event_id: EventId) -> None:
    """The message was deleted: forget the words that questions about it keep."""
    await db.execute(delete(questions).where(questions.c.event_id == event_id))


async def purge(db: AsyncConnection, now: datetime) -> bool:
    """Forget what nobody answered in time. Tell whether there was anything."""
    gone = await db.execute(delete(questions).where(questions.c.expires_at <= now))
    return gone.rowcount > 0


def _waiting(now: datetime | None) -> list[ColumnElement[bool]]:
    return [questions.c.expires_at > now] if now else []


async def _newest(db: AsyncConnection, *conditions: ColumnElement[bool]) -> Question | None:
    row = (await db.execute(select(questions).where(*conditions).order_by(questions.c.id.desc()))).first()
    return _question(row) if row else None


def _question(row: Row[Any]) -> Question:
    return Question(
        id=QuestionId(row.id),
        room_id=RoomId(row.room_id),
        person_id=PersonId(row.person_id),
        kind=row.kind,
        line=row.line,
        event_id=EventId(row.event_id),
        expires_at=row.expires_at,
    )
