# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Meetings: their rows stay, what people did in them is deleted at the end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, bindparam, delete, exists, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from method.cards import Arisen
from method.ids import EventId, GroupId, MeetingId, OutboxId, PersonId
from method.items import Kind, Label, State
from method.meetings import Meeting, Stage
from storage import problems, upsert
from storage.prepared import prepared
from storage.tables import (
    groups,
    items,
    meeting_people,
    meeting_requests,
    meeting_roles,
    meeting_rounds,
    meetings,
    notes,
    round_answers,
    round_pages,
)

#: Our card of a meeting carries this subject, followed by the meeting's id.
_SUBJECT: Final = "meeting:"


def subject(meeting_id: MeetingId) -> str:
    """Return the outbox subject of a meeting's card: reactions to it find the meeting."""
    return f"{_SUBJECT}{meeting_id}"


def of_subject(words: str | None) -> MeetingId | None:
    """Return the meeting whose card carries this subject."""
    if words is None or not words.startswith(_SUBJECT):
        return None
    return MeetingId(int(words.removeprefix(_SUBJECT)))


# --- one meeting ---------------------------------------------------------------------------------


async def add(
    db: AsyncConnection,
    group_id: GroupId,
    title: str | None,
    source: EventId,
    *,
    starts_at: datetime | None,
    began_at: datetime | None,
) -> Meeting:
    """Announce a meeting, or begin it; a ``source`` that was used already gives the meeting it made."""
    # Numbers of a group are given one after the other: rows are never deleted, so none comes back.
    await db.execute(select(groups.c.id).where(groups.c.id == group_id).with_for_update())
    known = await by_source(db, source)
    if known:
        return known
    values = {
        "group_id": group_id,
        "number": await last_number(db, group_id) + 1,
        "title": title,
        "stage": (Stage.RUNNING if began_at else Stage.PLANNED).value,
        "starts_at": starts_at,
        "began_at": began_at,
        "source_event_id": source,
    }
    added = await db.execute(insert(meetings).values(values).returning(meetings.c.id))
    return await by_id(db, MeetingId(added.scalar_one()))


async def last_number(db: AsyncConnection, group_id: GroupId) -> int:
    """Return the highest number given so far; 0 if none was."""
    found = await db.scalar(select(func.max(meetings.c.number)).where(meetings.c.group_id == group_id))
    return int(found or 0)


async def by_id(db: AsyncConnection, meeting_id: MeetingId) -> Meeting:
    """Return the meeting.

    Raises:
        LookupError: there is none with this id.
    """
    row = (await db.execute(_BY_ID, {"meeting": meeting_id})).one_or_none()
    if row is None:
        raise LookupError(f"no meeting {meeting_id}")
    return _meeting(row)


_BY_ID: Final = prepared(select(meetings).where(meetings.c.id == bindparam("meeting")))


async def by_source(db: AsyncConnection, event_id: EventId) -> Meeting | None:
    """Return the meeting that this message made."""
    return await _one(db, meetings.c.source_event_id == event_id)


async def find(db: AsyncConnection, group_id: GroupId, number: int) -> Meeting | None:
    """Return the group's meeting with this number."""
    return await _one(db, meetings.c.group_id == group_id, meetings.c.number == number)


async def running(db: AsyncConnection, group_id: GroupId) -> Meeting | None:
    """Return the meeting that is going on."""
    row = (await db.execute(_RUNNING, {"group": group_id})).one_or_none()
    return _meeting(row) if row else None


_RUNNING: Final = prepared(
    select(meetings).where(meetings.c.group_id == bindparam("group"), meetings.c.stage == Stage.RUNNING.value)
)


async def planned(db: AsyncConnection, group_id: GroupId) -> list[Meeting]:
    """Return what is announced, the earliest first."""
    query = select(meetings).where(meetings.c.group_id == group_id, meetings.c.stage == Stage.PLANNED.value)
    rows = await db.execute(query.order_by(meetings.c.starts_at, meetings.c.id))
    return [_meeting(row) for row in rows]


async def of_group(db: AsyncConnection, group_id: GroupId) -> list[Meeting]:
    """Return every meeting of the group by number."""
    query = select(meetings).where(meetings.c.group_id == group_id).order_by(meetings.c.number)
    return [_meeting(row) for row in await db.execute(query)]


async def begin(db: AsyncConnection, meeting_id: MeetingId, *, now: datetime) -> Meeting:
    """Begin a meeting that was announced.

    Raises:
        LookupError: it has begun or ended.
    """
    query = update(meetings).where(meetings.c.id == meeting_id, meetings.c.stage == Stage.PLANNED.value)
    query = query.values(stage=Stage.RUNNING.value, began_at=now)
    if await db.scalar(query.returning(meetings.c.id)) is None:
        raise LookupError(f"no meeting {meeting_id} that was announced")
    return await by_id(db, meeting_id)


async def amend(
    db: AsyncConnection, meeting_id: MeetingId, title: str | None, starts_at: datetime | None
) -> Meeting:
    """Give a meeting another title and another time."""
    query = update(meetings).where(meetings.c.id == meeting_id)
    await db.execute(query.values(title=title, starts_at=starts_at))
    return await by_id(db, meeting_id)


