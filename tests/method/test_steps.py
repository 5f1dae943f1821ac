# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The five steps: each begins with one sentence that helps."""

from __future__ import annotations

from config.texts import verbatim
from method.steps import HELPS, STEPS, begun, helped, stand


def test_every_step_has_its_help():
    assert len(HELPS) == len(STEPS) == 5


def test_step_begins():
    assert begun(2).render("de") == (
        "Schritt 2 von 5 beginnt: Barrieren konkretisieren. Jetzt hilft: Beispiele ergänzen (Antwort mit +),"
        " andere Sichtweisen einladen, Wichtiges mit 👍 auswählen."
    )


def test_step_is_shown():
    assert helped(5).render("de") == (
        "Schritt 5 von 5: Nachbessern und Good Practice weitergeben. Jetzt hilft: Gelungenes aufschreiben,"
        " den Rest nachbessern, das Ergebnis anderen zeigen."
    )


def test_stand_says_step_goal_and_how_to_take_part():
    assert stand(4, verbatim("Alle finden Arbeit.")).render("de") == (
        "Wir sind in Schritt 4 von 5: Prototypen bauen und testen. Ziel: Alle finden Arbeit."
        " Mitmachen: !board, !idee, !hilfe"
    )
    assert stand(1, None).render("en") == (
        "We are in step 1 of 5: Recognise barriers. Take part: !board, !idea, !help"
    )
