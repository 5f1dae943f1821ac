# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a run has measured, by scenario and bot: medians of the rounds, and the worst of what is counted."""

from __future__ import annotations

import json
import statistics
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from benchmarks.world import Json

#: Counts of which one is too many: the worst round counts, not the one in the middle.
_WORST: Final = frozenset({"unanswered", "doubled", "out_of_order", "stale", "peak"})
OURS: Final = "tafelrunde"


class Figures:
    """The figures of one run."""

    def __init__(self, lines: Iterable[Json]) -> None:
        self._rounds: defaultdict[tuple[str, str], list[Json]] = defaultdict(list)
        for line in lines:
            self._rounds[line["scenario"], line["bot"]].append(line)

    @classmethod
    def read(cls, file: Path) -> Figures:
        """Read the lines that ``benchmarks.run --out`` has written."""
        return cls(json.loads(line) for line in file.read_text(encoding="utf-8").splitlines())

    def bots(self, scenario: str) -> list[str]:
        """Return who took part, in the order of the run."""
        return [bot for (found, bot), lines in self._rounds.items() if found == scenario and lines]

    def rounds(self, scenario: str) -> int:
        """Return how often each bot was measured."""
        return max((len(each) for (found, _), each in self._rounds.items() if found == scenario), default=0)

    def of(self, scenario: str, bot: str, name: str) -> float | None:
        """Return a figure; None if it was not measured or the bot failed."""
        values = [line[name] for line in self._rounds[scenario, bot] if line.get(name) is not None]
        if not values:
            return None
        return float(max(values) if name in _WORST else statistics.median(values))

    def ratio(self, scenario: str, name: str, baseline: str, bot: str = OURS) -> float | None:
        """Return a bot's figure as a multiple of the baseline's."""
        ours, theirs = self.of(scenario, bot, name), self.of(scenario, baseline, name)
        return None if ours is None or not theirs else ours / theirs

    def spread(self, scenario: str, bot: str, name: str) -> str:
        """Return the smallest and the largest value of the rounds."""
        values = [line[name] for line in self._rounds[scenario, bot] if line.get(name) is not None]
        return f"{shown(min(values))}–{shown(max(values))}" if values else "–"

    def rows_missing(self, scenario: str, bot: str = OURS) -> float | None:
        """Return by how many the stored rows differ from the commands, in the worst round."""
        differences = [
            abs(line["commands"] - line["rows"])
            for line in self._rounds[scenario, bot]
            if line.get("rows") is not None
        ]
        return float(max(differences)) if differences else None

    def restarts(self, scenario: str, bot: str = OURS) -> float | None:
        """Return the longest time from a start after a kill to the next answer; None if one never came."""
        found = [each for line in self._rounds[scenario, bot] for each in line.get("restarts", [])]
        return None if not found or None in found else float(max(found))


def shown(value: float | None) -> str:
    """Write a number with three digits that matter."""
    if value is None:
        return "–"
    if abs(value) >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.3g}"
