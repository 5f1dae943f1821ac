# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Everything that weekly letters of a group are made of, in one value."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from method.agendas import AgendaItem
from method.digests import Asked, Facts, Request
from method.ids import GroupId, MeetingId, PersonId
from method.items import State
from method.reminders import Reminder
from method.retros import REVEAL, Retro, Stage
from method.words import shown_name
from storage import (
    agendas,
    checkins,
    digests,
    items,
    meetings,
    notes,
    parts,
    people,
    polls,
    problems,
    reminders,
    retros,
    rooms,
    seats,
    settings,
    sprints,
    tasks,
    timers,
)
from storage.groups import Group
from storage.tables import anonymous
from storage.tables import items as items_table


async def of_group(db: AsyncConnection, group: Group) -> Facts:
    """Return what is not withdrawn, by the number of its row."""
    open_items = {
        int(one.item.id): one.item
        for one in await items.everything(db, group.id)
        if one.item.state is State.OPEN
    }
    places = await parts.of_group(db, group.id)
    nameless = (
        select(anonymous.c.item_id)
        .join(items_table, items_table.c.id == anonymous.c.item_id)
        .where(items_table.c.group_id == group.id)
    )
    return Facts(
        name=group.name,
        step=group.step,
        goal=group.goal,
        settings=await settings.of_group(db, group.id),
        items=open_items,
        anonymous=frozenset(await db.scalars(nameless)),
        wholes={int(part): int(places.top(part)) for part in places.recorded if places.top(part) != part},
        notes={int(note.id): note for note in await notes.of_group(db, group.id)},
        polls=await _polls(db, group),
        meetings={int(meeting.id): meeting for meeting in await meetings.of_group(db, group.id)},
        versions={int(version.id): version for version in await problems.history(db, group.id)},
        agendas=await _agendas(db, group.id),
        seats={int(seat.id): seat for seat in await seats.of_group(db, group.id)},
        finished=await tasks.completed(db, group.id),
        sprints={int(sprint.id): sprint for sprint in await sprints.of_group(db, group.id)},
        requests=await _requests(db, group.id),
        reminders=await _reminders(db, group.id),
        names=await _names(db, group.id),
        retro=await _retro(db, group),
        retro_polls=await retros.polls_of(db, group.id),
        remarks=await digests.remarks(db, group.id),
    )


async def _retro(db: AsyncConnection, group: Group) -> tuple[Retro, datetime] | None:
    found = await retros.running(db, group.id)
    if found is None or found.stage is not Stage.OPEN:
        return None
    promised = await timers.of_subject(db, group.id, REVEAL, str(found.id))
    return (found, promised[0].due_at) if promised else None


async def _polls(db: AsyncConnection, group: Group) -> dict[int, Asked]:
    return {
        int(poll.id): Asked(poll, None if poll.is_open else tally)
        for poll, tally in await polls.everything(db, group.id)
    }


async def _agendas(db: AsyncConnection, group_id: GroupId) -> dict[MeetingId, list[AgendaItem]]:
    return {
        meeting.id: await agendas.of_meeting(db, meeting.id)
        for meeting in await meetings.planned(db, group_id)
    }


async def _requests(db: AsyncConnection, group_id: GroupId) -> dict[int, Request]:
    """Return the requests for help that are not done."""
    found = await checkins.asked_for(db, group_id)
    return {ref: Request(answer, day) for ref, answer, day in found if answer.done is None}


async def _reminders(db: AsyncConnection, group_id: GroupId) -> dict[int, tuple[Reminder, datetime | None]]:
    moments = {int(one.id): at for one, at in await reminders.coming_in_group(db, group_id)}
    return {int(one.id): (one, moments.get(int(one.id))) for one in await reminders.of_group(db, group_id)}


async def _names(db: AsyncConnection, group_id: GroupId) -> dict[PersonId, str]:
    """Return whom the group's posts may name."""
    room = await rooms.find_of_group(db, group_id)
    here = await people.in_room(db, room) if room is not None else {}
    return {person: shown_name(member.name) for person, member in here.items()}
