# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a picture costs: CPU and time of the process that draws it, its memory, and composing it in the bot.

``python -m benchmarks.pictures`` draws the board of a group with 200 entries, the steps, the sectors and a result.
"""

from __future__ import annotations

import asyncio
import resource
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from bot.pictures.drawing import draw
from method import pictures
from method.ids import GroupId, ItemId, PollId
from method.items import Item, Kind, Listed, State
from method.polls import MOST_OPTIONS, Openness, Option, Poll
from method.polls import Kind as PollKind
from method.polls import State as PollState
from method.polls.ballots import Tally
from method.polls.pictures import bars

#: CPU milliseconds of one picture at most.
GOAL: Final = 300.0
ROUNDS: Final = 15
ENTRIES: Final = 200
#: 1,000 reactions of 300 members.
SUPPORT: Final = 5
_NOW: Final = datetime(2027, 2, 26, 12, 0, tzinfo=UTC)
_ZONE: Final = ZoneInfo("Europe/Berlin")
_WORDS: Final = "Nach der Anerkennung ist niemand mehr zuständig, und das Formular gibt es nur auf Papier {}"


def _board(words: str) -> pictures.Picture:
    kinds = (Kind.BARRIER, Kind.IDEA)
    listed = [
        Listed(
            Item(
                ItemId(n),
                GroupId(1),
                kinds[n % 2],
                n,
                words.format(n),
                State.OPEN,
                (),
                None,
                None,
                _NOW,
                _NOW,
            ),
            SUPPORT,
            0,
        )
        for n in range(ENTRIES)
    ]
    return pictures.board(_NOW, _ZONE, 3, words, listed, "de")


def _result() -> pictures.Picture:
    options = tuple(Option(number, _WORDS.format(number)) for number in range(1, MOST_OPTIONS + 1))
    poll = Poll(
        PollId(1), GroupId(1), 1, PollKind.CHOICE, "Was zuerst?", options, 3, Openness.OPEN, False,
        PollState.OPEN, _NOW, None, None,
    )  # fmt: skip
    picture = bars(poll, Tally(300, {n: n * 7 for n in poll.numbers}), now=_NOW, zone=_ZONE, language="de")
    if picture is None:
        raise LookupError("there is a result")
    return picture


PICTURES: Final[dict[str, Callable[[], pictures.Picture]]] = {
    "board": lambda: _board(_WORDS),
    "board, Arabic": lambda: _board("لا أحد يرد على طلباتي {}"),
    "board, emoji (all fonts looked through)": lambda: _board("Kita fehlt 👶 {}"),
    "steps": lambda: pictures.steps(_NOW, _ZONE, 3, "de"),
    "sectors": lambda: pictures.sectors(_NOW, _ZONE, {"Verwaltung": 80, "Wirtschaft": 30, "": 12}, 78, "de"),
    "result of a poll, 20 options": _result,
}


async def main() -> None:
    """Draw each picture some times and print a table."""
    print("| Picture | compose, ms | CPU, ms | time, ms | KB |\n|---|---|---|---|---|")
    for name, make in PICTURES.items():
        composing, cpu, wall, size = [], [], [], 0
        for _ in range(ROUNDS):
            began = time.process_time()
            picture = make()
            composing.append(time.process_time() - began)
            before, began = _children(), time.perf_counter()
            size = len(await draw(picture.data))
            wall.append(time.perf_counter() - began)
            cpu.append(_children() - before)
        figures = [f"{statistics.median(each) * 1000:.1f}" for each in (composing, cpu, wall)]
        print(f"| {name} | {' | '.join(figures)} | {size / 1000:.0f} |")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(
        f"\nLargest process: {peak:.0f} MB, for as long as it draws. Goal: {GOAL:.0f} ms of CPU for each picture."
    )


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    asyncio.run(main())
