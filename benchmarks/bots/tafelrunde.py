# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Tafelrunde, started as an operator starts it."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence

from benchmarks.bots.contestant import Contestant


class Tafelrunde(Contestant):
    """``python -m bot run``; a barrier is its durable command, ``!test`` the one that stores nothing."""

    rows_in = ("data/tafelrunde.db", "select count(*) from items")

    @property
    def word(self) -> str:  # type: ignore[override]  # others have one word only
        """What a command begins with."""
        return "!barriere" if self.durable else "!test"

    @property
    def kind(self) -> str:  # type: ignore[override]  # others answer in one way only
        """A barrier is answered with a reaction."""
        return "m.reaction" if self.durable else "m.room.message"

    def command(self) -> Sequence[str]:
        """Return the program and its arguments."""
        return (sys.executable, "-m", "bot", "run")

    def environment(self) -> Mapping[str, str]:
        """Return the operator's settings."""
        return {
            "TAFELRUNDE_HOMESERVER": self.homeserver,
            "TAFELRUNDE_USER": self.account.user_id,
            "TAFELRUNDE_PASSWORD": self.account.password,
            "TAFELRUNDE_DATA": str(self.folder / "data"),
            "TAFELRUNDE_HEALTH": "off",
        } | {f"TAFELRUNDE_{name}": value for name, value in self.settings.items()}

    def prepare(self) -> None:
        """Make the data folder."""
        (self.folder / "data").mkdir(exist_ok=True)
