# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The floors: loops that do as little as can be done, and are no products."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from benchmarks.bots import notes
from benchmarks.bots.contestant import Contestant


class RawAiohttp(Contestant):
    """No library; answers without storing anything."""

    name = "raw_aiohttp"

    def command(self) -> Sequence[str]:
        """Return the program and its arguments."""
        return (sys.executable, "-m", "benchmarks.bots.raw_aiohttp")


class RawNio(Contestant):
    """The usual loop of matrix-nio; answers without storing anything."""

    name = "raw_nio"

    def command(self) -> Sequence[str]:
        """Return the program and its arguments."""
        return (sys.executable, "-m", "benchmarks.bots.raw_nio")


class NioSqlite3(RawNio):
    """The same with one insert and one commit for each command."""

    name = "nio_sqlite3"
    rows_in = (notes.FILE, notes.COUNT)
