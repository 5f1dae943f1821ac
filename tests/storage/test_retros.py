# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Retros in the database: numbered, one after the other; cards go after their time, with the person, or on request."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from method import retros as rules
from method.ids import EventId, RetroId, RoomId, UserId
from method.items import Item, Kind
from method.polls import Kind as PollKind
from method.polls import Openness, Option
from method.polls.words import Wish
from method.retros import Retro, Stage, Topic
from method.retros.forms import QUESTIONS, SAILBOAT, Said
from storage import exports, inbox, items, outbox, people, personal, polls, retros, reveals
from storage.groups import Group
from storage.people import Person
from storage.reveals import Shown
from storage.tables import poll_options, retro_cards, retro_topics

REVEALS = "2027-03-22T09:30"


async def begun(db: AsyncConnection, group: Group, source: str = "$start") -> Retro:
    return await retros.add(db, group.id, QUESTIONS, REVEALS, source=EventId(source))


async def filled(db: AsyncConnection, group: Group, person: Person) -> None:
    """Put four cards into the box: two of a person, two of somebody else."""
    other = await people.get_or_add(db, UserId("@ewa:test"))
    await retros.put(
        db, group.id, person.id, [Said("try", "Firmen briefen"), Said("good", "Essen")], EventId("$a")
    )
    await retros.put(
        db, group.id, other.id, [Said("try", "Firmen briefen!"), Said("hard", "Räume")], EventId("$b")
    )


async def revealed(
    db: AsyncConnection, group: Group, person: Person, now: datetime
) -> tuple[Retro, list[Topic]]:
    """Return a retro whose cards are voted on, and its topics."""
    await filled(db, group, person)
    retro = await begun(db, group)
    topics = rules.grouped(await retros.waiting(db, group.id), retro.form)
    await reveals.reveal(db, retro.id, topics)
    options = tuple(Option(topic.number or 0, topic.words) for topic in rules.to_vote(topics))
    wish = Wish(PollKind.DOTS, "Was zuerst?", options, 2, Openness.OPEN, False, now)
    poll = await polls.add(db, group.id, wish, None, None)
    retro = await retros.vote(db, retro.id, poll.id)
    return retro, await retros.topics(db, retro)


async def options(db: AsyncConnection) -> list[str | None]:
    return list(await db.scalars(select(poll_options.c.text).order_by(poll_options.c.position)))


async def test_retros_have_numbers_and_go_through_their_stages(
    db: AsyncConnection, group: Group, now: datetime
):
    first = await begun(db, group)
    post = await outbox.add(db, "a", RoomId("!room:test"), "event", {}, now=now)
    await retros.show(db, first.id, post)

    assert (first.number, first.stage, first.form, first.reveals) == (1, Stage.OPEN, QUESTIONS, REVEALS)
    assert await retros.running(db, group.id) == await retros.by_post(db, post)
    assert (await retros.by_source(db, EventId("$start"))) == await retros.by_id(db, first.id)
    assert await retros.latest(db, group.id) is None

    await retros.become(db, first.id, Stage.CANCELLED)
    assert await retros.running(db, group.id) is None
    second = await retros.add(db, group.id, SAILBOAT, REVEALS, source=None, sprint=3)
    await retros.postpone(db, second.id, "2027-03-23T09:30")
    ended = await retros.end(db, second.id, now=now)

    assert (ended.number, ended.sprint, ended.form, ended.day.isoformat()) == (2, 3, SAILBOAT, "2027-03-23")
    assert await retros.latest(db, group.id) == ended
    assert await retros.of_group(db, group.id) == [(ended, now)]
    with pytest.raises(LookupError):
        await retros.by_id(db, RetroId(99))


async def test_same_message_puts_its_cards_once_and_can_say_something_else(
    db: AsyncConnection, group: Group, person: Person
):
    for _ in range(2):
        await retros.put(db, group.id, person.id, [Said("good", "Essen"), Said(None, "So")], EventId("$a"))
    cards = await retros.waiting(db, group.id)
    assert [(card.heading, card.text) for card in cards] == [("good", "Essen"), (None, "So")]

    await retros.withdraw(db, EventId("$a"))
    await retros.put(db, group.id, person.id, [Said("hard", "Räume")], EventId("$a"))

    [card] = await retros.by_message(db, EventId("$a"))
    assert (card.person, card.heading, card.text, card.retro, card.origin) == (
        person.id, "hard", "Räume", None, None,
    )  # fmt: skip
    assert await retros.group_of(db, card) == group.id


async def test_topics_are_as_they_were_revealed(
    db: AsyncConnection, group: Group, person: Person, now: datetime
):
    retro, topics = await revealed(db, group, person, now)

    assert [(topic.words, len(topic.cards), topic.number) for topic in topics] == [
        ("Essen", 1, None), ("Räume", 1, 1), ("Firmen briefen", 2, 2),
    ]  # fmt: skip
    assert await retros.waiting(db, group.id) == []
    assert retro.poll is not None
    assert await retros.by_poll(db, retro.poll) == retro
    assert await retros.of_person(db, person.id) == [retro.id]


async def test_deleted_card_is_gone_from_the_poll_and_its_twin_stays(
    db: AsyncConnection, group: Group, person: Person, now: datetime
):
    retro, _ = await revealed(db, group, person, now)
    await retros.withdraw(db, EventId("$b"))
    left = await retros.topics(db, retro)
    await retros.follow(db, retro, left)

    assert [topic.words for topic in left] == ["Essen", "Firmen briefen"]
    assert await options(db) == [None, "Firmen briefen"]


