# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What an anonymous entry is, and when it is published."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from method.anonymous import DELAY, kind_and_text, publication
from method.hours import is_working_time
from method.items import Kind
from method.settings import Settings


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("Keine Kurse", (Kind.BARRIER, "Keine Kurse")),
        ("barriere Keine Kurse", (Kind.BARRIER, "Keine Kurse")),
        ("Hürde: Keine Kurse", (Kind.BARRIER, "Keine Kurse")),
        ("idee Kurse online zu B1", (Kind.IDEA, "Kurse online zu B1")),
        ("!idee Kurse online", (Kind.IDEA, "Kurse online")),
        ("Idea - courses online", (Kind.IDEA, "courses online")),
        ("idee", (Kind.IDEA, "")),
        ("Problem ist die Kita", (Kind.BARRIER, "Problem ist die Kita")),
        ("", (Kind.BARRIER, "")),
        ("60 Bewerbungen", (Kind.BARRIER, "60 Bewerbungen")),
    ],
)
def test_the_kind_may_stand_in_front(words: str, expected: tuple[Kind, str]):
    assert kind_and_text(words) == expected


@given(st.datetimes(datetime(2027, 1, 1), datetime(2028, 12, 31), timezones=st.just(UTC)))  # noqa: DTZ001 -- naive by its signature
def test_publication_is_a_full_hour_of_working_time_and_late_enough(now: datetime):
    settings = Settings()

    at = publication(now, settings)

    local = at.astimezone(settings.zone)
    assert at - now >= DELAY
    assert at - now < timedelta(days=6)
    assert (local.minute, local.second, local.microsecond) == (0, 0, 0)
    assert is_working_time(at, settings)


@pytest.mark.parametrize("minute", [0, 30])
def test_hours_that_begin_between_hours_are_respected(minute: int):
    settings = Settings(begins=time(8, minute))
    at = publication(datetime(2027, 2, 22, 20, 0, tzinfo=UTC), settings)

    assert at.astimezone(settings.zone).hour == (8 if minute == 0 else 9)
