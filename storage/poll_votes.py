# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Votes while a poll is open: who chose what; of secret polls only sums, and separately a hash of who has voted."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import delete, func, insert, literal, select, union_all, update
from sqlalchemy.ext.asyncio import AsyncConnection

from method.ids import EventId, GroupId, PersonId, PollId, UserId
from method.polls import Kind, Poll, State
from method.polls.ballots import Door, Place, Vote, add_up
from storage import upsert
from storage.tables import inbox, poll_answers, poll_marks, poll_options, poll_votes, poll_words, polls

#: Before everything in the journal.
_NOWHERE: Final = Place(-1, 0)
#: Bytes of what tells the words of a secret poll apart.
_RANDOM: Final = 16


@dataclass(frozen=True, slots=True)
class Said:
    """What one event says in a poll, and whose it is."""

    poll_id: PollId
    person_id: PersonId
    #: None: it is words.
    door: Door | None


# --- votes ---------------------------------------------------------------------------------------


async def add(
    db: AsyncConnection,
    poll_id: PollId,
    person_id: PersonId,
    event_id: EventId,
    door: Door,
    chosen: Sequence[int],
) -> None:
    """Keep a vote; the same event again changes nothing. Which of a person's votes counts is said at the end."""
    query = upsert.insert(db, poll_votes).values(
        event_id=event_id, poll_id=poll_id, person_id=person_id, door=door.value, choices=_stored(chosen)
    )
    await db.execute(query.on_conflict_do_nothing())


async def rewrite(db: AsyncConnection, event_id: EventId, chosen: Sequence[int]) -> None:
    """The message was edited: it chooses something else, in its old place."""
    query = update(poll_votes).where(poll_votes.c.event_id == event_id)
    await db.execute(query.values(choices=_stored(chosen)))


async def of_poll(db: AsyncConnection, poll_id: PollId) -> list[Vote]:
    """Return all votes that were not deleted, each with its place in the journal."""
    query = (
        select(poll_votes, inbox.c.batch, inbox.c.idx)
        .outerjoin(inbox, inbox.c.event_id == poll_votes.c.event_id)
        .where(poll_votes.c.poll_id == poll_id)
    )
    return [
        Vote(
            EventId(row.event_id),
            PersonId(row.person_id),
            Door(row.door),
            tuple(map(int, row.choices.split())),
            _NOWHERE if row.batch is None else Place(row.batch, row.idx),
        )
        for row in await db.execute(query)
    ]


async def voters(db: AsyncConnection, poll_id: PollId) -> set[PersonId]:
    """Return who has said anything in a poll that is not secret."""
    found: set[PersonId] = set()
    for table in (poll_votes, poll_words):
        found |= set(await db.scalars(select(table.c.person_id).where(table.c.poll_id == poll_id)))
    return found


async def by_event(db: AsyncConnection, event_id: EventId) -> Said | None:
    """Return what this event says, if it is still kept."""
    row = (await db.execute(select(poll_votes).where(poll_votes.c.event_id == event_id))).one_or_none()
    if row is not None:
        return Said(PollId(row.poll_id), PersonId(row.person_id), Door(row.door))
    row = (await db.execute(select(poll_words).where(poll_words.c.event_id == event_id))).one_or_none()
    return Said(PollId(row.poll_id), PersonId(row.person_id), None) if row else None


@dataclass(frozen=True, slots=True)
class Latest:
    """The vote of a person that came last."""

    poll_id: PollId
    event_id: EventId
    #: It is typed: a tapped one stays under its message, whatever we forget.
    is_typed: bool
    received_at: datetime


async def latest(
    db: AsyncConnection, group_id: GroupId, person_id: PersonId, since: datetime
) -> list[Latest]:
    """Return the votes and answers of a person in open polls of the group, the newest first."""
    tapped = (Door.REACTION.value, Door.NATIVE.value)
    said = select(
        poll_words.c.poll_id, poll_words.c.event_id, poll_words.c.person_id, literal("").label("door")
    )
    said = said.where(poll_words.c.event_id.not_in(select(poll_votes.c.event_id)))
    said = said.where(poll_words.c.poll_id.in_(select(polls.c.id).where(polls.c.kind == Kind.ROUND.value)))
    voted = select(poll_votes.c.poll_id, poll_votes.c.event_id, poll_votes.c.person_id, poll_votes.c.door)
    both = union_all(said, voted).subquery()
    query = (
        select(both.c.poll_id, both.c.event_id, both.c.door, inbox.c.received_at)
        .join(polls, polls.c.id == both.c.poll_id)
        .join(inbox, inbox.c.event_id == both.c.event_id)
        .where(polls.c.group_id == group_id, polls.c.state == State.OPEN.value)
        .where(both.c.person_id == person_id, inbox.c.received_at > since)
        .order_by(inbox.c.batch.desc(), inbox.c.idx.desc())
    )
    return [
        Latest(PollId(row.poll_id), EventId(row.event_id), row.door not in tapped, row.received_at)
        for row in await db.execute(query)
    ]


async def choices(db: AsyncConnection, event_id: EventId) -> tuple[int, ...] | None:
    """Return what this event chooses; None if it is no vote."""
    found = await db.scalar(select(poll_votes.c.choices).where(poll_votes.c.event_id == event_id))
    return None if found is None else tuple(map(int, found.split()))


