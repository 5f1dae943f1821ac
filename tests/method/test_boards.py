# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The board as text, in both languages."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from method import boards
from method.ids import GroupId, ItemId, NoteId, PersonId
from method.items import Item, Kind, Label, Listed, Note, State
from method.steps import STEPS, step_line
from method.words import clean

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2027, 2, 23, 7, 55, tzinfo=UTC)
AT = boards.moment(NOW, BERLIN)


def item(text: str, kind: Kind = Kind.BARRIER, number: int = 1, **more) -> Item:
    values = {
        "topics": (),
        "author": PersonId(1),
        "source": None,
        "created_at": NOW,
        "changed_at": NOW,
        **more,
    }
    return Item(ItemId(number), GroupId(1), kind, number, text, State.OPEN, **values)


def entry(text: str, **more) -> str:
    listed = [Listed(item(text, **more), 0, 0)]
    return boards.overview(AT, 1, None, listed).render("de").split("\n")[2]


def test_the_board_in_english():
    listed = [
        Listed(item("One", topics=("kita",)), 2, 1),
        Listed(item("Two", Kind.IDEA, links=(Label(Kind.BARRIER, 1),)), 1, 0),
    ]

    assert boards.overview(AT, 3, "Work for all", listed).render("en").split("\n") == [
        "Board as of Tue, 23 February, 08:55. Step 3 of 5: Work out solutions.",
        "Goal: Work for all",
        "1 barrier:",
        "B1: One. 1 note. 2 people know this too.",
        "1 idea:",
        "I1: Two. Answers B1. 1 person is in favour.",
        "Topics: #kita (1)",
        "No tasks yet. No decisions yet. Take part: !idea and then the text.",
    ]


CLOSED = [
    pytest.param("Text", "B1: Text.", id="a full stop is added"),
    pytest.param("Text.", "B1: Text.", id="or there"),
    pytest.param("Warum?", "B1: Warum?", id="question"),
    pytest.param("Er sagt „Nein.“", "B1: Er sagt „Nein.“", id="inside quotes"),
    pytest.param("Absagen (über 60)", "B1: Absagen (über 60).", id="brackets"),
    pytest.param("Absagen (viele!)", "B1: Absagen (viele!)", id="inside brackets"),
    pytest.param("لماذا؟", "B1: \u2068لماذا؟\u2069", id="Arabic question"),
    pytest.param("Eins\n\n- zwei\nB9: drei", "B1: Eins / - zwei / B9: drei.", id="lines"),
]


@pytest.mark.parametrize(("text", "expected"), CLOSED)
def test_an_entry_is_one_closed_line(text, expected):
    assert entry(text) == expected


@given(st.text(max_size=2000).map(clean).filter(bool))
def test_an_entry_is_one_short_line_whatever_the_text(text):
    line = entry(text)

    assert line.startswith("B1: ")
    assert len(line) <= boards.SHORT + 40
    assert len(boards.overview(AT, 1, None, [Listed(item(text), 0, 0)]).render("de").split("\n")) == 4


def test_details_of_another_year_name_the_year():
    later = datetime(2028, 1, 1, tzinfo=UTC)

    assert boards.details(item("Text"), [], 0, [], now=later, zone=BERLIN).render("de") == (
        "B1, 23. Februar 2027: Text"
    )


def test_one_note_stands_in_its_line_and_several_in_a_list():
    notes = [Note(NoteId(n), ItemId(1), "a\nb", State.OPEN, None, None, NOW, NOW) for n in (1, 2)]

    one = boards.details(item("Text"), notes[:1], 0, [], now=NOW, zone=BERLIN).render("en")
    both = boards.details(item("Text"), notes, 1, [], now=NOW, zone=BERLIN).render("en")

    assert one == "B1, 23 February: Text\n1 note: a\nb"
    assert both == "B1, 23 February: Text\n2 notes:\n- a\n  b\n- a\n  b\n1 person knows this too."


def test_there_are_five_steps():
    lines = [step_line(number).render("de") for number in range(1, len(STEPS) + 1)]

    assert lines == [
        "Schritt 1 von 5: Barrieren erkennen.",
        "Schritt 2 von 5: Barrieren konkretisieren.",
        "Schritt 3 von 5: Lösungsansätze erarbeiten.",
        "Schritt 4 von 5: Prototypen bauen und testen.",
        "Schritt 5 von 5: Nachbessern und Good Practice weitergeben.",
    ]
