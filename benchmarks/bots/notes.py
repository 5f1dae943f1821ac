# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The smallest database: one insert and one commit for each command, in the standard library's SQLite."""

from __future__ import annotations

import os
import sqlite3
from typing import Final

FILE: Final = "notes.db"
COUNT: Final = "select count(*) from note"


class Notes:
    """Rows, if this bot shall store any."""

    def __init__(self) -> None:
        self._db: sqlite3.Connection | None = None
        if os.environ["BENCH_DURABLE"] == "1":
            self._db = sqlite3.connect(FILE)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=NORMAL")
            self._db.execute(
                "CREATE TABLE IF NOT EXISTS note (event_id TEXT PRIMARY KEY, room_id TEXT, sender TEXT, words TEXT)"
            )

    def store(self, event_id: str, room_id: str, sender: str, words: str) -> None:
        """Store one row."""
        if self._db is not None:
            self._db.execute("INSERT INTO note VALUES (?, ?, ?, ?)", (event_id, room_id, sender, words))
            self._db.commit()
