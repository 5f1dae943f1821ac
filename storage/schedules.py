# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Moments of schedules that are over: what was kept is never kept again, what was missed is named once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, Final

from sqlalchemy import ColumnElement, bindparam, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import ReturningInsert

from method.ids import GroupId
from method.schedules import Occurrence
from storage import upsert
from storage.prepared import prepared
from storage.tables import occurrences

#: A clock is hardly ever set back further; every moment of this time is looked at.
_BACK: Final = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Name:
    """Which schedule is meant: kind and subject as in the group's timers."""

    group_id: GroupId
    kind: str
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What a schedule need not do again."""

    #: Days on which it was kept, from the day before yesterday on.
    kept: frozenset[date]
    #: Names of moments that are over, but wait for a better time to be kept.
    waiting: frozenset[str]
    #: The newest moment that was missed; "" if there is none.
    missed: str
    #: What was missed and not named yet, the earliest first.
    untold: tuple[Occurrence, ...]


async def known(db: AsyncConnection, name: Name, *, now: datetime) -> Known:
    """Return what was kept and missed.

    What a clock that was ahead made us miss, and still is to come, does not count.
    """
    which = {"group": name.group_id, "kind": name.kind, "subject": name.subject, "since": now - _BACK}
    rows = [_occurrence(row) for row in await db.execute(_KNOWN, which)]
    past = [found.nominal for found, state in rows if state in ("missed", "told") and found.at <= now]
    return Known(
        frozenset(found.day for found, state in rows if state == "kept"),
        frozenset(found.nominal for found, state in rows if state == "waiting"),
        max(past, default=""),
        tuple(found for found, state in rows if state == "missed" and found.at <= now),
    )


_KNOWN: Final = prepared(
    select(occurrences)
    .where(
        occurrences.c.group_id == bindparam("group"),
        occurrences.c.kind == bindparam("kind"),
        occurrences.c.subject == bindparam("subject"),
        or_(
            occurrences.c.at > bindparam("since", type_=occurrences.c.at.type),
            occurrences.c.state == "missed",
        ),
    )
    .order_by(occurrences.c.nominal)
)


async def keep(db: AsyncConnection, name: Name, occurrence: Occurrence) -> bool:
    """Write down that it happens now; False: it has happened before."""
    return await _become(db, name, occurrence, "kept")


async def wait(db: AsyncConnection, name: Name, occurrence: Occurrence) -> bool:
    """Write down that it happens later than planned; False: it was kept or missed before."""
    return await _become(db, name, occurrence, "waiting")


async def miss(db: AsyncConnection, name: Name, missed: Sequence[Occurrence]) -> None:
    """Write down that these did not happen and will not."""
    for occurrence in missed:
        await _become(db, name, occurrence, "missed")


async def tell(db: AsyncConnection, name: Name, *, now: datetime) -> tuple[Occurrence, ...]:
    """Return what was missed and is named now for the first and only time, the earliest first."""
    missed = (await known(db, name, now=now)).untold
    if missed:
        which = _of(name), occurrences.c.state == "missed", occurrences.c.at <= now
        await db.execute(update(occurrences).where(*which).values(state="told"))
    return missed


async def told_on(db: AsyncConnection, name: Name, day: date) -> tuple[Occurrence, ...]:
    """Return what was missed and was named with what was kept on this day, the earliest first."""
    which = {
        "group": name.group_id,
        "kind": name.kind,
        "subject": name.subject,
        "begins": day.isoformat(),
        "ends": (day + timedelta(days=1)).isoformat(),
    }
    return tuple(_occurrence(row)[0] for row in await db.execute(_TOLD_ON, which))


_NAMED: Final = (
    occurrences.c.group_id == bindparam("group"),
    occurrences.c.kind == bindparam("kind"),
    occurrences.c.subject == bindparam("subject"),
)
#: All that was missed is named with what is kept next.
_KEPT_BEFORE: Final = select(func.max(occurrences.c.nominal)).where(
    *_NAMED, occurrences.c.state == "kept", occurrences.c.nominal < bindparam("begins")
)
_TOLD_ON: Final = prepared(
    select(occurrences)
    .where(
        *_NAMED,
        occurrences.c.state == "told",
        occurrences.c.nominal > func.coalesce(_KEPT_BEFORE.scalar_subquery(), ""),
        occurrences.c.nominal < bindparam("ends"),
    )
    .order_by(occurrences.c.nominal)
)


async def is_kept(db: AsyncConnection, name: Name, nominal: str) -> bool:
    """Has this moment been kept?"""
    which = {"group": name.group_id, "kind": name.kind, "subject": name.subject, "nominal": nominal}
    return await db.scalar(_IS_KEPT, which) is not None


_IS_KEPT: Final = prepared(
    select(occurrences.c.nominal).where(
        occurrences.c.group_id == bindparam("group"),
        occurrences.c.kind == bindparam("kind"),
        occurrences.c.subject == bindparam("subject"),
        occurrences.c.nominal == bindparam("nominal"),
        occurrences.c.state == "kept",
    )
)


async def missed_about(db: AsyncConnection, group_id: GroupId, subject: str) -> set[str]:
    """Return the kinds of promises about a subject of which one was missed, whether named by now or not."""
    return set(await db.scalars(_MISSED_ABOUT, {"group": group_id, "about": subject}))


_MISSED_ABOUT: Final = prepared(
    select(occurrences.c.kind).where(
        occurrences.c.group_id == bindparam("group"),
        occurrences.c.subject == bindparam("about"),
        or_(occurrences.c.state == "missed", occurrences.c.state == "told"),
    )
)


async def forget(db: AsyncConnection, name: Name) -> None:
    """Forget a schedule that does not exist any more and never comes again under this name."""
    await db.execute(delete(occurrences).where(_of(name)))


async def take_back(db: AsyncConnection, group_id: GroupId, kind: str, *, after: datetime) -> list[str]:
    """Forget what happened by a clock that was ahead; return its subjects."""
    query = delete(occurrences).where(
        occurrences.c.group_id == group_id, occurrences.c.kind == kind, occurrences.c.at > after
    )
    return sorted(await db.scalars(query.returning(occurrences.c.subject)))


async def purge(db: AsyncConnection, before: datetime) -> int:
    """Forget the moments before ``before``."""
    return (await db.execute(delete(occurrences).where(occurrences.c.at < before))).rowcount


async def _become(db: AsyncConnection, name: Name, occurrence: Occurrence, state: str) -> bool:
    """Give a moment a state, if it had none or one that may become this."""
    values = {
        "group_id": name.group_id,
        "kind": name.kind,
        "subject": name.subject,
        "nominal": occurrence.nominal,
        "at": occurrence.at,
        "state": state,
    }
    return (await db.execute(_state(db.dialect.name, state), values)).one_or_none() is not None


@cache
def _state(dialect: str, state: str) -> ReturningInsert[str]:
    query = upsert.insert_for(dialect, occurrences)
    # What waits may be kept or missed; what was missed, or the group was told of, may still be kept.
    before = occurrences.c.state != "kept" if state == "kept" else occurrences.c.state == "waiting"
    changed = query.on_conflict_do_update(
        index_elements=["group_id", "kind", "subject", "nominal"],
        set_={"state": query.excluded.state},
        where=before,
    )
    return prepared(changed.returning(occurrences.c.nominal))


def _of(name: Name) -> ColumnElement[bool]:
    return (
        (occurrences.c.group_id == name.group_id)
        & (occurrences.c.kind == name.kind)
        & (occurrences.c.subject == name.subject)
    )


def _occurrence(row: Sequence[Any]) -> tuple[Occurrence, str]:
    _, _, _, nominal, at, state = row
    return Occurrence(nominal, at), state
