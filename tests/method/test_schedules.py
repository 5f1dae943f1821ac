# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""When a schedule happens: clocks that change, holidays, and what is too late."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest

from method import schedules
from method.schedules import Due, Holidays, Occurrence, Schedule, instant, next_occurrence, occurrences
from method.settings import BERLIN, Settings

SETTINGS = Settings()
NINE = time(9)
EVERY_DAY = tuple(range(7))
TUESDAYS_THURSDAYS = Schedule((1, 3), NINE)
LETTER = Schedule((4,), time(13), Holidays.BEFORE)


def utc(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


def shown(found: Occurrence) -> tuple[str, str]:
    return found.nominal, found.at.isoformat(timespec="minutes").removesuffix("+00:00")


def test_next_is_the_first_after_the_instant_in_the_group_s_zone():
    at = utc(2027, 3, 4, 8)

    assert [shown(found) for found in islice(occurrences(TUESDAYS_THURSDAYS, at, SETTINGS), 2)] == [
        ("2027-03-09T09:00", "2027-03-09T08:00"),
        ("2027-03-11T09:00", "2027-03-11T08:00"),
    ]
    assert shown(next_occurrence(TUESDAYS_THURSDAYS, at - timedelta(microseconds=1), SETTINGS)) == (
        "2027-03-04T09:00",
        "2027-03-04T08:00",
    )


def test_next_is_in_local_time_whatever_the_zone():
    tokyo = replace(SETTINGS, zone=ZoneInfo("Asia/Tokyo"))

    # In Tokyo it is Tuesday already.
    found = next_occurrence(TUESDAYS_THURSDAYS, utc(2027, 3, 1, 23), tokyo)

    assert shown(found) == ("2027-03-02T09:00", "2027-03-02T00:00")


@pytest.mark.parametrize(
    ("holidays", "expected"),
    [
        (Holidays.SKIP, ["2027-04-02T11:00"]),
        (Holidays.BEFORE, ["2027-03-25T12:00", "2027-04-02T11:00"]),
        (Holidays.KEEP, ["2027-03-26T12:00", "2027-04-02T11:00"]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_holiday_is_skipped_or_the_moment_moved_before_it(holidays: Holidays, expected: list[str]):
    """Good Friday is the 26th of March 2027."""
    schedule = replace(LETTER, holidays=holidays)
    found = islice(occurrences(schedule, utc(2027, 3, 22), SETTINGS), len(expected))

    assert [shown(one)[1] for one in found] == expected


def test_moved_moment_keeps_the_name_of_its_day():
    assert shown(next_occurrence(LETTER, utc(2027, 3, 22), SETTINGS))[0] == "2027-03-26T13:00"


def test_moment_is_not_moved_onto_a_day_that_has_its_own():
    """On Thursday there is one anyway."""
    schedule = Schedule((3, 4), time(13), Holidays.BEFORE)
    found = islice(occurrences(schedule, utc(2027, 3, 22), SETTINGS), 2)

    assert [one.nominal for one in found] == ["2027-03-25T13:00", "2027-04-01T13:00"]


def test_moment_is_moved_over_all_days_on_which_nobody_works():
    """Easter Monday: the working day before is Thursday."""
    schedule = Schedule((0,), NINE, Holidays.BEFORE)

    assert shown(next_occurrence(schedule, utc(2027, 3, 23), SETTINGS)) == (
        "2027-03-29T09:00",
        "2027-03-25T08:00",
    )


@pytest.mark.parametrize("state", ["BE", "BB"])
def test_holidays_are_those_of_the_federal_state(state: str):
    """The 8th of March is one in Berlin only."""
    found = next_occurrence(Schedule((0,), NINE), utc(2027, 3, 7), replace(SETTINGS, state=state))

    assert found.day == date(2027, 3, 15 if state == "BE" else 8)


def test_schedule_begins_on_its_first_day():
    schedule = Schedule((0, 1, 2, 3, 4), NINE, first=date(2027, 3, 10))
    before, after = (next_occurrence(schedule, utc(2027, 3, day), SETTINGS).day for day in (1, 11))

    assert (before, after) == (date(2027, 3, 10), date(2027, 3, 11))


@pytest.mark.parametrize("year", range(2025, 2041))
@pytest.mark.parametrize("zone", ["Europe/Berlin", "UTC"])
def test_changed_clocks_neither_leave_out_nor_double_a_moment(year: int, zone: str):
    """F11 and F12: a time that is left out counts at the end of the gap, one that comes twice counts once."""
    settings = replace(SETTINGS, zone=ZoneInfo(zone))
    for minute in (0, 30, 59):
        schedule = Schedule(EVERY_DAY, time(2, minute), Holidays.KEEP)
        days: list[date] = []
        for found in occurrences(schedule, utc(year, 1, 1), settings):
            local = found.at.astimezone(settings.zone)
            if local.year > year:
                break
            days.append(local.date())
            in_gap = local.time() != schedule.at
            # Nothing but the end of the gap: 3:00.
            assert local.time() == (time(3) if in_gap else schedule.at)
            assert local.fold == 0

        assert days == [date(year, 1, 1) + timedelta(days=n) for n in range(len(days))]
        assert len(days) >= 364


@pytest.mark.parametrize(
    ("day", "at", "expected"),
    [
        (date(2027, 3, 28), time(1, 59), utc(2027, 3, 28, 0, 59)),
        (date(2027, 3, 28), time(2), utc(2027, 3, 28, 1)),
        (date(2027, 3, 28), time(2, 30), utc(2027, 3, 28, 1)),
        (date(2027, 3, 28), time(3), utc(2027, 3, 28, 1)),
        (date(2027, 10, 31), time(2, 30), utc(2027, 10, 31, 0, 30)),
        (date(2027, 10, 31), time(3), utc(2027, 10, 31, 2)),
    ],
    ids=str,
)
def test_instant_of_a_local_time(day: date, at: time, expected: datetime):
    assert instant(day, at, BERLIN) == expected


def test_instant_after_a_gap_of_a_whole_day():
    """Samoa had no 30th of December 2011."""
    assert instant(date(2011, 12, 30), NINE, ZoneInfo("Pacific/Apia")) == utc(2011, 12, 30, 10)


FIRST = Occurrence("2027-03-02T09:00", utc(2027, 3, 2, 8))
SECOND = Occurrence("2027-03-04T09:00", utc(2027, 3, 4, 8))
THIRD = Occurrence("2027-03-09T09:00", utc(2027, 3, 9, 8))


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (utc(2027, 3, 2, 8), Due(FIRST, ())),
        (utc(2027, 3, 2, 10), Due(FIRST, ())),
        (utc(2027, 3, 2, 10, 1), Due(None, (FIRST,))),
        (utc(2027, 3, 4, 7, 59), Due(None, (FIRST,))),
        (utc(2027, 3, 4, 9), Due(SECOND, (FIRST,))),
        (utc(2027, 3, 9, 12), Due(None, (FIRST, SECOND, THIRD))),
    ],
    ids=["in time", "2 h", "more than 2 h", "before the next", "the newest", "none"],
)
def test_of_missed_moments_only_the_newest_may_be_kept(now: datetime, expected: Due):
    assert schedules.due(TUESDAYS_THURSDAYS, FIRST, now, SETTINGS, schedules.CHECKIN) == expected


def test_clock_that_is_a_century_off_is_no_endless_work():
    found = schedules.due(TUESDAYS_THURSDAYS, FIRST, utc(2127, 3, 4, 8), SETTINGS, schedules.CHECKIN)

    assert found.missed[0] == FIRST
    assert len(found.missed) < 40


def test_day_on_which_it_was_kept_has_no_second_one():
    """Moving 9:00 to 10:00 after 9:00 happens the next time on the next day."""
    moved = replace(TUESDAYS_THURSDAYS, at=time(10))

    assert next_occurrence(moved, utc(2027, 3, 4, 8, 5), SETTINGS, kept={date(2027, 3, 4)}).day == date(
        2027, 3, 9
    )
    assert next_occurrence(moved, utc(2027, 3, 4, 8, 5), SETTINGS).day == date(2027, 3, 4)


def test_missed_moment_does_not_come_again():
    found = next_occurrence(TUESDAYS_THURSDAYS, utc(2027, 3, 1), SETTINGS, missed="2027-03-02T09:00")

    assert found == SECOND


@pytest.mark.parametrize(("days", "at"), [((), NINE), ((7,), NINE), ((0,), time(9, 0, 1))], ids=str)
def test_schedule_has_days_and_whole_minutes(days: tuple[int, ...], at: time):
    with pytest.raises(ValueError, match="no days, or no whole minute"):
        Schedule(days, at)
