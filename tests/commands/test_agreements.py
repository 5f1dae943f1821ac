# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Working agreements: one message, accepted with 👍, counted without names, told to newcomers."""

from __future__ import annotations

import pytest

from method.ids import EventId, RoomId
from tests.chat import GROUP, Chat, user
from tests.fake_homeserver import ME

FIRST = "Wir lassen einander ausreden."
SECOND = "Wir lassen einander ausreden.\nWas hier gesagt wird, bleibt hier."
HOW = "Einverstanden? Mit 👍 reagieren oder mit „ja“ antworten."
AGAIN = "Der Text hat sich geändert. Frühere 👍 zählen nicht mehr. Bitte noch einmal reagieren."
NONE_YET = "Vereinbarungen gibt es noch nicht. Aufschreiben: !vereinbarung Text"
MODERATION = "Das macht in dieser Gruppe die Moderation. Moderation sind: Jule, Katrin."


def asks(words: str) -> str:
    return f"Unsere Vereinbarungen: „{words}“\n{HOW}"


def shows(words: str, accepted: int = 0) -> str:
    number = f" {accepted} einverstanden." if accepted else ""
    return f"Unsere Vereinbarungen: „{words}“{number}\n{HOW}"


@pytest.fixture
async def written(chat: Chat) -> EventId:
    """Return Katrin's message with the agreements FIRST."""
    event = await chat.says(f"!vereinbarung {FIRST}", by="katrin")
    assert await chat.answers() == [asks(FIRST)]
    return event


def post(chat: Chat) -> EventId:
    """Return our message that asks."""
    return chat.post("Unsere Vereinbarungen")


async def shown(chat: Chat, *, by: str = "lina") -> str:
    await chat.answers()
    await chat.says("!vereinbarung", by=by)
    (answer,) = await chat.answers()
    return answer


# --- one text ------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["Vereinbarung:", "abmachung", "SPIELREGELN", "regeln", "agreement"])
async def test_everybody_reads_and_the_moderation_writes(chat: Chat, word: str):
    assert await shown(chat) == NONE_YET
    await chat.says(f"!{word} {FIRST}", by="lina")
    await chat.says(f"!{word} {FIRST}", by="jule")

    assert await chat.answers() == [MODERATION, asks(FIRST)]
    assert await shown(chat) == shows(FIRST)


async def test_text_may_have_several_lines(chat: Chat):
    await chat.says(f"!vereinbarung\n{SECOND}", by="katrin")

    assert await chat.answers() == [asks(SECOND)]


async def test_edited_message_changes_the_text_in_place(chat: Chat, written: EventId):
    await chat.edits(written, f"!vereinbarung {SECOND}", by="katrin")

    assert await chat.answers() == [f"✎ {asks(SECOND)}\n{AGAIN}", "✏️ Regeln"]
    assert await shown(chat) == shows(SECOND)


async def test_command_given_again_changes_the_text_in_place(chat: Chat, written: EventId):
    await chat.says(f"!vereinbarung {SECOND}", by="jule")
    assert await chat.answers() == [f"✎ {asks(SECOND)}\n{AGAIN}", "✏️ Regeln"]

    await chat.edits(written, "!vereinbarung Drei", by="katrin")
    assert await chat.answers() == []
    assert await shown(chat) == shows(SECOND)


async def test_edit_into_something_else_is_refused(chat: Chat, written: EventId):
    for body in ("!board", "!vereinbarung"):
        await chat.edits(written, body, by="katrin")

    assert await chat.answers() == [
        "In dieser Nachricht stehen die Vereinbarungen. Ein anderer Befehl braucht eine neue Nachricht.",
        "Der Text fehlt. An den Vereinbarungen ändert sich nichts.",
    ]


async def test_others_neither_edit_nor_delete_it(chat: Chat, written: EventId):
    await chat.edits(written, "!vereinbarung Zwei", by="lina")
    await chat.redacts(written, by="lina")

    assert await chat.answers() == []
    assert await shown(chat) == shows(FIRST)


