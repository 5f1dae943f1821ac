# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""One person writes a hundred messages a second; the others notice nothing of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from benchmarks import measure
from benchmarks.load import Load
from benchmarks.stub import Answer, Stub
from bot.demo.process import BotProcess
from method.floods import BURST, KEPT, RATE
from tests.faults.conftest import Record

#: Messages a second: the flooder's, and those of all others together.
FLOOD, OTHERS = 100, 30
#: In the short form half a second is not late, however quick the answers were without the flood.
NOT_LATE = 500.0
MEMORY_MB = 50.0
NOTICE = "Das war viel auf einmal."
#: What can be asked for again, and conversation.
REST = ("!board", "!test", "Ist da jemand?")


@dataclass
class Flooder:
    """Somebody in a room of others who does not stop.

    Args:
        most: so many of the messages are entries at most.
    """

    stub: Stub
    most: int
    entries: list[str] = field(default_factory=list)
    rest: list[str] = field(default_factory=list)
    seconds: float = 0.0

    def say(self, words: str) -> str:
        """Write one message; return its event id."""
        return self.stub.say(0, self.stub.rooms[0].members[-1], words)

    async def flood(self, count: int) -> None:
        """Write so many messages: entries first, then every fourth message is something else."""
        began = time.perf_counter()
        for number in range(count):
            await asyncio.sleep(max(began + number / FLOOD - time.perf_counter(), 0))
            if len(self.entries) < self.most and (number < BURST or number % 4):
                self.entries.append(self.say(f"!barriere Flut {number}"))
            else:
                self.rest.append(self.say(REST[number % len(REST)]))
        self.seconds = time.perf_counter() - began

    async def drained(self, within: float) -> None:
        """Wait until the first entries have their receipts, and then for that of a last one."""
        for event in self.entries[:KEPT]:
            await self.stub.answered(event, within)
        self.entries.append(self.say("!barriere Ende der Flut"))
        await self.stub.answered(self.entries[-1], within)

    def receipts(self, entries: Sequence[str]) -> list[Answer]:
        """Return the reactions to these entries, in the entries' order."""
        return [a for event in entries for a in self.stub.answers.get(event, ()) if a.type == "m.reaction"]

    @property
    def told(self) -> int:
        """How often somebody was told that it was too much."""
        return sum(NOTICE in event.text for room in self.stub.rooms for event in room.log)


def others(stub: Stub) -> Load:
    """Return what others write in all rooms."""
    return Load(stub, stub.rooms, "!barriere", "m.reaction")


def numbers(receipts: Sequence[Answer]) -> list[tuple[float, int]]:
    """Return when each receipt came and which number it names ("✅ B12")."""
    keys = [str(receipt.content["m.relates_to"]["key"]) for receipt in receipts]
    return [(receipt.at, int(key.rpartition("B")[2])) for receipt, key in zip(receipts, keys, strict=True)]


@pytest.mark.timeout(600)
async def test_flood_of_one_person_costs_the_others_nothing(long: bool, record: Record, tmp_path: Path):
    seconds = 60.0 if long else 3.0
    half, whole = round(seconds * OTHERS / 2), round(seconds * OTHERS)
    async with Stub(rooms=4) as stub, BotProcess(stub.url, stub.account, tmp_path / "bot") as bot:
        # In the short form only so many are held that they are through soon.
        flooder = Flooder(stub, most=10_000 if long else BURST + 10)
        await stub.answered(flooder.say("!test"), within=30)
        await others(stub).steady(OTHERS, OTHERS)  # what is done once is done
        quiet, loud = others(stub), others(stub)
        await quiet.steady(half, OTHERS)
        memory, cpu = measure.memory(bot.pid).now, measure.cpu(bot.pid)
        await asyncio.gather(loud.steady(whole, OTHERS), flooder.flood(round(seconds * FLOOD)))
        cpu = measure.cpu(bot.pid) - cpu
        await flooder.drained(within=150)
        memory = measure.memory(bot.pid).peak - memory
        # The other half of the calm comes after the flood: the machine may have other work meanwhile.
        await quiet.steady(half, OTHERS)

    calm, busy = quiet.result(), loud.result()
    harm = {name: calm[name] + busy[name] for name in ("unanswered", "doubled", "out_of_order")}
    record(
        "one person writes 100 messages a second",
        "p95 of the others ≤ 2 ×, memory ≤ +50 MB, told once, entries kept up to 200",
        seconds=seconds,
        messages=len(flooder.entries) + len(flooder.rest),
        p95_ms_without=calm["p95"],
        p95_ms_with=busy["p95"],
        ratio=round(busy["p95"] / calm["p95"], 2),
        memory_mb=round(memory, 1),
        cpu_seconds_during=round(cpu, 2),
        told=flooder.told,
        entries_written=len(flooder.entries),
        entries_kept=len(flooder.receipts(flooder.entries)),
        **{f"others_{name}": count for name, count in harm.items()},
    )
    assert set(harm.values()) == {0}
    judge(flooder)
    assert memory <= MEMORY_MB
    assert busy["p95"] <= max(2 * calm["p95"], 0.0 if long else NOT_LATE)


def judge(flooder: Flooder) -> None:
    """Check what the flooder got: told once, entries kept and in order, and nothing of the rest."""
    receipts = flooder.receipts(flooder.entries)
    got = numbers(receipts)
    drawn = BURST + RATE * flooder.seconds + 2
    assert flooder.told == 1
    assert len(flooder.receipts(flooder.entries[:KEPT])) == len(flooder.entries[:KEPT])
    assert len({receipt.content["m.relates_to"]["event_id"] for receipt in receipts}) == len(receipts)
    assert got == sorted(got)
    assert len({number for _, number in got}) == len(got) <= drawn + KEPT
    answered = [event for event in flooder.rest if event in flooder.stub.answers]
    assert len(answered) <= max(0, drawn - len(flooder.entries))
