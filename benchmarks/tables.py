# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The tables of the report, each a few lines of Markdown."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from benchmarks.figures import OURS, Figures, shown
from benchmarks.goals import GOALS

#: Heading and figure.
_SATURATION: Final = (
    ("commands/s", "rate"),
    ("p50 ms", "p50"),
    ("p95 ms", "p95"),
    ("p99 ms", "p99"),
    ("CPU s / 1000", "cpu"),
    ("RSS MB", "rss"),
)
_LATENCY: Final = (
    ("p50 ms", "p50"),
    ("p95 ms", "p95"),
    ("p99 ms", "p99"),
    ("CPU s / 1000", "cpu"),
    ("RSS MB", "rss"),
    ("sends", "sends"),
    ("syncs", "syncs"),
    ("others", "others"),
)
_RELIABILITY: Final = (
    ("commands", "commands"),
    ("lost", "unanswered"),
    ("doubled", "doubled"),
    ("out of order", "out_of_order"),
    ("rows", "rows"),
    ("p95 ms", "p95"),
)
_ROOMS: Final = (
    ("first start s", "start"),
    ("started again s", "restart"),
    ("CPU s until the first answer", "start_cpu"),
    ("RSS MB", "rss"),
    ("peak MB", "peak"),
    ("commands/s", "rate"),
    ("CPU s / 1000", "cpu"),
    ("idle CPU %", "idle"),
)
_SYNAPSE: Final = (
    ("round trip p50 ms", "p50"),
    ("p95 ms", "p95"),
    ("CPU s / 1000", "cpu"),
    ("RSS MB", "rss"),
)
_POLL: Final = (
    ("closed ms", "close_ms"),
    ("CPU ms", "close_cpu_ms"),
    ("3 voters: closed ms", "few_ms"),
    ("CPU ms", "few_cpu_ms"),
    ("300 / 3 voters", "few_ratio"),
    ("picture drawn ms", "draw_ms"),
    ("all s", "total_s"),
)


#: Heading and figure.
_PROMISES: Final = (
    ("promises", "promises"),
    ("bare rows s", "floor_s"),
    ("10,000 check-ins s", "alike_s"),
    ("CPU s", "alike_cpu_s"),
    ("× bare rows", "alike_x"),
    ("1,000 groups × 10 s", "mixed_s"),
    ("CPU s", "mixed_cpu_s"),
    ("× bare rows", "mixed_x"),
)
_MEANWHILE: Final = (
    ("promises", "kept"),
    ("stored after s", "kept_s"),
    ("sent after s", "sent_s"),
    ("commands p95 ms without", "quiet_p95"),
    ("with", "p95"),
    ("p95 ×", "p95_x"),
    ("p50 ×", "p50_x"),
    ("unanswered", "unanswered"),
    ("doubled", "doubled"),
    ("load of the machine", "load"),
)


def promises(figures: Figures) -> Iterator[str]:
    """Yield how long ten thousand promises take to be stored, and what they cost whoever writes meanwhile."""
    yield from _head("", *(heading for heading, _ in _PROMISES))
    for name, prefix in (("SQLite", ""), ("PostgreSQL", "postgresql_")):
        cells = (figures.of("promises", OURS, prefix + figure) for _, figure in _PROMISES)
        yield _row(name, *map(shown, cells))
    yield ""
    yield from _head(*(heading for heading, _ in _MEANWHILE))
    yield _row(*(shown(figures.of("promises", OURS, figure)) for _, figure in _MEANWHILE))


def goals(figures: Figures) -> Iterator[str]:
    """Yield the table of the goals."""
    yield from _head("goal", "what", "measured (goal)", "")
    for goal in GOALS:
        yield goal.row(figures)


def _table(
    scenario: str, columns: Sequence[tuple[str, str]], baseline: str = ""
) -> Callable[[Figures], Iterator[str]]:
    def table(figures: Figures) -> Iterator[str]:
        rounds = figures.rounds(scenario)
        yield f"`{scenario}`, {rounds} round{'s' if rounds != 1 else ''}, medians:"
        yield ""
        extra = [f"CPU / {baseline}"] if baseline else []
        yield from _head("", *(heading for heading, _ in columns), *extra)
        for bot in figures.bots(scenario):
            cells = [shown(figures.of(scenario, bot, name)) for _, name in columns]
            if baseline:
                cells.append(shown(figures.ratio(scenario, "cpu", baseline, bot)))
            yield _row(f"**{bot}**" if bot == OURS else bot, *cells)

    return table


def reliability(figures: Figures) -> Iterator[str]:
    """Yield one table for all scenarios in which something goes wrong."""
    yield from _head("scenario", "bot", *(heading for heading, _ in _RELIABILITY), "restart s")
    for scenario in ("burst", "burst1", "kill", "killsat", "faults"):
        for bot in figures.bots(scenario):
            cells = [shown(figures.of(scenario, bot, name)) for _, name in _RELIABILITY]
            yield _row(f"`{scenario}`", bot, *cells, shown(figures.restarts(scenario, bot)))
    yield ""
    yield from _head("`history`", "old commands", "answered")
    for bot in figures.bots("history"):
        yield _row(bot, *(shown(figures.of("history", bot, name)) for name in ("commands", "stale")))


def rooms(figures: Figures) -> Iterator[str]:
    """Yield how everything grows with the number of rooms."""
    yield from _head("rooms", "bot", *(heading for heading, _ in _ROOMS))
    for count in (1, 100, 1000, 10_000):
        scenario = f"rooms{count}"
        for bot in figures.bots(scenario):
            yield _row(f"{count:,}", bot, *(shown(figures.of(scenario, bot, name)) for _, name in _ROOMS))


def _head(*cells: str) -> Iterator[str]:
    yield _row(*cells)
    yield _row(*("---" for _ in cells))


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


#: Tables that tell of several scenarios.
SCENARIOS: Final[dict[str, tuple[str, ...]]] = {
    "reliability": ("burst", "burst1", "kill", "killsat", "faults", "history"),
    "rooms": ("rooms1", "rooms100", "rooms1000", "rooms10000"),
}

TABLES: Final[dict[str, Callable[[Figures], Iterator[str]]]] = {
    "goals": goals,
    "satstore": _table("satstore", _SATURATION, "maubot"),
    "latstore": _table("latstore", _LATENCY, "maubot"),
    "sat": _table("sat", _SATURATION, "raw_nio"),
    "lat": _table("lat", _LATENCY, "raw_nio"),
    "slowhs": _table("slowhs", (*_SATURATION, ("out of order", "out_of_order"))),
    "reliability": reliability,
    "rooms": rooms,
    "poll": _table("poll", _POLL),
    "promises": promises,
    "synapse": _table("synapse", _SYNAPSE, "maubot"),
    "synapse_e2ee": _table("synapse_e2ee", _SYNAPSE, "maubot_e2ee"),
}
