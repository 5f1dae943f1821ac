# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""How people stand to an open proposal: 👍, ✋ and sentences; forgotten as soon as it is open no more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from method.ids import EventId, PersonId, VersionId
from method.problems import Stand, Standing
from storage import upsert
from storage.tables import problem_objections, problem_votes

_votes, _sentences = problem_votes.c, problem_objections.c


@dataclass(frozen=True, slots=True)
class Said:
    """What one event says about a version, and whose it is."""

    version_id: VersionId
    person_id: PersonId
    stand: Stand
    #: It is a sentence, no reaction.
    is_sentence: bool


async def vote(
    db: AsyncConnection, version_id: VersionId, person_id: PersonId, event_id: EventId, stand: Stand
) -> None:
    """Remember a reaction; the same one again changes nothing."""
    query = upsert.insert(db, problem_votes).values(
        event_id=event_id, version_id=version_id, person_id=person_id, kind=stand.value
    )
    await db.execute(query.on_conflict_do_nothing())


async def has(db: AsyncConnection, version_id: VersionId, person_id: PersonId, stand: Stand) -> bool:
    """Does a reaction of the person stand?"""
    query = select(_votes.event_id).where(
        _votes.version_id == version_id, _votes.person_id == person_id, _votes.kind == stand.value
    )
    return await db.scalar(query.limit(1)) is not None


async def has_said(db: AsyncConnection, version_id: VersionId, person_id: PersonId) -> bool:
    """Does a sentence of the person stand?"""
    query = select(_sentences.id).where(
        _sentences.version_id == version_id, _sentences.person_id == person_id
    )
    return await db.scalar(query.limit(1)) is not None


async def say(
    db: AsyncConnection, version_id: VersionId, person_id: PersonId, source: EventId, text: str
) -> None:
    """Keep the sentence of an objection; the same message again changes nothing."""
    if await db.scalar(select(_sentences.id).where(_sentences.source_event_id == source)) is None:
        values = {"version_id": version_id, "person_id": person_id, "source_event_id": source, "text": text}
        await db.execute(insert(problem_objections).values(values))


async def say_anonymously(db: AsyncConnection, version_id: VersionId, text: str, code: str) -> None:
    """Keep an objection of nobody; only ``code`` (a hash) takes it back."""
    values = {"version_id": version_id, "text": text, "code": code}
    await db.execute(insert(problem_objections).values(values))


async def rewrite(db: AsyncConnection, source: EventId, text: str) -> None:
    """Replace the sentence that this message said."""
    query = update(problem_objections).where(_sentences.source_event_id == source)
    await db.execute(query.values(text=text))


async def by_event(db: AsyncConnection, event_id: EventId) -> Said | None:
    """Return what this reaction or message says, if it still counts."""
    row = (await db.execute(select(problem_votes).where(_votes.event_id == event_id))).one_or_none()
    if row is not None:
        return Said(row.version_id, row.person_id, Stand(row.kind), is_sentence=False)
    query = select(problem_objections).where(_sentences.source_event_id == event_id)
    row = (await db.execute(query)).first()
    return Said(row.version_id, row.person_id, Stand.AGAINST, is_sentence=True) if row else None


async def take_back(db: AsyncConnection, event_id: EventId) -> None:
    """A reaction or a message was deleted. With the last ✋ of a person go their sentences."""
    said = await by_event(db, event_id)
    await db.execute(delete(problem_votes).where(_votes.event_id == event_id))
    await db.execute(delete(problem_objections).where(_sentences.source_event_id == event_id))
    if said is None or said.is_sentence or said.stand is Stand.FOR:
        return
    if not await has(db, said.version_id, said.person_id, Stand.AGAINST):
        theirs = (_sentences.version_id == said.version_id) & (_sentences.person_id == said.person_id)
        await db.execute(delete(problem_objections).where(theirs))


async def take_back_all(db: AsyncConnection, person_id: PersonId) -> None:
    """Forget every sentence of a person."""
    await db.execute(delete(problem_objections).where(_sentences.person_id == person_id))


async def take_back_anonymous(db: AsyncConnection, code: str) -> VersionId | None:
    """Forget the objection with this code (a hash); return what it was about."""
    query = delete(problem_objections).where(_sentences.code == code).returning(_sentences.version_id)
    return await db.scalar(query)


async def standing(db: AsyncConnection, version_id: VersionId) -> Standing:
    """Return how the group stands to a version: people counted once each, nobody named."""
    here = _votes.version_id == version_id
    said = _sentences.version_id == version_id
    against = (
        select(_votes.person_id)
        .where(here, _votes.kind == Stand.AGAINST.value)
        .union(select(_sentences.person_id).where(said, _sentences.person_id.is_not(None)))
    )
    in_favour = select(func.count(_votes.person_id.distinct())).where(
        here, _votes.kind == Stand.FOR.value, _votes.person_id.not_in(against)
    )
    anonymous = select(func.count()).where(said, _sentences.person_id.is_(None))
    objecting = select(func.count()).select_from(against.subquery())
    sentences = select(_sentences.text).where(said).order_by(_sentences.id)
    return Standing(
        int(await db.scalar(in_favour) or 0),
        int(await db.scalar(objecting) or 0) + int(await db.scalar(anonymous) or 0),
        tuple((await db.scalars(sentences)).all()),
    )


async def forget(db: AsyncConnection, version_ids: Sequence[VersionId]) -> None:
    """Forget who stood how to these versions, and what they said."""
    await db.execute(delete(problem_votes).where(_votes.version_id.in_(version_ids)))
    await db.execute(delete(problem_objections).where(_sentences.version_id.in_(version_ids)))
