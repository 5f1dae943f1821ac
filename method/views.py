# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The sectors whose view on a barrier counts: how people call them, and whose view is missing."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum
from typing import Final

from rapidfuzz.distance import OSA

from config.texts import Text, joined, text
from method import sectors
from method.words import SEPARATOR, fold


class Sector(StrEnum):
    """From where people look at a barrier: what a view says of itself, never what is known of a person."""

    ADMINISTRATION = sectors.ADMINISTRATION
    CIVIL_SOCIETY = sectors.CIVIL_SOCIETY
    BUSINESS = sectors.BUSINESS
    TARGET_GROUP = sectors.TARGET_GROUP

    @property
    def text(self) -> Text:
        """How it is called in the reader's language."""
        return sectors.BUILT_IN[self].name


#: A sector is the first word, or the first two ("target group"): ``first_sector`` sees to the second.
_SECTORS: Final = {word: Sector(key) for word, key in sectors.WORDS.items() if " " not in word}
#: "aus Sicht der Wirtschaft", "from the target group"; a second word of an English name.
_FILLERS: Final = frozenset(map(fold, ("aus", "sicht", "von", "der", "die", "des", "from", "of", "the")))
_SECOND: Final = {Sector.CIVIL_SOCIETY: fold("society"), Sector.TARGET_GROUP: fold("group")}
_WORD: Final = re.compile(r"\s*([^\s:：,]+)")
#: A mistyped letter is forgiven in words of so many letters.
_LONG: Final = 8
#: Numbers of barriers that stand in one line.
_LABELS: Final = 15


def first_sector(words: str) -> tuple[Sector | None, str]:
    """Read the sector named at the beginning of ``words``; return it and what comes behind."""
    end = 0
    while (found := _WORD.match(words, end)) and fold(found[1]) in _FILLERS:
        end = found.end()
    sector = _sector(fold(found[1])) if found else None
    if found is None or sector is None:
        return None, words.strip()
    end = found.end()
    second = _WORD.match(words, end)
    if second and fold(second[1]) == _SECOND.get(sector) != fold(found[1]):
        end = second.end()
    behind = SEPARATOR.match(words, end)
    return sector, words[behind.end() if behind else end :].strip()


def missing(present: Collection[Sector | None]) -> list[Sector]:
    """Return the sectors without a view, in the usual order."""
    return [sector for sector in Sector if sector not in present]


def blanks(label: str, present: Collection[Sector | None]) -> Text | None:
    """Name the views that a barrier has not yet, and invite to them; None if there are all."""
    without = missing(present)
    if not without:
        return None
    names = joined([sector.text for sector in without], ", ")
    return text(
        "No view yet: {sectors}. To add one: !sicht {label} {sector} and then the text.",
        sectors=names,
        label=label,
        sector=without[0].text,
    )


def matrix(barriers: Mapping[str, Iterable[Sector | None]]) -> Text:
    """Show which barriers have no view of which sector, one line for each sector, and ask for the views.

    ``barriers`` are their labels, in order, with the sectors whose view is there.
    """
    without = {label: missing(frozenset(present)) for label, present in barriers.items()}
    lines = []
    for sector in Sector:
        labels = [label for label, absent in without.items() if sector in absent]
        if labels:
            lines.append(_line(sector, labels))
    if not lines:
        return text("For all barriers there are all four views.")
    label, absent = next((label, absent) for label, absent in without.items() if absent)
    ask = text(
        "Who knows one of these sides? Write: !sicht {label} {sector} and then the text.",
        label=label,
        sector=absent[0].text,
    )
    return joined([text("These views we lack so far:"), *lines, ask])


def _line(sector: Sector, labels: list[str]) -> Text:
    named = ", ".join(labels[:_LABELS])
    more = len(labels) - _LABELS
    if more > 0:
        return text("{sector}: {labels} and {count} more", sector=sector.text, labels=named, count=more)
    return text("{sector}: {labels}", sector=sector.text, labels=named)


def _sector(word: str) -> Sector | None:
    if word in _SECTORS or len(word) < _LONG:
        return _SECTORS.get(word)
    near = {
        sector
        for known, sector in _SECTORS.items()
        if len(known) >= _LONG and OSA.distance(word, known, score_cutoff=1) <= 1
    }
    return near.pop() if len(near) == 1 else None
