# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""After a poll, single votes are gone from all of SQLite's bytes: in a minute, copies in divided pages at night."""

from __future__ import annotations

import random
from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

from bot.retention import Retention
from method.ids import EventId, RoomId, UserId
from method.polls import Kind, Openness, Option
from method.polls.ballots import Door, Tally
from method.polls.words import Wish
from storage import groups, people, poll_votes, polls, rooms
from storage.database import Database
from storage.tables import poll_marks, poll_options
from storage.tables import poll_votes as votes_table
from storage.tables import polls as polls_table
from tests.chat import Chat

ROOM = RoomId("!room:test")
NIGHT = datetime(2027, 2, 23, 2, 0, tzinfo=UTC)
PEOPLE = ("ewa", "murat", "henrik", "lina", "katrin")
#: So many rows of two polls that pages are divided, with numbers that come as those of events do.
MANY = 600
SEED = 6


def left(db: Database, traces: Collection[bytes]) -> int:
    """Return how many of the traces stand in the files of a running SQLite."""
    files = Path(str(db.url.database)).parent.glob("tafelrunde.db*")
    bytes_ = b"".join(file.read_bytes() for file in files)
    return sum(trace in bytes_ for trace in traces)


async def test_secret_votes_leave_no_hash_and_no_key(chat: Chat) -> None:
    await chat.says("!umfrage Was zuerst?; Lotsin; Profil geheim", by="lina")
    for name in PEOPLE:
        await chat.tells("stimme U1 2", by=name)
    async with chat.db.reading() as db:
        traces = [mark.encode() for mark in await db.scalars(select(poll_marks.c.mark))]
        traces += list(await db.scalars(select(polls_table.c.key)))
    assert left(chat.db, traces) == len(PEOPLE) + 1

    await chat.says("!umfrage ende", by="lina")
    await chat.pass_time(minutes=1)

    assert left(chat.db, traces) == 0
    async with chat.db.reading() as db:
        assert list(await db.scalars(select(poll_options.c.votes))) == [0, 5]


async def test_open_votes_leave_no_choice(chat: Chat) -> None:
    await chat.says("!widerstand Was zuerst?; Lotsin; Profil; Probe; Raum; Zeit; Geld", by="lina")
    for number, name in enumerate(PEOPLE):
        await chat.says(f"!stimme U1 {number} 10 9 10 8 10", by=name)
    async with chat.db.reading() as db:
        traces = [choices.encode() for choices in await db.scalars(select(votes_table.c.choices))]
    assert left(chat.db, traces) == len(PEOPLE)

    await chat.says("!umfrage ende", by="lina")
    await chat.pass_time(minutes=1)

    assert left(chat.db, traces) == 0


async def test_at_night_no_copy_is_left_where_pages_were_divided(sqlite: Database) -> None:
    """The copies are SQLite's: a row that moves to another page may stay behind in the unused part of its first one."""
    options = (Option(1, "Lotsin"), Option(2, "Profil"))
    wish = Wish(Kind.CHOICE, "Was zuerst?", options, 1, Openness.OPEN, False, NIGHT)
    names = random.Random(SEED)
    events: dict[int, list[EventId]] = {0: [], 1: []}
    async with sqlite.transaction() as db:
        group = await groups.add(db, "Runde", now=NIGHT)
        users = [UserId(f"@p{number}:x") for number in range(MANY)]
        await rooms.see(db, ROOM, "join")
        await rooms.set_group(db, ROOM, group.id)
        await rooms.replace_members(db, ROOM, [rooms.Member(user, "join", "") for user in users])
        everybody = [(await people.get_or_add(db, user)).id for user in users]
        asked = [await polls.add(db, group.id, wish, everybody[0], EventId(f"$q{n}")) for n in (0, 1)]
        for person in everybody:
            for number, poll in enumerate(asked):
                events[number].append(EventId(f"${names.randbytes(8).hex()}"))
                await poll_votes.add(db, poll.id, person, events[number][-1], Door.COMMAND, (1,))
                await poll_votes.say(db, poll.id, person, EventId(f"{events[number][-1]}w"), "Aber")
    traces = [event.encode() for event in events[0]]
    assert left(sqlite, traces) == MANY

    async with sqlite.transaction() as db:
        assert await polls.close(db, asked[0], Tally(MANY, {1: MANY}))
    await Retention(sqlite)(NIGHT)

    assert left(sqlite, traces) == 0
    # The other poll is open: its votes are where they were.
    assert left(sqlite, [event.encode() for event in events[1]]) == MANY
    async with sqlite.reading() as db:
        assert len(await poll_votes.of_poll(db, asked[1].id)) == MANY
