# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the bot said about an item is found again, and taken back with it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from method.ids import EventId, OutboxId, RoomId
from method.items import Item
from storage import changes, items, outbox, supports
from storage.groups import Group
from storage.people import Person

ROOM = RoomId("!room:example.org")


async def post(
    db: AsyncConnection, cause: str, subject: str, now: datetime, *, sent: bool = True
) -> OutboxId:
    content = {"type": "m.room.message", "content": {"body": "words"}}
    row = await outbox.add(db, cause, ROOM, "event", content, now=now, subject=subject)
    if sent:
        await outbox.mark_sent(db, [(row, EventId(f"${cause}"))])
    return row


async def test_posts_below_a_subject_are_taken_back_once(db: AsyncConnection, barrier: Item, now: datetime):
    about = await post(db, "about", items.subject(barrier.id), now)
    shown = await post(db, "shown", items.subject(barrier.id, "post"), now)
    other = await post(db, "other", f"item:{barrier.id}7:post", now)

    found = await outbox.take_back(db, items.subject(barrier.id))
    await outbox.add(db, "redaction", ROOM, "redaction", {}, target=shown, now=now)

    assert [one.id for one in found] == [shown]
    assert shown not in (about, other)
    assert await outbox.take_back(db, items.subject(barrier.id)) == []


async def test_edits_of_a_post_are_taken_back_with_it(db: AsyncConnection, barrier: Item, now: datetime):
    shown = await post(db, "shown", items.subject(barrier.id, "post"), now)
    content = {"type": "m.room.message", "content": {"body": "newer words"}}
    edit = await outbox.add(db, "edit", ROOM, "event", content, target=shown, now=now)
    await outbox.mark_sent(db, [(edit, EventId("$edit"))])

    assert [one.id for one in await outbox.take_back(db, items.subject(barrier.id))] == [shown, edit]


async def test_an_unsent_post_and_its_edit_are_cancelled(db: AsyncConnection, barrier: Item, now: datetime):
    shown = await post(db, "shown", items.subject(barrier.id, "post"), now, sent=False)
    content = {"type": "m.room.message", "content": {"body": "newer words"}}
    edit = await outbox.add(db, "edit", ROOM, "event", content, target=shown, now=now)

    assert await outbox.take_back(db, items.subject(barrier.id)) == []
    assert [(await outbox.get(db, row)).state for row in (shown, edit)] == ["cancelled", "cancelled"]
    assert [(await outbox.get(db, row)).payload for row in (shown, edit)] == [{}, {}]


async def test_pictures_are_taken_back_as_messages_are(db: AsyncConnection, now: datetime):
    sent, unsent = [
        await outbox.add(db, name, ROOM, "file", {"picture": {}}, now=now, subject=f"poll:3:picture:{name}")
        for name in ("sent", "unsent")
    ]
    await outbox.mark_sent(db, [(sent, EventId("$sent"))])

    assert [one.id for one in await outbox.take_back(db, "poll:3:picture")] == [sent]
    assert ((await outbox.get(db, unsent)).state, (await outbox.get(db, unsent)).payload) == ("cancelled", {})


async def test_a_cancelled_post_is_not_tried(db: AsyncConnection, barrier: Item, now: datetime):
    shown = await post(db, "shown", items.subject(barrier.id, "post"), now, sent=False)
    about_to_be_sent = await outbox.get(db, shown)
    await outbox.take_back(db, items.subject(barrier.id))

    await outbox.mark_trying(db, [(about_to_be_sent, "txn")], "DEVICE", now=now)
    assert (await outbox.get(db, shown)).state == "cancelled"


async def test_every_post_about_an_item_leads_to_it(db: AsyncConnection, barrier: Item, now: datetime):
    for number, shows in enumerate(("", "post", "note:7:post")):
        await post(db, f"cause{number}", items.subject(barrier.id, shows), now)

    found = [await items.by_event(db, EventId(f"$cause{number}")) for number in range(3)]

    assert found == [barrier, barrier, barrier]


async def test_later_changes_of_the_same_thing(
    db: AsyncConnection, group: Group, person: Person, barrier: Item, now: datetime
):
    first = await changes.add(db, group.id, person.id, "edited", now=now, item_id=barrier.id)
    goal = await changes.add(db, group.id, person.id, "goal", now=now)
    await changes.add(db, group.id, person.id, "language", now=now)
    later = await changes.add(db, group.id, person.id, "withdrawn", now=now, item_id=barrier.id)

    assert await changes.since(db, first) == [later]
    assert await changes.since(db, goal) == []
    await changes.forget(db, group.id, "goal")
    assert [one.kind for one in await changes.of_item(db, barrier.id)] == ["edited", "withdrawn"]


async def test_a_support_names_item_and_person(db: AsyncConnection, barrier: Item, person: Person):
    await supports.add(db, barrier.id, person.id, EventId("$thumb"))

    assert await supports.by_event(db, EventId("$thumb")) == (barrier.id, person.id)
    assert await supports.by_event(db, EventId("$other")) is None
