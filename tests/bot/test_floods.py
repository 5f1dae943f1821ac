# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who writes too much is told once, loses no entry up to the limit, and holds up nobody else."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import pytest

from method.floods import BURST, KEPT, LONGEST, RATE
from storage import inbox
from tests.chat import GROUP, Chat

NOTICE = (
    "Das war viel auf einmal. Einträge nehme ich nacheinander auf, höchstens 200. Alles andere lasse ich aus."
)
PRESENT = "Ich bin da. Gespeichert habe ich nichts."


def entries(count: int, start: int = 1) -> list[str]:
    return [f"!barriere Nummer {i}" for i in range(start, start + count)]


async def receipts(chat: Chat, answers: Iterable[str] = ()) -> list[str]:
    return [a for a in [*answers, *await chat.answers()] if a.startswith("✅")]


async def held(chat: Chat) -> int:
    async with chat.db.reading() as db:
        return (await inbox.counts(db)).get("held", 0)


async def restarted(chat: Chat) -> Chat:
    """Return the bot as it is after its process was killed; what was said is forgotten by the test only."""
    again = Chat(chat.db, chat.homeserver, chat.crypto)
    again.now = chat.now
    again._events, again._token, again._seen = 10_000, 10_000, len(chat.homeserver.sent)
    await again.inbox.start()
    return again


async def test_entries_are_kept_up_to_the_limit_and_taken_in_order(chat: Chat):
    events = await chat.says_at_once(entries(BURST + KEPT + 20))
    assert await held(chat) == KEPT
    for _ in range(10):
        await chat.pass_time(seconds=LONGEST.total_seconds() / 10)

    reactions = [sent for sent in chat.homeserver.sent if sent.type == "m.reaction"]
    assert await receipts(chat) == [f"✅ B{i}" for i in range(1, BURST + KEPT + 1)]
    assert [sent.content["m.relates_to"]["event_id"] for sent in reactions] == events[: BURST + KEPT]
    assert await held(chat) == 0


async def test_held_entries_are_taken_at_the_rate(chat: Chat):
    await chat.says_at_once(entries(BURST + 10))
    before = len(await receipts(chat))
    await chat.pass_time(seconds=2)

    assert before == BURST
    assert len(await receipts(chat)) == 2 * RATE


async def test_person_is_told_once_an_hour(chat: Chat):
    for _ in range(3):
        await chat.says_at_once(entries(BURST * 2))
        await chat.pass_time(minutes=10)
        await chat.syncs({})  # there was no pause: other responses came meanwhile
    told = (await chat.answers()).count(NOTICE)
    await chat.pass_time(minutes=35)
    await chat.syncs({})
    await chat.says_at_once(entries(BURST * 2))

    assert told == 1
    assert (await chat.answers()).count(NOTICE) == 1


async def test_answers_beyond_the_burst_are_left_out_for_good(chat: Chat):
    await chat.says_at_once(["!test"] * (BURST + 5))
    answers = await chat.answers()
    await chat.pass_time(minutes=5)

    assert answers == [PRESENT] * BURST + [NOTICE]
    assert await chat.answers() == []


async def test_others_are_answered_as_ever(chat: Chat):
    await chat.says_at_once(entries(BURST + 50))
    await chat.answers()
    await chat.says("!barriere Von Ewa", by="ewa")
    await chat.says("!test", by="murat")

    assert await chat.answers() == [f"✅ B{BURST + 1}", PRESENT]


async def test_conversation_is_no_flood(chat: Chat):
    await chat.says_at_once(["Guten Morgen!"] * 500)
    await chat.says("!test")

    assert await chat.answers() == [PRESENT]


async def test_deleted_entry_is_not_taken_when_its_time_comes(chat: Chat):
    events = await chat.says_at_once([*entries(BURST), "!barriere Geheimes", "!barriere Nachher"])
    await chat.answers()
    await chat.redacts(events[-2])
    await chat.pass_time(seconds=30)

    assert await chat.answers() == [f"✅ B{BURST + 1}"]
    assert not await chat.stores("Geheimes")


async def test_edit_of_a_held_entry_waits_for_it(chat: Chat):
    events = await chat.says_at_once([*entries(BURST), "!barriere Vorher"])
    await chat.answers()
    await chat.edits(events[-1], "!barriere Nachher")
    early = await chat.answers()
    await chat.pass_time(seconds=30)
    await chat.answers()
    await chat.says(f"!zeige B{BURST + 1}", by="ewa")

    (shown,) = await chat.answers()
    assert early == []
    assert "Nachher" in shown
    assert "Vorher" not in shown


