# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What calendars know of meetings, who has announced one, and series of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import time
from functools import cache
from typing import Any, Final

from sqlalchemy import bindparam, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from method.calendars import uid_of
from method.ids import EventId, GroupId, MeetingId, OutboxId, PersonId, SeriesId
from method.meetings import Meeting, Stage
from method.plans import Plan, Planned, Series
from method.recurrences import Recurrence
from storage import upsert
from storage.meetings import by_id
from storage.prepared import prepared
from storage.tables import meeting_authors, meeting_plans, meeting_reminders, meeting_series, meetings


async def of_meeting(db: AsyncConnection, meeting: Meeting) -> Plan:
    """Return what calendars know of a meeting; the first call makes it."""
    known = await find(db, meeting.id)
    if known is not None:
        return known
    uid = uid_of(meeting.source or f"meeting:{meeting.id}")
    await db.execute(_begin(db.dialect.name), {"meeting_id": meeting.id, "uid": uid, "sequence": 0})
    return _plan((await db.execute(_FIND, {"meeting": meeting.id})).one())


@cache
def _begin(dialect: str) -> upsert.Insert:
    return prepared(upsert.insert_for(dialect, meeting_plans).on_conflict_do_nothing())


async def find(db: AsyncConnection, meeting_id: MeetingId) -> Plan | None:
    """Return what calendars know of a meeting, if they know it."""
    row = (await db.execute(_FIND, {"meeting": meeting_id})).first()
    return _plan(row) if row else None


_FIND: Final = prepared(select(meeting_plans).where(meeting_plans.c.meeting_id == bindparam("meeting")))


async def set_minutes(db: AsyncConnection, meeting: Meeting, minutes: int | None) -> None:
    """Say how long a meeting lasts; None: nobody has said it."""
    plan = await of_meeting(db, meeting)
    query = update(meeting_plans).where(meeting_plans.c.meeting_id == plan.meeting_id)
    await db.execute(query.values(minutes=minutes))


async def revise(db: AsyncConnection, meeting: Meeting) -> Plan:
    """Let the next file of a meeting be newer than those before."""
    plan = await of_meeting(db, meeting)
    query = update(meeting_plans).where(meeting_plans.c.meeting_id == plan.meeting_id)
    await db.execute(query.values(sequence=plan.sequence + 1))
    return await of_meeting(db, meeting)


async def set_reminder(db: AsyncConnection, reminded: Sequence[Meeting], post: OutboxId) -> None:
    """Remember which post of ours reminds of these meetings; that earlier ones did is not forgotten."""
    for meeting in reminded:
        plan = await of_meeting(db, meeting)
        await db.execute(_REMINDS, {"meeting": plan.meeting_id, "post": post})
        await db.execute(_reminded(db.dialect.name), {"meeting_id": meeting.id, "post_id": post})


_REMINDS: Final = prepared(
    update(meeting_plans)
    .where(meeting_plans.c.meeting_id == bindparam("meeting"))
    .values(reminder_id=bindparam("post"))
)


@cache
def _reminded(dialect: str) -> upsert.Insert:
    return prepared(upsert.insert_for(dialect, meeting_reminders).on_conflict_do_nothing())


async def reminders_of(db: AsyncConnection, meeting_id: MeetingId) -> list[OutboxId]:
    """Return all posts of ours that have ever reminded of a meeting, oldest first."""
    query = select(meeting_reminders.c.post_id).where(meeting_reminders.c.meeting_id == meeting_id)
    return [OutboxId(found) for found in await db.scalars(query.order_by(meeting_reminders.c.post_id))]


async def forget_reminder(db: AsyncConnection, post: OutboxId) -> None:
    """This post of ours reminds of nothing any more: it is deleted."""
    query = update(meeting_plans).where(meeting_plans.c.reminder_id == post)
    await db.execute(query.values(reminder_id=None))
    await db.execute(delete(meeting_reminders).where(meeting_reminders.c.post_id == post))


async def reminded_by(db: AsyncConnection, post: OutboxId) -> list[Meeting]:
    """Return the meetings of which this post of ours reminds."""
    found = await db.scalars(_REMINDED, {"post": post})
    return [await by_id(db, MeetingId(meeting)) for meeting in found]


_REMINDED: Final = prepared(
    select(meeting_plans.c.meeting_id).where(meeting_plans.c.reminder_id == bindparam("post"))
)


# --- who announced it ----------------------------------------------------------------------------


