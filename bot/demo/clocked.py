# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The bot with a clock that the demonstration sets: three weeks in a minute. ``python -m bot.demo.clocked run``."""

from __future__ import annotations

import contextlib
import runpy
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from bot import clock

#: In the bot's data folder, which is also where it runs: the moment that it was when the file was written.
CLOCK: Final = "clock"
#: Nobody wants to watch for a second that nothing happens.
_TICK: Final = 0.25


class Setting:
    """Sets the clock of a bot from outside; it goes on from there, and is never set back.

    Args:
        data: the bot's data folder.
    """

    def __init__(self, data: Path) -> None:
        self._file = data / CLOCK
        self._now = Reading(self._file)

    def forward(self, to: datetime) -> None:
        """Let it be ``to`` (aware), if that is still to come."""
        if to > self._now():
            new = self._file.with_suffix(".new")
            new.write_text(to.isoformat(), encoding="ascii")
            new.replace(self._file)


class Reading:
    """The set clock, as the bot asks it."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._written: int | None = None
        self._ahead = timedelta()

    def __call__(self) -> datetime:
        """Return the time (aware, UTC)."""
        with contextlib.suppress(FileNotFoundError):
            written = self._file.stat().st_mtime_ns
            if written != self._written:
                then = datetime.fromtimestamp(written / 1e9, UTC)
                self._ahead = datetime.fromisoformat(self._file.read_text(encoding="ascii")) - then
                self._written = written
        return _real() + self._ahead


_real: Final = clock.now


if __name__ == "__main__":
    clock.now = Reading(Path(CLOCK))
    clock.TICK = _TICK  # type: ignore[misc]  # final for everybody else
    runpy.run_module("bot", run_name="__main__")
