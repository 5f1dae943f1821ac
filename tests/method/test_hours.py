# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Working time knows weekends, public holidays of the federal state, and both changes of the clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest

from method.hours import (
    full_hour,
    holiday,
    is_working_time,
    last_working_moment,
    working_day_later,
    working_moment,
)
from method.settings import STATES, Settings

BERLIN = Settings()


def local(words: str, settings: Settings = BERLIN) -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=settings.zone)


@pytest.mark.parametrize(
    ("at", "working"),
    [
        ("2027-02-22 07:59:59", False),
        ("2027-02-22 08:00", True),
        ("2027-02-22 17:59:59", True),
        ("2027-02-22 18:00", False),
        ("2027-02-27 10:00", False),
        ("2027-03-08 10:00", False),
        ("2027-03-26 10:00", False),
        ("2027-03-29 10:00", False),
        ("2027-03-30 10:00", True),
    ],
    ids=["early", "begins", "ends", "over", "Saturday", "8 March", "Good Friday", "Easter Monday", "Tuesday"],
)
def test_working_time(at: str, working: bool):
    assert is_working_time(local(at), BERLIN) is working


@pytest.mark.parametrize(
    ("at", "then"),
    [
        ("2027-02-23 09:10", "2027-02-23 09:10"),
        ("2027-02-23 18:00", "2027-02-23 18:00"),
        ("2027-02-23 23:00", "2027-02-23 18:00"),
        ("2027-02-23 07:30", "2027-02-22 18:00"),
        ("2027-03-09 00:00", "2027-03-05 18:00"),
        ("2027-03-29 12:00", "2027-03-25 18:00"),
    ],
    ids=["at work", "ends", "night", "early", "after 8 March", "Easter"],
)
def test_last_working_moment(at: str, then: str):
    assert last_working_moment(local(at), BERLIN) == local(then)


def test_each_federal_state_has_its_own_holidays():
    frauentag = {state for state in STATES if holiday(date(2027, 3, 8), state)}
    fronleichnam = {state for state in STATES if holiday(date(2027, 5, 27), state)}

    assert frauentag == {"BE", "MV"}
    assert fronleichnam == {"BW", "BY", "HE", "NW", "RP", "SL"}


def test_holiday_is_named_in_the_language_of_the_reader():
    easter = holiday(date(2027, 3, 29), "BE")
    assert easter is not None
    assert [easter.render(language) for language in ("de", "en")] == ["Ostermontag", "Easter Monday"]


@pytest.mark.parametrize(
    ("at", "then"),
    [
        ("2027-02-22 09:10", "2027-02-22 09:10"),
        ("2027-02-22 06:00", "2027-02-22 08:00"),
        ("2027-02-22 18:00", "2027-02-23 08:00"),
        ("2027-03-05 20:00", "2027-03-09 08:00"),
        ("2027-03-25 18:30", "2027-03-30 08:00"),
    ],
    ids=["at once", "this morning", "tomorrow", "over a weekend and 8 March", "over Easter and summer time"],
)
def test_next_working_moment(at: str, then: str):
    found = working_moment(local(at), BERLIN)

    assert (found, found.tzinfo) == (local(then), UTC)


@pytest.mark.parametrize(
    ("not_before", "then"),
    [
        ("2027-02-23 09:30", "2027-02-23 10:00"),
        ("2027-02-23 09:00", "2027-02-23 09:00"),
        ("2027-02-23 17:10", "2027-02-24 08:00"),
        ("2027-02-26 17:01", "2027-03-01 08:00"),
    ],
    ids=["next", "now", "tomorrow", "Monday"],
)
def test_next_full_hour(not_before: str, then: str):
    assert full_hour(local(not_before), BERLIN) == local(then)


@pytest.mark.parametrize(
    ("at", "then"),
    [
        ("2027-02-24 09:30", "2027-02-25 09:30"),
        ("2027-02-24 22:40", "2027-02-26 08:00"),
        ("2027-02-26 15:00", "2027-03-01 15:00"),
        ("2027-02-27 10:00", "2027-03-02 08:00"),
        ("2027-03-05 12:00", "2027-03-09 12:00"),
        ("2027-03-25 16:30", "2027-03-30 16:30"),
    ],
    ids=["tomorrow", "from the evening", "Friday", "Saturday", "over 8 March", "over Easter and summer time"],
)
def test_a_working_day_later(at: str, then: str):
    found = working_day_later(local(at), BERLIN)

    assert (found, found.tzinfo) == (local(then), UTC)


def test_full_hour_of_a_group_that_begins_at_half_past():
    late = replace(BERLIN, begins=time(8, 30))

    assert full_hour(local("2027-02-23 07:10"), late) == local("2027-02-23 09:00")


def test_hours_are_those_of_the_group_s_zone():
    assert is_working_time(datetime(2027, 7, 5, 6, 0, tzinfo=UTC), BERLIN)
    assert not is_working_time(datetime(2027, 1, 5, 6, 30, tzinfo=UTC), BERLIN)
