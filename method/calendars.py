# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""A meeting as a calendar file (RFC 5545): with its time zone, and without anybody's name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard, vDDDLists

#: What the file is called and what it is.
MIMETYPE: Final = "text/calendar"

_PRODUCT: Final = "-//Tafelrunde//Tafelrunde//DE"


@dataclass(frozen=True, slots=True)
class Entry:
    """What a calendar shows."""

    #: The same in every file of the meeting.
    uid: str
    #: Which file is newer.
    sequence: int
    summary: str
    place: str | None
    description: str
    #: Aware, UTC.
    starts_at: datetime
    minutes: int
    zone: ZoneInfo
    cancelled: bool = False


def uid_of(source: str) -> str:
    """Return the name under which calendars know the meeting that this message made."""
    return f"{uuid5(NAMESPACE_URL, f'matrix:{source}')}@tafelrunde"


def calendar(entry: Entry, *, now: datetime) -> bytes:
    """Return the file; calendars that know the meeting change it, or strike it out."""
    local = entry.starts_at.astimezone(entry.zone)
    event = Event()
    event.add("uid", entry.uid)
    event.add("dtstamp", now.replace(microsecond=0))
    event.add("last-modified", now.replace(microsecond=0))
    event.add("sequence", entry.sequence)
    event.add("dtstart", local)
    # Not a local end: the hour of a clock change is shorter or longer than it looks.
    event.add("duration", timedelta(minutes=entry.minutes))
    event.add("summary", entry.summary)
    if entry.place:
        event.add("location", entry.place)
    event.add("description", entry.description)
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if entry.cancelled else "OPAQUE")
    file = Calendar()
    file.add("prodid", _PRODUCT)
    file.add("version", "2.0")
    file.add("calscale", "GREGORIAN")
    file.add("method", "PUBLISH")
    file.add_component(_time_zone(entry.zone, local.year))
    file.add_component(event)
    return bytes(file.to_ical())


@lru_cache(maxsize=16)
def _time_zone(zone: ZoneInfo, year: int) -> Timezone:
    """Return the rules of the zone from the year before to the year after."""
    found = Timezone.from_tzinfo(zone, first_date=date(year - 1, 1, 1), last_date=date(year + 2, 1, 1))
    for part in found.subcomponents:
        if isinstance(part, TimezoneStandard | TimezoneDaylight):
            _begin_at_the_gap(part)
    return found


def _begin_at_the_gap(part: TimezoneStandard | TimezoneDaylight) -> None:
    """Name the beginning of a gap, as RFC 5545 (3.6.5) wants it; the library names its end."""
    gap = part.TZOFFSETTO - part.TZOFFSETFROM
    if gap <= timedelta():
        return
    part.DTSTART -= gap
    later = part.get("RDATE")
    if isinstance(later, vDDDLists):
        del part["RDATE"]
        part.add("rdate", [moment.dt - gap for moment in later.dts])
