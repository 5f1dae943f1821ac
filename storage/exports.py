# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The export of a group: its board, what it has agreed and met for, and nobody's name.

The document is a JSON object:

``format``
    Always ``"tafelrunde-export"``.
``version``
    ``1``. A program that reads exports refuses a higher version than it knows.
``group``
    ``name``, ``goal`` (text or null), ``agreements`` (the working agreements, text or null), ``step`` (1 to 5),
    ``state`` ("active", or "paused" while the bot is not in the group's room), ``created``.
``settings``
    ``language`` ("de" or "en") and everything of ``method.settings``, as words.
``checkins``
    ``days`` (Monday is 0) and ``at`` (local time, "09:00") of the group's check-ins, or null. What people said to one
    is not in it.
``items``
    Barriers by number, then ideas, tasks, decisions. Each has ``id`` ("B1", "I1", "A1", "E1"), ``kind`` ("barrier",
    "idea", "task", "decision"), ``text``, ``topics`` (without "#", in the order typed), ``links`` (ids of the barriers
    that an idea answers; of what a task is for; of what a decision names, polls as well: "U3"), ``review`` (the day on
    which a decision is to be reviewed, "2027-06-15", or null), ``task`` (of a task ``stage`` ("open", "running",
    "blocked", "done"), ``due``, ``done`` (days, or null) and ``reason`` (what blocks it, or null); else null),
    ``notes`` (oldest first; each has ``text``, ``kind`` ("note", "view", "why"), ``sector`` of a view, ``created``,
    ``changed``), ``support`` (how many people put a 👍), ``state`` ("open", "withdrawn"), ``created``, ``changed``,
    ``part_of`` (id of the entry it was merged into, or null), ``parked`` (it lies in the topic store), ``history``
    (what has happened to it, oldest first: ``day`` ("2027-03-15"), ``kind`` ("asked", "taken", "returned", "moved",
    "blocked", "resumed", "done", "edited", "parked", "unparked"), and of a task that was moved its day before and
    after, ``was`` and ``becomes``, each may be null). Of a withdrawn item only the number, the state and the times
    are given: ``text`` is null and the lists are empty.

``core_problem``
    Every version that was not withdrawn, oldest first: ``text``, ``state`` ("proposed", "agreed", "replaced"),
    ``in_favour`` (how many agreed when it was agreed), ``proposed``, ``agreed`` (or null). What people say to an
    open proposal is not in it.
``sectors``
    ``used``: the sectors of the group, each with ``id`` (that of a view; null: the group has added it) and
    ``name``. ``balance``: the sentences of ``!balance``, which merge sectors under three people; empty while the
    bot is not in the group's room. Both in the group's language.
``meetings``
    By number: ``id`` ("T1"), ``title`` (or null), ``state`` ("planned", "running", "ended"), ``starts`` (as
    announced), ``began``, ``ended`` (each may be null; ended without begun: it did not take place), ``new`` (ids of
    the entries made in it), ``added_to`` (ids of the entries that got notes) and ``core_problem`` (whether one was
    agreed on in it).
``polls``
    By number, without those that were withdrawn: ``id`` ("U1"), ``kind`` ("choice", "dots", "date", "resistance",
    "consent", "round"), ``question``, ``openness`` ("open", "hidden", "secret"), ``most`` (how many options a person
    may choose), ``state`` ("open", "closed"), ``ends`` (when it ends or ended), ``people`` (how many have voted),
    ``options`` and ``decisions`` (ids of the decisions that name it). An option has ``number`` (as people name it),
    ``text`` (null once withdrawn; "" of dates, and of the two of a consent: 1 agrees, 2 objects), ``at`` (of a date),
    ``whole_day``, ``entry`` (id of the entry it stands for, or null) and ``votes`` (the sum: votes, points, or
    resistance). ``people`` and ``votes`` are null while a poll is open, and where fewer than five have voted
    secretly. Single votes, and what was said in own words, are nowhere.
``agenda``
    What is to be talked about, in order: ``meeting`` ("T2", or null: at the next one), ``text``, ``minutes`` (or null),
    ``entry`` (id of the entry it serves, or null).
``series``
    Meetings that come again: ``every`` (words in the group's language), ``time`` ("15:00"), ``title`` (or null).
``reminders``
    What the group will be reminded of, the earliest first: ``text`` (null: of a message), ``every`` (words, or null),
    ``next``. Nothing that a person has asked for alone.
``seats``
    Who is still needed, by number: ``id`` ("W1"), ``text``, ``state`` ("sought", "asked"). Those that are settled
    are left out: a seat that was filled or declined speaks of somebody.
``sprints``
    By number: ``number``, ``goal``, ``starts``, ``ends`` (the day that was meant) and ``ended`` (null: it runs).
``retros``
    By number, without those that were cancelled: ``number``, ``form`` ("questions", "sailboat", "start-stop-continue",
    "4l"), ``reveals`` (local time, "2027-03-22T09:30"), ``ended`` (null: it runs), ``poll`` (id, or null) and
    ``actions`` (ids of the tasks that came of it). Cards are nowhere but in the poll.
``guests_until``
    The days until which there are guests, each once: ``2027-03-15``.

Times are ISO 8601 in UTC, to the second: ``2026-03-02T08:15:00Z``. No field says who wrote, supported or
changed anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from method.dates import timestamp
from method.ids import GroupId, ItemId
from method.items import Listed, State
from method.polls import Openness, Poll
from method.polls.ballots import Tally
from method.polls.results import is_shown
from method.problems import Version
from method.seats import OPEN, Seat
from method.sectors import BUILT_IN, balance
from method.sprints import Sprint
from storage import (
    agreements,
    checkins,
    groups,
    guests,
    items,
    listed,
    meetings,
    planned,
    polls,
    problems,
    retros,
    rooms,
    seats,
    sectors,
    settings,
    sprints,
)
from storage.groups import Group
from storage.tables import groups as groups_table
from storage.tables import rooms as rooms_table

FORMAT: Final = "tafelrunde-export"
VERSION: Final = 1
#: So many groups are named to somebody who has named none of them.
_NAMES: Final = 5


class UnknownGroupError(LookupError):
    """No group meets in this room or has this name, or several have this name."""

    def __init__(self, *, several: bool, names: tuple[str, ...]) -> None:
        self.several = several
        #: Some that there are, by name.
        self.names = names
        super().__init__("several groups have this name" if several else "no such group")


async def find(db: AsyncConnection, room: str) -> GroupId:
    """Return the group that meets or met in the room with this id, or has this name.

    Raises:
        UnknownGroupError: there is no such group, or several have this name.
    """
    of_room = select(rooms_table.c.group_id).where(
        rooms_table.c.room_id == room, rooms_table.c.group_id.is_not(None)
    )
    query = select(groups_table.c.id).where(or_(groups_table.c.name == room, groups_table.c.id.in_(of_room)))
    found = (await db.scalars(query)).all()
    if len(found) != 1:
        names = select(groups_table.c.name).distinct().order_by(groups_table.c.name).limit(_NAMES)
        raise UnknownGroupError(several=bool(found), names=tuple(await db.scalars(names)))
    return GroupId(found[0])


async def group(db: AsyncConnection, room: str) -> dict[str, Any]:
    """Return everything on the board of a room's group as a JSON object (see above); ``find`` says which it is.

    Raises:
        UnknownGroupError: there is no such group, or several have this name.
    """
    return await of_group(db, await find(db, room))


async def of_group(db: AsyncConnection, group_id: GroupId) -> dict[str, Any]:
    """Return everything on a group's board.

    Raises:
        LookupError: there is no such group.
    """
    found = await groups.get(db, group_id)
    everything = {one.item.id: one for one in await items.everything(db, found.id)}
    agreed = await agreements.of_group(db, found.id)
    asked = await polls.everything(db, found.id)
    return {
        "format": FORMAT,
        "version": VERSION,
        "group": {
            "name": found.name,
            "goal": found.goal,
            "agreements": agreed.text if agreed else None,
            "step": found.step,
            "state": found.state,
            "created": timestamp(found.created_at),
        },
        "settings": {"language": found.language, **(await settings.of_group(db, found.id)).as_stored()},
        "checkins": await _checkins(db, found.id),
        "items": await listed.of_group(db, found.id, everything),
        "core_problem": [_version(version) for version in await problems.history(db, found.id)],
        "sectors": await _sectors(db, found),
        "meetings": await _meetings(db, found.id),
        "polls": [_poll(*one, everything.values()) for one in asked],
        **await planned.of_group(db, found),
        "seats": [_seat(seat) for seat in await seats.of_group(db, found.id) if seat.stage in OPEN],
        "sprints": [_sprint(sprint) for sprint in await sprints.of_group(db, found.id)],
        "retros": await _retros(db, found.id, everything, [poll for poll, _ in asked]),
        "guests_until": [day.isoformat() for day in sorted(set(await guests.last_days(db, found.id)))],
    }


async def _checkins(db: AsyncConnection, group_id: GroupId) -> dict[str, Any] | None:
    routine = await checkins.routine(db, group_id)
    if routine is None or not routine.days:
        return None
    at = routine.at.isoformat("minutes")
    return {"days": list(routine.days), "at": at, "question": routine.question}


def _version(version: Version) -> dict[str, Any]:
    return {
        "text": version.text,
        "state": version.state.value,
        "in_favour": version.in_favour,
        "proposed": timestamp(version.proposed_at),
        "agreed": _time_or_none(version.agreed_at),
    }


def _seat(seat: Seat) -> dict[str, Any]:
    return {"id": seat.label, "text": seat.text, "state": seat.stage.value}


async def _sectors(db: AsyncConnection, found: Group) -> dict[str, Any]:
    used: list[dict[str, str | None]] = [
        {"id": key, "name": sector.name.render(found.language)} for key, sector in BUILT_IN.items()
    ]
    used += [{"id": None, "name": name} for name in await sectors.own_names(db, found.id)]
    room = await rooms.find_of_group(db, found.id)
    lines = []
    if room is not None:
        people = await sectors.people_by_sector(db, found.id, room)
        lines = balance(people, await sectors.added(db, found.id))
    return {"used": used, "balance": [line.render(found.language) for line in lines]}


async def _meetings(db: AsyncConnection, group_id: GroupId) -> list[dict[str, Any]]:
    told = []
    for meeting in await meetings.of_group(db, group_id):
        arisen = await meetings.arisen(db, meeting)
        told.append(
            {
                "id": meeting.label,
                "title": meeting.title,
                "state": meeting.stage.value,
                "starts": _time_or_none(meeting.starts_at),
                "began": _time_or_none(meeting.began_at),
                "ended": _time_or_none(meeting.ended_at),
                "new": [str(label) for label in arisen.entries],
                "added_to": [str(label) for label in arisen.noted],
                "core_problem": arisen.agreed,
            }
        )
    return told


def _poll(poll: Poll, counted: Tally, everything: Iterable[Listed]) -> dict[str, Any]:
    # How many of fewer than five have voted secretly is not told either.
    is_told = not poll.is_open and (poll.openness is not Openness.SECRET or is_shown(poll, counted))
    return {
        "id": poll.label,
        "kind": poll.kind.value,
        "question": poll.question,
        "openness": poll.openness.value,
        "most": poll.most,
        "state": poll.state.value,
        "ends": timestamp(poll.ends_at),
        "people": counted.people if is_told else None,
        "options": [
            {
                "number": option.number,
                "text": option.text,
                "at": _time_or_none(option.at),
                "whole_day": option.whole_day,
                "entry": option.label,
                "votes": counted.sums.get(option.number, 0) if is_told else None,
            }
            for option in poll.options
        ],
        "decisions": [
            str(one.item.label)
            for one in everything
            if one.item.state is State.OPEN and poll.label in listed.polls_named(one.item)
        ],
    }


def _sprint(sprint: Sprint) -> dict[str, Any]:
    return {
        "number": sprint.number,
        "goal": sprint.goal,
        "starts": sprint.starts.isoformat(),
        "ends": sprint.ends.isoformat(),
        "ended": sprint.ended.isoformat() if sprint.ended else None,
    }


async def _retros(
    db: AsyncConnection, group_id: GroupId, known: Mapping[ItemId, Listed], asked: Iterable[Poll]
) -> list[dict[str, Any]]:
    labels = {poll.id: poll.label for poll in asked}
    made = await retros.actions_of_group(db, group_id)
    return [
        {
            "number": retro.number,
            "form": retro.form.key,
            "reveals": retro.reveals,
            "ended": _time_or_none(ended),
            "poll": labels.get(retro.poll) if retro.poll else None,
            "actions": [str(known[item].item.label) for item in made.get(retro.id, [])],
        }
        for retro, ended in await retros.of_group(db, group_id)
    ]


def _time_or_none(moment: datetime | None) -> str | None:
    return timestamp(moment) if moment else None
