# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What was kept is never kept again; what was missed is named once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from method.schedules import Occurrence
from storage import schedules
from storage.groups import Group
from storage.schedules import Known, Name

TUESDAY = Occurrence("2026-03-03T09:00", datetime(2026, 3, 3, 8, tzinfo=UTC))
THURSDAY = Occurrence("2026-03-05T09:00", datetime(2026, 3, 5, 8, tzinfo=UTC))
FRIDAY = datetime(2026, 3, 6, 12, tzinfo=UTC)
NOTHING = frozenset[str]()


@pytest.fixture
def name(group: Group) -> Name:
    return Name(group.id, "checkin.open")


async def test_moment_is_kept_once(db: AsyncConnection, name: Name):
    assert await schedules.keep(db, name, TUESDAY)
    assert not await schedules.keep(db, name, TUESDAY)
    assert await schedules.keep(db, Name(name.group_id, "checkin.open", "2"), TUESDAY)


async def test_kept_and_missed_are_known(db: AsyncConnection, name: Name):
    await schedules.keep(db, name, THURSDAY)
    await schedules.miss(db, name, [TUESDAY])

    known = await schedules.known(db, name, now=TUESDAY.at)

    assert known == Known(frozenset({date(2026, 3, 5)}), NOTHING, "2026-03-03T09:00", (TUESDAY,))


async def test_what_is_over_for_days_matters_no_more(db: AsyncConnection, name: Name):
    await schedules.keep(db, name, TUESDAY)
    await schedules.miss(db, name, [TUESDAY])

    assert await schedules.known(db, name, now=FRIDAY) == Known(frozenset(), NOTHING, "", ())


async def test_missed_is_named_once_earliest_first(db: AsyncConnection, name: Name):
    await schedules.miss(db, name, [THURSDAY, TUESDAY])

    assert await schedules.tell(db, name, now=FRIDAY) == (TUESDAY, THURSDAY)
    assert await schedules.tell(db, name, now=FRIDAY) == ()


async def test_what_a_clock_ahead_has_missed_is_not_missed_before_its_time(db: AsyncConnection, name: Name):
    await schedules.miss(db, name, [THURSDAY])

    assert await schedules.tell(db, name, now=TUESDAY.at) == ()
    assert (await schedules.known(db, name, now=TUESDAY.at)).missed == ""
    assert await schedules.keep(db, name, THURSDAY)
    assert await schedules.tell(db, name, now=FRIDAY) == ()


async def test_kept_cannot_be_missed(db: AsyncConnection, name: Name):
    await schedules.keep(db, name, TUESDAY)
    await schedules.miss(db, name, [TUESDAY])

    assert await schedules.tell(db, name, now=FRIDAY) == ()


async def test_waiting_is_neither_kept_nor_missed(db: AsyncConnection, name: Name):
    assert await schedules.wait(db, name, THURSDAY)
    known = await schedules.known(db, name, now=FRIDAY)
    assert known == Known(frozenset(), frozenset({"2026-03-05T09:00"}), "", ())

    assert await schedules.keep(db, name, THURSDAY)
    assert not await schedules.wait(db, name, THURSDAY)


async def test_moments_are_forgotten_after_their_time(db: AsyncConnection, name: Name):
    await schedules.keep(db, name, TUESDAY)
    await schedules.keep(db, name, THURSDAY)

    assert await schedules.purge(db, TUESDAY.at + timedelta(microseconds=1)) == 1
    assert await schedules.keep(db, name, TUESDAY)
    assert not await schedules.keep(db, name, THURSDAY)


async def test_missed_about_a_subject_is_known_by_kind_after_it_was_named_too(
    db: AsyncConnection, name: Name
):
    about = [
        Name(name.group_id, kind, "7") for kind in ("meetings.begin", "meetings.remind", "meetings.look")
    ]
    await schedules.miss(db, about[0], [TUESDAY])
    await schedules.miss(db, about[1], [TUESDAY])
    await schedules.tell(db, about[1], now=FRIDAY)
    await schedules.keep(db, about[2], TUESDAY)
    await schedules.miss(db, Name(name.group_id, "meetings.end", "8"), [TUESDAY])

    found = await schedules.missed_about(db, name.group_id, "7")

    assert found == {"meetings.begin", "meetings.remind"}


async def test_only_what_was_kept_is_kept(db: AsyncConnection, name: Name):
    await schedules.keep(db, name, TUESDAY)
    await schedules.miss(db, name, [THURSDAY])

    kept = [await schedules.is_kept(db, name, one.nominal) for one in (TUESDAY, THURSDAY)]

    assert kept == [True, False]
    assert not await schedules.is_kept(db, Name(name.group_id, "checkin.open", "2"), TUESDAY.nominal)
