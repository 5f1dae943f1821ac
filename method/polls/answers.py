# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What people say to a poll in own words: how long it may be, and how it is shown by nobody in particular."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from config.texts import Text, verbatim
from method.limits import within
from method.words import isolate

#: Characters of one answer, or of one reason.
LIMIT: Final = 500


def checked(words: str) -> str:
    """Return the words.

    Raises:
        UserError: they have more than LIMIT characters.
    """
    return within(words, LIMIT)


def listed(words: Iterable[str]) -> list[Text]:
    """Return a line for each, by the alphabet: in the order of coming they could be told apart."""
    found = sorted(words, key=lambda one: (one.casefold(), one))
    return [verbatim("- " + isolate(one).replace("\n", "\n  ")) for one in found]
