# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What happens again and again, as people say it: "jeden Montag", "alle 2 Wochen Mi", "jeden 1. Mittwoch im Monat".

Not with dateutil's rrule: it knows nothing of a group's working days, and leaves out months that are too short.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from itertools import count
from typing import Final, Self

from config.texts import Text, counted, joined, text
from method.dates import WEEKDAYS, weekday
from method.hours import is_working_day
from method.numbers import CARDINALS
from method.settings import Settings
from method.words import fold

_DAY: Final = timedelta(days=1)
#: A rule names at least one day in so many: the 31st, and any day of a group whose calendar is full of holidays.
_HORIZON: Final = 800


class Every(StrEnum):
    """What a rule counts."""

    DAY = "day"
    WORKING_DAY = "working-day"
    #: Days of the week, in every ``number``-th week.
    WEEK = "week"
    #: The ``number``-th of a weekday in a month; -1 is the last.
    WEEKDAY_OF_MONTH = "weekday-of-month"
    #: The ``number``-th day of a month; in a shorter month its last.
    DAY_OF_MONTH = "day-of-month"


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A rule for days."""

    every: Every
    number: int = 1
    #: Monday is 0.
    weekdays: tuple[int, ...] = ()
    #: A day of the first week; the weeks are counted from it. None while it is not known.
    since: date | None = None

    @property
    def stored(self) -> str:
        """The rule as words for the database."""
        days = "".join(map(str, self.weekdays))
        return f"{self.every.value} {self.number} {days or '-'} {self.since or '-'}"

    @classmethod
    def read_stored(cls, words: str) -> Self:
        """Return the rule that ``stored`` has written."""
        every, number, days, since = words.split()
        weekdays = () if days == "-" else tuple(map(int, days))
        return cls(Every(every), int(number), weekdays, None if since == "-" else date.fromisoformat(since))

    def from_day(self, day: date, settings: Settings) -> Self:
        """Return the rule with its weeks counted from the first day that it names, ``day`` or later."""
        return replace(self, since=next(replace(self, number=1).days(day, settings)))

    def days(self, first: date, settings: Settings) -> Iterator[date]:
        """Yield the days of the rule from ``first`` on."""
        within = 0
        for step in count():
            day = first + step * _DAY
            within += 1
            if self._names(day, settings):
                within = 0
                yield day
            if within > _HORIZON:
                raise LookupError("the rule names no day")

    def _names(self, day: date, settings: Settings) -> bool:
        if self.every is Every.DAY:
            return True
        if self.every is Every.WORKING_DAY:
            return is_working_day(day, settings)
        last = calendar.monthrange(day.year, day.month)[1]
        if self.every is Every.DAY_OF_MONTH:
            return day.day == min(self.number, last)
        if day.weekday() not in self.weekdays:
            return False
        if self.every is Every.WEEKDAY_OF_MONTH:
            return last - day.day < 7 if self.number < 0 else (day.day - 1) // 7 + 1 == self.number
        weeks = (_monday(day) - _monday(self.since or day)).days // 7
        return weeks % self.number == 0


def read_recurrence(words: str) -> tuple[Recurrence, str] | None:
    """Read a rule at the beginning of ``words``; return it and the words behind it. None if there is none."""
    tokens = [(fold(found[0]), found[0], found.end()) for found in re.finditer(r"\S+", words)]
    # A token more than a rule has, so that looking ahead needs no care.
    folded = [token for token, _, _ in tokens] + [""] * 6
    for read in (_in_one_word, _in_weeks, _in_months, _in_days):
        found = read(folded)
        if found is not None and found[1] <= len(tokens):
            rule, used = found
            return rule, words[tokens[used - 1][2] :].lstrip(" ,;:")
    return None


def every_week(words: str) -> str | None:
    """Return words that begin with a row of days, "Mo bis Fr 9:00", as those that say it of every week; else None."""
    found = _DAYS_ALONE.match(words)
    if found is None or fold(found["first"]) not in WEEKDAYS or fold(found["last"]) not in WEEKDAYS:
        return None
    return f"jeden {found['first']} bis {found['last']} {words[found.end() :]}".rstrip()


def show_recurrence(rule: Recurrence) -> Text:
    """Say a rule: "jeden Montag", "alle 2 Wochen am Mittwoch", "jeden 1. Mittwoch im Monat"."""
    if rule.every is Every.DAY:
        return text("every day")
    if rule.every is Every.WORKING_DAY:
        return text("every working day")
    if rule.every is Every.DAY_OF_MONTH:
        return text("every month on day {number}", number=rule.number)
    days = _row_of(rule.weekdays)
    if rule.every is Every.WEEKDAY_OF_MONTH:
        return text("every {ordinal} {day} of the month", ordinal=_NTH[rule.number], day=days)
    return counted("every {days}", "every {n} weeks on {days}", rule.number, days=days)


_NTH: Final = {1: text("first"), 2: text("second"), 3: text("third"), 4: text("fourth"), -1: text("last")}


def _row_of(weekdays: Sequence[int]) -> Text:
    """Name weekdays: "Montag, Mittwoch und Freitag"."""
    names = [text("{day}", day=weekday(day)) for day in weekdays]
    if len(names) == 1:
        return names[0]
    return text("{days} and {last}", days=joined(names[:-1], ", "), last=names[-1])


# --- words ---------------------------------------------------------------------------------------


def _words(*words: str) -> frozenset[str]:
    return frozenset(map(fold, words))


_EACH: Final = _words("jeden", "jede", "jedes", "jeder", "jedem", "every", "each")
_ALL: Final = _words("alle", "every")
_ALWAYS: Final = _words("immer", "jeweils", "an", "always", "on")
_DAYS: Final = _words("tag", "tage", "day", "days")
_DAILY: Final = _words("täglich", "daily")
_WORKING: Final = _words("werktag", "arbeitstag", "wochentag", "workday", "weekday")
_WORKING_ADVERB: Final = _words("werktags", "arbeitstags", "wochentags", "weekdays")
_WEEKS: Final = _words("woche", "wochen", "week", "weeks")
_WEEKLY: Final = _words("wöchentlich", "weekly")
_MONTHS: Final = _words("monat", "monats", "month")
_MONTHLY: Final = _words("monatlich", "monthly")
_FILL: Final = _words(
    "am", "an", "on", "im", "in", "des", "of", "the", "jeden", "den", "dem", "immer", "jeweils"
)
_AND: Final = _words("und", "and")
_TO: Final = _words("bis", "to")
#: "Mo bis Fr 9:00", "Mo-Fr".
_DAYS_ALONE: Final = re.compile(
    r"(?:(?:von|from)\s+)?(?P<first>[^\W\d_]+)\.?\s*(?:-|–|bis\b|to\b)\s*(?P<last>[^\W\d_]+)\.?(?!\S)\s*",
    re.IGNORECASE,
)
_ORDINALS: Final = {
    fold(word): number
    for number, words in (
        (1, "ersten erste erster erstes first 1ten 1te 1st"),
        (2, "zweiten zweite zweiter zweites second other anderen andere 2ten 2te 2nd"),
        (3, "dritten dritte dritter drittes third 3ten 3te 3rd"),
        (4, "vierten vierte vierter viertes fourth 4ten 4te 4th"),
        (-1, "letzten letzte letzter letztes last"),
    )
    for word in words.split()
}
#: "montags" too.
_ADVERBS: Final = {
    **{f"{day}s": number for day, number in WEEKDAYS.items() if day.endswith("tag")},
    "mittwochs": 2,
    "sonnabends": 5,
}

Found = tuple[Recurrence, int] | None


def _in_one_word(tokens: Sequence[str]) -> Found:
    """Read "täglich", "werktags", "montags und mittwochs"."""
    if tokens[0] in _DAILY:
        return Recurrence(Every.DAY), 1
    if tokens[0] in _WORKING_ADVERB:
        return Recurrence(Every.WORKING_DAY), 1
    days, used = _row(tokens, 0, _ADVERBS)
    return (Recurrence(Every.WEEK, 1, days), used) if days else None


def _in_weeks(tokens: Sequence[str]) -> Found:
    """Read "jede Woche Mi", "jede 2. Woche am Mi", "alle 2 Wochen Mi", "alle 14 Tage Mi", "wöchentlich Mi"."""
    number, used = 1, 0
    if tokens[0] in _WEEKLY:
        used = 1
    elif tokens[0] in _EACH | _ALL:
        given = _number(tokens[1])
        number, used = (given, 2) if given and given > 0 else (1, 1)
        if used == 2 and tokens[used] in _DAYS and number % 7 == 0:
            number //= 7
        elif tokens[used] not in _WEEKS:
            return None
        used += 1
    if not used:
        return None
    days, used = _row(tokens, _past_fill(tokens, used), WEEKDAYS | _ADVERBS)
    return (Recurrence(Every.WEEK, number, days), used) if days else None


def _in_months(tokens: Sequence[str]) -> Found:
    """Read "jeden Monat am 15.", "monatlich am 1. Mi", "jeden letzten Freitag im Monat", "jeden 15."."""
    used = 1 if tokens[0] in _MONTHLY else 2 if tokens[0] in _EACH and tokens[1] in _MONTHS else 0
    monthly = bool(used)
    if not used and tokens[0] not in _EACH:
        return None
    used = _past_fill(tokens, used or 1)
    number = _number(tokens[used])
    if number is None:
        return None
    day = WEEKDAYS.get(tokens[used + 1])
    if day is None:
        # "jeden 2. im Monat": a day of the month; "jeden 2 …" may be anything.
        end = _of_month(tokens, used + 1)
        if number < 0 or not 1 <= number <= 31 or not (monthly or end > used + 1):
            return None
        return Recurrence(Every.DAY_OF_MONTH, number), end
    end = _of_month(tokens, used + 2)
    if monthly or end > used + 2 or number in (-1, 1):
        return (Recurrence(Every.WEEKDAY_OF_MONTH, number, (day,)), end) if number < 5 else None
    return Recurrence(Every.WEEK, number, (day,)), used + 2


def _in_days(tokens: Sequence[str]) -> Found:
    """Read "jeden Tag", "jeden Werktag", "jeden Montag und Donnerstag", "immer Mo"."""
    if tokens[0] not in _EACH | _ALWAYS:
        return None
    if tokens[1] in _DAYS:
        return Recurrence(Every.DAY), 2
    if tokens[1] in _WORKING:
        return Recurrence(Every.WORKING_DAY), 2
    if tokens[0] not in _EACH and tokens[0] in _words("an", "on"):
        return None
    days, used = _row(tokens, 1, WEEKDAYS | _ADVERBS)
    return (Recurrence(Every.WEEK, 1, days), used) if days else None


def _row(tokens: Sequence[str], start: int, known: dict[str, int]) -> tuple[tuple[int, ...], int]:
    """Read weekdays that follow each other, "Mo, Mi und Fr" or "Mo bis Fr"; return them and where they end."""
    days: set[int] = set()
    end = at = start
    while at < len(tokens):
        if tokens[at] in known:
            days.add(known[tokens[at]])
            at += 1
            end = at
        elif days and tokens[at] in _AND and end == at:
            at += 1
        elif days and tokens[at] in _TO and end == at and tokens[at + 1 : at + 2] and tokens[at + 1] in known:
            first, last = known[tokens[at - 1]], known[tokens[at + 1]]
            days |= {day % 7 for day in range(first, first + (last - first) % 7 + 1)}
            end = at = at + 2
        else:
            break
    return tuple(sorted(days)), end


def _past_fill(tokens: Sequence[str], at: int) -> int:
    while tokens[at] in _FILL:
        at += 1
    return at


def _of_month(tokens: Sequence[str], at: int) -> int:
    """Return where "im Monat" or "of the month" ends that begins here; without it where it would begin."""
    end = _past_fill(tokens, at)
    return end + 1 if tokens[end] in _MONTHS else at


def _number(token: str) -> int | None:
    if token.isascii() and token.isdigit() and len(token) < 3:
        return int(token) or None
    return _ORDINALS.get(token) or CARDINALS.get(token)


def _monday(day: date) -> date:
    return day - day.weekday() * _DAY
