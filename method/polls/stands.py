# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""How somebody stands to a proposal, read from a sentence: only what says so is agreement, or an objection."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from method.polls import AGREES, OBJECTS
from method.polls.votes import stand_of, withdraws
from method.words import fold, is_blank

#: "Einwand: mittwochs ist Kurs", "dagegen, weil …".
_OBJECTS: Final = re.compile(
    r"(?:ich habe |i have )?(?:ein|einen|mein|an|my)?\s*(?P<noun>einwand|einspruch|veto|dagegen|objection|against)"
    r"(?P<sign>\s*[:,.;!–-]+)?(?:\s+|$)(?P<reason>.*)",
    re.IGNORECASE | re.DOTALL,
)
#: Sentences that say so, and whose reason cannot be cut out of them.
_SENTENCE: Final = re.compile(
    r"(?:(?:ich )?bin (?:klar )?dagegen|i(?:'m| am) against|i object)\b", re.IGNORECASE
)
#: "Einwand habe ich keinen".
_NONE: Final = re.compile(r"\b(?:kein\w*|nichts|none|nothing|no)\b", re.IGNORECASE)
_NO: Final = frozenset(map(fold, ("keiner", "keinen", "keine", "nein", "none", "no")))
#: "ja/nein/Enthaltung", typed as one answer.
_BETWEEN: Final = re.compile(r"\s*[/,]\s*|\s+(?:oder|und|or|and)\s+|\s+", re.IGNORECASE)
_ABSTAINS: Final = frozenset(map(fold, ("Enthaltung", "abstention", "abstain")))
_ALL_OF_THEM: Final = frozenset(map(fold, ("ja", "nein", "yes", "no"))) | _ABSTAINS
_QUESTION: Final = ("?", "？", "؟")


@dataclass(frozen=True, slots=True)
class Stand:
    """What a sentence says to a proposal."""

    #: AGREES, OBJECTS, or nothing: withdrawn.
    choices: tuple[int, ...]
    #: The reason of an objection; "" if there is none.
    reason: str = ""


def read_stand(words: str) -> Stand | None:
    """Return what is said to a proposal; None if it may be just talk: a question, a remark.

    A sentence without a clear word never counts: it could hold up what nobody objects to.
    """
    words = words.strip()
    if withdraws(words):
        return Stand(())
    if (stand := stand_of(words)) is not None:
        return Stand((stand,))
    if _SENTENCE.match(words):
        return Stand((OBJECTS,), words)
    found = _OBJECTS.fullmatch(words)
    if found is None:
        return None
    reason = found["reason"].strip()
    if fold(reason) in _NO:
        return Stand((AGREES,))
    if (
        not found["sign"]
        and not is_blank(reason)
        and (_NONE.search(reason) or fold(found["noun"]) == "dagegen")
    ):
        return None
    return Stand((OBJECTS,), reason)


def is_question(words: str) -> bool:
    """Does somebody ask, and does not say how they stand?"""
    return words.rstrip().endswith(_QUESTION)


def divided(answer: str) -> list[str]:
    """Return "ja/nein/Enthaltung" as several answers; anything else as it is."""
    pieces = [piece for piece in _BETWEEN.split(answer) if piece]
    is_all = len(pieces) > 1 and all(fold(piece) in _ALL_OF_THEM for piece in pieces)
    return [f"{piece[:1].upper()}{piece[1:]}" for piece in pieces] if is_all else [answer]


def is_abstention(answer: str) -> bool:
    """Does this answer say that somebody has none? Then it is no decision."""
    return fold(answer) in _ABSTAINS
