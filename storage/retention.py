# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Retention: for each kind of data when its period starts, how long it is, and what is done at its end."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import BigInteger, Column, delete, insert, select, type_coerce, update
from sqlalchemy.ext.asyncio import AsyncConnection

from method.pages import BOARD_UPDATE
from method.settings import BERLIN
from storage import anonymous, checkins, personal, polls, presence, retros, schedules, timers
from storage.tables import inbox, outbox
from storage.tables import retention as runs

#: A day as moments are stored (``storage.columns.Instant``).
_DAY: Final = 86_400_000_000


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the concept of deletion (DIN 66398: a start and a period)."""

    name: str
    #: From when the period counts, in words.
    start: str
    period: timedelta
    #: Does what is due for data from before the moment it is given; returns how many rows.
    apply: Callable[[AsyncConnection, datetime], Awaitable[int]]


async def begin(db: AsyncConnection, day: str) -> bool:
    """Claim the run of this day (a local date); False if there was one already."""
    if await db.scalar(select(runs.c.day).where(runs.c.day == day)) is not None:
        return False
    await db.execute(delete(runs))
    await db.execute(insert(runs).values(day=day))
    return True


async def _codes(db: AsyncConnection, before: datetime) -> int:
    return await anonymous.purge(db, before)


async def _gone(db: AsyncConnection, _before: datetime) -> int:
    everybody = await personal.gone(db)
    for user_id in everybody:
        await personal.forget(db, user_id)
    return len(everybody)


async def _moments(db: AsyncConnection, before: datetime) -> int:
    """Of what is done only the day is kept: the exact moment would tell who wrote when."""
    done = inbox.c.raw.is_(None) & inbox.c.sender.is_(None)
    said = outbox.c.payload.is_(None)
    rows = 0
    for column, over in (
        (inbox.c.received_at, done),
        (outbox.c.created_at, said),
        (outbox.c.first_try_at, said),
    ):
        exact = type_coerce(column, BigInteger) % _DAY
        query = update(column.table).where(over, column < before, exact != 0)
        rows += (await db.execute(query.values({column.name: _whole_day(column)}))).rowcount
    return rows


def may_be_since(kept: datetime, since: datetime) -> bool:
    """Was the moment that is ``kept`` since then (aware, both)? Of what is done only its day may be known."""
    return kept >= since or kept == since.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _whole_day(column: Column[Any]) -> Any:
    moment = type_coerce(column, BigInteger)
    return moment - moment % _DAY


async def _votes(db: AsyncConnection, before: datetime) -> int:
    return await polls.purge(db, before)


async def _occurrences(db: AsyncConnection, before: datetime) -> int:
    return await schedules.purge(db, before)


async def _checkins(db: AsyncConnection, before: datetime) -> int:
    day = before.astimezone(BERLIN).date()
    for group_id in await checkins.groups_before(db, day):
        # Letters in the room follow, as after any other change.
        await timers.add(db, group_id, BOARD_UPDATE, "", before)
    return await checkins.purge(db, day)


async def _retros(db: AsyncConnection, before: datetime) -> int:
    return await retros.purge(db, before)


async def _box(db: AsyncConnection, before: datetime) -> int:
    return await retros.purge_box(db, before)


async def _absences(db: AsyncConnection, before: datetime) -> int:
    return await presence.purge(db, before.astimezone(BERLIN).date())


async def _journal(db: AsyncConnection, before: datetime) -> int:
    done = (inbox.c.raw.is_(None)) & inbox.c.sender.is_(None)
    gone = await db.execute(delete(inbox).where(done, inbox.c.received_at < before))
    return gone.rowcount


#: What is done every minute stands in ``bot.upkeep``: questions (15 minutes), what can be taken back and what was
#: withdrawn (30 minutes), messages without a key (7 days). Posts stay in the outbox without their words: reactions
#: to them and their deletion need them, and a returning one that is not known means that the database is old.
RULES: Final = (
    Rule("gone", "the person is in no room with the bot any more", timedelta(), _gone),
    Rule("moments", "the message was handled, the post was sent", timedelta(days=1), _moments),
    Rule("codes", "the hour of publication; at once where the entry is erased", timedelta(days=30), _codes),
    Rule("votes", "the end of the poll: at once; a day later nothing may be left", timedelta(days=1), _votes),
    Rule("checkins", "the day of the answer", timedelta(days=14), _checkins),
    Rule("retros", "the end of the retro", timedelta(days=30), _retros),
    Rule("box", "the message, while no retro comes", timedelta(days=180), _box),
    Rule("absences", "the last day of the absence: the next day", timedelta(), _absences),
    Rule("occurrences", "the moment of a schedule", timedelta(days=180), _occurrences),
    Rule("journal", "the message was handled", timedelta(days=365), _journal),
)
