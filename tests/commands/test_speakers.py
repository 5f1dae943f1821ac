# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The list of speakers: asked by hand or by word, one mention when it is somebody's turn."""

from __future__ import annotations

import pytest

from tests.chat import Chat, user

EMPTY = "Die Redeliste ist leer. Sprechen: ✋ auf die Karte, oder !rede"


@pytest.fixture
async def meeting(chat: Chat) -> Chat:
    """Return a group whose meeting Lina has begun."""
    await chat.says("!treffen start Gründung", by="lina")
    await chat.answers()
    return chat


async def line(chat: Chat) -> str:
    """Return the last line of the card's last edit."""
    edits = [answer for answer in await chat.answers() if answer.startswith("✎")]
    return edits[-1].split("\n")[-1]


async def raise_hand(chat: Chat, name: str) -> str:
    return await chat.reacts(chat.post("Treffen T1"), "✋🏽", by=name)


async def test_hand_and_word_are_the_same(meeting: Chat):
    await raise_hand(meeting, "ewa")
    await meeting.says("!rede", by="murat")
    await meeting.tells("rede", by="henrik")

    assert await line(meeting) == "Als Nächstes: Ewa, Murat, Henrik."


async def test_asking_twice_counts_once(meeting: Chat):
    await raise_hand(meeting, "ewa")
    await meeting.says("!rede", by="murat")
    await meeting.answers()

    await meeting.says("!rede", by="ewa")
    await raise_hand(meeting, "murat")

    assert await meeting.answers() == ["✅ T1"]


@pytest.mark.parametrize("first", ["hand", "word"])
async def test_hand_taken_back_withdraws(meeting: Chat, first: str):
    await meeting.says("!rede", by="murat")
    if first == "word":
        await meeting.says("!rede", by="ewa")
    hand = await raise_hand(meeting, "ewa")

    await meeting.redacts(hand, by="ewa")

    assert await line(meeting) == "Als Nächstes: Murat."


@pytest.mark.parametrize("how", ["word", "deleted"])
async def test_word_taken_back_withdraws(meeting: Chat, how: str):
    await meeting.says("!rede", by="murat")
    message = await meeting.says("!rede", by="ewa")

    if how == "word":
        await meeting.says("!rede zurück", by="ewa")
    else:
        await meeting.redacts(message, by="ewa")

    assert await line(meeting) == "Als Nächstes: Murat."


async def test_nobody_lowers_the_hand_of_another(meeting: Chat):
    hand = await raise_hand(meeting, "ewa")
    await meeting.answers()

    await meeting.redacts(hand, by="murat")

    assert await meeting.answers() == []


async def test_who_has_not_spoken_goes_first(meeting: Chat):
    for name in ("ewa", "murat"):
        await meeting.says("!rede", by=name)
    await meeting.says("!weiter", by="katrin")
    await meeting.says("!rede", by="ewa")
    await meeting.says("!rede", by="henrik")

    assert await line(meeting) == "Jetzt spricht: Ewa. Danach: Murat, Henrik, Ewa (noch einmal)."


async def test_only_the_next_one_is_mentioned(meeting: Chat):
    await raise_hand(meeting, "ewa")
    await meeting.says("!rede", by="murat")
    before = len(meeting.homeserver.sent)

    await meeting.says("!weiter", by="katrin")
    await meeting.says("!rede", by="henrik")

    edits = [sent.content for sent in meeting.homeserver.sent[before:] if sent.type == "m.room.message"]
    assert [(edit["msgtype"], edit["m.mentions"], edit["m.new_content"]["m.mentions"]) for edit in edits] == [
        ("m.text", {"user_ids": [user("ewa")]}, {"user_ids": [user("ewa")]}),
        ("m.notice", {}, {}),
    ]


async def test_mention_is_said_even_if_the_card_changes_at_once(meeting: Chat):
    await meeting.says("!rede", by="lina")
    before = len(meeting.homeserver.sent)

    await meeting.says_at_once(["!weiter", "!rede"])

    edits = [sent.content for sent in meeting.homeserver.sent[before:] if sent.type == "m.room.message"]
    assert [edit["m.mentions"] for edit in edits] == [{"user_ids": [user("lina")]}, {}]


async def test_nothing_but_the_card_is_written(meeting: Chat):
    await meeting.says("!rede", by="ewa")
    await meeting.answers()

    await meeting.says("!weiter", by="katrin")

    assert [answer[0] for answer in await meeting.answers()] == ["✎", "✅"]


async def test_list_that_is_empty_is_said(meeting: Chat):
    await meeting.says("!weiter")
    assert await meeting.answers() == [EMPTY]
    await meeting.says("!rede", by="ewa")
    await meeting.says("!weiter")
    await meeting.answers()

    await meeting.says("!weiter")

    assert await line(meeting) == "Die Redeliste ist leer."


