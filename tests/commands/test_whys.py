# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The chain of whys under a barrier: five at most, each the author's to change."""

from __future__ import annotations

import pytest

from method.ids import EventId
from tests.chat import GROUP, Chat


@pytest.fixture
async def barrier(chat: Chat) -> EventId:
    """Return the message of B1."""
    event = await chat.says("!barriere Kurse nur vormittags", by="lina")
    await chat.answers()
    return event


async def shown(chat: Chat) -> list[str]:
    await chat.answers()
    await chat.says("!zeige B1", by="murat")
    return (await chat.answers())[0].split("\n")[1:]


FULL = (
    "B1 hat schon 5 Warum, mehr gehen nicht. Was hilft gegen das letzte? Beispiel: !idee Text zu B1."
    " Ein Warum ändern: die eigene Nachricht bearbeiten."
)

WRITTEN = [
    pytest.param("!warum B1 Darum", False, id="as documented"),
    pytest.param("!Warum b1: Darum", False, id="colon"),
    pytest.param("!why B1 Darum", False, id="English"),
    pytest.param("!wieso Darum", True, id="reply"),
]


@pytest.mark.parametrize(("body", "replies"), WRITTEN)
async def test_a_why_is_shown_with_the_barrier(chat: Chat, barrier: EventId, body: str, replies: bool):
    await chat.says(body, by="ewa", reply_to=barrier if replies else None)

    assert await chat.answers() == ["✅ B1"]
    assert await shown(chat) == ["Warum 1: Darum"]


async def test_without_words_the_next_why_is_asked_for(chat: Chat, barrier: EventId):
    await chat.says("!warum B1", by="ewa")
    await chat.says("Am Abend fehlen Lehrkräfte", by="ewa", reply_to=chat.post("B1: "))
    await chat.says("!warum B1", by="oleks")
    await chat.says("Die Bezahlung ist schlecht", by="oleks", reply_to=chat.post("B1: "))

    assert await chat.answers() == [
        "B1: „Kurse nur vormittags“ Warum ist das so? Bitte einfach auf diese Nachricht antworten.",
        "✅ B1",
        "B1: „Am Abend fehlen Lehrkräfte“ Warum ist das so? Bitte einfach auf diese Nachricht antworten.",
        "✅ B1",
    ]
    assert await shown(chat) == ["Warum 1: Am Abend fehlen Lehrkräfte", "Warum 2: Die Bezahlung ist schlecht"]


@pytest.mark.parametrize("body", ["!warum B1 Sechstens", "!warum B1"])
async def test_a_sixth_why_is_refused_with_what_helps(chat: Chat, barrier: EventId, body: str):
    for number in range(1, 6):
        await chat.says(f"!warum B1 Grund {number}", by="ewa")
    await chat.answers()

    await chat.says(body, by="oleks")

    assert await chat.answers() == [FULL]
    assert await shown(chat) == [f"Warum {number}: Grund {number}" for number in range(1, 6)]


async def test_a_deleted_link_leaves_the_chain_and_makes_room(chat: Chat, barrier: EventId):
    events = [await chat.says(f"!warum B1 Grund {number}", by="ewa") for number in range(1, 6)]
    await chat.redacts(events[1], by="ewa")
    await chat.says("!warum B1 Neu", by="oleks")

    assert await shown(chat) == [
        "Warum 1: Grund 1", "Warum 2: Grund 3", "Warum 3: Grund 4", "Warum 4: Grund 5", "Warum 5: Neu",
    ]  # fmt: skip
    assert not await chat.stores("Grund 2")


async def test_a_link_comes_back_only_where_there_is_room(chat: Chat, barrier: EventId):
    events = [await chat.says(f"!warum B1 Grund {number}", by="ewa") for number in range(1, 6)]
    await chat.says("!löschen", by="ewa", reply_to=events[4])
    await chat.says("!warum B1 Neu", by="oleks")
    await chat.answers()

    await chat.says("!rückgängig", by="ewa")

    assert await chat.answers() == [FULL]


async def test_an_edited_link_changes_and_is_undone(chat: Chat, barrier: EventId):
    event = await chat.says("!warum B1 Alt", by="ewa")
    await chat.answers()

    await chat.edits(event, "!warum B1 Neu", by="ewa")
    assert await chat.answers() == ["✏️ B1"]
    assert await shown(chat) == ["Warum 1: Neu"]

    await chat.says("!rückgängig", by="ewa")
    assert await shown(chat) == ["Warum 1: Alt"]

    await chat.says("!rückgängig", by="ewa")
    assert await shown(chat) == []


async def test_a_why_belongs_to_a_barrier(chat: Chat, barrier: EventId):
    await chat.says("!idee Lotsin")
    await chat.answers()

    await chat.says("!warum I1 Darum", by="ewa")
    await chat.says("1", by="ewa", reply_to=chat.post("I1 ist"))
    await chat.says("!warum Darum", by="ewa")
    await chat.says("!warum B9 Darum", by="ewa")

    assert await chat.answers() == [
        "I1 ist keine Barriere. Das geht nur bei einer Barriere."
        " Bitte mit der Nummer einer Barriere antworten, zum Beispiel B3.",
        "✅ B1",
        "Um welche Barriere geht es? Bitte mit der Nummer antworten, zum Beispiel B3.",
        "B9 gibt es nicht. Die letzte Barriere ist B1. Bitte mit der richtigen Nummer antworten,"
        " dann nehme ich den Text von oben. Alle Barrieren: !board barrieren",
    ]
    assert await shown(chat) == ["Warum 1: Darum"]


async def test_a_private_why_is_shown_in_the_group(chat: Chat, barrier: EventId):
    await chat.direct("lina")
    await chat.tells("warum B1 Darum", by="lina")

    assert await chat.answers(GROUP) == ["Warum zu B1: Darum"]
