# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""People add to items: by command, by a reply, privately."""

from __future__ import annotations

import pytest

from method.ids import EventId
from tests.chat import GROUP, Chat


@pytest.fixture
async def barrier(chat: Chat) -> EventId:
    """Return the message of B1."""
    event = await chat.says("!barriere Niemand ist zuständig", by="lina")
    await chat.answers()
    return event


UNKNOWN = (
    "B99 gibt es nicht. Die letzte Barriere ist B1. Bitte mit der richtigen Nummer antworten, dann nehme ich"
    " den Text von oben. Alle Barrieren: !board barrieren"
)


async def shown(chat: Chat, label: str = "B1") -> list[str]:
    await chat.answers()
    await chat.says(f"!zeige {label}", by="murat")
    return (await chat.answers())[0].split("\n")[1:]


ADDED = [
    pytest.param("!ergänzen B1 Text", id="as documented"),
    pytest.param("!ergaenzen b 1 Text", id="badly typed"),
    pytest.param("!Erganzen #b1: Text", id="worse"),
    pytest.param("!add B1 Text", id="English"),
    pytest.param("!mehr B-1 Text", id="alias"),
    pytest.param("!+ B1 Text", id="plus as a command"),
]


@pytest.mark.parametrize("body", ADDED)
async def test_a_note_by_command(chat: Chat, barrier: EventId, body: str):
    await chat.says(body, by="ewa")

    assert await chat.answers() == ["✅ B1"]
    assert await shown(chat) == ["1 Ergänzung: Text"]


REPLIED = [
    pytest.param("+ Text", "Text", id="plus"),
    pytest.param("+Text", "Text", id="plus without a blank"),
    pytest.param("+ B1 Niveau reicht nicht", "B1 Niveau reicht nicht", id="a language level"),
    pytest.param("!ergänzen Text", "Text", id="command without a number"),
]


@pytest.mark.parametrize(("body", "words"), REPLIED)
async def test_a_note_by_reply(chat: Chat, barrier: EventId, body: str, words: str):
    await chat.says(body, by="ewa", reply_to=barrier)

    assert await chat.answers() == ["✅ B1"]
    assert await shown(chat) == [f"1 Ergänzung: {words}"]


async def test_a_reply_to_the_bots_post_or_to_a_note_adds_too(chat: Chat, barrier: EventId):
    await chat.says("!zeige B1")
    await chat.says("+ eins", by="ewa", reply_to=chat.post("B1, "))
    note = await chat.says("+ zwei", by="ewa", reply_to=chat.post("Gespeichert als B1"))
    await chat.says("+ drei", by="oleks", reply_to=note)

    assert await shown(chat) == ["3 Ergänzungen:", "- eins", "- zwei", "- drei"]


async def test_a_named_item_counts_more_than_the_reply(chat: Chat, barrier: EventId):
    await chat.says("!barriere Zwei")
    await chat.says("!ergänzen B2 Text", reply_to=barrier)

    assert await shown(chat, "B2") == ["1 Ergänzung: Text"]


@pytest.mark.parametrize("body", ["Das stimmt", "+1"])
async def test_a_reply_without_anything_to_add_is_chat(chat: Chat, barrier: EventId, body: str):
    await chat.says(body, by="ewa", reply_to=barrier)

    assert await chat.answers() == []


async def test_an_unknown_number_keeps_the_text(chat: Chat, barrier: EventId):
    event = await chat.says("!ergänzen B99 das sehen wir auch", by="ewa")
    assert await chat.answers() == [UNKNOWN]

    await chat.says("B1", by="ewa", reply_to=chat.post("B99 gibt es nicht"))

    assert await chat.answers() == ["✅ B1"]
    assert await shown(chat) == ["1 Ergänzung: das sehen wir auch"]
    await chat.edits(event, "!ergänzen B99 das sehen wir oft", by="ewa")
    assert await chat.answers() == ["✏️ B1"]
    assert await shown(chat) == ["1 Ergänzung: das sehen wir oft"]


async def test_a_withdrawn_item_keeps_the_text(chat: Chat, barrier: EventId):
    other = await chat.says("!barriere Zwei")
    await chat.redacts(other)
    await chat.answers()

    await chat.says("!ergänzen B2 das sehen wir auch", by="ewa")
    assert await chat.answers() == [
        "B2 ist zurückgezogen. Bitte mit einer anderen Nummer antworten, dann nehme ich den Text von oben."
    ]
    await chat.says("1", by="ewa", reply_to=chat.post("B2 ist"))

    assert await chat.answers() == ["✅ B1"]


