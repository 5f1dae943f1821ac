# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the homeserver has of a poll comes into the journal once, at the place at which it would have come."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from method.ids import EventId, OutboxId, RoomId
from method.polls import Kind, Openness, Option
from method.polls.ballots import EMPTY
from method.polls.words import Wish
from storage import groups, inbox, outbox, polls, recounts, sync
from storage.groups import Group
from storage.inbox import Arrival
from storage.people import Person
from storage.recounts import Recount
from storage.tables import inbox as journal

ROOM = RoomId("!room:example.org")


def vote(event: str, sent: datetime) -> Arrival:
    return Arrival(event, ROOM, 0, "@ewa:example.org", b"{}", received_at=sent)


async def arrive(
    db: AsyncConnection, event: str, batch: int, at: datetime, rule: str | None = "event", state: str = "done"
) -> None:
    row = {"event_id": event, "room_id": ROOM, "batch": batch, "idx": 3, "received_at": at, "attempts": 0}
    await db.execute(insert(journal).values(row | {"state": state, "rule": rule}))


async def place(db: AsyncConnection, event: str) -> tuple[int, int]:
    entry = await inbox.find(db, EventId(event))
    assert entry is not None
    return entry.batch, entry.idx


async def test_what_is_missing_stands_where_it_would_have_come(db: AsyncConnection, now: datetime):
    await sync.load(db, now=now)
    for minute, event in enumerate(("$a", "$b", "$c"), 1):
        await arrive(db, event, minute, now + timedelta(minutes=minute))
    await sync.advance(db, "s9", 9)
    late = now + timedelta(hours=1)
    listed = [
        vote("$0", now),
        vote("$a", now + timedelta(minutes=1)),
        vote("$a1", now + timedelta(minutes=1, seconds=30)),
        # Its server's clock is ahead: it came before the next one all the same.
        vote("$a2", now + timedelta(minutes=50)),
        vote("$b", now + timedelta(minutes=2)),
        vote("$c1", now + timedelta(minutes=3)),
        vote("$c2", now + timedelta(minutes=4)),
    ]

    await recounts.add(db, listed, now=late)
    await recounts.add(db, listed, now=late + timedelta(minutes=1))

    events = [one.event_id for one in listed] + ["$c"]
    places = {event: await place(db, event) for event in events}
    order = sorted(events, key=places.__getitem__)
    assert order == ["$0", "$a", "$a1", "$a2", "$b", "$c", "$c1", "$c2"]
    due = await inbox.due(db, now=late)
    assert [entry.event_id for entry in due] == ["$0", "$a1", "$a2", "$c1", "$c2"]
    assert [entry.received_at for entry in due] == [
        one.received_at for one in listed if one.event_id not in ("$a", "$b")
    ]


async def test_what_led_to_nothing_is_taken_up_where_it_stands(db: AsyncConnection, now: datetime):
    await sync.load(db, now=now)
    rules = {"$early": "not_ours", "$sealed": "key_never_came", "$done": "event", "$bad": "malformed"}
    for minute, (event, rule) in enumerate(rules.items(), 1):
        await arrive(db, event, minute, now + timedelta(minutes=minute), rule)

    await recounts.add(db, [vote(event, now) for event in rules], now=now + timedelta(hours=1))

    due = await inbox.due(db, now=now + timedelta(hours=1))
    assert [(entry.event_id, entry.batch, entry.received_at) for entry in due] == [
        ("$early", 1, now + timedelta(minutes=1)), ("$sealed", 2, now + timedelta(minutes=2))
    ]  # fmt: skip


async def test_unread_are_those_that_wait_or_were_given_up(db: AsyncConnection, now: datetime):
    states = {
        "$waits": ("no_key", "waiting"),
        "$given": ("key_never_came", "ignored"),
        "$dead": ("x", "dead"),
    }
    for event, (rule, state) in (states | {"$read": ("event", "done")}).items():
        await arrive(db, event, 1, now, rule, state)

    asked = [EventId(event) for event in ("$waits", "$given", "$dead", "$read", "$unknown")]
    assert await recounts.unread(db, asked) == 3
    assert await recounts.unread(db, []) == 0


async def test_only_open_polls_of_active_groups_are_looked_up(
    db: AsyncConnection, group: Group, person: Person, now: datetime
):
    end = now + timedelta(days=1)
    options = (Option(1, "A"), Option(2, "B"))
    wish = Wish(Kind.CHOICE, "Was zuerst?", options, 1, Openness.OPEN, False, end)
    poll = await polls.add(db, group.id, wish, person.id, EventId("$poll"))
    assert await recounts.due(db) == []

    await polls.count(db, poll.id, now=end)
    await polls.count(db, poll.id, now=end + timedelta(hours=1))
    assert (await polls.get(db, poll.id)).closing_since == end
    assert await recounts.due(db) == [Recount(poll.id, group.id, end, None, None)]

    post = await outbox.add(db, "cause", ROOM, "event", {"type": "x", "content": {}}, now=now)
    await polls.set_native(db, poll.id, OutboxId(post))
    # Nobody can have answered what was not sent.
    assert await recounts.due(db) == [Recount(poll.id, group.id, end, None, None)]
    await outbox.mark_sent(db, [(post, EventId("$start"))])
    found = [Recount(poll.id, group.id, end, ROOM, EventId("$start"))]
    assert await recounts.due(db) == found

    await groups.set_state(db, group.id, "paused")
    assert await recounts.due(db) == []
    await groups.set_state(db, group.id, "active")
    assert await recounts.due(db) == found
    await polls.close(db, poll, EMPTY)
    assert await recounts.due(db) == []
