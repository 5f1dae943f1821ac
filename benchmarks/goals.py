# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The goals, and whether a run has reached them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from benchmarks.figures import Figures, shown

_CASES: Final = ("kill", "killsat")


@dataclass(frozen=True, slots=True)
class Check:
    """One figure and its bound."""

    what: str
    value: float | None
    bound: float
    #: Whether more is better.
    at_least: bool = False

    @property
    def is_met(self) -> bool | None:
        """Tell whether the goal is reached; None if it was not measured."""
        if self.value is None:
            return None
        return self.value >= self.bound if self.at_least else self.value <= self.bound

    def __str__(self) -> str:
        sign = "≥" if self.at_least else "≤"
        mark = {True: "", False: " ✗", None: " ?"}[self.is_met]
        return f"{self.what} **{shown(self.value)}** ({sign} {shown(self.bound)}){mark}"


@dataclass(frozen=True, slots=True)
class Goal:
    """A promise about speed, cost or reliability."""

    name: str
    words: str
    checks: Callable[[Figures], Iterator[Check]]

    def row(self, figures: Figures) -> str:
        """Return the goal's row of the table, in Markdown."""
        checks = list(self.checks(figures))
        verdicts = [check.is_met for check in checks]
        verdict = "missed" if False in verdicts else "not measured" if None in verdicts else "met"
        return f"| {self.name} | {self.words} | {'; '.join(map(str, checks))} | {verdict} |"

    def is_measured(self, figures: Figures) -> bool:
        """Tell whether there is any figure for it."""
        return any(check.value is not None for check in self.checks(figures))


def _cost(f: Figures) -> Iterator[Check]:
    yield Check("maubot ×", f.ratio("satstore", "cpu", "maubot"), 0.65)
    yield Check("nio_sqlite3 ×", f.ratio("satstore", "cpu", "nio_sqlite3"), 1.0)


def _rate(f: Figures) -> Iterator[Check]:
    yield Check("maubot ×", f.ratio("satstore", "rate", "maubot"), 2.0, at_least=True)


def _low_load(f: Figures) -> Iterator[Check]:
    yield Check("p50 maubot ×", f.ratio("latstore", "p50", "maubot"), 1.5)
    yield Check("p50 ms", f.of("latstore", "tafelrunde", "p50"), 5.0)
    yield Check("p95 ms", f.of("latstore", "tafelrunde", "p95"), 10.0)
    yield Check("CPU maubot ×", f.ratio("latstore", "cpu", "maubot"), 1.2)


def _slow(f: Figures) -> Iterator[Check]:
    yield Check("answers/s", f.of("slowhs", "tafelrunde", "rate"), 400, at_least=True)
    yield Check("out of order", f.of("slowhs", "tafelrunde", "out_of_order"), 0)


def _bursts(f: Figures) -> Iterator[Check]:
    for scenario in ("burst", "burst1"):
        yield from _exact(f, scenario)


def _kills(f: Figures) -> Iterator[Check]:
    for scenario in _CASES:
        yield from _exact(f, scenario)
        yield Check(f"{scenario}: rows missing", f.rows_missing(scenario), 0)


def _faults(f: Figures) -> Iterator[Check]:
    yield from _exact(f, "faults")


def _exact(f: Figures, scenario: str) -> Iterator[Check]:
    yield Check(f"{scenario}: lost", f.of(scenario, "tafelrunde", "unanswered"), 0)
    yield Check(f"{scenario}: doubled", f.of(scenario, "tafelrunde", "doubled"), 0)


def _history(f: Figures) -> Iterator[Check]:
    yield Check("stale answers", f.of("history", "tafelrunde", "stale"), 0)


def _memory(f: Figures) -> Iterator[Check]:
    for rooms, most in ((1, 100), (100, 100), (1000, 120), (10_000, 280)):
        now, peak = (f.of(f"rooms{rooms}", "tafelrunde", name) for name in ("rss", "peak"))
        yield Check(f"{rooms:,} rooms: MB", now, most)
        yield Check("peak ×", peak / now if now and peak else None, 1.2)


