# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who is hit hardest by a barrier: said in its text, in a note or later, and a filter of the board."""

from __future__ import annotations

import pytest

from method.ids import EventId
from tests.chat import Chat

HEAD = "Board, Stand Mo, 22. Februar, 9:05."


@pytest.fixture
async def barrier(chat: Chat) -> EventId:
    """Return the message of B1."""
    event = await chat.says("!barriere Kurse nur vormittags", by="lina")
    await chat.answers()
    return event


async def asked(chat: Chat, body: str) -> list[str]:
    await chat.answers()
    await chat.says(body, by="murat")
    return (await chat.answers())[0].split("\n")


async def shown(chat: Chat) -> list[str]:
    return (await asked(chat, "!zeige B1"))[1:]


async def test_the_text_of_a_barrier_says_who_is_hit_hardest(chat: Chat):
    event = await chat.says("!barriere Kurse nur vormittags betroffen: Frauen mit Kindern #kurse")

    assert await asked(chat, "!zeige B1") == [
        "B1, 22. Februar: Kurse nur vormittags",
        "Themen: #kurse",
        "Besonders betroffen: Frauen mit Kindern",
    ]
    await chat.edits(event, "!barriere Kurse nur vormittags, besonders betroffen: Alleinerziehende")
    assert await shown(chat) == ["Besonders betroffen: Alleinerziehende"]
    await chat.says("!rückgängig")
    assert await shown(chat) == ["Themen: #kurse", "Besonders betroffen: Frauen mit Kindern"]


SAID = [
    pytest.param("!betroffen B1 Frauen mit Kindern", False, id="as documented"),
    pytest.param("!affected b1: Frauen mit Kindern", False, id="English"),
    pytest.param("!betroffen Frauen mit Kindern", True, id="reply"),
    pytest.param("+ betroffen: Frauen mit Kindern", True, id="note"),
    pytest.param("!ergänzen B1 Betroffen: Frauen mit Kindern", False, id="note by command"),
]


@pytest.mark.parametrize(("body", "replies"), SAID)
async def test_it_is_said_later(chat: Chat, barrier: EventId, body: str, replies: bool):
    event = await chat.says(body, by="ewa", reply_to=barrier if replies else None)

    assert await chat.answers() == ["✅ B1"]
    assert await shown(chat) == ["Besonders betroffen: Frauen mit Kindern"]
    await chat.redacts(event, by="ewa")
    assert await shown(chat) == []
    assert not await chat.stores("Frauen mit Kindern")


async def test_several_are_named_each_once(chat: Chat):
    await chat.says("!barriere Kurse nur vormittags betroffen: Frauen mit Kindern", event_id="$b1")
    await chat.says("+ Das stimmt, betroffen: Ältere", by="ewa", reply_to="$b1")
    await chat.says("!betroffen B1 Frauen mit Kindern", by="oleks")

    assert await shown(chat) == [
        "Besonders betroffen: Frauen mit Kindern; Ältere",
        "1 Ergänzung: Das stimmt",
    ]


EDITED = [
    pytest.param("!betroffen B1 Ältere", "Besonders betroffen: Ältere", id="command"),
    pytest.param("!betrofen B1 Ältere", "Besonders betroffen: Ältere", id="mistyped"),
    pytest.param("Ältere", "Besonders betroffen: Ältere", id="text alone"),
    pytest.param("+ betroffen: Ältere", "Besonders betroffen: Ältere", id="as a note that says so"),
    pytest.param("!ergänzen B1 Ältere kommen auch", "1 Ergänzung: Ältere kommen auch", id="just a note"),
]


@pytest.mark.parametrize(("body", "line"), EDITED)
async def test_an_edit_changes_it_and_is_undone(chat: Chat, barrier: EventId, body: str, line: str):
    event = await chat.says("!betroffen B1 Frauen", by="ewa")
    await chat.answers()

    await chat.edits(event, body, by="ewa")
    assert await chat.answers() == ["✏️ B1"]
    assert await shown(chat) == [line]

    await chat.says("!rückgängig", by="ewa")
    assert await shown(chat) == ["Besonders betroffen: Frauen"]


