# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Times of the day, as people type them."""

from __future__ import annotations

from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from method.times import IMPOSSIBLE, split_time, take_time, without_end


@pytest.mark.parametrize(
    ("words", "at", "rest"),
    [
        ("morgen um 10", time(10), "morgen"),
        ("morgen um zehn", time(10), "morgen"),
        ("morgen um 10.00", time(10), "morgen"),
        ("morgen um 10.10", time(10, 10), "morgen"),
        ("morgen gegen 10", time(10), "morgen"),
        ("morgen um ca. 10 Uhr", time(10), "morgen"),
        ("morgen 10.30", time(10, 30), "morgen"),
        ("15.3. 9h30", time(9, 30), "15.3."),
        ("Mi 15 Uhr 30", time(15, 30), "Mi"),
        ("Mi halb drei", time(14, 30), "Mi"),
        ("Mi halb elf", time(10, 30), "Mi"),
        ("Mi halb eins", time(12, 30), "Mi"),
        ("Mi Viertel nach drei", time(15, 15), "Mi"),
        ("Mi viertel vor 10", time(9, 45), "Mi"),
        ("Mi dreiviertel drei", time(14, 45), "Mi"),
        ("Mi viertel drei", time(14, 15), "Mi"),
        ("Mi fünf vor zwölf", time(11, 55), "Mi"),
        ("Mi zehn nach 9", time(9, 10), "Mi"),
        ("Mi neun Uhr", time(9), "Mi"),
        ("tomorrow at 3", time(15), "tomorrow"),
        ("tomorrow at half past two", time(14, 30), "tomorrow"),
        ("tomorrow quarter to nine", time(8, 45), "tomorrow"),
        ("tomorrow 3:30 pm", time(15, 30), "tomorrow"),
        ("Thursday 3pm", time(15), "Thursday"),
        ("tomorrow at 9 o'clock", time(9), "tomorrow"),
        ("um 3", time(15), ""),
        ("um 3 Uhr", time(3), ""),
        ("heute Abend um 8", time(20), "heute"),
        ("Freitagabend 8 Uhr", time(20), "Freitag"),
        ("Fr 8 Uhr abends", time(20), "Fr"),
        ("nachmittags um 3", time(15), ""),
        ("Fr um 3 Uhr nachmittags", time(15), "Fr"),
        ("morgen früh um 6", time(6), "morgen"),
        ("mittags um eins", time(13), ""),
        ("nachts um 11", time(23), ""),
        ("tonight at 8", time(20), "today"),
        ("Do mittags", time(12), "Do"),
        ("heute Abend", time(18), "heute"),
        ("morgen früh", time(8), "morgen"),
        ("Freitag morgen", time(8), "Freitag"),
        ("tomorrow afternoon", time(15), "tomorrow"),
        ("Fr 25:00", IMPOSSIBLE, "Fr"),
        ("Fr 13 pm", IMPOSSIBLE, "Fr"),
    ],
)
def test_time_is_read_at_the_end(words: str, at: time, rest: str):
    assert split_time(words) == (at, rest)


@pytest.mark.parametrize(
    "words",
    [
        "",
        "morgen",
        "Mo 10.10",
        "2.50",
        "Vormittag",
        "Sonnabend",
        "um ein",
        "drei",
        "halb",
        "fünf nach",
        "um 3 am",
    ],
)
def test_other_words_are_no_time(words: str):
    assert split_time(words) == (None, words)


@pytest.mark.parametrize(
    ("words", "at", "rest"),
    [
        ("um halb drei Tee", time(14, 30), " Tee"),
        ("9am Tee", time(9), " Tee"),
        ("15:00: Tee", time(15), " Tee"),
        ("Tee um drei", None, "Tee um drei"),
        ("25:00 Tee", None, "25:00 Tee"),
    ],
)
def test_time_is_read_at_the_beginning(words: str, at: time | None, rest: str):
    assert take_time(words) == (at, rest)


@pytest.mark.parametrize(
    ("words", "begins", "ends"),
    [
        ("Do von 9 bis 10:30", "Do 9 Uhr", "10:30 Uhr"),
        ("Do 9-10:30", "Do 9 Uhr", "10:30 Uhr"),
        ("Do 15 bis 16:30 Uhr", "Do 15 Uhr", "16:30 Uhr"),
        ("Thursday 3-4 pm", "Thursday 3 pm", "16:00 Uhr"),
        ("Thursday 11-1 pm", "Thursday 11 am", "13:00 Uhr"),
        ("22.-26.3.", "22.-26.3.", None),
        ("Do 9-10", "Do 9-10", None),
        ("2027-03-15", "2027-03-15", None),
    ],
)
def test_end_of_a_span_is_taken_off(words: str, begins: str, ends: str | None):
    assert without_end(words) == (begins, ends)


@pytest.mark.parametrize(
    "words", ["Do {}9-10:30", "Do {}um 10", "Do um {}10", "Do 9 {}bis 10 Uhr", "Do 8 Uhr{}abends"]
)
def test_long_words_are_handed_back_unread(words: str):
    long = words.format(" " * 6000)

    assert split_time(long) == (None, long)
    assert without_end(long) == (long, None)
    assert take_time(long) == (None, long)


@given(st.text(max_size=60))
def test_nothing_that_is_typed_raises(words: str):
    split_time(words)
    take_time(words)
    without_end(words)
