# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What one /sync response leaves in the journal."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy import select

from bot.matrix.errors import MatrixError, Unreachable
from commands import dispatch
from method.ids import RoomId
from storage import groups, inbox, outbox, rooms, sync
from storage.tables import gaps as gaps_table
from storage.tables import inbox as inbox_table
from storage.tables import sync_state
from tests.chat import GROUP, Chat, user
from tests.fake_homeserver import ME

Json = dict[str, Any]


def joined(*events: Json, room: str = GROUP, **timeline: Any) -> Json:
    return {"rooms": {"join": {room: {"timeline": {"events": list(events), **timeline}}}}}


async def rows(chat: Chat) -> list[tuple[str, str, str | None]]:
    async with chat.db.reading() as db:
        query = select(inbox_table).where(inbox_table.c.event_id.not_like("~%"))
        return [(r.event_id, r.state, r.rule) for r in await db.execute(query.order_by(inbox_table.c.idx))]


async def test_token_moves_with_the_events_of_its_response(chat: Chat) -> None:
    event = chat.event("m.room.message", {"msgtype": "m.text", "body": "!test"}, by="lina", event_id="$a")
    await chat.pump.journal({"next_batch": "s99", **joined(event)})

    async with chat.db.reading() as db:
        assert (await sync.load(db, now=chat.now)).next_batch == "s99"
        assert (await inbox.find(db, event["event_id"])) is not None


