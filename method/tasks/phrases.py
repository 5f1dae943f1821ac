# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What stands behind "bis": a week, the end of a span of time, or what means a day that nobody can read."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final

from rapidfuzz.distance import OSA

from method.dates import MONTHS, WEEKDAYS
from method.hours import is_working_day
from method.settings import Settings
from method.times import split_time
from method.words import fold

_DAY: Final = timedelta(days=1)
_WEEK: Final = timedelta(days=7)
_SUNDAY: Final = 6
_FRIDAY: Final = 4

#: Words before a day that say until when.
UNTIL: Final = r"(?:bis|until|till|by|spätestens|spaetestens|latest)"
#: What may stand between them and the day.
_LEADING: Final = re.compile(rf"(?:(?:{UNTIL}|zum|zur|am|in\s+der|the)\s+)+", re.IGNORECASE)
_NEAR: Final = {
    **dict.fromkeys(map(fold, ("diese", "dieser", "this")), 0),
    **dict.fromkeys(
        map(fold, ("nächste", "nächster", "nächsten", "kommende", "kommender", "kommenden", "next")), 1
    ),
    **dict.fromkeys(map(fold, ("übernächste", "übernächster", "übernächsten")), 2),
}
_WEEK_NAMED: Final = re.compile(r"(?P<which>[^\W\d_]+)\s+(?:woche|week)", re.IGNORECASE)
_WEEK_NUMBERED: Final = re.compile(
    r"(?:(?:kw|kalenderwoche|week|cw)\s*(?P<number>\d{1,2})|(?P<first>\d{1,2})\.\s*(?:kw|kalenderwoche))"
    r"(?:[\s/]+(?P<year>\d{4}))?",
    re.IGNORECASE,
)

#: Characters before "bis" in which a span may begin.
_NEARBY: Final = 60
#: "von 9", "vom 1. März", "Montag": where a span begins, right before "bis".
_BEGIN: Final = re.compile(
    r"(?:(?P<from>von|vom|from|between|zwischen)\s+(?:\d\S*\s+){0,2})?(?P<last>\S+?)(?:\s+uhr)?\s*$",
    re.IGNORECASE,
)

_NAMES: Final = (
    "januar|jänner|februar|märz|april|mai|juni|juli|august|september|oktober|november|dezember"
    "|january|february|march|may|june|july|october|december"
    "|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag"
    "|monday|tuesday|wednesday|thursday|friday|saturday|sunday"
)
_UNITS: Final = r"woche|monats?|quartals?|jahr|jahres|week|month|quarter|year"
_SEASONS: Final = (
    r"(?:kw|kalenderwoche)\s*\d+|q[1-4]|ostern|pfingsten|weihnachten|advent|silvester|neujahr|fasching|easter|christmas"
    r"|sommer|winter|herbst|frühling|frühjahr|summer|autumn|spring|\w*ferien|\w+pause"
)
_NUMBERS: Final = r"\d{1,2}\.\s?\d{1,2}\.?(?:\d{2,4})?|\d{4}-\d{1,2}(?:-\d{1,2})?|\d{1,2}/\d{1,2}"
#: "bis Ostern", "bis Anfang nächsten Quartals", "bis Freitagabend", at the end of the words.
_VAGUE: Final = re.compile(
    rf"(?<!\w)(?P<until>{UNTIL})\s+(?P<phrase>(?:"
    rf"(?:(?:zum|zur|am|den)\s+)?(?:{_NUMBERS})"
    rf"|(?:\S+\s+){{0,4}}?(?:(?P<unit>{_UNITS})|{_SEASONS}|\d{{0,2}}\.?(?:{_NAMES})\w*)"
    r")(?:\s+(?:früh|abends?|mittags?|\d{4}))?)[.!]?\s*$",
    re.IGNORECASE,
)
#: "bis 3 Jahre", "bis zu einem Jahr": how long, not until when.
_LONG: Final = re.compile(
    r"(?:(?:zu\s+)?(?:\d+|ein\w*)\s*(?:woche|monat|jahr|week|month|year))", re.IGNORECASE
)
#: "bis Feitag": a word behind "bis", at the end of the words.
_MISTYPED: Final = re.compile(
    rf"(?<!\w){UNTIL}\s+(?:(?:zum|am|den|nächsten|kommenden|next)\s+)*(?P<word>[^\W\d_]{{5,}})\W*$",
    re.IGNORECASE,
)
_LONG_NAMES: Final = tuple(name for name in (*WEEKDAYS, *MONTHS) if len(name) > 5)
_BY: Final = frozenset(map(fold, ("by", "latest")))


