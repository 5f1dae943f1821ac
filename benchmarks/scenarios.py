# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The situations in which the bots are measured, each with one bot at one stub homeserver.

Every scenario returns figures: latencies in milliseconds, ``cpu`` in CPU seconds for 1,000 commands,
memory in MB, other times in seconds.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from benchmarks import measure
from benchmarks.boards import large_board
from benchmarks.bots.contestant import Contestant
from benchmarks.load import WRITERS
from benchmarks.polls import large_poll
from benchmarks.stub import CALM, Trouble
from benchmarks.stubprocess import StubProcess
from benchmarks.world import Json

#: The rooms in which people write, where the bot is in more.
TALKING: Final = 100
OUTSTANDING: Final = 100
PAUSE: Final = 0.025
#: Uncounted commands at first: one in each room, because the first answer of a group is longer; and where cost
#: is measured, one of everybody who writes, because the bot knows people after their first word.
WARM_UP: Final = 100
ACQUAINTED: Final = TALKING * WRITERS
FAULTS: Final = Trouble(limited=0.05, failed=0.02, answer_lost=0.02, lost=0.02)
#: Longest time until the first answer (seconds); a bot that needs longer is said not to answer.
PATIENCE: Final = 400.0
#: A group's board follows ten seconds after a change: whoever is quiet for so long has nothing more to do.
BOARDS: Final = 12.0
_IDLE: Final = 10.0

Scenario = Callable[[type[Contestant], Path, float], Awaitable[Json]]


@dataclass
class Arena:
    """A stub homeserver and a bot that has answered once."""

    stub: StubProcess
    bot: Contestant
    #: Seconds from the start of the program to its first answer, and the CPU seconds until then.
    start: float | None
    start_cpu: float

    async def load(self, how: str, *, rooms: int = TALKING, **about: Any) -> Json:
        """Let people write; return the figures, with the CPU the bot needed and what it asked for."""
        await self.stub.tell("requests")
        before = measure.cpu(self.bot.pid), measure.cpu(self.stub.pid)
        figures = await self.stub.load(
            how, rooms=min(rooms, self.stub.rooms), speech=self.bot.speech, **about
        )
        spent = measure.cpu(self.bot.pid) - before[0], measure.cpu(self.stub.pid) - before[1]
        memory = measure.memory(self.bot.pid)
        asked = await self.stub.tell("requests")
        each = max(figures["commands"], 1)
        return figures | {
            "cpu": round(spent[0] * 1000 / each, 3),
            "stub_cpu": round(spent[1] * 1000 / each, 3),
            "rss": memory.now,
            "peak": memory.peak,
            "sends": round(asked.pop("send", 0) / each, 3),
            "syncs": round(asked.pop("sync", 0) / each, 3),
            "others": round((sum(asked.values()) - asked.get("tries", 0)) / each, 3),
        }

    async def quiet(self, seconds: float = 1.0) -> None:
        """Wait until the bot has nothing more to do."""
        await self.stub.tell("quiet", seconds=seconds, within=PATIENCE)

    async def warm_up(self, count: int) -> None:
        """Let people write without counting."""
        await self.quiet()
        await self.load("burst", count=WARM_UP)
        await self.quiet(BOARDS)
        if count > WARM_UP:
            await self.load("saturate", count=count, outstanding=OUTSTANDING)
            await self.quiet()

    async def again(self) -> None:
        """Kill the bot, and start it a second later."""
        await self.bot.kill()
        await asyncio.sleep(1.0)
        await self.bot.start()


@asynccontextmanager
async def arena(
    kind: type[Contestant],
    folder: Path,
    *,
    rooms: int = TALKING,
    durable: bool = True,
    warm_up: int = WARM_UP,
) -> AsyncIterator[Arena]:
    """Start a stub and a bot; wait for its first answer, and until it has met every room."""
    async with StubProcess(rooms, folder) as stub:
        bot = kind(stub.url, stub.account, folder / kind.name, durable=durable)
        try:
            place = await enter(stub, bot)
            if place.start is not None and warm_up:
                await place.warm_up(warm_up)
            yield place
        finally:
            await bot.stop()


async def enter(stub: StubProcess, bot: Contestant) -> Arena:
    """Start a bot and wait for its first answer."""
    began = time.perf_counter()
    await bot.start()
    asked = asyncio.create_task(stub.tell("first", speech=bot.speech, within=PATIENCE))
    while not asked.done():
        await asyncio.wait([asked], timeout=1.0)
        if not bot.is_running():
            asked.cancel()
            raise RuntimeError(f"{bot.name} ended: {bot.last_words()}")
    first = asked.result()
    took = first["at"] - began if first["at"] else None
    return Arena(stub, bot, took and round(took, 2), round(measure.cpu(bot.pid), 2))


async def saturated(
    kind: type[Contestant], folder: Path, scale: float, *, durable: bool = True, trouble: Trouble = CALM
) -> Json:
    """Keep 100 commands unanswered all the time."""
    async with arena(kind, folder, durable=durable, warm_up=_scaled(ACQUAINTED, scale)) as place:
        await place.stub.trouble(trouble)
        figures = await place.load("saturate", count=_scaled(2000, scale), outstanding=OUTSTANDING)
        return figures | {"start": place.start}


