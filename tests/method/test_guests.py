# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""When the bot speaks of a guest: only in working time, the reminder early rather than late."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from method.guests import farewell_at, reminder_at
from method.settings import Settings

USUAL = Settings()


def at(month: int, day: int, hour: int = 0) -> datetime:
    return datetime(2027, month, day, hour, tzinfo=UTC)


REMINDERS = [
    pytest.param(date(2027, 3, 18), at(3, 16, 7), id="two days before"),
    pytest.param(date(2027, 3, 15), at(3, 12, 7), id="Saturday: the Friday before"),
    pytest.param(date(2027, 3, 10), at(3, 5, 7), id="holiday: the working day before"),
    pytest.param(date(2027, 3, 30), at(3, 25, 7), id="Easter and the change of clocks"),
]


@pytest.mark.parametrize(("last_day", "moment"), REMINDERS)
def test_the_reminder_comes_on_a_working_day_at_least_two_days_before(last_day: date, moment: datetime):
    assert reminder_at(last_day, USUAL) == moment


FAREWELLS = [
    pytest.param(date(2027, 3, 15), at(2, 22), at(3, 15, 7), id="on the day"),
    pytest.param(date(2027, 3, 14), at(2, 22), at(3, 15, 7), id="Sunday: on Monday"),
    pytest.param(date(2027, 3, 29), at(2, 22), at(3, 30, 6), id="holiday, summer time"),
    pytest.param(date(2027, 3, 15), at(3, 15, 9), at(3, 15, 9), id="today, at once"),
    pytest.param(date(2027, 3, 15), at(3, 15, 20), at(3, 16, 7), id="today, in the evening"),
]


@pytest.mark.parametrize(("last_day", "now", "moment"), FAREWELLS)
def test_the_farewell_comes_in_working_time(last_day: date, now: datetime, moment: datetime):
    assert farewell_at(last_day, USUAL, now=now) == moment