async def test_edit_of_a_held_entry_goes_when_the_entry_is_deleted(chat: Chat):
    events = await chat.says_at_once([*entries(BURST), "!barriere Vorher"])
    await chat.answers()
    await chat.edits(events[-1], "!barriere Geheimes")
    await chat.redacts(events[-1])
    await chat.pass_time(minutes=2)

    assert await chat.answers() == []
    assert not await chat.stores("Geheimes")


async def test_what_collects_while_the_bot_is_away_is_no_flood(chat: Chat):
    chat.now += timedelta(hours=1)
    await chat.says_at_once(entries(BURST * 3))
    answers = await chat.answers()

    assert await receipts(chat, answers) == [f"✅ B{i}" for i in range(1, BURST * 3 + 1)]
    assert NOTICE not in answers


async def test_what_comes_after_a_pause_may_be_a_flood(chat: Chat):
    chat.now += timedelta(hours=1)
    await chat.says("!test")
    await chat.says_at_once(entries(BURST * 3))

    assert NOTICE in await chat.answers()


async def test_entries_of_a_later_response_do_not_overtake_those_that_wait(chat: Chat):
    await chat.says_at_once(entries(BURST + 20))
    for number in range(40):
        chat.now += timedelta(seconds=0.3)
        await chat.says(f"!barriere Später {number}")
    await chat.pass_time(minutes=1)

    await chat.answers()
    shown = []
    for number in (BURST + 20, BURST + 21, BURST + 60):
        await chat.says(f"!zeige B{number}", by="ewa")
        shown += await chat.answers()
    assert [
        words in text for words, text in zip(("Nummer 50", "Später 0", "Später 39"), shown, strict=True)
    ] == [True] * 3


async def test_entries_that_waited_for_the_bot_keep_their_order(chat: Chat):
    """Journalled over half a minute, handled at once: what had to wait has waited."""
    bodies = entries(BURST + 10)
    events = [chat.event("m.room.message", {"msgtype": "m.text", "body": b}, by="lina") for b in bodies]
    body = {"rooms": {"join": {"!group:test": {"timeline": {"events": events}}}}}
    await chat.pump.journal({"next_batch": "a1", **body})
    chat.now += timedelta(seconds=30)
    await chat.says("!barriere Zuletzt")

    assert await receipts(chat) == [f"✅ B{i}" for i in range(1, BURST + 12)]
    last = chat.homeserver.sent[-1].content["m.relates_to"]["event_id"]
    assert last != events[-1]["event_id"]


async def test_flood_goes_on_after_a_restart_and_nothing_overtakes_it(chat: Chat):
    await chat.says_at_once(entries(BURST + 20))
    assert NOTICE in await chat.answers()
    again = await restarted(chat)
    await again.says("!barriere Nach dem Neustart")
    early = await again.answers()
    await again.pass_time(minutes=1)
    answers = await again.answers()
    await again.says(f"!zeige B{BURST + 21}", by="ewa")

    assert early == []
    assert answers == [f"✅ B{i}" for i in range(BURST + 1, BURST + 22)]
    assert "Nach dem Neustart" in (await again.answers())[0]


async def test_transaction_that_is_undone_costs_nothing(chat: Chat, monkeypatch: pytest.MonkeyPatch):
    """Else its repetition would find an account drawn on already, and the person untold."""
    finish_all = inbox.finish_all
    lost = [ConnectionError("lost")]

    async def fails_once(*args):
        if lost:
            raise lost.pop()
        await finish_all(*args)

    monkeypatch.setattr(inbox, "finish_all", fails_once)
    contents = [{"msgtype": "m.text", "body": body, "m.mentions": {}} for body in entries(BURST + 2)]
    events = [chat.event("m.room.message", content, by="lina") for content in contents]
    response = {"join": {GROUP: {"timeline": {"events": events}}}}
    with pytest.raises(ConnectionError):
        await chat.syncs(response)
    # The token has not moved, so the homeserver gives everything again.
    await chat.syncs(response)
    answers = await chat.answers()
    await chat.pass_time(seconds=1)

    assert answers.count(NOTICE) == 1
    assert await receipts(chat, answers) == [f"✅ B{i}" for i in range(1, BURST + 3)]


async def test_what_is_left_out_costs_no_look_for_something_to_send(chat: Chat):
    await chat.says_at_once(["!test"] * (BURST + 5))
    chat.outbox._wake.clear()
    await chat.says("!test")

    assert not chat.outbox._wake.is_set()


async def test_unknown_command_weighs_the_same_in_a_direct_message(chat: Chat):
    room = await chat.direct("lina")
    await chat.answers()
    for _ in range(BURST + 5):
        await chat.says("!gibtesnicht", room=room)
    answers = await chat.answers()
    await chat.pass_time(minutes=1)

    assert answers.count(NOTICE) == 1
    assert await chat.answers() == []
