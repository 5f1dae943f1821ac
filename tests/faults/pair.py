# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Two processes of one bot: one leads, the other waits, and both are disturbed."""

from __future__ import annotations

import asyncio
import random
import signal
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any, Final

from bot.demo.process import BotProcess
from tests.postgres import Postgres

#: Seconds until one leads and the other waits, whatever happened before.
IN_ORDER_WITHIN: Final = 60.0
#: A leader that hangs for so long must have been relieved: 4 s until it counts as hung, and some for the work.
LONG_HANG: Final = 7.0


class Pair:
    """The two, and how long it took until somebody led again.

    Attributes:
        leader: who leads; ``standby`` is the other one.
        done: what was done to them.
        takeovers: for each disturbance the seconds from it until ``/readyz`` of the one that leads now says
            "ready" and "leading".
    """

    def __init__(self, bots: Sequence[BotProcess], server: Postgres, dice: random.Random) -> None:
        self.leader, self.standby = bots
        self.done: Counter[str] = Counter()
        self.takeovers: defaultdict[str, list[float]] = defaultdict(list)
        self._bots = bots
        self._server = server
        self._dice = dice

    async def start(self) -> None:
        """Start both."""
        for bot in self._bots:
            await bot.start(ready=False)
        await self.in_order()

    async def stop(self) -> None:
        """Stop both, the one that waits first."""
        for bot in (self.standby, self.leader):
            bot.signal(signal.SIGCONT)
            self.done["exit code not 0"] += await bot.stop() not in (0, None)

    async def in_order(self) -> None:
        """Wait until one leads and the other waits."""
        deadline = time.monotonic() + IN_ORDER_WITHIN
        while True:
            one, other = await asyncio.gather(*(bot.readyz() for bot in self._bots))
            for leader, report, standby, its in (
                (self._bots[0], one, self._bots[1], other),
                (self._bots[1], other, self._bots[0], one),
            ):
                if _works(report) and its.get("state") == "standby":
                    self.leader, self.standby = leader, standby
                    return
            logs = "\n".join(bot.log()[-1500:] for bot in self._bots)
            assert time.monotonic() < deadline, f"not in order: {one}, {other}\n{logs}"
            await asyncio.sleep(0.05)

    async def disturb(self, kind: str) -> None:
        """Do one thing to them, and wait until all is in order again."""
        await asyncio.sleep(self._dice.uniform(0.0, 1.0))
        self.done[kind] += 1
        await {"kill": self._kill, "hang": self._hang, "database": self._crash}[kind]()
        await self.in_order()

    async def _kill(self) -> None:
        since, killed = time.monotonic(), self.leader
        await killed.kill()
        self.takeovers["kill"].append(await _working(self.standby) - since)
        await killed.start(ready=False)

    async def _hang(self) -> None:
        length = self._dice.uniform(2.0, 9.0)
        since, hung = time.monotonic(), self.leader
        hung.signal(signal.SIGSTOP)
        relieved = asyncio.create_task(_working(self.standby))
        try:
            await asyncio.sleep(length)
            self.done["long hang without takeover"] += length > LONG_HANG and not relieved.done()
            hung.signal(signal.SIGCONT)
            await self.in_order()
            if self.leader is not hung:
                self.takeovers["hang"].append(await relieved - since)
        finally:
            hung.signal(signal.SIGCONT)
            relieved.cancel()

    async def _crash(self) -> None:
        since = time.monotonic()
        await asyncio.to_thread(self._server.crash)
        working = [asyncio.create_task(_working(bot)) for bot in self._bots]
        done, _ = await asyncio.wait(working, return_when=asyncio.FIRST_COMPLETED)
        for task in working:
            task.cancel()
        self.takeovers["database"].append(min(task.result() for task in done) - since)


def _works(report: dict[str, Any]) -> bool:
    return bool(report.get("leading") and report.get("ready"))


async def _working(bot: BotProcess) -> float:
    """Wait until the bot leads and is ready; return when that was (monotonic seconds)."""
    async with asyncio.timeout(IN_ORDER_WITHIN):
        while True:
            if _works(await bot.readyz()):
                return time.monotonic()
            await asyncio.sleep(0.05)
