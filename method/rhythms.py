# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""When the weekly letter comes: as people type it, as it is shown, and as a schedule."""

from __future__ import annotations

import re
from datetime import datetime, time
from typing import Final

from config.texts import Text, text
from method.dates import WEEKDAYS
from method.deadlines import moment_written
from method.schedules import Holidays, Occurrence, Schedule
from method.settings import LETTER, Settings, Weekly
from method.words import fold
from method.workweek import show_days

_OFF: Final = frozenset(map(fold, ("aus", "off", "nein", "no", "keiner", "none")))
_ON: Final = frozenset(map(fold, ("an", "ein", "on", "ja", "yes")))
_FILL: Final = frozenset(map(fold, ("am", "um", "immer", "jeden", "every", "on", "at", "h", "uhr", "gegen")))
_TIME: Final = re.compile(
    r"(?<!\d)([0-9]{1,2})(?:[:.]([0-9]{2}))?\s*(am|pm)?\s*(?:uhr\b|h\b)?(?!\d)", re.IGNORECASE | re.ASCII
)
_LONGEST: Final = 40


def read(words: str, settings: Settings) -> tuple[Weekly | None] | None:
    """Read "Fr 13:00", "freitags um 9 Uhr", "an", "aus"; the one value found, or None if the words say something else.

    What is not said stays as it is; "an" alone means the usual time.
    """
    if len(words) > _LONGEST:
        return None
    bare = fold(words.strip(" .,!"))
    if bare in _OFF:
        return (None,)
    if bare in _ON:
        return (settings.letter or LETTER,)
    before = weekly(settings) or _in_working_time(LETTER, settings)
    first, _, rest = words.strip().partition(" ")
    if fold(first) in _ON and rest.strip():
        words = rest
    found = _TIME.search(words)
    at = _time(found) if found else None
    if found and at is None:
        return None
    rest = words[: found.start()] + " " + words[found.end() :] if found else words
    tokens = [fold(token.strip(" ,.")) for token in rest.split()]
    tokens = [token for token in tokens if token and token not in _FILL]
    days = [_day(token) for token in tokens]
    if len(days) > 1 or None in days or not (days or at):
        return None
    day = days[0] if days else before.day
    return None if day is None else (Weekly(day, at or before.at),)


def weekly(settings: Settings) -> Weekly | None:
    """Return when letters come: as it was chosen, else in the group's working time; None: they are off."""
    chosen = settings.letter
    return _in_working_time(chosen, settings) if chosen and chosen.usual else chosen


def _in_working_time(usual: Weekly, settings: Settings) -> Weekly:
    """Return the usual moment on the working day of the group before it, an hour before its end at the latest."""
    day = next(day for back in range(7) if (day := (usual.day - back) % 7) in settings.days)
    last = settings.ends.replace(hour=settings.ends.hour - 1)
    return Weekly(day, min(max(usual.at, settings.begins), last))


def shown(settings: Settings) -> Text:
    """Show when the letter comes: "Fr 13:00"."""
    found = weekly(settings)
    if found is None:
        return text("off")
    return text("{day} {time}", day=show_days([found.day]), time=f"{found.at.hour}:{found.at.minute:02}")


def schedule(settings: Settings) -> Schedule | None:
    """Return when letters come; before a holiday on the working day before it."""
    found = weekly(settings)
    return Schedule((found.day,), found.at, Holidays.BEFORE) if found else None


def next_letter(following: Occurrence, settings: Settings, now: datetime) -> Text:
    """Say when the next letter comes."""
    moment = moment_written(following.at, now, settings.zone)
    return text("The next one comes on {moment}.", moment=moment)


def _time(found: re.Match[str]) -> time | None:
    hour, minute, half = int(found[1]), int(found[2] or 0), found[3]
    if half:
        hour = hour % 12 + (12 if half.lower() == "pm" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _day(word: str) -> int | None:
    return WEEKDAYS.get(word, WEEKDAYS.get(word.removesuffix("s")))
