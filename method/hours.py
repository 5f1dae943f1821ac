# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Working time: when the bot may speak by itself (working days, hours, public holidays of the federal state)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final

import holidays

from config.texts import Text, named
from method.settings import Settings

_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
_NIGHT = time(4)
#: Our languages, and those in which holidays are named.
_LANGUAGES: Final = {"de": "de", "en": "en_US"}


def holiday(day: date, state: str) -> Text | None:
    """Return the name of the public holiday in this federal state (ISO 3166-2 without "DE-"), if it is one."""
    if day not in _holidays(state, day.year, "de"):
        return None
    return named({ours: _holidays(state, day.year, theirs)[day] for ours, theirs in _LANGUAGES.items()})


def is_working_day(day: date, settings: Settings) -> bool:
    """Is it one of the group's days, and no public holiday?"""
    return day.weekday() in settings.days and holiday(day, settings.state) is None


def is_working_time(at: datetime, settings: Settings) -> bool:
    """Is ``at`` (aware) within the group's hours on a working day?"""
    local = at.astimezone(settings.zone)
    return is_working_day(local.date(), settings) and settings.begins <= local.time() < settings.ends


def working_moment(at: datetime, settings: Settings) -> datetime:
    """Return ``at``, or the beginning of the next working time (aware, UTC)."""
    if is_working_time(at, settings):
        return at.astimezone(UTC)
    local = at.astimezone(settings.zone)
    day = local.date() if local.time() < settings.begins else local.date() + _DAY
    while not is_working_day(day, settings):
        day += _DAY
    return _local(day, settings.begins, settings)


def last_working_moment(at: datetime, settings: Settings) -> datetime:
    """Return ``at``, or the end of the last working time before it (aware, UTC)."""
    local = at.astimezone(settings.zone)
    day, clock = local.date(), local.time()
    if is_working_day(day, settings) and settings.begins <= clock <= settings.ends:
        return at.astimezone(UTC)
    day = day if clock > settings.ends else day - _DAY
    while not is_working_day(day, settings):
        day -= _DAY
    return _local(day, settings.ends, settings)


def full_hour(not_before: datetime, settings: Settings) -> datetime:
    """Return the first full local hour within working time that is not before ``not_before`` (aware, UTC)."""
    local = not_before.astimezone(settings.zone)
    hour = local.replace(minute=0, second=0, microsecond=0)
    if hour < local:
        # By UTC: in the nights when clocks change, an hour of local time may come twice or not at all.
        hour = hour.astimezone(UTC) + _HOUR
    start = working_moment(hour, settings)
    return (
        start if start == hour or start.astimezone(settings.zone).minute == 0 else full_hour(start, settings)
    )


def night(at: datetime, settings: Settings) -> datetime:
    """Return the next local four o'clock in the morning after ``at`` (aware, UTC): no clock change skips it."""
    local = at.astimezone(settings.zone)
    day = local.date() if local.time() < _NIGHT else local.date() + _DAY
    return _local(day, _NIGHT, settings)


def working_day_later(at: datetime, settings: Settings) -> datetime:
    """Return when a whole working day has passed since ``at``: the same local time on the next one (aware, UTC).

    What happens outside of working time counts from the next beginning.
    """
    local = working_moment(at, settings).astimezone(settings.zone)
    day = local.date() + _DAY
    while not is_working_day(day, settings):
        day += _DAY
    return _local(day, local.time(), settings)


def _local(day: date, at: time, settings: Settings) -> datetime:
    return datetime.combine(day, at, settings.zone).astimezone(UTC)


@lru_cache(maxsize=128)
def _holidays(state: str, year: int, language: str) -> dict[date, str]:
    found = holidays.country_holidays("DE", subdiv=state, years=year, language=language)
    return {day: str(name) for day, name in found.items()}
