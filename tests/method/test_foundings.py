# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The questions of a founding: their order, what is there already, and the end."""

from __future__ import annotations

import pytest

from method.charters import Charter
from method.foundings import FIRST, Question, after, asked, done, is_skip, title
from method.settings import Address, Occasion, Settings


def test_questions_follow_each_other():
    order = [FIRST]
    while (following := after(order[-1])) is not None:
        order.append(following)

    assert order == list(Question)
    assert [title(question).render("de") for question in order] == [
        "Name", "Ziel", "Anlass", "Anrede", "Zeiten", "Land",
    ]  # fmt: skip


@pytest.mark.parametrize("words", ["weiter", "Weiter!", "next", "ÜBERSPRINGEN", "ueberspringen"])
def test_skip_is_read_as_typed(words: str):
    assert is_skip(words)


@pytest.mark.parametrize("words", ["", "weiter so", "Weiterbildung"])
def test_an_answer_is_no_skip(words: str):
    assert not is_skip(words)


def test_what_is_there_already_is_shown():
    charter = Charter("Runde", Settings(Address.FAMILIAR, occasion=Occasion.EVENT))

    shown = [
        asked(question, charter, "Alle finden Arbeit").render("de").split("\n")[1] for question in Question
    ]

    assert shown == [
        "Jetzt: Runde",
        "Jetzt: Alle finden Arbeit.",
        "Jetzt: Veranstaltung",
        "Jetzt: du",
        "Jetzt: Mo bis Fr, 8 bis 18 Uhr",
        "Jetzt: Berlin",
    ]


def test_what_is_not_there_is_not_shown():
    for question in (Question.NAME, Question.GOAL, Question.OCCASION):
        assert "Jetzt" not in asked(question, Charter(), None).render("de")


def test_end_of_a_group_without_a_name():
    assert done(Charter()).render("de") == (
        "Fertig. Anrede: neutral. Zeiten: Mo bis Fr, 8 bis 18 Uhr. Ändern: !einstellung"
    )
    assert done(Charter("Runde e.V.")).render("en") == (
        "Finished. Name: Runde e.V. Address: neutral. Hours: Mon to Fri, 8 to 18. To change it: !setting"
    )