async def test_failed_transaction_leaves_the_token(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_args: object, **_options: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(inbox, "add", broken)
    async with chat.db.reading() as db:
        before = await sync.load(db, now=chat.now)
    event = chat.event("m.room.message", {"msgtype": "m.text", "body": "!test"}, by="lina")
    with pytest.raises(RuntimeError):
        await chat.pump.journal({"next_batch": "s99", **joined(event)})

    async with chat.db.reading() as db:
        assert await sync.load(db, now=chat.now) == before


async def test_same_response_twice_is_journalled_once(chat: Chat) -> None:
    event = chat.event("m.room.message", {"msgtype": "m.text", "body": "!barriere Nur Papier"}, by="lina")
    for _ in range(2):
        await chat.syncs({"join": {GROUP: {"timeline": {"events": [event]}}}})

    assert "✅ B1" in await chat.answers()
    assert [r for r in await rows(chat) if r[0] == event["event_id"]] == [
        (event["event_id"], "done", "command_barriere")
    ]


async def test_chat_leaves_only_its_id(chat: Chat) -> None:
    event_id = await chat.says("Danke euch, das war ein guter Anfang")

    async with chat.db.reading() as db:
        entry = await inbox.find(db, event_id)
    assert entry is not None
    assert (entry.raw, entry.sender, entry.rule) == (None, None, "chat")


async def test_response_without_token_changes_nothing(chat: Chat) -> None:
    with pytest.raises(Unreachable):
        await chat.pump.journal({"rooms": {}})


async def test_homeserver_that_answers_at_once_without_news_is_not_asked_without_pause(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str | None] = []
    often = asyncio.Event()

    async def answer(since: str | None, **_options: Any) -> Json:
        asked.append(since)
        if len(asked) == 10:
            often.set()
        await asyncio.sleep(0)
        return {"next_batch": "same"}

    monkeypatch.setattr(chat.homeserver, "sync", answer)
    running = asyncio.create_task(chat.pump.run())
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(often.wait(), 1)
    running.cancel()

    assert set(asked) == {"s1", "same"}


async def test_event_whose_handling_fails_like_a_database_does_not_stop_the_journal(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_args: object) -> str:
        raise ConnectionError

    event = chat.event("m.room.message", {"msgtype": "m.text", "body": "!test"}, by="lina", event_id="$a")

    went_on = asyncio.Event()

    async def answer(since: str | None, **_options: Any) -> Json:
        if since != "s99":
            return {"next_batch": "s99", **joined(event)}
        went_on.set()
        await asyncio.sleep(0.01)
        return {"next_batch": since}

    monkeypatch.setattr(dispatch, "handle", broken)
    monkeypatch.setattr(chat.homeserver, "sync", answer)
    chat.pump.caught_up.set()
    running = asyncio.create_task(chat.pump.run())
    async with asyncio.timeout(20):
        await went_on.wait()
    running.cancel()

    assert ("$a", "new", None) in await rows(chat)


@pytest.mark.parametrize("error", [Unreachable("gone"), MatrixError(502)], ids=["unreachable", "502"])
async def test_while_the_homeserver_is_away_nobody_else_asks_it(
    chat: Chat, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    before = len(chat.homeserver.sent)
    sent: list[int] = []
    away, said = asyncio.Event(), asyncio.Event()

    async def answer(since: str | None, **_options: Any) -> Json:
        sent.append(len(chat.homeserver.sent) - before)
        if len(sent) == 1:
            away.set()
            raise error
        if sent[-1]:
            said.set()
        await asyncio.sleep(0.01)
        return {"next_batch": f"after {len(sent)}"}

    monkeypatch.setattr(chat.homeserver, "sync", answer)
    pump = asyncio.create_task(chat.pump.run())
    await away.wait()
    async with chat.db.transaction() as db:
        content = {"type": "m.room.message", "content": {"msgtype": "m.notice", "body": "Da"}}
        await outbox.add(db, "a test", RoomId(GROUP), "event", content, now=chat.now)
    sender = asyncio.create_task(chat.outbox.run())
    await said.wait()
    for task in (pump, sender):
        task.cancel()
    await asyncio.gather(pump, sender, return_exceptions=True)

    assert sent[:2] == [0, 0]


@pytest.mark.parametrize(
    "body",
    [
        {"rooms": []},
        {"rooms": {"join": {GROUP: []}}},
        {"rooms": {"join": {GROUP: {"timeline": {"events": [None, 7, {}, {"event_id": 1}]}}}}},
        {"rooms": {"join": {GROUP: {"state": {"events": [{"type": "m.room.member", "state_key": 3}]}}}}},
        {"rooms": {"join": {"\0": {}}}},
        {"rooms": {"invite": {GROUP + "x": {"invite_state": {"events": [[]]}}}}},
        {"rooms": {"leave": {"!never:test": {"timeline": "no"}}}},
        {"to_device": {"events": [1, None, {"type": {}}]}},
        {"device_one_time_keys_count": [], "device_lists": 3},
    ],
    ids=lambda body: str(body)[:60],
)
async def test_wrong_shapes_are_left_out(chat: Chat, body: Json) -> None:
    await chat.pump.journal({"next_batch": "s50", **body})
    await chat.settle()

    assert await chat.says("!test", by="ewa")
    assert await chat.answers() == ["Ich bin da. Gespeichert habe ich nichts."]


async def test_events_before_our_joining_are_not_acted_upon(silent_chat: Chat) -> None:
    old = silent_chat.event("m.room.message", {"msgtype": "m.text", "body": "!test"}, by="lina")
    own = silent_chat.event(
        "m.room.member", {"membership": "join"}, by="@tafel:test", state_key="@tafel:test"
    )
    state = {"events": silent_chat.room_state("Gruppe", {"katrin": 100, "lina": 0})}
    await silent_chat.syncs({"join": {GROUP: {"state": state, "timeline": {"events": [old, own]}}}})

    answers = await silent_chat.answers()
    assert len(answers) == 1
    assert answers[0].startswith("Guten Tag")


class Answers:
    """What /sync says, in turn; ``asked`` holds whether our own events were wanted."""

    def __init__(self, chat: Chat, monkeypatch: pytest.MonkeyPatch, *bodies: Json) -> None:
        self.bodies = [{"next_batch": f"n{i}", **body} for i, body in enumerate(bodies)]
        self.asked: list[tuple[str | None, bool]] = []
        monkeypatch.setattr(chat.homeserver, "sync", self.sync)

    async def sync(self, since: str | None, **options: Any) -> Json:
        without = options["filter"]["room"]["timeline"].get("not_senders")
        assert without in (None, [ME])
        self.asked.append((since, without is None))
        return self.bodies.pop(0)


async def test_own_events_are_wanted_in_the_first_response_only(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    event = chat.event("m.room.message", {"msgtype": "m.text", "body": "!test"}, by="lina")
    answers = Answers(chat, monkeypatch, {}, joined(event), {})
    assert not chat.pump.caught_up.is_set()
    for _ in range(3):
        await chat.pump.once()
        assert chat.pump.caught_up.is_set()

    assert answers.asked == [("s1", True), ("n0", False), ("n1", False)]


@pytest.mark.parametrize("known", [False, True], ids=["new room", "put out and back"])
async def test_entering_a_room_is_read_with_our_own_event(
    chat: Chat, monkeypatch: pytest.MonkeyPatch, known: bool
) -> None:
    room = GROUP if known else "!other:test"
    old = chat.event("m.room.message", {"msgtype": "m.text", "body": "!barriere alt"}, by="lina")
    out = chat.event("m.room.member", {"membership": "leave"}, by="katrin", state_key=ME)
    own = chat.event("m.room.member", {"membership": "join"}, by=ME, state_key=ME)
    new = chat.event("m.room.message", {"msgtype": "m.text", "body": "!barriere neu"}, by="lina")
    state = {"events": [] if known else chat.room_state("Gruppe", {"katrin": 100, "lina": 0})}
    hidden, whole = [out, old, new], [out, old, own, new]
    bodies = [
        {"rooms": {"join": {room: {"state": state, "timeline": {"events": e}}}}} for e in (hidden, whole)
    ]
    answers = Answers(chat, monkeypatch, {}, *bodies)
    await chat.pump.once()
    await chat.pump.once()
    await chat.settle()

    assert answers.asked == [("s1", True), ("n0", False), ("n0", True)]
    assert [a for a in await chat.answers() if a.startswith("✅")] == ["✅ B1"]
    await chat.says("!zeige B1", room=RoomId(room))
    assert "neu" in (await chat.answers())[0]


async def test_room_left_unseen_is_noticed_at_the_next_count(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    await chat.pump.count_rooms()
    chat.homeserver.left.append(GROUP)
    chat.homeserver.state[GROUP, "m.room.member", ME] = {"membership": "leave"}
    await chat.pump.count_rooms()
    async with chat.db.reading() as db:
        assert (await rooms.get(db, RoomId(GROUP))).membership == "join"
    await chat.pass_time(hours=1)
    await chat.pump.count_rooms()
    await chat.settle()

    async with chat.db.reading() as db:
        room = await rooms.get(db, RoomId(GROUP))
        assert room.membership == "leave"
        assert room.group_id is not None
        assert (await groups.get(db, room.group_id)).state == "paused"


async def test_room_missing_in_the_count_but_ours_by_its_state_is_kept(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat.homeserver.left.append(GROUP)
    chat.homeserver.state[GROUP, "m.room.member", ME] = {"membership": "join"}
    await chat.pump.count_rooms()

    async with chat.db.reading() as db:
        assert (await rooms.get(db, RoomId(GROUP))).membership == "join"


async def test_room_that_refuses_to_show_its_state_is_left(
    chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_args: object) -> Json:
        raise MatrixError(403, "M_FORBIDDEN")

    chat.homeserver.left.append(GROUP)
    monkeypatch.setattr(chat.homeserver, "get_state", refuse)
    await chat.pump.count_rooms()

    async with chat.db.reading() as db:
        assert (await rooms.get(db, RoomId(GROUP))).membership == "leave"


async def test_first_start_answers_nothing_old(silent_chat: Chat) -> None:
    chat = silent_chat
    async with chat.db.transaction() as db:
        await db.execute(sync_state.update().values(next_batch=None))
    old = chat.event("m.room.message", {"msgtype": "m.text", "body": "!test"}, by="lina")
    state = {"events": chat.room_state("Gruppe", {"katrin": 100, "lina": 0})}
    await chat.syncs({"join": {GROUP: {"state": state, "timeline": {"events": [old]}}}})

    assert not any("Gespeichert habe ich nichts" in answer for answer in await chat.answers())


async def test_limited_timeline_makes_a_gap_and_the_room_waits(chat: Chat) -> None:
    event = chat.event("m.room.message", {"msgtype": "m.text", "body": "!test"}, by="lina")
    timeline = {"events": [event], "limited": True, "prev_batch": "p1"}
    await chat.syncs({"join": {GROUP: {"timeline": timeline}}})

    assert await chat.answers() == []
    async with chat.db.reading() as db:
        assert [(r.room_id, r.from_token) for r in await db.execute(select(gaps_table))] == [(GROUP, "p1")]


async def test_encryption_is_remembered_for_ever(chat: Chat) -> None:
    on = chat.event("m.room.encryption", {"algorithm": "m.megolm.v1.aes-sha2"}, by="katrin", state_key="")
    off = chat.event("m.room.encryption", {}, by="katrin", state_key="")
    await chat.pump.journal({"next_batch": "s60", **joined(on)})
    await chat.pump.journal({"next_batch": "s61", **joined(off)})

    async with chat.db.reading() as db:
        assert (await rooms.get(db, GROUP)).encrypted


async def test_member_list_follows_membership_events(chat: Chat) -> None:
    await chat.joins("priya")
    content = {"membership": "leave"}
    await chat.sends("m.room.member", content, by="henrik", state_key=user("henrik"))

    async with chat.db.reading() as db:
        known = {m.user_id for m in await rooms.members(db, RoomId(GROUP))}
    assert user("priya") in known
    assert user("henrik") not in known
