# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Entries are changed, withdrawn and brought back by command."""

from __future__ import annotations

import pytest

from method.ids import EventId
from tests.chat import GROUP, Chat

NOT_MINE = (
    "B1 ändern kann, wer es geschrieben hat, oder die Moderation. Ergänzen können alle: !ergänzen B1 Text"
)
NOTHING = "Aus den letzten 30 Minuten gibt es keine eigene Änderung zum Zurücknehmen."


@pytest.fixture
async def barrier(chat: Chat) -> EventId:
    """Return the message of B1, Lina's."""
    event = await chat.says("!barriere Alt #amt", by="lina")
    await chat.answers()
    return event


async def shown(chat: Chat, label: str = "B1") -> list[str]:
    await chat.answers()
    await chat.says(f"!zeige {label}", by="murat")
    return (await chat.answers())[0].split("\n")


# --- !ändern -------------------------------------------------------------------------------------

CHANGED = [
    pytest.param("!ändern B1 Neu", False, id="label"),
    pytest.param("!aendern b1: Neu", False, id="badly typed"),
    pytest.param("!edit B1 Neu", False, id="English"),
    pytest.param("!ändern Neu", True, id="reply"),
]


@pytest.mark.parametrize("by", ["lina", "katrin"])
@pytest.mark.parametrize(("body", "replies"), CHANGED)
async def test_the_author_and_the_moderation_change_an_item(
    chat: Chat, barrier: EventId, body: str, replies: bool, by: str
):
    await chat.says(body, by=by, reply_to=barrier if replies else None)

    assert await chat.answers() == ["✏️ B1"]
    assert await shown(chat) == ["B1, 22. Februar: Neu"]


async def test_what_is_missing_for_a_change_is_asked_for(chat: Chat, barrier: EventId):
    await chat.says("!ändern B1")
    await chat.says("Neu", reply_to=chat.post("Wie heißt"))
    await chat.says("!ändern Noch neuer")
    await chat.says("1", reply_to=chat.post("Welcher Eintrag"))
    await chat.says("!ändern")
    await chat.says("B1 Am neuesten", reply_to=chat.post("Welcher Eintrag soll"))
    await chat.says("!ändern B1 #kita")

    assert await chat.answers() == [
        "Wie heißt der neue Text von B1? Bitte einfach auf diese Nachricht antworten.",
        "✏️ B1",
        "Welcher Eintrag bekommt diesen Text? Bitte mit der Nummer antworten, zum Beispiel B3.",
        "✏️ B1",
        "Welcher Eintrag soll sich ändern, und wie? Beispiel: B3 Der neue Text.",
        "✏️ B1",
        "Wie heißt der neue Text von B1? Bitte einfach auf diese Nachricht antworten.",
    ]
    assert await shown(chat) == ["B1, 22. Februar: Am neuesten"]


async def test_a_note_is_changed_and_withdrawn_by_replying_to_it(chat: Chat, barrier: EventId):
    note = await chat.says("!ergänzen B1 Alt", by="ewa")
    await chat.says("!ändern Neu", by="ewa", reply_to=note)
    assert (await shown(chat))[-1] == "1 Ergänzung: Neu"

    shown_post = chat.post("B1, ")
    await chat.says("!löschen", by="ewa", reply_to=note)
    assert await chat.answers() == [
        f"✗ {shown_post}",
        "Die Ergänzung zu B1 ist zurückgezogen. Zurückholen: !rückgängig (30 Minuten)",
    ]
    assert await shown(chat) == ["B1, 22. Februar: Alt", "Themen: #amt"]

    await chat.says("!ändern Wieder", by="ewa", reply_to=note)
    assert await chat.answers() == ["Diese Ergänzung ist zurückgezogen."]


# --- !löschen ------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["lina", "jule"])
@pytest.mark.parametrize("body", ["!löschen B1", "!loeschen b 1", "!löschen 1", "!delete B1"])
async def test_an_item_is_withdrawn_and_brought_back(chat: Chat, barrier: EventId, body: str, by: str):
    await chat.says(body, by=by)
    assert await chat.answers() == ["B1 ist zurückgezogen. Zurückholen: !rückgängig (30 Minuten)"]
    assert await shown(chat) == ["B1 ist zurückgezogen."]

    await chat.says("!rückgängig", by=by)
    assert await chat.answers() == ["Rückgängig gemacht: B1 ist wieder auf dem Board."]
    assert await shown(chat) == ["B1, 22. Februar: Alt", "Themen: #amt"]


