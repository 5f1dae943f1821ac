# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""A consistent copy of the SQLite file while the bot works with it, without what must never come back."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Final

from storage.crypto import OF_ONE_DEVICE
from storage.database import DamagedError, is_damage
from storage.inline import BUSY_TIMEOUT_MS

#: A copied account would use keys twice (other clients take that for an attack), and messages to a device
#: are of no use to another one.
_LEFT_OUT: Final = (
    f"DELETE FROM crypto WHERE kind IN ({', '.join('?' * len(OF_ONE_DEVICE))})",  # noqa: S608 -- no input
    "DELETE FROM to_device",
)


def copy(source: Path, target: Path) -> None:
    """Write a copy of ``source`` to the new file ``target``; writers are not kept waiting.

    Raises:
        DamagedError: the source is damaged.
        OSError, sqlite3.Error: it cannot be read, or the copy not be written.
    """
    try:
        with closing(_open(source)) as database:
            database.execute("VACUUM INTO ?", (str(target),))
    except sqlite3.DatabaseError as error:
        raise (DamagedError() if is_damage(error) else error) from error
    with closing(_open(target)) as database:
        database.execute("PRAGMA secure_delete=ON")
        with database:
            database.execute(_LEFT_OUT[0], OF_ONE_DEVICE)
            database.execute(_LEFT_OUT[1])
        if database.execute("PRAGMA quick_check(1)").fetchall() != [("ok",)]:
            raise DamagedError


def _open(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=rw", uri=True, timeout=BUSY_TIMEOUT_MS / 1000)
