# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a database of years costs: ``python -m benchmarks.aged [rows]``.

The same work in an empty database and in one with so many rows of the outbox and as many of the journal, said and
done long ago in a hundred rooms. Work and rows are made by the storage alone: no homeserver, no waiting.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.health import Health
from bot.upkeep import Upkeep
from commands.contents import Operator
from method.ids import OutboxId, RoomId, UserId
from storage import migrations, outbox, tasks
from storage.database import Database
from storage.tables import inbox as inbox_table
from storage.tables import outbox as outbox_table

ROWS: Final = 1_000_000
_TIMES: Final = 5
_PAGE: Final = 10_000
_ROOM: Final = RoomId("!room:bench")
_NOW: Final = datetime(2027, 2, 22, 8, tzinfo=UTC)
_LONG_AGO: Final = datetime(2026, 6, 1, tzinfo=UTC)
_SAID: Final = {"type": "m.room.message", "content": {"msgtype": "m.notice", "body": "✅ B1"}}


async def measure(url: str, rows: int) -> dict[str, float]:
    """Return the fewest milliseconds of five times of each kind of work."""
    await migrations.upgrade(url)
    db = Database(url)
    try:
        for first in range(0, rows, _PAGE):
            async with db.transaction() as connection:
                await _fill(connection, range(first, min(first + _PAGE, rows)))
        async with db.transaction() as connection:
            for number in range(1, _TIMES + 1):
                post = await _post(connection, f"text:{number}", f"item:{number}:text")
                await _post(connection, f"edit:{number}", None, target=post)
                await _post(connection, f"card:{number}", f"task:{number}")
        found = {
            "a deleted entry": await _timed(db, lambda c, n: outbox.take_back(c, f"item:{n}")),
            "a task's card": await _timed(db, lambda c, n: tasks.standing(c, f"task:{n}")),
        }
        spent = []
        for _ in range(_TIMES):
            upkeep = Upkeep(
                db, me=UserId("@bot:bench"), operator=Operator(), health=Health(), look=lambda: None,
                arrived=asyncio.Event(),
            )  # fmt: skip
            began = time.perf_counter()
            await upkeep(_NOW)
            spent.append((time.perf_counter() - began) * 1000)
        return found | {"a minute's work": round(min(spent), 1)}
    finally:
        await db.close()


async def _post(
    db: AsyncConnection, cause: str, subject: str | None, target: OutboxId | None = None
) -> OutboxId:
    return await outbox.add(db, cause, _ROOM, "event", _SAID, now=_NOW, target=target, subject=subject)


async def _fill(db: AsyncConnection, numbers: range) -> None:
    """Of three posts, one is a message, one a reaction to somebody's and one an edit of the first."""
    said = [
        {
            "id": n + 1,
            "cause": f"$old{n}:0",
            "room_id": f"!r{n % 100}:bench",
            "kind": "reaction" if n % 3 == 1 else "event",
            "target_id": n - 1 if n % 3 == 2 else None,
            "state": "sent",
            "attempts": 1,
            "created_at": _LONG_AGO,
            "event_id": f"$said{n}",
            "subject": f"item:{n + _TIMES + 1}:text" if n % 3 == 0 else None,
        }
        for n in numbers
    ]
    handled = [
        {"event_id": f"$old{n}", "room_id": f"!r{n % 100}:bench", "batch": n, "idx": 0, "state": "done"}
        | {"received_at": _LONG_AGO, "rule": "talk", "attempts": 0}
        for n in numbers
    ]
    await db.execute(insert(outbox_table), said)
    await db.execute(insert(inbox_table), handled)


async def _timed(db: Database, work: Callable[[AsyncConnection, int], Awaitable[object]]) -> float:
    spent = []
    for number in range(1, _TIMES + 1):
        async with db.transaction() as connection:
            began = time.perf_counter()
            await work(connection, number)
            spent.append((time.perf_counter() - began) * 1000)
    return round(min(spent), 2)


async def main(rows: int) -> None:
    """Print milliseconds in an empty and in an old database."""
    with tempfile.TemporaryDirectory(prefix="aged-") as folder:
        young, old = [
            await measure(f"sqlite:///{Path(folder) / f'{count}.db'}", count) for count in (0, rows)
        ]
    for work, took in young.items():
        print(f"{work}: {took} ms, with {rows:,} rows {old[work]} ms")


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else ROWS))
