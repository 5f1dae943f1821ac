# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What letters cost at each update of the board: ``python -m benchmarks.letters [number of letters] [database]``.

A group with 1,000 entries, each with a note, and 52 letters of 60 lines. ``commands.letters`` is called as
``commands.boards.update`` calls it: after a change that no letter tells, after one that one letter tells, and after
a deletion.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection

from commands import letters
from commands.contents import Operator
from commands.context import Context
from method.digests import Line, Part, Source
from method.ids import EventId, GroupId, ItemId, RoomId, UserId
from method.items import Kind
from storage import digests, groups, items, migrations, notes, outbox, people, rooms
from storage.database import Database
from storage.tables import outbox as outbox_table

ENTRIES: Final = 1000
LETTERS: Final = 52
LINES: Final = 60
_TIMES: Final = 20
_ME: Final = UserId("@bot:bench")
_ROOM: Final = RoomId("!room:bench")
_NOW: Final = datetime(2027, 2, 22, 8, tzinfo=UTC)
_WORDS: Final = "Wir bekommen Zeugnisse, die wir nicht einordnen können, und niemand ist zuständig."


async def measure(url: str, number: int) -> None:
    """Print the fewest milliseconds of twenty times of each kind of update."""
    await migrations.upgrade(url)
    db = Database(url)
    try:
        group, made = await _fill(db, number)
        moment = iter(range(1, 10_000))

        async def timed(change: Callable[[AsyncConnection, int], Awaitable[None]] | None, call: str) -> float:
            spent = []
            for _ in range(_TIMES):
                minute = next(moment)
                if change is not None:
                    async with db.transaction() as connection:
                        await change(connection, minute)
                async with _context(db, group, minute) as ctx:
                    began = time.perf_counter()
                    await (letters.plan(ctx) if call == "plan" else letters.follow(ctx))
                    spent.append((time.perf_counter() - began) * 1000)
            # Of a machine that does something else too, the quickest says most.
            return min(spent)

        async def rewrite(connection: AsyncConnection, minute: int) -> None:
            now = _NOW + timedelta(minutes=minute)
            await items.rewrite(connection, made[0], f"{minute} {_WORDS}", [], now=now, links=[])

        async def delete(connection: AsyncConnection, minute: int) -> None:
            now = _NOW + timedelta(minutes=minute)
            await items.withdraw(connection, made[minute], erase=True, now=now)

        await timed(None, "follow")
        plan = await timed(None, "plan")
        nothing, edit, gone = [await timed(change, "follow") for change in (None, rewrite, delete)]
        print(
            f"{number} letters: plan {plan:.1f} ms, follow {nothing:.1f} ms where nothing told has changed,"
            f" {edit:.1f} ms after an edit, {gone:.1f} ms after a deletion"
        )
    finally:
        await db.close()


async def _fill(db: Database, number: int) -> tuple[GroupId, list[ItemId]]:
    async with db.transaction() as connection:
        group = await groups.add(connection, "Runde", now=_NOW)
        await rooms.see(connection, _ROOM, "join")
        await rooms.set_group(connection, _ROOM, group.id)
        author = (await people.get_or_add(connection, UserId("@person:bench"))).id
        made, added = [], []
        for one in range(ENTRIES):
            kind = Kind.IDEA if one % 4 == 3 else Kind.BARRIER
            source = EventId(f"$item{one}")
            item = await items.add(
                connection, group.id, kind, f"{one} {_WORDS}", [], author, source, now=_NOW
            )
            note = await notes.add(connection, item.id, _WORDS, author, EventId(f"$note{one}"), now=_NOW)
            made.append(item.id)
            added.append(note.id)
        told = [
            Line(Part.NEW, source, ref)
            for pair in zip(made, added, strict=True)
            for source, ref in zip((Source.ITEM, Source.NOTE), pair, strict=True)
        ]
        for place in range(number):
            # Where everything is told, what goes on is.
            lines = told[place * LINES : (place + 1) * LINES]
            lines += [Line(Part.DECIDED, Source.STANDS, made[-1])] * (LINES - len(lines))
            letter = await digests.add(connection, group.id, lines, now=_NOW)
            post = await outbox.add(
                connection, f"letter{place}", _ROOM, "event", {"content": {"body": "Brief"}}, now=_NOW
            )
            await digests.show(connection, letter, post=post)
        await connection.execute(update(outbox_table).values(state="sent", payload=None, event_id="$sent"))
    return group.id, made


@asynccontextmanager
async def _context(db: Database, group: GroupId, minute: int) -> AsyncIterator[Context]:
    async with db.transaction() as connection:
        yield Context(
            db=connection,
            now=_NOW + timedelta(minutes=minute),
            me=_ME,
            cause=f"timer:{minute}",
            room=await rooms.get(connection, _ROOM),
            user=_ME,
            person=None,
            group=await groups.get(connection, group),
            operator=Operator(),
        )


def main() -> None:
    """Measure with the number of letters that is given, in a new SQLite file or the given database."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else LETTERS
    with tempfile.TemporaryDirectory() as folder:
        url = sys.argv[2] if len(sys.argv) > 2 else f"sqlite:///{Path(folder) / 'letters.db'}"
        asyncio.run(measure(url, number))


if __name__ == "__main__":
    main()
