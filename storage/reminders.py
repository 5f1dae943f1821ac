# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reminders that people have asked for; when they are due stands among the timers."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    String,
    and_,
    bindparam,
    cast,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from method.ids import EventId, GroupId, PersonId, ReminderId, RoomId, UserId
from method.occasions import When
from method.recurrences import Recurrence
from method.reminders import FORGET, SAY, TELL, Asked, Reminder
from storage import groups as groups_of
from storage import upsert
from storage.prepared import prepared
from storage.tables import (
    groups,
    inbox,
    members,
    occurrences,
    people,
    reminder_people,
    reminders,
    rooms,
    timers,
)  # fmt: skip

_SUBJECT = "reminder:"


def subject(reminder_id: ReminderId, part: str = "") -> str:
    """Return the outbox subject of posts about a reminder: reactions to them find it."""
    return f"{_SUBJECT}{reminder_id}:{part}" if part else f"{_SUBJECT}{reminder_id}"


def of_subject(words: str | None) -> tuple[ReminderId, str] | None:
    """Return the reminder whose post carries this subject, and which post it is."""
    if words is None or not words.startswith(_SUBJECT):
        return None
    number, _, part = words.removeprefix(_SUBJECT).partition(":")
    return ReminderId(int(number)), part


async def add(
    db: AsyncConnection, group_id: GroupId, person: PersonId, values: dict[str, Any], source: EventId
) -> Reminder:
    """Keep a reminder; a ``source`` that was used already gives the one it made."""
    # Numbers of a group are given one after the other.
    await db.execute(select(groups.c.id).where(groups.c.id == group_id).with_for_update())
    known = await by_source(db, source)
    if known:
        return known
    # Who reads a number of their own has all theirs before them, and the group all of its own.
    own = reminders.c.person_id == person if values["private"] else reminders.c.group_id == group_id
    same = and_(own, reminders.c.private == values["private"])
    last = await db.scalar(select(func.max(reminders.c.number)).where(same))
    query = insert(reminders).values(
        group_id=group_id, person_id=person, number=(last or 0) + 1, source_event_id=source, **values
    )
    return _reminder((await db.execute(query.returning(*reminders.c))).one())


def values_of(asked: Asked, *, private: bool, unnamed: bool, room: str | None) -> dict[str, Any]:
    """Return the columns that hold what was asked for."""
    when = asked.when
    return {
        "private": private,
        "unnamed": unnamed,
        "exact": when.exact,
        "rule": when.rule.stored if when.rule else None,
        "local_time": when.local_time.isoformat("minutes") if when.local_time else None,
        "text": asked.text,
        "about_event_id": asked.about,
        "about_room_id": room if asked.about else None,
    }


async def rewrite(db: AsyncConnection, reminder_id: ReminderId, values: dict[str, Any]) -> Reminder:
    """Let it be another one, with the same number and the same people."""
    query = update(reminders).where(reminders.c.id == reminder_id).values(values)
    return _reminder((await db.execute(query.returning(*reminders.c))).one())


async def find(db: AsyncConnection, reminder_id: ReminderId) -> Reminder | None:
    """Return the reminder, if it is still kept."""
    row = (await db.execute(_FIND, {"reminder": reminder_id})).one_or_none()
    return _reminder(row) if row else None


_FIND: Final = prepared(select(reminders).where(reminders.c.id == bindparam("reminder")))


async def by_source(db: AsyncConnection, event_id: EventId) -> Reminder | None:
    """Return the reminder that this message, or this reaction, made."""
    return await _one(db, reminders.c.source_event_id == event_id)


async def numbered(
    db: AsyncConnection, number: int, *, group_id: GroupId | None, person: PersonId | None
) -> Reminder | None:
    """Return the group's reminder with this number, or the one that is the person's alone."""
    if group_id is not None:
        own = and_(reminders.c.group_id == group_id, reminders.c.private.is_(False))
    else:
        own = and_(reminders.c.person_id == person, reminders.c.private)
    return await _one(db, own, reminders.c.number == number)


async def of_group(db: AsyncConnection, group_id: GroupId) -> list[Reminder]:
    """Return what is kept that was or will be said in a group."""
    query = select(reminders).where(reminders.c.group_id == group_id, reminders.c.private.is_(False))
    return [_reminder(row) for row in await db.execute(query.order_by(reminders.c.id))]


