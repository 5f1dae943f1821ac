# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Finds the entry that says nearly the same as a new one, in German, English or both."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, TypeVar

from rapidfuzz.fuzz import token_set_ratio

from method.stems import HEAD, folded, heads, stem, without_meeting, words
from method.words import fold

Key = TypeVar("Key")

#: From here on two texts are said to be similar; chosen with the pairs of tests/method/test_similar.py.
THRESHOLD: Final = 75
#: So many stems must be the same: one word in common is a topic, no repetition.
SHARED: Final = 2
#: So many entries are looked at closely.
_CANDIDATES: Final = 8


def likeness(one: str, other: str) -> float:
    """Return how far two texts say the same, from 0 to 100.

    Half of it is how many stems they share (Dice), half how alike the rest is letter by letter; the second
    alone takes a short text for a repetition of each long one that contains its words.
    """
    return _likeness(_stems(one), _stems(other))


def most_similar(text: str, others: Iterable[tuple[Key, str]]) -> Key | None:
    """Return the key of the entry most like ``text``, the first of equals; None if none is like it."""
    ours = _stems(text)
    if len(ours) < SHARED:
        return None
    beginnings = heads(ours)
    found: list[tuple[float, Key, str]] = []
    for key, other in others:
        theirs = set(words(other))
        common = sum(folded(word)[:HEAD] in beginnings for word in theirs)
        if common >= SHARED:
            found.append((common / len(theirs), key, other))
    found.sort(key=lambda one: -one[0])
    rated = [(_likeness(ours, _stems(other)), key) for _, key, other in found[:_CANDIDATES]]
    best = max(rated, key=lambda one: one[0], default=None)
    return best[1] if best and best[0] >= THRESHOLD else None


def grouped(texts: Sequence[str]) -> list[list[int]]:
    """Return the places of the texts, those together that say nearly the same as the first of them.

    "Sitzungsprotokolle" are "Protokolle" here, unless there is a "Workshopprotokoll" among these: then they are not the
    same thing.
    """
    kept = [_Kept(text) for text in texts]
    groups: list[list[int]] = []
    for place, text in enumerate(kept):
        for group in groups:
            if text.is_like(kept[group[0]]) or text.is_of_one_meeting([kept[one] for one in group]):
                group.append(place)
                break
        else:
            groups.append([place])
    return groups


class _Kept:
    """A text to be grouped."""

    def __init__(self, text: str) -> None:
        said = words(text)
        bare = [without_meeting(word) for word in said]
        self._plain = fold(text)
        self._stems = frozenset(map(stem, said))
        self._bare = frozenset(map(stem, bare))
        #: The words that name a meeting.
        self._meetings = frozenset(stem(word) for word, one in zip(said, bare, strict=True) if word != one)

    def is_like(self, other: _Kept) -> bool:
        if self._plain == other._plain:
            return True
        return _likeness(other._stems, self._stems) >= THRESHOLD and not self._is_opposed(other)

    def _is_opposed(self, other: _Kept) -> bool:
        """Is the only other word a longer one with the same end? Letters are no proof: "klar" is not "unklar"."""
        ours, theirs = self._stems - other._stems, other._stems - self._stems
        if len(ours) != 1 or len(theirs) != 1:
            return False
        one, another = min(ours), min(theirs)
        return one.endswith(another) or another.endswith(one)

    def is_of_one_meeting(self, others: Sequence[_Kept]) -> bool:
        """Is it like the first of these once no meeting is named, and do all mean one meeting?"""
        named = {one._meetings for one in (self, *others)} - {frozenset()}
        return len(named) == 1 and _likeness(others[0]._bare, self._bare) >= THRESHOLD


def _stems(text: str) -> frozenset[str]:
    return frozenset(map(stem, words(text)))


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    common = len(one & other)
    if common < SHARED:
        return 0.0
    dice = 200 * common / (len(one) + len(other))
    letters = token_set_ratio(" ".join(sorted(one)), " ".join(sorted(other)))
    return (dice + letters) / 2
