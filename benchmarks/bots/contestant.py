# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""A bot that takes part: how it is started, how it is spoken to, what it has stored."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Final

from bot.demo.process import PROJECT
from bot.demo.synapse import Account

_STOP_WITHIN: Final = 10.0


@dataclass
class Contestant:
    """A bot as a process.

    Args:
        name: how it is called in the tables.
        homeserver: its address.
        account: with which it logs in.
        folder: where it keeps what it keeps.
        durable: whether it stores a row before it answers.
    """

    name: str
    homeserver: str
    account: Account
    folder: Path
    durable: bool
    settings: Mapping[str, str] = field(default_factory=dict)
    _process: asyncio.subprocess.Process | None = field(default=None, repr=False)

    #: What a command begins with.
    word = "!note"
    #: The type of the event that is its answer.
    kind = "m.room.message"
    #: Where it stores its rows: file in its folder, and the query that counts them.
    rows_in: ClassVar[tuple[str, str] | None] = None

    @property
    def pid(self) -> int:
        """Its process."""
        assert self._process is not None  # noqa: S101 -- asked while it runs only
        return self._process.pid

    def command(self) -> Sequence[str]:
        """Return the program and its arguments."""
        raise NotImplementedError

    def environment(self) -> Mapping[str, str]:
        """Return what it needs in its environment."""
        return {}

    def prepare(self) -> None:
        """Write its configuration into its folder."""

    async def start(self) -> None:
        """Start it; it is ready when it answers."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.prepare()
        with (self.folder / "bot.log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self.command(), cwd=self.folder, stdout=log, stderr=log, start_new_session=True,
                env=os.environ | {"PYTHONPATH": str(PROJECT)} | self.environment(),
            )  # fmt: skip

    async def kill(self) -> None:
        """End it at once."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> None:
        """Ask it to end."""
        await self._end(signal.SIGTERM)

    async def _end(self, with_signal: signal.Signals) -> None:
        process = self._process
        if process is None or process.returncode is not None:
            return
        process.send_signal(with_signal)
        try:
            await asyncio.wait_for(process.wait(), _STOP_WITHIN)
        except TimeoutError:
            process.kill()
            await process.wait()

    def is_running(self) -> bool:
        """Tell whether it has not ended by itself."""
        return self._process is not None and self._process.returncode is None

    def rows(self) -> int | None:
        """Return how many commands it has stored; None for a bot that stores nothing."""
        if self.rows_in is None or not self.durable:
            return None
        file, query = self.rows_in
        with closing(sqlite3.connect(self.folder / file)) as db:
            return int(db.execute(query).fetchone()[0])
