# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""A reveal of more cards than one message holds: all of them, in order, in messages that follow what is deleted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random

import pytest

from method.ids import EventId, RoomId
from tests.chat import CAST, GROUP, Chat

OTHER = RoomId("!other:test")
FIRST, SECOND, THIRD = (
    "Rückschau (Retro). Das sind die Karten, ohne Namen.",
    "Rückschau (Retro), Teil 2: weitere Karten, ohne Namen.",
    "Rückschau (Retro), Teil 3: weitere Karten, ohne Namen.",
)


def unlike(number: int) -> str:
    """Return a card of 190 letters that is like no other one."""
    letters = Random(number).choices("abcdefghijklmnopqrstuvwxyz", k=180)
    return f"{number:03} " + " ".join("".join(letters[at : at + 20]) for at in range(0, 180, 20))


@dataclass
class Box:
    """Cards, and the messages that made them."""

    chat: Chat
    cards: dict[str, EventId]

    async def delete(self, words: str) -> list[str]:
        """Delete the message of a card; return what follows, without the poll."""
        await self.chat.answers()
        await self.chat.redacts(self.cards[words], by="oleks", room=await self.chat.direct("oleks"))
        return [one for one in await self.chat.answers(GROUP) if not one.startswith("✎ U1")]


async def filled(chat: Chat, *, together: int, single: int) -> Box:
    """Return a retro with cards of 190 letters, many in one message or each in its own, and one that went well."""
    chat.now = datetime(2027, 3, 18, 9, tzinfo=UTC)
    await chat.says("!retro start", by="jule")
    await chat.says("gut: Das Essen", by="ewa", reply_to=chat.post("Rückschau"))
    words = [unlike(number) for number in range(together + single)]
    made = {one: await chat.tells(f"schwierig: {one}", by="oleks") for one in reversed(words[together:])}
    for at in range(0, together, 20):
        some = words[at : min(at + 20, together)]
        message = await chat.tells("schwierig:\n" + "\n".join(f"- {one}" for one in some), by="oleks")
        made |= dict.fromkeys(some, message)
    await chat.answers()
    return Box(chat, {one: made[one] for one in words})


@pytest.fixture
async def box(chat: Chat) -> Box:
    """Return a retro of which a second message shows some cards, each from a message of its own."""
    return await filled(chat, together=58, single=8)


async def reveal(box: Box) -> list[str]:
    box.chat.now = datetime(2027, 3, 22, 8, 30, tzinfo=UTC)
    await box.chat.pass_time()
    return await box.chat.answers(GROUP)


@pytest.fixture
async def revealed(box: Box) -> Box:
    await reveal(box)
    return box


def lines_of(posts: list[str]) -> list[str]:
    """Return the cards in the order in which they are read."""
    return [line[2:] for post in posts for line in post.split("\n") if line.startswith("- ")]


def second(box: Box) -> list[str]:
    """Return the cards that the second message showed at first."""
    [sent] = [one for one in box.chat.homeserver.sent if str(one.content.get("body", "")).startswith(SECOND)]
    return lines_of([str(sent.content["body"])])


async def test_every_card_is_shown_once_and_in_order(chat: Chat):
    box = await filled(chat, together=130, single=0)
    posts = await reveal(box)

    assert [one.split("\n")[0] for one in posts[:4]] == [
        f"✎ {FIRST}", SECOND, THIRD, "U1: Was gehen wir als Erstes an?",
    ]  # fmt: skip
    assert lines_of(posts[:3]) == ["Das Essen", *box.cards]
    assert [one.split("\n")[1] for one in posts[:3]] == [
        "Was lief gut?",
        "Was war schwierig?",
        "Was war schwierig?",
    ]
    assert posts[0].split("\n")[-2:] == [
        "Weiter geht es in Teil 2.",
        "Abstimmung: U1, bis Mi, 24. März, 12:00.",
    ]
    assert posts[1].split("\n")[-1] == "Weiter geht es in Teil 3."
    assert posts[2].split("\n")[-1] == f"- {list(box.cards)[-1]}"
    assert max(len(one.encode()) for one in posts[:3]) < 12_500


async def test_nothing_is_shown_before_the_reveal(box: Box):
    box.chat.now = datetime(2027, 3, 22, 8, 29, tzinfo=UTC)
    await box.chat.pass_time()

    assert await box.chat.answers(GROUP) == []


async def test_card_of_the_second_message_is_gone_from_it_and_from_nothing_else(revealed: Box):
    shown = second(revealed)
    follows = await revealed.delete(shown[1])

    assert [one.split("\n")[0] for one in follows] == [f"✎ {FIRST}", f"✎ {SECOND}"]
    assert lines_of(follows) == ["Das Essen", *(one for one in revealed.cards if one != shown[1])]
    assert lines_of(follows[1:]) == [shown[0], *shown[2:]]
    assert not await revealed.chat.stores(shown[1][:60])