async def take_back(db: AsyncConnection, event_id: EventId) -> None:
    """The message, reaction or response was deleted: what the person said before counts again."""
    await db.execute(delete(poll_votes).where(poll_votes.c.event_id == event_id))
    await db.execute(delete(poll_words).where(poll_words.c.event_id == event_id))


# --- secret votes --------------------------------------------------------------------------------


async def add_secretly(
    db: AsyncConnection, poll: Poll, user_id: UserId, chosen: Sequence[int], said: str = ""
) -> bool:
    """Add choices to the sums, and a mark that the account has voted; False if it has already.

    What was ``said`` stands by itself: neither the mark nor a choice is kept with it. The mark is of the account, not
    of our number for it: whoever is forgotten meanwhile votes no second time.

    Raises:
        LookupError: the poll is not secret, or not open.
    """
    # One vote after the other, so that no two sums are added to the same number.
    query = (
        select(polls.c.key).where(polls.c.id == poll.id, polls.c.state == State.OPEN.value).with_for_update()
    )
    key = await db.scalar(query)
    if key is None:
        raise LookupError(f"{poll.label} takes no secret votes")
    marked = upsert.insert(db, poll_marks).values(poll_id=poll.id, mark=_mark(key, user_id))
    if (await db.execute(marked.on_conflict_do_nothing())).rowcount != 1:
        return False
    for number, more in add_up(poll, [chosen]).items():
        here = (poll_options.c.poll_id == poll.id) & (poll_options.c.number == number)
        # Every option is written, whatever was chosen.
        await db.execute(update(poll_options).where(here).values(votes=poll_options.c.votes + more))
    await db.execute(update(polls).where(polls.c.id == poll.id).values(people=polls.c.people + 1))
    if said:
        values = {"poll_id": poll.id, "key": secrets.token_hex(_RANDOM), "text": said}
        await db.execute(insert(poll_answers).values(values))
    return True


async def secret_words(db: AsyncConnection, poll_id: PollId) -> list[str]:
    """Return what was said in a secret poll, in an order that says nothing."""
    query = select(poll_answers.c.text).where(poll_answers.c.poll_id == poll_id)
    return list(await db.scalars(query.order_by(poll_answers.c.key)))


def _mark(key: bytes, user_id: UserId) -> str:
    return hmac.new(key, user_id.encode(), hashlib.sha256).hexdigest()


# --- words ---------------------------------------------------------------------------------------


async def say(
    db: AsyncConnection, poll_id: PollId, person_id: PersonId, event_id: EventId, words: str
) -> None:
    """Keep an objection, or an answer to a question to everybody; the same message again changes nothing."""
    query = upsert.insert(db, poll_words).values(
        poll_id=poll_id, person_id=person_id, event_id=event_id, text=words
    )
    await db.execute(query.on_conflict_do_nothing())


async def reword(db: AsyncConnection, event_id: EventId, words: str) -> None:
    """Give what this message said new words."""
    await db.execute(update(poll_words).where(poll_words.c.event_id == event_id).values(text=words))


async def unsay(db: AsyncConnection, event_id: EventId) -> None:
    """Forget what this message said."""
    await db.execute(delete(poll_words).where(poll_words.c.event_id == event_id))


async def words(db: AsyncConnection, poll_id: PollId) -> list[tuple[PersonId, str]]:
    """Return what was said, oldest first, and by whom: who objects no longer has no objection to show."""
    query = select(poll_words).where(poll_words.c.poll_id == poll_id).order_by(poll_words.c.id)
    return [(PersonId(row.person_id), row.text) for row in await db.execute(query)]


async def answers(db: AsyncConnection, poll_id: PollId) -> dict[PersonId, str]:
    """Return what each person has answered; of several answers the newest, in the order of our journal."""
    query = (
        select(poll_words.c.person_id, poll_words.c.text)
        .outerjoin(inbox, inbox.c.event_id == poll_words.c.event_id)
        .where(poll_words.c.poll_id == poll_id)
        .order_by(func.coalesce(inbox.c.batch, -1), inbox.c.idx, poll_words.c.id)
    )
    return {PersonId(row.person_id): row.text for row in await db.execute(query)}


async def remark(
    db: AsyncConnection, poll_id: PollId, person_id: PersonId, event_id: EventId, words: str
) -> bool:
    """Keep a remark that may become a reason, instead of an earlier one; say whether it is the first."""
    gone = await forget_remarks(db, poll_id, person_id)
    await say(db, poll_id, person_id, event_id, words)
    return not gone


async def forget_remarks(db: AsyncConnection, poll_id: PollId, person_id: PersonId) -> int:
    """Forget what somebody said without voting by it; return how many there were."""
    voted = select(poll_votes.c.event_id).where(poll_votes.c.poll_id == poll_id)
    theirs = (poll_words.c.poll_id == poll_id) & (poll_words.c.person_id == person_id)
    return (await db.execute(delete(poll_words).where(theirs, poll_words.c.event_id.not_in(voted)))).rowcount


def _stored(chosen: Sequence[int]) -> str:
    return " ".join(map(str, chosen))