def _start(f: Figures) -> Iterator[Check]:
    yield Check("100 rooms: s", f.of("rooms100", "tafelrunde", "start"), 1.5)
    yield Check("10,000 rooms: s", f.of("rooms10000", "tafelrunde", "start"), 8.0)
    yield Check("again, 100 rooms: s", f.of("rooms100", "tafelrunde", "restart"), 2.0)
    yield Check("again, 10,000 rooms: s", f.of("rooms10000", "tafelrunde", "restart"), 2.0)
    yield Check("after kill -9: s", f.restarts("kill"), 2.0)


def _growth(f: Figures) -> Iterator[Check]:
    few, many = (f.of(f"rooms{rooms}", "tafelrunde", "cpu") for rooms in (100, 10_000))
    yield Check("CPU a command ×", many / few if few and many else None, 1.2)
    for rooms in (100, 10_000):
        yield Check(f"idle at {rooms:,} rooms: %", f.of(f"rooms{rooms}", "tafelrunde", "idle"), 0.3)


def _requests(f: Figures) -> Iterator[Check]:
    for name, most in (("sends", 1.0), ("syncs", 1.1), ("others", 0.2)):
        yield Check(name, f.of("latstore", "tafelrunde", name), most)


def _synapse(f: Figures) -> Iterator[Check]:
    yield Check("CPU plain, maubot ×", f.ratio("synapse", "cpu", "maubot"), 1.2)
    yield Check("CPU encrypted, maubot ×", f.ratio("synapse_e2ee", "cpu", "maubot_e2ee"), 1.2)
    yield Check("p50 plain, raw_aiohttp ×", f.ratio("synapse", "p50", "raw_aiohttp"), 1.1)


def _disk(f: Figures) -> Iterator[Check]:
    yield Check("FULL / NORMAL", f.ratio("satstore", "cpu", "tafelrunde_normal"), 1.15)


def _board(f: Figures) -> Iterator[Check]:
    yield Check("CPU ms", f.of("board", "tafelrunde", "cpu_ms"), 300)


def _poll(f: Figures) -> Iterator[Check]:
    yield Check("s", f.of("poll", "tafelrunde", "total_s"), 2)
    yield Check("3 voters ×", f.of("poll", "tafelrunde", "few_ratio"), 4)


def _promises(f: Figures) -> Iterator[Check]:
    yield Check("1,000 groups × 10: s", f.of("promises", "tafelrunde", "mixed_s"), 5)
    yield Check("10,000 groups: s", f.of("promises", "tafelrunde", "alike_s"), 5)
    yield Check("commands p95 ×", f.of("promises", "tafelrunde", "p95_x"), 2)
    yield from _exact(f, "promises")


GOALS: Final = (
    Goal("G1", "CPU of a durable command at saturation", _cost),
    Goal("G2", "durable commands a second at saturation", _rate),
    Goal("G3", "low load, durable", _low_load),
    Goal("G4", "sends do not wait for each other when each takes 20 ms; order kept in each room", _slow),
    Goal("G5", "burst of 2,000 over 100 rooms, and of 200 in one room", _bursts),
    Goal("G6", "kill -9 twice at 150 commands/s, three times at saturation", _kills),
    Goal("G7", "5 % of sends answered 429, 2 % 500, 2 % lost, 2 % lost answers", _faults),
    Goal("G8", "commands older than the first start", _history),
    Goal("G9", "memory", _memory),
    Goal("G10", "from start to first answer", _start),
    Goal("G11", "growth with rooms; doing nothing", _growth),
    Goal("G12", "requests for a command at low load", _requests),
    Goal("G15", "behind Synapse", _synapse),
    Goal("G16", "CPU with synchronous=FULL, which survives a power cut", _disk),
    Goal("G17", "a board of 200 entries, 300 members, 1,000 reactions to one: up to date again", _board),
    Goal("G18", "a poll of 300 voters and 20 options: closed and drawn, beside the homeserver's time", _poll),
    Goal("G19", "10,000 promises for the same minute: stored; commands answered meanwhile", _promises),
)
