# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What no log may hold: words that tests have said and secrets they have used, looked for in every log at DEBUG."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from bot import session

#: Shorter texts may stand in a log by chance.
SHORTEST: Final = 8
LONGEST_COMMAND: Final = 16


class Canaries:
    """The words and secrets of a session, and the logs of its bots.

    Attributes:
        log: what the bots in this process have logged during the test.
    """

    def __init__(self) -> None:
        self.log = io.StringIO()
        self._said: set[str] = set()
        self._secrets: set[str] = set()
        self._said_outside: set[str] = set()
        self._processes: dict[Path, Path] = {}

    def say(self, body: str) -> None:
        """Note what somebody said to a bot in this process."""
        self._said.update(_parts(body))

    def say_outside(self, body: str) -> None:
        """Note what somebody said in a room of a real homeserver."""
        self._said_outside.update(_parts(body))

    def keep_secret(self, secret: str) -> None:
        """Note a password or token."""
        if len(secret) >= SHORTEST:
            self._secrets.add(secret)

    def watch(self, log: Path, data: Path) -> None:
        """Note the log of a bot that is a process of its own, and where it keeps its session."""
        self._processes[log] = data

    def found_inside(self) -> list[str]:
        """Return what stands in the log of this process; begin anew."""
        hits = [*_found(self._said | self._secrets, self.log.getvalue())]
        self.log.seek(0)
        self.log.truncate()
        self._said.clear()
        return hits

    def found_outside(self) -> list[str]:
        """Return what stands in the logs of the other processes, with the log's name."""
        hits = []
        for log, data in self._processes.items():
            if log.exists():
                secrets = self._secrets | _tokens(data)
                text = log.read_text(encoding="utf-8", errors="replace")
                hits += [f"{log.name}: {hit}" for hit in _found(self._said_outside | secrets, text)]
        return hits

    @property
    def logs(self) -> list[Path]:
        """The logs of other processes."""
        return [*self._processes]


def _tokens(data: Path) -> set[str]:
    try:
        stored = session.find(data)
    except session.BrokenFileError:
        return set()
    return {stored.token} if stored else set()


def _parts(body: str) -> Iterator[str]:
    """Yield a message, and what stands behind its command: each may end in a log alone."""
    for part in (body, body.partition(" ")[2]):
        # The names of commands stand in logs, as the rules that applied.
        if len(part) >= (SHORTEST if " " in part else LONGEST_COMMAND):
            yield part


def _found(words: Iterable[str], log: str) -> Iterator[str]:
    for word in words:
        # Logs are JSON in ASCII.
        if word in log or json.dumps(word)[1:-1] in log:
            yield word


CANARIES: Final = Canaries()
