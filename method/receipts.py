# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""A receipt in words, for groups whose clients hide reactions."""

from __future__ import annotations

import re
from typing import Final

from config.texts import Text, text

_STORED: Final = "✅"
_CHANGED: Final = "✏"
_LABEL: Final = re.compile(r"[A-Z]+[0-9]+")


def in_words(key: str) -> Text | None:
    """Say what the reaction ``key`` says ("✅ B7"); None where it is no receipt for something stored."""
    sign, _, about = key.replace("\ufe0f", "").partition(" ")
    if sign == _STORED and not about:
        return text("Saved.")
    if sign == _STORED and _LABEL.fullmatch(about):
        return text("Saved as {label}.", label=about)
    if sign == _STORED:
        return text("Saved: {what}.", what=about)
    if sign == _CHANGED and about:
        return text("Changed: {what}.", what=about)
    return None
