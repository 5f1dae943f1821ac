# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Retros of a group by number, their cards, and the tasks that came of them; cards go 30 days after the end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from method.ids import EventId, GroupId, ItemId, OutboxId, PersonId, PollId, RetroId, RetroTopicId
from method.pages import FIRST
from method.retros import Card, Retro, Stage, Topic, arranged, form_of
from method.retros.forms import Form, Said
from storage import upsert
from storage.tables import (
    groups,
    inbox,
    poll_options,
    retro_actions,
    retro_cards,
    retro_pages,
    retro_topics,
    retros,
)

_SUBJECT: Final = "retro:"
_RUNS: Final = retros.c.state.in_((Stage.OPEN.value, Stage.VOTING.value))
_WAITS: Final = retro_cards.c.retro_id.is_(None)


def subject(retro_id: RetroId) -> str:
    """Return the outbox subject of our post of a retro."""
    return f"{subject_of_all(retro_id)}:post"


def subject_of_all(retro_id: RetroId) -> str:
    """Return what is above the subject of our post."""
    return f"{_SUBJECT}{retro_id}"


# --- retros --------------------------------------------------------------------------------------


async def add(
    db: AsyncConnection,
    group_id: GroupId,
    form: Form,
    reveals: str,
    *,
    source: EventId | None,
    sprint: int | None = None,
) -> Retro:
    """Begin a retro."""
    # Two that begin at once wait for each other.
    await db.execute(select(groups.c.id).where(groups.c.id == group_id).with_for_update())
    last = await db.scalar(select(func.max(retros.c.number)).where(retros.c.group_id == group_id))
    values = {
        "group_id": group_id,
        "number": (last or 0) + 1,
        "form": form.key,
        "state": Stage.OPEN.value,
        "reveals": reveals,
        "sprint": sprint,
        "source_event_id": source,
    }
    added = await db.execute(insert(retros).values(values).returning(retros.c.id))
    return await by_id(db, RetroId(added.scalar_one()))


async def by_id(db: AsyncConnection, retro_id: RetroId) -> Retro:
    """Return the retro.

    Raises:
        LookupError: there is none with this id.
    """
    found = await _one(db, retros.c.id == retro_id)
    if found is None:
        raise LookupError(f"no retro {retro_id}")
    return found


async def by_source(db: AsyncConnection, event_id: EventId) -> Retro | None:
    """Return the retro that this message began."""
    return await _one(db, retros.c.source_event_id == event_id)


async def by_post(db: AsyncConnection, post: OutboxId) -> Retro | None:
    """Return the retro that our post shows, or a part of it."""
    further = select(retro_pages.c.retro_id).where(retro_pages.c.post_id == post)
    return await _one(db, or_(retros.c.post_id == post, retros.c.id.in_(further)))


async def by_poll(db: AsyncConnection, poll_id: PollId) -> Retro | None:
    """Return the retro whose cards are voted on."""
    return await _one(db, retros.c.poll_id == poll_id)


async def polls_of(db: AsyncConnection, group_id: GroupId) -> frozenset[int]:
    """Return the polls on the cards of a group's retros."""
    query = select(retros.c.poll_id).where(retros.c.group_id == group_id, retros.c.poll_id.is_not(None))
    return frozenset(await db.scalars(query))


async def running(db: AsyncConnection, group_id: GroupId) -> Retro | None:
    """Return the retro whose box is open or whose vote runs."""
    return await _one(db, retros.c.group_id == group_id, _RUNS)


async def latest(db: AsyncConnection, group_id: GroupId) -> Retro | None:
    """Return the last retro that was revealed."""
    was = retros.c.state.in_((Stage.VOTING.value, Stage.ENDED.value))
    return await _one(db, retros.c.group_id == group_id, was)


async def of_group(db: AsyncConnection, group_id: GroupId) -> list[tuple[Retro, datetime | None]]:
    """Return the retros that were not cancelled, by number, each with the moment of its end."""
    here = (retros.c.group_id == group_id) & (retros.c.state != Stage.CANCELLED.value)
    query = select(retros).where(here).order_by(retros.c.number)
    return [(_retro(row), row.ended_at) for row in await db.execute(query)]


async def show(db: AsyncConnection, retro_id: RetroId, post: OutboxId | None) -> None:
    """Remember our post of it; None: it was deleted."""
    await _change(db, retro_id, post_id=post)


async def postpone(db: AsyncConnection, retro_id: RetroId, reveals: str) -> None:
    """The moment of the reveal was missed: it is this one now."""
    await _change(db, retro_id, reveals=reveals)


