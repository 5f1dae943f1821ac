# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""A bot that takes part: how it is started, how it is spoken to, what it has stored."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Final

import aiohttp

from bot.demo.process import PROJECT
from bot.demo.synapse import Account

#: Where ``make bench-peers`` puts the peers.
PEERS: Final = PROJECT / ".bench"
_STOP_WITHIN: Final = 10.0


@dataclass
class Contestant:
    """A bot as a process of its own.

    Args:
        homeserver: its address.
        account: with which it logs in.
        folder: where it keeps what it keeps.
        durable: whether it stores a row before it answers.
    """

    homeserver: str
    account: Account
    folder: Path
    durable: bool = True
    token: str = field(default="", repr=False)
    device: str = ""
    _process: asyncio.subprocess.Process | None = field(default=None, repr=False)

    #: How it is called in the tables.
    name: ClassVar[str]
    #: What the people write.
    word: ClassVar[str] = "!note"
    #: The word of a command that stores nothing.
    light_word: ClassVar[str] = "!note"
    #: The type of the event that is the answer to ``word``, and to ``light_word``.
    kind: ClassVar[str] = "m.reaction"
    light_kind: ClassVar[str] = "m.reaction"
    #: Where it stores its rows: file in its folder, and the query that counts them.
    rows_in: ClassVar[tuple[str, str]] = ("", "")
    #: Whether it logs in by itself.
    logs_in: ClassVar[bool] = False

    @property
    def speech(self) -> dict[str, str]:
        """How it is spoken to, and by what its answer is known."""
        if self.durable:
            return {"word": self.word, "kind": self.kind}
        return {"word": self.light_word, "kind": self.light_kind}

    @property
    def pid(self) -> int:
        """Its process."""
        assert self._process is not None  # noqa: S101 -- asked while it runs only
        return self._process.pid

    @classmethod
    def is_installed(cls) -> bool:
        """Tell whether it can take part here."""
        return True

    def command(self) -> Sequence[str]:
        """Return the program and its arguments."""
        raise NotImplementedError

    def environment(self) -> dict[str, str]:
        """Return what it needs in its environment."""
        return {
            "BENCH_HOMESERVER": self.homeserver,
            "BENCH_USER": self.account.user_id,
            "BENCH_TOKEN": self.token,
            "BENCH_DURABLE": str(int(self.durable)),
            "BENCH_NODE": str(PEERS / "node"),
        }

    def prepare(self) -> None:
        """Write its configuration into its folder."""

    async def start(self) -> None:
        """Start it; it is ready when it answers."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if not self.logs_in and not self.token:
            await self._log_in()
        self.prepare()
        with (self.folder / "bot.log").open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *self.command(), cwd=self.folder, stdout=log, stderr=log, start_new_session=True,
                env=os.environ | {"PYTHONPATH": str(PROJECT)} | self.environment(),
            )  # fmt: skip

    async def _log_in(self) -> None:
        body = {
            "type": "m.login.password",
            "identifier": {"type": "m.id.user", "user": self.account.user_id},
            "password": self.account.password,
        }
        async with (
            aiohttp.ClientSession() as http,
            http.post(f"{self.homeserver}/_matrix/client/v3/login", json=body) as answer,
        ):
            answer.raise_for_status()
            session = await answer.json()
        self.token, self.device = session["access_token"], session["device_id"]

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

    def last_words(self) -> str:
        """Return the end of what it has printed."""
        return (self.folder / "bot.log").read_text(encoding="utf-8", errors="replace")[-500:]

    def rows(self) -> int | None:
        """Return how many commands it has stored; None for a bot that stores nothing."""
        file, query = self.rows_in
        if not file or not self.durable:
            return None
        with closing(sqlite3.connect(self.folder / file)) as db:
            return int(db.execute(query).fetchone()[0])
