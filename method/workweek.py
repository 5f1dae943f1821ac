# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Working days and hours as people type them, and as they are shown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import time
from itertools import groupby
from typing import Final

from config.texts import Text, joined, text
from method.dates import WEEKDAYS
from method.settings import LEAST_HOURS
from method.words import fold

#: "montags" and "mondays" too.
_DAYS: Final = WEEKDAYS | {f"{word}s": day for word, day in WEEKDAYS.items() if len(word) > 4}
_WEEK: Final = tuple(range(7))
_MANY: Final = {
    fold(word): days
    for days, words in (
        (_WEEK[:5], "werktags werktage wochentags wochentage weekdays"),
        (_WEEK[5:], "wochenende weekend weekends"),
        (_WEEK, "täglich jeden alle daily every"),
    )
    for word in words.split()
}
_TO: Final = frozenset({"-", "‐", "‑", "–", "—", "bis", "to", "until", "through"})
#: Words that say nothing of their own.
_FILL: Final = frozenset(
    {",", ";", "&", "/", "+", ".", ":", "und", "and", "von", "from", "am", "on", "an", "tag", "tage", "day"}
)
_TOKEN: Final = re.compile(r"[^\W\d_]+|\S")
_CLOCK: Final = r"(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm)?\s*(?:uhr|h\b)?"
_HOURS: Final = re.compile(
    rf"(?<!\d){_CLOCK}\s*(?:-|‐|‑|–|—|bis|to|until)\s*(?:um\s+)?{_CLOCK}(?!\d)", re.IGNORECASE
)

_SHORT: Final = (
    text("Mon"),
    text("Tue"),
    text("Wed"),
    text("Thu"),
    text("Fri"),
    text("Sat"),
    text("Sun"),
)
#: Nobody needs more characters; with many blanks the search for hours would take very long.
_LONGEST: Final = 200
#: From so many days in a row, "Mo bis Mi" is shorter than naming each.
_ROW: Final = 3


def read(words: str) -> tuple[tuple[int, ...] | None, tuple[time, time] | None] | None:
    """Read "Mo bis Fr, 8 bis 18 Uhr", or only one half of it; None if there is more or something else.

    Days count from Monday = 0. Hours are at least LEAST_HOURS apart.
    """
    words = " ".join(words.split())
    if len(words) > _LONGEST:
        return None
    found = _HOURS.search(words)
    rest = words if found is None else words[: found.start()] + " " + words[found.end() :]
    hours = _hours(found) if found else None
    if found is not None and hours is None:
        return None
    tokens = [token for token in _tokens(rest) if token not in _FILL]
    if not tokens:
        return (None, hours) if hours else None
    days = _days(tokens)
    return (days, hours) if days else None


def read_days(words: str) -> tuple[int, ...] | None:
    """Read working days, Monday is 0; None if the words say something else."""
    found = read(words)
    return found[0] if found and found[1] is None else None


def show_days(days: Sequence[int]) -> Text:
    """Show working days: "Mo bis Fr", "Mo, Mi, Fr"."""
    shown: list[Text] = []
    # In a row of days that follow each other, day minus place is the same.
    for _, group in groupby(enumerate(sorted(days)), key=lambda placed: placed[1] - placed[0]):
        row = [day for _, day in group]
        if len(row) >= _ROW:
            shown.append(text("{first} to {last}", first=_SHORT[row[0]], last=_SHORT[row[-1]]))
        else:
            shown += [_SHORT[day] for day in row]
    return joined(shown, ", ")


def show_hours(begins: time, ends: time) -> Text:
    """Show working hours: "8 bis 18 Uhr"."""
    return text("{begins} to {ends} h", begins=_clock(begins), ends=_clock(ends))


def _tokens(words: str) -> Iterator[str]:
    for token in _TOKEN.findall(words):
        yield fold(token) if token[0].isalpha() else token


def _days(tokens: Sequence[str]) -> tuple[int, ...] | None:
    days: set[int] = set()
    first: int | None = None
    ranging = False
    for token in tokens:
        day = _DAYS.get(token)
        if token in _TO and first is not None and not ranging:
            ranging = True
        elif token in _MANY and not ranging:
            days.update(_MANY[token])
            first = None
        elif day is None:
            return None
        elif ranging and first is not None:
            days.update((first + step) % 7 for step in range((day - first) % 7 + 1))
            first, ranging = None, False
        else:
            days.add(day)
            first = day
    return None if ranging else tuple(sorted(days))


def _hours(found: re.Match[str]) -> tuple[time, time] | None:
    begins = _time(*found.groups()[:3])
    ends = _time(*found.groups()[3:])
    if begins is None or ends is None:
        return None
    minutes = (ends.hour - begins.hour) * 60 + ends.minute - begins.minute
    return (begins, ends) if minutes >= LEAST_HOURS * 60 else None


def _time(hour: str, minute: str | None, half: str | None) -> time | None:
    number = int(hour)
    if half and number <= 12:
        number = number % 12 + (12 if half.lower() == "pm" else 0)
    if number == 24 and int(minute or 0) == 0:
        return time(23, 59)
    if number > 23 or int(minute or 0) > 59:
        return None
    return time(number, int(minute or 0))


def _clock(at: time) -> str:
    return f"{at.hour}:{at.minute:02}" if at.minute else str(at.hour)
