# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a search finds, and in which order."""

from __future__ import annotations

import time

import pytest

from method.items import Kind, Label
from method.search import Entry, Hit, mentions, near_topic, search


def entry(number: int, text: str, *notes: str, topics: tuple[str, ...] = ()) -> Entry:
    return Entry(Label(Kind.BARRIER, number), text, topics, notes)


def numbers(query: str, *entries: Entry) -> list[int]:
    return [hit.entry.label.number for hit in search(query, entries)]


def test_the_same_word_comes_before_its_forms_and_parts():
    entries = (
        entry(1, "Kitaplätze fehlen"), entry(2, "Kindergarten"), entry(3, "Kita"), entry(4, "Wohnung"),
        entry(5, "Sommerkita"),
    )  # fmt: skip

    assert numbers("kita", *entries) == [3, 2, 1, 5]


def test_the_text_comes_before_topics_and_notes():
    entries = (entry(1, "Eins", "Papier"), entry(2, "Zwei", topics=("Papier",)), entry(3, "Papier"))

    assert numbers("papier", *entries) == [3, 2, 1]


def test_all_words_come_before_some():
    both, one, other = entry(1, "Kurse am Abend"), entry(2, "Kurse"), entry(3, "Abend")

    assert numbers("kurs abend", both, one, other) == [1]
    assert numbers("kurs abend", one, other) == [3, 2]


def test_words_may_stand_in_different_places():
    assert numbers("kurs abend", entry(1, "Kurse", "nicht am Abend"), entry(2, "Kurse")) == [1]


def test_a_note_is_shown_where_the_text_does_not_say_it():
    first, second = entry(1, "Kurse", "am Abend", "Kurs am Abend"), entry(2, "Eins", "Amt", "Kurse am Abend")

    assert search("kurs abend", [first, second]) == [Hit(first, None), Hit(second, "Kurse am Abend")]


SPELLED = [
    pytest.param("kurse", "Kurs", id="plural"),
    pytest.param("Ämter", "das Amt", id="umlaut"),
    pytest.param("aemter", "Ämter", id="umlaut as two letters"),
    pytest.param("KURSE", "kurse", id="case"),
    pytest.param("appointments", "Termin", id="language"),
    pytest.param("anerkenung", "Anerkennung", id="mistyped"),
    pytest.param("portal", "Jobportale", id="part"),
    pytest.param("C1", "Deutsch C1", id="level"),
    pytest.param("nicht", "geht nicht", id="only a word that says nothing"),
    pytest.param("курс", "Курс", id="Cyrillic"),
]


@pytest.mark.parametrize(("query", "text"), SPELLED)
def test_a_word_is_found_however_it_is_spelled(query: str, text: str):
    assert numbers(query, entry(1, text)) == [1]


@pytest.mark.parametrize(
    ("query", "text"), [("amt", "Bekanntschaft"), ("Kurs", "Kunst"), ("!", "Ja!"), ("", "Text")]
)
def test_other_words_are_not_found(query: str, text: str):
    assert numbers(query, entry(1, text)) == []


def test_the_nearest_topic_is_named():
    assert near_topic("Kitas", ["kita", "amt"]) == "kita"
    assert near_topic("Steuer", ["kita", "amt"]) is None
    assert near_topic("Steuer", []) is None


def test_all_words_must_be_mentioned():
    assert mentions("frauen kinder", "Frauen mit Kindern")
    assert not mentions("frauen ältere", "Frauen mit Kindern")
    assert not mentions("", "Frauen")


def test_two_hundred_entries_take_a_moment():
    """About 8 ms for 200 items with a note each; here only the order of size."""
    entries = [entry(n, f"Kurse am Abend {n} fehlen in Berlin", f"Termin {n} im Amt") for n in range(200)]

    start = time.process_time()
    search("Anerkennung Kita", entries)

    assert time.process_time() - start < 0.2