async def test_message_without_a_card_is_deleted_and_nothing_leads_to_it(revealed: Box):
    chat, shown = revealed.chat, second(revealed)
    part = chat.post(SECOND)
    for words in shown[:-1]:
        await revealed.delete(words)
    follows = await revealed.delete(shown[-1])

    assert next(one for one in follows if one.startswith("✗")) == f"✗ {part}"
    assert [one.split("\n")[-1] for one in follows if one.startswith("✎")] == [
        "Abstimmung: U1, bis Mi, 24. März, 12:00."
    ]
    assert "Teil 2" not in "".join(follows)


async def test_forgetting_a_person_takes_their_cards_out_of_all_messages(revealed: Box):
    chat = revealed.chat
    part = chat.post(SECOND)
    await chat.tells("vergissmich", by="oleks")
    await chat.answers()
    await chat.tells("JA", by="oleks")
    follows = await chat.answers(GROUP)

    assert f"✗ {part}" in follows
    assert [lines_of([one]) for one in follows if one.startswith(f"✎ {FIRST}")] == [["Das Essen"]]


async def test_card_deleted_before_its_message_was_sent_is_never_sent(
    box: Box, monkeypatch: pytest.MonkeyPatch
):
    chat = box.chat
    sending, seen = chat.outbox.drain, len(chat.homeserver.sent)

    async def nothing() -> None:
        """The homeserver is away."""

    monkeypatch.setattr(chat.outbox, "drain", nothing)
    await reveal(box)
    taken = list(box.cards)[-1]
    await chat.redacts(box.cards[taken], by="oleks", room=await chat.direct("oleks"))
    stored = await chat.stores(taken[:60])
    monkeypatch.setattr(chat.outbox, "drain", sending)
    await chat.settle()
    said = [str(sent.content.get("body", "")) for sent in chat.homeserver.sent[seen:]]

    assert not stored
    assert sorted(lines_of([one for one in said if "Rückschau (Retro)" in one])) == [
        *list(box.cards)[:-1], "Das Essen",
    ]  # fmt: skip


async def test_reply_to_a_further_message_is_a_card_and_a_hand_under_it_takes_nothing(revealed: Box):
    chat = revealed.chat
    await chat.says("schwierig: zu viele Karten", by="ewa", reply_to=chat.post(SECOND))
    replied = await chat.answers()
    await chat.says("!umfrage ende U1", by="jule")
    await chat.answers()
    await chat.reacts(chat.post(SECOND), "🙋", by="ewa")

    assert replied == ["Gespeichert für die nächste Rückschau."]
    assert await chat.answers() == []


async def test_further_message_that_the_moderation_deleted_stays_deleted(revealed: Box):
    await revealed.chat.redacts(revealed.chat.post(SECOND), by="katrin")
    follows = await revealed.delete(second(revealed)[0])

    assert [one.split("\n")[0] for one in follows] == [f"✎ {FIRST}"]


async def test_all_messages_are_said_in_the_room_that_replaced_the_old_one(revealed: Box):
    chat = revealed.chat
    create = {"room_version": "10", "predecessor": {"room_id": GROUP, "event_id": "$tombstone"}}
    await chat.sends("m.room.tombstone", {"replacement_room": OTHER}, by="katrin", state_key="")
    state = chat.room_state("Anerkannt und doch ohne Job", CAST)
    state[0] = chat.event("m.room.create", create, by="katrin", state_key="")
    await chat.answers()
    await chat.syncs({"join": {OTHER: {"state": {"events": state}}}})
    said = [one for one in await chat.answers(OTHER) if one.startswith("Rückschau")]

    assert [one.split("\n")[0] for one in said] == [FIRST, SECOND]
    assert lines_of(said) == ["Das Essen", *revealed.cards]


async def test_many_cards_without_a_point_are_counted_in_the_question_and_shown_again(revealed: Box):
    chat = revealed.chat
    chat.now = datetime(2027, 3, 24, 11, tzinfo=UTC)
    await chat.pass_time()
    await chat.answers()
    await chat.says("!retro start", by="jule")
    begun = await chat.answers(GROUP)
    chat.now = datetime(2027, 3, 30, 7, 30, tzinfo=UTC)
    await chat.pass_time()
    again = [one for one in await chat.answers(GROUP) if "Rückschau (Retro)" in one]

    assert begun[0].split("\n")[1] == "Noch nicht besprochen: 66 Karten."
    assert [line.removesuffix(" (aus Rückschau 1)") for line in lines_of(again)] == list(revealed.cards)
