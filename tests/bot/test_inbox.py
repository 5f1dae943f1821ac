# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""How journalled events are handled: once, in order, and never in the way of others."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import select

from bot.inbox import DEATHS
from bot.keys import DEVICES
from bot.matrix.crypto import Decrypted, Json, SessionId, Waiting
from commands import dispatch
from commands.context import Context
from method.events import Event
from method.ids import EventId
from storage import inbox, tables
from tests.chat import GROUP, Chat

POISON = "!test poison"


@pytest.fixture
def poisoned(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let one message break its handler; return the attempts."""
    attempts: list[str] = []
    handle = dispatch.handle

    async def failing(ctx: Context, event: Event) -> str:
        if getattr(event, "body", "") == POISON:
            attempts.append(event.event_id)
            raise RuntimeError("secret words of a person")
        return await handle(ctx, event)

    monkeypatch.setattr(dispatch, "handle", failing)
    return attempts


async def test_what_comes_with_keys_is_handled_after_them(chat: Chat) -> None:
    """The pump leaves it to the loop, which must be told."""
    event = chat.event("m.room.message", {"msgtype": "m.text", "body": "!test", "m.mentions": {}}, by="lina")
    key = {"type": "m.dummy", "sender": "@lina:test", "content": {}}
    response = {"rooms": {"join": {GROUP: {"timeline": {"events": [event]}}}}, "to_device": {"events": [key]}}
    loop = asyncio.create_task(chat.inbox.run())
    await chat.pump.journal({"next_batch": "s9", **response}, whole=False)
    try:
        async with asyncio.timeout(10):
            while not await chat.answers():
                await asyncio.sleep(0.01)
                await chat.outbox.drain()
    finally:
        loop.cancel()


async def test_handler_that_fails_is_put_aside_after_three_tries(chat: Chat, poisoned: list[str]) -> None:
    event_id = await chat.says(POISON)
    for _ in range(4):
        await chat.pass_time(minutes=1)

    assert len(poisoned) == 3
    async with chat.db.reading() as db:
        entry = await inbox.find(db, event_id)
    assert entry is not None
    assert (entry.state, entry.raw) == ("dead", None)
    answers = await chat.answers()
    assert len(answers) == 1
    assert answers[0].startswith("Diese Nachricht konnte ich nicht verarbeiten.")


async def test_handler_that_fails_does_not_block_its_room(chat: Chat, poisoned: list[str]) -> None:
    await chat.says(POISON)
    await chat.says("!test", by="ewa")
    await chat.pass_time(minutes=1)
    await chat.pass_time(minutes=1)

    assert len(poisoned) == 3
    assert "Ich bin da. Gespeichert habe ich nichts." in await chat.answers()


async def test_who_asks_for_devices_finds_the_event_that_waits(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chat.crypto, "decrypt", lambda _room, _raw: Waiting(None, "unknown device"))

    async def ask() -> list[str]:
        await chat.wanted.wait()
        async with chat.db.reading() as db:
            return await inbox.waiting_for(db, DEVICES)

    asking = asyncio.create_task(ask())
    await chat.sends("m.room.encrypted", {}, by="lina")

    assert await asking == ["devices:@lina:test"]


async def test_what_waits_for_devices_is_not_overtaken_when_they_are_known(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The devices are known, and whoever asked for them has not taken up yet what waits for them."""
    known: set[str] = set()

    def decrypt(_room: str, raw: Json) -> Decrypted | Waiting:
        if raw["content"]["device"] not in known:
            return Waiting(None, "unknown device")
        content = {"msgtype": "m.text", "body": raw["content"]["says"], "m.mentions": {}}
        payload = {"type": "m.room.message", "content": content}
        return Decrypted(payload, SessionId(raw["event_id"]), 0)

    monkeypatch.setattr(chat.crypto, "decrypt", decrypt)

    async def says(words: str, device: str) -> None:
        await chat.sends("m.room.encrypted", {"says": words, "device": device}, by="lina")

    await says("!barriere Eins", "PHONE")
    await says("!barriere Zwei", "PHONE")
    await says("!barriere Nie lesbar", "LOST")
    assert await chat.answers() == []
    known.add("PHONE")
    await says("!barriere Drei", "PHONE")
    await says("!barriere Vier", "PHONE")

    async with chat.db.reading() as db:
        texts = await db.scalars(select(tables.items.c.text).order_by(tables.items.c.number))
        assert list(texts) == ["Eins", "Zwei", "Drei", "Vier"]


async def test_what_comes_after_a_failed_event_waits_for_it(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    handle, failures = dispatch.handle, [RuntimeError("once")]

    async def failing_once(ctx: Context, event: Event) -> str:
        if failures:
            raise failures.pop()
        return await handle(ctx, event)

    monkeypatch.setattr(dispatch, "handle", failing_once)
    content = {"msgtype": "m.text", "body": "!barriere Kurz kaputt"}
    said = chat.event("m.room.message", content, by="lina")
    deletion = chat.event("m.room.redaction", {}, by="lina", redacts=said["event_id"])
    await chat.syncs({"join": {GROUP: {"timeline": {"events": [said, deletion]}}}})
    await chat.pass_time(seconds=30)

    assert not failures
    assert not await chat.stores("Kurz kaputt")


async def test_outages_of_the_database_are_not_counted_as_attempts(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What an earlier process left behind is tried until the database is there again."""
    handle, outages = dispatch.handle, [OSError("connection lost") for _ in range(5)]

    async def failing(ctx: Context, event: Event) -> str:
        if outages:
            raise outages.pop()
        return await handle(ctx, event)

    event = chat.event("m.room.message", {"msgtype": "m.text", "body": "!test"}, by="lina")
    timeline = {"events": [event]}
    await chat.pump.journal({"next_batch": "s9", "rooms": {"join": {GROUP: {"timeline": timeline}}}})
    await chat.inbox.start()
    monkeypatch.setattr(dispatch, "handle", failing)
    for _ in range(5):
        with pytest.raises(OSError, match="connection lost"):
            await chat.inbox.drain()
    await chat.settle()

    assert await chat.answers() == ["Ich bin da. Gespeichert habe ich nichts."]


async def test_event_that_killed_the_process_six_times_is_put_aside(chat: Chat, poisoned: list[str]) -> None:
    event = chat.event("m.room.message", {"msgtype": "m.text", "body": POISON}, by="lina")
    await chat.pump.journal(
        {"next_batch": "s70", "rooms": {"join": {GROUP: {"timeline": {"events": [event]}}}}}
    )
    await chat.inbox.start()
    async with chat.db.transaction() as db:
        for _ in range(DEATHS):
            await inbox.count_attempt(db, EventId(event["event_id"]))
    await chat.settle()

    assert poisoned == []
    async with chat.db.reading() as db:
        entry = await inbox.find(db, EventId(event["event_id"]))
    assert entry is not None
    assert entry.state == "dead"


async def test_mistake_undoes_what_was_written_and_becomes_the_reply(chat: Chat) -> None:
    await chat.says("!barriere " + "x" * 2001)
    answers = await chat.answers()

    assert len(answers) == 1
    assert "2000" in answers[0]


async def test_own_events_and_notices_are_not_acted_upon(chat: Chat) -> None:
    await chat.says("!test", by="@tafel:test")
    await chat.says("!test", msgtype="m.notice")

    assert await chat.answers() == []


async def test_state_in_a_message_is_not_believed(chat: Chat) -> None:
    await chat.sends("m.room.message", {"msgtype": "m.text", "body": "!test"}, by="lina", state_key="")

    assert await chat.answers() == []


async def test_reaction_to_an_unreadable_message_waits_for_it(chat: Chat) -> None:
    secret = await chat.sends("m.room.encrypted", {"algorithm": "m.megolm.v1.aes-sha2"}, by="lina")
    async with chat.db.transaction() as db:
        await inbox.park(db, secret, "no_key", "key:abc")
    reaction = await chat.reacts(secret)

    async with chat.db.reading() as db:
        entry = await inbox.find(db, reaction)
    assert entry is not None
    assert (entry.state, entry.rule) == ("waiting", "no_target")


async def test_reply_to_an_unreadable_message_waits_for_it(chat: Chat) -> None:
    late = chat.event("m.room.message", {"msgtype": "m.text", "body": "!barriere Spät"}, by="lina")
    await chat.pump.journal(
        {"next_batch": "s70", "rooms": {"join": {GROUP: {"timeline": {"events": [late]}}}}}
    )
    async with chat.db.transaction() as db:
        await inbox.park(db, late["event_id"], "no_key", "key:abc")
    await chat.says("+ stimmt", by="ewa", reply_to=late["event_id"])
    assert await chat.answers() == []

    async with chat.db.transaction() as db:
        await inbox.wake(db, ["key:abc"])
    await chat.settle()
    answers = await chat.answers()
    assert [answer for answer in answers if answer.startswith("✅")] == ["✅ B1", "✅ B1"]


async def test_person_is_told_once_that_a_message_is_unreadable(chat: Chat) -> None:
    for _ in range(2):
        event_id = await chat.sends("m.room.encrypted", {}, by="lina", event_id=None)
        async with chat.db.transaction() as db:
            await db.execute(
                tables.inbox.update()
                .where(tables.inbox.c.event_id == event_id)
                .values(state="waiting", rule="no_key", waits_for="key:abc", sender="@lina:test", raw=b"{}")
            )
    await chat.pass_time(minutes=3)
    await chat.pass_time(minutes=3)

    told = [a for a in await chat.answers() if a.startswith("Diese Nachricht kann ich noch nicht lesen")]
    assert len(told) == 1


ODD_IDS = [
    pytest.param("\ud800", id="surrogate"),
    pytest.param("$a\ud800", id="surrogate at the end"),
    pytest.param("$a\0", id="NUL"),
]


@pytest.fixture
async def founded_chat(any_chat: Chat) -> Chat:
    """Return a group's room on each kind of database; the welcome is not among the answers."""
    await any_chat.found()
    await any_chat.answers()
    return any_chat


@pytest.mark.parametrize("odd", ODD_IDS)
async def test_reply_to_an_impossible_event_does_not_block_its_room(founded_chat: Chat, odd: str) -> None:
    chat = founded_chat
    await chat.says("Hallo", reply_to=odd)
    await chat.says("!test")

    assert await chat.answers() == ["Ich bin da. Gespeichert habe ich nichts."]


@pytest.mark.parametrize("odd", ODD_IDS)
async def test_reaction_to_an_impossible_event_does_not_block_its_room(founded_chat: Chat, odd: str) -> None:
    chat = founded_chat
    await chat.reacts(odd)
    await chat.says("!test")

    assert await chat.answers() == ["Ich bin da. Gespeichert habe ich nichts."]


@pytest.mark.parametrize("odd", ODD_IDS)
async def test_message_of_an_impossible_session_does_not_block_its_room(founded_chat: Chat, odd: str) -> None:
    chat = founded_chat
    sealed = {"algorithm": "m.megolm.v1.aes-sha2", "session_id": odd, "ciphertext": "x"}
    await chat.sends("m.room.encrypted", sealed, by="ewa")
    await chat.says("!test")

    assert await chat.answers() == ["Ich bin da. Gespeichert habe ich nichts."]
