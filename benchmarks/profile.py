# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where Tafelrunde's CPU time goes: ``python -m benchmarks.profile`` samples it under ``satstore``."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from benchmarks.bots import sampled
from benchmarks.bots.tafelrunde import Tafelrunde
from benchmarks.scenarios import ACQUAINTED, OUTSTANDING, arena
from benchmarks.world import Json

FILE: Final = "profile.json"
#: Functions below this share of all samples are left out.
_SMALL: Final = 0.02
_FUNCTIONS: Final = 25


class Sampled(Tafelrunde):
    """Tafelrunde under the sampling profiler."""

    name = "tafelrunde_sampled"
    program = ("-m", "benchmarks.bots.sampled")


async def measure(scale: float) -> Json:
    """Return the samples of a run at saturation."""
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        async with arena(Sampled, folder, warm_up=int(ACQUAINTED * scale)) as place:
            os.kill(place.bot.pid, signal.SIGUSR1)
            figures = await place.load("saturate", count=max(int(2000 * scale), 10), outstanding=OUTSTANDING)
        samples: Json = json.loads((folder / Sampled.name / sampled.FILE).read_text(encoding="utf-8"))
        return {**samples, "cpu": figures["cpu"]}


def lines(file: Path) -> Iterator[str]:
    """Yield the profile, in Markdown."""
    found = json.loads(file.read_text(encoding="utf-8"))
    total = sum(found["parts"].values()) or 1
    yield f"{total:,} samples, one every {sampled.EVERY * 1000:.0f} ms of CPU time; the innermost known part counts."
    yield ""
    yield "| part | share |"
    yield "|---|---|"
    for part, count in sorted(found["parts"].items(), key=lambda item: -item[1]):
        yield f"| {part} | {count / total:.0%} |"
    yield ""
    yield "Functions of ours with everything they call:"
    yield ""
    yield "| function | share |"
    yield "|---|---|"
    ordered = sorted(found["functions"].items(), key=lambda item: -item[1])
    for name, count in ordered[:_FUNCTIONS]:
        if count / total >= _SMALL:
            yield f"| `{name}` | {count / total:.0%} |"


if __name__ == "__main__":
    out = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(".bench") / FILE
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps(asyncio.run(measure(float(os.environ.get("SCALE", "1"))))), encoding="utf-8")
    print("\n".join(lines(out)))