async def test_who_moderates_the_meeting_or_the_room_calls_the_next(meeting: Chat):
    await meeting.says("!rolle moderation Henrik")
    for name in ("ewa", "murat"):
        await meeting.says("!rede", by=name)
    await meeting.answers()

    await meeting.says("!weiter", by="oleks")
    assert await meeting.answers() == [
        "In diesem Treffen hat Henrik die Gesprächsleitung. Tauschen: !rolle gesprächsleitung und dann der Name."
    ]
    await meeting.says("!weiter", by="henrik")
    assert await line(meeting) == "Jetzt spricht: Ewa. Danach: Murat."
    await meeting.says("!weiter", by="jule")
    assert await line(meeting) == "Jetzt spricht: Murat."


async def test_who_has_left_is_not_called(meeting: Chat):
    for name in ("ewa", "murat"):
        await meeting.says("!rede", by=name)
    await meeting.sends("m.room.member", {"membership": "leave"}, by="ewa", state_key="@ewa:test")

    await meeting.says("!weiter")

    assert await line(meeting) == "Jetzt spricht: Murat."


async def test_hand_on_a_card_of_another_day_waits_for_that_day(chat: Chat):
    await chat.says("!treffen Mi 3.3. 15:00 Austausch")
    await chat.reacts(chat.post("Treffen T1"), "✋", by="ewa")

    assert await line(chat) == "Als Nächstes: Ewa."


async def test_hand_after_the_end_means_nothing(meeting: Chat):
    await meeting.says("!treffen ende")
    await meeting.answers()

    await raise_hand(meeting, "ewa")

    assert await meeting.answers() == []


async def test_long_list_is_cut(meeting: Chat):
    for number in range(10):
        await meeting.joins(f"gast{number}")
        await meeting.says("!rede", by=f"gast{number}")

    names = ", ".join(f"Gast{number}" for number in range(8))
    assert await line(meeting) == f"Als Nächstes: {names}, und weitere."


# --- sectors take turns, where the group has chosen so -----------------------------------------------


async def ask_for_sectors(chat: Chat, **signs: str) -> None:
    """Let people tap a sector under the question in the room."""
    await chat.says("!sektoren", by="katrin")
    question = chat.post("Welcher Bereich")
    for name, sign in signs.items():
        await chat.reacts(question, sign, by=name)


async def test_sectors_take_turns_if_the_group_wants_it(meeting: Chat):
    await ask_for_sectors(meeting, ewa="🏛️", murat="🏛️", henrik="🏢")
    for name in ("ewa", "murat", "henrik", "oleks"):
        await meeting.says("!rede", by=name)
    assert await line(meeting) == "Als Nächstes: Ewa, Murat, Henrik, Oleks."

    await meeting.says("!einstellung redeliste an", by="katrin")

    [card] = [answer for answer in await meeting.answers() if answer.startswith("✎")]
    assert card.split("\n")[1:] == [
        "Ohne ✋: !rede. Wer noch nicht gesprochen hat, kommt zuerst. Dann wechseln sich die Sektoren ab."
        " Dann zählt, wer sich früher gemeldet hat.",
        "Als Nächstes: Ewa, Henrik, Murat, Oleks.",
    ]
    await meeting.says("!weiter", by="katrin")
    assert await line(meeting) == "Jetzt spricht: Ewa. Danach: Henrik, Murat, Oleks."
    await meeting.says("!weiter", by="katrin")
    assert await line(meeting) == "Jetzt spricht: Henrik. Danach: Murat, Oleks."
    await meeting.says("!rückgängig", by="katrin")
    assert await line(meeting) == "Jetzt spricht: Henrik. Danach: Murat, Oleks."


async def test_who_has_not_spoken_goes_first_whatever_the_sector(meeting: Chat):
    await ask_for_sectors(meeting, ewa="🏛️", murat="🏛️", henrik="🏢")
    await meeting.says("!einstellung redeliste an", by="katrin")
    for name in ("henrik", "ewa"):
        await meeting.says("!rede", by=name)
        await meeting.says("!weiter", by="katrin")
    for name in ("henrik", "murat"):
        await meeting.says("!rede", by=name)

    assert await line(meeting) == "Jetzt spricht: Ewa. Danach: Murat, Henrik (noch einmal)."


async def test_what_was_said_in_private_changes_no_order(meeting: Chat):
    await meeting.says("!einstellung redeliste an", by="katrin")
    await ask_for_sectors(meeting, ewa="🏛️", murat="🏛️")
    await meeting.tells("sektor wirtschaft", by="murat")
    await meeting.tells("sektor zielgruppe", by="henrik")
    await meeting.tells("sektor zielgruppe", by="oleks")
    for name in ("henrik", "oleks", "ewa", "murat"):
        await meeting.says("!rede", by=name)

    assert await line(meeting) == "Als Nächstes: Henrik, Oleks, Ewa, Murat."


async def test_no_sector_stands_on_the_card(meeting: Chat):
    await meeting.says("!einstellung redeliste an", by="katrin")
    await ask_for_sectors(meeting, ewa="🏛️", murat="🤝", henrik="🏢")
    await meeting.answers()
    for name in ("ewa", "murat", "henrik"):
        await meeting.says("!rede", by=name)
        await meeting.says("!weiter", by="katrin")

    said = "\n".join(await meeting.answers()).lower()
    assert [word for word in ("verwaltung", "zivil", "wirtschaft", "🏛", "🤝", "🏢") if word in said] == []
