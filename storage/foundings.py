# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Founding dialogues: which question a group has still to answer, and in which post of ours it stands."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from method.foundings import Question
from method.ids import GroupId, OutboxId
from storage import upsert
from storage.tables import foundings


@dataclass(frozen=True, slots=True)
class Founding:
    """A dialogue that is not finished."""

    question: Question
    post_id: OutboxId


async def find(db: AsyncConnection, group_id: GroupId) -> Founding | None:
    """Return how far the group has come; None if it has not begun, or is through."""
    query = select(foundings.c.question, foundings.c.post_id).where(foundings.c.group_id == group_id)
    row = (await db.execute(query)).one_or_none()
    return Founding(Question(row.question), OutboxId(row.post_id)) if row else None


async def save(db: AsyncConnection, group_id: GroupId, question: Question, post_id: OutboxId) -> None:
    """Remember which question is open, and in which post."""
    values = {"question": question.value, "post_id": post_id}
    query = upsert.insert(db, foundings).values(group_id=group_id, **values)
    await db.execute(query.on_conflict_do_update(index_elements=["group_id"], set_=values))


async def end(db: AsyncConnection, group_id: GroupId) -> None:
    """Everything is answered."""
    await db.execute(delete(foundings).where(foundings.c.group_id == group_id))
