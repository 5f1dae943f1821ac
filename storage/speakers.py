# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The list of speakers of a meeting; it goes with its end."""

from __future__ import annotations

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from method.ids import EventId, MeetingId, PersonId
from method.speakers import Request, Turn
from storage.tables import meeting_requests


async def ask(
    db: AsyncConnection, meeting_id: MeetingId, person_id: PersonId, event_id: EventId, *, replace: bool
) -> bool:
    """Put somebody on the list; return False if they wait already.

    Args:
        db: the connection.
        meeting_id: the meeting.
        person_id: who asks.
        event_id: what asks: taking it back withdraws.
        replace: if they wait already, taking back this event withdraws from now on.
    """
    waits = _waiting(meeting_id) & (meeting_requests.c.person_id == person_id)
    if await db.scalar(select(meeting_requests.c.id).where(waits)) is not None:
        if replace:
            await db.execute(update(meeting_requests).where(waits).values(event_id=event_id))
        return False
    values = {
        "meeting_id": meeting_id,
        "person_id": person_id,
        "turn": Turn.WAITING.value,
        "event_id": event_id,
    }
    await db.execute(insert(meeting_requests).values(values))
    return True


async def of_meeting(db: AsyncConnection, meeting_id: MeetingId) -> list[Request]:
    """Return everybody who asked, in the order of asking."""
    query = select(meeting_requests.c.person_id, meeting_requests.c.turn).where(
        meeting_requests.c.meeting_id == meeting_id
    )
    rows = await db.execute(query.order_by(meeting_requests.c.id))
    return [Request(PersonId(row.person_id), Turn(row.turn)) for row in rows]


async def by_event(db: AsyncConnection, event_id: EventId) -> tuple[MeetingId, PersonId] | None:
    """Return in which meeting this event asks, and for whom, if they still wait."""
    query = select(meeting_requests.c.meeting_id, meeting_requests.c.person_id).where(
        meeting_requests.c.event_id == event_id, meeting_requests.c.turn == Turn.WAITING.value
    )
    row = (await db.execute(query)).first()
    return (MeetingId(row.meeting_id), PersonId(row.person_id)) if row else None


async def withdraw(db: AsyncConnection, meeting_id: MeetingId, person_id: PersonId) -> bool:
    """Take somebody off the list; return False if they are not on it."""
    waits = _waiting(meeting_id) & (meeting_requests.c.person_id == person_id)
    gone = await db.execute(delete(meeting_requests).where(waits).returning(meeting_requests.c.id))
    return gone.first() is not None


async def give_floor(db: AsyncConnection, meeting_id: MeetingId, person_id: PersonId | None) -> None:
    """Let this person speak now, or nobody; who spoke until now has spoken."""
    here = meeting_requests.c.meeting_id == meeting_id
    speaks = here & (meeting_requests.c.turn == Turn.SPEAKING.value)
    await db.execute(update(meeting_requests).where(speaks).values(turn=Turn.SPOKEN.value))
    if person_id is not None:
        waits = _waiting(meeting_id) & (meeting_requests.c.person_id == person_id)
        await db.execute(update(meeting_requests).where(waits).values(turn=Turn.SPEAKING.value))


def _waiting(meeting_id: MeetingId) -> ColumnElement[bool]:
    return (meeting_requests.c.meeting_id == meeting_id) & (meeting_requests.c.turn == Turn.WAITING.value)
