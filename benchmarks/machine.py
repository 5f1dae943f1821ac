# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""On what the figures were measured."""

from __future__ import annotations

import importlib.metadata
import json
import os
import platform
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from benchmarks.bots.contestant import PEERS

_OURS: Final = ("aiohttp", "matrix-nio", "vodozemac", "SQLAlchemy", "matrix-synapse")
_PEERS: Final = ("maubot", "mautrix", "simplematrixbotlib")


def lines() -> Iterator[str]:
    """Yield machine and versions, in Markdown."""
    memory = Path("/proc/meminfo").read_text(encoding="ascii").split()[1]
    yield f"- {os.cpu_count()} cores, {int(memory) / 2**20:.0f} GB, {platform.system()} {platform.release()}"
    yield f"- Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    yield "- " + ", ".join(f"{name} {importlib.metadata.version(name)}" for name in _OURS)
    peers = list(_peers())
    yield "- peers: " + (", ".join(peers) if peers else "none installed")


def _peers() -> Iterator[str]:
    for name in _PEERS:
        for folder in PEERS.glob(f"venv/lib/python*/site-packages/{name}-*.dist-info"):
            yield f"{name} {folder.name.removesuffix('.dist-info').rpartition('-')[2]}"
    package = PEERS / "node/node_modules/matrix-bot-sdk/package.json"
    if package.exists():
        yield f"matrix-bot-sdk {json.loads(package.read_text(encoding='utf-8'))['version']}"
