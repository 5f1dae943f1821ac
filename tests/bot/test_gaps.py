# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""A room's timeline is complete and in order before its events are handled."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.gaps import Gaps
from bot.matrix.errors import MatrixError, Unreachable
from method.ids import RoomId
from tests.chat import GROUP, Chat
from tests.fake_homeserver import ME

Json = dict[str, Any]


class History:
    """The past of a room, in pages."""

    def __init__(self, events: list[Json], page: int = 3) -> None:
        self._events = events[::-1]
        self._page = page
        self.errors: list[Exception] = []

    async def messages(self, _room: RoomId, *, start: str | None, end: str | None, limit: int = 100) -> Json:
        if self.errors:
            raise self.errors.pop(0)
        first = int((start or "p0")[1:])
        chunk = self._events[first : first + self._page]
        after = {"end": f"p{first + self._page}"} if first + self._page < len(self._events) else {}
        return {"chunk": chunk, **after}


def gaps_of(chat: Chat) -> Gaps:
    return Gaps(
        chat.db, chat.homeserver, me=ME, health=chat.health, clock=lambda: chat.now,
        gapped=asyncio.Event(), arrived=asyncio.Event(), reached=chat.pump.reached,
    )  # fmt: skip


async def with_gap(chat: Chat, missed: list[str], monkeypatch: pytest.MonkeyPatch) -> History:
    events = [chat.event("m.room.message", {"msgtype": "m.text", "body": b}, by="lina") for b in missed]
    history = History(events)
    monkeypatch.setattr(chat.homeserver, "messages", history.messages)
    last = chat.event("m.room.message", {"msgtype": "m.text", "body": "!barriere letzte"}, by="lina")
    timeline = {"events": [last], "limited": True, "prev_batch": "p0"}
    await chat.syncs({"join": {GROUP: {"timeline": timeline}}})
    return history


async def test_gap_is_filled_in_order(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    await with_gap(chat, [f"!barriere Nummer {i}" for i in range(1, 9)], monkeypatch)
    assert await chat.answers() == []

    await gaps_of(chat).fill()
    await chat.settle()
    receipts = [a for a in await chat.answers() if a.startswith("✅")]
    assert receipts == [f"✅ B{i}" for i in range(1, 10)]
    await chat.says("!zeige B9")
    assert "letzte" in (await chat.answers())[0]


async def test_gap_is_tried_again_after_an_outage(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    history = await with_gap(chat, ["!barriere eins"], monkeypatch)
    history.errors = [Unreachable("cut"), MatrixError(502), MatrixError(404)]
    gaps = gaps_of(chat)
    assert await gaps.fill()
    for _ in range(3):
        await chat.pass_time(minutes=2)
        await gaps.fill()
    await chat.settle()

    assert [a for a in await chat.answers() if a.startswith("✅")] == ["✅ B1", "✅ B2"]


async def test_gap_that_the_homeserver_will_not_show_is_given_up(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    history = await with_gap(chat, ["!barriere eins"], monkeypatch)
    history.errors = [MatrixError(403, "M_FORBIDDEN")]
    assert not await gaps_of(chat).fill()
    await chat.settle()

    assert [a for a in await chat.answers() if a.startswith("✅")] == ["✅ B1"]


async def test_gap_whose_page_ends_where_it_began_is_closed(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    await with_gap(chat, [], monkeypatch)
    missed = chat.event("m.room.message", {"msgtype": "m.text", "body": "!barriere eins"}, by="lina")
    asked: list[str | None] = []

    async def messages(_room: RoomId, *, start: str | None, end: str | None, limit: int = 100) -> Json:
        asked.append(start)
        assert len(asked) < 10
        return {"chunk": [missed], "end": "p1"}

    monkeypatch.setattr(chat.homeserver, "messages", messages)
    await gaps_of(chat).fill()
    await chat.settle()

    assert asked == ["p0", "p1"]
    assert [a for a in await chat.answers() if a.startswith("✅")] == ["✅ B1", "✅ B2"]


async def test_what_was_said_before_our_joining_stays_unanswered(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = chat.event("m.room.message", {"msgtype": "m.text", "body": "!test"}, by="lina")
    own = chat.event("m.room.member", {"membership": "join"}, by=ME, state_key=ME)
    after = chat.event("m.room.message", {"msgtype": "m.text", "body": "!barriere danach"}, by="lina")
    history = History([before, own, after])
    monkeypatch.setattr(chat.homeserver, "messages", history.messages)
    timeline = {"events": [], "limited": True, "prev_batch": "p0"}
    await chat.syncs({"join": {GROUP: {"timeline": timeline}}})
    await gaps_of(chat).fill()
    await chat.settle()

    answers = await chat.answers()
    assert "✅ B1" in answers
    assert "Ich bin da. Gespeichert habe ich nichts." not in answers
