# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""German first, English equal: for a person in direct messages, for the group by its moderation."""

from __future__ import annotations

import pytest

from tests.chat import Chat

OFFER = "English from now on: !language en"
HELP = """\
The most important commands:
!barrier text: write down a barrier
!idea text: write down an idea
!decision text: record what the group has decided
!add B3 text: add something to an entry
!board: everything at a glance
To change an entry: edit or delete your own message.
👍 on an entry: I know this too, or I am in favour. Every client shows who it was.
I understand no voice messages and no pictures.
All commands: !help all"""
SAVED = (
    "Saved as B1. To change it: edit your message. To withdraw it: delete the message."
    " “I know this too”: react with 👍."
)
WHICH = (
    "Which barrier shall I write down? Just reply to this message."
    " Example: There are no courses in the evening."
)
HERE = "I am here. I have stored nothing."


async def test_an_english_word_in_a_direct_message_is_answered_in_english(chat: Chat):
    await chat.tells("help", by="ewa")

    assert await chat.answers() == [f"{HELP}\n{OFFER}"]


async def test_a_chosen_language_stays(chat: Chat):
    await chat.tells("sprache en", by="ewa")
    await chat.tells("hilfe rückgängig", by="ewa")
    await chat.tells("test", by="ewa")
    await chat.tells("test", by="murat")
    await chat.says("!test", by="ewa")

    assert await chat.answers() == [
        "Saved. I write to you in English in direct messages. The group stays German.",
        "!undo: take back the last change\nExample: !undo\nAlso: !rückgängig",
        HERE,
        "Ich bin da. Gespeichert habe ich nichts.",
        "Ich bin da. Gespeichert habe ich nichts.",
    ]


async def test_german_is_chosen_again(chat: Chat):
    await chat.tells("language english", by="ewa")
    await chat.tells("language deutsch", by="ewa")
    await chat.tells("help test", by="ewa")

    assert await chat.answers() == [
        "Saved. I write to you in English in direct messages. The group stays German.",
        "Gespeichert. In Direktnachrichten schreibe ich Deutsch.",
        "!test: prüfen, ob ich da bin\nBeispiel: !test\nGeht auch: !ping",
    ]


async def test_the_moderation_chooses_for_the_group(chat: Chat):
    await chat.says("!sprache en", by="jule")
    await chat.says("!barriere Text")
    await chat.says("!barriere", by="ewa")
    await chat.says("!sprache Deutsch", by="jule")

    assert await chat.answers() == [
        "Saved. In this group I write English. To go back: !language de",
        "✅ B1",
        SAVED,
        WHICH,
        "Gespeichert. In dieser Gruppe schreibe ich Deutsch.",
    ]


async def test_a_member_does_not_choose_for_the_group(chat: Chat):
    await chat.says("!sprache en", by="ewa")

    assert await chat.answers() == [
        "Das macht in dieser Gruppe die Moderation. Moderation sind: Jule, Katrin."
    ]


@pytest.mark.parametrize("body", ["!sprache fr", "!sprache xyz"])
async def test_other_languages_are_not_spoken(chat: Chat, body: str):
    await chat.says(body, by="katrin")

    assert await chat.answers() == ["Ich kann Deutsch und Englisch. Beispiel: !sprache en"]


async def test_a_missing_language_is_asked_for(chat: Chat):
    await chat.says("!sprache", by="katrin")
    await chat.says("en", by="katrin", reply_to=chat.post("Welche Sprache"))

    assert await chat.answers() == [
        "Welche Sprache? Bitte mit „de“ für Deutsch oder „en“ für Englisch antworten.",
        "Saved. In this group I write English. To go back: !language de",
    ]


async def test_a_mistake_in_an_english_command_is_explained_in_english(chat: Chat):
    await chat.tells("language fr", by="ewa")
    await chat.tells("show I1", by="ewa")

    assert await chat.answers() == [
        f"I can write German and English. Example: !language en\n{OFFER}",
        f"I1 does not exist. There is no idea yet. The first one: !idea text\n{OFFER}",
    ]


async def test_an_english_group_stays_english(chat: Chat):
    await chat.says("!sprache en", by="katrin")
    await chat.tells("sprache de", by="ewa")
    await chat.tells("sprache en", by="ewa")
    await chat.answers()
    await chat.tells("sprache de", by="ewa")
    await chat.tells("!sprache en", by="ewa")
    await chat.tells("bord", by="ewa")

    assert await chat.answers() == [
        "Gespeichert. In Direktnachrichten schreibe ich Deutsch. Die Gruppe bleibt bei Englisch.",
        "Saved. I write to you in English in direct messages.",
        "The command !bord does not exist. Perhaps !board is meant."
        " With 👍 on this message I run it. The text is not lost.",
    ]


async def test_in_an_english_group_english_is_not_offered(chat: Chat):
    await chat.says("!sprache en", by="katrin")
    await chat.answers()

    await chat.tells("help", by="ewa")

    assert await chat.answers() == [HELP]
