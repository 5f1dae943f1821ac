# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who is hit hardest is read from a text, and only where it is meant."""

from __future__ import annotations

import time

import pytest

from method.affected import apart, as_before, marked

READ = [
    ("Kurse nur vormittags betroffen: Frauen mit Kindern", "Kurse nur vormittags", "Frauen mit Kindern"),
    ("Kurse nur vormittags. Betroffen: Frauen. Das ist neu.", "Kurse nur vormittags. Das ist neu.", "Frauen"),
    ("Kurse, besonders betroffen: z. B. Ältere", "Kurse", "z. B. Ältere"),
    ("Kurse (am meisten betroffen: Ältere)", "Kurse", "Ältere"),
    ("Courses in the morning, hit hardest: women", "Courses in the morning", "women"),
    ("Courses; most affected: women", "Courses", "women"),
    ("betroffen: Frauen", "", "Frauen"),
    ("Eins\nBetroffen： Frauen", "Eins", "Frauen"),
]


@pytest.mark.parametrize(("words", "kept", "who"), READ)
def test_who_is_hit_is_taken_out_of_the_text(words: str, kept: str, who: str):
    assert apart(words) == (kept, (who,))


def test_several_parts_are_read_in_their_order():
    assert apart("Eins, betroffen: Frauen. Zwei, betroffen: Ältere") == ("Eins Zwei", ("Frauen", "Ältere"))


PLAIN = [
    "Viele sind betroffen: Frauen, Ältere",
    "Women are affected: no courses",
    "Wer ist betroffen?",
    "Text betroffen:",
    "nichtbetroffen: alle",
    "",
]


@pytest.mark.parametrize("words", PLAIN)
def test_what_is_no_mark_stays_as_typed(words: str):
    assert apart(words) == (words, ())


def test_a_mark_is_put_once_and_in_one_line():
    assert marked("Frauen\nÄltere", "betroffen") == "betroffen: Frauen, Ältere"
    assert marked("besonders betroffen: Frauen", "betroffen") == "besonders betroffen: Frauen"


def test_a_changed_note_stays_what_it_was():
    assert as_before("betroffen: Frauen", "Ältere", "betroffen") == "betroffen: Ältere"
    assert as_before("Das stimmt. Betroffen: Frauen", "Das stimmt nicht", "betroffen") == "Das stimmt nicht"
    assert as_before("Das stimmt", "Ältere", "betroffen") == "Ältere"


LONG = ["betroffen:" * 200, "betroffen: a. " * 140, " " * 1990 + "betroffen:", "betroffen:" + " " * 1990]


@pytest.mark.parametrize("words", LONG, ids=["marks", "sentences", "blanks before", "blanks behind"])
def test_long_texts_are_read_quickly(words: str):
    start = time.process_time()
    apart(words)

    assert time.process_time() - start < 0.1
