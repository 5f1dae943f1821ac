# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who has no room with us gets one when there is something to say to them; one, and only if they want it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from bot.matrix.errors import Unreachable
from commands.context import Context
from commands.topics import router
from config.texts import verbatim
from method.ids import GroupId, RoomId
from method.timers import Timer
from storage import timers
from tests.chat import Chat, user
from tests.fake_homeserver import ME, FakeHomeserver

MADE = RoomId("!made0:test")
Tell = Callable[..., Awaitable[None]]


@pytest.fixture
def tell(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> Tell:
    """Let the bot say something to Lina by its own move."""

    async def keep(ctx: Context, timer: Timer) -> None:
        for words in timer.subject.split("|"):
            await ctx.tell(user("lina"), verbatim(words))

    monkeypatch.setitem(router.timers, "test.tell", keep)

    async def tells(*words: str) -> None:
        async with chat.db.transaction() as db:
            await timers.add(db, GroupId(1), "test.tell", "|".join(words), chat.now)
        await chat.pass_time(seconds=1)

    return tells


async def enters(chat: Chat, room: RoomId, membership: str) -> None:
    content = {"membership": membership, "displayname": "Lina"}
    await chat.sends("m.room.member", content, by="lina", room=room, state_key=user("lina"))


async def test_room_is_opened_encrypted_and_for_two(chat: Chat, tell: Tell):
    await tell("Guten Tag")

    [(room, wanted)] = chat.homeserver.made
    assert (room, wanted["invite"], wanted["is_direct"]) == (MADE, [user("lina")], True)
    assert wanted["initial_state"] == [
        {"type": "m.room.encryption", "state_key": "", "content": {"algorithm": "m.megolm.v1.aes-sha2"}}
    ]
    assert await chat.answers(MADE) == ["Guten Tag"]


async def test_what_waits_for_the_room_is_said_in_order_and_in_one_room(chat: Chat, tell: Tell):
    await tell("eins", "zwei", "drei")
    await tell("vier")

    assert len(chat.homeserver.made) == 1
    assert await chat.answers(MADE) == ["eins", "zwei", "drei", "vier"]


async def test_room_that_the_person_opened_is_used(chat: Chat, tell: Tell):
    room = await chat.direct("lina")

    await tell("Guten Tag")

    assert chat.homeserver.made == []
    assert await chat.answers(room) == ["Guten Tag"]


async def test_opened_room_is_no_group(chat: Chat, tell: Tell):
    await tell("Guten Tag")
    await chat.answers()
    create = chat.event(
        "m.room.create", chat.homeserver.state[MADE, "m.room.create", ""], by=ME, state_key=""
    )
    ours = chat.event("m.room.member", {"membership": "join"}, by=ME, state_key=ME)
    theirs = chat.event("m.room.member", {"membership": "invite"}, by=ME, state_key=user("lina"))

    await chat.syncs({"join": {MADE: {"state": {"events": [create, ours, theirs]}, "summary": {}}}})
    await enters(chat, MADE, "join")
    await chat.says("hilfe", by="lina", room=MADE)

    [answer] = await chat.answers()
    assert answer.startswith("Die wichtigsten Befehle:")


async def test_room_that_is_seen_before_it_is_known_is_no_group(chat: Chat):
    """The answer to our request was lost, and /sync shows the room first."""
    create = chat.event("m.room.create", {"org.tafelrunde.id": "mark"}, by=ME, state_key="")
    ours = chat.event("m.room.member", {"membership": "join"}, by=ME, state_key=ME)

    await chat.syncs({"join": {MADE: {"state": {"events": [create, ours]}, "summary": {}}}})

    assert await chat.answers() == []


async def test_lost_answer_makes_no_second_room(chat: Chat, tell: Tell, monkeypatch: pytest.MonkeyPatch):
    made = FakeHomeserver.request
    lost = [Unreachable("timeout")]

    async def loses(self: FakeHomeserver, method: str, path: str, **options: object):
        answer = await made(self, method, path, **options)
        if lost:
            raise lost.pop()
        return answer

    monkeypatch.setattr(FakeHomeserver, "request", loses)
    await tell("Guten Tag")
    assert await chat.answers() == []

    await chat.pass_time(minutes=1)

    assert len(chat.homeserver.made) == 1
    assert await chat.answers(MADE) == ["Guten Tag"]


async def test_who_has_left_twice_is_left_alone(chat: Chat, tell: Tell):
    for number in range(2):
        await tell(f"Nachricht {number}")
        await enters(chat, RoomId(f"!made{number}:test"), "leave")
        chat.now += timedelta(minutes=1)
    await chat.answers()

    await tell("Nachricht 2")

    assert len(chat.homeserver.made) == 2
    assert await chat.answers() == []
