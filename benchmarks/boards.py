# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What it costs to bring a large board up to date: 200 entries, 300 members, 1,000 reactions to one entry.

No bot runs: ``commands.boards.update`` is called as its timer would call it, and reads, composes and stores.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import update as sql_update
from sqlalchemy.ext.asyncio import AsyncConnection

from benchmarks.bots.contestant import Contestant
from benchmarks.world import Json
from commands import boards
from commands.contents import Operator
from commands.context import Context
from method.ids import EventId, GroupId, ItemId, PersonId, RoomId, TimerId, UserId
from method.items import Kind
from method.pages import BOARD_UPDATE
from method.timers import Timer
from storage import boards as shown
from storage import groups, items, migrations, notes, people, rooms, supports
from storage.database import Database
from storage.tables import board_pages, outbox

ENTRIES: Final = 200
MEMBERS: Final = 300
REACTIONS: Final = 1000
_TIMES: Final = 20
_ME: Final = UserId("@bot:bench")
_ROOM: Final = RoomId("!room:bench")
_NOW: Final = datetime(2027, 2, 22, 8, tzinfo=UTC)
_WORDS: Final = "Wir bekommen Zeugnisse, die wir nicht einordnen können, und niemand ist zuständig. "


async def large_board(_kind: type[Contestant], folder: Path, scale: float) -> Json:
    """Compose and store the board again and again; ``cpu_ms`` is the median of the updates that edit it."""
    url = f"sqlite:///{folder / 'boards.db'}"
    await migrations.upgrade(url)
    db = Database(url)
    try:
        group = await _fill(db)
        first = await _update(db, group, 0)
        edits = [await _update(db, group, number) for number in range(1, max(int(_TIMES * scale), 3))]
        async with db.reading() as connection:
            pages = await shown.pages(connection, group)
        return {
            "cpu_ms": round(statistics.median(edits), 1),
            "first_ms": round(first, 1),
            "pages": len(pages),
        }
    finally:
        await db.close()


async def _fill(db: Database) -> GroupId:
    async with db.transaction() as connection:
        group = await groups.add(connection, "Runde", now=_NOW)
        await rooms.see(connection, _ROOM, "join")
        await rooms.set_group(connection, _ROOM, group.id)
        everybody = [
            rooms.Member(UserId(f"@person{number}:bench"), "join", f"Person {number}")
            for number in range(MEMBERS)
        ]
        await rooms.replace_members(connection, _ROOM, everybody)
        numbers = [(await people.get_or_add(connection, member.user_id)).id for member in everybody]
        made = [await _entry(connection, group.id, number, numbers) for number in range(ENTRIES)]
        for number in range(REACTIONS):
            person = numbers[number % MEMBERS]
            await supports.add(connection, made[-1], person, EventId(f"$thumb{number}"))
    return group.id


async def _entry(db: AsyncConnection, group: GroupId, number: int, authors: Sequence[PersonId]) -> ItemId:
    kind = Kind.IDEA if number % 4 == 3 else Kind.BARRIER
    words = f"{number} {_WORDS * (1 + number % 3)}"
    source = EventId(f"$item{number}")
    item = await items.add(db, group, kind, words, [f"thema{number % 9}"], authors[number], source, now=_NOW)
    await notes.add(db, item.id, _WORDS, authors[-1], EventId(f"$note{number}"), now=_NOW)
    return item.id


async def _update(db: Database, group: GroupId, number: int) -> float:
    """Bring the board up to date after every page has changed; return the CPU milliseconds."""
    now = _NOW + timedelta(minutes=number)
    async with db.transaction() as connection:
        await connection.execute(sql_update(board_pages).values(digest=""))
        await connection.execute(sql_update(outbox).values(state="sent", payload=None))
    began = time.process_time()
    async with db.transaction() as connection:
        ctx = Context(
            db=connection,
            now=now,
            me=_ME,
            cause=f"timer:{number}",
            room=await rooms.get(connection, _ROOM),
            user=_ME,
            person=None,
            group=await groups.get(connection, group),
            operator=Operator(),
        )
        await boards.update(ctx, Timer(TimerId(number), group, BOARD_UPDATE, "", "", now, 0))
    return (time.process_time() - began) * 1000
