# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Moments as people type them: a day, a time or both, "in 2 Tagen", "Ende des Monats"; shown with weekday."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

from config.texts import Moment
from method.dates import WEEKDAYS, read_day, written
from method.schedules import instant
from method.times import IMPOSSIBLE, LONGEST, NAMES, counts_noun, split_time, take_time, without_end
from method.words import fold

#: CLDR patterns: "Do, 11. März, 12:00".
_MOMENT: Final = {"de": "ccc, d. MMMM, H:mm", "en": "ccc, d MMMM, HH:mm"}
_MOMENT_AND_YEAR: Final = {"de": "ccc, d. MMMM y, H:mm", "en": "ccc, d MMMM y, HH:mm"}

_FURTHEST: Final = 999
#: "am Mittwoch in 2 Wochen um halb drei nachmittags": no moment has more words.
_MOST_WORDS: Final = 8
_AROUND: Final = " ,;:–-"

_LEADING: Final = re.compile(r"(?:bis|until|till|by)\s+(?:zum\s+|zur\s+)?", re.IGNORECASE)
_UNTIL: Final = re.compile(r"(?:bis|until|till)\s+", re.IGNORECASE)
#: A time that does not exist ("25:00", "um 25 Uhr"): it is no part of the text.
_NO_TIME: Final = re.compile(
    r"[\s,;:–-]*(?:(?:um|at|gegen)\s+)?(?:\d{1,2}:\d{2}(?![\d.:])(?:\s?(?:uhr|h)\b)?|\d{1,2}(?:\.\d{2})?\s?(?:uhr|[ap]m)\b(?![-\w]))",
    re.IGNORECASE,
)
#: What shows that a time was meant; "um den Raum", "um Hilfe" and "at home" go on otherwise.
_REST: Final = re.compile(
    r"[\s,;:–-]*(?:"
    r"(?i:(?:um|at|gegen)\b)(?!\s+(?:(?i:(?:d(?:en|ie|as|em|er|es)|the|ein\w*|a|an|home|work|my|our|your"
    r"|(?:mein|dein|sein|ihr|unser|all|jed)\w*)\b)|[A-ZÄÖÜ]))"
    rf"|(?i:(?:halb|half\s+past|(?:drei)?viertel|quarter)\s+(?:(?:nach|vor|past|to)\s+)?(?:\d|(?:{NAMES})\b))"
    r"|\d{1,2}\.\d{2}(?![\d.:])|\d{1,2}\s?h\b(?![-\w])|\d{1,2}\s?[-–]\s?\d{1,2}\s?(?i:uhr|h)\b"
    r")"
)
_SOON: Final = re.compile(
    r"in\s+(?P<number>\w+)\s+(?P<unit>minuten?|minutes?|min|stunden?|hours?|std)\.?", re.IGNORECASE
)
_END_OF: Final = re.compile(
    r"(?:zum\s+|the\s+)?(?:ende|end)\s+(?:der|des|dieser|dieses|of\s+the|of\s+this|of|diese[rs]?)?\s*"
    r"(?P<next>nächste[nrs]?\s+|naechste[nrs]?\s+|kommende[nrs]?\s+|next\s+)?"
    r"(?P<unit>[^\W\d_]+)",
    re.IGNORECASE,
)
_ENDS: Final = {
    **dict.fromkeys(map(fold, ("tag", "tages", "tags", "day", "heute", "today")), "day"),
    **dict.fromkeys(map(fold, ("woche", "week")), "week"),
    **dict.fromkeys(map(fold, ("monat", "monats", "month")), "month"),
    **dict.fromkeys(map(fold, ("jahr", "jahres", "year")), "year"),
}
#: The same in one word.
_SHORT: Final = {
    fold(word): unit
    for word, unit in (
        ("wochenende", "week"), ("monatsende", "month"), ("jahresende", "year"), ("tagesende", "day"),
        ("feierabend", "day"),
    )
}  # fmt: skip
_ONE: Final = frozenset(map(fold, ("ein", "eine", "einer", "einem", "einen", "one", "a", "an")))
_FRIDAY: Final = 4


@dataclass(frozen=True, slots=True)
class Read:
    """A moment as it was read."""

    #: Aware, UTC; without a time the end of the day that was meant.
    at: datetime
    #: A time was typed, or follows from what was typed.
    timed: bool
    #: The local day.
    day: date


def read_moment(words: str, now: datetime, zone: tzinfo, *, ends: time) -> Read | None:
    """Read a moment; None if it is none. It may lie in the past.

    A time alone is that of today. A weekday with a time is today, if the time is still to come; without one it is
    the next one after today.

    Args:
        words: "Do 12:00", "bis 15.3. 10 Uhr", "2027-03-15T10:00", "in 2 Tagen", "Ende des Monats", "15:30",
            "morgen um halb drei", "heute Abend um 8", "am 3. 10 Uhr", "um 10 am Freitag".
        now: the present (aware).
        zone: the group's.
        ends: local time that is meant where only a day is typed.
    """
    rest = " ".join(words.split()).rstrip("!?,;")
    if not rest or len(rest) > LONGEST:
        return None
    until = _LEADING.match(rest) is not None
    while leading := _LEADING.match(rest):
        rest = rest[leading.end() :]
    soon = _SOON.fullmatch(rest)
    if soon:
        return _soon(soon, now, zone)
    at, rest = split_time(rest)
    if at is None:
        # "um 10 am Freitag": without a day behind it, it is no time.
        at, rest = take_time(rest)
    local = now.astimezone(zone)
    if at is IMPOSSIBLE:
        return None
    of_month = until or at is not None
    day = local.date() if not rest and at else _day(rest, local, at, of_month=of_month) if rest else None
    if day is None:
        return None
    try:
        moment = instant(day, at or ends, zone)
    except OverflowError:
        return None
    return Read(moment, at is not None, day)


