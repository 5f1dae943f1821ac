# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who the group still needs: a list with numbers, in words, without names."""

from __future__ import annotations

import pytest

from method.ids import EventId, RoomId
from tests.chat import Chat

OFFICE = "Leitung einer Ausländerbehörde, Verwaltung, Berlin"
NOBODY = "Zurzeit wird niemand gesucht. Aufschreiben: !wenfehlt und dann der Text."
WHO = (
    "Wen brauchen wir noch? Bitte einfach auf diese Nachricht antworten, ohne Namen."
    " Beispiel: Leitung einer Ausländerbehörde, Verwaltung, Berlin"
)
OFFER = "Soll das auf die Liste, wer noch fehlt? Mit 👍 bestätigen. Der Text ist nicht verloren."


@pytest.fixture
async def office(chat: Chat) -> EventId:
    """Return the message of W1."""
    event = await chat.says(f"!wenfehlt {OFFICE}", by="ewa")
    await chat.answers()
    return event


async def listed(chat: Chat, command: str = "!wen") -> list[str]:
    """Return the lines of the list."""
    await chat.answers()
    await chat.says(command, by="murat")
    return (await chat.answers())[0].split("\n")


async def test_nobody_is_sought_at_first(chat: Chat):
    assert await listed(chat) == [NOBODY]


async def test_who_is_needed_gets_a_number_and_a_sign(chat: Chat):
    await chat.says(f"!wenfehlt {OFFICE}", by="ewa")
    await chat.says("!fehlt Ein Betrieb aus Brandenburg.", by="lina")
    assert await chat.answers() == ["✅ W1", "✅ W2"]

    assert await listed(chat) == [
        "Wen brauchen wir noch?",
        f"W1: {OFFICE}. Stand: gesucht.",
        "W2: Ein Betrieb aus Brandenburg. Stand: gesucht.",
        "Ändern: !wen W1 angefragt",
    ]


async def test_same_event_twice_is_one_seat(chat: Chat):
    for _ in range(2):
        await chat.says("!wenfehlt Ein Betrieb", event_id="$same")

    assert (await listed(chat))[1:-1] == ["W1: Ein Betrieb. Stand: gesucht."]


async def test_without_a_text_it_is_asked_for(chat: Chat):
    await chat.says("!wenfehlt", by="ewa")
    assert await chat.answers() == [WHO]

    await chat.says(OFFICE, by="ewa", reply_to=chat.post("Wen brauchen wir noch"))

    assert await chat.answers() == ["✅ W1"]


STAGES = [
    pytest.param("!wen W1 angefragt", "angefragt", id="as documented"),
    pytest.param("!wen w 1: Gefragt", "angefragt", id="typed badly"),
    pytest.param("!whom #w1 asked", "angefragt", id="English"),
    pytest.param("!wen 1 gesucht", "gesucht", id="number alone"),
]


@pytest.mark.parametrize(("body", "stage"), STAGES)
async def test_everybody_says_how_far_the_search_is(chat: Chat, office: EventId, body: str, stage: str):
    await chat.says(body, by="lina")

    assert await chat.answers() == ["✅ W1"]
    assert (await listed(chat))[1] == f"W1: {OFFICE}. Stand: {stage}."


@pytest.mark.parametrize(
    ("word", "stage"), [("dabei", "dabei"), ("abgesagt", "abgesagt"), ("ist dabei", "dabei")]
)
async def test_what_is_settled_leaves_the_list_and_stands_in_all(
    chat: Chat, office: EventId, word: str, stage: str
):
    await chat.says(f"!wen W1 {word}", by="lina")

    assert await listed(chat) == [NOBODY]
    assert (await listed(chat, "!wen alle"))[1] == f"W1: {OFFICE}. Stand: {stage}."
    await chat.says("!wen W1 gesucht", by="lina")
    assert (await listed(chat))[1] == f"W1: {OFFICE}. Stand: gesucht."


@pytest.mark.parametrize("body", ["!wen W1", "!wen W1 vielleicht"])
async def test_an_unclear_stage_is_asked_for(chat: Chat, office: EventId, body: str):
    await chat.says(body, by="lina")
    assert await chat.answers() == [
        f"W1: {OFFICE}. Stand: gesucht. Bitte mit einem Wort antworten: gesucht, angefragt, dabei oder abgesagt."
    ]

    await chat.says("angefragt", by="lina", reply_to=chat.post("W1: Leitung"))

    assert await chat.answers() == ["✅ W1"]


async def test_an_unknown_number_is_said(chat: Chat, office: EventId):
    await chat.says("!wen W7 angefragt")

    assert await chat.answers() == ["W7 gibt es nicht. Die Liste: !wen"]


async def test_a_text_behind_the_list_is_offered_to_be_written_down(chat: Chat):
    await chat.says("!wen Eine Ausländerbehörde", by="ewa")
    assert await chat.answers() == [OFFER]

    await chat.reacts(chat.post("Soll das"), by="ewa")

    assert await chat.answers() == ["✅ W1", "✎ Gespeichert als W1."]


