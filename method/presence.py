# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""When one person may be told something: their days, hours and zone, and the days on which they are away."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Final, Self
from zoneinfo import ZoneInfo

from config.texts import Moment, Text, text
from method.dates import HALF_A_YEAR, Day, read_day, written
from method.hours import working_moment
from method.schedules import instant
from method.settings import Settings
from method.words import fold

_DAY: Final = timedelta(days=1)
_WEEK: Final = timedelta(days=7)
#: Nobody is away for longer in one piece.
LONGEST: Final = timedelta(days=366)
#: Nobody needs more characters to say when.
_MOST: Final = 80


@dataclass(frozen=True, slots=True)
class Absence:
    """Days on which a person is away, both included."""

    first: date
    last: date

    def written(self, today: date) -> Text | Moment:
        """Return the days as people read them, with the year where it is another one than today's."""
        first, last = written(self.first, today), written(self.last, today)
        return first if self.first == self.last else text("{first} to {last}", first=first, last=last)


@dataclass(frozen=True, slots=True)
class Presence:
    """What a person has said about their time; what is None is as the group has it."""

    days: tuple[int, ...] | None = None
    hours: tuple[time, time] | None = None
    zone: ZoneInfo | None = None
    absences: tuple[Absence, ...] = ()

    @classmethod
    def stored(cls, values: Mapping[str, str], absences: tuple[Absence, ...] = ()) -> Self:
        """Read what ``as_stored`` has written."""
        begins, _, ends = values.get("hours", "").partition("-")
        return cls(
            tuple(map(int, values["days"])) if "days" in values else None,
            (time.fromisoformat(begins), time.fromisoformat(ends)) if ends else None,
            ZoneInfo(values["zone"]) if "zone" in values else None,
            absences,
        )

    def as_stored(self) -> dict[str, str]:
        """Return what was said, but the absences, as words for the database."""
        found = {
            "days": "".join(map(str, self.days)) if self.days else "",
            "hours": "-".join(one.isoformat("minutes") for one in self.hours or ()),
            "zone": self.zone.key if self.zone else "",
        }
        return {name: value for name, value in found.items() if value}

    def settings(self, group: Settings) -> Settings:
        """Return the group's settings with what is the person's own."""
        begins, ends = self.hours or (group.begins, group.ends)
        return replace(
            group, days=self.days or group.days, begins=begins, ends=ends, zone=self.zone or group.zone
        )

    def away(self, day: date) -> Absence | None:
        """Return the absence in which a day lies."""
        return next((one for one in self.absences if one.first <= day <= one.last), None)


#: Of somebody who has said nothing about their time.
ALWAYS: Final = Presence()


def next_moment(at: datetime, group: Settings, presence: Presence) -> datetime:
    """Return ``at``, or the next moment at which the person works and is not away (aware, UTC)."""
    own = presence.settings(group)
    moment = working_moment(at, own)
    while absence := presence.away(moment.astimezone(own.zone).date()):
        moment = working_moment(instant(absence.last + _DAY, time(), own.zone), own)
    return moment


def call_moment(at: datetime, group: Settings, presence: Presence) -> datetime:
    """Return when a person may be called by name for what somebody writes to them at ``at`` (aware).

    That is at once, for it is people who write; but not while they are away, or outside of times they have said.
    """
    day = at.astimezone(presence.zone or group.zone).date()
    is_as_the_group = presence.days is None and presence.hours is None and presence.zone is None
    return at if is_as_the_group and presence.away(day) is None else next_moment(at, group, presence)


# --- days as people type them --------------------------------------------------------------------

