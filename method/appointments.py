# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reads when a meeting is: "heute 14:00", "Mi 3.3. 15:00", "2027-03-03 15:00", in German and in English."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

from config.texts import Moment, Text, text
from method.dates import HALF_A_YEAR, MONTHS, NEAR, WEEKDAYS, next_such_day
from method.deadlines import read_head
from method.errors import Missing, Suggestion
from method.times import split_time, take_time
from method.words import fold

_FILLER: Final = re.compile(r"[\s,]*(?:(?:am|on|den|the|auf|to)\s+)?", re.IGNORECASE)
_WORD: Final = re.compile(r"(?P<word>[^\W\d_]+)\.?(?!\w)[\s,]*")
_ISO: Final = re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})(?!\d)", re.ASCII)
_NUMERIC: Final = re.compile(
    r"(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.(?:\s?(?P<year>\d{4}|\d{2})(?![\d:.]|\s*(?:uhr|h)\b))?",
    re.IGNORECASE | re.ASCII,
)
_NAMED: Final = re.compile(r"(?P<day>\d{1,2})\.?\s?(?P<name>[^\W\d_]+)\.?(?:\s(?P<year>\d{4})(?!\d))?")
_TIME: Final = re.compile(
    r"[\s,T]*(?:(?:um|at)\s+)?(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2})(?:\s?(?:uhr|h)\b)?|\s?(?:uhr|h)\b)(?![\d.])",
    re.IGNORECASE | re.ASCII,
)
_DASH: Final = re.compile(r"\s*[–-]\s*\d")
#: Any moment: whether words say one does not depend on it.
_SOME_TIME: Final = datetime(2027, 3, 1, 12, tzinfo=UTC)
_DATE: Final = {"de": "d. MMMM y", "en": "d MMMM y"}
_MOMENT: Final = {"de": "ccc, d. MMMM y, H:mm", "en": "ccc, d MMMM y, HH:mm"}
_WEEKDAY: Final = {"de": "cccc", "en": "cccc"}


#: No other day is meant where "gestern" was typed.
OVER: Final = text("This time is over. Reply with day and time, for example Mi 15:00.")


class Unclear(Missing):
    """When the meeting is remains unclear; the answer is put in front of the title."""

    def __init__(self, question: Text, title: str) -> None:
        super().__init__(question, f"treffen {{}} {title}")

    @property
    def asks_for_text(self) -> bool:
        """A day is no number of an entry: any answer will do."""
        return True


@dataclass(frozen=True, slots=True)
class Appointment:
    """A moment (aware, UTC) and the words behind it."""

    at: datetime
    rest: str


def read_appointment(words: str, now: datetime, zone: tzinfo, *, kept: date | None = None) -> Appointment:
    """Read day and time at the beginning of ``words``, as they are said now in this time zone.

    Args:
        words: "Mi 3.3. 15:00 Austausch", "nächsten Di um halb drei", "Do 9-10:30": the end stays in front of the rest.
        now: the present (aware).
        zone: the group's.
        kept: the local day that is meant where only a time is typed; None: today.

    Raises:
        Unclear: one is missing, or they cannot be meant.
        Suggestion: the day is over; another one may be meant.
    """
    local = now.astimezone(zone)
    day, at, rest = _day_and_time(words, now, zone)
    if day is None and at is None:
        raise Unclear(text("When is the meeting? Reply with day and time, for example Mi 15:00."), rest)
    if at is None:
        raise Unclear(
            text("At what time is the meeting? Reply with day and time, for example Mi 15:00."), rest
        )
    day = day or kept or local.date()
    if isinstance(day, _Weekday):
        day = day.next(local.date() if at > local.time() else local.date() + timedelta(days=1))
    if day < local.date():
        meant = next_such_day(day, local.date())
        question = text(
            "{past} is over. Is {moment} meant? Confirm with 👍.",
            past=_written(day, zone, _DATE),
            moment=_at(datetime.combine(meant, at, zone), zone),
        )
        raise Suggestion(question, f"treffen {meant.isoformat()} {at:%H:%M} {rest}".rstrip())
    return Appointment(datetime.combine(day, at, zone).astimezone(UTC), rest)


def read_time(words: str) -> tuple[time | None, str]:
    """Read a time of the day at the beginning of ``words``; return it and what comes behind."""
    at, rest = take_time(words)
    return (at, _around(rest)) if at is not None else _time(words)


def begins_with_time(words: str) -> bool:
    """Do the words begin with a day and a time, or with a time?"""
    head = read_head(words, _SOME_TIME, UTC, ends=time())
    return head is not None and head.read.timed


