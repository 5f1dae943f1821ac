# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The journal: every event once, in the order of its room, forgotten when handled."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from method.ids import EventId, RoomId, UserId
from storage import gaps, inbox
from storage.inbox import Arrival, Entry
from storage.tables import inbox as table

ROOM = "!room:example.org"
OTHER = "!other:example.org"
SAMIRA = UserId("@samira:example.org")
SECOND = timedelta(seconds=1)
FIRST = EventId("$1")


def arrival(event_id: str, idx: int = 0, room_id: str = ROOM) -> Arrival:
    return Arrival(event_id, room_id, idx, SAMIRA, b"raw")


async def due(db: AsyncConnection, now: datetime) -> list[str]:
    return [entry.event_id for entry in await inbox.due(db, now=now)]


async def get(db: AsyncConnection, event_id: str = FIRST) -> Entry:
    entry = await inbox.find(db, EventId(event_id))
    assert entry is not None
    return entry


@pytest.fixture
async def first(db: AsyncConnection, now: datetime) -> Entry:
    await inbox.add(db, 1, [arrival(FIRST)], now=now)
    return await get(db)


async def test_event_is_journalled_as_it_came(first: Entry, now: datetime):
    assert first == Entry(FIRST, RoomId(ROOM), 1, 0, SAMIRA, b"raw", now, "new", None, 0, None)


async def test_same_event_again_changes_nothing(db: AsyncConnection, first: Entry, now: datetime):
    await inbox.add(db, 2, [Arrival(FIRST, OTHER, 5, "@ben:example.org", b"other")], now=now + SECOND)

    assert await get(db) == first


async def test_handled_event_is_not_journalled_again(db: AsyncConnection, first: Entry, now: datetime):
    await inbox.finish(db, FIRST, "done", "command")
    await inbox.add(db, 2, [arrival(FIRST)], now=now)

    assert await due(db, now) == []
    assert (await get(db)).raw is None


async def test_nothing_is_journalled_from_an_empty_response(db: AsyncConnection, now: datetime):
    await inbox.add(db, 1, [], now=now)

    assert await due(db, now) == []


async def test_event_without_words_is_only_remembered_as_seen(db: AsyncConnection, now: datetime):
    await inbox.add(db, 1, [Arrival(FIRST, ROOM, 0, SAMIRA, None, "chat")], now=now)

    entry = await get(db)
    assert (entry.state, entry.rule, entry.sender, entry.raw) == ("ignored", "chat", None, None)
    assert await due(db, now) == []


@pytest.mark.parametrize(
    ("about", "rule"),
    [
        pytest.param(("$chat",), "chat", id="answer to chat"),
        pytest.param(("$chat", "$reply"), "chat", id="answer to an answer to chat"),
        pytest.param(("$chat", "$own"), None, id="in a thread below our post"),
        pytest.param(("$unknown",), None, id="answer to something we have not seen"),
        pytest.param((), None, id="for us by itself"),
    ],
)
async def test_words_that_only_refer_to_chat_are_never_written_down(
    db: AsyncConnection, now: datetime, about: tuple[str, ...], rule: str | None
):
    seen = [
        Arrival("$chat", ROOM, 0, SAMIRA, None, "chat"),
        Arrival("$own", ROOM, 1, SAMIRA, None, "own_event"),
    ]
    await inbox.add(db, 1, seen, now=now)

    reply = Arrival("$reply", ROOM, 0, SAMIRA, b"words", None, ("$chat",))
    await inbox.add(db, 2, [reply, Arrival(FIRST, ROOM, 1, SAMIRA, b"words", None, about)], now=now)

    entry = await get(db)
    assert (entry.rule, entry.raw) == (rule, None if rule else b"words")


async def test_events_are_due_in_the_order_of_the_timeline(db: AsyncConnection, now: datetime):
    await inbox.add(db, 2, [arrival("$4", 1), arrival("$3", 0, OTHER)], now=now)
    await inbox.add(db, 1, [arrival("$2", 1), arrival("$1", -1)], now=now)

    assert await due(db, now) == ["$1", "$2", "$3", "$4"]
    assert [entry.event_id for entry in await inbox.due(db, now=now, limit=2)] == ["$1", "$2"]