async def test_editing_the_message_changes_the_seat(chat: Chat, office: EventId):
    await chat.edits(office, "!wenfehlt Ein Landesamt", by="ewa")
    assert await chat.answers() == ["✏️ W1"]

    await chat.edits(office, "!wenfehlt Ein Landesamt", by="ewa")
    await chat.edits(office, "!wenfehlt", by="ewa")
    await chat.edits(office, "!board", by="ewa")

    assert await chat.answers() == [
        "Der Text fehlt. W1 bleibt, wie es war. Löschen: !wen W1 löschen",
        "Diese Nachricht ist W1. Ein anderer Befehl braucht eine neue Nachricht.",
    ]
    assert (await listed(chat))[1] == "W1: Ein Landesamt. Stand: gesucht."


@pytest.mark.parametrize("by", ["ewa", "katrin"])
async def test_deleting_the_message_deletes_the_seat_and_its_words(chat: Chat, office: EventId, by: str):
    await chat.redacts(office, by=by)

    assert await chat.answers() == []
    assert await listed(chat) == [NOBODY]
    assert not await chat.stores("Ausländerbehörde")
    await chat.says("!wenfehlt Ein Betrieb")
    assert await chat.answers() == ["✅ W2"]


async def test_nobody_else_deletes_a_seat(chat: Chat, office: EventId):
    await chat.redacts(office, by="lina")
    await chat.says("!wen W1 löschen", by="lina")

    assert await chat.answers() == ["W1 löschen kann, wer es geschrieben hat, oder die Moderation."]
    assert (await listed(chat))[1] == f"W1: {OFFICE}. Stand: gesucht."


@pytest.mark.parametrize("by", ["ewa", "jule"])
async def test_a_seat_is_deleted_by_command(chat: Chat, office: EventId, by: str):
    await chat.says("!wen W1 löschen", by=by)

    assert await chat.answers() == ["W1 ist gelöscht."]
    assert not await chat.stores("Ausländerbehörde")


async def test_a_late_edit_brings_nothing_back(chat: Chat, office: EventId):
    await chat.says("!wen W1 löschen", by="ewa")
    await chat.answers()

    await chat.edits(office, "!wenfehlt Ein Landesamt", by="ewa")

    assert await chat.answers() == []
    assert await listed(chat) == [NOBODY]


async def test_a_long_list_is_cut_and_shown_whole_on_request(chat: Chat):
    for number in range(9):
        await chat.says(f"!wenfehlt Betrieb {number}")

    lines = await listed(chat)
    assert (len(lines), lines[-2]) == (10, "und 2 weitere: !wen alle")
    assert len(await listed(chat, "!wen alle")) == 11


async def test_groups_do_not_see_each_others_seats(chat: Chat, office: EventId):
    other = RoomId("!other:test")
    await chat.found(other, "Andere Gruppe", {"murat": 100})
    await chat.answers()

    await chat.says("!wen alle", by="murat", room=other)
    await chat.says("!wen W1 dabei", by="murat", room=other)
    await chat.redacts(office, by="murat", room=other)

    assert await chat.answers() == [NOBODY, "W1 gibt es nicht. Die Liste: !wen"]
    assert (await listed(chat))[1] == f"W1: {OFFICE}. Stand: gesucht."


async def test_it_works_in_a_direct_message_too(chat: Chat):
    await chat.tells("wenfehlt Ein Betrieb", by="ewa")

    assert await chat.answers() == ["✅ W1"]
    assert (await listed(chat))[1] == "W1: Ein Betrieb. Stand: gesucht."


ASKED = [
    pytest.param("!wen fehlt jemand vom Jobcenter", id="wen fehlt"),
    pytest.param("!Wer fehlt uns noch: jemand vom Jobcenter", id="wer fehlt uns noch"),
    pytest.param("!wen brauchen wir? jemand vom Jobcenter", id="wen brauchen wir"),
]


@pytest.mark.parametrize("body", ASKED)
async def test_the_words_of_the_question_are_no_part_of_the_seat(chat: Chat, body: str):
    await chat.says(body, by="ewa")
    await chat.reacts(chat.post("Soll das"), by="ewa")
    await chat.answers()

    await chat.says("!wen", by="ewa")

    assert (await chat.answers())[0].split("\n")[1] == "W1: jemand vom Jobcenter. Stand: gesucht."


@pytest.mark.parametrize("body", ["!wen fehlt", "!wer fehlt noch?", "!WEN BRAUCHEN WIR NOCH?"])
async def test_the_question_alone_asks_for_the_list(chat: Chat, office: EventId, body: str):
    await chat.says(body, by="ewa")

    assert (await chat.answers())[0].split("\n")[0] == "Wen brauchen wir noch?"