@pytest.mark.parametrize("body", ["!löschen B1", "!ändern B1 Neu"])
async def test_others_change_nothing(chat: Chat, barrier: EventId, body: str):
    await chat.says(body, by="ewa")

    assert await chat.answers() == [NOT_MINE]
    assert await shown(chat) == ["B1, 22. Februar: Alt", "Themen: #amt"]


async def test_what_to_withdraw_is_asked_for(chat: Chat, barrier: EventId):
    await chat.says("!löschen")
    await chat.says("B1", reply_to=chat.post("Welchen Eintrag"))

    assert await chat.answers() == [
        "Welchen Eintrag soll ich zurückziehen? Bitte mit der Nummer antworten, zum Beispiel B3.",
        "B1 ist zurückgezogen. Zurückholen: !rückgängig (30 Minuten)",
    ]


async def test_an_item_is_withdrawn_by_replying_to_it(chat: Chat, barrier: EventId):
    await chat.says("!löschen", reply_to=chat.post("Gespeichert als B1"))

    assert await chat.answers() == ["B1 ist zurückgezogen. Zurückholen: !rückgängig (30 Minuten)"]


async def test_after_thirty_minutes_the_words_are_gone(chat: Chat, barrier: EventId):
    await chat.says("!löschen B1")
    await chat.pass_time(minutes=31)
    await chat.answers()

    await chat.says("!rückgängig")

    assert await chat.answers() == [NOTHING]
    assert await shown(chat) == ["B1 ist zurückgezogen."]
    assert not await chat.stores("Alt #amt")


async def test_a_later_goal_is_not_lost(chat: Chat):
    await chat.says("!ziel Eins", by="jule")
    await chat.says("!ziel Zwei", by="katrin")
    await chat.answers()

    await chat.says("!rückgängig", by="jule")

    assert await chat.answers() == ["Das hat sich danach noch einmal geändert. Es bleibt, wie es ist."]


# --- !rückgängig ---------------------------------------------------------------------------------

UNDONE = [
    pytest.param("!barriere Neu", "B2 ist zurückgezogen.", id="barrier"),
    pytest.param("!idee Neu", "I1 ist zurückgezogen.", id="idea"),
    pytest.param("!ergänzen B1 Neu", "Die Ergänzung zu B1 ist zurückgezogen.", id="note"),
    pytest.param("!ändern B1 Neu", "B1 hat wieder den früheren Text.", id="change"),
    pytest.param("!löschen B1", "B1 ist wieder auf dem Board.", id="withdrawal"),
    pytest.param("!ziel Neu", "Die Gruppe hat wieder das frühere Ziel.", id="goal"),
    pytest.param("!sprache en", "Die Gruppe hat wieder die frühere Sprache.", id="language"),
]


@pytest.mark.parametrize(("body", "done"), UNDONE)
async def test_every_writing_command_is_undone(chat: Chat, barrier: EventId, body: str, done: str):
    await chat.says("!ziel Alt", by="katrin")
    before = await shown(chat)
    await chat.says("!board")
    board = await chat.answers()
    await chat.says(body, by="katrin")
    await chat.answers()

    await chat.says("!undo", by="katrin")

    assert (await chat.answers())[-1] == f"Rückgängig gemacht: {done}"
    await chat.says("!board")
    assert await chat.answers() == board
    assert await shown(chat) == before


async def test_an_edited_message_is_undone_with_topics_and_links(chat: Chat, barrier: EventId):
    idea = await chat.says("!idee Lotsin zu B1 #lotsin")
    await chat.edits(idea, "!idee Lotse")
    await chat.answers()

    await chat.says("!rückgängig")

    assert await chat.answers() == ["Rückgängig gemacht: I1 hat wieder den früheren Text."]
    assert await shown(chat, "I1") == ["I1, 22. Februar: Lotsin", "Themen: #lotsin", "Gehört zu: B1"]


