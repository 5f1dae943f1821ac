# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""A bot that starts in a tenth of the time: Python has loaded the program once, each start is a fork of that.

Most of a start is Python reading modules, and the tests here start the bot hundreds of times. What runs is the
program as it is, in a process of its own, from the first line of its command.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import json
import os
import select
import signal
import sys
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self
from uuid import uuid4

from bot.demo.process import PROJECT, READY_WITHIN, BotError, BotProcess, Running

_LOADED: Final = ("bot.app", "bot.cli")


class Nursery:
    """The process that has everything loaded.

    Args:
        sabotage: a module that changes the program before it runs.
    """

    def __init__(self, sabotage: str = "") -> None:
        self._sabotage = sabotage
        self._process: asyncio.subprocess.Process | None = None
        self._born: asyncio.Queue[Child | None] = asyncio.Queue()
        self._children: dict[int, Child] = {}
        self._listening: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        """Load the program."""
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-u", "-m", "tests.faults.forks", self._sabotage, cwd=PROJECT,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, start_new_session=True,
        )  # fmt: skip
        self._listening = asyncio.create_task(self._listen(self._process))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End it; its children have been ended by whoever started them."""
        assert self._process is not None
        assert self._process.stdin is not None
        assert self._listening is not None
        self._process.stdin.close()
        await self._process.wait()
        await self._listening

    async def start(self, bot: ForkedBot, output: Path, *words: str) -> Child:
        """Run a command of the bot in a new process, its output appended to a file.

        Raises:
            BotError: the program could not be loaded.
        """
        assert self._process is not None
        assert self._process.stdin is not None
        order = {
            "words": words, "output": str(output), "folder": str(bot.data), "environment": bot.environment
        }  # fmt: skip
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        born = await self._born.get()
        if born is None:
            raise BotError("The nursery has ended.")
        return born

    async def _listen(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        async for line in process.stdout:
            pid, code = json.loads(line)
            if code is None:
                self._children[pid] = Child(pid)
                self._born.put_nowait(self._children[pid])
            else:
                self._children.pop(pid).ended.set_result(code)
        self._born.put_nowait(None)


class Child:
    """A process that a nursery has begun."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    @property
    def returncode(self) -> int | None:
        """How it ended; None as long as it runs."""
        return self.ended.result() if self.ended.done() else None

    async def wait(self) -> int:
        """Wait until it ends; return how."""
        return await asyncio.shield(self.ended)

    def send_signal(self, signal: int) -> None:
        """Send it a signal."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal)


class ForkedBot(BotProcess):
    """``tafelrunde`` out of a nursery."""

    def __init__(self, nursery: Nursery, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self._nursery = nursery

    async def _begin(self) -> Running:
        return await self._nursery.start(self, self.log_file, "run")

    async def run(self, *words: str) -> tuple[int, str]:
        """Run another command of the program with the same settings; return exit code and output."""
        output = self.data / f"output-{uuid4().hex}"
        child = await self._nursery.start(self, output, *words)
        code = await asyncio.wait_for(child.wait(), READY_WITHIN)
        return code, output.read_text(encoding="utf-8")


# --- in the nursery's process ------------------------------------------------------------------------


def _serve() -> None:
    """Begin a process for each line that comes, tell how each ends, until nobody asks any more."""
    woken, wake = os.pipe()
    os.set_blocking(wake, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake)
    orders = b""
    while True:
        ready, _, _ = select.select([0, woken], [], [])
        if woken in ready:
            os.read(woken, 4096)
            _bury()
        if 0 in ready:
            heard = os.read(0, 65_536)
            if not heard:
                return
            *lines, orders = (orders + heard).split(b"\n")
            for line in lines:
                _begin(json.loads(line))


def _bury() -> None:
    with contextlib.suppress(ChildProcessError):
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            _tell(pid, os.waitstatus_to_exitcode(status))


def _begin(order: dict[str, Any]) -> None:
    pid = os.fork()
    if pid:
        _tell(pid, None)
        return
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    os.environ.clear()
    os.environ.update(order["environment"])
    os.chdir(order["folder"])
    output = os.open(order["output"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    for descriptor in (1, 2):
        os.dup2(output, descriptor)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    from bot.cli import app  # noqa: PLC0415 -- loaded already

    app(order["words"])


def _tell(pid: int, code: int | None) -> None:
    os.write(1, json.dumps([pid, code]).encode() + b"\n")


if __name__ == "__main__":
    for name in (*_LOADED, *filter(None, sys.argv[1:])):
        importlib.import_module(name)
    _serve()
