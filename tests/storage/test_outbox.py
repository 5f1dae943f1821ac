# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The outbox: a row for each cause, sent once, in the order of its room."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.pace import Pace
from method.ids import EventId, OutboxId, RoomId
from storage import lanes, outbox
from storage.outbox import PART_BYTES, Post
from storage.tables import outbox as table

ROOM = RoomId("!room:example.org")
OTHER = RoomId("!other:example.org")
SECOND = timedelta(seconds=1)


async def say(
    db: AsyncConnection,
    cause: str,
    now: datetime,
    room: RoomId = ROOM,
    kind: str = "event",
    **options: Any,
) -> OutboxId:
    return await outbox.add(db, cause, room, kind, {"body": f"Über {cause}"}, now=now, **options)


async def heads(db: AsyncConnection, now: datetime) -> list[str]:
    found = await lanes.heads(db, await lanes.rooms(db))
    return sorted(post.cause for post in Pace(20).choose(found.posts, now).due)


async def states(db: AsyncConnection) -> dict[str, str]:
    return {row.cause: row.state for row in await db.execute(select(table).order_by(table.c.id))}


async def payload(db: AsyncConnection, id_: OutboxId) -> bytes | None:
    found: bytes | None = await db.scalar(select(table.c.payload).where(table.c.id == id_))
    return found


async def test_post_is_kept_as_it_was_written(db: AsyncConnection, now: datetime):
    id_ = await say(db, "$1:0", now, subject="item:1")

    assert await outbox.get(db, id_) == Post(
        id=id_,
        cause="$1:0",
        room_id=ROOM,
        kind="event",
        payload={"body": "Über $1:0"},
        target_id=None,
        txn_id=None,
        device_id=None,
        state="new",
        attempts=0,
        created_at=now,
        first_try_at=None,
        next_try_at=None,
        event_id=None,
        subject="item:1",
    )


async def test_what_was_sent_is_never_given_up_any_more(db: AsyncConnection, now: datetime):
    """A worker that still has an old copy of the row must not lose the event id of a sent post."""
    id_ = await say(db, "$1:0", now)
    await outbox.mark_sent(db, [(id_, EventId("$sent"))])

    await outbox.mark_dead(db, id_, "cancelled")

    post = await outbox.get(db, id_)
    assert (post.state, post.event_id) == ("sent", "$sent")


async def test_same_cause_again_says_nothing_more(db: AsyncConnection, now: datetime):
    first = await say(db, "$1:0", now)
    again = await outbox.add(db, "$1:0", OTHER, "event", {"body": "Anders"}, now=now)

    assert again == first
    assert (await outbox.get(db, first)).payload == {"body": "Über $1:0"}


async def test_get_of_nothing_raises(db: AsyncConnection):
    with pytest.raises(LookupError):
        await outbox.get(db, OutboxId(404))


async def test_first_unsent_row_of_each_room_comes_next(db: AsyncConnection, now: datetime):
    first = await say(db, "a", now)
    await say(db, "b", now)
    await say(db, "c", now, OTHER)

    assert await heads(db, now) == ["a", "c"]
    await outbox.mark_trying(db, [(await outbox.get(db, first), "txn")], "DEVICE", now=now)
    assert await heads(db, now) == ["a", "c"]
    await outbox.mark_sent(db, [(first, EventId("$sent"))])
    assert await heads(db, now) == ["b", "c"]


async def test_reaction_to_our_own_post_waits_for_it_others_do_not(db: AsyncConnection, now: datetime):
    post = await say(db, "question", now)
    await say(db, "button", now, kind="reaction", target=post)
    await say(db, "receipt", now, kind="reaction")

    assert await heads(db, now) == ["question", "receipt"]
    busy = {lanes.lane(await outbox.get(db, post)), f"{ROOM} talk"}
    await outbox.mark_sent(db, [(post, EventId("$question"))])
    (button,) = [post for post in (await lanes.heads(db, [ROOM])).posts if post.cause == "button"]
    assert {lanes.lane(button), *busy} == {f"{ROOM} talk"}


