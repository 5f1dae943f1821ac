# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""How long a poll takes to close: 300 voters who have changed their minds, 20 options, sectors to compare.

No bot runs: ``commands.polls.close`` is called as its timer would call it, in a transaction that commits, and the
picture is drawn as it would be before it is sent. The same poll with three voters, closed in turn with it, is the
baseline. What the homeserver needs is not in it.
"""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from benchmarks.bots.contestant import Contestant
from benchmarks.world import Json
from bot.pictures.drawing import draw
from commands import polling, polls
from commands.contents import Operator
from commands.context import Context
from method.files import PICTURE
from method.ids import EventId, GroupId, PersonId, PollId, RoomId, TimerId, UserId
from method.items import Kind as ItemKind
from method.polls import MOST_OPTIONS, Kind, Openness, State
from method.polls.ballots import Door
from method.polls.dots import dot_options
from method.polls.words import Wish
from method.sectors import NAMED
from method.timers import Timer
from storage import groups, items, migrations, people, poll_votes, rooms, sectors
from storage import polls as store
from storage.database import Database
from storage.sectors import Mark
from storage.tables import inbox, outbox

VOTERS: Final = 300
FEW: Final = 3
POINTS: Final = 3
#: Votes of each person, of which the last one counts.
MINDS: Final = 3
_TIMES: Final = 10
_ME: Final = UserId("@bot:bench")
_ROOM: Final = RoomId("!room:bench")
_NOW: Final = datetime(2027, 2, 22, 8, tzinfo=UTC)
_WORDS: Final = "Wir bekommen Zeugnisse, die wir nicht einordnen können, und niemand ist zuständig"


async def large_poll(_kind: type[Contestant], folder: Path, scale: float) -> Json:
    """Close large and small polls in turn; times are medians of whole transactions, ``draw_ms`` of the picture."""
    return await measured(f"sqlite:///{folder / 'polls.db'}", max(int(_TIMES * scale), 3))


async def measured(url: str, times: int) -> Json:
    """Do so in an empty database."""
    await migrations.upgrade(url)
    db = Database(url)
    try:
        group, everybody = await _fill(db)
        large, small = [], []
        for number in range(times):
            large.append(await _close(db, group, everybody, 2 * number))
            small.append(await _close(db, group, everybody[:FEW], 2 * number + 1))
        drawn = await _draw(db)
    finally:
        await db.close()
    wall, few = (statistics.median(took for took, _ in each) for each in (large, small))
    cpu, few_cpu = (statistics.median(spent for _, spent in each) for each in (large, small))
    return {
        "close_ms": round(wall, 1),
        "close_cpu_ms": round(cpu, 1),
        "few_ms": round(few, 1),
        "few_cpu_ms": round(few_cpu, 1),
        "few_ratio": round(wall / few, 2),
        "draw_ms": round(drawn, 1),
        "total_s": round((wall + drawn) / 1000, 2),
    }


async def _fill(db: Database) -> tuple[GroupId, list[PersonId]]:
    async with db.transaction() as connection:
        group = await groups.add(connection, "Runde", now=_NOW)
        await rooms.see(connection, _ROOM, "join")
        await rooms.set_group(connection, _ROOM, group.id)
        members = [rooms.Member(UserId(f"@person{n}:bench"), "join", f"Person {n}") for n in range(VOTERS)]
        await rooms.replace_members(connection, _ROOM, members)
        everybody = [(await people.get_or_add(connection, member.user_id)).id for member in members]
        for number, person in enumerate(everybody):
            key = NAMED[number % len(NAMED)].key
            await sectors.react(connection, Mark(group.id, person, key, EventId(f"$mark{number}"), True))
        for number in range(MOST_OPTIONS):
            words, source = f"{number} {_WORDS}", EventId(f"$item{number}")
            await items.add(connection, group.id, ItemKind.BARRIER, words, [], everybody[0], source, now=_NOW)
    return group.id, everybody


async def _close(
    db: Database, group: GroupId, voters: Sequence[PersonId], number: int
) -> tuple[float, float]:
    """Let everybody vote, and close; return the milliseconds that closing took, by the clock and of the CPU."""
    now = _NOW + timedelta(minutes=number)
    async with db.transaction() as connection:
        poll = await _ask(connection, group, voters, number, now)
    began, spent = time.perf_counter(), time.process_time()
    async with db.transaction() as connection:
        ctx = Context(
            db=connection, now=now, me=_ME, cause=f"timer:{number}", room=await rooms.get(connection, _ROOM),
            user=_ME, person=None, group=await groups.get(connection, group), operator=Operator(),
        )  # fmt: skip
        await polls.close(ctx, Timer(TimerId(number), group, polling.CLOSE, str(poll), "", now, 0))
    took = (time.perf_counter() - began) * 1000, (time.process_time() - spent) * 1000
    async with db.reading() as connection:
        if (await store.get(connection, poll)).state is not State.CLOSED:
            raise LookupError("the poll is still open")
    return took


async def _ask(
    db: AsyncConnection, group: GroupId, voters: Sequence[PersonId], number: int, ends_at: datetime
) -> PollId:
    entries = [listed.item for listed in await items.listing(db, group)]
    options, most = dot_options(entries, POINTS)
    wish = Wish(Kind.DOTS, "Was ist am wichtigsten?", options, most, Openness.OPEN, False, ends_at)
    poll = await store.add(db, group, wish, voters[0], EventId(f"$poll{number}"))
    numbers = poll.numbers
    arrivals = []
    for place, (mind, voter) in enumerate((mind, voter) for mind in range(MINDS) for voter in voters):
        event = EventId(f"$vote{number}x{place}")
        first = place * 7 % (len(numbers) - most)
        await poll_votes.add(db, poll.id, voter, event, Door.COMMAND, numbers[first : first + most])
        arrivals.append(
            {"event_id": event, "room_id": _ROOM, "batch": number, "idx": place, "received_at": _NOW}
            | {"attempts": 0, "state": "done", "rule": f"vote {mind}"}
        )
    await db.execute(insert(inbox), arrivals)
    return poll.id


async def _draw(db: Database) -> float:
    """Draw the first picture, that of a large poll; return the milliseconds."""
    async with db.reading() as connection:
        pictures = select(outbox.c.payload).where(outbox.c.kind == "file").order_by(outbox.c.id)
        payload = (await connection.execute(pictures.limit(1))).scalar_one()
    began = time.perf_counter()
    await draw(json.loads(payload)[PICTURE])
    return (time.perf_counter() - began) * 1000
