# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What !rückgängig takes back of polls: a question, a vote; and that an end stays."""

from __future__ import annotations

import pytest

from tests.chat import Chat

ENDED = "Das Ende von U1 lässt sich nicht zurücknehmen: Einzelne Stimmen sind am Ende gelöscht. Neu fragen: !umfrage"
GONE = "Rückgängig gemacht: Die Stimme in U1 zählt nicht mehr."


@pytest.fixture
async def asked(chat: Chat) -> Chat:
    """Return a group with an open poll of Lina's."""
    await chat.says("!umfrage Kanarienfrage?; Lotsin; Profil", by="lina")
    await chat.answers()
    return chat


async def undo(chat: Chat, by: str) -> list[str]:
    """Return what is said to it."""
    await chat.answers()
    await chat.says("!rückgängig", by=by)
    return await chat.answers()


async def result(chat: Chat) -> str:
    """End the poll; return the first line of what is said."""
    await chat.answers()
    await chat.says("!umfrage ende U1", by="lina")
    return (await chat.answers())[0].partition("\n")[0]


async def test_question_is_withdrawn_with_its_post(asked: Chat):
    card, native = asked.post("U1"), asked.native()
    await asked.says("!stimme U1 1", by="lina")
    assert await undo(asked, "lina") == [GONE]

    assert sorted(await undo(asked, "lina")) == sorted(
        [f"✗ {card}", f"✗ {native}", "Rückgängig gemacht: U1 ist zurückgezogen."]
    )
    assert not await asked.stores("Kanarienfrage")
    await asked.pass_time(minutes=1)
    await asked.says("!umfragen", by="lina")
    assert (await asked.answers())[0].startswith("Keine Umfrage ist offen.")


async def test_question_on_which_others_have_voted_stays(asked: Chat):
    await asked.reacts(asked.post("U1"), "1️⃣", by="ewa")

    assert await undo(asked, "lina") == [
        "In U1 wurde schon abgestimmt. Beenden: !umfrage ende U1."
        " Zurückziehen: die Nachricht mit der Frage löschen."
    ]
    # Once is enough: what was done before can be taken back.
    assert await undo(asked, "lina") == [
        "Aus den letzten 30 Minuten gibt es keine eigene Änderung zum Zurücknehmen."
    ]
    assert await result(asked) == "Ergebnis U1, 1 Person: Lotsin 1, Profil 0."


async def test_nobody_takes_back_the_question_of_somebody_else(asked: Chat):
    assert await undo(asked, "ewa") == [
        "Aus den letzten 30 Minuten gibt es keine eigene Änderung zum Zurücknehmen."
    ]


async def test_end_stays_and_is_said_so(asked: Chat):
    await result(asked)

    assert await undo(asked, "lina") == [ENDED]


async def test_vote_falls_back_to_the_earlier_one_and_then_to_none(asked: Chat):
    await asked.says("!stimme U1 1", by="ewa")
    await asked.says("2", by="ewa", reply_to=asked.post("U1"))

    assert await undo(asked, "ewa") == ["Rückgängig gemacht: In U1 zählt wieder die frühere Stimme."]
    assert await undo(asked, "ewa") == [GONE]
    assert await result(asked) == "U1 ist zu Ende. Es gab keine Stimme."


async def test_vote_and_entry_are_taken_back_newest_first(asked: Chat):
    await asked.says("!stimme U1 1", by="ewa")
    await asked.pass_time(minutes=1)
    await asked.says("!barriere Nur Papier", by="ewa")

    assert await undo(asked, "ewa") == ["Rückgängig gemacht: B1 ist zurückgezogen."]
    assert await undo(asked, "ewa") == [GONE]


async def test_tapped_vote_is_taken_back_by_tapping(asked: Chat):
    await asked.reacts(asked.post("U1"), "1️⃣", by="ewa")

    assert await undo(asked, "ewa") == [
        "Die Stimme in U1 wurde angetippt. Zum Zurücknehmen noch einmal antippen."
    ]
    assert await result(asked) == "Ergebnis U1, 1 Person: Lotsin 1, Profil 0."


async def test_answer_to_everybody_is_taken_back(chat: Chat):
    await chat.says("!fragerunde Was lief gut?", by="lina")
    await chat.tells("stimme U1 Das Essen", by="ewa")
    await chat.answers()

    await chat.tells("rückgängig", by="ewa")

    assert await chat.answers() == [GONE]
    assert await result(chat) == "U1 ist zu Ende. Es gab keine Antwort."


async def test_vote_is_not_taken_back_after_thirty_minutes(asked: Chat):
    await asked.says("!stimme U1 1", by="ewa")
    await asked.pass_time(minutes=31)

    assert await undo(asked, "ewa") == [
        "Aus den letzten 30 Minuten gibt es keine eigene Änderung zum Zurücknehmen."
    ]