async def test_postponed_event_holds_up_its_room_only(db: AsyncConnection, now: datetime):
    await inbox.add(db, 1, [arrival("$1", 0), arrival("$2", 1, OTHER), arrival("$3", 2)], now=now)
    await inbox.postpone(db, EventId("$1"), now + SECOND)

    assert await due(db, now) == ["$2"]
    assert await inbox.next_try_at(db) == now + SECOND
    assert await due(db, now + SECOND) == ["$1", "$2", "$3"]


async def test_no_event_is_postponed(db: AsyncConnection, first: Entry):
    assert await inbox.next_try_at(db) is None


async def test_attempts_are_counted(db: AsyncConnection, first: Entry):
    await inbox.count_attempt(db, FIRST)
    await inbox.count_attempt(db, FIRST)

    assert (await get(db)).attempts == 2


@pytest.mark.parametrize("rule", ["command", "chat", "own", *sorted(inbox.RETRIABLE)])
async def test_finished_event_keeps_its_sender_only_for_a_new_attempt(
    db: AsyncConnection, first: Entry, now: datetime, rule: str
):
    await inbox.finish(db, FIRST, "done", rule)

    entry = await get(db)
    sender = SAMIRA if rule in inbox.RETRIABLE else None
    assert (entry.state, entry.rule, entry.raw, entry.sender) == ("done", rule, None, sender)
    assert await due(db, now) == []


async def test_parked_event_is_woken_by_what_it_waits_for(db: AsyncConnection, first: Entry, now: datetime):
    await inbox.park(db, FIRST, "no_key", "session:abc")

    assert await due(db, now) == []
    assert await inbox.waiting_for(db, "session:") == ["session:abc"]
    assert await inbox.waiting_for(db, "event:") == []
    assert await inbox.counts(db) == {"waiting": 1}

    assert await inbox.wake(db, []) == 0
    assert await inbox.wake(db, ["session:other"]) == 0
    assert await inbox.wake(db, ["session:other", "session:abc"]) == 1
    assert await due(db, now) == [FIRST]
    assert await inbox.counts(db) == {"new": 1}


async def test_what_is_waited_for_is_found_by_its_exact_beginning(db: AsyncConnection, first: Entry):
    await inbox.park(db, FIRST, "no_key", "sessionXabc")

    assert await inbox.waiting_for(db, "session_") == []
    assert await inbox.waiting_for(db, "%") == []


async def test_each_waited_for_thing_is_named_once(db: AsyncConnection, now: datetime):
    await inbox.add(db, 1, [arrival("$1", 0), arrival("$2", 1)], now=now)
    for event_id in ("$1", "$2"):
        await inbox.park(db, EventId(event_id), "no_key", "session:abc")

    assert await inbox.waiting_for(db, "session:") == ["session:abc"]
    assert await inbox.wake(db, ["session:abc"]) == 2


# --- messages that cannot be read ----------------------------------------------------------------


async def test_unread_is_told_once(db: AsyncConnection, first: Entry, now: datetime):
    await inbox.park(db, FIRST, "no_key", "session:abc")

    assert await inbox.unread(db, older_than=now) == []
    unread = await inbox.unread(db, older_than=now + SECOND)
    assert [entry.event_id for entry in unread] == [FIRST]
    assert not await inbox.told_since(db, RoomId(ROOM), SAMIRA, now)

    await inbox.mark_told(db, FIRST, now=now + SECOND)

    assert await inbox.unread(db, older_than=now + SECOND) == []
    assert await inbox.told_since(db, RoomId(ROOM), SAMIRA, now)
    assert not await inbox.told_since(db, RoomId(ROOM), SAMIRA, now + SECOND)
    assert not await inbox.told_since(db, RoomId(OTHER), SAMIRA, now)
    assert not await inbox.told_since(db, RoomId(ROOM), UserId("@ben:example.org"), now)


