# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Meetings as values: numbers, titles and places."""

from __future__ import annotations

import pytest

from method.errors import UserError
from method.meetings import TITLE_LIMIT, Verb, Wish, first_number, title_and_place, title_of

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


WISHES = [
    ("ende", (Verb.END, "")),
    ("Ende T1", (Verb.END, "T1")),
    ("ende jetzt", (Verb.END, "jetzt")),
    ("beenden T1", (Verb.END, "T1")),
    ("Schluss für heute", (Verb.END, "für heute")),
    ("ende des Treffens", (Verb.END, "des Treffens")),
    ("Ende der Sitzung.", (Verb.END, "der Sitzung.")),
    ("end of the meeting", (Verb.END, "of the meeting")),
    ("ende um 16:00", (Verb.END, "um 16:00")),
    ("Ende 17 Uhr", (Verb.END, "17 Uhr")),
    ("Schluss heute 17 Uhr Bilanz", (Verb.PLAN, "Schluss heute 17 Uhr Bilanz")),
    ("Ende des Monats 15:00 Kaffee", (Verb.PLAN, "Ende des Monats 15:00 Kaffee")),
    ("end of March 15:00 review", (Verb.PLAN, "end of March 15:00 review")),
    ("Absage besprechen Mi 15:00", (Verb.PLAN, "Absage besprechen Mi 15:00")),
    ("absagen wegen Krankheit", (Verb.CANCEL, "wegen Krankheit")),
    ("absage T1", (Verb.CANCEL, "T1")),
    ("Serie von Interviews Mi 15:00", (Verb.PLAN, "Serie von Interviews Mi 15:00")),
    ("serie aus", (Verb.SERIES, "aus")),
    ("start", (Verb.START, "")),
    ("start Austausch", (Verb.START, "Austausch")),
    ("start Mi 10.3. 15:00 Austausch", (Verb.PLAN, "Mi 10.3. 15:00 Austausch")),
    ("Beginn morgen um halb drei", (Verb.PLAN, "morgen um halb drei")),
    ("T2 verschieben auf Fr 10:00", (Verb.MOVE, "T2 auf Fr 10:00")),
    ("verschieben T2 auf Fr 10:00", (Verb.MOVE, "T2 auf Fr 10:00")),
    ("T2 auf Fr 10:00 verschieben", (Verb.MOVE, "T2 auf Fr 10:00")),
    ("T4 absagen", (Verb.CANCEL, "T4")),
    ("T4 bitte absagen", (Verb.CANCEL, "T4 bitte")),
    ("T4 cancel", (Verb.CANCEL, "T4")),
    ("T1 ende", (Verb.END, "T1")),
    ("T1 ort Raum 5", (Verb.PLACE, "T1 Raum 5")),
    ("Mi 15:00 Ende", (Verb.PLAN, "Mi 15:00 Ende")),
]


@pytest.mark.parametrize(("words", "wish"), WISHES)
def test_what_is_to_be_done_with_a_meeting(words, wish):
    read = Wish.read(words, None)

    assert (read.verb, read.words) == wish
