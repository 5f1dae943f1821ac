# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Only clear words count for or against a proposal."""

from __future__ import annotations

import pytest

from method.polls import AGREES, OBJECTS
from method.polls.stands import Stand, divided, is_question, read_stand


@pytest.mark.parametrize(
    ("words", "stand"),
    [
        ("ja", Stand((AGREES,))),
        ("👍", Stand((AGREES,))),
        ("Kein Einwand.", Stand((AGREES,))),
        ("Einwand? Keiner", None),
        ("Einwand: keiner", Stand((AGREES,))),
        ("Enthaltung", Stand(())),
        ("Nein", Stand((OBJECTS,))),
        ("Einwand", Stand((OBJECTS,))),
        ("Einwand!", Stand((OBJECTS,))),
        ("Einwand: Mittwochs ist Kurs.", Stand((OBJECTS,), "Mittwochs ist Kurs.")),
        ("einwand mittwochs ist Kurs", Stand((OBJECTS,), "mittwochs ist Kurs")),
        ("Ich habe einen Einwand: zu teuer", Stand((OBJECTS,), "zu teuer")),
        ("Einwand: Wer soll das bezahlen?", Stand((OBJECTS,), "Wer soll das bezahlen?")),
        ("Einwand: Wir haben keine Räume.", Stand((OBJECTS,), "Wir haben keine Räume.")),
        ("Dagegen: zu teuer", Stand((OBJECTS,), "zu teuer")),
        ("Ich bin dagegen, weil mittwochs Kurs ist.",
         Stand((OBJECTS,), "Ich bin dagegen, weil mittwochs Kurs ist.")),
        ("Objection: too expensive", Stand((OBJECTS,), "too expensive")),
        ("Einwand habe ich keinen", None),
        ("Dagegen habe ich nichts", None),
        ("Dagegen spricht der Preis", None),
        ("Ich habe nichts dagegen", None),
        ("Mittwochs ist Kurs.", None),
        ("Wann wäre das?", None),
        ("Einwandfrei!", None),
        ("Nein, kein Problem", None),
    ],
)  # fmt: skip
def test_only_clear_words_count(words: str, stand: Stand | None):
    assert read_stand(words) == stand


def test_question_is_told_by_its_end():
    assert [is_question(words) for words in ("Wann wäre das? ", "Mittwochs? Nein.")] == [True, False]


@pytest.mark.parametrize(
    ("answer", "answers"),
    [
        ("ja/nein/enthaltung", ["Ja", "Nein", "Enthaltung"]),
        ("Ja, Nein oder Enthaltung", ["Ja", "Nein", "Enthaltung"]),
        ("yes no", ["Yes", "No"]),
        ("ja", ["ja"]),
        ("ja/vielleicht", ["ja/vielleicht"]),
        ("Nord/Süd", ["Nord/Süd"]),
    ],
)
def test_yes_no_and_abstention_are_several_answers(answer: str, answers: list[str]):
    assert divided(answer) == answers
