# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Polls: what was asked and what came of it. Votes are in ``storage.poll_votes``."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from method.ids import EventId, GroupId, ItemId, OutboxId, PersonId, PollId
from method.items import State as ItemState
from method.polls import FEWEST_SECRET, MOST_OPTIONS, Kind, Openness, Option, Poll, State
from method.polls.ballots import EMPTY, Tally
from method.polls.words import Wish
from storage.tables import (
    groups,
    items,
    poll_answers,
    poll_marks,
    poll_options,
    poll_votes,
    poll_words,
    polls,
)

#: Our posts about a poll carry this subject, followed by the poll's id and by what they show.
_SUBJECT: Final = "poll:"
#: What a post shows that asks back whether a remark is an objection, and one that shows the poll once more.
ASKS_BACK: Final = "stand"
SHOWN: Final = "shown"
#: Bytes of the key that makes the marks of a secret poll.
_KEY_LENGTH: Final = 32

_OPEN: Final = polls.c.state == State.OPEN.value


def subject(poll_id: PollId, shows: str) -> str:
    """Return the outbox subject of a post about a poll ("card", "native", "result", "picture:bars")."""
    return f"{_SUBJECT}{poll_id}:{shows}"


def subject_of_all(poll_id: PollId) -> str:
    """Return what is above the subjects of all our posts about a poll."""
    return f"{_SUBJECT}{poll_id}"


def of_subject(post: str | None) -> PollId | None:
    """Return the poll that a post with this subject is about."""
    if post is None or not post.startswith(_SUBJECT):
        return None
    return PollId(int(post.removeprefix(_SUBJECT).partition(":")[0]))


# --- asking --------------------------------------------------------------------------------------


async def add(
    db: AsyncConnection, group_id: GroupId, wish: Wish, author: PersonId | None, source: EventId | None
) -> Poll:
    """Ask; a ``source`` that was used already gives the poll it made. What nobody has asked has none."""
    # Numbers of a group are given one after the other: rows are never deleted, so none comes back.
    await db.execute(select(groups.c.id).where(groups.c.id == group_id).with_for_update())
    if source is not None and (known := await by_source(db, source)):
        return known
    is_secret = wish.openness is Openness.SECRET
    values = {
        "group_id": group_id,
        "number": await last_number(db, group_id) + 1,
        "kind": wish.kind.value,
        "question": wish.question,
        "most": wish.most,
        "openness": wish.openness.value,
        "takes_suggestions": wish.takes_suggestions,
        "state": State.OPEN.value,
        "ends_at": wish.ends_at,
        "people": 0 if is_secret else None,
        "key": secrets.token_bytes(_KEY_LENGTH) if is_secret else None,
        "author_id": author,
        "source_event_id": source,
    }
    added = await db.execute(insert(polls).values(values).returning(polls.c.id))
    poll_id = PollId(added.scalar_one())
    rows = [
        _row(poll_id, place, option, 0 if is_secret else None) for place, option in enumerate(wish.options)
    ]
    if rows:
        await db.execute(insert(poll_options), rows)
    return await get(db, poll_id)


async def suggest(
    db: AsyncConnection, poll: Poll, wanted: Option, author: PersonId, source: EventId
) -> Option | None:
    """Add an option that somebody suggested; None if there are too many. The same message again changes nothing.

    Of a date poll all days can be chosen, so this one too.
    """
    here = poll_options.c.poll_id == poll.id
    made = select(poll_options).where(here, poll_options.c.source_event_id == source)
    row = (await db.execute(made)).first()
    if row is not None:
        return _option(row)
    # Another suggestion of the same moment has been written down by now.
    await db.execute(select(polls.c.id).where(polls.c.id == poll.id).with_for_update())
    last = (await db.execute(select(func.max(poll_options.c.number), func.count()).where(here))).one()
    if last[1] >= MOST_OPTIONS:
        return None
    option = replace(wanted, number=int(last[0] or 0) + 1)
    secret = 0 if poll.openness is Openness.SECRET else None
    await db.execute(
        insert(poll_options).values(
            _row(poll.id, last[1], option, secret) | {"source_event_id": source, "author_id": author}
        )
    )
    if poll.kind is Kind.DATE:
        query = update(polls).where(polls.c.id == poll.id, polls.c.most == last[1])
        await db.execute(query.values(most=last[1] + 1))
    return option