async def set_author(db: AsyncConnection, meeting_id: MeetingId, person: PersonId) -> None:
    """Remember who may call a meeting off, until it is over."""
    query = upsert.insert(db, meeting_authors).values(meeting_id=meeting_id, person_id=person)
    await db.execute(query.on_conflict_do_nothing())


async def is_author(db: AsyncConnection, meeting_id: MeetingId, person: PersonId) -> bool:
    """Has this person announced the meeting?"""
    query = select(meeting_authors.c.meeting_id).where(
        meeting_authors.c.meeting_id == meeting_id, meeting_authors.c.person_id == person
    )
    return await db.scalar(query) is not None


async def forget_author(db: AsyncConnection, meeting_id: MeetingId) -> None:
    """The meeting is over, or does not take place."""
    await db.execute(delete(meeting_authors).where(meeting_authors.c.meeting_id == meeting_id))


# --- series --------------------------------------------------------------------------------------


async def add_series(
    db: AsyncConnection,
    group_id: GroupId,
    rule: Recurrence,
    local_time: time,
    title: str | None,
    minutes: int | None,
    source: EventId,
) -> Series:
    """Let a meeting come again and again; a ``source`` that was used already gives the series it made."""
    known = await series_by_source(db, source)
    if known:
        return known
    query = insert(meeting_series).values(
        group_id=group_id,
        rule=rule.stored,
        local_time=local_time.isoformat(timespec="minutes"),
        title=title,
        minutes=minutes,
        ended=False,
        source_event_id=source,
    )
    return _series((await db.execute(query.returning(*meeting_series.c))).one())


async def series(db: AsyncConnection, series_id: SeriesId) -> Series:
    """Return the series."""
    found = await db.execute(select(meeting_series).where(meeting_series.c.id == series_id))
    return _series(found.one())


async def series_by_source(db: AsyncConnection, event_id: EventId) -> Series | None:
    """Return the series that this message made."""
    row = (
        await db.execute(select(meeting_series).where(meeting_series.c.source_event_id == event_id))
    ).first()
    return _series(row) if row else None


async def series_of_group(db: AsyncConnection, group_id: GroupId) -> list[Series]:
    """Return the series of a group that go on."""
    query = select(meeting_series).where(meeting_series.c.group_id == group_id, ~meeting_series.c.ended)
    return [_series(row) for row in await db.execute(query.order_by(meeting_series.c.id))]


async def rewrite_series(
    db: AsyncConnection,
    series_id: SeriesId,
    rule: Recurrence,
    local_time: time,
    title: str | None,
    minutes: int | None,
) -> Series:
    """Let a series be another one from its next meeting on."""
    values = {
        "rule": rule.stored,
        "local_time": local_time.isoformat(timespec="minutes"),
        "title": title,
        "minutes": minutes,
    }
    query = update(meeting_series).where(meeting_series.c.id == series_id).values(values)
    return _series((await db.execute(query.returning(*meeting_series.c))).one())


async def end_series(db: AsyncConnection, series_id: SeriesId, *, erase: bool = False) -> None:
    """No meeting of the series comes any more; ``erase`` takes its title away too."""
    values: dict[str, Any] = {"ended": True} | ({"title": None} if erase else {})
    await db.execute(update(meeting_series).where(meeting_series.c.id == series_id).values(values))


async def join_series(db: AsyncConnection, meeting: Meeting, of: Series, planned: Planned) -> None:
    """Let a meeting be the one that a series has at this moment."""
    plan = await of_meeting(db, meeting)
    query = update(meeting_plans).where(meeting_plans.c.meeting_id == plan.meeting_id)
    await db.execute(query.values(series_id=of.id, nominal=planned.nominal, minutes=of.minutes))


async def coming_of(db: AsyncConnection, series_id: SeriesId) -> MeetingId | None:
    """Return the meeting of a series that is announced."""
    query = (
        select(meetings.c.id)
        .join(meeting_plans, meeting_plans.c.meeting_id == meetings.c.id)
        .where(meeting_plans.c.series_id == series_id, meetings.c.stage == Stage.PLANNED.value)
    )
    return await db.scalar(query.order_by(meetings.c.id.desc()).limit(1))


def _plan(row: Any) -> Plan:
    return Plan(
        MeetingId(row.meeting_id), row.uid, row.sequence, row.minutes, row.series_id, row.nominal,
        row.reminder_id,
    )  # fmt: skip


def _series(row: Any) -> Series:
    return Series(
        id=SeriesId(row.id),
        group_id=GroupId(row.group_id),
        rule=Recurrence.read_stored(row.rule),
        local_time=time.fromisoformat(row.local_time),
        title=row.title,
        minutes=row.minutes,
        ended=row.ended,
    )
