# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The working agreements of a group: one text, and who accepts it, as long as it is this text."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import ColumnElement, Row, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from method.agreements import Agreement
from method.ids import AgreementId, EventId, GroupId, OutboxId, PersonId
from storage import upsert
from storage.tables import acceptances, agreements

#: What an answer of ours about a wording carries behind the group's number, followed by the wording's.
_SHOWN: Final = "shown:"


def subject(group_id: GroupId) -> str:
    """Return what our posts that repeat a group's agreements are about; all of them lie below it."""
    return f"agreement:{group_id}"


def subject_of_answer(agreement: Agreement) -> str:
    """Return the outbox subject of an answer that shows this wording."""
    return f"{subject(agreement.group_id)}:{_SHOWN}{agreement.id}"


async def write(
    db: AsyncConnection, group_id: GroupId, author: PersonId | None, source: EventId | None, text: str
) -> Agreement:
    """Let this be the group's text; another one is accepted by nobody yet, the same one as before."""
    before = await of_group(db, group_id)
    said = {"author_id": author, "source_event_id": source}
    if before is not None and before.text == text:
        query = update(agreements).where(agreements.c.id == before.id).values(said)
        return _agreement((await db.execute(query.returning(*agreements.c))).one())
    if before is not None:
        await erase(db, before.id)
    values = {**said, "group_id": group_id, "text": text, "post_id": before.post if before else None}
    return _agreement((await db.execute(insert(agreements).values(values).returning(*agreements.c))).one())


async def set_post(db: AsyncConnection, agreement_id: AgreementId, post: OutboxId) -> None:
    """Remember which post of ours asks for acceptance."""
    await db.execute(update(agreements).where(agreements.c.id == agreement_id).values(post_id=post))


async def erase(db: AsyncConnection, agreement_id: AgreementId) -> None:
    """Forget a text, and who accepted it."""
    await db.execute(delete(acceptances).where(acceptances.c.agreement_id == agreement_id))
    await db.execute(delete(agreements).where(agreements.c.id == agreement_id))


async def of_group(db: AsyncConnection, group_id: GroupId) -> Agreement | None:
    """Return what a group has agreed on."""
    return await _one(db, agreements.c.group_id == group_id)


async def by_source(db: AsyncConnection, event_id: EventId) -> Agreement | None:
    """Return the text that this message wrote."""
    return await _one(db, agreements.c.source_event_id == event_id)


async def by_post(db: AsyncConnection, post: OutboxId) -> Agreement | None:
    """Return the text for which this post of ours asks for acceptance."""
    return await _one(db, agreements.c.post_id == post)


async def by_answer(db: AsyncConnection, post_subject: str | None) -> Agreement | None:
    """Return the text that an answer of ours with this subject shows; None once it was changed."""
    _, _, shown = (post_subject or "").partition(f":{_SHOWN}")
    if not shown or not (post_subject or "").startswith("agreement:"):
        return None
    return await _one(db, agreements.c.id == int(shown))


# --- who accepts it ------------------------------------------------------------------------------


async def accept(
    db: AsyncConnection, agreement_id: AgreementId, person_id: PersonId, event_id: EventId
) -> None:
    """Remember a reaction or a reply; the same one again changes nothing."""
    values = {"event_id": event_id, "agreement_id": agreement_id, "person_id": person_id}
    await db.execute(upsert.insert(db, acceptances).values(values).on_conflict_do_nothing())


async def by_acceptance(db: AsyncConnection, event_id: EventId) -> tuple[Agreement, PersonId] | None:
    """Return what this reaction or reply accepts, and whose it is."""
    query = select(acceptances).where(acceptances.c.event_id == event_id)
    row = (await db.execute(query)).one_or_none()
    found = await _one(db, agreements.c.id == row.agreement_id) if row else None
    return (found, PersonId(row.person_id)) if row and found else None


async def take_back(db: AsyncConnection, event_id: EventId) -> None:
    """The reaction or reply was deleted."""
    await db.execute(delete(acceptances).where(acceptances.c.event_id == event_id))


async def accepted(db: AsyncConnection, agreement_id: AgreementId) -> int:
    """Return how many people accept the text, each of them once."""
    query = select(func.count(acceptances.c.person_id.distinct()))
    return int(await db.scalar(query.where(acceptances.c.agreement_id == agreement_id)) or 0)


async def _one(db: AsyncConnection, condition: ColumnElement[bool]) -> Agreement | None:
    row = (await db.execute(select(agreements).where(condition))).one_or_none()
    return _agreement(row) if row else None


def _agreement(row: Row[Any]) -> Agreement:
    return Agreement(
        AgreementId(row.id), GroupId(row.group_id), row.author_id, row.source_event_id, row.text, row.post_id
    )
