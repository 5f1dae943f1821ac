# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Items: numbered once, found by label, message and post, listed with one query."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy import event, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from method.ids import EventId, GroupId, ItemId, UserId
from method.items import Item, Kind, Label, Listed, State
from storage import groups, items, notes, people, supports
from storage.database import Database
from storage.groups import Group
from storage.inline import InlineConnection
from storage.links import linked_to
from storage.people import Person
from storage.tables import outbox

B1, B2, B3 = (Label(Kind.BARRIER, number) for number in (1, 2, 3))
I1 = Label(Kind.IDEA, 1)
MINUTE = timedelta(minutes=1)


async def add(
    db: AsyncConnection,
    group: Group,
    label: Label,
    *,
    links: Sequence[Label] = (),
    topics: Sequence[str] = (),
) -> Item:
    """Add an item that must get this label."""
    item = await items.add(
        db, group.id, label.kind, f"Text {label}", topics, None, None, now=group.created_at, links=links
    )
    assert item.label == label
    return item


async def labels(db: AsyncConnection, group: Group, **only: object) -> list[str]:
    return [str(listed.item.label) for listed in await items.listing(db, group.id, **only)]  # type: ignore[arg-type]  # passed on


# --- adding --------------------------------------------------------------------------------------


async def test_add_returns_what_is_found_later(
    db: AsyncConnection, group: Group, person: Person, now: datetime
):
    await add(db, group, B1)
    await add(db, group, B2)
    item = await items.add(
        db,
        group.id,
        Kind.IDEA,
        "Formular auch online",
        ["Amt", "Zeit"],
        person.id,
        EventId("$idea"),
        now=now,
        links=[B2, B1],
    )

    assert item == Item(
        id=item.id,
        group_id=group.id,
        kind=Kind.IDEA,
        number=1,
        text="Formular auch online",
        state=State.OPEN,
        topics=("Amt", "Zeit"),
        author=person.id,
        source=EventId("$idea"),
        created_at=now,
        changed_at=now,
        links=(B1, B2),
    )
    assert await items.get(db, group.id, I1) == item
    assert await items.find(db, group.id, I1) == item
    assert await items.by_id(db, item.id) == item
    assert await items.by_source(db, EventId("$idea")) == item
    assert await items.by_event(db, EventId("$idea")) == item


async def test_add_with_the_same_message_gives_the_same_item(
    db: AsyncConnection, group: Group, barrier: Item, now: datetime
):
    again = await items.add(
        db, group.id, Kind.BARRIER, "Anderer Text", [], None, barrier.source, now=now + MINUTE
    )

    assert again == barrier
    assert await items.last_number(db, group.id, Kind.BARRIER) == 1


async def test_add_with_the_same_message_at_once_gives_one_item(database: Database, now: datetime):
    async with database.transaction() as db:
        group = await groups.add(db, "Anerkennung", now=now)

    async def capture() -> Item:
        async with database.transaction() as db:
            source = EventId("$same")
            return await items.add(db, group.id, Kind.BARRIER, "Text", [], None, source, now=now)

    captured = await asyncio.gather(*(capture() for _ in range(8)))

    assert {item.label for item in captured} == {B1}
    async with database.reading() as db:
        assert await items.counts(db, group.id) == dict.fromkeys(Kind, 0) | {Kind.BARRIER: 1}


async def test_numbers_given_at_once_are_all_different(database: Database, now: datetime):
    async with database.transaction() as db:
        group = await groups.add(db, "Anerkennung", now=now)

    async def capture(number: int) -> Item:
        async with database.transaction() as db:
            source = EventId(f"${number}")
            return await items.add(db, group.id, Kind.BARRIER, "Text", [], None, source, now=now)

    captured = await asyncio.gather(*(capture(number) for number in range(12)))

    assert sorted(item.number for item in captured) == list(range(1, 13))


async def test_add_without_a_message_makes_an_item_each_time(db: AsyncConnection, group: Group):
    await add(db, group, B1)
    await add(db, group, B2)


async def test_topic_spelled_twice_is_kept_as_first_typed(db: AsyncConnection, group: Group):
    item = await add(db, group, B1, topics=["Ämter", "zeit", "aemter", "Zeit"])

    assert item.topics == ("Ämter", "zeit")


async def test_many_topics_keep_their_order(db: AsyncConnection, group: Group):
    topics = tuple(f"thema-{number}" for number in range(12, 0, -1))

    assert (await add(db, group, B1, topics=topics)).topics == topics


async def test_topic_of_two_lines_is_refused(db: AsyncConnection, group: Group):
    with pytest.raises(ValueError, match="one line"):
        await add(db, group, B1, topics=["eins\nzwei"])


@pytest.mark.parametrize("label", [B2, I1], ids=str)
async def test_link_to_nothing_raises(database: Database, now: datetime, label: Label):
    async with database.transaction() as db:
        group = await groups.add(db, "Anerkennung", now=now)
        await add(db, group, B1)

    with pytest.raises(LookupError):
        async with database.transaction() as db:
            await add(db, group, I1, links=[B1, label])

    async with database.reading() as db:
        assert await labels(db, group) == ["B1"]