async def test_what_got_no_point_waits_with_its_origin(
    db: AsyncConnection, group: Group, person: Person, now: datetime
):
    retro, topics = await revealed(db, group, person, now)
    await retros.carry(db, retro, rules.left_over(topics, {2: 3}))

    [card] = await retros.waiting(db, group.id)
    assert (card.text, card.origin, card.source) == ("Räume", 1, EventId("$b"))
    assert [topic.words for topic in await retros.topics(db, retro)] == ["Essen", "Räume", "Firmen briefen"]


async def test_cards_go_thirty_days_after_the_end_with_what_was_carried_over(
    db: AsyncConnection, group: Group, person: Person, barrier: Item, now: datetime
):
    retro, topics = await revealed(db, group, person, now)
    task = await items.add(db, group.id, Kind.TASK, "Räume", [], None, EventId("$task"), now=now)
    await retros.link(db, retro, task.id, topics[1])
    await retros.link(db, retro, task.id, topics[1])
    await retros.carry(db, retro, rules.left_over(topics, {}))
    await retros.end(db, retro.id, now=now)
    # Of the next retro, which has not ended.
    await retros.put(db, group.id, person.id, [Said("hard", "Neu")], EventId("$c"))

    assert await retros.actions(db, retro.id) == [(task.id, topics[1].id)]
    assert await retros.purge(db, now) == 0
    assert await retros.purge(db, now + timedelta(seconds=1)) == 7

    assert [card.text for card in await retros.waiting(db, group.id)] == ["Neu"]
    assert await retros.topics(db, retro) == []
    assert await db.scalar(select(func.count()).select_from(retro_topics)) == 0
    assert await retros.actions(db, retro.id) == [(task.id, None)]
    assert await options(db) == [None, None]


async def test_box_is_emptied_of_what_waits_too_long(
    db: AsyncConnection, group: Group, person: Person, now: datetime
):
    for name, at in (("$old", now), ("$new", now + timedelta(days=1))):
        await inbox.add(db, 1, [inbox.Arrival(name, "!room:test", 0, "@samira:example.org", b"{}")], now=at)
        await retros.put(db, group.id, person.id, [Said(None, name)], EventId(name))

    assert await retros.purge_box(db, now + timedelta(hours=1)) == 1
    assert [card.text for card in await retros.waiting(db, group.id)] == ["$new"]


async def test_own_cards_are_shown_to_their_author_and_forgotten(
    db: AsyncConnection, group: Group, person: Person, now: datetime
):
    retro, _ = await revealed(db, group, person, now)
    shown = (await personal.everything(db, person.user_id, now=now))["data"]["retro_cards"]

    assert sorted(row["text"] for row in shown) == ["Essen", "Firmen briefen"]
    assert (await personal.forget(db, person.user_id))["retro_cards"] == 2
    assert [topic.words for topic in await retros.topics(db, retro)] == ["Räume", "Firmen briefen!"]
    assert set(await db.scalars(select(retro_cards.c.source_event_id))) == {"$b"}


async def test_cards_of_whoever_leaves_stay_and_are_nobody_s(
    db: AsyncConnection, group: Group, person: Person, now: datetime
):
    retro, topics = await revealed(db, group, person, now)
    await personal.leave(db, person.user_id, group.id)
    left = await retros.topics(db, retro)

    assert [topic.words for topic in left] == [topic.words for topic in topics]
    assert [card.person for card in await retros.by_message(db, EventId("$a"))] == [None, None]
    assert await retros.of_person(db, person.id) == []


async def test_export_says_when_and_what_came_of_it_and_no_card(
    db: AsyncConnection, group: Group, person: Person, now: datetime
):
    retro, topics = await revealed(db, group, person, now)
    task = await items.add(db, group.id, Kind.TASK, "Räume", [], None, EventId("$task"), now=now)
    await retros.link(db, retro, task.id, topics[1])
    document = await exports.of_group(db, group.id)

    assert document["retros"] == [
        {
            "number": 1, "form": "questions", "reveals": REVEALS, "ended": None, "poll": "U1", "actions": ["A1"],
        }
    ]  # fmt: skip
    assert "Essen" not in str(document)


async def test_cards_stand_in_the_messages_that_were_chosen_and_these_lead_to_the_retro(
    db: AsyncConnection, group: Group, person: Person, now: datetime
):
    await filled(db, group, person)
    retro = await begun(db, group)
    topics = rules.grouped(await retros.waiting(db, group.id), retro.form)
    cards = [card for topic in topics for card in topic.cards]
    pages = {card.id: number for number, card in enumerate(cards, 1)}
    chosen = [
        replace(topic, cards=tuple(replace(card, page=pages[card.id]) for card in topic.cards))
        for topic in topics
    ]
    await reveals.reveal(db, retro.id, chosen)
    content = {"type": "m.room.message", "content": {"body": "x"}}
    post = await outbox.add(db, "c1", RoomId("!group:test"), "event", content, now=now)
    await reveals.save(db, reveals.of_retro(retro.id), Shown(3, post, "a"))
    known, found = await reveals.shown(db, reveals.of_retro(retro.id)), await retros.by_post(db, post)
    await reveals.forget(db, post)

    revealed = await retros.topics(db, retro)
    assert {card.id: card.page for topic in revealed for card in topic.cards} == pages
    assert (known, found) == ([Shown(2), Shown(3, post, "a"), Shown(4)], retro)
    assert (await reveals.shown(db, reveals.of_retro(retro.id)))[1] == Shown(3)
    assert await retros.by_post(db, post) is None
