# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Schedules: on which days and at what local time something happens, and what becomes of moments that were missed.

A moment is named by the local time it was planned for, "2027-03-04T09:00" (its *nominal* time). Two laws keep it
from happening twice:

- October's double hour counts once (the first), and an hour that March leaves out counts at the first time after
  it: the name is the same, whatever the clocks do.
- ``storage.schedules`` remembers the names of what was kept and missed for half a year. A clock that steps back, a
  restart or a changed schedule meets the name again and leaves it alone; a schedule that was moved to another hour
  does not happen a second time on a day on which it was kept.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from functools import lru_cache
from itertools import takewhile
from typing import Final

from method.hours import holiday, is_working_day
from method.settings import Settings

_DAY: Final = timedelta(days=1)
_WEEK: Final = range(7)
#: What was missed longer ago than this is not counted one by one any more.
_LOOK_BACK: Final = timedelta(days=100)


class Holidays(StrEnum):
    """What a public holiday of the group's federal state does to a schedule."""

    #: It has none: the check-in.
    SKIP = "skip"
    #: It has the working day before it, if that is no day of the schedule itself: the weekly letter.
    BEFORE = "before"
    #: It is a day like any other: what a group has asked for by its date.
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class Schedule:
    """Days of the week (Monday is 0) and a local time in whole minutes."""

    days: tuple[int, ...]
    at: time
    holidays: Holidays = Holidays.SKIP
    #: Nothing happens before this local day: the reveal of a retro, which may only become later.
    first: date | None = None

    def __post_init__(self) -> None:
        if not self.days or not set(self.days) <= set(_WEEK) or self.at.second or self.at.microsecond:
            raise ValueError("no days, or no whole minute")


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One moment of a schedule."""

    #: The local time it is planned for, as in ``datetime.isoformat(timespec="minutes")``: its name.
    nominal: str
    #: When it happens (aware, UTC): before a holiday that is another day.
    at: datetime

    @property
    def day(self) -> date:
        """The day it is planned for."""
        return date.fromisoformat(self.nominal[:10])


@dataclass(frozen=True, slots=True)
class Lateness:
    """How long after its time something is still worth doing; None: always.

    It counts until the bot is there again: what then waits for the group's working time is not late.
    Of several moments that have passed only the newest is ever kept: nobody gets four letters at once.
    """

    within: timedelta | None

    def allows(self, by: timedelta) -> bool:
        """May it happen so much later?"""
        return self.within is None or by <= self.within


#: reliability.md 4.8.
CHECKIN: Final = Lateness(timedelta(hours=2))
RETRO: Final = Lateness(timedelta(hours=4))
LETTER: Final = Lateness(timedelta(hours=48))
REMINDER: Final = Lateness(timedelta(minutes=30))
ALWAYS: Final = Lateness(None)


@dataclass(frozen=True, slots=True)
class Due:
    """What a promise that has come due means."""

    #: What happens now; None: it is too late for that.
    kept: Occurrence | None
    #: What will not happen any more, the earliest first.
    missed: tuple[Occurrence, ...]


def occurrences(schedule: Schedule, after: datetime, settings: Settings) -> Iterator[Occurrence]:
    """Yield the moments of a schedule after ``after`` (aware), the earliest first, without end."""
    # A day earlier, for what happens at the first time after a gap may be on the day after.
    day = after.astimezone(settings.zone).date() - _DAY
    while True:
        found = _on(schedule, day, settings)
        if found is not None and found.at > after:
            yield found
        day += _DAY


def next_occurrence(
    schedule: Schedule, after: datetime, settings: Settings, *, kept: Collection[date] = (), missed: str = ""
) -> Occurrence:
    """Return the next moment of a schedule after ``after`` (aware).

    Args:
        schedule: the days and the time.
        after: an instant.
        settings: whose zone and whose holidays.
        kept: days on which it has happened: they have no second one.
        missed: the newest moment that is known to be missed: it, and what was planned before, does not come again.
    """
    return next(
        found
        for found in occurrences(schedule, after, settings)
        if found.day not in kept and found.nominal > missed
    )


def due(schedule: Schedule, first: Occurrence, now: datetime, settings: Settings, lateness: Lateness) -> Due:
    """Return what is to be done when the promise of ``first`` has come due; ``now`` may be much later."""
    since = max(first.at, now - _LOOK_BACK)
    later = takewhile(lambda found: found.at <= now, occurrences(schedule, since, settings))
    passed = (first, *(found for found in later if found.nominal > first.nominal))
    newest = passed[-1]
    if lateness.allows(now - newest.at):
        return Due(newest, passed[:-1])
    return Due(None, passed)


@lru_cache(maxsize=1024)
def instant(day: date, at: time, zone: tzinfo) -> datetime:
    """Return the instant (UTC) of a local time: of two the first, of none the first one after the gap.

    On the same morning, many groups ask for the same ones.
    """
    local = datetime.combine(day, at, zone)
    found = local.astimezone(UTC)
    if found.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
        return found
    # The gap's end lies between what the offsets after and before it make of the local time.
    before, after = local.replace(fold=1).astimezone(UTC), found
    offset = after.astimezone(zone).utcoffset()
    while after - before > timedelta(minutes=1):
        middle = before + (after - before) // 2
        middle -= timedelta(seconds=middle.second, microseconds=middle.microsecond)
        if middle.astimezone(zone).utcoffset() == offset:
            after = middle
        else:
            before = middle
    return after


def _on(schedule: Schedule, day: date, settings: Settings) -> Occurrence | None:
    """Return the moment that is planned for a day."""
    if day.weekday() not in schedule.days or (schedule.first is not None and day < schedule.first):
        return None
    held: date | None = day
    if schedule.holidays is not Holidays.KEEP and holiday(day, settings.state) is not None:
        held = _before(schedule, day, settings) if schedule.holidays is Holidays.BEFORE else None
    if held is None:
        return None
    nominal = datetime.combine(day, schedule.at).isoformat(timespec="minutes")
    return Occurrence(nominal, instant(held, schedule.at, settings.zone))


def _before(schedule: Schedule, day: date, settings: Settings) -> date | None:
    """Return the working day before a holiday; None if it is a day of the schedule anyway."""
    for _ in _WEEK[1:]:
        day -= _DAY
        if day.weekday() in schedule.days:
            return None
        if is_working_day(day, settings):
            return day
    return None