async def test_link_reaches_no_other_group(db: AsyncConnection, group: Group, barrier: Item, now: datetime):
    other = await groups.add(db, "Wohnen", now=now)

    with pytest.raises(LookupError):
        await add(db, other, I1, links=[barrier.label])


async def test_add_to_an_unknown_group_raises(db: AsyncConnection, now: datetime):
    with pytest.raises(LookupError):
        await items.add(db, GroupId(404), Kind.BARRIER, "Text", [], None, None, now=now)


# --- finding -------------------------------------------------------------------------------------


async def test_label_is_looked_up_in_its_own_group(db: AsyncConnection, barrier: Item, now: datetime):
    other = await groups.add(db, "Wohnen", now=now)

    assert await items.find(db, other.id, barrier.label) is None
    with pytest.raises(LookupError):
        await items.get(db, other.id, barrier.label)


async def test_highest_number_anybody_can_type_is_looked_up_in_peace(db: AsyncConnection, group: Group):
    label = Label.parse("B999999999")

    assert label is not None
    assert await items.find(db, group.id, label) is None


async def test_by_id_of_nothing_raises(db: AsyncConnection):
    with pytest.raises(LookupError):
        await items.by_id(db, ItemId(404))


async def test_by_event_finds_the_item_of_a_note(
    db: AsyncConnection, barrier: Item, person: Person, now: datetime
):
    await notes.add(db, barrier.id, "Bei uns auch", person.id, EventId("$note"), now=now)

    assert await items.by_event(db, EventId("$note")) == barrier
    assert await items.by_source(db, EventId("$note")) is None


@pytest.mark.parametrize("shows", ["", "text", "note:7"])
async def test_by_event_finds_the_item_of_our_post(
    db: AsyncConnection, barrier: Item, now: datetime, shows: str
):
    await say(db, "$post", items.subject(barrier.id, shows), now)

    assert await items.by_event(db, EventId("$post")) == barrier


@pytest.mark.parametrize("subject", [None, "question:1", "welcome:1"])
async def test_by_event_of_another_post_finds_nothing(
    db: AsyncConnection, barrier: Item, now: datetime, subject: str | None
):
    await say(db, "$post", subject, now)

    assert await items.by_event(db, EventId("$post")) is None


async def test_by_event_of_chat_finds_nothing(db: AsyncConnection, barrier: Item):
    assert await items.by_event(db, EventId("$chat")) is None


async def say(db: AsyncConnection, event_id: str, subject: str | None, now: datetime) -> None:
    row = {
        "cause": "c",
        "room_id": "!room:example.org",
        "kind": "event",
        "txn_id": "t",
        "state": "sent",
        "attempts": 1,
    }
    await db.execute(
        insert(outbox).values(row | {"created_at": now, "event_id": event_id, "subject": subject})
    )


# --- changing ------------------------------------------------------------------------------------


async def test_rewrite_replaces_words_topics_and_links(db: AsyncConnection, group: Group, now: datetime):
    await add(db, group, B1)
    await add(db, group, B2)
    idea = await add(db, group, I1, links=[B1], topics=["Amt"])

    changed = await items.rewrite(db, idea.id, "Neu", ["Zeit", "Geld"], now=now + MINUTE, links=[B2])

    assert (changed.text, changed.topics, changed.links) == ("Neu", ("Zeit", "Geld"), (B2,))
    assert (changed.created_at, changed.changed_at) == (now, now + MINUTE)
    assert await items.listing(db, group.id, topic="Amt") == []


@pytest.mark.parametrize("erase", [False, True])
async def test_late_edit_brings_no_words_back(db: AsyncConnection, barrier: Item, now: datetime, erase: bool):
    await items.withdraw(db, barrier.id, erase=erase, now=now)

    with pytest.raises(LookupError):
        await items.rewrite(db, barrier.id, "Neu", [], now=now, links=[])


async def test_withdrawn_item_can_come_back_as_it_was(
    db: AsyncConnection, group: Group, barrier: Item, now: datetime
):
    idea = await add(db, group, I1, links=[B1])
    await items.withdraw(db, barrier.id, erase=False, now=now + MINUTE)

    assert await labels(db, group) == ["I1"]
    assert (await items.get(db, group.id, B1)).state is State.WITHDRAWN
    assert (await items.by_id(db, idea.id)).links == ()

    back = await items.restore(db, barrier.id, now=now + 2 * MINUTE)

    assert (back.text, back.topics, back.state) == (barrier.text, barrier.topics, State.OPEN)
    assert back.changed_at == now + 2 * MINUTE
    assert (await items.by_id(db, idea.id)).links == (B1,)


