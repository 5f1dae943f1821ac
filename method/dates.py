# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Days as people type them in German and English, and as they are shown: with weekday and date."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from config.texts import Moment
from method.numbers import CARDINALS
from method.words import fold

#: CLDR patterns: "Mo, 15. März".
_DAY: Final = {"de": "ccc, d. MMMM", "en": "ccc, d MMMM"}
_DAY_AND_YEAR: Final = {"de": "ccc, d. MMMM y", "en": "ccc, d MMMM y"}
_DATE: Final = {"de": "d. MMMM", "en": "d MMMM"}
_DATE_AND_YEAR: Final = {"de": "d. MMMM y", "en": "d MMMM y"}
_WEEKDAY: Final = {"de": "cccc", "en": "cccc"}
#: A day that was a Monday.
_MONDAY: Final = datetime(2027, 3, 1, 12, tzinfo=UTC)

#: A day without a year that is past by more than this is one of the next year.
HALF_A_YEAR: Final = timedelta(days=183)
_FURTHEST: Final = 999


def _table(names: tuple[str, ...], first: int) -> dict[str, int]:
    return {fold(word): number for number, words in enumerate(names, first) for word in words.split()}


#: Folded words of German and English: weekdays (Monday is 0), months, and days from today on.
WEEKDAYS: Final = _table(
    (
        "mo montag mon monday",
        "di dienstag tue tues tuesday",
        "mi mittwoch wed wednesday",
        "do donnerstag thu thur thurs thursday",
        "fr freitag fri friday",
        "sa samstag sonnabend sat saturday",
        "so sonntag sun sunday",
    ),
    0,
)
MONTHS: Final = _table(
    (
        "januar jan jänner january",
        "februar feb feber february",
        "märz mär mrz march mar",
        "april apr",
        "mai may",
        "juni jun june",
        "juli jul july",
        "august aug",
        "september sep sept",
        "oktober okt october oct",
        "november nov",
        "dezember dez december dec",
    ),
    1,
)
NEAR: Final = {
    "vorgestern": -2, "gestern": -1, "yesterday": -1, "heute": 0, "today": 0,
    "morgen": 1, "tomorrow": 1, fold("übermorgen"): 2,
}  # fmt: skip
_NUMBERS: Final = CARDINALS | dict.fromkeys(("ein", "eine", "einem", "einer", "einen", "one", "a", "an"), 1)
_UNITS: Final = {
    **dict.fromkeys(("tag", "tage", "tagen", "day", "days"), "day"),
    **dict.fromkeys(("woche", "wochen", "week", "weeks"), "week"),
    **dict.fromkeys(("monat", "monate", "monaten", "month", "months"), "month"),
    **dict.fromkeys(("jahr", "jahre", "jahren", "year", "years"), "year"),
}
_HALF_A_YEAR: Final = re.compile(r"\b(?:einem halben jahr|half a year)$", re.IGNORECASE)

#: What may stand in front of a day and says nothing more.
_LEADING: Final = re.compile(
    r"(?:bis|until|till|by|am|den|dem|zum|der|on|the|kommenden|kommender|nächsten|nächster|naechsten|next)\s+",
    re.IGNORECASE,
)
_UNTIL: Final = re.compile(r"(?:bis|until|till)\s", re.IGNORECASE)
#: "Mo, 15.3.": the date counts, not the weekday.
_WEEKDAY_FIRST: Final = re.compile(r"(\w+)\.?,?\s+(?:(?:den|dem|der|the)\s+)?(?=\d)")
_ISO: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_NUMERIC: Final = re.compile(r"(\d{1,2})\.\s?(\d{1,2})(?:\.\s?(\d{2}|\d{4})?)?")
_DAY_FIRST: Final = re.compile(r"(\d{1,2})(?:\.|st|nd|rd|th)?\s?([^\W\d_]+)\.?(?:,?\s?(\d{4}))?")
_MONTH_FIRST: Final = re.compile(r"([^\W\d_]+)\.?\s(\d{1,2})(?:st|nd|rd|th)?(?:,?\s?(\d{4}))?")
_DISTANCE: Final = re.compile(r"in\s+(\w+)\s+(\w+)", re.IGNORECASE)
_WORD: Final = re.compile(r"(?P<day>[^\W\d_]+)")
#: "am 3.", "by the 5th"; "3." alone is no day.
_OF_MONTH: Final = re.compile(r"(\d{1,2})(?:\.|st|nd|rd|th)", re.IGNORECASE)
#: "Montag in einer Woche", "heute in 14 Tagen".
_FROM_DAY: Final = re.compile(r"(?P<day>[^\W\d_]+)\.?,?\s+(?P<distance>in\s+\w+\s+\w+)", re.IGNORECASE)
#: "in 2 Wochen am Mi", "nächste Woche Mi", "Mi nächste Woche", "Wednesday of next week".
_IN_WEEKS: Final = re.compile(
    r"(?:in\s+)?(?P<weeks>\w+)\s+(?:wochen?|weeks?),?\s+(?:(?:am|on|den)\s+)?(?P<day>[^\W\d_]+)\.?",
    re.IGNORECASE,
)
_OF_WEEK: Final = re.compile(
    r"(?P<day>[^\W\d_]+)\.?,?\s+(?:(?:in\s+der|of)\s+)?(?P<weeks>[^\W\d_]+)\s+(?:woche|week)", re.IGNORECASE
)
_WHICH_WEEK: Final = {
    **dict.fromkeys(("diese", "dieser", "this"), 0),
    **dict.fromkeys(map(fold, ("nächste", "nächster", "kommende", "kommender", "next")), 1),
    **dict.fromkeys(map(fold, ("übernächste", "übernächster")), 2),
}
_AFTER_NEXT: Final = re.compile(r"(?:übern(?:ä|ae)chste[nr]?)\s+(?P<day>[^\W\d_]+)", re.IGNORECASE)
#: "Ende Juni", "Mitte des Monats", "end of the year".
_PERIOD: Final = re.compile(
    r"(?P<part>anfang|mitte|ende|beginning|middle|mid|end)\s+(?:of\s+)?(?:des\s+|dieses\s+|the\s+|this\s+)?"
    r"(?:(?P<next>nächsten\s+|next\s+)?(?P<this>monats|month)|(?P<year>jahres|year)|(?P<name>[^\W\d_]+)\.?(?:\s(?P<of>\d{4}))?)",
    re.IGNORECASE,
)
_PARTS: Final = {"anfang": 1, "beginning": 1, "mitte": 15, "middle": 15, "mid": 15}


