# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Roles of a meeting are kept as they were given."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from method.ids import EventId, UserId
from method.roles import Role
from storage import meetings, people, roles
from storage.groups import Group
from storage.people import Person


async def test_save_replaces_the_roles(db: AsyncConnection, group: Group, person: Person, now: datetime):
    meeting = await meetings.add(db, group.id, None, EventId("$start"), starts_at=None, began_at=now)
    ben = await people.get_or_add(db, UserId("@ben:example.org"))
    assert await roles.of_meeting(db, meeting.id) == {}

    await roles.save(db, meeting.id, {Role.BOARD: person.id, Role.TIME: ben.id})
    assert list((await roles.of_meeting(db, meeting.id)).items()) == [
        (Role.TIME, ben.id),
        (Role.BOARD, person.id),
    ]
    await roles.save(db, meeting.id, {Role.MODERATION: ben.id})

    assert await roles.of_meeting(db, meeting.id) == {Role.MODERATION: ben.id}