async def coming_in_group(db: AsyncConnection, group_id: GroupId) -> list[tuple[Reminder, datetime]]:
    """Return what will be said in a group, the earliest first."""
    return await _coming(db, reminders.c.group_id == group_id, reminders.c.private.is_(False))


async def coming_for(db: AsyncConnection, person: PersonId) -> list[tuple[Reminder, datetime]]:
    """Return of what a person will be reminded in all groups, and alone; the earliest first."""
    joined = select(reminder_people.c.reminder_id).where(reminder_people.c.person_id == person)
    shared = and_(reminders.c.private.is_(False), reminders.c.id.in_(joined))
    return await _coming(db, or_(reminders.c.person_id == person, shared))


async def _coming(db: AsyncConnection, *conditions: ColumnElement[bool]) -> list[tuple[Reminder, datetime]]:
    query = (
        select(*reminders.c, timers.c.due_at)
        .join(
            timers,
            and_(
                timers.c.group_id == reminders.c.group_id,
                timers.c.kind.in_((TELL, SAY)),
                timers.c.subject == cast(reminders.c.id, String),
            ),
        )
        .where(*conditions)
    )
    rows = await db.execute(query.order_by(timers.c.due_at, reminders.c.id))
    return [(_reminder(row), row.due_at) for row in rows]


async def remove(db: AsyncConnection, reminder_id: ReminderId) -> None:
    """Forget it, and who wanted to hear of it."""
    await db.execute(delete(reminder_people).where(reminder_people.c.reminder_id == reminder_id))
    said = occurrences.c.kind.in_((TELL, SAY)) & (occurrences.c.subject == str(reminder_id))
    await db.execute(delete(occurrences).where(said))
    await db.execute(delete(reminders).where(reminders.c.id == reminder_id))


# --- private ones and the groups they stand in ---------------------------------------------------


async def move_on(
    db: AsyncConnection, group_id: GroupId | None = None, person: PersonId | None = None
) -> None:
    """Let private reminders go on in another group, if there is one in which the person and we are.

    What was put off there, or is about a message there, stays with the group: those are its words.

    Args:
        db: the connection.
        group_id: the group that is left; None: all in which we are not any more.
        person: who leaves it; None: everybody.
    """
    stuck = groups.c.state == "paused" if group_id is None else reminders.c.group_id == group_id
    query = (
        select(reminders.c.id, reminders.c.group_id, people.c.user_id)
        .join(groups, groups.c.id == reminders.c.group_id)
        .join(people, people.c.id == reminders.c.person_id)
        .where(reminders.c.private, stuck, ~_of_the_group())
        .order_by(reminders.c.id)
    )
    if person is not None:
        query = query.where(reminders.c.person_id == person)
    for reminder_id, left, user_id in (await db.execute(query)).all():
        others = [one.id for one in await groups_of.of_member(db, UserId(user_id)) if one.id != left]
        if others:
            await _move(db, ReminderId(reminder_id), GroupId(left), others[0])


def _of_the_group() -> ColumnElement[bool]:
    """Does it repeat what was said in a room of its group?"""
    here = select(rooms.c.room_id).where(rooms.c.group_id == reminders.c.group_id)
    said_here = exists().where(inbox.c.event_id == reminders.c.source_event_id, inbox.c.room_id.in_(here))
    return or_(func.coalesce(reminders.c.about_room_id, "").in_(here), said_here)


async def _move(db: AsyncConnection, reminder_id: ReminderId, left: GroupId, to: GroupId) -> None:
    await db.execute(update(reminders).where(reminders.c.id == reminder_id).values(group_id=to))
    promised = update(timers).where(
        timers.c.group_id == left, timers.c.kind.in_((TELL, FORGET)), timers.c.subject == str(reminder_id)
    )
    await db.execute(promised.values(group_id=to))


# --- put off: the same words once more, for one person alone -------------------------------------


async def add_again(
    db: AsyncConnection, said: Reminder, person: PersonId, until: datetime, source: EventId
) -> Reminder:
    """Keep what was said once more for ``person`` alone, who put it off with ``source``.

    Whose words these are, and in which message they stand, is known even when the first reminder is forgotten.
    """
    values = values_of(
        Asked(False, When(until, exact=True), said.text, said.about),
        private=True, unnamed=False, room=said.about_room,
    )  # fmt: skip
    again = await add(db, said.group_id, person, values, source)
    first = select(reminder_people.c.person_id, reminder_people.c.event_id)
    row = (await db.execute(first.where(reminder_people.c.reminder_id == said.id))).first()
    words_of, event = row if said.private and row else (said.person, said.source)
    if event is not None:
        await join(db, again.id, words_of, event)
    return again