async def by_suggestion(db: AsyncConnection, source: EventId) -> Poll | None:
    """Return the poll for which this message suggested an answer."""
    query = select(poll_options.c.poll_id).where(poll_options.c.source_event_id == source)
    poll_id = await db.scalar(query)
    return await get(db, PollId(poll_id)) if poll_id is not None else None


async def suggested_by(db: AsyncConnection, source: EventId) -> tuple[int, PersonId | None]:
    """Return the number of the answer that this message suggested, and who did."""
    query = select(poll_options.c.number, poll_options.c.author_id)
    row = (await db.execute(query.where(poll_options.c.source_event_id == source))).one()
    return row.number, row.author_id


async def reword_suggestion(db: AsyncConnection, source: EventId, wanted: Option) -> None:
    """The message that suggested an answer was edited: it suggests this one now."""
    values = {"text": wanted.text, "at": wanted.at, "whole_day": wanted.whole_day}
    await db.execute(update(poll_options).where(poll_options.c.source_event_id == source).values(values))


async def forget_suggestion(db: AsyncConnection, source: EventId) -> None:
    """The message that suggested an answer was deleted: forget its words."""
    query = update(poll_options).where(poll_options.c.source_event_id == source)
    await db.execute(query.values(text=None, at=None, source_event_id=None, author_id=None))


def _row(poll_id: PollId, place: int, option: Option, votes: int | None) -> dict[str, Any]:
    values = asdict(option)
    return {"poll_id": poll_id, "position": place, "votes": votes, "item_id": values.pop("item"), **values}


async def last_number(db: AsyncConnection, group_id: GroupId) -> int:
    """Return the highest number given so far; 0 if none was."""
    return int(await db.scalar(select(func.max(polls.c.number)).where(polls.c.group_id == group_id)) or 0)


# --- finding -------------------------------------------------------------------------------------


async def get(db: AsyncConnection, poll_id: PollId) -> Poll:
    """Return the poll.

    Raises:
        LookupError: there is none with this id.
    """
    found = await _all(db, polls.c.id == poll_id)
    if not found:
        raise LookupError(f"no poll {poll_id}")
    return found[0]


async def find(db: AsyncConnection, group_id: GroupId, number: int) -> Poll | None:
    """Return the group's poll with this number."""
    return await _one(db, polls.c.group_id == group_id, polls.c.number == number)


async def by_source(db: AsyncConnection, event_id: EventId) -> Poll | None:
    """Return the poll that this message asked."""
    return await _one(db, polls.c.source_event_id == event_id)


async def by_post(db: AsyncConnection, post: OutboxId) -> Poll | None:
    """Return the poll that our text post or our native poll event asks."""
    return await _one(db, or_(polls.c.card_id == post, polls.c.native_id == post))


async def open_of(db: AsyncConnection, group_id: GroupId) -> list[Poll]:
    """Return the polls of a group that are open, by number."""
    return await _all(db, polls.c.group_id == group_id, _OPEN)


async def giving_points(db: AsyncConnection, item_id: ItemId) -> list[PollId]:
    """Return the polls of which the entry is an option."""
    query = select(poll_options.c.poll_id).where(poll_options.c.item_id == item_id)
    return [PollId(found) for found in await db.scalars(query.order_by(poll_options.c.poll_id))]