async def test_text_from_a_direct_message_is_asked_in_the_group(chat: Chat):
    await chat.tells(f"vereinbarung {FIRST}", by="katrin")

    assert await chat.answers() == [asks(FIRST), "✅ Regeln"]
    assert chat.homeserver.sent[-2].room_id == GROUP


async def test_new_text_stands_in_the_room_that_replaced_the_old_one(chat: Chat, written: EventId):
    new = RoomId("!new:test")
    create = {"room_version": "10", "predecessor": {"room_id": GROUP, "event_id": "$tombstone"}}
    await chat.sends("m.room.tombstone", {"replacement_room": new}, by="katrin", state_key="")
    state = chat.room_state("Anerkannt und doch ohne Job", {"katrin": 100})
    state[0] = chat.event("m.room.create", create, by="katrin", state_key="")
    await chat.syncs({"join": {new: {"state": {"events": state}}}})
    await chat.answers()

    await chat.says("!vereinbarung Zwei", by="katrin", room=new)

    assert await chat.answers(new) == [f"{asks('Zwei')}\n{AGAIN}", "✏️ Regeln"]


# --- who accepts it ------------------------------------------------------------------------------


async def test_people_are_counted_once_and_without_names(chat: Chat, written: EventId):
    await chat.reacts(post(chat), "👍", by="ewa")
    await chat.reacts(post(chat), "👍🏽", by="ewa")
    await chat.reacts(written, "👍", by="ewa")
    await chat.reacts(post(chat), "👍", by="murat")
    await chat.reacts(post(chat), "✋", by="henrik")
    await chat.reacts(post(chat), "👍", by=ME)
    assert await chat.answers() == []

    said = await shown(chat)

    assert said == shows(FIRST, 2)
    assert [name for name in ("ewa", "murat", "katrin", "@") if name in said.casefold()] == []


async def test_reaction_taken_back_lowers_the_number(chat: Chat, written: EventId):
    thumb = await chat.reacts(post(chat), by="ewa")
    await chat.reacts(post(chat), by="murat")
    await chat.redacts(thumb, by="lina")
    assert await shown(chat) == shows(FIRST, 2)

    await chat.redacts(thumb, by="ewa")

    assert await shown(chat) == shows(FIRST, 1)


async def test_yes_in_words_counts_like_a_thumb_and_talk_does_not(chat: Chat, written: EventId):
    yes = await chat.says("Ja!", by="ewa", reply_to=post(chat))
    await chat.says("Guter Satz", by="murat", reply_to=post(chat))
    await chat.says("Ja", by="henrik", reply_to=yes)
    assert await chat.answers() == ["✅ ja"]
    assert await shown(chat) == shows(FIRST, 1)

    await chat.redacts(yes, by="ewa")

    assert await shown(chat) == shows(FIRST)


async def test_changed_text_asks_again(chat: Chat, written: EventId):
    asked = post(chat)
    old_thumb = await chat.reacts(asked, by="ewa")
    await shown(chat)
    answer = post(chat)

    await chat.edits(written, f"!vereinbarung {SECOND}", by="katrin")
    assert await shown(chat) == shows(SECOND)

    # What shows the earlier text accepts nothing; the post is up to date.
    await chat.reacts(answer, by="murat")
    assert await shown(chat) == shows(SECOND)
    await chat.redacts(old_thumb, by="ewa")
    await chat.reacts(asked, by="ewa")
    assert await shown(chat) == shows(SECOND, 1)


async def test_same_text_again_asks_nobody_again(chat: Chat, written: EventId):
    await chat.reacts(post(chat), by="ewa")

    again = await chat.says(f"!vereinbarung {FIRST}", by="jule")

    assert await chat.answers() == [f"✎ {asks(FIRST)}", "✏️ Regeln"]
    assert await shown(chat) == shows(FIRST, 1)
    await chat.edits(again, "!vereinbarung Neu", by="jule")
    assert await shown(chat) == shows("Neu")


