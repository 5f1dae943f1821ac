# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where the group stands: everybody reads it, the moderation goes on."""

from __future__ import annotations

import pytest

from tests.chat import GROUP, Chat

SECOND = (
    "Schritt 2 von 5 beginnt: Barrieren konkretisieren. Jetzt hilft: Beispiele ergänzen (Antwort mit +),"
    " andere Sichtweisen einladen, Wichtiges mit 👍 auswählen."
)
WHICH = "Welcher Schritt? Bitte mit einer Zahl von 1 bis 5 antworten, zum Beispiel 2."


async def test_everybody_reads_the_step(chat: Chat):
    await chat.says("!schritt", by="ewa")

    assert await chat.answers() == [
        "Schritt 1 von 5: Barrieren erkennen. Jetzt hilft: Barrieren aufschreiben (!barriere),"
        " eigene Beispiele erzählen, Bekanntes mit 👍 bestätigen."
    ]


@pytest.mark.parametrize(
    "body", ["!schritt 2", "!Phase: 2.", "!step 2", "!schritt Schritt 2", "!schritt 2 von 5"]
)
async def test_the_moderation_begins_a_step(chat: Chat, body: str):
    await chat.says(body, by="jule")
    await chat.says("!board")

    answers = await chat.answers()
    assert answers[0] == SECOND
    assert "Schritt 2 von 5: Barrieren konkretisieren." in answers[1]


async def test_a_member_begins_no_step(chat: Chat):
    await chat.says("!schritt 2", by="ewa")

    assert await chat.answers() == [
        "Das macht in dieser Gruppe die Moderation. Moderation sind: Jule, Katrin."
    ]


async def test_the_present_step_does_not_begin_again(chat: Chat):
    await chat.says("!schritt 2", by="katrin")
    await chat.answers()

    await chat.says("!schritt 2", by="katrin")

    assert await chat.answers() == [SECOND.replace(" beginnt", "")]


@pytest.mark.parametrize(
    "words",
    ["6", "0", "zwei", "99999999999999999999", "2 3", "2 oder 5 oder 1", "1 2 3 4 5 und noch viel mehr"],
)
async def test_a_step_that_does_not_exist_is_asked_about(chat: Chat, words: str):
    await chat.says(f"!schritt {words}", by="katrin")
    await chat.says("2", by="katrin", reply_to=chat.post("Welcher Schritt"))

    assert await chat.answers() == [WHICH, SECOND]


async def test_a_step_is_undone(chat: Chat):
    await chat.says("!schritt 3", by="katrin")
    await chat.answers()

    await chat.says("!rückgängig", by="katrin")
    await chat.says("!wo")

    assert await chat.answers() == [
        "Rückgängig gemacht. Schritt 1 von 5: Barrieren erkennen.",
        "Wir sind in Schritt 1 von 5: Barrieren erkennen. Mitmachen: !board, !idee, !hilfe",
    ]


async def test_a_step_begun_in_a_direct_message_is_told_to_the_group(chat: Chat):
    await chat.tells("schritt 2", by="katrin")

    assert await chat.answers(GROUP) == [SECOND]


async def test_wo_says_step_goal_and_how_to_take_part(chat: Chat):
    await chat.says("!ziel Internationale Fachkräfte in Berlin\nfinden eine Arbeit", by="katrin")
    await chat.says("!schritt 4", by="katrin")
    await chat.answers()

    await chat.says("!wo", by="ewa")
    await chat.tells("status", by="ewa")

    assert await chat.answers() == [
        "Wir sind in Schritt 4 von 5: Prototypen bauen und testen."
        " Ziel: Internationale Fachkräfte in Berlin / finden eine Arbeit. Mitmachen: !board, !idee, !hilfe",
        "We are in step 4 of 5: Build and test prototypes."
        " Goal: Internationale Fachkräfte in Berlin / finden eine Arbeit. Take part: !board, !idea, !help"
        "\nEnglish from now on: !language en",
    ]


async def test_wo_says_what_is_open_and_when_the_group_meets(chat: Chat):
    await chat.says("!einstellung zeitzone London", by="katrin")
    await chat.says("!kernproblem Niemand ist zuständig", by="katrin")
    await chat.says("!treffen Mi 3.3. 15:00 Austausch", by="katrin")
    await chat.answers()

    await chat.says("!wo", by="ewa")

    assert await chat.answers() == [
        "Wir sind in Schritt 1 von 5: Barrieren erkennen."
        " Zu entscheiden: ein Vorschlag für das Kernproblem. Ansehen: !kernproblem."
        " Nächstes Treffen: T1: Austausch, Mi, 3. März, 15:00. Mitmachen: !board, !idee, !hilfe"
    ]
