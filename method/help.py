# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What else a command can do, in lines that can be copied; the help shows them below its example."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from config.texts import Text, text

#: By the name of the command; of each line that ends with a command, that command works as it stands there.
MORE: Final[Mapping[str, tuple[Text, ...]]] = {
    "aufgabe": (
        text("Another day: !aufgabe A3 bis 22.3."),
        text("Somebody else: !aufgabe A3 @Lina"),
        text("It cannot go on: !aufgabe A3 blockiert Die Schule antwortet nicht"),
        text("It goes on again: !aufgabe A3 weiter"),
        text("To give it back: !abgeben A3"),
        text("It is done: !fertig A3"),
    ),
    "sprint": (
        text("To see it: !sprint"),
        text("Another last day: !sprint bis 26.3."),
        text("To end it early: !sprint ende"),
        text("As a picture: !bild sprint"),
    ),
    "treffen": (
        text("It begins: !treffen start"),
        text("It is over: !treffen ende"),
        text("Another time: !treffen verschieben T2 Do 4.3. 15:00"),
        text("Another place: !treffen ort T2 Raum 3.12"),
        text("It does not take place: !treffen absagen T2"),
        text("Again and again: !treffen jeden 2. Mittwoch 15:00 Austausch"),
    ),
    "top": (
        text("To see the agenda: !top"),
        text("To the front: !top 2 auf 1"),
        text("Not any more: !top 2 weg"),
        text("For the next meeting: !top 1 parken"),
    ),
    "rollen": (
        text("To swap: !rolle zeit Lina"),
        text("Voice of the target group, as one likes: !rolle zielgruppe"),
    ),
    "runde": (text("To answer: reply to the question. To end it: !runde ende"),),
    "checkin": (
        text(
            "To answer: reply to the question, or write to me directly: !checkin Ich schreibe heute den Brief"
        ),
        text("Help is wanted: !checkin Hilfe: Wer kennt die Kita-Aufsicht?"),
        text("To ask at once: !checkin jetzt"),
        text("Another question: !checkin frage Was steht diese Woche an?"),
        text("No more check-ins: !checkin aus"),
    ),
    "retro": (
        text("To begin: !retro start segelboot bis Mo 22.3. 9:30"),
        text("To answer: reply to the question, or write to me directly: !retro gut Die Kita hat geklappt"),
        text("It ends by itself: at its time all cards are shown, without names."),
        text("To call it off: !retro abbrechen"),
    ),
    "erinnere": (
        text("Soon: !erinnere in 2 Stunden Bei der Schule anrufen"),
        text("Again and again: !erinnere uns jeden Montag 9:00 Aufgaben ansehen"),
        text("Nobody else sees what is asked for by direct message, without “uns”."),
        text("What is planned: !erinnerungen"),
        text("Not any more: !erinnere aus 1"),
    ),
    "umfrage": (
        text(
            "More points, secret, with an end: !umfrage Was zuerst?; Lotsin; Profil; Kita 2 Punkte geheim bis Fr 12:00"
        ),
        text("To vote: !stimme U1 2"),
        text("To end it: !umfrage ende U1"),
    ),
    "wochenbrief": (
        text("When it comes: !wochenbrief"),
        text("Now: !wochenbrief jetzt"),
        text("Another day: !wochenbrief an Do 9:00"),
        text("To add a sentence: !wochenbrief satz Am Montag ist das Büro zu"),
        text("No more letters: !wochenbrief aus"),
    ),
    "parken": (
        text("Back to the board: !parken B7 zurück"),
        text("What is kept for later: !board themenspeicher"),
    ),
    "abwesend": (
        text("What is noted: !abwesend"),
        text("Back again: !abwesend aus"),
    ),
    "meinezeit": (
        text("What counts: !meinezeit"),
        text("As in the group: !meinezeit aus"),
    ),
    "einstellung": (
        text("To see all: !einstellung"),
        text("To see one: !einstellung zeiten"),
    ),
    "board": (
        text("Only tasks: !board aufgaben"),
        text("Only one topic: !board #kurse"),
        text("What is kept for later: !board themenspeicher"),
    ),
}
