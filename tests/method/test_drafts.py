# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Texts are taken apart: labels, topics, links, limits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.texts import text
from method.drafts import TEXT_LIMIT, TOPIC_LENGTH, Draft, draft, first_label, unknown, within_limit
from method.errors import Missing, UserError
from method.items import Kind, Label

B3, B4, I2 = Label(Kind.BARRIER, 3), Label(Kind.BARRIER, 4), Label(Kind.IDEA, 2)

TOO_LONG = "x" * (TOPIC_LENGTH + 1)

LABELS = [
    pytest.param("B3 Text", (B3, "Text"), id="as documented"),
    pytest.param("b3 Text", (B3, "Text"), id="lower case"),
    pytest.param("b 3 Text", (B3, "Text"), id="blank"),
    pytest.param("B-3 Text", (B3, "Text"), id="hyphen"),
    pytest.param("B–3 Text", (B3, "Text"), id="dash"),
    pytest.param("#b3 Text", (B3, "Text"), id="number sign"),
    pytest.param("B03 Text", (B3, "Text"), id="leading zero"),
    pytest.param("B3: Text", (B3, "Text"), id="colon behind"),
    pytest.param("B3\n- eins\n- zwei", (B3, "- eins\n- zwei"), id="a list behind"),
    pytest.param("i2", (I2, ""), id="nothing behind"),
    pytest.param("b 4 B1 german is enough", (B4, "B1 german is enough"), id="only the first counts"),
    pytest.param("B#3 Text", (B3, "Text"), id="asked for, answered with a number"),
    pytest.param("B#I2 Text", (I2, "Text"), id="asked for, answered with another kind"),
    pytest.param("B3a Text", (None, "B3a Text"), id="a word"),
    pytest.param("Text B3", (None, "Text B3"), id="not in front"),
    pytest.param("3 Beispiele", (None, "3 Beispiele"), id="a number alone is text"),
    pytest.param("", (None, ""), id="nothing"),
]


@pytest.mark.parametrize(("words", "expected"), LABELS)
def test_first_label(words, expected):
    assert first_label(words) == expected


def test_a_bare_number_may_stand_for_a_barrier():
    assert first_label("3", bare=True) == (B3, "")


DRAFTS = [
    pytest.param("Text", Draft("Text"), id="text alone"),
    pytest.param("Text #frauen", Draft("Text", ("frauen",)), id="topic at the end"),
    pytest.param("Text #frauen #kita", Draft("Text", ("frauen", "kita")), id="two topics"),
    pytest.param("Text\n#frauen", Draft("Text", ("frauen",)), id="topic on its own line"),
    pytest.param("Für #frauen zu teuer", Draft("Für #frauen zu teuer", ("frauen",)), id="topic inside"),
    pytest.param("Text #Frauen #frauen", Draft("Text", ("Frauen",)), id="the same topic twice"),
    pytest.param("Text #b7", Draft("Text #b7"), id="an id is no topic"),
    pytest.param("Platz #1", Draft("Platz #1"), id="a number is no topic"),
    pytest.param("in C# schreiben", Draft("in C# schreiben"), id="a sign behind a word"),
    pytest.param("https://x.example/#oben", Draft("https://x.example/#oben"), id="part of an address"),
    pytest.param(f"Text #{TOO_LONG}", Draft(f"Text #{TOO_LONG}"), id="too long"),
    pytest.param("Text #हिन्दी", Draft("Text", ("हिन्दी",)), id="another script"),
    pytest.param("Text zu B3", Draft("Text", (), (B3,)), id="link"),
    pytest.param("Text zu b 3.", Draft("Text", (), (B3,)), id="link, badly typed"),
    pytest.param("Text zu B3 und B4", Draft("Text", (), (B3, B4)), id="two links"),
    pytest.param("Text to B3", Draft("Text", (), (B3,)), id="English link"),
    pytest.param("Text zu B3 #kita", Draft("Text", ("kita",), (B3,)), id="link before topic"),
    pytest.param("Text #kita zu B3", Draft("Text", ("kita",), (B3,)), id="link behind topic"),
    pytest.param("zu B3: Text", Draft("Text", (), (B3,)), id="link in front"),
    pytest.param("zu B#3: Text", Draft("Text", (), (B3,)), id="link that was asked for"),
    pytest.param("Kurse bis zu B1", Draft("Kurse bis zu B1"), id="language level"),
    pytest.param("Deutsch B1", Draft("Deutsch B1"), id="no link without zu"),
    pytest.param("Zu B3 gibt es viel", Draft("Zu B3 gibt es viel"), id="a sentence"),
    pytest.param("#kita", Draft("", ("kita",)), id="topic alone"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "expected"), DRAFTS)
def test_draft_of_an_idea(words, expected):
    assert draft(words, Kind.IDEA) == expected


def test_a_barrier_answers_nothing():
    assert draft("Es fehlt Deutsch zu B1", Kind.BARRIER) == Draft("Es fehlt Deutsch zu B1")


@given(st.text(st.characters(exclude_characters="#")), st.sampled_from(Kind))
def test_a_text_without_signs_is_kept(words, kind):
    found = draft(words, kind)

    assert found.topics == ()
    assert found.links or found.text == words.strip()


@given(st.lists(st.sampled_from(["Text", "#eins", "#zwei", "zu B3", "\n"]), max_size=12))
def test_a_draft_of_its_own_text_changes_nothing(parts):
    first = draft(" ".join(parts), Kind.IDEA)

    assert draft(first.text, Kind.IDEA).text == first.text


def test_a_text_of_the_limit_is_possible():
    assert within_limit("x" * TEXT_LIMIT) == "x" * TEXT_LIMIT


def test_a_longer_text_names_its_length():
    with pytest.raises(UserError) as caught:
        draft("x" * (TEXT_LIMIT + 1), Kind.BARRIER)

    assert dict(caught.value.text.values) == {"count": 2001, "limit": 2000}


ASKED = [
    pytest.param("barriere {}", True, id="text"),
    pytest.param("barriere {} #kita", True, id="text before topics"),
    pytest.param("ergänzen B3 {}", True, id="text behind a label"),
    pytest.param("ergänzen B#{} Text", False, id="label before text"),
    pytest.param("idee zu B#{}: Text", False, id="link before text"),
]


@pytest.mark.parametrize(("line", "expected"), ASKED)
def test_a_question_knows_what_it_asks_for(line, expected):
    missing = Missing(text("Goal"), line)

    assert missing.asks_for_text is expected


def test_without_any_item_there_is_nothing_to_ask():
    assert not isinstance(unknown(B3, 0, "ergänzen {} Text"), Missing)


def test_an_unknown_label_asks_for_a_number_of_its_kind():
    asked = unknown(I2, 1, "ergänzen {} Text {}")

    assert isinstance(asked, Missing)
    assert asked.line == "ergänzen I#{} Text {}"