async def test_notes_are_undone(chat: Chat, barrier: EventId):
    note = await chat.says("!ergänzen B1 Alt", by="ewa")
    await chat.edits(note, "Neu", by="ewa")
    await chat.says("!rückgängig", by="ewa")
    assert (await shown(chat))[-1] == "1 Ergänzung: Alt"

    await chat.says("!löschen", by="ewa", reply_to=note)
    await chat.answers()
    await chat.says("!rückgängig", by="ewa")
    assert await chat.answers() == ["Rückgängig gemacht: Die Ergänzung zu B1 ist wieder da."]
    assert (await shown(chat))[-1] == "1 Ergänzung: Alt"


async def test_the_first_goal_is_undone_to_none(chat: Chat):
    await chat.says("!ziel Neu", by="katrin")
    await chat.answers()

    await chat.says("!rückgängig", by="katrin")

    assert await chat.answers() == ["Rückgängig gemacht: Die Gruppe hat kein Ziel mehr."]


async def test_undo_goes_back_step_by_step(chat: Chat, barrier: EventId):
    await chat.says("!ändern B1 Eins")
    await chat.says("!ändern B1 Zwei")
    await chat.says("!rückgängig")
    assert await shown(chat) == ["B1, 22. Februar: Eins"]

    await chat.says("!rückgängig")
    assert await shown(chat) == ["B1, 22. Februar: Alt", "Themen: #amt"]

    await chat.says("!rückgängig")
    assert await shown(chat) == ["B1 ist zurückgezogen."]

    await chat.says("!rückgängig")
    assert await chat.answers() == [NOTHING]


async def test_a_member_undoes_only_own_changes(chat: Chat, barrier: EventId):
    await chat.says("!rückgängig", by="ewa")

    assert await chat.answers() == [NOTHING]


async def test_moderation_undoes_the_last_change_of_the_group(chat: Chat, barrier: EventId):
    await chat.says("!rückgängig", by="jule")

    assert await chat.answers() == ["Rückgängig gemacht: B1 ist zurückgezogen."]


async def test_what_somebody_else_changed_later_is_not_lost(chat: Chat, barrier: EventId):
    await chat.says("!ändern B1 Neu", by="katrin")
    await chat.answers()

    await chat.says("!rückgängig", by="lina")

    assert await chat.answers() == [
        "B1 hat sich danach noch einmal geändert. Es bleibt, wie es ist. Ändern: !ändern B1 Text"
    ]
    assert await shown(chat) == ["B1, 22. Februar: Neu"]


async def test_a_deleted_message_is_not_brought_back(chat: Chat, barrier: EventId):
    await chat.redacts(barrier)
    await chat.answers()

    await chat.says("!rückgängig")

    assert await chat.answers() == [NOTHING]


# --- what was written privately ------------------------------------------------------------------


async def test_the_bots_post_follows_a_private_item(chat: Chat):
    room = await chat.direct("ewa")
    event = await chat.tells("barriere Privat gesagt", by="ewa")
    assert await chat.answers(GROUP) == ["B1: Privat gesagt"]
    post = chat.post("B1: Privat")

    await chat.edits(event, "barriere Anders gesagt", by="ewa", room=room)
    assert await chat.answers(GROUP) == ["✎ B1: Anders gesagt"]
    edit = chat.post("* B1: Anders")

    await chat.tells("löschen B1", by="ewa")
    assert await chat.answers(GROUP) == [f"✗ {post}", f"✗ {edit}"]

    await chat.tells("rückgängig", by="ewa")
    assert await chat.answers(GROUP) == ["B1: Anders gesagt"]
    again = chat.post("B1: Anders")

    await chat.redacts(event, by="ewa", room=room)
    assert await chat.answers(GROUP) == [f"✗ {again}"]


async def test_moderation_deletes_the_post_of_a_private_item(chat: Chat):
    await chat.tells("barriere Privat gesagt", by="ewa")
    await chat.answers()

    await chat.redacts(chat.post("B1: Privat"), by="katrin")

    assert await shown(chat) == ["B1 ist zurückgezogen."]
