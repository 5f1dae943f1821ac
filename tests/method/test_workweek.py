# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Working days and hours: read as people type them, shown as short as possible."""

from __future__ import annotations

from datetime import time

import pytest

from method import workweek

FIVE = (0, 1, 2, 3, 4)
USUAL = (time(8), time(18))

READ = [
    pytest.param("Mo bis Fr, 8 bis 18 Uhr", (FIVE, USUAL), id="as shown"),
    pytest.param("8-18", (None, USUAL), id="hours"),
    pytest.param("8 – 18", (None, USUAL), id="dash"),
    pytest.param("von 8 Uhr bis 18 Uhr", (None, USUAL), id="von, Uhr twice"),
    pytest.param("8:30-17", (None, (time(8, 30), time(17))), id="colon"),
    pytest.param("8.30 bis 17.15 Uhr", (None, (time(8, 30), time(17, 15))), id="point"),
    pytest.param("08h-18h", (None, USUAL), id="h"),
    pytest.param("8am to 6pm", (None, USUAL), id="am and pm"),
    pytest.param("12am-12pm", (None, (time(0), time(12))), id="midnight to noon"),
    pytest.param("0-24", (None, (time(0), time(23, 59))), id="all day"),
    pytest.param("Mo-Fr", (FIVE, None), id="days"),
    pytest.param("Montag bis Freitag", (FIVE, None), id="long names"),
    pytest.param("monday to friday 9-17", (FIVE, (time(9), time(17))), id="English"),
    pytest.param("mo, mi und FR", ((0, 2, 4), None), id="list"),
    pytest.param("Di & Do", ((1, 3), None), id="ampersand"),
    pytest.param("Mo bis Mi, Fr", ((0, 1, 2, 4), None), id="range and one"),
    pytest.param("Fr bis Di", ((0, 1, 4, 5, 6), None), id="over the weekend"),
    pytest.param("Mo-Mo", ((0,), None), id="one day as a range"),
    pytest.param("werktags", (FIVE, None), id="werktags"),
    pytest.param("TAEGLICH", ((0, 1, 2, 3, 4, 5, 6), None), id="folded"),
    pytest.param("jeden Tag 10-16", ((0, 1, 2, 3, 4, 5, 6), (time(10), time(16))), id="every day"),
    pytest.param("Sonnabends und sonntags", ((5, 6), None), id="regional"),
]


@pytest.mark.parametrize(("words", "expected"), READ)
def test_times_are_read_as_typed(words: str, expected: object):
    assert workweek.read(words) == expected


@pytest.mark.parametrize(
    "words",
    ["", "immer", "8", "8-11", "18-8", "8-25", "8:70-18", "Mo bis", "bis Fr", "Mo bis Fr bis So", "Mo 8",
     "Mo-Fr vormittags", "8-18 9-17", "Mo bis täglich", "-", "§"],
)  # fmt: skip
def test_what_is_no_working_time_is_not_read(words: str):
    assert workweek.read(words) is None


def test_long_nonsense_is_not_read_at_all():
    assert workweek.read("1" + " " * 8_000 + "x") is None
    assert workweek.read("Mo, " * 2_000) is None
    assert workweek.read("8   -   18") == (None, USUAL)


def test_days_alone_come_without_hours():
    assert workweek.read_days("Mo-Fr") == FIVE
    assert workweek.read_days("Mo-Fr 8-18") is None
    assert workweek.read_days("8-18") is None
    assert workweek.read_days("heute") is None


SHOWN = [
    pytest.param(FIVE, "Mo bis Fr", "Mon to Fri", id="week"),
    pytest.param((0, 2, 4), "Mo, Mi, Fr", "Mon, Wed, Fri", id="single days"),
    pytest.param((0, 1, 2, 4), "Mo bis Mi, Fr", "Mon to Wed, Fri", id="range and one"),
    pytest.param((1, 2), "Di, Mi", "Tue, Wed", id="two in a row"),
    pytest.param((6,), "So", "Sun", id="one"),
]


@pytest.mark.parametrize(("days", "german", "english"), SHOWN)
def test_days_are_shown_short(days: tuple[int, ...], german: str, english: str):
    assert workweek.show_days(days).render("de") == german
    assert workweek.show_days(days).render("en") == english


def test_what_is_shown_can_be_typed():
    for days in ((0,), FIVE, (0, 2, 5), (1, 2, 3, 6)):
        for language in ("de", "en"):
            hours = workweek.show_hours(time(8, 30), time(17)).render(language)
            shown = f"{workweek.show_days(days).render(language)}, {hours}"
            assert workweek.read(shown) == (days, (time(8, 30), time(17)))