async def test_what_is_missing_is_asked_for(chat: Chat, barrier: EventId):
    await chat.says("!ergänzen das sehen wir auch", by="ewa")
    await chat.says("b1", by="ewa", reply_to=chat.post("Zu welchem"))
    await chat.says("!ergänzen B1", by="ewa")
    await chat.says("und das auch", by="ewa", reply_to=chat.post("Was soll ich"))

    assert await chat.answers() == [
        "Zu welchem Eintrag gehört das? Bitte mit der Nummer antworten, zum Beispiel B3.",
        "✅ B1",
        "Was soll ich bei B1 ergänzen? Bitte einfach auf diese Nachricht antworten. Beispiel: Das sehen wir auch.",
        "✅ B1",
    ]
    assert await shown(chat) == ["2 Ergänzungen:", "- das sehen wir auch", "- und das auch"]


async def test_without_any_item_there_is_nothing_to_add_to(chat: Chat):
    await chat.says("!ergänzen B1 Text")

    assert await chat.answers() == [
        "B1 gibt es nicht. Es gibt noch keine Barriere. Die erste: !barriere Text"
    ]


EDITED = [
    pytest.param("!ergänzen B1 neu", id="with command and number"),
    pytest.param("!ergänzen neu", id="without number"),
    pytest.param("+ neu", id="with plus"),
    pytest.param("neu", id="text alone"),
]


@pytest.mark.parametrize("body", EDITED)
async def test_an_edited_note_changes(chat: Chat, barrier: EventId, body: str):
    note = await chat.says("!ergänzen B1 alt", by="ewa")
    await chat.answers()

    await chat.edits(note, body, by="ewa")

    assert await chat.answers() == ["✏️ B1"]
    assert await shown(chat) == ["1 Ergänzung: neu"]


ADDS = "Diese Nachricht ergänzt B1."

NOT_EDITED = [
    pytest.param("!barriere neu", f"{ADDS} Ein anderer Befehl braucht eine neue Nachricht.", id="command"),
    pytest.param("!ergänzen I1 neu", f"{ADDS} Für I1 braucht es eine neue Nachricht.", id="another item"),
    pytest.param("!ergänzen B1", "Der Text fehlt. Die Ergänzung zu B1 bleibt, wie es war.", id="no text"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "answer"), NOT_EDITED)
async def test_an_edit_that_is_no_note_is_explained(chat: Chat, barrier: EventId, body: str, answer: str):
    await chat.says("!idee Etwas anderes")
    note = await chat.says("!ergänzen B1 alt", by="ewa")
    await chat.answers()

    await chat.edits(note, body, by="ewa")

    assert await chat.answers() == [answer]
    assert await shown(chat) == ["1 Ergänzung: alt"]


@pytest.mark.parametrize(("by", "left"), [("ewa", []), ("katrin", []), ("oleks", ["1 Ergänzung: Text"])])
async def test_a_deleted_note_goes_with_its_message(chat: Chat, barrier: EventId, by: str, left: list[str]):
    note = await chat.says("!ergänzen B1 Text", by="ewa")

    await chat.redacts(note, by=by)

    assert await shown(chat) == left


async def test_a_note_of_somebody_else_is_not_edited(chat: Chat, barrier: EventId):
    note = await chat.says("!ergänzen B1 Text", by="ewa")
    await chat.answers()

    await chat.edits(note, "anders", by="lina")

    assert await shown(chat) == ["1 Ergänzung: Text"]


async def test_the_words_of_a_deleted_note_are_gone(chat: Chat, barrier: EventId):
    note = await chat.says("!ergänzen B1 Kanarienvogel", by="ewa")
    await chat.edits(note, "Kanarienvogel, zweiter Versuch", by="ewa")

    await chat.redacts(note, by="ewa")

    assert not await chat.stores("Kanarienvogel")


async def test_what_the_bot_showed_goes_with_the_note(chat: Chat, barrier: EventId):
    note = await chat.says("!ergänzen B1 Kanarienvogel", by="ewa")
    await chat.says("!zeige B1")
    shown_post = chat.post("B1, ")
    await chat.answers()

    await chat.redacts(note, by="ewa")

    assert await chat.answers() == [f"✗ {shown_post}"]


async def test_a_private_note_is_shown_in_the_group_and_goes_with_its_message(chat: Chat, barrier: EventId):
    room = await chat.direct("ewa")
    note = await chat.tells("ergänzen B1 Nur privat gesagt", by="ewa")
    assert await chat.answers(GROUP) == ["Ergänzung zu B1: Nur privat gesagt"]
    post = chat.post("Ergänzung zu B1")

    await chat.edits(note, "ergänzen B1 Anders gesagt", by="ewa", room=room)
    assert await chat.answers(GROUP) == ["✎ Ergänzung zu B1: Anders gesagt"]
    edit = chat.post("* Ergänzung zu B1")

    await chat.redacts(note, by="ewa", room=room)
    assert await chat.answers(GROUP) == [f"✗ {post}", f"✗ {edit}"]


async def test_moderation_deletes_the_post_of_a_private_note(chat: Chat, barrier: EventId):
    await chat.tells("ergänzen B1 Nur privat gesagt", by="ewa")

    await chat.redacts(chat.post("Ergänzung zu B1"), by="katrin")

    assert await shown(chat) == []
