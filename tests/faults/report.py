# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the fault tests counted, and the page it stands on: ``python -m tests.faults.report FIGURES PAGE``."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.report import filled

Count = int | float | str


@dataclass(frozen=True, slots=True)
class Figure:
    """One row of the report."""

    #: The promise, in words a reader of the page understands.
    title: str
    goal: str
    #: What was counted: name and number (seconds say so in their name).
    counts: Mapping[str, Count]
    seed: int


def append(file: Path, figure: Figure) -> None:
    """Add a row to the file of figures, one JSON object a line."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="utf-8") as out:
        out.write(json.dumps(asdict(figure), ensure_ascii=False) + "\n")


def rows(file: Path, before: Sequence[str] = ()) -> Iterator[str]:
    """Yield the table of the report, in Markdown; of what was not counted now the row of ``before`` stays."""
    shown = {line.split(" | ")[0]: line for line in before if line.startswith("| ")}
    for line in file.read_text(encoding="utf-8").splitlines():
        figure = Figure(**json.loads(line))
        counts = ", ".join(f"{name} **{_number(value)}**" for name, value in figure.counts.items())
        shown[f"| {figure.title}"] = f"| {figure.title} | {figure.goal} | {counts} | {figure.seed} |"
    shown.pop("| promise", None)
    yield "| promise | goal | counted | seed |"
    yield "|---|---|---|---|"
    yield from shown.values()


def _number(value: Count) -> Count:
    """Return how many there were of all kinds."""
    return sum(json.loads(str(value)).values()) if str(value).startswith("{") else value


def _table(page: str) -> list[str]:
    return page.partition("<!-- begin figures -->")[2].partition("<!-- end figures -->")[0].splitlines()


if __name__ == "__main__":
    figures_file, page_file = map(Path, sys.argv[1:3])
    page = page_file.read_text(encoding="utf-8")
    page_file.write_text(filled(page, "figures", rows(figures_file, _table(page))), encoding="utf-8")