def read_week(phrase: str, today: date, settings: Settings) -> date | None:
    """Return the last working day of a week: "bis nächste Woche", "spätestens KW 12"; None: it is no week.

    A week by its number is the next such one.
    """
    words = " ".join(_LEADING.sub("", phrase, count=1).split()) if _LEADING.match(phrase) else phrase.strip()
    named, numbered = _WEEK_NAMED.fullmatch(words), _WEEK_NUMBERED.fullmatch(words)
    if named and fold(named["which"]) in _NEAR:
        monday = today - _DAY * today.weekday() + _WEEK * _NEAR[fold(named["which"])]
        return max(_last_working_day(monday, settings), min(today, monday + _DAY * _SUNDAY))
    if numbered is None:
        return None
    number = int(numbered["number"] or numbered["first"])
    years = [int(numbered["year"])] if numbered["year"] else range(today.year, today.year + 8)
    for year in years:
        try:
            day = _last_working_day(date.fromisocalendar(year, number, 1), settings)
        except ValueError:
            continue
        if numbered["year"] or day >= today:
            return day
    return None


def is_time(phrase: str) -> bool:
    """Is it a time of the day and nothing else: "bis 18 Uhr"?"""
    at, rest = split_time(_LEADING.sub("", phrase.strip(), count=1))
    return at is not None and not rest


def ends_span(before: str, phrase: str) -> bool:
    """Is it the end of a span of time, and no day until which something is to be done?

    Args:
        before: "Sprechzeiten von 9", "Liste Januar".
        phrase: "bis 18 Uhr", "bis Dezember".
    """
    begin = _BEGIN.search(before[-_NEARBY:])
    if begin is None:
        return False
    last, first = begin["last"].strip(",;"), _LEADING.sub("", phrase, count=1).split(" ")[0].strip(".,;")
    number, weekday, month = last[:1].isdigit(), fold(last) in WEEKDAYS, fold(last) in MONTHS
    if begin["from"]:
        return number or weekday or month
    return (
        (number and is_time(phrase))
        or (weekday and fold(first) in WEEKDAYS)
        or (month and fold(first) in MONTHS)
    )


def means_day(words: str) -> bool:
    """Do the words end with a day that is said, but cannot be read: "bis Ostern", "bis Herbst"?"""
    mistyped = _MISTYPED.search(words)
    word = fold(mistyped["word"]) if mistyped else ""
    if word not in _LONG_NAMES and any(OSA.distance(word, name) == 1 for name in _LONG_NAMES):
        return True
    found = _VAGUE.search(words)
    if found is None or ends_span(words[: found.start()], words[found.start() :]):
        return False
    # "Sort by month"
    is_order = fold(found["until"]) in _BY and found["unit"] is not None
    return not is_order and _LONG.match(found["phrase"]) is None


def is_only_day(words: str) -> bool:
    """Is such a day all that is said?"""
    found = _VAGUE.search(words)
    return found is not None and not words[: found.start()].strip() and means_day(words)


def _last_working_day(monday: date, settings: Settings) -> date:
    """Return the last day of a week on which the group works; without one, its Friday."""
    days = [monday + _DAY * number for number in range(_SUNDAY, -1, -1)]
    return next((day for day in days if is_working_day(day, settings)), monday + _DAY * _FRIDAY)
