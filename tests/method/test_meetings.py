# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Meetings as values: numbers, titles and places."""

from __future__ import annotations

import pytest

from method.errors import UserError
from method.meetings import TITLE_LIMIT, first_number, title_and_place, title_of

NUMBERS = [
    ("T2", (2, "")),
    ("t2 Titel", (2, "Titel")),
    ("t 2: Titel", (2, "Titel")),
    ("#T-12", (12, "")),
    ("T2b Titel", (None, "T2b Titel")),
    ("Titel T2", (None, "Titel T2")),
    ("T1234567890", (None, "T1234567890")),
    ("", (None, "")),
]


@pytest.mark.parametrize(("words", "expected"), NUMBERS)
def test_number_is_read_at_the_beginning(words, expected):
    assert first_number(words) == expected


def test_title_is_one_line():
    assert title_of(" Austausch\nmit  Firmen ") == "Austausch mit Firmen"
    assert title_of(" \n") is None


def test_title_that_is_too_long_is_refused():
    assert title_of("x" * TITLE_LIMIT) == "x" * TITLE_LIMIT
    with pytest.raises(UserError):
        title_of("x" * (TITLE_LIMIT + 1))


PLACES = [
    ("Austausch (online)", ("Austausch", "online")),
    ("Austausch (A) im Rathaus", ("Austausch (A) im Rathaus", None)),
    ("(online)", ("(online)", None)),
    ("Austausch", ("Austausch", None)),
]


@pytest.mark.parametrize(("title", "expected"), PLACES)
def test_place_stands_in_brackets_at_the_end(title, expected):
    assert title_and_place(title) == expected
