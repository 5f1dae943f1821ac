# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Refreshes the tables of a page: ``python -m benchmarks.report .bench/figures.jsonl docs/performance.md``.

The page's words are written by people. Only what stands between ``<!-- begin NAME -->`` and ``<!-- end NAME -->``
is replaced.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from benchmarks import machine, profile
from benchmarks.figures import Figures
from benchmarks.goals import GOALS
from benchmarks.tables import SCENARIOS, TABLES


def filled(page: str, name: str, lines: Iterable[str]) -> str:
    """Return the page with new lines in the place called ``name``.

    Raises:
        LookupError: the page has no such place.
    """
    place = re.compile(rf"(<!-- begin {name} -->\n).*?(<!-- end {name} -->)", re.DOTALL)
    text = "\n".join(("", *lines, ""))
    new, found = place.subn(lambda match: f"{match[1]}{text}\n{match[2]}", page)
    if not found:
        raise LookupError(f"the page has no place called {name}")
    return new


def refresh(page: str, figures: Path, profiled: Path) -> str:
    """Return the page with everything that was measured; what was not stays as it is."""
    if figures.exists():
        measured = Figures.read(figures)
        page = filled(page, "machine", machine.lines())
        for name, table in TABLES.items():
            if name == "goals":
                page = filled(page, name, _merged(page, table(measured), measured))
            elif all(map(measured.bots, SCENARIOS.get(name, (name,)))):
                page = filled(page, name, table(measured))
    if profiled.exists():
        page = filled(page, "profile", profile.lines(profiled))
    return page


def _merged(page: str, rows: Iterable[str], measured: Figures) -> Iterator[str]:
    """Yield the rows of the goals; of a goal that was not measured now, the row that is there."""
    known = {row.partition(" | ")[0]: row for row in page.splitlines() if row.startswith("| G")}
    new = {f"| {goal.name}" for goal in GOALS if goal.is_measured(measured)}
    for row in rows:
        name = row.partition(" | ")[0]
        yield row if name in new else known.get(name, row)


if __name__ == "__main__":
    figures_file, page_file = map(Path, sys.argv[1:3])
    profile_file = figures_file.with_name(profile.FILE)
    page_file.write_text(
        refresh(page_file.read_text(encoding="utf-8"), figures_file, profile_file), encoding="utf-8"
    )
