# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Check-ins of groups: the routine, the single days, and what people said; deleted after two weeks."""

from __future__ import annotations

from datetime import date, time, timedelta
from functools import cache
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, Select, bindparam, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.sql.dml import ReturningInsert

from method.checkins import Answer, Checkin, Routine, Stage, last_day
from method.ids import CheckinId, EventId, GroupId, ItemId, OutboxId, PersonId
from storage import outbox as outbox_store
from storage import upsert
from storage.prepared import prepared
from storage.tables import checkin_answers, checkin_routines, checkins, items

#: No request for help is shown for longer than this (``method.checkins.last_day``).
_SHOWN: Final = timedelta(days=8)
_USUAL: Final = "09:00"


# --- when ----------------------------------------------------------------------------------------


async def routine(db: AsyncConnection, group_id: GroupId) -> Routine | None:
    """Return when the group has check-ins: without days never, None: nobody has told it of them yet."""
    row = (await db.execute(_ROUTINE, {"group": group_id})).one_or_none()
    if row is None:
        return None
    days = tuple(map(int, row.days))
    return Routine(days, time.fromisoformat(row.at), row.question, row.question_event_id)


_ROUTINE: Final = prepared(select(checkin_routines).where(checkin_routines.c.group_id == bindparam("group")))


async def set_routine(db: AsyncConnection, group_id: GroupId, routine: Routine) -> None:
    """Let the group have check-ins then."""
    values = {
        "days": "".join(map(str, routine.days)),
        "at": routine.at.isoformat("minutes"),
    }
    query = upsert.insert(db, checkin_routines).values(group_id=group_id, **values)
    await db.execute(query.on_conflict_do_update(index_elements=["group_id"], set_=values))


async def ask_else(db: AsyncConnection, group_id: GroupId, question: str | None, source: EventId) -> None:
    """Ask this instead of the usual; None: the usual."""
    values = {"question": question, "question_event_id": source if question else None}
    query = upsert.insert(db, checkin_routines).values(group_id=group_id, days="", at=_USUAL, **values)
    await db.execute(query.on_conflict_do_update(index_elements=["group_id"], set_=values))


async def forget_question(db: AsyncConnection, group_id: GroupId, source: EventId) -> bool:
    """Forget the question that a message has given; tell if it has."""
    own = (checkin_routines.c.group_id == group_id) & (checkin_routines.c.question_event_id == source)
    query = update(checkin_routines).where(own).values(question=None, question_event_id=None)
    return (await db.execute(query)).rowcount > 0


async def suggest(db: AsyncConnection, group_id: GroupId) -> bool:
    """Remember that the group was told of check-ins; False: it was before, or has had some."""
    never = {"group_id": group_id, "days": "", "at": _USUAL}
    query = upsert.insert(db, checkin_routines).values(never).on_conflict_do_nothing()
    return (await db.execute(query.returning(checkin_routines.c.group_id))).one_or_none() is not None


# --- days ----------------------------------------------------------------------------------------


async def get_or_add(db: AsyncConnection, group_id: GroupId, day: date) -> Checkin:
    """Return the check-in of a day; if there is none, one that is not asked yet."""
    values = {"group_id": group_id, "day": day.isoformat(), "state": Stage.EARLY.value}
    return _checkin((await db.execute(_get_or_add(db.dialect.name), values)).one())


@cache
def _get_or_add(dialect: str) -> ReturningInsert[Any]:
    query = upsert.insert_for(dialect, checkins)
    # "Changes" the row that is there, so that it is returned in both cases.
    known = query.on_conflict_do_update(index_elements=["group_id", "day"], set_={"day": query.excluded.day})
    return prepared(known.returning(*checkins.c))


async def of_day(db: AsyncConnection, group_id: GroupId, day: date) -> Checkin | None:
    """Return the check-in of a day."""
    row = (await db.execute(_OF_DAY, {"group": group_id, "on": day.isoformat()})).one_or_none()
    return _checkin(row) if row else None


_OF_DAY: Final = prepared(
    select(checkins).where(checkins.c.group_id == bindparam("group"), checkins.c.day == bindparam("on"))
)


async def latest(db: AsyncConnection, group_id: GroupId) -> Checkin | None:
    """Return the last check-in that was asked."""
    asked = checkins.c.state != Stage.EARLY.value
    return await _one(db, (checkins.c.group_id == group_id) & asked)


