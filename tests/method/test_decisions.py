# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a decision says beside its words, as people write it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from method.decisions import apart, is_poll, polls, promised, read, reminder_at, speaks_against
from method.errors import Missing, Suggestion
from method.items import Kind, Label
from method.settings import Settings

TODAY = date(2027, 2, 22)
JUNE = date(2027, 6, 15)

REVIEWED = [
    ("Erst I1, wieder prüfen am 15.6.", "Erst I1"),
    ("Erst I1 wieder prüfen am 15. Juni 2027", "Erst I1"),
    ("Erst I1 [wieder prüfen am Di, 15.6.]", "Erst I1"),
    ("Erst I1 (Wiedervorlage: 2027-06-15)", "Erst I1"),
    ("Erst I1; erneut pruefen am 15.6. um 14 Uhr", "Erst I1"),
    ("Erst I1. Wieder prüfen am 15. Juni um 14 Uhr. Danach B3.", "Erst I1. Danach B3."),
    ("wieder prüfen am am 15.6.: Erst I1\nund dann B3", "Erst I1\nund dann B3"),
    ("Erst I1\nwieder prüfen am 15.6.\nBedenken: zu früh", "Erst I1\nBedenken: zu früh"),
    ("I1 first, review on 15 June", "I1 first"),
    ("I1 first. To check again on June 15", "I1 first. To"),
]


@pytest.mark.parametrize(("words", "rest"), REVIEWED)
def test_the_day_of_review_is_cut_out(words: str, rest: str):
    found = read(words, TODAY)

    assert (found.text, found.review) == (rest, JUNE)


@pytest.mark.parametrize(
    "words",
    [
        "Wir lassen die Liste wieder prüfen",
        "Wir wollen wieder prüfen, ob B3 bleibt",
        "The review of B3 is done",
    ],
)
def test_what_names_no_day_is_text(words: str):
    found = read(words, TODAY)

    assert (found.text, found.review) == (words, None)


ASKED = [
    ("Erst I1, wieder prüfen am 31.2.", "entscheidung wieder prüfen am {}: Erst I1"),
    (
        "Erst I1, wieder prüfen nach der Sommerpause",
        "entscheidung wieder prüfen am {}: Erst I1, wieder prüfen nach der Sommerpause",
    ),
    ("Erst I1, wieder prüfen heute", "entscheidung wieder prüfen am {}: Erst I1"),
    ("Erst I1, wieder prüfen in 90 Jahren", "entscheidung wieder prüfen am {}: Erst I1"),
]


@pytest.mark.parametrize(("words", "line"), ASKED)
def test_a_day_that_cannot_be_meant_is_asked_for(words: str, line: str):
    with pytest.raises(Missing) as caught:
        read(words, TODAY)

    assert (caught.value.line, caught.value.kind) == (line, "word")


def test_of_a_past_day_the_next_such_day_is_suggested():
    with pytest.raises(Suggestion) as caught:
        read("Erst I1, wieder prüfen am 15.2.", TODAY, "ändern E1")

    assert caught.value.line == "ändern E1 wieder prüfen am 2027-03-15: Erst I1"


NAMED = [
    ("Wir arbeiten zuerst an B1, B3 und B5. B9 nehmen wir überall mit.", "B1 B3 B5 B9"),
    ("i-1 vor #b2 (E3)", "B2 I1 E3"),
    ("B3, b3 und B3", "B3"),
    ("Kurse ab Deutsch B1 und Niveau B2", ""),
    ("B1-Kurse, Buslinie X3, 3B1, B 7", ""),
]


@pytest.mark.parametrize(("words", "labels"), NAMED)
def test_entries_in_the_text_are_links(words: str, labels: str):
    assert " ".join(map(str, read(words, TODAY).links)) == labels


def test_polls_in_the_text_are_named():
    assert polls("Wie in U3 und u12, U3 auch; nicht U-Bahn oder U3a") == ("U3", "U12")
    assert [is_poll(label) for label in ("U3", "B3", "U03", "")] == [True, False, False, False]


def test_what_speaks_against_it_begins_a_line():
    assert apart("Erst I1\nBedenken: zu früh\nund zu teuer\ndagegen: nein") == (
        "Erst I1",
        ("zu früh\nund zu teuer", "nein"),
    )
    assert apart("Es gibt Bedenken: viele") == ("Es gibt Bedenken: viele", ())
    assert [speaks_against(words) for words in ("Bedenken: x", "concern: x", "x")] == [True, True, False]


DAYS = [
    (JUNE, "E1 wieder prüfen: Di, 15. Juni 2027, 8:00. Dann erinnere ich die Gruppe."),
    (
        date(2027, 3, 29),
        "Der 29. März ist ein Feiertag (Ostermontag). E1 wieder prüfen: Di, 30. März 2027, 8:00."
        " Dann erinnere ich die Gruppe.",
    ),
    (
        date(2027, 6, 19),
        "Der 19. Juni ist kein Arbeitstag der Gruppe. E1 wieder prüfen: Mo, 21. Juni 2027, 8:00."
        " Dann erinnere ich die Gruppe.",
    ),
]


@pytest.mark.parametrize(("day", "said"), DAYS)
def test_the_day_is_said_with_weekday_and_time(day: date, said: str):
    assert promised(Label(Kind.DECISION, 1), day, Settings()).render("de") == said


def test_the_reminder_comes_when_work_begins():
    assert reminder_at(JUNE, Settings()) == datetime(2027, 6, 15, 6, tzinfo=UTC)
