# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What weekly letters quote, and whether it has changed since they last followed.

Only fingerprints are kept, never words. Whoever follows reads the words of the group once, and no letter.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from hashlib import blake2b
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    bindparam,
    literal,
    literal_column,
    select,
    type_coerce,
    union_all,
    update,
)
from sqlalchemy import Text as Words
from sqlalchemy.ext.asyncio import AsyncConnection

from method.digests import Key, Source
from method.ids import GroupId
from method.items import State
from method.polls import State as PollState
from storage import upsert
from storage.tables import (
    checkin_answers,
    checkins,
    digest_quotes,
    digest_remarks,
    groups,
    items,
    meetings,
    notes,
    poll_options,
    polls,
    problem_versions,
    problems,
    reminders,
    seats,
    sprints,
    tasks,
)

#: Of something that is gone.
_GONE: Final = ""
#: Not that of any words: what has it is taken for changed.
_STALE: Final = "?"


async def changed(db: AsyncConnection, group_id: GroupId) -> dict[Key, str]:
    """Return what letters of the group quote and is not as it was, with its new fingerprint."""
    query = select(digest_quotes.c.source, digest_quotes.c.ref, digest_quotes.c.fingerprint)
    rows = await db.execute(query.where(digest_quotes.c.group_id == group_id))
    known = {(source, ref): fingerprint for source, ref, fingerprint in rows.all()}
    if not known:
        return {}
    now = await _fingerprints(db, group_id, known)
    return {
        (Source(key[0]), key[1]): now.get(key, _GONE)
        for key, fingerprint in known.items()
        if now.get(key, _GONE) != fingerprint
    }


async def add(db: AsyncConnection, group_id: GroupId, keys: Collection[Key]) -> None:
    """Remember how it is what a new letter quotes; what earlier ones quote has its fingerprint."""
    if not keys:
        return
    now = await _fingerprints(db, group_id, {(source.value, ref) for source, ref in keys})
    rows = [
        {
            "group_id": group_id,
            "source": source.value,
            "ref": ref,
            "fingerprint": now.get((source.value, ref), _GONE),
        }
        for source, ref in sorted(set(keys))
    ]
    await db.execute(upsert.insert(db, digest_quotes).on_conflict_do_nothing(), rows)


async def keep(db: AsyncConnection, group_id: GroupId, found: Mapping[Key, str]) -> None:
    """Remember that the letters have followed these changes."""
    for (source, ref), fingerprint in found.items():
        query = update(digest_quotes).where(
            digest_quotes.c.group_id == group_id,
            digest_quotes.c.source == source.value,
            digest_quotes.c.ref == ref,
        )
        await db.execute(query.values(fingerprint=fingerprint))


async def touch(db: AsyncConnection, quoted: ColumnElement[bool]) -> None:
    """Let the letters follow rows whose words are the same (a condition on ``digest_quotes``)."""
    await db.execute(update(digest_quotes).where(quoted).values(fingerprint=_STALE))


async def _fingerprints(
    db: AsyncConnection, group_id: GroupId, keys: Collection[tuple[str, int]]
) -> dict[tuple[str, int], str]:
    words: defaultdict[tuple[str, int], list[str]] = defaultdict(list)
    rows = await db.execute(_SAID, {"group": group_id})
    for source, ref, said in rows.all():
        if (source, ref) in keys:
            words[source, ref].append(said or "")
    # No order is promised.
    return {key: _fingerprint(key[1], sorted(said)) for key, said in words.items()}


def _fingerprint(ref: int, said: list[str]) -> str:
    # With the number: equal words of two rows do not look equal.
    return blake2b("\0".join((str(ref), *said)).encode(), digest_size=8).hexdigest()


def _of(source: Source, ref: ColumnElement[Any], words: ColumnElement[Any]) -> Any:
    return select(
        literal_column(f"'{source.value}'").label("source"),
        type_coerce(ref, BigInteger).label("ref"),
        type_coerce(words, Words).label("words"),
    )


_GROUP: Final[ColumnElement[Any]] = bindparam("group", type_=BigInteger)
_OPEN: Final = (items.c.group_id == _GROUP, items.c.state == State.OPEN.value)
_POLLS: Final = (polls.c.group_id == _GROUP, polls.c.state != PollState.WITHDRAWN.value)
_REQUESTS: Final = (checkins.c.group_id == _GROUP, checkin_answers.c.done_event_id.is_(None))

#: The words of everything that a letter of a group can quote, as far as they are there.
_SAID: Final = union_all(
    _of(Source.ITEM, items.c.id, items.c.text).where(*_OPEN),
    _of(Source.ITEM, items.c.id, tasks.c.reason).join(tasks, tasks.c.item_id == items.c.id).where(*_OPEN),
    _of(Source.NOTE, notes.c.id, notes.c.text)
    .join(items, items.c.id == notes.c.item_id)
    .where(*_OPEN, notes.c.state == State.OPEN.value),
    _of(Source.POLL, polls.c.id, polls.c.question).where(*_POLLS),
    _of(Source.POLL, polls.c.id, poll_options.c.text)
    .join(poll_options, poll_options.c.poll_id == polls.c.id)
    .where(*_POLLS),
    _of(Source.MEETING, meetings.c.id, meetings.c.title).where(meetings.c.group_id == _GROUP),
    _of(Source.PROBLEM, problem_versions.c.id, problem_versions.c.text)
    .join(problems, problems.c.id == problem_versions.c.problem_id)
    .where(problems.c.group_id == _GROUP, problem_versions.c.text.is_not(None)),
    _of(Source.SEAT, seats.c.id, seats.c.text).where(seats.c.group_id == _GROUP, seats.c.text.is_not(None)),
    _of(Source.SPRINT, sprints.c.id, sprints.c.goal).where(sprints.c.group_id == _GROUP),
    _of(Source.REMARK, digest_remarks.c.id, digest_remarks.c.text).where(
        digest_remarks.c.group_id == _GROUP, digest_remarks.c.text.is_not(None)
    ),
    _of(Source.REQUEST, checkin_answers.c.id, checkin_answers.c.text)
    .join(checkins, checkins.c.id == checkin_answers.c.checkin_id)
    .where(*_REQUESTS),
    # Which message gave the consent says nothing to anybody.
    _of(Source.REQUEST, checkin_answers.c.id, checkin_answers.c.name_event_id)
    .join(checkins, checkins.c.id == checkin_answers.c.checkin_id)
    .where(*_REQUESTS, checkin_answers.c.name_event_id.is_not(None)),
    _of(Source.REMINDER, reminders.c.id, reminders.c.text).where(
        reminders.c.group_id == _GROUP, reminders.c.private.is_(False)
    ),
    # An earlier goal was another one: letters follow only where there is none any more.
    _of(Source.GOAL, literal(0), literal("")).where(groups.c.id == _GROUP, groups.c.goal.is_not(None)),
)
