# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the timeline shows of ours is not said again, whatever the database has forgotten."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from bot.echoes import MARKER
from bot.gaps import Gaps
from bot.matrix.crypto import Crypto
from bot.matrix.errors import Unreachable
from bot.page import DatabaseRewound
from method.ids import EventId, RoomId
from storage import crypto, lanes, outbox
from storage.database import Database
from tests.chat import GROUP, Chat
from tests.fake_homeserver import ME, FakeHomeserver, Sent

Json = dict[str, Any]
ALIVE = "Ich bin da. Gespeichert habe ich nichts."


def echo(sent: Sent, *, device: bool = False, encrypted: bool = False, redacted: bool = False) -> Json:
    """Return a sent event as it comes back."""
    type_, content = sent.type, dict(sent.content)
    if encrypted and sent.type == "m.room.message":
        type_, content = "m.room.encrypted", {"ciphertext": "…", MARKER: content[MARKER]}
    unsigned: Json = {"transaction_id": sent.txn} if device else {}
    if redacted:
        content, unsigned = {}, {"redacted_because": {}}
    target = {"redacts": content["redacts"]} if sent.type == "m.room.redaction" else {}
    return {
        "type": type_, "content": content, "event_id": sent.event_id, "sender": ME, "unsigned": unsigned, **target
    }  # fmt: skip


class Restored:
    """Brings the database back to what it was, on a new device of the same homeserver."""

    def __init__(self, chat: Chat, stack: AsyncExitStack) -> None:
        self._chat, self._stack = chat, stack
        self._file = Path(str(chat.db.url.database))
        self._copies = 0

    async def backup(self) -> Path:
        await self._chat.db.truncate_wal()
        self._copies += 1
        folder = self._file.with_name(f"copy{self._copies}")
        folder.mkdir()
        return Path(shutil.copy(self._file, folder / self._file.name))

    async def start(self, file: Path) -> Chat:
        db = Database(f"sqlite:///{file}")
        self._stack.push_async_callback(db.close)
        homeserver = FakeHomeserver()
        homeserver.device_id = "NEW"
        homeserver.roster = self._chat.homeserver.roster
        async with db.transaction() as connection:
            await crypto.forget_device(connection)
        chat = Chat(db, homeserver, await Crypto.open(db, homeserver, ME, "NEW", bytes(range(32))))
        chat._token = 1000
        return chat


@pytest.fixture
async def restored(chat: Chat) -> AsyncIterator[Restored]:
    """Return what restores the bot of ``chat``."""
    async with AsyncExitStack() as stack:
        yield Restored(chat, stack)


def history(chat: Chat) -> list[Json]:
    """Record what people say from now on, in the order of the timeline."""
    events: list[Json] = []
    made = chat.event

    def event(*args: Any, **options: Any) -> Json:
        events.append(made(*args, **options))
        return events[-1]

    chat.event = event  # type: ignore[method-assign]  # listens in
    return events


