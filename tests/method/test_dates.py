# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Days are read as people type them, in two languages; nothing else is taken for a day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from method.dates import Day, dated, next_such_day, read_day, split_day, written

#: A Thursday.
TODAY = date(2027, 3, 11)
MARCH_15 = date(2027, 3, 15)

SURE = [
    ("15.3.2027", MARCH_15),
    ("15.03.27", MARCH_15),
    ("15. 3. 2027", MARCH_15),
    ("2027-03-15", MARCH_15),
    ("15. März 2027", MARCH_15),
    ("15 March 2027", MARCH_15),
    ("March 15, 2027", MARCH_15),
    ("15.2.2027", date(2027, 2, 15)),
    ("gestern", date(2027, 3, 10)),
    ("vorgestern", date(2027, 3, 9)),
    ("heute", TODAY),
    ("Today!", TODAY),
    ("morgen", date(2027, 3, 12)),
    ("uebermorgen", date(2027, 3, 13)),
    ("Montag", MARCH_15),
    ("mo", MARCH_15),
    ("nächsten Montag", MARCH_15),
    ("bis zum Montag", MARCH_15),
    ("Thursday", date(2027, 3, 18)),
    ("Do", date(2027, 3, 18)),
    ("in 2 Wochen", date(2027, 3, 25)),
    ("in zwei Wochen", date(2027, 3, 25)),
    ("in einer Woche", date(2027, 3, 18)),
    ("in 3 days", date(2027, 3, 14)),
    ("in einem Monat", date(2027, 4, 11)),
    ("in 12 Monaten", date(2028, 3, 11)),
]
WITHOUT_YEAR = [
    ("15.3.", MARCH_15),
    ("15.3", MARCH_15),
    ("15.03.", MARCH_15),
    ("bis 15.3.", MARCH_15),
    ("Mo, 15.3.", MARCH_15),
    ("Montag 15. März", MARCH_15),
    ("15. maerz", MARCH_15),
    ("15 Mar", MARCH_15),
    ("March 15th", MARCH_15),
    ("until the 15th March", MARCH_15),
    ("15.2.", date(2027, 2, 15)),
    ("10.1.", date(2027, 1, 10)),
    ("31.12.", date(2027, 12, 31)),
    ("11.9.", date(2027, 9, 11)),
]

PERIODS = [
    ("Ende des Monats", date(2027, 3, 31)),
    ("Ende dieses Monats", date(2027, 3, 31)),
    ("Ende nächsten Monats", date(2027, 4, 30)),
    ("Ende Juni", date(2027, 6, 30)),
    ("Mitte März", date(2027, 3, 15)),
    ("Anfang April 2028", date(2028, 4, 1)),
    ("Ende des Jahres", date(2027, 12, 31)),
    ("end of the month", date(2027, 3, 31)),
    ("beginning of May", date(2027, 5, 1)),
    ("in 2 Jahren", date(2029, 3, 11)),
    ("in einem halben Jahr", date(2027, 9, 11)),
    ("in half a year", date(2027, 9, 11)),
    ("in zwölf Wochen", date(2027, 6, 3)),
    ("Dienstag, den 15.6.", date(2027, 6, 15)),
]


@pytest.mark.parametrize(("words", "day"), PERIODS)
def test_a_part_of_a_month_or_a_year_is_a_day(words: str, day: date):
    found = read_day(words, TODAY)

    assert found is not None
    assert found.date == day


@pytest.mark.parametrize(("words", "day"), SURE)
def test_a_day_with_everything(words: str, day: date):
    assert read_day(words, TODAY) == Day(day)


@pytest.mark.parametrize(("words", "day"), WITHOUT_YEAR)
def test_a_day_without_a_year(words: str, day: date):
    assert read_day(words, TODAY) == Day(day, sure=False)