@dataclass(frozen=True, slots=True)
class Day:
    """A day as it was read."""

    date: date
    #: A year was typed, or none is needed ("heute", "in 2 Wochen").
    sure: bool = True


def read_day(words: str, today: date, *, of_month: bool = False) -> Day | None:
    """Read a day; None if it is none.

    It may lie in the past: without a year, a day of the last half year is taken for one that is over, an
    earlier one for a day of the next year. A weekday is the next one after today.

    Args:
        words: "15.3.", "15. März 2027", "2027-03-15", "Montag", "in 2 Wochen", "March 15", "bis morgen", "am 3.".
        today: the local date.
        of_month: "3." alone is a day of the month; else only with "am", "bis" or "the" before it.
    """
    rest = _HALF_A_YEAR.sub("6 months", " ".join(words.split()).rstrip("!?,;"))
    while found := _LEADING.match(rest):
        rest, of_month = rest[found.end() :], True
    weekday = _WEEKDAY_FIRST.match(rest)
    if weekday and fold(weekday[1]) in WEEKDAYS:
        rest, of_month = rest[weekday.end() :], True
    alone = _OF_MONTH.fullmatch(rest) if of_month else None
    if alone:
        return _of_month(int(alone[1]), today)
    for pattern, read in _READERS:
        match = pattern.fullmatch(rest)
        day = read(match, today) if match else None
        if day is not None:
            return day
    return None


def split_day(words: str, today: date) -> tuple[str, Day | None]:
    """Take the day out of ``words``; return the other words and the day, without one all words and None.

    "bis 15.3." may stand anywhere. At the end "bis" may be left out where the day has a number in it:
    "Sonntag" may be a name.
    """
    pieces = [found.span() for found in re.finditer(r"\S+", words)]
    for start, _ in reversed(pieces):
        for _, end in reversed(pieces) if _UNTIL.match(words, start) else ():
            day = read_day(words[start:end], today) if end > start else None
            if day is not None:
                return f"{words[:start].rstrip(' ,;:')} {words[end:].lstrip(' ,;:')}".strip(), day
    for start, _ in pieces:
        day = read_day(words[start:], today) if any(c.isdigit() for c in words[start:]) else None
        if day is not None:
            return words[:start].rstrip(" ,;:"), day
    return words.strip(), None


def next_such_day(day: date, today: date) -> date:
    """Return the first day from today on that is the same day of a month: what a past date may have meant."""
    year, month = today.year, today.month
    while True:
        last = calendar.monthrange(year, month)[1]
        if day.day <= last and date(year, month, day.day) >= today:
            return date(year, month, day.day)
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)


def written(day: date, today: date) -> Moment:
    """Return a day as people read it, "Mo, 15. März"; with the year where it is another one."""
    # At noon UTC, so that no zone makes another day of it.
    noon = datetime.combine(day, time(12), UTC)
    return Moment(noon, UTC, _DAY if day.year == today.year else _DAY_AND_YEAR)


def date_written(day: date, today: date) -> Moment:
    """Return a day without its weekday: "15. März"; with the year where it is another one."""
    return dated(day, year=day.year != today.year)


def dated(day: date, *, year: bool) -> Moment:
    """Return a day without its weekday: "15. März" or "15. März 2027"."""
    return Moment(datetime.combine(day, time(12), UTC), UTC, _DATE_AND_YEAR if year else _DATE)


def weekday(number: int) -> Moment:
    """Return the name of a weekday, "Montag"; Monday is 0."""
    return Moment(_MONDAY + timedelta(days=number), UTC, _WEEKDAY)


