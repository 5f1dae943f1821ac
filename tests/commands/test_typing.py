# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Mistyped commands are offered, never run by themselves; nothing typed is lost."""

from __future__ import annotations

import pytest

from tests.chat import Chat

OFFER = (
    "Den Befehl !bariere gibt es nicht. Gemeint ist vielleicht !barriere."
    " Mit 👍 auf diese Nachricht führe ich ihn aus. Der Text ist nicht verloren."
)

NEAR = [
    pytest.param("!bariere Text", "!barriere", id="a letter missing"),
    pytest.param("!barrriere Text", "!barriere", id="a letter too many"),
    pytest.param("!Bariere: Text", "!barriere", id="capital and colon"),
    pytest.param("!ergenzen B1 Text", "!ergänzen", id="another vowel"),
    pytest.param("!borad", "!board", id="letters swapped"),
    pytest.param("!loschn B1", "!löschen", id="without umlaut and vowel"),
    pytest.param("!ruckgangg", "!rückgängig", id="two letters"),
    pytest.param("!datenshutz", "!datenschutz", id="a long word"),
    pytest.param("!hilffe", "!hilfe", id="help"),
]


@pytest.mark.parametrize(("body", "meant"), NEAR)
async def test_a_near_miss_is_offered(chat: Chat, body: str, meant: str):
    await chat.says(body)

    (answer,) = await chat.answers()
    assert f"Gemeint ist vielleicht {meant}. Mit 👍" in answer


async def test_the_offer_runs_with_the_text_after_a_thumb(chat: Chat):
    event = await chat.says("!bariere Formular nur auf Papier\nund Fax")
    assert await chat.answers() == [OFFER]

    await chat.reacts(chat.post("Den Befehl"), "👍🏿")

    answers = await chat.answers()
    assert answers[0] == "✅ B1"
    assert answers[-1] == "✎ Gespeichert als B1."
    await chat.edits(event, "!bariere Formular nur auf Papier")
    assert await chat.answers() == ["✏️ B1"]


async def test_only_the_author_accepts_an_offer_and_only_once(chat: Chat):
    await chat.says("!bariere Text")
    offer = chat.post("Den Befehl")
    await chat.answers()

    await chat.reacts(offer, by="ewa")
    assert await chat.answers() == []
    await chat.reacts(offer, by="lina")
    await chat.reacts(offer, "👍🏽", by="lina")

    assert [answer for answer in await chat.answers() if answer.startswith("✅")] == ["✅ B1"]


async def test_an_offer_ends_after_fifteen_minutes(chat: Chat):
    await chat.says("!bariere Text")
    await chat.pass_time(minutes=16)
    await chat.answers()

    await chat.reacts(chat.post("Den Befehl"))

    assert await chat.answers() == []


async def test_a_corrected_message_runs_without_the_offer(chat: Chat):
    event = await chat.says("!bariere Text")
    await chat.answers()

    await chat.edits(event, "!barriere Text")

    assert (await chat.answers())[0] == "✅ B1"


async def test_two_commands_are_given_back_to_be_copied(chat: Chat):
    await chat.says("!barriere Eins\nmehr\n!idee Zwei")

    assert await chat.answers() == [
        "Ich kann nur einen Befehl pro Nachricht. Zum Kopieren:\n!barriere Eins\nmehr\n!idee Zwei"
    ]


async def test_a_sign_inside_a_text_is_no_second_command(chat: Chat):
    await chat.says("!barriere Achtung:\n! wichtig\n!!!")

    assert (await chat.answers())[0] == "✅ B1"


async def test_a_near_miss_in_a_direct_message_needs_no_mark(chat: Chat):
    await chat.tells("bariere Text", by="ewa")

    assert await chat.answers() == [OFFER]


async def test_talk_in_a_direct_message_is_told_of_the_help(chat: Chat):
    await chat.tells("Guten Tag, wer ist da?", by="ewa")

    assert await chat.answers() == ["Das verstehe ich nicht. Was ich kann: !hilfe"]
