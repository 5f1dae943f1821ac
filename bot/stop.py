# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The exception for a start that must not go on: one sentence for the operator, one exit code."""

from __future__ import annotations

from typing import Final

from config.environment import variable
from config.texts import Text, text

#: From sysexits.h, so that a service manager can tell them apart: no restart mends what ends with 78.
EXIT_ALREADY_RUNNING: Final = 75
EXIT_CONFIGURATION: Final = 78
#: Said by ``check``, and by every command that would have to write.
NEWER_SCHEMA: Final = text(
    "The database was written by a newer version. Install that version, or bring back a backup."
)

#: Said at the start, by ``check`` and by ``relogin``.
WRONG_TOKEN: Final = text(
    "The homeserver does not accept {token}. Put a valid access token there, or use {password} instead.",
    token=variable("token"),
    password=variable("password"),
)

#: Said at the start, by ``check`` and by ``backup``.
DAMAGED: Final = text(
    "The database file is damaged. Stop the bot and bring the latest backup back (docs/operating.md)."
)


class StopError(Exception):
    """The bot cannot work, and trying again would not help."""

    def __init__(self, sentence: Text, code: int = 1) -> None:
        self.sentence = sentence
        self.code = code
        super().__init__(sentence.message)


def kind_of(error: BaseException) -> str:
    """Return the class of a database error; its message could show a password or somebody's words."""
    driver = getattr(error, "orig", None) or error
    return type(driver.__cause__ or driver).__name__
