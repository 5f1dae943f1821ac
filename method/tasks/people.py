# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who is meant by "@thomas" in the words of a task, among those who are in the room."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from method.ids import UserId
from method.words import fold

_ID: Final = re.compile(r"@[^\s:@]+:[^\s,;!?()]+")
_AT: Final = re.compile(r"(?<![\w.@])@+(?=[^\s@])")
_WORD: Final = re.compile(r"[^\s,;:!?()]+")
_ME: Final = frozenset(map(fold, ("ich", "mich", "mir", "me", "i", "myself")))
_NOBODY: Final = frozenset(map(fold, ("niemand", "niemanden", "alle", "nobody", "anybody", "jemand")))
#: "ich kläre …", "I'll book …"; "I2" is an idea.
_I: Final = re.compile(r"(?:ich|i(?:['’](?:ll|m))?)(?=\s+(?!\d))", re.IGNORECASE)

_DENIES: Final = re.compile(r"\b(?:nicht|nie|kein\w*|not|no|never)\b|n['’]t\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody who is in the room."""

    user: UserId
    name: str


@dataclass(frozen=True, slots=True)
class Meant:
    """Who is meant, and the words without them."""

    rest: str
    #: As typed, without "@"; None if nobody is named.
    typed: str | None = None
    #: Whoever it can be.
    found: tuple[UserId, ...] = ()
    #: The one who writes takes it.
    mine: bool = False


def split_person(words: str, known: Sequence[Known], me: UserId, mentioned: Collection[UserId] = ()) -> Meant:
    """Find out who is to do a task.

    Args:
        words: the whole text of the task.
        known: who is in the room.
        me: who writes.
        mentioned: whom the message mentions; clients write their names without an "@".
    """
    for at in _AT.finditer(words):
        length, typed, found = _named(words[at.end() - 1 :], known)
        if not typed:
            continue
        rest = _without(words, at.start(), at.end() - 1 + length)
        if fold(typed) in _NOBODY:
            return Meant(rest)
        if fold(typed) in _ME or found == (me,):
            return Meant(rest, mine=True)
        return Meant(rest, typed, found)
    for one in known:
        span = _span(words, one.name) if one.user in mentioned else None
        if span:
            rest = _without(words, *span)
            return Meant(rest, mine=True) if one.user == me else Meant(rest, one.name, (one.user,))
    return Meant(words.strip(), mine=_I.match(words.lstrip()) is not None)


def claims(before: str, now: str) -> bool:
    """Does whoever writes take a task that nobody has, by giving it other words that mean them?

    "@ich" always does, "ich" where it is new and nothing is denied: "Ich koche den Tee doch nicht" does not.
    """
    if _I.match(now.lstrip()) is None:
        return True
    return _I.match(before.lstrip()) is None and _DENIES.search(now) is None


def _named(words: str, known: Sequence[Known]) -> tuple[int, str, tuple[UserId, ...]]:
    """Read a name behind the "@" that ``words`` begin with: its length with the "@", the name, who has it."""
    whole = _ID.match(words)
    if whole:
        typed = whole[0].rstrip(".:")
        return (
            len(typed),
            typed[1:],
            tuple(one.user for one in known if one.user.casefold() == typed.casefold()),
        )
    best = (0, "", ())
    for one in known:
        length = _length(words[1:], one.name)
        if length and length + 1 > best[0]:
            best = (length + 1, words[1 : length + 1], ())
    if best[0]:
        wanted = fold(best[1])
        return best[0], best[1], tuple(one.user for one in known if fold(one.name) == wanted)
    word = _WORD.match(words, 1)
    typed = word[0].rstrip(".") if word else ""
    return len(typed) + 1, typed, _called(typed, known)


def _called(typed: str, known: Sequence[Known]) -> tuple[UserId, ...]:
    """Return those whose account, or a part of whose name, is written so."""
    wanted = fold(typed)
    ways = (
        [one.user for one in known if fold(one.user.partition(":")[0]) == wanted],
        [one.user for one in known if wanted in map(fold, one.name.split())],
    )
    return tuple(next((found for found in ways if found), []))


def _length(words: str, name: str) -> int:
    """Return how many characters at the beginning of ``words`` are this name; 0 if they are not."""
    count = len(name.split())
    pieces = [found.end() for found in re.finditer(r"\S+", words)][:count]
    if not count or len(pieces) < count:
        return 0
    typed = words[: pieces[-1]].rstrip(",;:!?.")
    return len(typed) if fold(typed) == fold(name) else 0


def _span(words: str, name: str) -> tuple[int, int] | None:
    for found in re.finditer(r"\S+", words):
        length = _length(words[found.start() :], name)
        if length:
            return found.start(), found.start() + length
    return None


def _without(words: str, start: int, end: int) -> str:
    before = words[:start].rstrip(" ,:")
    behind = words[end:].lstrip(" ,:;")
    return f"{before} {behind}".strip()