async def test_erased_item_keeps_its_number_and_nothing_else(
    db: AsyncConnection, group: Group, barrier: Item, now: datetime
):
    await items.withdraw(db, barrier.id, erase=True, now=now + MINUTE)

    left = await items.get(db, group.id, B1)
    assert (left.text, left.topics, left.author, left.state) == (None, (), None, State.WITHDRAWN)
    assert left.source == barrier.source
    with pytest.raises(LookupError):
        await items.restore(db, barrier.id, now=now)
    await add(db, group, B2)


async def test_withdrawing_again_moves_no_deadline(db: AsyncConnection, barrier: Item, now: datetime):
    await items.withdraw(db, barrier.id, erase=False, now=now + MINUTE)
    await items.withdraw(db, barrier.id, erase=False, now=now + 2 * MINUTE)

    assert (await items.by_id(db, barrier.id)).changed_at == now + MINUTE


# --- listing -------------------------------------------------------------------------------------


async def test_listing_is_sorted_and_counted(
    db: AsyncConnection, group: Group, person: Person, now: datetime
):
    first = await add(db, group, B1, topics=["Amt", "Zeit"])
    idea = await add(db, group, I1, links=[B1])
    second = await add(db, group, B2)
    ben = await people.get_or_add(db, UserId("@ben:example.org"))
    for person_id, event_id in ((person.id, "$1"), (person.id, "$2"), (ben.id, "$3")):
        await supports.add(db, first.id, person_id, EventId(event_id))
    for event_id in ("$n1", "$n2", "$n3"):
        await notes.add(db, first.id, "Bei uns auch", person.id, EventId(event_id), now=now)
    withdrawn = await notes.by_source(db, EventId("$n3"))
    assert withdrawn is not None
    await notes.withdraw(db, withdrawn.id, erase=False, now=now)

    everything = [Listed(first, 2, 2), Listed(second, 0, 0), Listed(idea, 0, 0)]
    assert await items.listing(db, group.id) == everything
    assert await items.everything(db, group.id) == everything
    assert await items.listing(db, group.id, Kind.BARRIER) == everything[:2]
    assert await items.listing(db, group.id, Kind.IDEA) == everything[2:]


async def test_listing_by_number_not_by_spelling(db: AsyncConnection, group: Group):
    for number in range(1, 12):
        await add(db, group, Label(Kind.BARRIER, number))

    assert await labels(db, group) == [f"B{number}" for number in range(1, 12)]


@pytest.mark.parametrize("topic", ["Ämter", "aemter", "AMTER", "#ämter"])
async def test_listing_of_a_topic_however_it_is_spelled(db: AsyncConnection, group: Group, topic: str):
    await add(db, group, B1, topics=["Ämter"])
    await add(db, group, B2, topics=["Zeit", "ämter"])
    await add(db, group, B3, topics=["Zeit"])

    assert await labels(db, group, topic=topic) == ["B1", "B2"]


async def test_listing_of_an_unknown_topic_is_empty(db: AsyncConnection, barrier: Item):
    assert await items.listing(db, barrier.group_id, topic="Geld") == []


async def test_lists_leave_out_the_withdrawn_and_other_groups(
    db: AsyncConnection, group: Group, barrier: Item, now: datetime
):
    await add(db, await groups.add(db, "Wohnen", now=now), B1)
    await add(db, group, B2)
    idea = await add(db, group, I1, links=[B1, B2])
    await items.withdraw(db, barrier.id, erase=False, now=now)

    assert await labels(db, group) == ["B2", "I1"]
    assert await items.counts(db, group.id) == dict.fromkeys(Kind, 0) | {Kind.BARRIER: 1, Kind.IDEA: 1}
    assert (await items.by_id(db, idea.id)).links == (B2,)
    assert [str(listed.item.label) for listed in await items.everything(db, group.id)] == ["B1", "B2", "I1"]


async def test_linked_to_names_the_open_ideas(
    db: AsyncConnection, group: Group, barrier: Item, now: datetime
):
    await add(db, group, I1, links=[B1])
    second = await add(db, group, Label(Kind.IDEA, 2), links=[B1])
    await add(db, group, Label(Kind.IDEA, 3), links=[B1])
    await items.withdraw(db, second.id, erase=False, now=now)

    assert [str(label) for label in await linked_to(db, barrier.id)] == ["I1", "I3"]


@pytest.mark.parametrize("size", [1, 50])
async def test_list_of_any_length_takes_one_query(
    database: Database, db: AsyncConnection, group: Group, size: int
):
    for number in range(1, size + 1):
        await add(db, group, Label(Kind.BARRIER, number), topics=["Amt"])
    queries: list[str] = []
    if isinstance(db, InlineConnection):
        # A prepared statement does not pass SQLAlchemy.
        db.driver.set_trace_callback(queries.append)
    event.listen(database.sync_engine, "before_cursor_execute", lambda *args: queries.append(args[2]))

    listed = await items.listing(db, group.id, Kind.BARRIER, "Amt")

    assert (len(listed), len(queries)) == (size, 1)
