# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Tafelrunde, started as an operator starts it."""

from __future__ import annotations

import compileall
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, Final

from benchmarks.bots.contestant import PEERS, Contestant
from bot.demo.process import PROJECT

#: Without what only tests need; some libraries load more where they find it.
_INSTALLED: Final[Path] = PEERS / "product/bin/python"
#: What is installed of this repository.
_PACKAGES: Final = ("bot", "commands", "config", "method", "storage")


class Tafelrunde(Contestant):
    """A barrier is its durable command, ``!test`` the one that stores nothing."""

    name = "tafelrunde"
    word = "!barriere"
    light_word = "!test"
    light_kind = "m.room.message"
    rows_in = ("data/tafelrunde.db", "select count(*) from items")
    logs_in = True

    program: ClassVar[tuple[str, ...]] = ("-m", "bot")

    def command(self) -> Sequence[str]:
        """Return the program and its arguments."""
        return (str(_INSTALLED) if _INSTALLED.exists() else sys.executable, *self.program, "run")

    def environment(self) -> dict[str, str]:
        """Return the operator's settings."""
        return {
            "TAFELRUNDE_HOMESERVER": self.homeserver,
            "TAFELRUNDE_USER": self.account.user_id,
            "TAFELRUNDE_PASSWORD": self.account.password,
            "TAFELRUNDE_DATA": str(self.folder / "data"),
            "TAFELRUNDE_HEALTH": "off",
        }

    def prepare(self) -> None:
        """Make the data folder, and have the code compiled, as it is where it was installed."""
        for package in _PACKAGES:
            compileall.compile_dir(PROJECT / package, quiet=1)
        (self.folder / "data").mkdir(exist_ok=True)


class TafelrundeNormal(Tafelrunde):
    """The same with SQLite's synchronous=NORMAL: what a power cut could take back."""

    name = "tafelrunde_normal"
    program = ("-m", "benchmarks.bots.synchronous_normal")