async def become(db: AsyncConnection, retro_id: RetroId, stage: Stage) -> Retro:
    """Cancel a retro, or let it be open again."""
    await _change(db, retro_id, state=stage.value)
    return await by_id(db, retro_id)


async def vote(db: AsyncConnection, retro_id: RetroId, poll_id: PollId) -> Retro:
    """The cards are revealed; people vote on them."""
    await _change(db, retro_id, state=Stage.VOTING.value, poll_id=poll_id)
    return await by_id(db, retro_id)


async def end(db: AsyncConnection, retro_id: RetroId, *, now: datetime) -> Retro:
    """Everything is said; from now on its cards are kept for 30 days."""
    await _change(db, retro_id, state=Stage.ENDED.value, ended_at=now)
    return await by_id(db, retro_id)


# --- cards ---------------------------------------------------------------------------------------


async def put(
    db: AsyncConnection, group_id: GroupId, person_id: PersonId, said: Sequence[Said], source: EventId
) -> None:
    """Put cards into the box; the same message again changes nothing."""
    rows = [
        {
            "group_id": group_id,
            "person_id": person_id,
            "heading": one.heading,
            "text": one.text,
            "source_event_id": source,
        }
        for one in said
    ]
    if rows and not await by_message(db, source):
        await db.execute(insert(retro_cards), rows)


async def by_message(db: AsyncConnection, event_id: EventId) -> list[Card]:
    """Return the cards that this message made, with those that come up again."""
    return await _cards(db, retro_cards.c.source_event_id == event_id)


async def group_of(db: AsyncConnection, card: Card) -> GroupId:
    """Return the group into whose box a card was put."""
    query = select(retro_cards.c.group_id).where(retro_cards.c.id == card.id)
    return GroupId((await db.execute(query)).scalar_one())


async def waiting(db: AsyncConnection, group_id: GroupId) -> list[Card]:
    """Return the cards that wait for the next reveal."""
    return await _cards(db, (retro_cards.c.group_id == group_id) & _WAITS)


async def withdraw(db: AsyncConnection, event_id: EventId) -> None:
    """The message was deleted: forget its cards."""
    await db.execute(delete(retro_cards).where(retro_cards.c.source_event_id == event_id))


async def of_person(db: AsyncConnection, person_id: PersonId) -> list[RetroId]:
    """Return the revealed retros in which a person has cards."""
    query = select(retro_cards.c.retro_id).where(retro_cards.c.person_id == person_id, ~_WAITS)
    return [RetroId(found) for found in await db.scalars(query.distinct().order_by(retro_cards.c.retro_id))]


async def forget(db: AsyncConnection, person_id: PersonId) -> int:
    """Forget all cards of a person; return how many."""
    return (await db.execute(delete(retro_cards).where(retro_cards.c.person_id == person_id))).rowcount


# --- what was revealed ---------------------------------------------------------------------------


async def topics(db: AsyncConnection, retro: Retro) -> list[Topic]:
    """Return the topics of a revealed retro as far as there are cards, in their order."""
    cards: defaultdict[int, list[Card]] = defaultdict(list)
    for card in await _cards(db, retro_cards.c.retro_id == retro.id):
        cards[card.topic or 0].append(card)
    query = select(retro_topics).where(retro_topics.c.retro_id == retro.id).order_by(retro_topics.c.id)
    return [
        Topic(
            retro.form.heading(cards[row.id][0].heading),
            tuple(arranged(cards[row.id])),
            row.number,
            RetroTopicId(row.id),
        )
        for row in await db.execute(query)
        if cards[row.id]
    ]


async def follow(db: AsyncConnection, retro: Retro, left: Collection[Topic]) -> None:
    """Let the poll have the words of the topics that are left, and none of the others."""
    words = {topic.number: topic.words for topic in left}
    query = select(poll_options.c.number).where(poll_options.c.poll_id == retro.poll)
    for number in list(await db.scalars(query)):
        here = (poll_options.c.poll_id == retro.poll) & (poll_options.c.number == number)
        await db.execute(update(poll_options).where(here).values(text=words.get(number)))


async def carry(db: AsyncConnection, retro: Retro, cards: Sequence[Card]) -> None:
    """Let these cards come up in the next retro, with where they are from."""
    rows = [
        {
            "group_id": retro.group_id,
            "origin_id": retro.id,
            "person_id": card.person,
            "heading": card.heading,
            "text": card.text,
            "source_event_id": card.source,
        }
        for card in cards
    ]
    if rows:
        await db.execute(insert(retro_cards), rows)


