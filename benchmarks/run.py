# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Runs scenarios; ``python -m benchmarks.run satstore latstore`` prints their figures as JSON lines."""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
import time
from pathlib import Path

from benchmarks import measure
from benchmarks.bots.tafelrunde import Tafelrunde
from benchmarks.stubprocess import StubProcess
from benchmarks.world import Json


async def run(scenario: str, count: int, rooms: int, folder: Path) -> Json:
    """Run one scenario with one bot; return its figures."""
    async with StubProcess(rooms, folder) as stub:
        bot = Tafelrunde("tafelrunde", stub.url, stub.account, folder / "tafelrunde", durable=True)
        speech = {"word": bot.word, "kind": bot.kind}
        began = time.perf_counter()
        await bot.start()
        try:
            first = await stub.tell("first", within=60.0, **speech)
            # The first answer of a group is longer than all others.
            await stub.load("burst", rooms=rooms, count=rooms, **speech)
            before = measure.cpu(bot.pid)
            await stub.tell("requests")
            if scenario == "satstore":
                figures = await stub.load("saturate", rooms=rooms, count=count, outstanding=100, **speech)
            else:
                figures = await stub.load("one_by_one", rooms=rooms, count=count, pause=0.025, **speech)
            spent = measure.cpu(bot.pid) - before
            memory = measure.memory(bot.pid)
            return {
                "scenario": scenario,
                "bot": bot.name,
                "start": round(first["at"] - began, 2) if first["at"] else None,
                **figures,
                "cpu": round(spent * 1000 / count, 3),
                "rss": memory.now,
                "peak": memory.peak,
                "requests": await stub.tell("requests"),
            }
        finally:
            await bot.stop()


async def _main(scenarios: list[str], count: int, rooms: int) -> None:
    for scenario in scenarios:
        with tempfile.TemporaryDirectory() as folder:
            print(json.dumps(await run(scenario, count, rooms, Path(folder))), flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scenarios", nargs="*", default=["satstore", "latstore"])
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--rooms", type=int, default=100)
    given = parser.parse_args()
    asyncio.run(_main(given.scenarios, given.count, given.rooms))