async def test_it_is_changed_by_replying_to_it(chat: Chat, barrier: EventId):
    event = await chat.says("!betroffen B1 Frauen", by="ewa")

    await chat.says("!ändern Ältere", by="ewa", reply_to=event)

    assert await shown(chat) == ["Besonders betroffen: Ältere"]


async def test_what_is_missing_is_asked_for(chat: Chat, barrier: EventId):
    await chat.says("!idee Lotsin")
    await chat.answers()
    await chat.says("!betroffen B1", by="ewa")
    await chat.says("Frauen", by="ewa", reply_to=chat.post("Wer ist von B1"))
    await chat.says("!betroffen Ältere", by="ewa")
    await chat.says("B1", by="ewa", reply_to=chat.post("Von welcher"))
    await chat.says("!betroffen", by="ewa")
    await chat.says("I1 Kinder", by="ewa", reply_to=chat.post("Wer ist besonders"))
    await chat.says("B1", by="ewa", reply_to=chat.post("I1 ist"))

    assert await chat.answers() == [
        "Wer ist von B1 besonders betroffen? Bitte einfach auf diese Nachricht antworten. Beispiel: Frauen mit Kindern",
        "✅ B1",
        "Von welcher Barriere? Bitte mit der Nummer antworten, zum Beispiel B3.",
        "✅ B1",
        "Wer ist besonders betroffen, und von welcher Barriere? Beispiel: B3 Frauen mit Kindern",
        "I1 ist keine Barriere. Das geht nur bei einer Barriere."
        " Bitte mit der Nummer einer Barriere antworten, zum Beispiel B3.",
        "✅ B1",
    ]
    assert await shown(chat) == ["Besonders betroffen: Frauen; Ältere; Kinder"]


TOLD = "Viele sind betroffen: Frauen, Ältere."


async def test_a_sentence_that_tells_it_stays_a_sentence(chat: Chat):
    await chat.says(f"!barriere {TOLD}")

    assert await asked(chat, "!zeige B1") == [f"B1, 22. Februar: {TOLD}"]


FILTERED = [
    pytest.param("!board betroffen frauen", f"{HEAD} Besonders betroffen: frauen", [1, 3], id="word"),
    pytest.param("!board Betroffene: Frau", f"{HEAD} Besonders betroffen: Frau", [1, 3], id="another form"),
    pytest.param("!board affected women", f"{HEAD} Besonders betroffen: women", [1, 3], id="English"),
    pytest.param("!board betroffen Ältere", f"{HEAD} Besonders betroffen: Ältere", [2], id="another"),
    pytest.param("!board betroffen", f"{HEAD} Besonders betroffen ist genannt:", [1, 2, 3], id="anybody"),
]


@pytest.mark.parametrize(("body", "head", "numbers"), FILTERED)
async def test_the_board_is_filtered(chat: Chat, body: str, head: str, numbers: list[int]):
    await chat.says("!barriere Eins betroffen: Frauen mit Kindern")
    await chat.says("!barriere Zwei über Frauen")
    await chat.says("!betroffen B2 aeltere Menschen", by="ewa")
    await chat.says("!barriere Drei")
    await chat.says("!betroffen B3 alle Frauen", by="ewa")
    await chat.says("!barriere Vier #frauen")

    lines = await asked(chat, body)

    assert [lines[0], *(int(line[1]) for line in lines[1:])] == [head, *numbers]


async def test_an_empty_filter_says_how_to_fill_it(chat: Chat, barrier: EventId):
    example = "Angeben: !betroffen B3 Frauen mit Kindern"

    assert await asked(chat, "!board betroffen Ältere") == [
        f"Keine Barriere nennt „Ältere“ als besonders betroffen. {example}"
    ]
    assert await asked(chat, "!board betroffen") == [
        f"Noch keine Barriere nennt, wer besonders betroffen ist. {example}"
    ]
    assert (await asked(chat, "!board #betroffen"))[0] == "Zum Thema #betroffen gibt es keinen Eintrag."
