# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Sectors that people have declared, that a group has added, and that items come from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Row, Select, bindparam, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from method import sectors
from method.ids import EventId, GroupId, ItemId, PersonId, RoomId
from method.items import State
from method.sectors import Sector
from method.words import fold
from storage import upsert
from storage.prepared import prepared
from storage.tables import further_sectors, item_sectors, items, members, people, sector_marks


@dataclass(frozen=True, slots=True)
class Mark:
    """What a person has declared in a group."""

    group_id: GroupId
    person_id: PersonId
    #: A key of ``method.sectors``.
    sector: str
    event_id: EventId
    #: Said in the group's room.
    public: bool


# --- people --------------------------------------------------------------------------------------


async def react(db: AsyncConnection, mark: Mark) -> None:
    """Remember a reaction; those before it count again once it is taken back. The same one changes nothing."""
    query = upsert.insert(db, sector_marks).values(_values(mark))
    await db.execute(query.on_conflict_do_nothing())


async def declare(db: AsyncConnection, mark: Mark) -> None:
    """Remember what was written; it replaces everything the person has declared in this group before."""
    await db.execute(delete(sector_marks).where(_of(mark.group_id, mark.person_id)))
    await db.execute(insert(sector_marks).values(_values(mark)))


async def declared(db: AsyncConnection, group_id: GroupId, person_id: PersonId) -> Mark | None:
    """Return what the person has declared last."""
    query = select(sector_marks).where(_of(group_id, person_id)).order_by(sector_marks.c.id.desc()).limit(1)
    return _mark((await db.execute(query)).one_or_none())


async def said_in_room(db: AsyncConnection, group_id: GroupId) -> dict[PersonId, str]:
    """Return the sector of each person whose latest declaration everybody in the room could see.

    What was declared in private is left out: whatever follows from it in the room would tell it.
    """
    query = select(sector_marks.c.person_id, sector_marks.c.sector)
    seen = query.where(sector_marks.c.id.in_(_latest(group_id)), sector_marks.c.public)
    return {PersonId(row.person_id): row.sector for row in await db.execute(seen)}


async def by_event(db: AsyncConnection, event_id: EventId) -> Mark | None:
    """Return what this reaction or message has declared, if that is still kept."""
    query = select(sector_marks).where(sector_marks.c.event_id == event_id)
    return _mark((await db.execute(query)).one_or_none())


async def take_back(db: AsyncConnection, mark: Mark) -> None:
    """Forget what a reaction or message has declared; if nothing is left, entries forget it too."""
    await db.execute(delete(sector_marks).where(sector_marks.c.event_id == mark.event_id))
    if await declared(db, mark.group_id, mark.person_id) is None:
        await forget(db, mark.group_id, mark.person_id)


async def forget(db: AsyncConnection, group_id: GroupId, person_id: PersonId) -> None:
    """Forget what the person has declared in the group, and that their entries come from there."""
    theirs = select(items.c.id).where(items.c.group_id == group_id, items.c.author_id == person_id)
    await db.execute(delete(item_sectors).where(item_sectors.c.item_id.in_(theirs)))
    await leave(db, group_id, person_id)


async def leave(db: AsyncConnection, group_id: GroupId, person_id: PersonId) -> None:
    """The person has left: forget what they have declared; what they wrote comes from where it came."""
    await db.execute(delete(sector_marks).where(_of(group_id, person_id)))


async def people_by_sector(db: AsyncConnection, group_id: GroupId, room_id: RoomId) -> dict[str, int]:
    """Return how many of those in the group's present room have declared each sector, by key."""
    query = (
        select(sector_marks.c.sector, func.count().label("people"))
        .join(people, people.c.id == sector_marks.c.person_id)
        .join(members, members.c.user_id == people.c.user_id)
        .where(
            sector_marks.c.id.in_(_latest(group_id)),
            members.c.room_id == room_id,
            members.c.membership == "join",
        )
        .group_by(sector_marks.c.sector)
    )
    return {row.sector: row.people for row in await db.execute(query)}


async def by_person(db: AsyncConnection, group_id: GroupId) -> dict[PersonId, str]:
    """Return the key of the sector that each person has declared last; for comparing sectors, never to be shown."""
    query = select(sector_marks.c.person_id, sector_marks.c.sector).where(
        sector_marks.c.id.in_(_latest(group_id))
    )
    return {PersonId(row.person_id): row.sector for row in await db.execute(query)}


async def entries_by_sector(db: AsyncConnection, group_id: GroupId) -> dict[str, int]:
    """Return how many of the entries on the board come from each sector, by key; "" is where none is known."""
    query = (
        select(func.coalesce(item_sectors.c.sector, "").label("sector"), func.count().label("entries"))
        .select_from(items)
        .outerjoin(item_sectors, item_sectors.c.item_id == items.c.id)
        .where(items.c.group_id == group_id, items.c.state == State.OPEN.value)
        .group_by(item_sectors.c.sector)
    )
    return {row.sector: row.entries for row in await db.execute(query)}


