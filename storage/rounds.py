# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Rounds of a meeting and what was said to them; they go with its end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from method.ids import EventId, MeetingId, OutboxId, PersonId, RoundId
from method.rounds import Answer, Round
from storage import upsert
from storage.tables import meeting_rounds, round_answers, round_pages

_ROUND = select(
    meeting_rounds.c.id,
    meeting_rounds.c.meeting_id,
    meeting_rounds.c.question,
    meeting_rounds.c.closes_at,
    meeting_rounds.c.closed,
    meeting_rounds.c.card_id,
)


def subject(round_id: RoundId) -> str:
    """Return the outbox subject of our post that asks."""
    return f"{subject_of_all(round_id)}:post"


def subject_of_all(round_id: RoundId) -> str:
    """Return what is above the subjects of our posts of a round."""
    return f"round:{round_id}"


async def add(
    db: AsyncConnection, meeting_id: MeetingId, question: str, source: EventId, *, closes_at: datetime
) -> Round:
    """Open a round."""
    values = {
        "meeting_id": meeting_id,
        "question": question,
        "closes_at": closes_at,
        "closed": False,
        "source_event_id": source,
    }
    added = await db.execute(insert(meeting_rounds).values(values).returning(meeting_rounds.c.id))
    return Round(RoundId(added.scalar_one()), meeting_id, question, closes_at, False, None)


async def find(db: AsyncConnection, round_id: RoundId) -> Round | None:
    """Return the round; None once its meeting has ended."""
    return await _one(db, meeting_rounds.c.id == round_id)


async def latest(db: AsyncConnection, meeting_id: MeetingId) -> Round | None:
    """Return the newest round of a meeting."""
    return await _one(db, meeting_rounds.c.meeting_id == meeting_id)


async def of_meeting(db: AsyncConnection, meeting_id: MeetingId) -> list[Round]:
    """Return the rounds of a meeting, oldest first."""
    query = _ROUND.where(meeting_rounds.c.meeting_id == meeting_id).order_by(meeting_rounds.c.id)
    return [_round(row) for row in await db.execute(query)]


async def by_card(db: AsyncConnection, card: OutboxId) -> Round | None:
    """Return the round that our post asks, or of which it shows answers."""
    further = select(round_pages.c.round_id).where(round_pages.c.post_id == card)
    return await _one(db, or_(meeting_rounds.c.card_id == card, meeting_rounds.c.id.in_(further)))


async def by_source(db: AsyncConnection, event_id: EventId) -> Round | None:
    """Return the round that this message opened."""
    return await _one(db, meeting_rounds.c.source_event_id == event_id)


async def erase(db: AsyncConnection, round_id: RoundId) -> None:
    """Forget a round and what was said to it."""
    for table in (round_answers, round_pages):
        await db.execute(delete(table).where(table.c.round_id == round_id))
    await db.execute(delete(meeting_rounds).where(meeting_rounds.c.id == round_id))


async def set_card(db: AsyncConnection, round_id: RoundId, card: OutboxId | None) -> None:
    """Remember the post that asks; None: it was deleted."""
    await db.execute(update(meeting_rounds).where(meeting_rounds.c.id == round_id).values(card_id=card))


async def close(db: AsyncConnection, round_id: RoundId) -> None:
    """Stop waiting for anybody."""
    await db.execute(update(meeting_rounds).where(meeting_rounds.c.id == round_id).values(closed=True))


# --- answers -------------------------------------------------------------------------------------


async def answer(
    db: AsyncConnection, round_id: RoundId, person_id: PersonId, words: str, source: EventId
) -> None:
    """Keep what somebody said; the same message again changes nothing."""
    query = upsert.insert(db, round_answers).values(
        round_id=round_id, person_id=person_id, text=words, event_id=source
    )
    await db.execute(query.on_conflict_do_nothing())


async def answers(db: AsyncConnection, round_id: RoundId) -> list[Answer]:
    """Return what was said, in the order in which it came."""
    query = select(round_answers).where(round_answers.c.round_id == round_id).order_by(round_answers.c.id)
    return [
        Answer(PersonId(row.person_id), row.text, EventId(row.event_id)) for row in await db.execute(query)
    ]


async def by_answer(db: AsyncConnection, event_id: EventId) -> tuple[Round, PersonId] | None:
    """Return the round to which a message is an answer, and whose it is."""
    query = select(round_answers.c.round_id, round_answers.c.person_id).where(
        round_answers.c.event_id == event_id
    )
    row = (await db.execute(query)).one_or_none()
    found = await find(db, RoundId(row.round_id)) if row else None
    return (found, PersonId(row.person_id)) if row and found else None


async def rewrite(db: AsyncConnection, event_id: EventId, words: str) -> None:
    """Give an answer new words."""
    await db.execute(update(round_answers).where(round_answers.c.event_id == event_id).values(text=words))


async def withdraw(db: AsyncConnection, event_id: EventId) -> None:
    """Forget an answer."""
    await db.execute(delete(round_answers).where(round_answers.c.event_id == event_id))


async def _one(db: AsyncConnection, condition: ColumnElement[bool]) -> Round | None:
    row = (await db.execute(_ROUND.where(condition).order_by(meeting_rounds.c.id.desc()).limit(1))).first()
    return _round(row) if row else None


def _round(row: Sequence[Any]) -> Round:
    id_, meeting_id, question, closes_at, closed, card = row
    return Round(id_, meeting_id, question, closes_at, closed, card)