async def link(db: AsyncConnection, retro: Retro, item_id: ItemId, topic: Topic) -> None:
    """Remember that a task was made of a topic."""
    values = {"item_id": item_id, "retro_id": retro.id, "topic_id": topic.id}
    await db.execute(upsert.insert(db, retro_actions).values(values).on_conflict_do_nothing())


async def actions(db: AsyncConnection, retro_id: RetroId) -> list[tuple[ItemId, RetroTopicId | None]]:
    """Return the tasks that were made of a retro, each with its topic as long as that is kept."""
    query = select(retro_actions).where(retro_actions.c.retro_id == retro_id)
    return [
        (ItemId(row.item_id), row.topic_id)
        for row in await db.execute(query.order_by(retro_actions.c.item_id))
    ]


async def actions_of_group(db: AsyncConnection, group_id: GroupId) -> dict[RetroId, list[ItemId]]:
    """Return the tasks that were made of the retros of a group."""
    query = (
        select(retro_actions)
        .join(retros, retros.c.id == retro_actions.c.retro_id)
        .where(retros.c.group_id == group_id)
        .order_by(retro_actions.c.item_id)
    )
    found: defaultdict[RetroId, list[ItemId]] = defaultdict(list)
    for row in await db.execute(query):
        found[RetroId(row.retro_id)].append(ItemId(row.item_id))
    return found


# --- keeping -------------------------------------------------------------------------------------


async def purge(db: AsyncConnection, before: datetime) -> int:
    """Forget the cards of retros that ended before ``before``, also in their polls; return how many."""
    old = select(retros.c.id).where(retros.c.ended_at < before)
    theirs = or_(retro_cards.c.retro_id.in_(old), _WAITS & retro_cards.c.origin_id.in_(old))
    gone = await db.execute(delete(retro_cards).where(theirs))
    left = select(retro_cards.c.topic_id).where(retro_cards.c.topic_id.is_not(None))
    empty = retro_topics.c.retro_id.in_(old) & retro_topics.c.id.not_in(left)
    ids = list(await db.scalars(select(retro_topics.c.id).where(empty)))
    await db.execute(update(retro_actions).where(retro_actions.c.topic_id.in_(ids)).values(topic_id=None))
    await db.execute(delete(retro_topics).where(retro_topics.c.id.in_(ids)))
    asked = select(retros.c.poll_id).where(retros.c.ended_at < before, retros.c.poll_id.is_not(None))
    words = poll_options.c.poll_id.in_(asked) & poll_options.c.text.is_not(None)
    await db.execute(update(poll_options).where(words).values(text=None))
    return gone.rowcount


async def purge_box(db: AsyncConnection, before: datetime) -> int:
    """Forget the cards that came before ``before`` and still wait for a retro; return how many."""
    old = select(inbox.c.event_id).where(inbox.c.received_at < before)
    waits = _WAITS & retro_cards.c.origin_id.is_(None) & retro_cards.c.source_event_id.in_(old)
    return (await db.execute(delete(retro_cards).where(waits))).rowcount


async def _change(db: AsyncConnection, retro_id: RetroId, **values: object) -> None:
    await db.execute(update(retros).where(retros.c.id == retro_id).values(values))


async def _one(db: AsyncConnection, *conditions: ColumnElement[bool]) -> Retro | None:
    query = select(retros).where(*conditions).order_by(retros.c.number.desc()).limit(1)
    row = (await db.execute(query)).first()
    return _retro(row) if row else None


async def _cards(db: AsyncConnection, condition: ColumnElement[bool]) -> list[Card]:
    query = (
        select(retro_cards, retros.c.number.label("origin"), retro_pages.c.number.label("page"))
        .outerjoin(retros, retros.c.id == retro_cards.c.origin_id)
        .outerjoin(retro_pages, retro_pages.c.id == retro_cards.c.page_id)
        .where(condition)
        .order_by(retro_cards.c.id)
    )
    return [
        Card(
            row.id,
            row.person_id,
            row.heading,
            row.text,
            EventId(row.source_event_id),
            row.retro_id,
            row.topic_id,
            row.origin,
            row.page or FIRST,
        )
        for row in await db.execute(query)
    ]


def _retro(row: Row[Any]) -> Retro:
    return Retro(
        RetroId(row.id),
        GroupId(row.group_id),
        row.number,
        form_of(row.form),
        Stage(row.state),
        row.reveals,
        row.post_id,
        row.poll_id,
        row.sprint,
        row.source_event_id,
    )
