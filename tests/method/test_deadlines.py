# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Moments: German, English and ISO, a weekday with a time, distances, ends of weeks and months."""

from __future__ import annotations

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from method.deadlines import day_written, moment_written, read_moment

BERLIN = ZoneInfo("Europe/Berlin")
#: Thursday, 25 February 2027, 9:30 in Berlin.
NOW = datetime(2027, 2, 25, 8, 30, tzinfo=UTC)
ENDS = time(18)


def read(words: str, now: datetime = NOW) -> str | None:
    found = read_moment(words, now, BERLIN, ends=ENDS)
    if found is None:
        return None
    local = found.at.astimezone(BERLIN)
    assert found.day == local.date()
    return local.strftime("%a %d.%m.%Y %H:%M")


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("Fr 12:00", "Fri 26.02.2027 12:00"),
        ("bis Fr 12:00", "Fri 26.02.2027 12:00"),
        ("Do 12:00", "Thu 25.02.2027 12:00"),
        ("Do 9:00", "Thu 04.03.2027 09:00"),
        ("Do", "Thu 04.03.2027 18:00"),
        ("donnerstag um 12 uhr", "Thu 25.02.2027 12:00"),
        ("Fr. 10.30 Uhr", "Fri 26.02.2027 10:30"),
        ("nächsten Mittwoch", "Wed 03.03.2027 18:00"),
        ("Mi 3.3. 15:00", "Wed 03.03.2027 15:00"),
        ("Mi, 3. März, 15 Uhr", "Wed 03.03.2027 15:00"),
        ("3.3.2027 15:00", "Wed 03.03.2027 15:00"),
        ("zum 15.3.", "Mon 15.03.2027 18:00"),
        ("2027-03-15", "Mon 15.03.2027 18:00"),
        ("2027-03-15 10:00", "Mon 15.03.2027 10:00"),
        ("2027-03-15T10:00", "Mon 15.03.2027 10:00"),
        ("March 15, 3 pm", "Mon 15.03.2027 15:00"),
        ("by Friday 12 am", "Fri 26.02.2027 00:00"),
        ("until tomorrow noon", "Fri 26.02.2027 12:00"),
        ("heute", "Thu 25.02.2027 18:00"),
        ("morgen", "Fri 26.02.2027 18:00"),
        ("übermorgen 24:00", "Sat 27.02.2027 23:59"),
        ("15:30", "Thu 25.02.2027 15:30"),
        ("um 16 Uhr", "Thu 25.02.2027 16:00"),
        ("8:00", "Thu 25.02.2027 08:00"),
        ("in 2 Tagen", "Sat 27.02.2027 18:00"),
        ("in zwei Wochen 12:00", "Thu 11.03.2027 12:00"),
        ("in 2 Stunden", "Thu 25.02.2027 11:30"),
        ("in einer Stunde", "Thu 25.02.2027 10:30"),
        ("in 45 minutes", "Thu 25.02.2027 10:15"),
        ("Ende des Monats", "Sun 28.02.2027 18:00"),
        ("Monatsende 12:00", "Sun 28.02.2027 12:00"),
        ("Ende nächsten Monats", "Wed 31.03.2027 18:00"),
        ("end of the month", "Sun 28.02.2027 18:00"),
        ("Ende der Woche", "Fri 26.02.2027 18:00"),
        ("end of next week", "Fri 05.03.2027 18:00"),
        ("Ende des Jahres", "Fri 31.12.2027 18:00"),
        ("29.2.2028", "Tue 29.02.2028 18:00"),
        ("am 3. 10 Uhr", "Wed 03.03.2027 10:00"),
        ("am 3. um 10 Uhr", "Wed 03.03.2027 10:00"),
        ("am 5. 12 Uhr", "Fri 05.03.2027 12:00"),
        ("bis 3. 10 Uhr", "Wed 03.03.2027 10:00"),
        ("3. 10.", "Sun 03.10.2027 18:00"),
        ("3. 10. 9 Uhr", "Sun 03.10.2027 09:00"),
        ("Montag in einer Woche 10 Uhr", "Mon 08.03.2027 10:00"),
        ("in 2 Wochen Mi 15 Uhr", "Wed 10.03.2027 15:00"),
        ("um 10 am Freitag", "Fri 26.02.2027 10:00"),
        ("um 3 am Freitag", "Fri 26.02.2027 15:00"),
        ("heute Abend um 8", "Thu 25.02.2027 20:00"),
        ("Fr 10:00 Uhr morgens", "Fri 26.02.2027 10:00"),
    ],
)
def test_moment_is_read(words: str, meant: str):
    assert read(words) == meant


@pytest.mark.parametrize(
    "words",
    [
        "",
        "bis",
        "Profil",
        "25:00",
        "Fr 12:75",
        "Fr 25:00",
        "morgen um 3 am Bahnhof",
        "13 pm",
        "30.2. 12:00",
        "in 0 Stunden",
        "in vielen Tagen",
        "x " * 60,
    ],
)
def test_other_words_are_no_moment(words: str):
    assert read(words) is None


def test_clock_change_keeps_the_local_time():
    assert read_moment("28.3.2027 12:00", NOW, BERLIN, ends=ENDS).at == datetime(2027, 3, 28, 10, tzinfo=UTC)  # type: ignore[union-attr]  # it is read


def test_time_that_was_not_typed_is_told_apart():
    found = [read_moment(words, NOW, BERLIN, ends=ENDS) for words in ("Fr", "Fr 12:00")]

    assert [one.timed for one in found if one] == [False, True]


@given(st.text(max_size=80))
def test_nothing_that_is_typed_raises(words: str):
    read_moment(words, NOW, BERLIN, ends=ENDS)


def test_moments_are_written_with_weekday_and_time():
    at = datetime(2027, 3, 11, 11, tzinfo=UTC)
    later = datetime(2028, 1, 5, 11, tzinfo=UTC)

    assert moment_written(at, NOW, BERLIN).render("de") == "Do, 11. März, 12:00"
    assert moment_written(at, NOW, BERLIN).render("en") == "Thu, 11 March, 12:00"
    assert moment_written(later, NOW, BERLIN).render("de") == "Mi, 5. Januar 2028, 12:00"
    assert day_written(later.date(), NOW, BERLIN).render("de") == "Mi, 5. Januar 2028"


def test_time_that_march_leaves_out_is_the_first_one_after_the_gap_and_octobers_the_first_of_two():
    assert read("28.3.2027 2:30") == "Sun 28.03.2027 03:00"
    found = read_moment("31.10.2027 2:30", NOW, BERLIN, ends=ENDS)
    assert found is not None
    assert found.at == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
