# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""How a poll is to be held, in words of any order: "2 Punkte", "verdeckt", "geheim", "bis Fr 12:00"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, time
from typing import Final

from method.deadlines import Read, read_moment
from method.numbers import CARDINALS
from method.polls import Openness
from method.settings import Settings
from method.words import fold

#: A part of so many words holds flags at its end only.
_MOST_WORDS: Final = 14
#: Flags at the beginning take no more characters.
_BEGINNING: Final = 120

_OPENNESS: Final = {
    fold(word): openness
    for openness, words in {
        Openness.OPEN: "offen open öffentlich",
        Openness.HIDDEN: "verdeckt verdeckte hidden",
        Openness.SECRET: "geheim geheime secret",
    }.items()
    for word in words.split()
}
_NUMBERS: Final = CARDINALS | dict.fromkeys(("ein", "eine", "einen", "one"), 1)
_POINTS: Final = frozenset(
    (
        "punkt",
        "punkte",
        "punkten",
        "stimme",
        "stimmen",
        "antwort",
        "antworten",
        "point",
        "points",
        "vote",
        "votes",
    )
)
_PER_PERSON: Final = (("pro", "person"), ("je", "person"), ("per", "person"), ("each",))
_SUGGESTIONS: Final = (
    ("offen", "fur", "vorschlage"),
    ("open", "for", "suggestions"),
    ("open", "to", "suggestions"),
    ("mit", "vorschlagen"),
    ("with", "suggestions"),
)
_UNTIL: Final = frozenset({"bis", "until", "till", "by"})
_NUMBER: Final = re.compile(r"[0-9]{1,4}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Present:
    """When and where the words were typed."""

    now: datetime
    settings: Settings

    def read(self, words: str) -> Read | None:
        """Read a moment as it is meant now in this group; without a time it is the end of the working day."""
        return read_moment(words, self.now, self.settings.zone, ends=self.settings.ends)

    def read_date(self, words: str) -> Read | None:
        """Read a day that is proposed; without a time it is the beginning of that day."""
        return read_moment(words, self.now, self.settings.zone, ends=time())


@dataclass(frozen=True, slots=True)
class End:
    """What was said about the end."""

    #: As typed, without "bis".
    words: str
    #: None: this is no moment.
    read: Read | None


@dataclass(frozen=True, slots=True)
class Flags:
    """What was said; None where nothing was."""

    most: int | None = None
    openness: Openness | None = None
    takes_suggestions: bool | None = None
    end: End | None = None

    def said(self) -> dict[str, object]:
        """Return what was said, by name."""
        all_of_it = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in all_of_it.items() if value is not None}

    def and_(self, other: Flags) -> Flags:
        """Return both; what was said twice is as in ``other``."""
        return Flags(**{**self.said(), **other.said()})  # type: ignore[arg-type]  # its own fields

    def typed(self, *, without_end: bool = False) -> str:
        """Return the flags as somebody would type them."""
        words = [
            "" if self.most is None else f"{self.most} Punkte",
            "" if self.openness is None else _TYPED[self.openness],
            "offen für Vorschläge" if self.takes_suggestions else "",
            "" if self.end is None or without_end else f"bis {self.end.words}",
        ]
        return " ".join(word for word in words if word)


_TYPED: Final = {Openness.OPEN: "offen", Openness.HIDDEN: "verdeckt", Openness.SECRET: "geheim"}
NONE: Final = Flags()


def whole(words: str, present: Present) -> Flags | None:
    """Read words that are nothing but flags; None if there is anything else."""
    pieces = words.split()
    if not pieces or len(pieces) > _MOST_WORDS:
        return None
    found = _read(pieces, present)
    if found is None and fold(pieces[0]) in _UNTIL and len(pieces) > 1:
        return Flags(end=End(" ".join(pieces[1:]), None))
    return found


def at_end(words: str, present: Present) -> tuple[str, Flags]:
    """Take flags off the end; return the other words, of which at least one stays, and the flags.

    "offen" alone stays: it says nothing new, and "Fenster offen" is an answer.
    """
    pieces = words.split()
    for start in range(max(1, len(pieces) - _MOST_WORDS), len(pieces)):
        found = _read(pieces[start:], present)
        if found is not None and found != Flags(openness=Openness.OPEN):
            return " ".join(pieces[:start]).rstrip(" ,;:–-"), found
    return " ".join(pieces), NONE


def at_beginning(words: str, present: Present) -> tuple[str, Flags]:
    """Take flags with a colon behind them off the beginning ("geheim, bis Fr 12:00: Was zuerst?")."""
    for colon in re.finditer(r":(?=\s)", words[:_BEGINNING]):
        found = _read(words[: colon.start()].split()[:_MOST_WORDS], present) if colon.start() else None
        if found is not None:
            return words[colon.end() :].strip(), found
    return words, NONE


def is_points(word: str) -> bool:
    """Does the word say that the number before it is one of points?"""
    return fold(word) in _POINTS


def _read(pieces: Sequence[str], present: Present) -> Flags | None:
    """Read pieces of which each belongs to a flag."""
    words = [fold(piece) for piece in pieces]
    found = NONE
    at = 0
    while at < len(pieces):
        if words[at] in _UNTIL:
            ended = _end(pieces, at, present)
            if ended is None:
                return None
            length, end = ended
            found, at = replace(found, end=end), at + length
            continue
        flag = _flag(words[at:])
        if flag is None:
            return None
        length, said = flag
        found, at = found.and_(said), at + length
    return found if found != NONE else None


def _end(pieces: Sequence[str], at: int, present: Present) -> tuple[int, End] | None:
    """Return how many pieces the end takes, and the end: the longest one that can be read."""
    for stop in range(len(pieces), at + 1, -1):
        words = " ".join(pieces[at + 1 : stop]).rstrip(",")
        read = present.read(words)
        if read is not None:
            return stop - at, End(words, read)
    return None


def _flag(words: Sequence[str]) -> tuple[int, Flags] | None:
    """Return how many words the flag at the beginning takes, and the flag."""
    if (
        words[0] in {"und", "and", "u", "mit", "with", "je"}
        and len(words) > 1
        and not _begins(words, _SUGGESTIONS)
    ):
        further = _flag(words[1:])
        return (further[0] + 1, further[1]) if further else None
    suggestions = _begins(words, _SUGGESTIONS)
    if suggestions:
        return suggestions, Flags(takes_suggestions=True)
    if words[0] in _OPENNESS:
        return 1, Flags(openness=_OPENNESS[words[0]])
    if len(words) > 1 and words[1] in _POINTS:
        number = int(words[0]) if _NUMBER.fullmatch(words[0]) else _NUMBERS.get(words[0])
        if number is not None:
            return 2 + _begins(words[2:], _PER_PERSON), Flags(most=number)
    return None


def _begins(words: Sequence[str], rows: Sequence[tuple[str, ...]]) -> int:
    """Return the length of the row with which the words begin, 0 if there is none."""
    return next((len(row) for row in rows if tuple(words[: len(row)]) == row), 0)