async def test_event_that_waits_for_another_is_not_unread(db: AsyncConnection, first: Entry, now: datetime):
    await inbox.park(db, FIRST, "no_target", "event:$2")

    assert await inbox.unread(db, older_than=now + SECOND) == []


async def test_event_that_waited_too_long_is_given_up(db: AsyncConnection, first: Entry, now: datetime):
    await inbox.park(db, FIRST, "no_key", "session:abc")
    week = timedelta(days=7)

    assert await inbox.expire(db, now=now + week) == 0
    assert await inbox.expire(db, now=now + week + SECOND) == 1

    entry = await get(db)
    assert (entry.state, entry.rule, entry.raw, entry.sender) == ("ignored", "key_never_came", None, None)


async def test_sender_kept_for_a_new_attempt_is_forgotten_at_last(
    db: AsyncConnection, first: Entry, now: datetime
):
    await inbox.add(db, 1, [arrival("$2", 1)], now=now)
    await inbox.finish(db, FIRST, "done", "refused")

    await inbox.expire(db, now=now + timedelta(days=7, seconds=1))

    # What has not been handled yet still needs its sender.
    assert list(await db.scalars(select(table.c.sender).order_by(table.c.idx))) == [None, SAMIRA]


# --- replays -------------------------------------------------------------------------------------


async def test_message_of_a_session_belongs_to_the_first_event_that_used_it(db: AsyncConnection):
    assert await inbox.first_use(db, "session", 0, EventId("$1"))
    assert await inbox.first_use(db, "session", 0, EventId("$1"))
    assert not await inbox.first_use(db, "session", 0, EventId("$2"))
    assert await inbox.first_use(db, "session", 1, EventId("$2"))
    assert await inbox.first_use(db, "other", 0, EventId("$2"))


# --- gaps ----------------------------------------------------------------------------------------


async def test_gap_holds_up_what_comes_after_it_in_its_room(db: AsyncConnection, now: datetime):
    for batch in (1, 2, 3):
        await inbox.add(db, batch, [arrival(f"${batch}"), arrival(f"$o{batch}", 1, OTHER)], now=now)
    await gaps.add(db, ROOM, 2, "from", "to")

    assert await due(db, now) == ["$1", "$o1", "$o2", "$o3"]

    (gap,) = await gaps.waiting(db)
    await gaps.close(db, gap)
    assert await due(db, now) == ["$1", "$o1", "$2", "$o2", "$3", "$o3"]


async def test_gap_is_filled_backwards_and_before_its_batch(db: AsyncConnection, now: datetime):
    await inbox.add(db, 2, [arrival("$4")], now=now)
    await gaps.add(db, ROOM, 2, "from", None)
    (gap,) = await gaps.waiting(db)
    assert (gap.room_id, gap.batch, gap.from_token, gap.to_token, gap.idx) == (ROOM, 2, "from", None, -1)

    await inbox.add(db, 2, [arrival("$3", -1), arrival("$2", -2)], now=now)
    await gaps.move(db, gap, "further", -3)
    (gap,) = await gaps.waiting(db)
    assert (gap.from_token, gap.idx) == ("further", -3)

    await gaps.close(db, gap)
    assert await due(db, now) == ["$2", "$3", "$4"]


async def test_postponed_gap_counts_its_attempts(db: AsyncConnection, now: datetime):
    await gaps.add(db, ROOM, 2, "from", "to")
    (gap,) = await gaps.waiting(db)

    await gaps.postpone(db, gap, now + SECOND)

    (gap,) = await gaps.waiting(db)
    assert (gap.attempts, gap.next_try_at) == (1, now + SECOND)


async def test_gaps_are_listed_oldest_first(db: AsyncConnection):
    await gaps.add(db, ROOM, 5, "c", None)
    await gaps.add(db, OTHER, 2, "a", None)
    await gaps.add(db, ROOM, 2, "b", None)

    assert [gap.from_token for gap in await gaps.waiting(db)] == ["a", "b", "c"]