@dataclass(frozen=True, slots=True)
class Head:
    """The moment with which words begin."""

    read: Read
    #: The words that say it, without the end of a span.
    shown: str
    #: The words behind it.
    behind: str
    #: Where a span of time was typed ("9-10:30"): its end, as it may be typed.
    ends: str | None = None


def read_head(words: str, now: datetime, zone: tzinfo, *, ends: time) -> Head | None:
    """Read the moment with which ``words`` begin: the longest one, rather one with a time; None if there is none."""
    spans = [found.span() for found in re.finditer(r"\S+", words)][:_MOST_WORDS]
    found = None
    for _, end in reversed(spans):
        shown, until = without_end(words[spans[0][0] : end].strip(_AROUND))
        read = read_moment(shown, now, zone, ends=ends) if not counts_noun(shown, words[end:]) else None
        if read is not None and (read.timed or found is None):
            found = Head(read, shown, words[end:], until)
        if read is not None and read.timed:
            break
    return found


def take_until(words: str, now: datetime, zone: tzinfo) -> str | None:
    """Take "bis 30.4." off the beginning of ``words``, and return what is behind it; None if it is not there."""
    found = _UNTIL.match(words)
    head = read_head(words[found.end() :], now, zone, ends=time()) if found else None
    return head.behind.lstrip(_AROUND) if head else None


def without_rest_of_time(words: str) -> str | None:
    """Return words that begin with a time that nobody can read ("25:00", "um elfzig"); None: there is none.

    Only what can be nothing but a time is left out.
    """
    found = _NO_TIME.match(words)
    if found:
        return words[found.end() :].lstrip(_AROUND)
    return words if _REST.match(words) else None


def moment_written(at: datetime, now: datetime, zone: tzinfo, *, named: bool = False) -> Moment:
    """Return a moment as people read it: "Do, 11. März, 12:00"; with the year where it is another one.

    With the zone ``named`` by its city, where others would read another time: "Do, 11. März, 12:00 (New York)".
    """
    same = at.astimezone(zone).year == now.astimezone(zone).year
    patterns = _MOMENT if same else _MOMENT_AND_YEAR
    return Moment(at, zone, named_by_city(patterns) if named else patterns)


def named_by_city(patterns: Mapping[str, str]) -> Mapping[str, str]:
    """Return the patterns of a moment with the city of its zone behind them, in the reader's language."""
    return {language: f"{pattern} (VVV)" for language, pattern in patterns.items()}


def day_written(day: date, now: datetime, zone: tzinfo) -> Moment:
    """Return a day as people read it: "Do, 11. März"."""
    return written(day, now.astimezone(zone).date())


def _day(words: str, local: datetime, at: time | None, *, of_month: bool) -> date | None:
    today = local.date()
    for read in (_end_of, _weekday):
        day = read(words, local, at)
        if day is not None:
            return day
    found = read_day(words, today, of_month=of_month)
    return found.date if found else None


def _weekday(words: str, local: datetime, at: time | None) -> date | None:
    """Return the day of a bare weekday with a time: today too."""
    number = WEEKDAYS.get(fold(words)) if at else None
    if number is None or at is None:
        return None
    first = local.date() if at > local.time() else local.date() + timedelta(days=1)
    return first + timedelta(days=(number - first.weekday()) % 7)


def _end_of(words: str, local: datetime, _at: time | None) -> date | None:
    found = _END_OF.fullmatch(words)
    unit = _ENDS.get(fold(found["unit"])) if found else _SHORT.get(fold(words))
    if unit is None:
        return None
    return _LAST[unit](local.date(), 1 if found and found["next"] else 0)


def _last_of_week(today: date, later: int) -> date:
    # On a Saturday the week that ends is the next one.
    return today + timedelta(days=(_FRIDAY - today.weekday()) % 7 + 7 * later)


def _last_of_month(today: date, later: int) -> date:
    year, month = divmod(today.year * 12 + today.month - 1 + later, 12)
    return date(year, month + 1, calendar.monthrange(year, month + 1)[1])


_LAST: Final[dict[str, Callable[[date, int], date]]] = {
    "day": lambda today, later: today + timedelta(days=later),
    "week": _last_of_week,
    "month": _last_of_month,
    "year": lambda today, later: date(today.year + later, 12, 31),
}


def _soon(found: re.Match[str], now: datetime, zone: tzinfo) -> Read | None:
    typed = fold(found["number"])
    number = int(typed) if typed.isascii() and typed.isdigit() else 1 if typed in _ONE else None
    if number is None or not 0 < number <= _FURTHEST:
        return None
    hours = found["unit"].lower().startswith(("st", "h"))
    at = (now + timedelta(hours=number) if hours else now + timedelta(minutes=number)).astimezone(UTC)
    return Read(at.replace(second=0, microsecond=0), timed=True, day=at.astimezone(zone).date())
