# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Roles in a meeting; they go with its end."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from method.ids import MeetingId, PersonId
from method.roles import Role
from storage.tables import meeting_roles


async def of_meeting(db: AsyncConnection, meeting_id: MeetingId) -> dict[Role, PersonId]:
    """Return who has which role, in the order of the roles."""
    query = select(meeting_roles.c.role, meeting_roles.c.person_id).where(
        meeting_roles.c.meeting_id == meeting_id
    )
    found = {Role(row.role): PersonId(row.person_id) for row in await db.execute(query)}
    return {role: found[role] for role in Role if role in found}


async def save(db: AsyncConnection, meeting_id: MeetingId, roles: Mapping[Role, PersonId]) -> None:
    """Let these be the roles from now on."""
    await db.execute(delete(meeting_roles).where(meeting_roles.c.meeting_id == meeting_id))
    rows = [
        {"meeting_id": meeting_id, "role": role.value, "person_id": person} for role, person in roles.items()
    ]
    if rows:
        await db.execute(insert(meeting_roles), rows)
