# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Finds entries by words, however they are spelled or inflected, in German and English; the best first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from rapidfuzz.distance import OSA
from rapidfuzz.fuzz import ratio

from config.texts import Text, counted, joined, text, verbatim
from method.items import Label
from method.stems import HEAD, all_words, folded, heads, stem, words
from method.words import brief, fold, isolate

#: Lines of an answer.
LINES: Final = 8
#: Letters that a part of a word needs: at its beginning, inside it; and a mistyped word.
_BEGINNING: Final = 3
_INSIDE: Final = 4
_MISTYPED: Final = 5
#: From here on (0 to 100) a topic is near enough to be named when nothing was found.
_NEAR_TOPIC: Final = 60


class Quality(IntEnum):
    """How well a word was found."""

    NOT = 0
    MISTYPED = 1
    PART = 2
    STEM = 3
    SAME = 4


@dataclass(frozen=True, slots=True)
class Entry:
    """What can be found: an item with everything that was said about it."""

    label: Label
    text: str
    topics: tuple[str, ...] = ()
    #: Notes, views and whys.
    notes: tuple[str, ...] = ()
    #: What was merged into it, each with its label.
    parts: tuple[str, ...] = ()
    #: It lies in the topic store.
    parked: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry that was found."""

    entry: Entry
    #: The note, or else the part, in which it was found, if the entry's own words do not say it.
    note: str | None = None
    part: str | None = None


def search(query: str, entries: Iterable[Entry]) -> list[Hit]:
    """Return the entries in which all words of ``query`` occur, or else some of them; the best first."""
    wanted = _Wanted.all_of(query)
    rated: list[tuple[int, int, Hit]] = []
    for entry in entries:
        own = (entry.text, " ".join(entry.topics))
        places = [wanted.in_text(said) for said in (*own, *entry.parts, *entry.notes)]
        best = [_rated(found) for found in zip(*places, strict=True)]
        count = sum(map(bool, best))
        if count:
            rated.append((count, sum(best), _hit(entry, places)))
    most = max((count for count, _, _ in rated), default=0)
    found = [one for one in rated if one[0] == most or most < wanted.number]
    found.sort(key=_place)
    return [hit for _, _, hit in found]


def near_topic(query: str, topics: Iterable[str]) -> str | None:
    """Return the topic that is written most like ``query``; None if none is like it."""
    rated = [(ratio(fold(query), fold(topic)), topic) for topic in topics]
    best = max(rated, key=lambda one: one[0], default=(0.0, ""))
    return best[1] if best[0] >= _NEAR_TOPIC else None


def mentions(query: str, words_of_people: str) -> bool:
    """Do all words of ``query`` occur in what people wrote?"""
    found = _Wanted.all_of(query).in_text(words_of_people)
    return bool(found) and all(found)


def results(query: str, hits: Sequence[Hit]) -> Text:
    """Show what was found: one line for each entry, at most LINES of them."""
    named = isolate(brief(query))
    head = counted("{n} entry with “{words}”:", "{n} entries with “{words}”:", len(hits), words=named)
    lines = [head, *map(_line, hits[:LINES])]
    if len(hits) > LINES:
        lines.append(text("and {count} more. One word more makes it fewer.", count=len(hits) - LINES))
    return joined(lines)


def nothing(query: str, topic: str | None) -> Text:
    """Say that nothing was found, and what else to try."""
    sentences = [text("I find nothing with “{words}”. Another word may help.", words=isolate(brief(query)))]
    if topic is not None:
        sentences.append(text("There is the topic #{topic}: !board #{topic}", topic=isolate(topic)))
    return joined(sentences, " ")


class _Wanted:
    """The words that are looked for; how well another word is one of them is found out once."""

    def __init__(self, query: Sequence[str]) -> None:
        self.number = len(query)
        self._words = [_Word.of(word) for word in query]
        self._known: dict[str, tuple[Quality, ...]] = {}

    @classmethod
    def all_of(cls, query: str) -> _Wanted:
        return cls(list(dict.fromkeys(words(query) or all_words(query))))

    def in_text(self, part: str) -> tuple[Quality, ...]:
        """Return for each word how well it is found in ``part``."""
        found = [self._quality(word) for word in all_words(part)]
        return tuple(map(max, zip(*found, strict=True))) if found else (Quality.NOT,) * self.number

    def _quality(self, word: str) -> tuple[Quality, ...]:
        if word not in self._known:
            self._known[word] = tuple(one.quality(word) for one in self._words)
        return self._known[word]


@dataclass(frozen=True, slots=True)
class _Word:
    """A word that is looked for."""

    folded: str
    stem: str
    heads: frozenset[str]

    @classmethod
    def of(cls, word: str) -> _Word:
        bare = stem(word)
        return cls(folded(word), bare, heads(frozenset({bare})) | {folded(word)[:HEAD]})

    def quality(self, word: str) -> Quality:
        """Return how well ``word``, in small letters, is the one that is looked for."""
        plain = folded(word)
        if plain == self.folded:
            return Quality.SAME
        if plain[:HEAD] in self.heads and stem(word) == self.stem:
            return Quality.STEM
        if len(self.folded) >= _BEGINNING and plain.startswith(self.folded):
            return Quality.PART
        if len(self.folded) >= _INSIDE and self.folded in plain:
            return Quality.PART
        near = len(self.folded) >= _MISTYPED and OSA.distance(plain, self.folded, score_cutoff=1) <= 1
        return Quality.MISTYPED if near else Quality.NOT


def _place(found: tuple[int, int, Hit]) -> tuple[int, bool, int, tuple[int, int]]:
    count, rating, hit = found
    return -count, hit.entry.parked, -rating, hit.entry.label.place


def _rated(places: Sequence[Quality]) -> int:
    """A word counts more where more people read it: in the text, then as a topic, then in a note."""
    return max(3 * quality + max(0, 2 - place) if quality else 0 for place, quality in enumerate(places))


def _hit(entry: Entry, places: Sequence[Sequence[Quality]]) -> Hit:
    own, others = places[:2], places[2:]
    if not others or any(any(each) for each in own):
        return Hit(entry)
    best = max(range(len(others)), key=lambda place: sum(others[place]))
    if best < len(entry.parts):
        return Hit(entry, part=entry.parts[best])
    return Hit(entry, note=entry.notes[best - len(entry.parts)])


def _line(hit: Hit) -> Text:
    words_of_item = [verbatim(f"{hit.entry.label}: {isolate(brief(hit.entry.text))}")]
    if hit.part is not None:
        words_of_item.append(verbatim(isolate(brief(hit.part))))
    if hit.note is not None:
        words_of_item.append(text("Note: {text}", text=isolate(brief(hit.note))))
    if hit.entry.parked:
        words_of_item.append(text("in the topic store"))
    return joined(words_of_item, " / ")
