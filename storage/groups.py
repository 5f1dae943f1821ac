# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Groups: a name, a language, a goal, and the counters that number barriers, ideas, tasks and decisions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import bindparam, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from config.texts import DEFAULT_LANGUAGE
from method.ids import EventId, GroupId, UserId
from method.items import Kind
from storage.prepared import prepared
from storage.tables import groups, items, members, receipts, rooms

#: active: we are in the group's room; paused: we are not.
State = Literal["active", "paused"]

#: The first of the five steps of the method.
FIRST_STEP: Final = 1

_COUNTERS: Final = {
    Kind.BARRIER: groups.c.last_barrier,
    Kind.IDEA: groups.c.last_idea,
    Kind.TASK: groups.c.last_task,
    Kind.DECISION: groups.c.last_decision,
}
_NEXT: Final = {
    kind: prepared(
        update(groups)
        .where(groups.c.id == bindparam("group"))
        .values({counter: counter + 1})
        # Only in a restored database numbers were shown that it does not know.
        .returning(counter, select(receipts.c.number).limit(1).scalar_subquery())
    )
    for kind, counter in _COUNTERS.items()
}


@dataclass(frozen=True, slots=True)
class Group:
    """A focus group."""

    id: GroupId
    name: str
    language: str
    goal: str | None
    #: The message that set the goal.
    goal_event_id: EventId | None
    step: int
    state: State
    created_at: datetime
    #: When it was last told that two entries resemble each other.
    hinted_at: datetime | None = None


async def add(db: AsyncConnection, name: str, *, now: datetime, language: str = DEFAULT_LANGUAGE) -> Group:
    """Found a group."""
    values = {
        "name": name,
        "language": language,
        "step": FIRST_STEP,
        "state": "active",
        "last_barrier": 0,
        "last_idea": 0,
        "created_at": now,
    }
    return await get(db, (await db.execute(_ADD, values)).scalar_one())


_ADD: Final = prepared(insert(groups).returning(groups.c.id))


async def get(db: AsyncConnection, group_id: GroupId) -> Group:
    """Return the group.

    Raises:
        LookupError: there is none with this number.
    """
    row = (await db.execute(_GET, {"group": group_id})).one_or_none()
    if row is None:
        raise LookupError(f"no group {group_id}")
    return from_row(row)


_GET: Final = prepared(select(groups).where(groups.c.id == bindparam("group")))


async def of_member(db: AsyncConnection, user_id: UserId) -> list[Group]:
    """Return the active groups in whose present room both the person and we are, by name."""
    return [from_row(row) for row in await db.execute(_OF_MEMBER, {"member": user_id})]


_SUCCESSOR: Final = rooms.alias()
_PRESENT_ROOMS: Final = (
    select(rooms.c.group_id)
    .join(members, members.c.room_id == rooms.c.room_id)
    .where(
        rooms.c.membership == "join",
        rooms.c.direct.is_(False),
        # Whoever stayed behind in a replaced room is no longer in the group.
        or_(
            rooms.c.upgraded_to.is_(None),
            rooms.c.upgraded_to.not_in(
                select(_SUCCESSOR.c.room_id).where(
                    _SUCCESSOR.c.membership == "join", _SUCCESSOR.c.group_id.is_not(None)
                )
            ),
        ),
        members.c.user_id == bindparam("member"),
        members.c.membership == "join",
    )
)
_OF_MEMBER: Final = prepared(
    select(groups)
    .where(groups.c.state == "active", groups.c.id.in_(_PRESENT_ROOMS))
    .order_by(groups.c.name, groups.c.id)
)


async def by_goal_event(db: AsyncConnection, event_id: EventId) -> Group | None:
    """Return the group whose present goal was set by this message."""
    row = (await db.execute(select(groups).where(groups.c.goal_event_id == event_id))).first()
    return from_row(row) if row else None


async def set_name(db: AsyncConnection, group_id: GroupId, name: str) -> None:
    """Rename the group."""
    await _set(db, group_id, name=name)


