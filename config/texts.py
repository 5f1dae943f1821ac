# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Sentences without a language yet, and the catalogues that give them one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import cache, lru_cache
from pathlib import Path
from typing import Final

from babel.dates import format_datetime
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

LANGUAGES: Final = ("de", "en")
DEFAULT_LANGUAGE: Final = "de"

_FOLDER = Path(__file__).parent / "catalogues"


@dataclass(frozen=True, slots=True)
class Moment:
    """An instant as people write it: weekday, date and time, in the reader's language."""

    at: datetime
    zone: tzinfo
    #: Babel (CLDR) pattern for each language.
    patterns: Mapping[str, str]

    def render(self, language: str) -> str:
        """Return the instant in local time."""
        return _written(self.at, self.zone, self.patterns[language], language)


@dataclass(frozen=True, slots=True)
class Text:
    """A sentence of the catalogue with its values; the reader's language decides at the edge."""

    message: str
    values: Mapping[str, str | int | Text | Moment]
    plural: str | None = None
    number: int = 0

    def render(self, language: str) -> str:
        """Return the sentence in ``language`` ("de" or "en").

        Raises:
            KeyError: the catalogue has no such sentence (a test finds these).
        """
        found = catalogue(language).get(self.message)
        if found is None or not found.string:
            raise KeyError(f"{language}: {self.message}")
        string = found.string
        if not isinstance(string, str):
            string = string[0 if self.number == 1 else 1]
        values = {name: _render(value, language) for name, value in self.values.items()}
        return string.format(**values) if values else string

    def __str__(self) -> str:
        raise TypeError("a Text has no language; call render(language)")


def text(message: str, /, **values: str | int | Text | Moment) -> Text:
    """Return a sentence; ``message`` is its English wording and its key in the catalogues."""
    return Text(message, values)


def counted(one: str, many: str, /, number: int, **values: str | int | Text | Moment) -> Text:
    """Return a sentence that depends on ``number``, which is also the value ``{n}``."""
    return Text(one, {"n": number, **values}, many, number)


def joined(parts: Sequence[Text | Moment], separator: str = "\n") -> Text:
    """Return several sentences as one text, ``separator`` between them."""
    names = [f"part{i}" for i in range(len(parts))]
    return _Joined(separator.join("{" + name + "}" for name in names), dict(zip(names, parts, strict=True)))


class _Joined(Text):
    """Sentences side by side: a frame that is the same in every language."""

    __slots__ = ()

    def render(self, language: str) -> str:
        return self.message.format(**{name: _render(value, language) for name, value in self.values.items()})


def verbatim(words: str) -> Text:
    """Return what a person wrote as a text: the same in every language."""
    return _Joined("{words}", {"words": words})


class _Named(Text):
    """What has a name in each language that stands in no catalogue of ours."""

    __slots__ = ()

    def render(self, language: str) -> str:
        return str(self.values[language])


def named(names: Mapping[str, str]) -> Text:
    """Return a name that somebody else knows in each language: a public holiday."""
    return _Named("", names)


@cache
def catalogue(language: str) -> Catalog:
    """Return the catalogue of ``language``: what the rooms read and what the operator reads, read once."""
    merged = Catalog(locale=language)
    for path in sorted(_FOLDER.glob(f"*{language}.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=language):
                if message.id:
                    merged[message.id] = message
    return merged


@lru_cache(maxsize=512)
def _written(at: datetime, zone: tzinfo, pattern: str, language: str) -> str:
    """Write an instant; of the same morning, many groups are told the same."""
    return format_datetime(at, pattern, tzinfo=zone, locale=language)


def _render(value: str | int | Text | Moment, language: str) -> str:
    return value.render(language) if isinstance(value, Text | Moment) else str(value)
