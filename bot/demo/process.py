# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The bot as a program of its own, started, killed and watched from outside."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import signal
import sqlite3
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Protocol, Self

import aiohttp

from bot.demo.synapse import HOST, Account, free_port

PROJECT = Path(__file__).resolve().parents[2]
READY_WITHIN = 30.0
STOP_WITHIN = 20.0
_HANDLED: Final = "SELECT 1 FROM inbox WHERE event_id = ? AND raw IS NULL"


class Running(Protocol):
    """A process, however it was started."""

    @property
    def pid(self) -> int:
        """Its number."""

    @property
    def returncode(self) -> int | None:
        """How it ended; None as long as it runs."""

    async def wait(self) -> int:
        """Wait until it ends; return how."""

    def send_signal(self, signal: int) -> None:
        """Send it a signal."""


class BotError(Exception):
    """The bot ended, or did not become what was waited for."""


class BotProcess:
    """``python -m bot run`` with its own data folder and its own settings."""

    def __init__(
        self,
        homeserver: str,
        account: Account,
        data: Path,
        *,
        settings: Mapping[str, str] | None = None,
        program: tuple[str, ...] = ("-m", "bot"),
    ) -> None:
        self.user_id = account.user_id
        self.data = data.resolve()
        self.log_file = self.data.with_name(f"{data.name}.log")
        self._health = f"{HOST}:{free_port()}"
        self._program = program
        self._process: Running | None = None
        self._settings = {
            "HOMESERVER": homeserver,
            "USER": account.user_id,
            "PASSWORD": account.password,
            "DATA": str(self.data),
            "HEALTH": self._health,
        } | dict(settings or {})

    async def __aenter__(self) -> Self:
        """Start it and wait until it is ready."""
        try:
            await self.start()
        except BaseException:
            await self.stop()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop it; its data stays."""
        await self.stop()

    @property
    def environment(self) -> dict[str, str]:
        """This process's environment with the bot's settings instead of what is set here."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("TAFELRUNDE_")}
        own = {f"TAFELRUNDE_{name}": value for name, value in self._settings.items()}
        return inherited | own | {"PYTHONPATH": str(PROJECT), "PYTHONUNBUFFERED": "1"}

    async def start(self, *, ready: bool = True) -> None:
        """Start the program and wait until ``/readyz`` says yes; not with ``ready=False``.

        Raises:
            BotError: it ended, or did not become ready in time.
        """
        self.data.mkdir(parents=True, exist_ok=True)
        self._process = await self._begin()
        if ready:
            await self.reports(lambda report: report.get("ready") is True)

    async def _begin(self) -> Running:
        with self.log_file.open("ab") as log:
            # A session of its own: Ctrl-C in a terminal reaches us, and we stop it in order.
            return await asyncio.create_subprocess_exec(
                sys.executable,
                *self._program,
                "run",
                cwd=self.data,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    async def stop(self) -> int | None:
        """Ask it to end; return its exit code."""
        process = self._process
        if process is None:
            return None
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
            try:
                await asyncio.wait_for(process.wait(), STOP_WITHIN)
            except TimeoutError:
                await self.kill()
        return process.returncode

    async def kill(self) -> None:
        """End it at once, as a power failure would."""
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(signal.SIGKILL)
            await self._process.wait()

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal: ``SIGSTOP`` makes it hang, ``SIGCONT`` lets it go on."""
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(number)

    @property
    def is_running(self) -> bool:
        """Was it started, and has it not ended?"""
        return self._process is not None and self._process.returncode is None

    @property
    def pid(self) -> int:
        """The number of its process.

        Raises:
            BotError: it was never started.
        """
        if self._process is None:
            raise BotError("The bot was not started.")
        return self._process.pid

    async def ended(self) -> int:
        """Wait until it ends by itself; return its exit code."""
        return await self._process.wait() if self._process is not None else 0

    async def run(self, *words: str) -> tuple[int, str]:
        """Run another command of the program with the same settings; return exit code and output."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *self._program,
            *words,
            cwd=self.data,
            env=self.environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output, _ = await asyncio.wait_for(process.communicate(), READY_WITHIN)
        return process.returncode or 0, output.decode()

    async def readyz(self) -> dict[str, Any]:
        """What ``/readyz`` says; empty as long as nobody answers."""
        try:
            async with (
                aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as http,
                http.get(f"http://{self._health}/readyz") as answer,
            ):
                report: dict[str, Any] = await answer.json()
                return report
        except (aiohttp.ClientError, TimeoutError):
            return {}

    async def reports(
        self, fits: Callable[[dict[str, Any]], bool], *, timeout: float = READY_WITHIN
    ) -> dict[str, Any]:
        """Wait until ``/readyz`` says something that ``fits``.

        Raises:
            BotError: the bot ended, or it did not say so in time.
        """
        deadline = time.monotonic() + timeout
        while True:
            report = await self.readyz()
            if report and fits(report):
                return report
            if self._process is None or self._process.returncode is not None:
                raise BotError(f"The bot ended. Its log: {self.log_file}\n{self.log()[-3000:]}")
            if time.monotonic() > deadline:
                said = json.dumps(report)
                raise BotError(f"The bot says {said}. Its log: {self.log_file}\n{self.log()[-3000:]}")
            await asyncio.sleep(0.1)

    async def takes_in(self, event_id: str, *, timeout: float) -> None:
        """Wait until it has handled an event, also one that it does not answer.

        Raises:
            BotError: that did not happen in time.
        """
        # Nothing else tells from outside: its journal keeps the words of an event until they are handled.
        journal = f"file:{self.data}/tafelrunde.db?mode=ro"
        deadline = time.monotonic() + timeout
        with contextlib.closing(sqlite3.connect(journal, uri=True)) as db:
            while not db.execute(_HANDLED, [event_id]).fetchone():
                if time.monotonic() > deadline:
                    raise BotError(f"The bot has not handled {event_id} in {timeout:.0f} s.")
                await asyncio.sleep(0.02)

    def log(self) -> str:
        """Everything it has printed so far."""
        return self.log_file.read_text(encoding="utf-8", errors="replace") if self.log_file.exists() else ""
