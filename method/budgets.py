# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""How much the bot may say without being asked, and when it goes on."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from enum import IntEnum
from typing import Final

from method.hours import working_moment
from method.settings import Settings

#: Posts a day and group, beside check-in and letter.
MOST: Final = 2


class Rank(IntEnum):
    """In which order the places of a day are given away."""

    #: It has its time: the reminder of a meeting, the end of a sprint.
    CANNOT_WAIT = 0
    #: Its time was said, and can be moved: the look back on a sprint, and its vote.
    ANNOUNCED = 1
    MAY_WAIT = 2


def next_day(at: datetime, settings: Settings) -> datetime:
    """Return when work begins on the next working day after the day of ``at`` (aware, UTC)."""
    tomorrow = at.astimezone(settings.zone).date() + timedelta(days=1)
    return working_moment(datetime.combine(tomorrow, time(), settings.zone), settings)