async def test_answer_in_a_direct_message_can_be_accepted(chat: Chat, written: EventId):
    await chat.tells("vereinbarung", by="ewa")
    assert await chat.answers() == [shows(FIRST)]

    await chat.reacts(post(chat), by="ewa", room=await chat.direct("ewa"))

    assert await shown(chat) == shows(FIRST, 1)


async def test_who_leaves_counts_no_more(chat: Chat, written: EventId):
    await chat.reacts(post(chat), by="ewa")
    await chat.leaves("ewa")

    assert await shown(chat) == shows(FIRST)


async def test_other_groups_accept_their_own(chat: Chat, written: EventId):
    other = RoomId("!other:test")
    await chat.found(other, "Andere Gruppe", {"oleks": 100})
    await chat.reacts(post(chat), by="oleks", room=other)
    await chat.reacts(written, by="oleks", room=other)

    assert await shown(chat) == shows(FIRST)


# --- deleting and undoing ------------------------------------------------------------------------


async def test_deleted_message_erases_the_text_everywhere(chat: Chat):
    message = await chat.says("!vereinbarung Kanarienvogel eins", by="katrin")
    asked = post(chat)
    await chat.edits(message, "!vereinbarung Kanarienvogel zwei", by="katrin")
    edit = chat.post("* Unsere Vereinbarungen")
    await chat.reacts(asked, by="ewa")
    await shown(chat)
    answer = post(chat)

    await chat.redacts(message, by="katrin")

    assert await chat.answers() == [f"✗ {asked}", f"✗ {edit}", f"✗ {answer}"]
    assert await shown(chat) == NONE_YET
    assert not await chat.stores("Kanarienvogel")

    await chat.says("!vereinbarung Neu", by="jule")
    assert await chat.answers() == [asks("Neu")]


async def test_moderation_withdraws_it_by_deleting_the_post(chat: Chat, written: EventId):
    asked = post(chat)
    await shown(chat)
    await chat.redacts(post(chat), by="jule")
    assert await shown(chat) == shows(FIRST)

    await chat.redacts(asked, by="jule")

    assert await shown(chat) == NONE_YET


async def test_change_and_first_text_are_undone(chat: Chat, written: EventId):
    asked = post(chat)
    await chat.says("!vereinbarung Zwei", by="jule")
    await chat.answers()

    await chat.says("!rückgängig", by="jule")
    assert await chat.answers() == [
        f"✎ {asks(FIRST)}\n{AGAIN}",
        "Rückgängig gemacht: Die Vereinbarungen haben wieder den früheren Text.",
    ]
    await chat.edits(written, "!vereinbarung Drei", by="katrin")
    await chat.answers()
    await chat.says("!rückgängig", by="katrin")
    await chat.answers()
    await chat.says("!rückgängig", by="katrin")

    first, *edits, last = await chat.answers()
    assert first == f"✗ {asked}"
    assert {edit[:2] for edit in edits} == {"✗ "}
    assert last == "Rückgängig gemacht: Die Vereinbarungen sind zurückgezogen."
    assert await shown(chat) == NONE_YET


async def test_what_somebody_changed_since_is_not_undone(chat: Chat, written: EventId):
    await chat.says("!vereinbarung Zwei", by="jule")
    await chat.answers()

    await chat.says("!rückgängig", by="katrin")

    assert await chat.answers() == ["Das hat sich danach noch einmal geändert. Es bleibt, wie es ist."]


# --- newcomers -----------------------------------------------------------------------------------


async def test_newcomer_is_told(chat: Chat):
    await chat.says(f"!vereinbarung {SECOND}", by="katrin")
    await chat.answers()

    await chat.joins("priya")

    [(_, wanted)] = chat.homeserver.made
    assert wanted["invite"] == [user("priya")]
    assert (await chat.answers())[0].split("\n")[1] == (
        "Unsere Vereinbarungen: Wir lassen einander ausreden. / Was hier gesagt wird, bleibt hier."
        " Ganz lesen und zustimmen: !vereinbarung"
    )