async def put_off(db: AsyncConnection, event_id: EventId) -> list[tuple[Reminder, PersonId]]:
    """Return the reminders that repeat the words of this message for those who put them off; and whose words."""
    query = (
        select(*reminders.c, reminder_people.c.person_id.label("words_of"))
        .join(reminder_people, reminder_people.c.reminder_id == reminders.c.id)
        .where(reminder_people.c.event_id == event_id, reminders.c.private)
        .order_by(reminders.c.id)
    )
    return [(_reminder(row), PersonId(row.words_of)) for row in await db.execute(query)]


async def forget_words(db: AsyncConnection, person: PersonId, group_id: GroupId | None = None) -> None:
    """Forget what others have put off of a person's words, in one group or in all."""
    theirs = select(reminder_people.c.reminder_id).where(reminder_people.c.person_id == person)
    others = and_(reminders.c.private, reminders.c.person_id != person)
    query = select(reminders.c.id).where(reminders.c.id.in_(theirs), others)
    if group_id is not None:
        query = query.where(reminders.c.group_id == group_id)
    for found in list(await db.scalars(query)):
        await remove(db, ReminderId(found))


# --- who hears of it -----------------------------------------------------------------------------


async def join(db: AsyncConnection, reminder_id: ReminderId, person: PersonId, event: EventId) -> None:
    """Remind a person too; again changes nothing but the reaction."""
    query = upsert.insert(db, reminder_people).values(
        reminder_id=reminder_id, person_id=person, event_id=event
    )
    again = query.on_conflict_do_update(
        index_elements=["reminder_id", "person_id"], set_={"event_id": query.excluded.event_id}
    )
    await db.execute(again)


async def leave(db: AsyncConnection, reminder_id: ReminderId, person: PersonId) -> bool:
    """Remind a person no longer; tell whether they were among those who are."""
    gone = delete(reminder_people).where(
        reminder_people.c.reminder_id == reminder_id, reminder_people.c.person_id == person
    )
    return (await db.execute(gone)).rowcount > 0


async def take_back(db: AsyncConnection, event: EventId) -> bool:
    """Let a 🔔 that was taken back count no longer; tell whether it was one."""
    gone = await db.execute(delete(reminder_people).where(reminder_people.c.event_id == event))
    return gone.rowcount > 0


async def called(db: AsyncConnection, reminder: Reminder, room_id: RoomId) -> list[UserId]:
    """Return who in this room wants to hear of it."""
    author = None if reminder.unnamed else reminder.person
    which = {"reminder": reminder.id, "author": author, "room": room_id}
    return sorted(UserId(user) for user in await db.scalars(_CALLED, which))


_CALLED: Final = prepared(
    select(members.c.user_id)
    .join(people, people.c.user_id == members.c.user_id)
    .where(
        members.c.room_id == bindparam("room"),
        members.c.membership == "join",
        or_(
            people.c.id == bindparam("author", type_=people.c.id.type),
            people.c.id.in_(
                select(reminder_people.c.person_id).where(
                    reminder_people.c.reminder_id == bindparam("reminder")
                )
            ),
        ),
    )
)


# --- rows and values -----------------------------------------------------------------------------


async def _one(db: AsyncConnection, *conditions: ColumnElement[bool]) -> Reminder | None:
    row = (await db.execute(select(reminders).where(*conditions).limit(1))).first()
    return _reminder(row) if row else None


def _reminder(row: Any) -> Reminder:
    return Reminder(
        id=ReminderId(row.id),
        group_id=GroupId(row.group_id),
        number=row.number,
        person=PersonId(row.person_id),
        private=row.private,
        unnamed=row.unnamed,
        exact=row.exact,
        rule=Recurrence.read_stored(row.rule) if row.rule else None,
        local_time=time.fromisoformat(row.local_time) if row.local_time else None,
        text=row.text,
        about=row.about_event_id,
        about_room=row.about_room_id,
        source=row.source_event_id,
    )
