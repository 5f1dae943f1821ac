# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Newcomers: who was greeted in a group; not when."""

from __future__ import annotations

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncConnection

from method.ids import GroupId, PersonId
from storage import upsert
from storage.tables import newcomers


async def greet(db: AsyncConnection, group_id: GroupId, person_id: PersonId) -> bool:
    """Remember that the person is greeted in the group; return False if that had happened before."""
    query = upsert.insert(db, newcomers).values(group_id=group_id, person_id=person_id)
    fresh = query.on_conflict_do_nothing().returning(newcomers.c.person_id)
    return (await db.execute(fresh)).one_or_none() is not None


async def forget(db: AsyncConnection, person_id: PersonId) -> None:
    """Forget where the person was greeted: nothing of them shall be left."""
    await db.execute(delete(newcomers).where(newcomers.c.person_id == person_id))
