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
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Final

from benchmarks import behind_synapse
from benchmarks.bots import floors, peers, tafelrunde
from benchmarks.bots.contestant import Contestant
from benchmarks.promises import many_promises
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
        peers.MaubotEncrypted,
        peers.MatrixBotSdk,
        peers.SimpleMatrixBotLib,
    )
}
_DURABLE: Final = ("tafelrunde", "nio_sqlite3", "maubot", "matrix-bot-sdk")
_LIGHT: Final = ("tafelrunde", "raw_aiohttp", "raw_nio", "maubot")
_PAIR: Final = ("tafelrunde", "maubot")
#: Which bots meet which scenario, and how often.
PROGRAMME: Final[dict[str, tuple[tuple[str, ...], int]]] = {
    "satstore": ((*_DURABLE, "tafelrunde_normal"), 3),
    "latstore": (_DURABLE, 2),
    "sat": (_LIGHT, 1),
    "lat": (_LIGHT, 1),
    "slowhs": (("tafelrunde", "raw_nio", "maubot", "matrix-bot-sdk"), 1),
    "burst": (_PAIR, 1),
    "burst1": (_PAIR, 1),
    "kill": (_PAIR, 1),
    "killsat": (_PAIR, 1),
    "faults": (("tafelrunde", "nio_sqlite3", "maubot"), 1),
    "history": (("tafelrunde", "matrix-bot-sdk"), 1),
    "rooms1": (("tafelrunde",), 1),
    "rooms100": (_PAIR, 1),
    "rooms1000": (_PAIR, 1),
    "rooms10000": (_PAIR, 1),
    "board": (("tafelrunde",), 1),
    "poll": (("tafelrunde",), 3),
    "promises": (("tafelrunde",), 1),
    "synapse": (("tafelrunde", "raw_aiohttp", "maubot"), 2),
    "synapse_e2ee": (("tafelrunde", "maubot_e2ee"), 2),
}


async def figures_of(
    scenario: str, bots: Sequence[str], rounds: int | None, scale: float, keep: Path | None
) -> AsyncIterator[tuple[str, int, Json]]:
    """Run a scenario; yield bot, round and figures in the order in which they are measured."""
    usual, times = PROGRAMME[scenario]
    kinds = [BOTS[name] for name in bots or usual if BOTS[name].is_installed()]
    if scenario.startswith("synapse"):
        encrypted = scenario == "synapse_e2ee"
        async for bot, number, figures in behind_synapse.series(
            kinds, rounds or times, scale, encrypted=encrypted
        ):
            yield bot, number, figures
        return
    for number in range(rounds or times):
        for kind in kinds:
            yield kind.name, number, await once(scenario, kind, scale, keep)


async def once(scenario: str, bot: type[Contestant], scale: float, keep: Path | None = None) -> Json:
    """Run one scenario with one bot in a folder of its own.

    Args:
        scenario: a key of SCENARIOS.
        bot: which one.
        scale: 1.0 for the full counts.
        keep: where the folder is left when the run fails.
    """
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    try:
        return await (SCENARIOS | {"promises": many_promises})[scenario](bot, folder, scale)
    except Exception as error:  # noqa: BLE001 -- one bot that fails must not end the others' runs
        if keep is not None:
            shutil.copytree(folder, keep / f"failed-{scenario}-{bot.name}", dirs_exist_ok=True)
        return {"error": f"{type(error).__name__}: {error}"}
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def main(given: argparse.Namespace) -> None:
    """Run what was asked for, and write each figure down at once."""
    if given.out:
        given.out.parent.mkdir(parents=True, exist_ok=True)
        given.out.write_text("", encoding="utf-8")
    keep = given.out.parent if given.out else None
    for scenario in given.scenarios:
        series = figures_of(scenario, given.bots, given.rounds, given.scale, keep)
        async for bot, number, figures in series:
            line = json.dumps({"scenario": scenario, "bot": bot, "round": number, **figures})
            print(line, flush=True)
            if given.out:
                with given.out.open("a", encoding="utf-8") as out:
                    out.write(line + "\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("scenarios", nargs="*", default=list(PROGRAMME), metavar="scenario")
    parser.add_argument("--bots", nargs="*", default=[], choices=list(BOTS), help="instead of the usual ones")
    parser.add_argument("--rounds", type=int, help="instead of the usual number")
    parser.add_argument("--scale", type=float, default=1.0, help="0.1 for a tenth of the commands")
    parser.add_argument("--out", type=Path, help="also write the figures into this file")
    asyncio.run(main(parser.parse_args()))
