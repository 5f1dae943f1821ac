# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The topic store keeps what the group does not work on now."""

from __future__ import annotations

import pytest

from method.ids import EventId
from tests.chat import GROUP, Chat

PARKED = "B1 liegt im Themenspeicher. Zurückholen: !parken B1 zurück"
BACK = "B1 ist wieder auf dem Board."


@pytest.fixture
async def barrier(chat: Chat) -> EventId:
    """Return the message of B1."""
    event = await chat.says("!barriere Eins", by="lina")
    await chat.says("!barriere Zwei", by="lina")
    await chat.answers()
    return event


async def lines(chat: Chat, body: str) -> list[str]:
    await chat.answers()
    await chat.says(body, by="murat")
    return "\n".join(await chat.answers()).split("\n")


async def test_parked_entry_is_off_the_board_and_kept(chat: Chat, barrier: EventId):
    before = await lines(chat, "!board")

    await chat.says("!parken B1", by="katrin")

    assert await chat.answers() == [PARKED]
    assert (await lines(chat, "!board"))[1:] == [
        "1 Barriere:",
        "B2: Zwei.",
        "1 im Themenspeicher: !board themenspeicher",
        "0 Ideen. 0 Aufgaben. 0 Entscheidungen. Mitmachen: !barriere und dann der Text.",
    ]
    assert await lines(chat, "!board themenspeicher") == [
        "Themenspeicher, Stand Mo, 22. Februar, 9:05:",
        "B1: Eins.",
        "Zurück aufs Board: !parken B1 zurück",
    ]
    assert await lines(chat, "!zeige B1") == [
        "B1 liegt im Themenspeicher.",
        "B1, 22. Februar: Eins",
        "Verlauf: 22. Februar in den Themenspeicher gelegt.",
    ]

    await chat.says("!parken B1 zurück", by="jule")
    assert await chat.answers() == [BACK]
    assert await lines(chat, "!board") == before


async def test_empty_store_says_how_to_use_it(chat: Chat):
    assert await lines(chat, "!board Themenspeicher") == [
        "Der Themenspeicher ist leer. Etwas hineinlegen: !parken B7"
    ]


WAYS = [
    pytest.param("!parken 1", "!parken zurück B1", False, id="number"),
    pytest.param("!parken", "!parken zurück", True, id="reply"),
    pytest.param("!themenspeicher B1", "!themenspeicher b 1 zurückholen", False, id="alias"),
    pytest.param("!park B1", "!park B1 back", False, id="English"),
]


@pytest.mark.parametrize(("there", "back", "replies"), WAYS)
async def test_ways_into_the_store_and_out(
    chat: Chat, barrier: EventId, there: str, back: str, replies: bool
):
    reply_to = barrier if replies else None

    await chat.says(there, by="katrin", reply_to=reply_to)
    await chat.says(back, by="katrin", reply_to=reply_to)

    assert await chat.answers() == [PARKED, BACK]


async def test_what_to_park_is_asked_for(chat: Chat, barrier: EventId):
    await chat.says("!parken", by="katrin")
    await chat.says("B1", by="katrin", reply_to=chat.post("Welcher Eintrag"))
    await chat.says("!parken zurück", by="katrin")
    await chat.says("B1", by="katrin", reply_to=chat.post("Welcher Eintrag"))

    question = (
        "Welcher Eintrag soll in den Themenspeicher? Bitte mit der Nummer antworten, zum Beispiel B7."
        " Ansehen: !board themenspeicher"
    )
    assert await chat.answers() == [question, PARKED, question, BACK]


async def test_parking_is_undone_in_both_directions(chat: Chat, barrier: EventId):
    await chat.says("!parken B1", by="katrin")
    await chat.says("!parken B1 zurück", by="katrin")
    await chat.answers()

    await chat.says("!rückgängig", by="katrin")
    await chat.says("!rückgängig", by="katrin")

    assert await chat.answers() == [
        "Rückgängig gemacht: B1 liegt wieder im Themenspeicher.",
        "Rückgängig gemacht: B1 ist wieder auf dem Board.",
    ]


async def test_parking_twice_says_where_it_is(chat: Chat, barrier: EventId):
    await chat.says("!parken B1 zurück", by="katrin")
    await chat.says("!parken B1", by="katrin")
    await chat.says("!parken B1", by="katrin")

    assert await chat.answers() == [
        "B1 ist auf dem Board.",
        PARKED,
        "B1 liegt schon im Themenspeicher. Zurückholen: !parken B1 zurück",
    ]


async def test_undo_of_parking_somebody_changed_since_is_refused(chat: Chat, barrier: EventId):
    await chat.says("!parken B1", by="katrin")
    await chat.says("!parken B1 zurück", by="jule")
    await chat.answers()

    await chat.says("!rückgängig", by="katrin")

    assert await chat.answers() == ["Das hat sich danach noch einmal geändert. Es bleibt, wie es ist."]


async def test_a_part_is_parked_with_its_entry(chat: Chat, barrier: EventId):
    await chat.says("!zusammen B1 B2", by="katrin")
    await chat.answers()

    await chat.says("!parken B2", by="katrin")

    assert await chat.answers() == [PARKED]
    assert (await lines(chat, "!board themenspeicher"))[1] == "B1: Eins. B1 enthält auch B2."


async def test_only_moderation_parks(chat: Chat, barrier: EventId):
    await chat.says("!parken B1", by="lina")

    assert await chat.answers() == [
        "Das macht in dieser Gruppe die Moderation. Moderation sind: Jule, Katrin."
    ]


async def test_parking_in_a_direct_message_is_said_in_the_group(chat: Chat, barrier: EventId):
    await chat.tells("parken B1", by="katrin")

    assert await chat.answers(GROUP) == [PARKED]


async def test_withdrawn_entry_leaves_the_store(chat: Chat, barrier: EventId):
    await chat.says("!parken B1", by="katrin")

    await chat.redacts(barrier, by="lina")

    assert await lines(chat, "!board themenspeicher") == [
        "Der Themenspeicher ist leer. Etwas hineinlegen: !parken B7"
    ]


async def test_what_lies_in_the_topic_store_is_found(chat: Chat, barrier: EventId):
    await chat.says("!barriere Formulare auf dem Amt", by="ewa")
    await chat.says("!barriere Formulare sind lang", by="ewa")
    await chat.says("!parken B3", by="katrin")
    await chat.answers()

    await chat.says("!suche Formulare", by="ewa")

    assert (await chat.answers())[0].split("\n")[1:] == [
        "B4: Formulare sind lang",
        "B3: Formulare auf dem Amt / im Themenspeicher",
    ]
