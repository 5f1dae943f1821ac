# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Forks bots from a process that has everything imported: a start takes milliseconds, a death is a real one.

``python -m tests.faults.crash.nursery SOCKET`` listens on a unix socket until its standard input ends. A
connection carries one line of JSON (``Birth``); the answers are the process id and, later, the exit code.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import selectors
import signal
import socket
import sys
import tempfile
import threading
import traceback
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from bot import app
from commands import context
from config.settings import Settings
from storage import migrations
from tests.faults.crash.points import Plan, Points


@dataclass(frozen=True, slots=True)
class Birth:
    """How a bot is to be started."""

    settings: dict[str, str]
    plan: Plan
    #: Where passed points and the log are written.
    trace: str
    log: str


class Child:
    """A bot in a process of its own, seen from the test."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, pid: int) -> None:
        self._reader, self._writer, self.pid = reader, writer, pid
        self._ended = asyncio.ensure_future(self._read())

    @classmethod
    async def born(cls, nursery: Path, birth: Birth) -> Child:
        """Start a bot."""
        reader, writer = await asyncio.open_unix_connection(nursery)
        writer.write(json.dumps(asdict(birth)).encode() + b"\n")
        return cls(reader, writer, int(await reader.readline()))

    async def _read(self) -> int:
        code = int(await self._reader.readline())
        self._writer.close()
        await self._writer.wait_closed()
        return code

    @property
    def is_alive(self) -> bool:
        return not self._ended.done()

    async def ended(self) -> int:
        """Wait for its end; return the exit code, that of a signal as 128 + its number."""
        return await asyncio.shield(self._ended)

    async def end(self, signal_: signal.Signals = signal.SIGKILL) -> int:
        """Send it a signal and wait."""
        if self.is_alive:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal_)
        return await self.ended()


def main(address: str) -> None:
    """Serve until standard input ends; what still runs then is killed."""
    # Alembic and SQLAlchemy load much at their first use. Nothing that draws random numbers in Rust may be
    # used here: its generator would be copied, and the children would make the same keys.
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(migrations.upgrade(f"sqlite:///{folder}/warm.db"))
    assert threading.active_count() == 1, "a process with threads must not be forked"
    gc.collect()
    gc.freeze()
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(address)
    listener.listen(64)
    print("ready", flush=True)
    running: dict[int, tuple[int, socket.socket]] = {}
    with selectors.DefaultSelector() as selector:
        selector.register(listener, selectors.EVENT_READ)
        selector.register(sys.stdin, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                if key.fileobj is sys.stdin:
                    for pid, _connection in running.values():
                        os.kill(pid, signal.SIGKILL)
                    return
                if key.fileobj is listener:
                    _take(selector, listener, running)
                else:
                    _mourn(selector, key.fd, running)


def _take(selector: selectors.BaseSelector, listener: socket.socket, running: dict[int, Any]) -> None:
    connection, _ = listener.accept()
    with connection.makefile("rb") as file:
        asked = json.loads(file.readline())
    birth = Birth(asked["settings"], Plan(**asked["plan"]), asked["trace"], asked["log"])
    pid = os.fork()
    if pid == 0:
        selector.close()
        listener.close()
        for _, other in running.values():
            other.close()
        connection.close()
        os._exit(_live(birth))
    connection.sendall(f"{pid}\n".encode())
    watched = os.pidfd_open(pid)
    running[watched] = (pid, connection)
    selector.register(watched, selectors.EVENT_READ)


def _mourn(selector: selectors.BaseSelector, watched: int, running: dict[int, Any]) -> None:
    pid, connection = running.pop(watched)
    selector.unregister(watched)
    os.close(watched)
    _, status = os.waitpid(pid, 0)
    code = os.waitstatus_to_exitcode(status)
    with suppress(OSError), connection:
        connection.sendall(f"{code if code >= 0 else 128 - code}\n".encode())


def _live(birth: Birth) -> int:
    gc.disable()  # it would touch, and so copy, all memory shared with the nursery
    log = os.open(birth.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for standard in (1, 2):
        os.dup2(log, standard)
    try:
        Points(birth.plan, Path(birth.trace)).install()
        # A scene takes seconds, more or fewer: the board would follow in one run and not in another.
        setattr(context, "BOARD_PAUSE", timedelta(hours=1))  # noqa: B010 -- for everybody else it is final
        values: dict[str, Any] = birth.settings
        return asyncio.run(app.run(Settings(**values, health=None)))
    except BaseException:  # noqa: BLE001 -- as a process of its own would end
        traceback.print_exc()
        return 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()


if __name__ == "__main__":
    main(sys.argv[1])