async def set_card(db: AsyncConnection, meeting_id: MeetingId, card: OutboxId | None) -> None:
    """Remember the post that shows the meeting; None: it was deleted."""
    await db.execute(update(meetings).where(meetings.c.id == meeting_id).values(card_id=card))


async def end(
    db: AsyncConnection, meeting_id: MeetingId, *, now: datetime, began: datetime | None = None
) -> Meeting:
    """End a meeting: roles, the list of speakers, rounds and who was there are deleted at once.

    ``began``: it took place, though nobody noted its beginning.
    """
    rounds = select(meeting_rounds.c.id).where(meeting_rounds.c.meeting_id == meeting_id)
    for below in (round_answers, round_pages):
        await db.execute(delete(below).where(below.c.round_id.in_(rounds)))
    for table in (meeting_rounds, meeting_requests, meeting_roles, meeting_people):
        await db.execute(delete(table).where(table.c.meeting_id == meeting_id))
    query = update(meetings).where(meetings.c.id == meeting_id, meetings.c.ended_at.is_(None))
    values = {"stage": Stage.ENDED.value, "ended_at": now} | ({"began_at": began} if began else {})
    await db.execute(query.values(values))
    return await by_id(db, meeting_id)


async def set_source(db: AsyncConnection, meeting_id: MeetingId, source: EventId) -> None:
    """Let a meeting be known as the one of another message, or moment of a series."""
    await db.execute(update(meetings).where(meetings.c.id == meeting_id).values(source_event_id=source))


async def correct_end(db: AsyncConnection, meeting_id: MeetingId, ended: datetime) -> Meeting:
    """Let a meeting that is over have ended at another time."""
    await db.execute(update(meetings).where(meetings.c.id == meeting_id).values(ended_at=ended))
    return await by_id(db, meeting_id)


async def reopen(db: AsyncConnection, meeting_id: MeetingId) -> Meeting:
    """Let a meeting that was announced be announced again: it has not begun after all."""
    query = update(meetings).where(meetings.c.id == meeting_id, meetings.c.starts_at.is_not(None))
    await db.execute(query.values(stage=Stage.PLANNED.value, began_at=None, ended_at=None))
    return await by_id(db, meeting_id)


# --- who is there --------------------------------------------------------------------------------


async def notice(db: AsyncConnection, meeting_id: MeetingId, person_id: PersonId) -> None:
    """Remember until the end of the meeting that a person is there; again changes nothing."""
    query = upsert.insert(db, meeting_people).values(meeting_id=meeting_id, person_id=person_id)
    await db.execute(query.on_conflict_do_nothing())


async def noticed(db: AsyncConnection, meeting_id: MeetingId) -> set[PersonId]:
    """Return who is known to be there."""
    query = select(meeting_people.c.person_id).where(meeting_people.c.meeting_id == meeting_id)
    return {PersonId(person) for person in await db.scalars(query)}


# --- what arose ----------------------------------------------------------------------------------


async def arisen(db: AsyncConnection, meeting: Meeting) -> Arisen:
    """Return what was entered and agreed in an ended meeting, and what was added to since the one before ended.

    Entries that were withdrawn since are left out.
    """
    if meeting.began_at is None or meeting.ended_at is None:
        return Arisen()
    before = await db.scalar(
        select(func.max(meetings.c.ended_at)).where(
            meetings.c.group_id == meeting.group_id,
            meetings.c.id != meeting.id,
            meetings.c.began_at.is_not(None),
            meetings.c.ended_at <= meeting.began_at,
        )
    )
    is_open = (items.c.group_id == meeting.group_id) & (items.c.state == State.OPEN.value)
    entries = is_open & items.c.created_at.between(meeting.began_at, meeting.ended_at)
    added = notes.c.created_at.between(before or meeting.began_at, meeting.ended_at)
    noted = exists().where(notes.c.item_id == items.c.id, notes.c.state == State.OPEN.value, added)
    return Arisen(
        entries=await _labels(db, entries),
        noted=await _labels(db, is_open & noted),
        after_another=before is not None,
        agreed=await problems.agreed_between(db, meeting.group_id, meeting.began_at, meeting.ended_at),
    )


async def _labels(db: AsyncConnection, condition: ColumnElement[bool]) -> list[Label]:
    query = select(items.c.kind, items.c.number).where(condition).order_by(items.c.kind, items.c.number)
    return [Label(Kind(row.kind), row.number) for row in await db.execute(query)]


# --- rows and values -----------------------------------------------------------------------------


async def _one(db: AsyncConnection, *conditions: ColumnElement[bool]) -> Meeting | None:
    row = (await db.execute(select(meetings).where(*conditions))).first()
    return _meeting(row) if row else None


def _meeting(row: Sequence[Any]) -> Meeting:
    id_, group_id, number, title, stage, starts_at, began_at, ended_at, source, card = row
    return Meeting(id_, group_id, number, title, Stage(stage), starts_at, began_at, ended_at, source, card)
