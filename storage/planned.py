# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a group has planned, as its export says it: agendas, series of meetings, reminders. Nobody is named."""

from __future__ import annotations

from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from method.dates import timestamp
from method.ids import GroupId
from method.recurrences import show_recurrence
from storage import agendas, meetings, plans, reminders
from storage.groups import Group


async def of_group(db: AsyncConnection, group: Group) -> dict[str, Any]:
    """Return what is to be talked about, what comes again, and of what the group will be reminded."""
    language = group.language
    return {
        "agenda": await _agenda(db, group.id),
        "series": [
            {
                "every": show_recurrence(one.rule).render(language),
                "time": one.local_time.isoformat(timespec="minutes"),
                "title": one.title,
            }
            for one in await plans.series_of_group(db, group.id)
        ],
        "reminders": [
            {
                "text": one.text,
                "every": show_recurrence(one.rule).render(language) if one.rule else None,
                "next": timestamp(at),
            }
            for one, at in await reminders.coming_in_group(db, group.id)
        ],
    }


async def _agenda(db: AsyncConnection, group_id: GroupId) -> list[dict[str, Any]]:
    """Return the agendas of all meetings, and what waits for the next one."""
    listed = []
    for meeting in [*await meetings.of_group(db, group_id), None]:
        found = await (agendas.of_meeting(db, meeting.id) if meeting else agendas.parked(db, group_id))
        listed += [
            {
                "meeting": meeting.label if meeting else None,
                "text": item.text,
                "minutes": item.minutes,
                "entry": str(item.link) if item.link else None,
            }
            for item in found
        ]
    return listed
