# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""A run of one scenario refreshes its own table, and leaves what it has not measured."""

import json
from pathlib import Path

from benchmarks.report import refresh
from benchmarks.tables import TABLES

GOALS = "| G1 | words | old (≤ 1) | met |\n| G18 | words | old (≤ 2) | met |"


def test_tables_of_what_was_not_measured_stay(tmp_path: Path):
    places = [f"<!-- begin {name} -->\n{GOALS if name == 'goals' else 'old ' + name}\n<!-- end {name} -->"
              for name in ("machine", *TABLES)]  # fmt: skip
    figures = tmp_path / "figures.jsonl"
    poll = {"scenario": "poll", "bot": "tafelrunde", "round": 0, "total_s": 1.5, "few_ratio": 2.0}
    figures.write_text(json.dumps(poll) + "\n", encoding="utf-8")

    page = refresh("\n".join(places), figures, tmp_path / "none.json")

    assert [name for name in TABLES if f"old {name}\n" not in page] == ["goals", "poll"]
    assert "| G1 | words | old (≤ 1) | met |" in page
    assert "| G18 | words | old (≤ 2) | met |" not in page
