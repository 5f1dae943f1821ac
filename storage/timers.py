# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Timers: what the bot has promised to do at a time."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import bindparam, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from method.ids import GroupId, TimerId
from method.timers import Timer
from storage import upsert
from storage.prepared import prepared
from storage.tables import groups, timers
from storage.upsert import Insert

#: So many are looked up at once.
PAGE: Final = 100
#: After so many failures it is no accident.
MANY: Final = 3


async def add(
    db: AsyncConnection, group_id: GroupId, kind: str, subject: str, due_at: datetime, *, nominal: str = ""
) -> None:
    """Promise something; the same promise again changes nothing.

    Args:
        db: the connection.
        group_id: the group.
        kind: names the handler.
        subject: what it is about.
        due_at: when (aware).
        nominal: the moment that is meant, as local time: another moment is another promise. With "" there is
            one promise of this kind and subject at a time.
    """
    values = {
        "group_id": group_id,
        "kind": kind,
        "subject": subject,
        "nominal": nominal,
        "due_at": due_at,
        "attempts": 0,
    }
    await db.execute(_promise(db.dialect.name), values)


async def add_to_each(db: AsyncConnection, group_ids: Iterable[GroupId], kind: str, due_at: datetime) -> None:
    """Promise the same to several groups; who has such a promise keeps it."""
    shared = {"kind": kind, "subject": "", "nominal": "", "due_at": due_at, "attempts": 0}
    # In this order everywhere: two transactions must not wait for each other.
    rows = [{"group_id": group_id, **shared} for group_id in sorted(set(group_ids))]
    if rows:
        await db.execute(_promise(db.dialect.name), rows)


@cache
def _promise(dialect: str) -> Insert:
    query = upsert.insert_for(dialect, timers)
    # "Changes" the row that is there: whoever takes it waits until what was written before the promise is
    # committed, and finds it.
    known = {"kind": query.excluded.kind}
    return prepared(
        query.on_conflict_do_update(index_elements=["group_id", "kind", "subject", "nominal"], set_=known)
    )


async def due(db: AsyncConnection, *, now: datetime) -> list[Timer]:
    """Return what is due, the earliest first; a paused group's promises wait until it goes on."""
    return [_timer(row) for row in await db.execute(_DUE, {"now": now})]


_DUE: Final = prepared(
    select(timers)
    .join(groups, groups.c.id == timers.c.group_id)
    .where(timers.c.due_at <= bindparam("now", type_=timers.c.due_at.type), groups.c.state == "active")
    .order_by(timers.c.due_at, timers.c.id)
    .limit(PAGE)
)


async def take(db: AsyncConnection, timer: Timer) -> bool:
    """Take a promise off the list, for it is kept now; False: it was withdrawn or put off meanwhile."""
    which = {"timer": timer.id, "due": timer.due_at}
    return (await db.execute(_TAKE, which)).one_or_none() is not None


_TAKE: Final = prepared(
    delete(timers)
    .where(timers.c.id == bindparam("timer"), timers.c.due_at == bindparam("due", type_=timers.c.due_at.type))
    .returning(timers.c.id)
)


async def put_off(db: AsyncConnection, timer_id: TimerId, until: datetime) -> None:
    """Keeping it failed: try again later."""
    values = {"due_at": until, "attempts": timers.c.attempts + 1}
    await db.execute(update(timers).where(timers.c.id == timer_id).values(values))


async def failing(db: AsyncConnection) -> dict[str, int]:
    """Return how many promises of each kind have failed so often that something is wrong."""
    query = select(timers.c.kind, func.count()).where(timers.c.attempts >= MANY).group_by(timers.c.kind)
    rows = await db.execute(query.order_by(timers.c.kind))
    return {str(kind): int(count) for kind, count in rows}


async def cancel(db: AsyncConnection, group_id: GroupId, kind: str, subject: str | None = None) -> None:
    """Withdraw the promises of a kind, of one subject or of all."""
    await db.execute(_CANCEL, {"group": group_id, "of_kind": kind, "about": subject})


_ABOUT: Final = bindparam("about", type_=timers.c.subject.type)
_CANCEL: Final = prepared(
    delete(timers).where(
        timers.c.group_id == bindparam("group"),
        timers.c.kind == bindparam("of_kind"),
        or_(_ABOUT.is_(None), timers.c.subject == _ABOUT),
    )
)


async def of_group(db: AsyncConnection, group_id: GroupId) -> list[Timer]:
    """Return what is promised to a group, the earliest first."""
    query = select(timers).where(timers.c.group_id == group_id).order_by(timers.c.due_at, timers.c.id)
    return [_timer(row) for row in await db.execute(query)]


async def of_kind(db: AsyncConnection, group_id: GroupId, kind: str) -> list[Timer]:
    """Return what of one kind is promised to a group, the earliest first."""
    return [_timer(row) for row in await db.execute(_OF_KIND, {"group": group_id, "kind": kind})]


_OF_KIND: Final = prepared(
    select(timers)
    .where(timers.c.group_id == bindparam("group"), timers.c.kind == bindparam("kind"))
    .order_by(timers.c.due_at, timers.c.id)
)


async def of_subject(db: AsyncConnection, group_id: GroupId, kind: str, subject: str) -> list[Timer]:
    """Return what of one kind is promised about a subject, the earliest first."""
    return [timer for timer in await of_kind(db, group_id, kind) if timer.subject == subject]


async def groups_with(db: AsyncConnection, kinds: Collection[str]) -> list[GroupId]:
    """Return the active groups to which something of these kinds is promised."""
    query = (
        select(timers.c.group_id)
        .join(groups, groups.c.id == timers.c.group_id)
        .where(timers.c.kind.in_(kinds), groups.c.state == "active")
    )
    return [GroupId(found) for found in await db.scalars(query.distinct().order_by(timers.c.group_id))]


def _timer(row: Sequence[Any]) -> Timer:
    id_, group_id, kind, subject, nominal, due_at, attempts = row
    return Timer(id_, group_id, kind, subject, nominal, due_at, attempts)