def _latest(group_id: GroupId) -> Select[tuple[int]]:
    newest = select(func.max(sector_marks.c.id)).where(sector_marks.c.group_id == group_id)
    return newest.group_by(sector_marks.c.person_id)


# --- sectors of a group --------------------------------------------------------------------------


async def added(db: AsyncConnection, group_id: GroupId) -> list[Sector]:
    """Return the sectors that the group has added, in that order."""
    query = select(further_sectors).where(further_sectors.c.group_id == group_id)
    rows = await db.execute(query.order_by(further_sectors.c.id))
    return [sectors.further(row.id, row.name) for row in rows]


async def own_names(db: AsyncConnection, group_id: GroupId) -> list[str]:
    """Return their names as typed."""
    query = select(further_sectors.c.name).where(further_sectors.c.group_id == group_id)
    return list(await db.scalars(query.order_by(further_sectors.c.id)))


async def added_by_name(db: AsyncConnection, group_id: GroupId) -> dict[str, Sector]:
    """Return the same by folded name."""
    query = select(further_sectors).where(further_sectors.c.group_id == group_id)
    rows = await db.execute(query.order_by(further_sectors.c.id))
    return {row.folded: sectors.further(row.id, row.name) for row in rows}


async def add(db: AsyncConnection, group_id: GroupId, name: str, source: EventId | None) -> None:
    """Add a sector to the group; one of this name changes nothing. None: no message of the group says so."""
    query = upsert.insert(db, further_sectors).values(
        group_id=group_id, name=name, folded=fold(name), source_event_id=source
    )
    await db.execute(query.on_conflict_do_nothing())


async def group_of_source(db: AsyncConnection, event_id: EventId) -> GroupId | None:
    """Return the group to which this message has added a sector."""
    query = select(further_sectors.c.group_id).where(further_sectors.c.source_event_id == event_id)
    found = (await db.execute(query)).scalar()
    return None if found is None else GroupId(found)


async def rename(db: AsyncConnection, source: EventId, name: str) -> None:
    """Give the sector that this message has added another name; whoever chose it keeps it."""
    query = update(further_sectors).where(further_sectors.c.source_event_id == source)
    await db.execute(query.values(name=name, folded=fold(name)))


async def remove(db: AsyncConnection, source: EventId) -> None:
    """Take back the sector that this message has added, with everything that says it."""
    ids = select(further_sectors.c.id).where(further_sectors.c.source_event_id == source)
    for number in (await db.scalars(ids)).all():
        key = sectors.further(number, "").key
        await db.execute(delete(sector_marks).where(sector_marks.c.sector == key))
        await db.execute(delete(item_sectors).where(item_sectors.c.sector == key))
        await db.execute(delete(further_sectors).where(further_sectors.c.id == number))


# --- items ---------------------------------------------------------------------------------------


async def mark_item(db: AsyncConnection, item_id: ItemId, group_id: GroupId, person_id: PersonId) -> None:
    """Let an item come from the sector that its author has declared now; without one nothing is kept."""
    found = (await db.execute(_DECLARED, {"in_group": group_id, "person": person_id})).first()
    if found is not None:
        query = upsert.insert(db, item_sectors).values(item_id=item_id, sector=found[0], public=found[1])
        await db.execute(query.on_conflict_do_nothing())


_DECLARED: Final = prepared(
    select(sector_marks.c.sector, sector_marks.c.public)
    .where(sector_marks.c.group_id == bindparam("in_group"), sector_marks.c.person_id == bindparam("person"))
    .order_by(sector_marks.c.id.desc())
    .limit(1)
)


async def of_item(db: AsyncConnection, item_id: ItemId) -> str | None:
    """Return the key of the sector an item comes from, whoever may know it; None if none was declared."""
    query = select(item_sectors.c.sector).where(item_sectors.c.item_id == item_id)
    found: str | None = await db.scalar(query)
    return found


async def public_of_item(db: AsyncConnection, item_id: ItemId) -> str | None:
    """Return the same where it was declared in public.

    Everybody sees in the room who wrote an entry: beside it, a private declaration would be private no more.
    """
    query = select(item_sectors.c.sector).where(item_sectors.c.item_id == item_id, item_sectors.c.public)
    found: str | None = await db.scalar(query)
    return found


# --- rows and values -----------------------------------------------------------------------------


def _of(group_id: GroupId, person_id: PersonId) -> Any:
    return (sector_marks.c.group_id == group_id) & (sector_marks.c.person_id == person_id)


def _values(mark: Mark) -> dict[str, Any]:
    return {
        "group_id": mark.group_id,
        "person_id": mark.person_id,
        "sector": mark.sector,
        "event_id": mark.event_id,
        "public": mark.public,
    }


def _mark(row: Row[Any] | None) -> Mark | None:
    if row is None:
        return None
    return Mark(GroupId(row.group_id), PersonId(row.person_id), row.sector, EventId(row.event_id), row.public)