async def by_id(db: AsyncConnection, checkin_id: CheckinId) -> Checkin | None:
    """Return the check-in, if it is still kept."""
    return await _one(db, checkins.c.id == checkin_id)


async def by_post(db: AsyncConnection, post: OutboxId) -> Checkin | None:
    """Return the check-in that our post asks."""
    return await _one(db, checkins.c.post_id == post)


async def ask(db: AsyncConnection, checkin: Checkin, post: OutboxId) -> None:
    """Remember that it is asked in this post."""
    await db.execute(_ASK, {"checkin": checkin.id, "post": post})


async def take_over(db: AsyncConnection, checkin: Checkin) -> None:
    """Let what was said early to days that were never asked belong to it: it is asked now."""
    which = {"checkin": checkin.id, "group": checkin.group_id, "before": checkin.day.isoformat()}
    await db.execute(_TAKE_OVER, which)


_ASK: Final = prepared(
    update(checkins)
    .where(checkins.c.id == bindparam("checkin"))
    .values(state=Stage.OPEN.value, post_id=bindparam("post"))
)
_TAKE_OVER: Final = prepared(
    update(checkin_answers)
    .where(
        checkin_answers.c.checkin_id.in_(
            select(checkins.c.id).where(
                checkins.c.group_id == bindparam("group"),
                checkins.c.state == Stage.EARLY.value,
                checkins.c.day < bindparam("before"),
            )
        )
    )
    .values(checkin_id=bindparam("checkin"))
)


def subject(checkin_id: CheckinId, words: str) -> str:
    """Return the outbox subject of a post or an edit that says these words."""
    return outbox_store.saying(f"checkin:{checkin_id}", words)


async def without_post(db: AsyncConnection, checkin_id: CheckinId) -> None:
    """Its post was deleted."""
    await db.execute(update(checkins).where(checkins.c.id == checkin_id).values(post_id=None))


async def close(db: AsyncConnection, checkin_id: CheckinId) -> None:
    """From now on the post shows the summary."""
    await db.execute(update(checkins).where(checkins.c.id == checkin_id).values(state=Stage.CLOSED.value))


# --- answers -------------------------------------------------------------------------------------


async def answer(
    db: AsyncConnection, checkin_id: CheckinId, person_id: PersonId, words: str, source: EventId
) -> None:
    """Keep what somebody said; the same message again changes nothing."""
    query = upsert.insert(db, checkin_answers).values(
        checkin_id=checkin_id, person_id=person_id, text=words, event_id=source
    )
    await db.execute(query.on_conflict_do_nothing())


async def answers(db: AsyncConnection, checkin_id: CheckinId) -> list[Answer]:
    """Return what was said, in the order in which it came."""
    return await _answers(db, checkin_answers.c.checkin_id == checkin_id)


async def by_answer(db: AsyncConnection, event_id: EventId) -> Answer | None:
    """Return the answer that this message gave."""
    found = await _answers(db, checkin_answers.c.event_id == event_id)
    return found[0] if found else None


async def marked(db: AsyncConnection, event_id: EventId) -> list[Answer]:
    """Return the answers at which this reaction or message put the name, or said that they are done."""
    return await _answers(
        db, or_(checkin_answers.c.name_event_id == event_id, checkin_answers.c.done_event_id == event_id)
    )


async def requests_of(db: AsyncConnection, group_id: GroupId, person_id: PersonId) -> list[Answer]:
    """Return where a person asks for help in this group, the newest first."""
    mine = (checkin_answers.c.person_id == person_id) & checkin_answers.c.checkin_id.in_(_of_group(group_id))
    return [one for one in reversed(await _answers(db, mine)) if one.said.request and one.done is None]


async def requests(db: AsyncConnection, group_id: GroupId, today: date) -> list[Answer]:
    """Return where help is wanted and shown on this day, oldest first."""
    which = {"group": group_id, "since": (today - _SHOWN).isoformat(), "until": today.isoformat()}
    rows: list[Any] = list(await db.execute(_RECENT, which))
    found = [_answer(row) for row in rows if last_day(date.fromisoformat(row.day)) >= today]
    return [one for one in found if one.said.request and one.done is None]


_RECENT: Final = prepared(
    select(*checkin_answers.c, checkins.c.day)
    .join(checkins, checkins.c.id == checkin_answers.c.checkin_id)
    .where(
        checkins.c.group_id == bindparam("group"),
        checkins.c.day >= bindparam("since"),
        checkins.c.day <= bindparam("until"),
    )
    .order_by(checkin_answers.c.id)
)


