# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What is said is said once, in order, and survives every refusal."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.echoes import MARKER
from bot.matrix.errors import MatrixError, Unreachable
from bot.pace import MESSAGES_A_MINUTE, Pace
from bot.page import OursMissing
from bot.pump import TokenLost
from bot.sending import Ready
from method.ids import EventId, OutboxId, RoomId
from storage import lanes, outbox
from storage.database import Database
from tests.chat import GROUP, Chat, user
from tests.fake_homeserver import FakeHomeserver
from tests.fixtures_chat import open_chat


class Failing:
    """Lets the next sends fail, before or after the homeserver has accepted them."""

    def __init__(self, chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
        self.errors: list[Exception] = []
        self.accepts = True
        self.txns: list[str] = []
        self._send = chat.homeserver.send
        monkeypatch.setattr(chat.homeserver, "send", self.send)

    async def send(self, room: RoomId, event_type: str, content: Mapping[str, Any], txn: str) -> EventId:
        self.txns.append(txn)
        event = EventId("")
        if self.accepts or not self.errors:
            event = await self._send(room, event_type, content, txn)
        if self.errors:
            raise self.errors.pop(0)
        return event


@pytest.fixture
def failing(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> Failing:
    """Return the switch for failures."""
    return Failing(chat, monkeypatch)


@pytest.mark.parametrize(
    "error",
    [
        Unreachable("cut"),
        MatrixError(500),
        MatrixError(502),
        MatrixError(404),  # without an errcode: a proxy's
        MatrixError(429, "M_LIMIT_EXCEEDED", retry_after=4.5),
        MatrixError(429, "M_LIMIT_EXCEEDED"),
    ],
    ids=str,
)
@pytest.mark.parametrize("accepts", [True, False], ids=["after accept", "before accept"])
async def test_failed_send_is_repeated_with_the_same_transaction_id(
    chat: Chat, failing: Failing, error: Exception, accepts: bool
) -> None:
    failing.errors, failing.accepts = [error], accepts
    await chat.says("!test")
    await chat.pass_time(minutes=2)

    assert await chat.answers() == ["Ich bin da. Gespeichert habe ich nichts."]
    assert len(failing.txns) == 2
    assert len(set(failing.txns)) == 1


async def test_refused_message_is_given_up_and_the_room_goes_on(chat: Chat, failing: Failing) -> None:
    failing.errors, failing.accepts = [MatrixError(403, "M_FORBIDDEN")], False
    await chat.says("!test")
    await chat.says("!test", by="ewa")

    assert await chat.answers() == ["Ich bin da. Gespeichert habe ich nichts."]


async def test_buttons_of_a_refused_message_are_given_up_with_it(chat: Chat, failing: Failing) -> None:
    failing.accepts = False
    failing.errors = [MatrixError(413, "M_TOO_LARGE")]
    await chat.says("!sektoren", by="katrin")
    await chat.says("!test")

    assert await chat.answers() == ["Ich bin da. Gespeichert habe ich nichts."]


async def test_message_at_which_the_homeserver_always_fails_does_not_block_the_others(
    chat: Chat, failing: Failing
) -> None:
    other = RoomId("!other:test")
    await chat.found(other)
    await chat.answers()
    failing.accepts = False
    first = await chat.says("!test")
    failing.txns.clear()
    failing.errors = [MatrixError(500) for _ in range(40)]
    del first
    await chat.answers()
    await chat.says("!test", by="ewa")
    for _ in range(12):
        errors, failing.errors = failing.errors, []
        await chat.says("!test", by="henrik", room=other)
        failing.errors = errors
        await chat.pass_time(minutes=3)
    failing.errors = []
    await chat.says("!test", by="murat")

    assert "Ich bin da. Gespeichert habe ich nichts." in await chat.answers(room=GROUP)


async def test_message_at_which_the_homeserver_always_fails_does_not_block_the_only_room(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    send = chat.homeserver.send

    async def failing(room: RoomId, event_type: str, content: Mapping[str, Any], txn: str) -> EventId:
        if "zu viel" in str(content):
            raise MatrixError(500)
        return await send(room, event_type, content, txn)

    monkeypatch.setattr(chat.homeserver, "send", failing)
    await chat.says("!barriere zu viel")
    await chat.says("!zeige B1")
    await chat.says("!test")
    for _ in range(60):
        chat.health.synced(chat.now)
        await chat.pass_time(minutes=1)

    assert (await chat.answers())[-1] == "Ich bin da. Gespeichert habe ich nichts."


async def test_lost_token_stops_sending_and_keeps_the_message(chat: Chat, failing: Failing) -> None:
    failing.errors, failing.accepts = [MatrixError(401, "M_UNKNOWN_TOKEN")], False
    with pytest.raises(TokenLost):
        await chat.says("!test")
    await chat.settle()

    assert await chat.answers() == ["Ich bin da. Gespeichert habe ich nichts."]


async def test_duplicate_reaction_counts_as_sent(chat: Chat, failing: Failing) -> None:
    failing.errors, failing.accepts = [MatrixError(400, "M_DUPLICATE_ANNOTATION")], False
    await chat.says("!idee Lotsin")
    await chat.says("!test")

    assert (await chat.answers())[-1] == "Ich bin da. Gespeichert habe ich nichts."


async def test_send_of_unknown_outcome_is_looked_for_after_a_quarter_of_an_hour(
    chat: Chat, failing: Failing, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing.errors = [Unreachable("cut")]
    await chat.says("!test")
    sent = chat.homeserver.sent[-1]

    async def messages(
        _room: RoomId, *, start: str | None, end: str | None, limit: int = 100
    ) -> dict[str, Any]:
        event = {"event_id": sent.event_id, "sender": "@tafel:test", "content": dict(sent.content)}
        return {"chunk": [event], "end": None}

    monkeypatch.setattr(chat.homeserver, "messages", messages)
    await chat.pass_time(minutes=16)

    assert len(failing.txns) == 1
    async with chat.db.reading() as db:
        assert await outbox.by_event(db, sent.event_id) is not None


async def test_send_is_looked_for_further_back_where_the_homeserver_s_clock_is_behind(
    chat: Chat, failing: Failing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Found by the state machine: all stamps are older than our first try then, and prove nothing."""
    failing.errors = [Unreachable("cut")]
    await chat.says("!test")
    sent = chat.homeserver.sent[-1]
    behind = (chat.now - timedelta(days=1)).timestamp() * 1000

    async def messages(
        _room: RoomId, *, start: str | None, end: str | None, limit: int = 100
    ) -> dict[str, Any]:
        page = int(start or 0)
        event = {"event_id": f"$chat{page}", "sender": user("lina"), "content": {}}
        if page == 2:
            event = {"event_id": sent.event_id, "sender": "@tafel:test", "content": dict(sent.content)}
        return {"chunk": [event | {"origin_server_ts": int(behind) - page}], "end": str(page + 1)}

    monkeypatch.setattr(chat.homeserver, "messages", messages)
    await chat.pass_time(days=1)

    assert len(failing.txns) == 1


async def test_send_that_is_not_found_after_a_day_gets_a_new_transaction_id(
    chat: Chat, failing: Failing, monkeypatch: pytest.MonkeyPatch
) -> None:
    failing.errors, failing.accepts = [Unreachable("cut")], False
    await chat.says("!test")

    async def messages(
        _room: RoomId, *, start: str | None, end: str | None, limit: int = 100
    ) -> dict[str, Any]:
        return {"chunk": []}

    monkeypatch.setattr(chat.homeserver, "messages", messages)
    await chat.pass_time(hours=21)

    assert len(set(failing.txns)) == 2
    assert await chat.answers() == ["Ich bin da. Gespeichert habe ich nichts."]


async def test_send_from_a_new_device_is_repeated_with_that_devices_transaction_id(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    accepted: list[tuple[str | None, str]] = []
    cuts = ["before accept"]

    async def send(_room: RoomId, _type: str, _content: Mapping[str, Any], txn: str) -> EventId:
        # A homeserver recognises a transaction id only from the device that used it first.
        key = (chat.homeserver.device_id, txn)
        cut = cuts.pop() if cuts else ""
        if cut != "before accept" and key not in accepted:
            accepted.append(key)
        if cut:
            raise Unreachable("cut")
        return EventId(f"$bot{accepted.index(key)}")

    monkeypatch.setattr(chat.homeserver, "send", send)
    await chat.says("!test")
    chat.homeserver.device_id = "NEW"
    cuts.append("after accept")
    for seconds in (30, 30, 60):
        await chat.pass_time(seconds=seconds)

    assert len(accepted) == 1
    async with chat.db.reading() as db:
        assert await outbox.by_event(db, EventId("$bot0")) is not None


async def test_members_are_asked_for_before_the_first_message_into_a_plain_room(silent_chat: Chat) -> None:
    """Not for encryption, but to know whose groups they are in direct messages."""
    chat = silent_chat
    state = chat.room_state("Gruppe", {"katrin": 100, "lina": 0})
    (lina,) = [event for event in state if event["state_key"] == user("lina")]
    chat.homeserver.roster[GROUP] = {user("lina"): lina}
    state.remove(lina)
    summary = {"m.joined_member_count": 3}
    await chat.syncs({"join": {GROUP: {"state": {"events": state}, "summary": summary}}})
    await chat.answers()
    await chat.tells("barriere Eins", by="lina")

    assert (await chat.answers())[0] == "✅ B1"


async def test_every_message_has_mentions_a_marker_and_no_html(chat: Chat) -> None:
    await chat.says("!barriere <b>Papier</b> @room")
    await chat.says("!board")
    await chat.says("!hilfe")

    messages = [s.content for s in chat.homeserver.sent if s.type == "m.room.message"]
    assert messages
    assert all(content["m.mentions"] == {} for content in messages)
    assert all(MARKER in content and "formatted_body" not in content for content in messages)


def test_long_message_is_divided_between_lines_below_16_kib() -> None:
    lines = [f"B{i}: " + "ä" * 500 for i in range(200)]
    parts = [part["body"] for part in outbox.parts({"body": "\n".join(lines)})]

    assert "\n".join(parts) == "\n".join(lines)
    assert max(len(part.encode()) for part in parts) <= 16 * 1024


def test_long_line_is_divided_between_characters() -> None:
    parts = [part["body"] for part in outbox.parts({"body": "🙂" * 10_000})]

    assert "".join(parts) == "🙂" * 10_000
    assert max(len(part.encode()) for part in parts) <= 16 * 1024


def test_transaction_ids_depend_on_cause_installation_and_generation() -> None:
    ids = {
        outbox.transaction_id("a", "ev:1:0"),
        outbox.transaction_id("a", "ev:1:1"),
        outbox.transaction_id("b", "ev:1:0"),
        outbox.transaction_id("a", "ev:1:0", 1),
    }
    assert len(ids) == 4
    assert outbox.transaction_id("a", "ev:1:0") in ids


@pytest.mark.parametrize("moments", range(6))
async def test_loop_ends_when_it_is_cancelled_while_something_is_said(chat: Chat, moments: int) -> None:
    """However close the two are: the loop must not go on after the program has stopped waiting for it."""
    wake = chat.outbox._wake
    wake.clear()
    chat.outbox._waiting.put_off("!a:test talk", chat.now + timedelta(hours=1))
    resting = asyncio.create_task(chat.outbox._rest())
    for _ in range(10):
        await asyncio.sleep(0)
    wake.set()
    for _ in range(moments):
        await asyncio.sleep(0)
    was_running = resting.cancel()

    await asyncio.wait([resting])
    assert resting.cancelled() == was_running


@pytest.fixture
async def paced_chat(sqlite: Database) -> Chat:
    """Return a group's room that hears as many messages a minute as rooms do."""
    chat = await open_chat(sqlite, a_minute=MESSAGES_A_MINUTE)
    await chat.found()
    await chat.pass_time(minutes=2)
    await chat.syncs({})  # what comes now comes after no pause
    await chat.answers()
    return chat


async def test_room_hears_twenty_messages_a_minute_and_loses_none(paced_chat: Chat) -> None:
    for _ in range(50):
        await paced_chat.says("!test")
        await paced_chat.says("!test", by="ewa")
    heard = [len(await paced_chat.answers())]
    for _ in range(4):
        await paced_chat.pass_time(minutes=1)
        heard.append(len(await paced_chat.answers()))

    # Each of the two is answered as often as may be asked at once, and told.
    assert heard == [20, 20, 20, 2, 0]


async def test_paced_messages_go_out_one_by_one_as_the_minute_passes(paced_chat: Chat) -> None:
    for number in range(25):
        await paced_chat.says("!test", by=("lina", "ewa")[number % 2])
        paced_chat.now += timedelta(seconds=1)
    await paced_chat.answers()
    await paced_chat.pass_time(seconds=34)
    before = len(await paced_chat.answers())
    await paced_chat.pass_time(seconds=2)

    assert before == 0
    assert len(await paced_chat.answers()) == 2


async def test_reactions_and_other_rooms_do_not_wait_for_a_room_that_hears_enough(paced_chat: Chat) -> None:
    other = RoomId("!other:test")
    await paced_chat.found(other)
    await paced_chat.answers()
    for number in range(25):
        await paced_chat.says("!test", by=("lina", "ewa")[number % 2])
    await paced_chat.answers()
    await paced_chat.says("!barriere Formular", by="henrik")
    await paced_chat.says("!test", by="henrik", room=other)

    assert await paced_chat.answers() == ["✅ B1", "Ich bin da. Gespeichert habe ich nichts."]


def test_pace_counts_messages_only_and_forgives_a_clock_that_went_back(chat: Chat) -> None:
    pace, now = Pace(2), chat.now
    message = post("event", {"type": "m.room.message"})
    pace.taken(message, now - timedelta(seconds=50))
    pace.taken(message, now)

    assert pace.until(message, now) == now + timedelta(seconds=10)
    assert pace.until(message, now - timedelta(hours=1)) is None
    assert pace.until(post("reaction", {"type": "m.reaction"}), now) is None
    assert pace.until(replace(message, target_id=OutboxId(7)), now) is None
    assert pace.until(replace(message, room_id=RoomId("!other:test")), now) is None


def post(kind: str, payload: dict[str, Any]) -> outbox.Post:
    at = datetime(2027, 2, 22, tzinfo=UTC)
    return outbox.Post(
        OutboxId(1), "c", GROUP, kind, payload, None, None, None, "new", 0, at, None, None, None, None
    )


async def test_what_was_sent_is_written_down_even_if_the_next_transaction_fails(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    send, sent = chat.homeserver.send, asyncio.Event()

    async def tell(*args: Any) -> EventId:
        sent.set()
        return await send(*args)

    monkeypatch.setattr(chat.homeserver, "send", tell)
    sender = asyncio.create_task(chat.outbox.run())
    event = chat.event("m.room.message", {"msgtype": "m.text", "body": "!test", "m.mentions": {}}, by="lina")
    rooms = {"join": {GROUP: {"timeline": {"events": [event]}}}}
    await chat.pump.journal({"next_batch": "s9", "rooms": rooms}, whole=False)
    await sent.wait()
    with pytest.raises(OursMissing):
        await chat.pump.journal({"next_batch": "s10", "rooms": {"join": {"!new:test": {}}}}, whole=False)
    async with asyncio.timeout(10):
        unsent = 1
        while unsent:
            await asyncio.sleep(0.05)
            async with chat.db.reading() as db:
                unsent = await outbox.unsent(db)
    sender.cancel()


async def test_minute_is_counted_from_when_a_message_is_there(
    paced_chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A homeserver that takes its time must not make a burst of what was meant as twenty a minute."""
    there: list[datetime] = []
    send = FakeHomeserver.send

    async def slow(self: FakeHomeserver, *args: Any, **options: Any) -> EventId:
        if args[1] == "m.room.message":
            paced_chat.now += timedelta(seconds=20 if not there else 0.1)
            there.append(paced_chat.now)
        return await send(self, *args, **options)

    monkeypatch.setattr(FakeHomeserver, "send", slow)
    for number in range(MESSAGES_A_MINUTE + 5):
        await paced_chat.says("!test", by=("lina", "ewa")[number % 2])
    while len(there) < MESSAGES_A_MINUTE + 5:
        await paced_chat.pass_time(seconds=1)

    spans = [late - early for early, late in zip(there, there[MESSAGES_A_MINUTE:], strict=False)]
    assert min(spans) >= timedelta(minutes=1)


async def test_while_much_is_stored_only_what_is_new_is_sent(chat: Chat) -> None:
    async with chat.db.transaction() as db:
        await outbox.add(
            db, "timer:1:0", RoomId("!other:test"), "event", {"type": "m.room.message"}, now=chat.now
        )
    chat.outbox._holds = lambda: True

    await chat.says("!barriere Formular")
    assert (await chat.answers())[0] == "✅ B1"

    chat.outbox._holds = lambda: False
    async with chat.db.reading() as db:
        assert [post.cause for post in (await lanes.heads(db, await lanes.rooms(db))).posts] == ["timer:1:0"]


async def test_many_rooms_are_looked_at_a_few_at_a_time_and_all_is_sent_in_order(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = [RoomId(f"!{number}:test") for number in range(250)]
    message = {"type": "m.room.message", "content": {"msgtype": "m.notice", "body": "Neun Uhr"}}
    sent: list[tuple[RoomId, str]] = []
    looks: list[int] = []
    everything = asyncio.Event()
    heads = lanes.heads

    async def deliver(ready: Ready) -> EventId:
        await asyncio.sleep(0)
        sent.append((ready.post.room_id, ready.post.cause))
        if len(sent) == 3 * len(places):
            everything.set()
        return EventId(f"${ready.post.id}")

    async def looked(db: AsyncConnection, here: Collection[RoomId] = (), **options: Any) -> lanes.Heads:
        looks.append(len(here))
        return await heads(db, here, **options)

    monkeypatch.setattr(chat.outbox._sender, "deliver", deliver)
    monkeypatch.setattr(lanes, "heads", looked)
    async with chat.db.transaction() as db:
        for place in range(3):
            for room in places:
                await outbox.add(db, f"timer:{place}:{room}", room, "event", message, now=chat.now)
    sender = asyncio.create_task(chat.outbox.run())
    async with asyncio.timeout(20):
        await everything.wait()
    sender.cancel()

    assert {room: [cause for where, cause in sent if where == room] for room in places} == {
        room: [f"timer:{place}:{room}" for place in range(3)] for room in places
    }
    assert max(looks) == 20