async def ended(
    db: AsyncConnection, group_id: GroupId, since: datetime, most: int
) -> list[tuple[Poll, Tally]]:
    """Return the polls of a group that ended after then, with their sums, the latest first."""
    here = (polls.c.group_id == group_id) & (polls.c.state == State.CLOSED.value) & (polls.c.ends_at > since)
    latest = select(polls.c.id).where(here).order_by(polls.c.ends_at.desc(), polls.c.id.desc()).limit(most)
    found = await _with_sums(db, polls.c.id.in_(latest.scalar_subquery()))
    return sorted(found, key=lambda one: (one[0].ends_at, one[0].id), reverse=True)


async def everything(db: AsyncConnection, group_id: GroupId) -> list[tuple[Poll, Tally]]:
    """Return the polls of a group that were not withdrawn, by number, with the sums of those that ended."""
    return await _with_sums(db, polls.c.group_id == group_id, polls.c.state != State.WITHDRAWN.value)


async def _with_sums(db: AsyncConnection, *conditions: ColumnElement[bool]) -> list[tuple[Poll, Tally]]:
    found = await _all(db, *conditions)
    ids = [poll.id for poll in found if not poll.is_open]
    if not ids:
        return [(poll, EMPTY) for poll in found]
    query = (
        select(polls.c.id, polls.c.people, poll_options.c.number, poll_options.c.votes)
        .outerjoin(poll_options, poll_options.c.poll_id == polls.c.id)
        .where(polls.c.id.in_(ids))
    )
    tallies: dict[int, Tally] = {}
    for row in await db.execute(query):
        tally = tallies.setdefault(row.id, Tally(int(row.people or 0), {}))
        if row.number is not None:
            tally.sums[row.number] = row.votes or 0
    return [(poll, tallies.get(poll.id, EMPTY)) for poll in found]


async def with_item(db: AsyncConnection, item_id: ItemId) -> list[PollId]:
    """Return the open polls in which this entry can be chosen."""
    query = select(polls.c.id).join(poll_options, poll_options.c.poll_id == polls.c.id)
    found = await db.scalars(query.where(_OPEN, poll_options.c.item_id == item_id))
    return list(map(PollId, found))


async def _one(db: AsyncConnection, *conditions: ColumnElement[bool]) -> Poll | None:
    found = await _all(db, *conditions)
    return found[0] if found else None


async def _all(db: AsyncConnection, *conditions: ColumnElement[bool]) -> list[Poll]:
    rows = (await db.execute(select(polls).where(*conditions).order_by(polls.c.number))).all()
    ids = [row.id for row in rows]
    query = (
        select(poll_options, items.c.state.label("item_state"))
        .outerjoin(items, items.c.id == poll_options.c.item_id)
        .where(poll_options.c.poll_id.in_(ids))
        .order_by(poll_options.c.position)
    )
    options: dict[int, list[Option]] = {}
    for option in await db.execute(query) if ids else ():
        # Of an entry that was withdrawn nothing is shown; it may come back for a while.
        withdrawn = option.item_state == ItemState.WITHDRAWN.value
        found = _option(option)
        options.setdefault(option.poll_id, []).append(replace(found, text=None) if withdrawn else found)
    return [_poll(row, options.get(row.id, [])) for row in rows]


# --- changing ------------------------------------------------------------------------------------


async def set_card(db: AsyncConnection, poll_id: PollId, card: OutboxId | None) -> None:
    """Remember our text post; None: it was deleted."""
    await db.execute(update(polls).where(polls.c.id == poll_id).values(card_id=card))


async def set_native(db: AsyncConnection, poll_id: PollId, native: OutboxId | None) -> None:
    """Remember our native poll event; None: it was deleted."""
    await db.execute(update(polls).where(polls.c.id == poll_id).values(native_id=native))


async def set_end(db: AsyncConnection, poll_id: PollId, ends_at: datetime) -> None:
    """Let an open poll end at another moment."""
    await db.execute(update(polls).where(polls.c.id == poll_id, _OPEN).values(ends_at=ends_at))