def _iso(found: re.Match[str], _today: date) -> Day | None:
    return _dated(int(found[1]), int(found[2]), int(found[3]))


def _numeric(found: re.Match[str], today: date) -> Day | None:
    return _with_year(int(found[1]), int(found[2]), found[3], today)


def _day_first(found: re.Match[str], today: date) -> Day | None:
    month = MONTHS.get(fold(found[2]))
    return _with_year(int(found[1]), month, found[3], today) if month else None


def _month_first(found: re.Match[str], today: date) -> Day | None:
    month = MONTHS.get(fold(found[1]))
    return _with_year(int(found[2]), month, found[3], today) if month else None


def _of_month(number: int, today: date) -> Day | None:
    """Return the next day from today on that is this one of a month."""
    if not 1 <= number <= 31:
        return None
    day = today
    while day.day != number:
        day += timedelta(days=1)
    return Day(day)


def _distance(found: re.Match[str], today: date) -> Day | None:
    typed, unit = fold(found[1]), _UNITS.get(fold(found[2]))
    number = int(typed) if typed.isascii() and typed.isdigit() else _NUMBERS.get(typed)
    if number is None or unit is None or number > _FURTHEST:
        return None
    if unit in ("month", "year"):
        months = number * (12 if unit == "year" else 1)
        year, month = divmod(today.year * 12 + today.month - 1 + months, 12)
        last = calendar.monthrange(year, month + 1)[1]
        return Day(date(year, month + 1, min(today.day, last)))
    return Day(today + timedelta(days=number * (7 if unit == "week" else 1)))


def _word(found: re.Match[str], today: date) -> Day | None:
    word = fold(found["day"])
    if word in NEAR:
        return Day(today + timedelta(days=NEAR[word]))
    if word in WEEKDAYS:
        return Day(today + timedelta(days=(WEEKDAYS[word] - today.weekday() - 1) % 7 + 1))
    return None


def _from_day(found: re.Match[str], today: date) -> Day | None:
    first = (
        _word(found, today)
        if fold(found["day"]) in WEEKDAYS or NEAR.get(fold(found["day"]), -1) >= 0
        else None
    )
    distance = _DISTANCE.fullmatch(found["distance"])
    return _distance(distance, first.date) if first and distance else None


def _in_week(found: re.Match[str], today: date) -> Day | None:
    """Read a weekday of a week that is so many weeks away."""
    typed, number = fold(found["weeks"]), WEEKDAYS.get(fold(found["day"]))
    weeks = _WHICH_WEEK.get(typed, int(typed) if typed.isascii() and typed.isdigit() else _NUMBERS.get(typed))
    if number is None or weeks is None or weeks > _FURTHEST:
        return None
    return Day(today + timedelta(days=7 * weeks + number - today.weekday()))


def _after_next(found: re.Match[str], today: date) -> Day | None:
    first = _word(found, today) if fold(found["day"]) in WEEKDAYS else None
    return Day(first.date + timedelta(days=7)) if first else None


def _period(found: re.Match[str], today: date) -> Day | None:
    first = _PARTS.get(found["part"].lower())
    if found["year"]:
        return Day(
            {1: date(today.year, 1, 1), 15: date(today.year, 7, 1)}.get(first or 0, date(today.year, 12, 31))
        )
    if found["this"]:
        years, month = divmod(today.month - 1 + bool(found["next"]), 12)
        day = _dated(today.year + years, month + 1, first or 1)
    else:
        named = MONTHS.get(fold(found["name"]))
        day = _with_year(first or 1, named, found["of"], today) if named else None
    if day is None or first:
        return day
    last = calendar.monthrange(day.date.year, day.date.month)[1]
    return Day(day.date.replace(day=last), day.sure)


def _with_year(day: int, month: int, year: str | None, today: date) -> Day | None:
    if year:
        return _dated(int(year) + (2000 if len(year) == 2 else 0), month, day)
    found = _dated(today.year, month, day)
    # Where the 29th of February does not exist, it is the 28th that says which year is meant.
    around = found or (_dated(today.year, month, 28) if day == 29 else None)
    if around is not None and around.date < today - HALF_A_YEAR:
        found = _dated(today.year + 1, month, day) or found
    return Day(found.date, sure=False) if found else None


def _dated(year: int, month: int, day: int) -> Day | None:
    try:
        return Day(date(year, month, day))
    except ValueError:
        return None


_READERS: Final[tuple[tuple[re.Pattern[str], Callable[[re.Match[str], date], Day | None]], ...]] = (
    (_ISO, _iso),
    (_NUMERIC, _numeric),
    (_DAY_FIRST, _day_first),
    (_MONTH_FIRST, _month_first),
    (_DISTANCE, _distance),
    (_FROM_DAY, _from_day),
    (_IN_WEEKS, _in_week),
    (_OF_WEEK, _in_week),
    (_AFTER_NEXT, _after_next),
    (_PERIOD, _period),
    (_WORD, _word),
)


def timestamp(moment: datetime) -> str:
    """Return a moment as exports write it: "2027-03-15T08:00:00Z"."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
