# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Moments of schedules that are over: what was kept is never kept again, what was missed is named once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, bindparam, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

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
    )


_KNOWN: Final = prepared(
    select(occurrences).where(
        occurrences.c.group_id == bindparam("group"),
        occurrences.c.kind == bindparam("kind"),
        occurrences.c.subject == bindparam("subject"),
        occurrences.c.at > bindparam("since", type_=occurrences.c.at.type),
    )
)


async def keep(db: AsyncConnection, name: Name, occurrence: Occurrence) -> bool:
    """Write down that it happens now; False: it has happened before."""
    return await _become(db, name, occurrence, "kept", occurrences.c.state != "kept")


async def wait(db: AsyncConnection, name: Name, occurrence: Occurrence) -> bool:
    """Write down that it happens later than planned; False: it was kept or missed before."""
    return await _become(db, name, occurrence, "waiting", occurrences.c.state == "waiting")


async def miss(db: AsyncConnection, name: Name, missed: Sequence[Occurrence]) -> None:
    """Write down that these did not happen and will not."""
    for occurrence in missed:
        await _become(db, name, occurrence, "missed", occurrences.c.state == "waiting")


async def tell(db: AsyncConnection, name: Name, *, now: datetime) -> list[Occurrence]:
    """Return what was missed and is named now for the first and only time, the earliest first."""
    mine = (_of(name), occurrences.c.state == "missed", occurrences.c.at <= now)
    rows = await db.execute(select(occurrences).where(*mine).order_by(occurrences.c.nominal))
    missed = [_occurrence(row)[0] for row in rows]
    if missed:
        await db.execute(update(occurrences).where(*mine).values(state="told"))
    return missed


async def forget(db: AsyncConnection, name: Name) -> None:
    """Forget a schedule that does not exist any more and never comes again under this name."""
    await db.execute(delete(occurrences).where(_of(name)))


async def purge(db: AsyncConnection, before: datetime) -> int:
    """Forget the moments before ``before``."""
    return (await db.execute(delete(occurrences).where(occurrences.c.at < before))).rowcount


async def _become(
    db: AsyncConnection, name: Name, occurrence: Occurrence, state: str, before: ColumnElement[bool]
) -> bool:
    """Give a moment a state: it had none, or ``before`` holds."""
    query = upsert.insert(db, occurrences).values(
        group_id=name.group_id,
        kind=name.kind,
        subject=name.subject,
        nominal=occurrence.nominal,
        at=occurrence.at,
        state=state,
    )
    changed = query.on_conflict_do_update(
        index_elements=["group_id", "kind", "subject", "nominal"], set_={"state": state}, where=before
    )
    return (await db.execute(changed.returning(occurrences.c.nominal))).one_or_none() is not None


def _of(name: Name) -> ColumnElement[bool]:
    return (
        (occurrences.c.group_id == name.group_id)
        & (occurrences.c.kind == name.kind)
        & (occurrences.c.subject == name.subject)
    )


def _occurrence(row: Sequence[Any]) -> tuple[Occurrence, str]:
    _, _, _, nominal, at, state = row
    return Occurrence(nominal, at), state