async def test_sent_post_is_found_by_its_event_and_keeps_no_words(db: AsyncConnection, now: datetime):
    id_ = await say(db, "a", now)
    await outbox.postpone(db, id_, now + SECOND, "M_LIMIT_EXCEEDED")
    await outbox.mark_sent(db, [(id_, EventId("$sent"))])

    post = await outbox.by_event(db, EventId("$sent"))
    assert post == await outbox.get(db, id_)
    assert (post.state, post.event_id, post.next_try_at) == ("sent", "$sent", None)
    assert await payload(db, id_) is None
    assert await outbox.by_event(db, EventId("$other")) is None


async def test_dead_post_keeps_no_words_and_holds_up_nobody(db: AsyncConnection, now: datetime):
    id_ = await say(db, "a", now)
    await say(db, "b", now)
    await outbox.mark_dead(db, id_, "M_FORBIDDEN")

    assert await payload(db, id_) is None
    assert await heads(db, now) == ["b"]


async def test_attempts_are_counted_from_the_first(db: AsyncConnection, now: datetime):
    id_ = await say(db, "a", now)
    for moment in (now, now + SECOND):
        await outbox.mark_trying(db, [(await outbox.get(db, id_), "txn")], "DEVICE", now=moment)

    post = await outbox.get(db, id_)
    assert (post.state, post.attempts, post.first_try_at) == ("trying", 2, now)
    assert (post.txn_id, post.device_id) == ("txn", "DEVICE")


async def test_postponed_post_keeps_its_place(db: AsyncConnection, now: datetime):
    id_ = await say(db, "a", now)
    await say(db, "b", now)
    await outbox.postpone(db, id_, now + SECOND, "M_LIMIT_EXCEEDED")

    assert await heads(db, now) == []
    found = await lanes.heads(db, [ROOM])
    assert Pace(20).choose(found.posts, now).later == {f"{ROOM} talk": now + SECOND}
    assert await heads(db, now + SECOND) == ["a"]


async def test_newer_edit_replaces_one_that_was_not_sent(db: AsyncConnection, now: datetime):
    post = await say(db, "board", now)
    other = await say(db, "other", now)
    old = await say(db, "edit1", now, target=post)
    await say(db, "edit of another", now, target=other)
    await say(db, "redaction", now, kind="redaction", target=post)
    await say(db, "edit2", now, target=post)
    await say(db, "edit2", now, target=post)

    assert await states(db) == {
        "board": "new",
        "other": "new",
        "edit1": "cancelled",
        "edit of another": "new",
        "redaction": "new",
        "edit2": "new",
    }
    assert await payload(db, old) is None


async def test_newer_edit_does_not_replace_one_that_calls_somebody(db: AsyncConnection, now: datetime):
    post = await say(db, "card", now)
    await say(db, "call", now, target=post, subject=outbox.CALL)
    await say(db, "edit", now, target=post)

    assert await states(db) == {"card": "new", "call": "new", "edit": "new"}


async def test_edit_that_may_have_been_sent_is_not_replaced(db: AsyncConnection, now: datetime):
    post = await say(db, "board", now)
    old = await say(db, "edit1", now, target=post)
    await outbox.mark_trying(db, [(await outbox.get(db, old), "txn")], "DEVICE", now=now)
    await say(db, "edit2", now, target=post)

    assert await states(db) == {"board": "new", "edit1": "trying", "edit2": "new"}


async def test_posts_about_a_subject_oldest_first(db: AsyncConnection, now: datetime):
    await say(db, "a", now, subject="item:1")
    await say(db, "b", now, subject="item:12")
    await say(db, "c", now, subject="item:1")

    assert [post.cause for post in await outbox.about(db, "item:1")] == ["a", "c"]