async def asked_for(db: AsyncConnection, group_id: GroupId) -> list[tuple[int, Answer, date]]:
    """Return every request for help of a group that is kept, with the number of its row and its day; oldest first."""
    query = (
        select(*checkin_answers.c, checkins.c.day)
        .join(checkins, checkins.c.id == checkin_answers.c.checkin_id)
        .where(checkins.c.group_id == group_id)
        .order_by(checkin_answers.c.id)
    )
    rows: list[Any] = list(await db.execute(query))
    found = [(int(row.id), _answer(row), date.fromisoformat(row.day)) for row in rows]
    return [one for one in found if one[1].said.request]


async def rewrite(db: AsyncConnection, event_id: EventId, words: str) -> None:
    """Give an answer new words."""
    await _change(db, event_id, text=words)


async def name(db: AsyncConnection, event_id: EventId, by: EventId | None) -> None:
    """Let the person's name stand beside their answer, or not any more."""
    await _change(db, event_id, name_event_id=by)


async def finish(db: AsyncConnection, event_id: EventId, by: EventId | None) -> None:
    """Say that a request for help is done, or is not."""
    await _change(db, event_id, done_event_id=by)


async def became(db: AsyncConnection, event_id: EventId, item_id: ItemId) -> None:
    """Remember the barrier that was made of an answer."""
    await _change(db, event_id, item_id=item_id)


async def withdraw(db: AsyncConnection, event_id: EventId) -> None:
    """Forget an answer."""
    await db.execute(delete(checkin_answers).where(checkin_answers.c.event_id == event_id))


async def of_person(db: AsyncConnection, person_id: PersonId) -> list[Checkin]:
    """Return the check-ins in which a person said something."""
    theirs = select(checkin_answers.c.checkin_id).where(checkin_answers.c.person_id == person_id)
    found = await db.execute(select(checkins).where(checkins.c.id.in_(theirs)).order_by(checkins.c.id))
    return [_checkin(row) for row in found]


async def groups_before(db: AsyncConnection, before: date) -> list[GroupId]:
    """Return the groups that have check-ins of days before ``before``."""
    query = select(checkins.c.group_id).where(checkins.c.day < before.isoformat()).distinct()
    return [GroupId(group_id) for group_id in await db.scalars(query)]


async def purge(db: AsyncConnection, before: date) -> int:
    """Forget the check-ins of days before ``before``, with their answers; return how many answers these were.

    A barrier made of an answer still follows its message, as if it had been written there.
    """
    old = select(checkins.c.id).where(checkins.c.day < before.isoformat())
    made = select(checkin_answers.c.item_id).where(
        checkin_answers.c.checkin_id.in_(old), checkin_answers.c.item_id.is_not(None)
    )
    message = select(checkin_answers.c.event_id).where(checkin_answers.c.item_id == items.c.id).limit(1)
    await db.execute(
        update(items).where(items.c.id.in_(made)).values(source_event_id=message.scalar_subquery())
    )
    gone = await db.execute(delete(checkin_answers).where(checkin_answers.c.checkin_id.in_(old)))
    await db.execute(delete(checkins).where(checkins.c.day < before.isoformat()))
    return gone.rowcount


def _of_group(group_id: GroupId) -> Select[tuple[int]]:
    return select(checkins.c.id).where(checkins.c.group_id == group_id)


async def _change(db: AsyncConnection, event_id: EventId, **values: object) -> None:
    await db.execute(update(checkin_answers).where(checkin_answers.c.event_id == event_id).values(values))


async def _one(db: AsyncConnection, condition: ColumnElement[bool]) -> Checkin | None:
    query = select(checkins).where(condition).order_by(checkins.c.day.desc()).limit(1)
    row = (await db.execute(query)).first()
    return _checkin(row) if row else None


async def _answers(db: AsyncConnection, condition: ColumnElement[bool]) -> list[Answer]:
    query = select(checkin_answers).where(condition).order_by(checkin_answers.c.id)
    return [_answer(row) for row in await db.execute(query)]


def _checkin(row: Row[Any]) -> Checkin:
    return Checkin(
        CheckinId(row.id), GroupId(row.group_id), date.fromisoformat(row.day), Stage(row.state), row.post_id
    )


def _answer(row: Any) -> Answer:
    return Answer(
        CheckinId(row.checkin_id),
        PersonId(row.person_id),
        row.text,
        EventId(row.event_id),
        row.name_event_id,
        row.done_event_id,
        row.item_id,
    )