async def slow_homeserver(kind: type[Contestant], folder: Path, scale: float) -> Json:
    """Let every send take 20 ms."""
    return await saturated(kind, folder, scale / 4, trouble=Trouble(delay=0.02))


async def one_at_a_time(kind: type[Contestant], folder: Path, scale: float, *, durable: bool = True) -> Json:
    """Write a command, wait for its answer, pause."""
    async with arena(kind, folder, durable=durable, warm_up=_scaled(ACQUAINTED, scale)) as place:
        return await place.load("one_by_one", count=_scaled(200, scale), pause=PAUSE)


async def burst(kind: type[Contestant], folder: Path, scale: float, *, rooms: int, count: int) -> Json:
    """Write everything at once."""
    async with arena(kind, folder) as place:
        before = place.bot.rows()
        figures = await place.load("burst", rooms=rooms, count=_scaled(count, scale))
        return _with_rows(place, figures, before)


async def killed(
    kind: type[Contestant], folder: Path, scale: float, *, how: str, count: int, kills: int, **args: Any
) -> Json:
    """Kill the bot again and again while people write."""
    count = _scaled(count, scale)
    async with arena(kind, folder) as place:
        before = place.bot.rows()
        about = {"rooms": TALKING, "speech": place.bot.speech, "count": count, "silence": 15.0, **args}
        await place.stub.begin(how, **about)
        restarts = []
        for number in range(1, kills + 1):
            await place.stub.tell("answers", count=number * count // (kills + 1))
            await place.again()
            began = time.perf_counter()
            found = await place.stub.tell("next", after=began)
            restarts.append(round(found["at"] - began, 2) if found["at"] else None)
        figures = await place.stub.tell("finish")
        return _with_rows(place, figures, before) | {"restarts": restarts}


async def faults(kind: type[Contestant], folder: Path, scale: float) -> Json:
    """Refuse, break and lose some of the sends."""
    async with arena(kind, folder) as place:
        before = place.bot.rows()
        await place.stub.trouble(FAULTS)
        figures = await place.load("steady", count=_scaled(500, scale), rate=50, silence=15.0)
        return _with_rows(place, figures, before)


async def history(kind: type[Contestant], folder: Path, scale: float) -> Json:
    """Start for the first time in rooms whose last old message is a command."""
    async with StubProcess(_scaled(TALKING, scale), folder) as stub:
        bot = kind(stub.url, stub.account, folder / kind.name)
        old = await stub.tell("history", word=bot.word)
        try:
            place = await enter(stub, bot)
            await place.quiet(3.0)
            found = await stub.tell("answered", **old)
            return {"commands": len(old["commands"]), "stale": found["answered"], "start": place.start}
        finally:
            await bot.stop()


async def rooms(kind: type[Contestant], folder: Path, scale: float, *, count: int) -> Json:
    """Be in many rooms: start, work, do nothing, start again."""
    async with arena(kind, folder, rooms=count, warm_up=0) as place:
        if place.start is None:
            return {"start": None}
        await place.quiet(3.0)
        ready = measure.memory(place.bot.pid)
        await place.warm_up(_scaled(ACQUAINTED, scale))
        figures = await place.load("saturate", count=_scaled(1000, scale), outstanding=OUTSTANDING)
        await place.quiet(BOARDS)
        before = measure.cpu(place.bot.pid)
        await asyncio.sleep(_IDLE)
        idle = (measure.cpu(place.bot.pid) - before) / _IDLE * 100
        peak = measure.memory(place.bot.pid).peak
        await place.bot.stop()
        again = await enter(place.stub, place.bot)
        return figures | {
            "start": place.start,
            "start_cpu": place.start_cpu,
            "ready_rss": ready.now,
            "peak": peak,
            "idle": round(idle, 3),
            "restart": again.start,
        }


def _with_rows(place: Arena, figures: Json, before: int | None) -> Json:
    rows = place.bot.rows()
    return figures | {"rows": rows - before if rows is not None and before is not None else None}


def _scaled(count: int, scale: float) -> int:
    return max(int(count * scale), 10)


SCENARIOS: Final[dict[str, Scenario]] = {
    "satstore": saturated,
    "latstore": one_at_a_time,
    "sat": partial(saturated, durable=False),
    "lat": partial(one_at_a_time, durable=False),
    "slowhs": slow_homeserver,
    "burst": partial(burst, rooms=100, count=2000),
    "burst1": partial(burst, rooms=1, count=200),
    "kill": partial(killed, how="steady", count=2000, kills=2, rate=150),
    "killsat": partial(killed, how="saturate", count=3000, kills=3, outstanding=OUTSTANDING),
    "faults": faults,
    "history": history,
    "rooms1": partial(rooms, count=1),
    "rooms100": partial(rooms, count=100),
    "rooms1000": partial(rooms, count=1000),
    "rooms10000": partial(rooms, count=10_000),
    "board": large_board,
    "poll": large_poll,
}