async def test_take_back_cancels_the_unsent_and_names_the_sent(db: AsyncConnection, now: datetime):
    unsent = await say(db, "unsent", now, subject="item:1:text")
    await say(db, "edit of unsent", now, target=unsent)
    sent = await say(db, "sent", now, subject="item:1:text")
    await outbox.mark_sent(db, [(sent, EventId("$sent"))])
    gone = await say(db, "gone", now, subject="item:1:note:7")
    await outbox.mark_sent(db, [(gone, EventId("$gone"))])
    await say(db, "redaction", now, kind="redaction", target=gone)
    await say(db, "receipt", now, subject="item:1")
    await say(db, "other item", now, subject="item:12:text")

    assert [post.cause for post in await outbox.take_back(db, "item:1")] == ["sent"]
    found = await states(db)
    assert {cause for cause, state in found.items() if state == "cancelled"} == {"unsent", "edit of unsent"}
    assert await payload(db, unsent) is None


async def test_room_that_was_left_hears_nothing_more(db: AsyncConnection, now: datetime):
    id_ = await say(db, "a", now)
    await say(db, "b", now, kind="pin")
    await say(db, "f", now, kind="file")
    await say(db, "leave", now, kind="leave")
    await say(db, "c", now, OTHER)

    await outbox.abandon_room(db, ROOM, "left")

    assert await states(db) == {"a": "dead", "b": "dead", "f": "dead", "leave": "new", "c": "new"}
    assert await payload(db, id_) is None


async def test_untried_posts_move_to_the_new_room(db: AsyncConnection, now: datetime):
    tried = await say(db, "tried", now)
    await outbox.mark_trying(db, [(await outbox.get(db, tried), "txn")], "DEVICE", now=now)
    await say(db, "edit", now, target=tried)
    await say(db, "fresh", now)
    await say(db, "file", now, kind="file")

    await outbox.move(db, ROOM, OTHER)

    rooms = {row.cause: row.room_id for row in await db.execute(select(table))}
    assert rooms == {"tried": ROOM, "edit": ROOM, "fresh": OTHER, "file": OTHER}


async def test_oldest_unsent(db: AsyncConnection, now: datetime):
    assert await outbox.oldest_unsent(db) is None
    first = await say(db, "a", now)
    await say(db, "b", now + SECOND)

    assert await outbox.oldest_unsent(db) == now
    await outbox.mark_sent(db, [(first, EventId("$sent"))])
    assert await outbox.oldest_unsent(db) == now + SECOND


# --- rules without a database --------------------------------------------------------------------


def test_transaction_ids_differ_by_installation_cause_and_generation():
    ids = [
        outbox.transaction_id(installation, cause, generation)
        for installation in ("one", "two")
        for cause in ("$1:0", "$1:1")
        for generation in (0, 1)
    ]

    assert len(set(ids)) == 8
    assert ids[0] == outbox.transaction_id("one", "$1:0")
    assert all(id_.isalnum() and id_.isascii() for id_ in ids)


def test_marker_is_the_same_for_every_device():
    assert outbox.marker("one", "$1:0") == outbox.marker("one", "$1:0")
    assert outbox.marker("one", "$1:0") != outbox.marker("one", "$1:1")


def test_short_message_is_one_part():
    content = {"body": "Kurz", "msgtype": "m.notice"}

    assert list(outbox.parts(content)) == [content]


def test_long_message_is_divided_between_lines():
    lines = [f"{number}: {'ä' * 500}" for number in range(60)]

    divided = list(outbox.parts({"body": "\n".join(lines), "msgtype": "m.notice"}))

    assert "\n".join(part["body"] for part in divided) == "\n".join(lines)
    assert all(len(part["body"].encode()) <= PART_BYTES for part in divided)
    assert {part["msgtype"] for part in divided} == {"m.notice"}
    assert len(divided) == 4


