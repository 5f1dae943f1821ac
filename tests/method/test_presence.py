# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Absences as people type them, and when somebody may be told something."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from method.presence import Absence, Presence, lacks_end, next_moment, read_period, read_swapped
from method.settings import Settings

#: A Thursday.
TODAY = date(2027, 3, 4)


def march(first: int, last: int | None = None) -> Absence:
    return Absence(date(2027, 3, first), date(2027, 3, last or first))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("10.3.", march(10)),
        ("am 10. März", march(10)),
        ("morgen", march(5)),
        ("22.3.-2.4.", Absence(date(2027, 3, 22), date(2027, 4, 2))),
        ("22.3. bis 2.4.", Absence(date(2027, 3, 22), date(2027, 4, 2))),
        ("vom 22. bis 26. März", march(22, 26)),
        ("22.-26.3.", march(22, 26)),
        ("22.–26.3.", march(22, 26)),
        ("22 March to 2 April", Absence(date(2027, 3, 22), date(2027, 4, 2))),
        ("2027-03-22 bis 2027-03-26", march(22, 26)),
        ("bis 12.3.", march(4, 12)),
        ("Mo bis Mi", march(8, 10)),
        ("Fr bis Mo", march(5, 8)),
        ("diese Woche", march(4, 7)),
        ("nächste Woche", march(8, 14)),
        ("28.12. bis 3.1.", Absence(date(2027, 12, 28), date(2028, 1, 3))),
        ("1.3.", march(1)),
        ("", None),
        ("krank", None),
        ("10.3. wegen Zahnarzt", None),
        ("31.-5.2.", None),
        ("vom 22. bis 26.", march(22, 26)),
        ("ab morgen bis 12.3.", march(5, 12)),
        ("ab morgen", None),
        ("from tomorrow", None),
        ("2.4.-22.3.", None),
        ("22.12.-20.3.", Absence(date(2027, 12, 22), date(2028, 3, 20))),
        ("1.11. bis 28.2.", Absence(date(2027, 11, 1), date(2028, 2, 28))),
        ("26.3.2027 bis 22.2.2027", None),
        ("1.3.2027 bis 1.3.2029", None),
        ("x" * 100, None),
    ],
)
def test_day_or_period_is_read(words: str, expected: Absence | None):
    assert read_period(words, TODAY) == expected


@pytest.mark.parametrize(
    ("words", "lacks"),
    [
        ("ab morgen", True),
        ("from tomorrow", True),
        ("ab 10.3.", True),
        ("seit gestern", True),
        ("ab morgen bis 12.3.", False),
        ("am 10.3.", False),
        ("morgen", False),
        ("ab und zu", False),
    ],
)
def test_first_day_alone_lacks_the_last(words: str, lacks: bool):
    assert lacks_end(words, TODAY) is lacks


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("2.4.-22.3.", Absence(date(2027, 3, 22), date(2027, 4, 2))),
        ("26.3.2027 bis 10.3.2027", march(10, 26)),
        ("22.3.-2.4.", None),
        ("28.12.-3.1.", None),
        ("krank", None),
    ],
)
def test_days_the_wrong_way_round_are_noticed(words: str, expected: Absence | None):
    assert read_swapped(words, TODAY) == expected


def test_what_was_said_is_stored_as_words():
    presence = Presence((0, 2), (time(9), time(13)), ZoneInfo("Europe/London"))

    assert presence.as_stored() == {"days": "02", "hours": "09:00-13:00", "zone": "Europe/London"}
    assert Presence.stored(presence.as_stored()) == presence
    assert Presence.stored({}) == Presence()
    assert Presence().as_stored() == {}


@pytest.mark.parametrize(
    ("presence", "expected"),
    [
        (Presence(), datetime(2027, 3, 4, 9, tzinfo=UTC)),
        (Presence(absences=(march(4),)), datetime(2027, 3, 5, 7, tzinfo=UTC)),
        # The 8th of March is a holiday in Berlin.
        (Presence(absences=(march(4), march(5, 6))), datetime(2027, 3, 9, 7, tzinfo=UTC)),
        (Presence(days=(2,)), datetime(2027, 3, 10, 7, tzinfo=UTC)),
        (Presence(hours=(time(12), time(16))), datetime(2027, 3, 4, 11, tzinfo=UTC)),
        (Presence(zone=ZoneInfo("America/New_York")), datetime(2027, 3, 4, 13, tzinfo=UTC)),
    ],
)
def test_next_moment_is_when_the_person_works(presence: Presence, expected: datetime):
    assert next_moment(datetime(2027, 3, 4, 9, tzinfo=UTC), Settings(), presence) == expected
