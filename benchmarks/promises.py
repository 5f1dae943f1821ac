# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Ten thousand promises for the same minute: how long until their words are stored, and who waits meanwhile.

First without a bot, ``bot.timers`` called as its tick would call it, in two worlds: ``alike``, 10,000 groups with a
check-in each, and ``mixed``, 1,000 groups with ten promises each. Their floor is 10,000 bare rows put into the outbox
of the same database, a hundred in a transaction. Then with a bot, at a homeserver that needs 20 ms for each send:
people write commands, first without and then with a mixed world whose promises come due.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import func, select

from benchmarks.bots.contestant import Contestant
from benchmarks.crowd import ME, Crowd
from benchmarks.scenarios import Arena, arena
from benchmarks.stub import Trouble
from benchmarks.world import Json
from bot.health import Health
from bot.timers import Timers
from commands.contents import Operator
from method.ids import RoomId
from storage import migrations, outbox
from storage.database import Database
from storage.tables import outbox as outbox_table
from storage.tables import rooms, timers

PROMISES: Final = 10_000
#: Promises of each group in the mixed world.
EACH: Final = 10
#: PostgreSQL needs a way to another process and back for each statement, so that fewer are enough to see how long.
_POSTGRES: Final = 1_000
#: A Tuesday, nine o'clock in Berlin.
_NINE: Final = datetime(2027, 2, 23, 8, tzinfo=UTC)
_FLOOR_AT_ONCE: Final = 100
_WORLDS: Final = ("floor", "alike", "mixed")
#: Commands a second, and for how long (seconds).
_RATE: Final = 10
_LONG: Final = 30
#: Time to write the promises before they are due (seconds).
_BEFORE: Final = 15.0
_PATIENCE: Final = 600.0


async def many_promises(kind: type[Contestant], folder: Path, scale: float) -> Json:
    """Measure all of it; ``_s`` are seconds, ``_x`` multiples of the baseline."""
    count = max(int(PROMISES * scale), 2 * EACH)
    found = {"promises": count, "load": round(os.getloadavg()[0], 1)}
    found |= await stored({name: f"sqlite:///{folder / name}.db" for name in _WORLDS}, count)
    found |= await _on_postgresql(min(count, _POSTGRES))
    found |= await _with_people(kind, folder, count)
    return found | {"load_after": round(os.getloadavg()[0], 1)}


# --- without a bot -------------------------------------------------------------------------------


