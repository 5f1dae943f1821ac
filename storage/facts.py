# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Everything that weekly letters of a group are made of, in one value."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from method.digests import Asked, Facts
from method.items import State
from method.retros import REVEAL, Retro, Stage
from storage import digests, items, meetings, notes, parts, polls, problems, retros, seats, settings, timers
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
        seats={int(seat.id): seat for seat in await seats.of_group(db, group.id)},
        retro=await _retro(db, group),
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