_TO: Final = re.compile(
    r"\s*(?:\bbis(?:\s+(?:zum|einschließlich))?\b|\bto\b|\buntil\b|\btill\b|[-‐‑‒–—])\s*", re.IGNORECASE
)
_FROM: Final = re.compile(r"(?:vom|von|from|ab|seit|since|am|on)\s+", re.IGNORECASE)
#: Behind these words a day alone is the first of several.
_SINCE: Final = re.compile(r"(?:vom|von|from|ab|seit|since)\s+", re.IGNORECASE)
#: "22.-26.3.", "22. bis 26. März": the first day has the month of the last.
_SAME_MONTH: Final = re.compile(r"(\d{1,2})\.?")
_WEEKS: Final = {
    **dict.fromkeys(map(fold, ("diese Woche", "this week")), 0),
    **dict.fromkeys(map(fold, ("nächste Woche", "next week", "kommende Woche")), 1),
}


def read_period(words: str, today: date) -> Absence | None:
    """Read a day or a period: "10.3.", "22.3.-2.4.", "22.-26.3.", "Mo bis Mi", "bis 15.3.", "nächste Woche".

    Without a year the days are the next such ones, but a day that has just passed stays one. None: it is none of
    these, it has no end ("ab morgen"), it is longer than LONGEST, or the days are the wrong way round.
    """
    rest = _tidy(words)
    if not rest or len(rest) > _MOST or lacks_end(rest, today):
        return None
    week = _WEEKS.get(fold(rest))
    if week is not None:
        monday = today - timedelta(days=today.weekday()) + _WEEK * week
        return Absence(max(monday, today), monday + _WEEK - _DAY)
    ends = _ends(_FROM.sub("", rest, count=1) if _FROM.match(rest) else rest, today)
    found = _ordered(*ends) if ends else None
    if found is None or found.last - found.first > LONGEST:
        return None
    return found


def lacks_end(words: str, today: date) -> bool:
    """Is only the first day said: "ab morgen"?"""
    rest = _tidy(words)
    found = _SINCE.match(rest)
    return found is not None and len(rest) <= _MOST and read_day(rest[found.end() :], today) is not None


def read_swapped(words: str, today: date) -> Absence | None:
    """Return the days of a period whose last day is said first, "2.4.-22.3."; None if it is something else."""
    rest = _tidy(words)
    if not rest or len(rest) > _MOST or read_period(words, today) is not None:
        return None
    ends = _ends(_FROM.sub("", rest, count=1) if _FROM.match(rest) else rest, today)
    if ends is None or ends[1].date >= ends[0].date or ends[0].date - ends[1].date > LONGEST:
        return None
    return Absence(ends[1].date, ends[0].date)


def _tidy(words: str) -> str:
    return " ".join(words.split()).strip(" ,;!")


def _ends(words: str, today: date) -> tuple[Day, Day] | None:
    """Return the first and the last day, as they were said."""
    whole = read_day(words, today) if not _TO.match(words) else None
    if whole is not None:
        return whole, whole
    for between in _TO.finditer(words):
        before, after = words[: between.start()].strip(), words[between.end() :].strip()
        last = read_day(after, today, of_month=True)
        if last is None:
            continue
        first = Day(today) if not before else _first(before, last, today)
        if first is not None:
            return first, last
    return None


def _first(words: str, last: Day, today: date) -> Day | None:
    alone = _SAME_MONTH.fullmatch(words)
    if alone:
        try:
            return Day(last.date.replace(day=int(alone[1])), last.sure)
        except ValueError:
            return None
    return read_day(words, today)


def _ordered(first: Day, last: Day) -> Absence | None:
    """Bring the last day behind the first: "Fr bis Mo", "28.12.-3.1."."""
    if last.date >= first.date:
        return Absence(first.date, last.date)
    if last.sure and first.date - last.date < _WEEK:
        return Absence(first.date, last.date + _WEEK)
    if last.sure:
        return None
    # Who is away for longer over the turn of the year says the year: "2.4.-22.3." is rather a slip.
    try:
        turned = Absence(first.date, last.date.replace(year=last.date.year + 1))
    except ValueError:
        return None
    return turned if turned.last - turned.first <= HALF_A_YEAR else None
