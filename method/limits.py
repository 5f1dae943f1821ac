# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""How long a text may be."""

from __future__ import annotations

from config.texts import text
from method.errors import UserError


def within(words: str, limit: int) -> str:
    """Return ``words``.

    Raises:
        UserError: they have more than ``limit`` characters.
    """
    if len(words) > limit:
        raise UserError(
            text(
                "This has {count} characters. {limit} are possible. Make it shorter.",
                count=len(words),
                limit=limit,
            )
        )
    return words