@pytest.mark.parametrize("letter", ["a", "ä", "€", "😀"])
def test_line_without_end_is_divided_between_letters(letter: str):
    body = letter * (3 * PART_BYTES // len(letter.encode()) + 1)

    divided = [part["body"] for part in outbox.parts({"body": body})]

    assert "".join(divided) == body
    assert all(part and len(part.encode()) <= PART_BYTES for part in divided)


@pytest.mark.parametrize("body", ["", "\n", "\n" * (PART_BYTES + 3), "\n" + "a" * (PART_BYTES + 3)])
def test_empty_lines_do_not_stop_the_division(body: str):
    divided = [part["body"] for part in outbox.parts({"body": body})]

    assert all(len(part.encode()) <= PART_BYTES for part in divided)
    assert "".join(divided).replace("\n", "") == body.replace("\n", "")


async def test_reactions_do_not_wait_for_messages_and_come_many_at_once(db: AsyncConnection, now: datetime):
    await say(db, "message", now)
    await say(db, "next message", now)
    for n in range(25):
        await say(db, f"reaction {n:02}", now, kind="reaction")

    found = await lanes.heads(db, await lanes.rooms(db))
    assert [post.cause for post in found.posts] == ["message", *(f"reaction {n:02}" for n in range(20))]
    assert found.more == {f"{ROOM} talk", f"{ROOM} reactions"}


async def test_what_follows_a_postponed_reaction_waits(db: AsyncConnection, now: datetime):
    await say(db, "first", now, kind="reaction")
    second = await say(db, "second", now, kind="reaction")
    await say(db, "third", now, kind="reaction")
    await outbox.postpone(db, second, now + SECOND, "timeout")

    assert await heads(db, now) == ["first"]


async def test_busy_lane_is_left_out(db: AsyncConnection, now: datetime):
    message = await outbox.get(db, await say(db, "message", now))
    await say(db, "reaction", now, kind="reaction")

    found = await lanes.heads(db, [ROOM], busy=[lanes.lane(message)])

    assert [post.cause for post in found.posts] == ["reaction"]
    assert found.more == {f"{ROOM} talk"}
    assert lanes.room_of(lanes.lane(message)) == ROOM


async def test_only_these_rooms_are_looked_at(db: AsyncConnection, now: datetime):
    await say(db, "here", now)
    await say(db, "there", now, OTHER)

    assert [post.cause for post in (await lanes.heads(db, [OTHER])).posts] == ["there"]
    assert await lanes.heads(db, []) == lanes.Heads([], frozenset())


async def test_rooms_in_which_somebody_has_asked_come_first(db: AsyncConnection, now: datetime):
    for room, cause in (("!c:test", "timer:1:0"), ("!b:test", "timer:2:0"), ("!a:test", "ev:$1:0")):
        await outbox.add(db, cause, RoomId(room), "event", {"type": "m.room.message"}, now=now)
    sent = await say(db, "sent", now, RoomId("!d:test"))
    await outbox.mark_sent(db, [(sent, EventId("$sent"))])

    assert await lanes.rooms(db) == ["!a:test", "!c:test", "!b:test"]


async def test_answers_and_receipts_go_before_promises(db: AsyncConnection, now: datetime):
    for room, cause in (("!a:test", "timer:1:0"), ("!b:test", "ev:$1:0"), ("!c:test", "timer:2:0")):
        await outbox.add(db, cause, RoomId(room), "event", {"type": "m.room.message"}, now=now)
    await outbox.add(db, "receipt", RoomId("!a:test"), "reaction", {"type": "m.reaction"}, now=now)

    found = await lanes.heads(db, await lanes.rooms(db))

    assert [post.cause for post in found.posts] == ["ev:$1:0", "receipt", "timer:1:0", "timer:2:0"]


async def test_only_rooms_with_something_new_are_looked_at(db: AsyncConnection, now: datetime):
    assert await lanes.newest(db) == 0
    for room in ("!a:test", "!b:test", "!c:test"):
        await outbox.add(db, f"old {room}", RoomId(room), "event", {"type": "m.room.message"}, now=now)
    since = await lanes.newest(db)
    for room in ("!b:test", "!c:test", "!d:test"):
        await outbox.add(db, f"new {room}", RoomId(room), "event", {"type": "m.room.message"}, now=now)

    found = await lanes.heads(db, busy=["!c:test talk"], since=since)

    # What is older in the same room goes first.
    assert [post.cause for post in found.posts] == ["old !b:test", "new !d:test"]
    assert found.more == {"!b:test talk", "!c:test talk"}
