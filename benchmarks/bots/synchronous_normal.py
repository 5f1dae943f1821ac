# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Tafelrunde with SQLite's synchronous=NORMAL instead of FULL, to see what the disk costs (no product)."""

from __future__ import annotations

from bot.cli import app
from storage import inline

vars(inline)["_PRAGMAS"] = tuple(
    pragma.replace("synchronous=FULL", "synchronous=NORMAL") for pragma in vars(inline)["_PRAGMAS"]
)
app()
