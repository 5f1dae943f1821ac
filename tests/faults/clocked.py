# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The bot as a program whose wall clock the test sets, with Debian's faketime library (``make faults`` fetches it)."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.demo.process import PROJECT, BotProcess

LIBRARY = PROJECT / ".faults" / "faketime" / "libfaketime.so.1"


class ClockedBot(BotProcess):
    """A bot whose wall clock reads a file."""

    #: What the clock shows beside the true one.
    offset = timedelta(0)

    @property
    def clock_file(self) -> Path:
        """What the library reads."""
        return self.data.with_name("clock")

    def set_clock(self, offset: timedelta) -> None:
        """Let the clock differ from the true one."""
        self.offset = offset
        new = self.clock_file.with_suffix(".new")
        new.write_text(f"{offset.total_seconds():+.3f}\n", encoding="ascii")
        # At once: half a line would be another time.
        new.replace(self.clock_file)

    @property
    def now(self) -> datetime:
        """What the clock shows."""
        return datetime.now(UTC) + self.offset

    @property
    def environment(self) -> dict[str, str]:
        """The bot's environment, with the library."""
        return super().environment | {
            "LD_PRELOAD": str(LIBRARY),
            "FAKETIME_TIMESTAMP_FILE": str(self.clock_file),
            "FAKETIME_CACHE_DURATION": "1",
            # The monotonic clock is never set, on no machine.
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }

    def shown(self) -> timedelta:
        """Return how far the clock in the last line of the log is from the true one."""
        last = json.loads(self.log().splitlines()[-1])
        return datetime.fromisoformat(last["timestamp"]) - datetime.now(UTC)
