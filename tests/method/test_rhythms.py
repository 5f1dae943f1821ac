# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""When the weekly letter comes, as people type it."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

import pytest

from method.rhythms import read, shown, weekly
from method.settings import Settings, Weekly

USUAL = Settings()


@pytest.mark.parametrize(
    ("words", "weekly"),
    [
        ("Fr 13:00", Weekly(4, time(13))),
        ("an Do 9:00", Weekly(3, time(9))),
        ("freitags um 9 Uhr", Weekly(4, time(9))),
        ("Mo 14.30 Uhr", Weekly(0, time(14, 30))),
        ("thursdays 2pm", Weekly(3, time(14))),
        ("on Tue at 12 am", Weekly(1, time(0))),
        ("Mittwoch", Weekly(2, time(13))),
        ("9:30", Weekly(4, time(9, 30))),
        ("an", Weekly(4, time(13), usual=True)),
        ("aus", None),
        ("Off.", None),
    ],
)
def test_day_and_time_are_read(words: str, weekly: Weekly | None):
    assert read(words, USUAL) == (weekly,)


@pytest.mark.parametrize(
    "words", ["", "Fr 25:00", "Fr Sa 13:00", "Blumenkohl", "Fr 13:61", "x" * 100, "Fr 13:00 bald"]
)
def test_other_words_are_not(words: str):
    assert read(words, USUAL) is None


def test_what_is_not_said_stays():
    monday = replace(USUAL, letter=Weekly(0, time(8, 15)))

    assert read("Do", monday) == (Weekly(3, time(8, 15)),)
    assert read("an", monday) == (monday.letter,)
    assert read("an", replace(USUAL, letter=None)) == (USUAL.letter,)


def test_it_is_shown_as_it_is_typed():
    chosen = [Weekly(4, time(13)), Weekly(0, time(9, 5)), None]
    assert [shown(replace(USUAL, letter=one)).render("de") for one in chosen] == [
        "Fr 13:00",
        "Mo 9:05",
        "aus",
    ]


@pytest.mark.parametrize(
    ("days", "begins", "ends", "said"),
    [
        ((0, 1, 2, 3, 4), 8, 18, "Fr 13:00"),
        ((0, 1, 2, 3), 8, 18, "Do 13:00"),
        ((5, 6), 8, 18, "So 13:00"),
        # An hour before the end, so that it is read.
        ((0, 1, 2, 3, 4), 8, 12, "Fr 11:00"),
        ((0, 1, 2, 3, 4), 14, 20, "Fr 14:00"),
        ((0, 2), 8, 13, "Mi 12:00"),
    ],
)
def test_usual_letter_comes_in_working_time(days: tuple[int, ...], begins: int, ends: int, said: str):
    settings = replace(USUAL, days=days, begins=time(begins), ends=time(ends))

    assert shown(settings).render("de") == said
    assert shown(replace(settings, letter=Weekly(4, time(13)))).render("de") == "Fr 13:00"
    found = weekly(settings)
    assert found is not None
    assert read("Di", settings) == (Weekly(1, found.at),)


def test_setting_comes_back_from_the_database():
    for one in (Weekly(0, time(8, 15)), None, USUAL.letter, Weekly(4, time(13))):
        assert Settings.stored(replace(USUAL, letter=one).as_stored()).letter == one
