# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The chain of whys under a barrier: at most five, each about the one before it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from config.texts import Text, text
from method.errors import UserError
from method.items import Label
from method.words import brief, isolate

#: "Five whys": further down there is seldom anything a group can change.
LIMIT: Final = 5


def check_room(label: Label, chain: Sequence[str]) -> None:
    """Make sure that one more why has room.

    Raises:
        UserError: there are five; the sentence says what to do instead.
    """
    if len(chain) >= LIMIT:
        raise UserError(
            text(
                "{label} has {count} whys, there can be no more. What helps against the last one?"
                " Example: !idee Text zu {label}. To change a why: edit your own message.",
                label=str(label),
                count=LIMIT,
            )
        )


def question(label: Label, barrier: str, chain: Sequence[str]) -> Text:
    """Ask for the next why: about the barrier, or about the last reason."""
    words = isolate(brief(chain[-1] if chain else barrier))
    return text(
        "{label}: “{words}” Why is that so? Just reply to this message.", label=str(label), words=words
    )


def lines(chain: Sequence[str], about: Label | None = None) -> list[Text]:
    """Show the chain, one line for each why; ``about`` is the part to which it belongs."""
    if about is not None:
        return [
            text("{label}, why {number}: {text}", label=str(about), number=number, text=isolate(words))
            for number, words in enumerate(chain, 1)
        ]
    return [
        text("Why {number}: {text}", number=number, text=isolate(words))
        for number, words in enumerate(chain, 1)
    ]
