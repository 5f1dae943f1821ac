# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Runs scenarios: in each round every bot once, so that a slow minute of the machine meets all of them.

``python -m benchmarks.run satstore latstore --bots tafelrunde maubot`` prints figures as JSON lines.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from benchmarks.bots import floors, peers, tafelrunde
from benchmarks.bots.contestant import Contestant
from benchmarks.scenarios import SCENARIOS
from benchmarks.world import Json

BOTS: Final[dict[str, type[Contestant]]] = {
    kind.name: kind
    for kind in (
        tafelrunde.Tafelrunde,
        tafelrunde.TafelrundeNormal,
        floors.RawAiohttp,
        floors.RawNio,
        floors.NioSqlite3,
        peers.Maubot,
        peers.MatrixBotSdk,
        peers.SimpleMatrixBotLib,
    )
}
_DURABLE: Final = ("tafelrunde", "nio_sqlite3", "maubot", "matrix-bot-sdk")
_LIGHT: Final = ("tafelrunde", "raw_aiohttp", "raw_nio", "maubot", "matrix-bot-sdk")
_PEERS: Final = ("tafelrunde", "maubot", "matrix-bot-sdk")
_PAIR: Final = ("tafelrunde", "maubot")
#: Which bots meet which scenario, and how often.
PROGRAMME: Final[dict[str, tuple[tuple[str, ...], int]]] = {
    "satstore": ((*_DURABLE, "tafelrunde_normal", "simplematrixbotlib"), 3),
    "latstore": (_DURABLE, 3),
    "sat": (_LIGHT, 1),
    "lat": (_LIGHT, 1),
    "slowhs": (("tafelrunde", "raw_nio", "maubot", "matrix-bot-sdk"), 1),
    "burst": (_PAIR, 1),
    "burst1": (_PAIR, 1),
    "kill": (_PAIR, 1),
    "killsat": (_PEERS, 1),
    "faults": (("tafelrunde", "nio_sqlite3", "maubot"), 1),
    "history": (_PEERS, 1),
    "rooms1": (_PAIR, 1),
    "rooms100": (_PEERS, 1),
    "rooms1000": (_PEERS, 1),
    "rooms10000": (_PAIR, 1),
}


def plan(scenarios: Sequence[str], bots: Sequence[str], rounds: int | None) -> Iterator[tuple[str, str, int]]:
    """Yield scenario, bot and round in the order in which they are run."""
    for scenario in scenarios:
        usual, times = PROGRAMME[scenario]
        for number in range(rounds or times):
            for bot in bots or usual:
                if BOTS[bot].is_installed():
                    yield scenario, bot, number


async def once(scenario: str, bot: str, scale: float, keep: Path | None = None) -> Json:
    """Run one scenario with one bot in a folder of its own.

    Args:
        scenario: a key of SCENARIOS.
        bot: a key of BOTS.
        scale: 1.0 for the full counts.
        keep: where the folder is left when the run fails.
    """
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    try:
        return await SCENARIOS[scenario](BOTS[bot], folder, scale)
    except Exception as error:  # noqa: BLE001 -- one bot that fails must not end the others' runs
        if keep is not None:
            shutil.copytree(folder, keep / f"failed-{scenario}-{bot}", dirs_exist_ok=True)
        return {"error": f"{type(error).__name__}: {error}"}
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def main(given: argparse.Namespace) -> None:
    """Run what was asked for, and write each figure down at once."""
    if given.out:
        given.out.parent.mkdir(parents=True, exist_ok=True)
        given.out.write_text("", encoding="utf-8")
    for scenario, bot, number in plan(given.scenarios, given.bots, given.rounds):
        figures = await once(scenario, bot, given.scale, given.out and given.out.parent)
        line = json.dumps({"scenario": scenario, "bot": bot, "round": number, **figures})
        print(line, flush=True)
        if given.out:
            with given.out.open("a", encoding="utf-8") as out:
                out.write(line + "\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scenarios", nargs="*", default=list(SCENARIOS), metavar="scenario")
    parser.add_argument("--bots", nargs="*", default=[], choices=list(BOTS), help="instead of the usual ones")
    parser.add_argument("--rounds", type=int, help="instead of the usual number")
    parser.add_argument("--scale", type=float, default=1.0, help="0.1 for a tenth of the commands")
    parser.add_argument("--out", type=Path, help="also write the figures into this file")
    asyncio.run(main(parser.parse_args()))