async def count(db: AsyncConnection, poll_id: PollId, *, now: datetime) -> None:
    """Its time is over: what the homeserver has of it is to be looked up (``storage.recounts``)."""
    query = update(polls).where(polls.c.id == poll_id, _OPEN, polls.c.closing_since.is_(None))
    await db.execute(query.values(closing_since=now))


async def close(db: AsyncConnection, poll: Poll, tally: Tally) -> bool:
    """Keep the sums and forget who voted, once; False if it is closed already."""
    query = update(polls).where(polls.c.id == poll.id, _OPEN)
    values = {"state": State.CLOSED.value, "people": tally.people, "key": None}
    if (await db.execute(query.values(values).returning(polls.c.id))).one_or_none() is None:
        return False
    # So few secret votes are not shown, so they are not kept either.
    is_few = poll.openness is Openness.SECRET and tally.people < FEWEST_SECRET
    for number, votes in tally.sums.items():
        here = (poll_options.c.poll_id == poll.id) & (poll_options.c.number == number)
        await db.execute(update(poll_options).where(here).values(votes=None if is_few else votes))
    await forget_votes(db, [poll.id])
    return True


async def sums(db: AsyncConnection, poll: Poll) -> Tally:
    """Return the sums of a closed poll, or those of an open secret one."""
    people = await db.scalar(select(polls.c.people).where(polls.c.id == poll.id))
    query = select(poll_options.c.number, poll_options.c.votes).where(poll_options.c.poll_id == poll.id)
    return Tally(int(people or 0), {row.number: row.votes or 0 for row in await db.execute(query)})


async def withdraw(db: AsyncConnection, poll_id: PollId) -> None:
    """Its message was deleted: forget its words, its sums and all votes; the number is not given again."""
    gone = {"question": None, "author_id": None, "people": None, "key": None, "state": State.WITHDRAWN.value}
    await db.execute(update(polls).where(polls.c.id == poll_id).values(gone))
    nothing = {"text": None, "votes": None, "item_id": None, "label": None, "at": None, "author_id": None}
    await db.execute(update(poll_options).where(poll_options.c.poll_id == poll_id).values(nothing))
    await forget_votes(db, [poll_id])


async def forget_votes(db: AsyncConnection, ids: Sequence[PollId]) -> int:
    """Forget who voted how, who voted secretly, and what was said; return how many rows."""
    gone = 0
    for table in (poll_votes, poll_marks, poll_words, poll_answers):
        gone += (await db.execute(delete(table).where(table.c.poll_id.in_(ids)))).rowcount
    return gone


async def purge(db: AsyncConnection, before: datetime) -> int:
    """Forget the votes of polls that ended before then, whatever went amiss at their end; return how many rows."""
    over = select(polls.c.id).where(polls.c.state != State.OPEN.value, polls.c.ends_at < before)
    ids = [PollId(found) for found in await db.scalars(over)]
    keys = update(polls).where(polls.c.id.in_(ids), polls.c.key.is_not(None)).values(key=None)
    return await forget_votes(db, ids) + (await db.execute(keys)).rowcount


def _option(row: Row[Any]) -> Option:
    return Option(row.number, row.text, row.at, row.whole_day, row.item_id, row.label)


def _poll(row: Row[Any], options: Sequence[Option]) -> Poll:
    return Poll(
        id=PollId(row.id),
        group_id=GroupId(row.group_id),
        number=row.number,
        kind=Kind(row.kind),
        question=row.question,
        options=tuple(options),
        most=row.most,
        openness=Openness(row.openness),
        takes_suggestions=row.takes_suggestions,
        state=State(row.state),
        ends_at=row.ends_at,
        author=row.author_id,
        source=row.source_event_id,
        card=row.card_id,
        native=row.native_id,
        closing_since=row.closing_since,
    )