@pytest.mark.parametrize("limited", [False, True], ids=["in the response", "in a gap"])
@pytest.mark.parametrize("encrypted", [False, True], ids=["plain", "encrypted"])
async def test_restored_database_says_nothing_again_and_answers_what_is_new(
    chat: Chat, restored: Restored, limited: bool, encrypted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    await chat.says("!barriere Vorher")
    backup = await restored.backup()
    said = history(chat)
    already = len(chat.homeserver.sent)
    for words in (
        "!barriere Nur Papier",
        "!board",
        "!hilfe",
        "!zeige B1",
        "!barriere Noch eine",
        "!rückgängig",
    ):
        await chat.says(words)
    timeline = said + [echo(sent, encrypted=encrypted) for sent in chat.homeserver.sent[already:]]

    again = await restored.start(backup)
    new = again.event("m.room.message", {"msgtype": "m.text", "body": "!test"}, by="ewa", event_id="$new")
    if not limited:
        await again.syncs({"join": {GROUP: {"timeline": {"events": [*timeline, new]}}}})
    else:

        async def messages(*_args: object, **_options: object) -> Json:
            return {"chunk": timeline[::-1]}

        monkeypatch.setattr(again.homeserver, "messages", messages)
        page = {"events": [new], "limited": True, "prev_batch": "p"}
        await again.syncs({"join": {GROUP: {"timeline": page}}})
        assert again.homeserver.sent == []
        await gaps_of(again).fill()
        await again.settle()

    # Deletions come again, they do no harm.
    assert [a for a in await again.answers() if not a.startswith("✗")] == [ALIVE]
    await again.says("!board")
    await chat.answers()
    await chat.says("!board")
    assert await again.answers() == await chat.answers()


def gaps_of(chat: Chat) -> Gaps:
    return Gaps(
        chat.db, chat.homeserver, me=ME, health=chat.health, clock=lambda: chat.now,
        gapped=asyncio.Event(), arrived=asyncio.Event(), reached=chat.pump.reached,
    )  # fmt: skip


async def test_what_was_taken_back_since_is_not_said_again(chat: Chat, restored: Restored) -> None:
    backup = await restored.backup()
    said = history(chat)
    already = len(chat.homeserver.sent)
    await chat.says("!barriere Nur Papier")
    await chat.says("!zeige B1")
    await chat.says("!rückgängig")
    sent = chat.homeserver.sent[already:]
    gone = {s.content["redacts"] for s in sent if s.type == "m.room.redaction"}
    assert gone

    again = await restored.start(backup)
    echoes = [echo(s, redacted=s.event_id in gone) for s in sent]
    await again.syncs({"join": {GROUP: {"timeline": {"events": [*said, *echoes]}}}})

    assert await again.answers() == []


async def test_new_room_is_welcomed_once(chat: Chat, restored: Restored) -> None:
    backup = await restored.backup()
    already = len(chat.homeserver.sent)
    room = RoomId("!other:test")
    state = chat.room_state("Zweite", {"katrin": 100})
    await chat.syncs({"join": {room: {"state": {"events": state}}}})
    sent = chat.homeserver.sent[already:]
    assert sent

    again = await restored.start(backup)
    timeline = {"events": [*state, *map(echo, sent)]}
    await again.syncs({})
    await again.syncs({"join": {room: {"timeline": timeline}}})

    assert await again.answers() == []


async def test_echo_settles_a_post_of_unknown_outcome(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    for device, body in ((True, "!test"), (False, "!hilfe")):
        sent = await cut_after_accept(chat, body, monkeypatch)
        await chat.syncs({"join": {GROUP: {"timeline": {"events": [echo(sent, device=device)]}}}})
        async with chat.db.reading() as db:
            found = await outbox.by_event(db, sent.event_id)
            assert found is not None
            assert (found.state, await outbox.unsent(db)) == ("sent", 0)


async def cut_after_accept(chat: Chat, body: str, monkeypatch: pytest.MonkeyPatch) -> Sent:
    """Let an answer arrive without the bot's learning it."""
    send = chat.homeserver.send

    async def cut(*args: Any) -> EventId:
        await send(*args)
        raise Unreachable("cut")

    with monkeypatch.context() as patched:
        patched.setattr(chat.homeserver, "send", cut)
        await chat.says(body)
    return chat.homeserver.sent[-1]


@pytest.mark.parametrize(
    "forge",
    [
        lambda event: {**event, "sender": "@lina:test"},
        lambda event: {**event, "content": {**event["content"], MARKER: {"no": "text"}}},
        lambda event: {**event, "content": "text"},
        lambda event: {**event, "event_id": 7},
    ],
    ids=["by somebody else", "marker is no text", "content is no object", "no event id"],
)
async def test_what_is_not_ours_settles_nothing(
    chat: Chat, monkeypatch: pytest.MonkeyPatch, forge: Callable[[Json], Json]
) -> None:
    sent = await cut_after_accept(chat, "!test", monkeypatch)
    await chat.syncs({"join": {GROUP: {"timeline": {"events": [forge(echo(sent))]}}}})

    async with chat.db.reading() as db:
        assert await outbox.unsent(db) == 1


async def test_echo_of_an_earlier_installation_is_forgotten_in_time(chat: Chat) -> None:
    event = {"type": "m.room.message", "content": {MARKER: "of long ago"}, "event_id": "$old", "sender": ME}
    await chat.syncs({"join": {GROUP: {"timeline": {"events": [event]}}}})
    assert await chat.stores("of long ago")
    await chat.pass_time(days=9)

    assert not await chat.stores("of long ago")


async def test_older_database_on_the_same_device_is_noticed_before_anything_is_said(
    chat: Chat, restored: Restored
) -> None:
    backup = await restored.backup()
    said = history(chat)
    already = len(chat.homeserver.sent)
    await chat.says("!barriere Nur Papier")
    sent = chat.homeserver.sent[already]

    again = await restored.start(backup)
    with pytest.raises(DatabaseRewound):
        await again.syncs({"join": {GROUP: {"timeline": {"events": [*said, echo(sent, device=True)]}}}})
    assert again.homeserver.sent == []


async def test_posts_that_were_given_up_but_arrived_are_no_sign_of_an_older_database(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = await cut_after_accept(chat, "!test", monkeypatch)
    async with chat.db.transaction() as db:
        (post,) = (await lanes.heads(db, [GROUP])).posts
        await outbox.mark_dead(db, post.id, "status_500")
    await chat.syncs({"join": {GROUP: {"timeline": {"events": [echo(sent, device=True)]}}}})

    async with chat.db.reading() as db:
        assert (await outbox.get(db, post.id)).event_id == sent.event_id


async def test_labels_stay_what_people_have_seen_though_some_messages_are_gone(
    chat: Chat, restored: Restored
) -> None:
    await chat.says("!barriere Vorher")
    backup = await restored.backup()
    said = history(chat)
    already = len(chat.homeserver.sent)
    for words in ("eins", "zwei", "drei"):
        await chat.says(f"!barriere {words}")
    sent = chat.homeserver.sent[already:]
    (two,) = [event for event in said if "zwei" in event["content"]["body"]]
    # Its key is lost, or it was deleted.
    two["content"], two["unsigned"] = {}, {"redacted_because": {}}

    again = await restored.start(backup)
    await again.syncs({"join": {GROUP: {"timeline": {"events": [*said, *map(echo, sent)]}}}})
    assert await again.answers() == []
    await again.says("!barriere vier", event_id="$four")
    assert await again.answers() == ["✅ B5"]
    for label, words in (("B2", "eins"), ("B4", "drei"), ("B5", "vier")):
        await again.says(f"!zeige {label}", event_id=f"${label}")
        assert words in (await again.answers())[0]


def of_group(chat: Chat) -> list[Json]:
    """Return what the group has read without a name, as it comes back."""
    posts = [sent for sent in chat.homeserver.sent if ", anonym: " in str(sent.content.get("body"))]
    return [echo(sent) for sent in posts]


async def test_restored_bot_does_not_publish_twice_what_waited(chat: Chat, restored: Restored):
    await chat.tells("anonym Eins", by="ewa")
    await chat.tells("anonym Zwei", by="lina")
    before = await restored.backup()
    await chat.pass_time(minutes=55)
    assert len(of_group(chat)) == 2

    again = await restored.start(before)
    again.now = chat.now
    await again.syncs({"join": {GROUP: {"timeline": {"events": of_group(chat)}}}})
    await again.pass_time(seconds=5)

    assert await again.answers(GROUP) == []


async def test_restored_bot_tells_the_code_that_counts_now(chat: Chat, restored: Restored):
    """The first code is forgotten with the entry: nothing that is kept could make it again."""
    direct = await chat.direct("ewa")
    before = await restored.backup()
    said = history(chat)
    await chat.tells("anonym Eins", by="ewa")
    told = [sent for sent in chat.homeserver.sent if sent.room_id == direct]

    again = await restored.start(before)
    await again.syncs({"join": {direct: {"timeline": {"events": [*said, *map(echo, told)]}}}})

    [answer] = await again.answers(direct)
    assert answer.split("\n")[0] == str(told[-1].content["body"]).split("\n")[0]
    assert answer != told[-1].content["body"]