async def set_language(db: AsyncConnection, group_id: GroupId, language: str) -> None:
    """Choose the language of posts in the group's room ("de" or "en")."""
    await _set(db, group_id, language=language)


async def set_goal(
    db: AsyncConnection, group_id: GroupId, goal: str | None, event_id: EventId | None
) -> None:
    """Set or remove the goal, and remember the message that said it."""
    await _set(db, group_id, goal=goal, goal_event_id=event_id)


async def set_step(db: AsyncConnection, group_id: GroupId, step: int) -> None:
    """Go to another step of the method, 1 to 5."""
    await _set(db, group_id, step=step)


async def set_state(db: AsyncConnection, group_id: GroupId, state: State) -> None:
    """Pause the group or go on."""
    await _set(db, group_id, state=state)


async def set_hinted(db: AsyncConnection, group_id: GroupId, *, now: datetime) -> None:
    """Remember that it was told now that two entries resemble each other."""
    await _set(db, group_id, hinted_at=now)


async def next_number(
    db: AsyncConnection, group_id: GroupId, kind: Kind, source: EventId | None = None
) -> int:
    """Count on and return the number of the next item; a number once given never comes back.

    Args:
        db: the connection.
        group_id: the group.
        kind: each is counted by itself.
        source: the message that makes the item; its receipt may show its number (``storage.echoes``).

    Raises:
        LookupError: there is no such group.
    """
    counted = (await db.execute(_NEXT[kind], {"group": group_id})).one_or_none()
    number = _number(counted[0] if counted else None, group_id)
    if counted is None or counted[1] is None:
        return number
    return await _number_shown(db, group_id, kind, source, number)


async def _number_shown(
    db: AsyncConnection, group_id: GroupId, kind: Kind, source: EventId | None, number: int
) -> int:
    """Return the number that the message's receipt shows, else one that no receipt shows.

    Args:
        db: the connection.
        group_id: the group.
        kind: the kind.
        source: the message.
        number: what the counter says now.
    """
    shown = select(receipts.c.number).where(receipts.c.kind == kind.value)
    own = await db.scalar(shown.where(receipts.c.event_id == source))
    taken = select(items.c.id).where(
        items.c.group_id == group_id, items.c.kind == kind.value, items.c.number == own
    )
    if own is not None and await db.scalar(taken) is None:
        given, last = own, max(number - 1, own)
    else:
        here = select(rooms.c.room_id).where(rooms.c.group_id == group_id)
        highest = select(func.max(receipts.c.number)).where(
            receipts.c.kind == kind.value, receipts.c.room_id.in_(here)
        )
        given = last = max(number, (await db.scalar(highest) or 0) + 1)
    await db.execute(update(groups).where(groups.c.id == group_id).values({_COUNTERS[kind]: last}))
    return int(given)


async def count_on(db: AsyncConnection, group_id: GroupId, last: Mapping[Kind, int]) -> None:
    """Let the numbers of each kind go on after those given elsewhere."""
    values = {counter: last.get(kind, 0) for kind, counter in _COUNTERS.items()}
    await db.execute(update(groups).where(groups.c.id == group_id).values(values))


async def last_number(db: AsyncConnection, group_id: GroupId, kind: Kind) -> int:
    """Return the highest number given so far; 0 if none was.

    Raises:
        LookupError: there is no such group.
    """
    return _number(await db.scalar(select(_COUNTERS[kind]).where(groups.c.id == group_id)), group_id)


def _number(found: int | None, group_id: GroupId) -> int:
    if found is None:
        raise LookupError(f"no group {group_id}")
    return found


async def _set(db: AsyncConnection, group_id: GroupId, **values: str | int | datetime | None) -> None:
    await db.execute(update(groups).where(groups.c.id == group_id).values(values))


def from_row(row: Sequence[Any]) -> Group:
    """Return the group in a row of the table, whose columns are in their order."""
    id_, name, language, goal, goal_event_id, step, state, *_counters, created_at, hinted_at = row
    return Group(id_, name, language, goal, goal_event_id, step, state, created_at, hinted_at)
