# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""When the bot speaks of a guest: to the moderation before, to the guest on the last day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final

from method.hours import is_working_day, working_moment
from method.presence import ALWAYS, Presence
from method.settings import Settings

#: The promise of a farewell; its subject is the guest's number, its moment the last day.
FAREWELL: Final = "guest.farewell"
#: So long before the last day the moderation is reminded.
BEFORE: Final = timedelta(days=2)
#: Nobody is a guest for longer.
LONGEST: Final = timedelta(days=731)

_DAY: Final = timedelta(days=1)


def reminder_at(last_day: date, settings: Settings, presence: Presence = ALWAYS) -> datetime:
    """Return when somebody who moderates is reminded (aware, UTC): two days before, or the last day before that.

    It is a day on which they work and are not away.
    """
    own, day = presence.settings(settings), last_day - BEFORE
    while not is_working_day(day, own) or presence.away(day) is not None:
        day -= _DAY
    return datetime.combine(day, own.begins, own.zone).astimezone(UTC)


def farewell_at(last_day: date, settings: Settings, *, now: datetime) -> datetime:
    """Return when the guest hears farewell (aware, UTC): on the last day, or when work begins again after it."""
    begin = datetime.combine(last_day, settings.begins, settings.zone)
    return working_moment(max(begin, now), settings)
