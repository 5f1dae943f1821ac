# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""How far a person was told what is new; only of those who ask for it."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from method.digests import Source
from method.ids import GroupId, PersonId
from method.visits import Visit
from storage import upsert
from storage.tables import visits

#: Where the mark of each kind stands.
COLUMNS: Final = {
    Source.ITEM: visits.c.item_id,
    Source.NOTE: visits.c.note_id,
    Source.RESULT: visits.c.poll_id,
    Source.HELD: visits.c.meeting_id,
    Source.AGREED: visits.c.version_id,
    Source.DONE: visits.c.completion_id,
    Source.OVER: visits.c.ended_sprint_id,
    Source.SPRINT: visits.c.begun_sprint_id,
}


async def find(db: AsyncConnection, group_id: GroupId, person_id: PersonId) -> Visit | None:
    """Return the person's last visit; None if they have never asked."""
    own = (visits.c.group_id == group_id) & (visits.c.person_id == person_id)
    row = (await db.execute(select(visits).where(own))).one_or_none()
    if row is None:
        return None
    return Visit({source: int(row._mapping[column.name] or 0) for source, column in COLUMNS.items()})


async def save(db: AsyncConnection, group_id: GroupId, person_id: PersonId, visit: Visit) -> None:
    """Remember this visit instead of the one before."""
    marks: dict[str, Any] = {
        column.name: visit.marks.get(source) or None for source, column in COLUMNS.items()
    }
    query = upsert.insert(db, visits).values(group_id=group_id, person_id=person_id, **marks)
    await db.execute(query.on_conflict_do_update(index_elements=["group_id", "person_id"], set_=marks))
