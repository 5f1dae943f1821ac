# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""People who write commands at a stub homeserver, and what is counted of the answers."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from benchmarks.stub import Answer, Stub
from benchmarks.world import Room

#: Nothing new for so long (seconds): what is still unanswered will not be answered.
SILENCE: Final = 10.0
#: So many people of a group write; the others listen.
WRITERS: Final = 10


@dataclass
class Load:
    """One run of commands.

    Args:
        stub: the homeserver.
        rooms: the rooms in which people write, in turn.
        word: what the commands begin with.
        kind: the type of the event that is an answer; other events about a command are left out.
        silence: seconds without any answer after which a run is over.
    """

    stub: Stub
    rooms: list[Room]
    word: str
    kind: str
    silence: float = SILENCE
    commands: list[str] = field(default_factory=list)
    _turns: dict[int, int] = field(default_factory=dict)

    def write(self, room: Room | None = None) -> str:
        """Let the next person write the next command; return its event id."""
        number = len(self.commands)
        place = room or self.rooms[number % len(self.rooms)]
        turn = self._turns[place.number] = self._turns.get(place.number, -1) + 1
        # In one room alone everybody writes, so that nobody is taken for a flood.
        users = place.members if len(self.rooms) == 1 else place.members[:WRITERS]
        user = users[turn % len(users)]
        event_id = self.stub.say(place, user, f"{self.word} Nummer {number} von {user[1:]}")
        self.commands.append(event_id)
        return event_id

    # --- ways to write ---------------------------------------------------------------------------

    async def one_by_one(self, count: int, pause: float) -> None:
        """Write, wait for the answer, pause."""
        for _ in range(count):
            await self._answered(self.write())
            await asyncio.sleep(pause)

    async def saturate(self, count: int, outstanding: int) -> None:
        """Keep so many commands unanswered all the time."""
        mine: set[str] = set()

        def another(event_id: str, answer: Answer) -> None:
            if answer.type == self.kind and event_id in mine:
                mine.discard(event_id)
                if len(self.commands) < first + count:
                    mine.add(self.write())

        first = len(self.commands)
        self.stub.listeners.append(another)
        try:
            for _ in range(min(outstanding, count)):
                mine.add(self.write())
            await self._silence()
        finally:
            self.stub.listeners.remove(another)

    async def burst(self, count: int) -> None:
        """Write all at once."""
        for _ in range(count):
            self.write()
        await self._silence()

    async def steady(self, count: int, rate: float) -> None:
        """Write at a fixed rate (commands a second), answered or not."""
        started = time.perf_counter()
        for number in range(count):
            await asyncio.sleep(max(started + number / rate - time.perf_counter(), 0))
            self.write()
        await self._silence()

    async def _answered(self, event_id: str) -> None:
        await self._until(lambda: self.has_answer(event_id))

    async def _silence(self) -> None:
        await self._until(lambda: all(map(self.has_answer, reversed(self.commands))))

    async def _until(self, done: Callable[[], bool]) -> None:
        """Wait until ``done``, or until nothing has been answered for a while."""
        heard = asyncio.Event()

        def listen(_event_id: str, _answer: Answer) -> None:
            heard.set()

        self.stub.listeners.append(listen)
        try:
            while not done():
                heard.clear()
                await asyncio.wait_for(heard.wait(), self.silence)
        except TimeoutError:
            return
        finally:
            self.stub.listeners.remove(listen)

    def has_answer(self, event_id: str) -> bool:
        """Tell whether the bot has answered this command."""
        return any(answer.type == self.kind for answer in self.stub.answers.get(event_id, ()))

    def answered(self) -> int:
        """Return how many commands have an answer."""
        return sum(map(self.has_answer, self.commands))

    # --- counting --------------------------------------------------------------------------------

    def result(self) -> dict[str, Any]:
        """Return the figures: latencies in milliseconds, counts, answers a second."""
        commands = self.commands
        answers = {
            event_id: [a for a in self.stub.answers.get(event_id, ()) if a.type == self.kind]
            for event_id in commands
        }
        first = {event_id: found[0].at for event_id, found in answers.items() if found}
        latencies = sorted((at - self.stub.said[event_id]) * 1000 for event_id, at in first.items())
        began = min((self.stub.said[event_id] for event_id in commands), default=0.0)
        took = max(first.values(), default=began) - began
        return {
            "commands": len(commands),
            "unanswered": len(commands) - len(first),
            "doubled": sum(len(found) > 1 for found in answers.values()),
            "out_of_order": self._out_of_order(first),
            "seconds": round(took, 3),
            "rate": round(len(first) / took, 1) if took else 0.0,
            **percentiles(latencies),
        }

    def _out_of_order(self, first: dict[str, float]) -> int:
        """Count answers that came before the answer to an earlier command of the same room."""
        latest: dict[str, float] = {}
        wrong = 0
        for event_id in self.commands:
            room = event_id.partition("-")[2]
            at = first.get(event_id)
            if at is not None:
                wrong += at < latest.get(room, 0.0)
                latest[room] = max(at, latest.get(room, 0.0))
        return wrong


def percentiles(ordered: list[float]) -> dict[str, float]:
    """Return p50, p95 and p99 of sorted values."""
    if len(ordered) < 2:
        return {name: round(sum(ordered), 3) for name in ("p50", "p95", "p99")}
    cuts = statistics.quantiles(ordered, n=100, method="inclusive")
    return {"p50": round(cuts[49], 3), "p95": round(cuts[94], 3), "p99": round(cuts[98], 3)}