def test_a_leap_day_is_one_of_the_next_year_only_where_that_is_meant():
    assert read_day("29.2.", TODAY) is None
    assert read_day("29.2.", date(2027, 11, 2)) == Day(date(2028, 2, 29), sure=False)


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("am 10.", date(2027, 4, 10)),
        ("am 12.", date(2027, 3, 12)),
        ("bis zum 31.", date(2027, 3, 31)),
        ("by the 5th", date(2027, 4, 5)),
        ("Montag in einer Woche", date(2027, 3, 22)),
        ("Montag in 14 Tagen", date(2027, 3, 29)),
        ("Monday in two weeks", date(2027, 3, 29)),
        ("heute in 14 Tagen", date(2027, 3, 25)),
        ("in 2 Wochen am Mi", date(2027, 3, 24)),
        ("nächste Woche Mi", date(2027, 3, 17)),
        ("Wednesday next week", date(2027, 3, 17)),
        ("übernächsten Montag", date(2027, 3, 22)),
    ],
)
def test_a_day_that_is_said_from_another(words: str, day: date):
    assert read_day(words, TODAY) == Day(day)


def test_a_number_alone_is_no_day_of_the_month():
    assert read_day("3.", TODAY) is None
    assert read_day("3.", TODAY, of_month=True) == Day(date(2027, 4, 3))


def test_a_day_long_past_is_one_of_the_next_year():
    assert read_day("15.1.", date(2027, 11, 2)) == Day(date(2028, 1, 15), sure=False)


NO_DAY = [
    "",
    "bis",
    "Raum 3.12.4",
    "30.2.2027",
    "32.1.",
    "1.13.",
    "2027-13-01",
    "15",
    "irgendwann",
    "in 2 Jahrzehnten",
]


@pytest.mark.parametrize(
    "words", [*NO_DAY, "in x Wochen", "in 99999 Wochen", "15. Foo", "March", "0.0.", "²⁵.3."]
)
def test_what_is_no_day(words: str):
    assert read_day(words, TODAY) is None


@given(st.text(max_size=30))
def test_whatever_is_typed_is_a_day_or_stays_as_it_is(words: str):
    name, day = split_day(words, TODAY)

    assert day is not None or name == words.strip()


@given(st.dates(date(2027, 3, 11), date(2027, 8, 31)))
def test_what_is_written_is_read_again(day: date):
    for language in ("de", "en"):
        found = read_day(written(day, TODAY).render(language), TODAY)
        assert found is not None
        assert found.date == day


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.dates(date(2020, 1, 1), date(2030, 1, 1)))
def test_the_next_such_day_is_soon_and_the_same_day_of_a_month(day: date, today: date):
    found = next_such_day(day, today)

    assert found.day == day.day
    assert timedelta() <= found - today <= timedelta(days=62)


SPLIT = [
    pytest.param("Ada Lovelace bis 15.3.", "Ada Lovelace", id="at the end"),
    pytest.param("bis 15.3. Ada Lovelace", "Ada Lovelace", id="at the beginning"),
    pytest.param("bis Mo, 15. März Ada Lovelace", "Ada Lovelace", id="long, at the beginning"),
    pytest.param("Ada, bis Montag", "Ada", id="comma"),
    pytest.param("Ada 15.3.", "Ada", id="without bis"),
    pytest.param("@ada:example.org until March 15", "@ada:example.org", id="English"),
    pytest.param("Bis Minor bis 15.3.", "Bis Minor", id="bis as a name"),
]


@pytest.mark.parametrize(("words", "rest"), SPLIT)
def test_a_day_is_taken_out_of_other_words(words: str, rest: str):
    name, day = split_day(words, TODAY)

    assert (name, day and day.date) == (rest, MARCH_15)


@pytest.mark.parametrize("words", ["Erika Sonntag", "Ada", "", "Ada bis irgendwann"])
def test_words_without_a_day_stay_whole(words: str):
    assert split_day(words, TODAY) == (words, None)


def test_days_are_written_with_weekday_and_where_needed_the_year():
    shown = [written(day, TODAY).render("de") for day in (MARCH_15, date(2028, 1, 10))]

    assert shown == ["Mo, 15. März", "Mo, 10. Januar 2028"]
    assert written(MARCH_15, TODAY).render("en") == "Mon, 15 March"
    assert [dated(MARCH_15, year=year).render("de") for year in (True, False)] == [
        "15. März 2027",
        "15. März",
    ]