async def stored(urls: Mapping[str, str], count: int) -> Json:
    """Keep promises in both worlds, each in an empty database, and measure the floor in a third."""
    floor = await _floor(urls["floor"], count)
    alike = Crowd(_NINE, {n: f"!r{n}:bench" for n in range(1, count + 1)})
    mixed = _mixed(_NINE, {n: f"!r{n}:bench" for n in range(1, count // EACH + 1)}, tasks=True)
    found: Json = {"floor_s": floor}
    for name, crowd in (("alike", alike), ("mixed", mixed)):
        took, spent = await _kept(urls[name], crowd)
        found |= {f"{name}_s": took, f"{name}_cpu_s": spent, f"{name}_x": round(took / floor, 1)}
    return found


def _mixed(due_at: datetime, groups: dict[int, str], *, tasks: bool) -> Crowd:
    return Crowd(due_at, groups, EACH - 2 - tasks, meetings=True, tasks=tasks)


async def _floor(url: str, count: int) -> float:
    await migrations.upgrade(url)
    db = Database(url)
    content = {"type": "m.room.message", "content": {"msgtype": "m.notice", "body": "Es ist neun Uhr."}}
    began = time.perf_counter()
    try:
        for first in range(0, count, _FLOOR_AT_ONCE):
            async with db.transaction() as connection:
                for n in range(first, first + _FLOOR_AT_ONCE):
                    room = RoomId(f"!r{n}:bench")
                    await outbox.add(connection, f"floor:{n}", room, "event", content, now=_NINE)
        return round(time.perf_counter() - began, 2)
    finally:
        await db.close()


async def _kept(url: str, crowd: Crowd) -> tuple[float, float]:
    """Return the seconds until all promises are kept, by the clock and of the CPU."""
    await migrations.upgrade(url)
    db = Database(url)
    now, health = crowd.due_at - timedelta(minutes=1), Health()
    said = asyncio.Event()
    work = Timers(db, me=ME, operator=Operator(), health=health, said=said, news=said.set, clock=lambda: now)
    try:
        async with db.transaction() as connection:
            await crowd.found(connection)
            await crowd.promise(connection)
        await work()
        now = crowd.due_at
        began, spent = time.perf_counter(), time.process_time()
        await work()
        took = time.perf_counter() - began, time.process_time() - spent
        kept = sum(n for (name, kind), n in health.counts.items() if name == "timers" and kind != "failed")
        if kept != crowd.count:
            raise LookupError(f"{kept} of {crowd.count} promises were kept")
        return round(took[0], 2), round(took[1], 2)
    finally:
        await db.close()


async def _on_postgresql(count: int) -> Json:
    """Do the same on PostgreSQL, with a server of its own that writes as one does; nothing where there is none."""
    try:
        from tests.postgres import Postgres  # noqa: PLC0415 -- only for whoever has installed what tests need
    except ImportError:
        return {}
    server = Postgres(durable=True)
    await asyncio.to_thread(server.start)
    try:
        urls = {name: server.new_database() for name in _WORLDS}
        found = await stored(urls, count)
    finally:
        await asyncio.to_thread(server.stop)
    return {"postgresql_promises": count} | {f"postgresql_{name}": value for name, value in found.items()}


# --- with a bot and people -----------------------------------------------------------------------


async def _with_people(kind: type[Contestant], folder: Path, count: int) -> Json:
    async with arena(kind, folder, rooms=count // EACH) as place:
        await place.stub.trouble(Trouble(delay=0.02))
        about = {"count": _RATE * _LONG, "rate": _RATE}
        quiet = await place.load("steady", **about)
        await place.quiet(3.0)
        db = Database(f"sqlite:///{place.bot.folder / 'data' / 'tafelrunde.db'}")
        try:
            crowd = await _promised(db)
            meeting = asyncio.create_task(_noted(db, crowd))
            await asyncio.sleep((crowd.due_at - datetime.now(UTC)).total_seconds())
            busy = await place.load("steady", **about)
            found = await meeting
        finally:
            await db.close()
        return found | _compared(place, quiet, busy)


def _compared(place: Arena, quiet: Json, busy: Json) -> Json:
    return {
        "rooms": place.stub.rooms,
        "quiet_p95": quiet["p95"],
        "p95": busy["p95"],
        "p95_x": round(busy["p95"] / quiet["p95"], 2),
        "p50_x": round(busy["p50"] / quiet["p50"], 2),
        "unanswered": quiet["unanswered"] + busy["unanswered"],
        "doubled": quiet["doubled"] + busy["doubled"],
    }


async def _promised(db: Database) -> Crowd:
    """Promise much to all groups of the bot."""
    due_at = datetime.now(UTC) + timedelta(seconds=_BEFORE)
    async with db.transaction() as connection:
        joined = select(rooms.c.group_id, rooms.c.room_id).where(rooms.c.group_id.is_not(None))
        groups = {int(group): str(room) for group, room in await connection.execute(joined)}
        crowd = _mixed(due_at, groups, tasks=False)
        await crowd.promise(connection)
    return crowd


async def _noted(db: Database, crowd: Crowd) -> Json:
    """Look how long after the moment all promises were kept, and all that they say was sent."""
    left = select(func.count()).where(timers.c.due_at == crowd.due_at)
    waits = select(func.count()).where(outbox_table.c.payload.is_not(None))
    kept: float | None = None
    posts = 0
    while (after := (datetime.now(UTC) - crowd.due_at).total_seconds()) < _PATIENCE:
        await asyncio.sleep(0.05 if kept is None else 0.5)
        async with db.reading() as connection:
            if kept is None and not await connection.scalar(left):
                kept = (datetime.now(UTC) - crowd.due_at).total_seconds()
                posts = int(await connection.scalar(waits) or 0)
            elif kept is not None and not await connection.scalar(waits):
                break
    return {
        "kept": crowd.count,
        "kept_s": None if kept is None else round(kept, 2),
        "waiting": posts,
        "sent_s": round(after, 1),
    }