@dataclass(frozen=True, slots=True)
class _Weekday:
    number: int

    def next(self, day: date) -> date:
        return day + timedelta(days=(self.number - day.weekday()) % 7)


def _day_and_time(words: str, now: datetime, zone: tzinfo) -> tuple[date | _Weekday | None, time | None, str]:
    """Return what is said of both, and the title; a time alone says no day."""
    today = now.astimezone(zone).date()
    start = words[_match_end(_FILLER, words) :]
    head = read_head(start, now, zone, ends=time())
    if head is None or not head.read.timed:
        day, rest = _day(words, today)
        at, rest = _time(rest)
        if head is not None and day is None and at is None and fold(head.shown) not in WEEKDAYS:
            return head.read.day, None, _around(head.behind)
        return day, at, rest
    rest = _around(f"bis {head.ends} {head.behind.lstrip()}" if head.ends else head.behind)
    _require_weekday(start, head.read.day, rest)
    if head.read.day < today and any(NEAR.get(fold(word), 0) < 0 for word in head.shown.split()):
        raise Unclear(OVER, rest)
    alone = not split_time(head.shown)[1]
    return None if alone else head.read.day, head.read.at.astimezone(zone).time(), rest


def _day(words: str, today: date) -> tuple[date | _Weekday | None, str]:
    start = words[_match_end(_FILLER, words) :]
    found = _WORD.match(start)
    folded = fold(found["word"]) if found else ""
    if found and NEAR.get(folded, 0) < 0:
        raise Unclear(OVER, _time(start[found.end() :])[1])
    if found and folded in NEAR:
        return today + timedelta(days=NEAR[folded]), start[found.end() :]
    weekday = WEEKDAYS.get(folded)
    rest = start[found.end() :] if found and weekday is not None else start
    day, behind = _date(rest, today)
    if day is None:
        # A weekday alone may be any word: "So geht es weiter".
        with_time = weekday is not None and _TIME.match(rest)
        return (_Weekday(weekday), rest) if with_time and weekday is not None else (None, words.strip())
    if weekday is not None:
        _require_weekday(start, day, _time(behind)[1])
    return day, behind


def _require_weekday(start: str, day: date, title: str) -> None:
    """Make sure that the weekday with which the words begin is that of the day.

    Raises:
        Unclear: it is another one.
    """
    found = _WORD.match(start)
    if found and WEEKDAYS.get(fold(found["word"]), day.weekday()) != day.weekday():
        question = text(
            "{day} is a {weekday}. Reply with day and time, for example Mi 15:00.",
            day=_written(day, UTC, _DATE),
            weekday=_written(day, UTC, _WEEKDAY),
        )
        raise Unclear(question, title)


def _date(words: str, today: date) -> tuple[date | None, str]:
    found = _ISO.match(words) or _NUMERIC.match(words)
    if found:
        month = int(found["month"])
    else:
        found = _NAMED.match(words)
        month = MONTHS.get(fold(found["name"]), 0) if found else 0
        if not month:
            return None, words
    assert found is not None  # noqa: S101 -- without it there is no month
    year = int(found["year"] or today.year)
    rest = words[found.end() :]
    try:
        day = date(year + 2000 if year < 100 else year, month, int(found["day"]))
        if not found["year"] and today - day > HALF_A_YEAR:
            day = day.replace(year=day.year + 1)
    except ValueError:
        question = text("This day does not exist. Reply with day and time, for example Mi 15:00.")
        raise Unclear(question, _time(rest)[1]) from None
    return day, rest


def _time(words: str) -> tuple[time | None, str]:
    found = _TIME.match(words)
    if found is None:
        return None, words.strip()
    try:
        at = time(int(found["hour"]), int(found["minute"] or 0))
    except ValueError:
        return None, words.strip()
    return at, _around(words[found.end() :])


def _around(words: str) -> str:
    """Return words without what joins them to the time; a dash before the end of a span stays."""
    return words.strip(" \t\n,:–-" if not _DASH.match(words) else " \t\n,:")


def _match_end(pattern: re.Pattern[str], words: str) -> int:
    found = pattern.match(words)
    return found.end() if found else 0


def _at(moment: datetime, zone: tzinfo) -> Moment:
    return Moment(moment, zone, _MOMENT)


def _written(day: date, zone: tzinfo, patterns: dict[str, str]) -> Moment:
    return Moment(datetime.combine(day, time(12), zone), zone, patterns)
