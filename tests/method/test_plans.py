# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""When a meeting is spoken of before, which times are asked back, and where a series goes on."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from method.errors import Suggestion
from method.plans import (
    keep_place,
    look_at,
    names_place,
    next_planned,
    remind_at,
    require_good_time,
    skipped,
    take_anyway,
    take_end,
    with_place,
)
from method.recurrences import read_recurrence
from method.settings import Settings

BERLIN = Settings()
ZONE = ZoneInfo("Europe/Berlin")
NOW = datetime(2027, 2, 22, 8, 5, tzinfo=UTC)


def local(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2027, month, day, hour, minute, tzinfo=ZONE).astimezone(UTC)


@pytest.mark.parametrize(
    ("starts", "look", "remind"),
    [
        (local(3, 3, 15), local(3, 2, 9), local(3, 3, 9)),
        # The meeting is too early for a reminder on its own morning.
        (local(3, 3, 9), local(3, 2, 9), local(3, 2, 9)),
        # Monday; the working day before is Friday.
        (local(3, 1, 15), local(2, 26, 9), local(3, 1, 9)),
        # Saturday, because somebody wanted that.
        (local(3, 6, 15), local(3, 5, 9), local(3, 5, 9)),
        # After Easter: Good Friday and Easter Monday are no working days.
        (local(3, 30, 10), local(3, 25, 9), local(3, 30, 9)),
    ],
)
def test_agenda_and_reminder_have_their_mornings(starts: datetime, look: datetime, remind: datetime):
    assert (look_at(starts, BERLIN), remind_at(starts, BERLIN)) == (look, remind)


@pytest.mark.parametrize(
    ("at", "proposed"),
    [
        (local(3, 29, 15), "2027-03-30 15:00"),
        (local(3, 6, 15), "2027-03-09 15:00"),
        (local(3, 3, 19, 30), "2027-03-03 17:00"),
        (local(3, 3, 6), "2027-03-03 08:00"),
        (local(3, 3, 15), None),
    ],
    ids=["Easter Monday", "Saturday before a holiday of Berlin", "evening", "early", "working time"],
)
def test_other_times_are_asked_back_with_a_proposal(at: datetime, proposed: str | None):
    if proposed is None:
        require_good_time(at, NOW, BERLIN, "treffen {} Austausch")
        return
    with pytest.raises(Suggestion) as asked:
        require_good_time(at, NOW, BERLIN, "treffen {} Austausch")

    assert asked.value.line == f"treffen {proposed} Austausch"


@pytest.mark.parametrize(
    ("rest", "expected"),
    [
        ("bis 16:30 Austausch", (90, "Austausch")),
        ("16:30 Austausch", (90, "Austausch")),
        ("-16 Uhr Austausch", (60, "Austausch")),
        ("until 17:00: Exchange", (120, "Exchange")),
        ("16:30", (90, "")),
        ("bis 14:00 Austausch", (None, "bis 14:00 Austausch")),
        ("3 Fragen", (None, "3 Fragen")),
        ("bis bald", (None, "bis bald")),
    ],
)
def test_end_of_a_meeting(rest: str, expected: tuple[int | None, str]):
    assert take_end(rest, local(3, 3, 15), BERLIN) == expected


def test_anyway():
    assert take_anyway("Austausch trotzdem") == (True, "Austausch")
    assert take_anyway("Austausch, anyway") == (True, "Austausch")
    assert take_anyway("Austausch") == (False, "Austausch")


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("Austausch (online)", True),
        ("Gründung in Präsenz, Raum 3.12", True),
        ("Austausch https://meet.example.org/x", True),
        ("Austausch mit Arbeitgebenden", False),
        ("Raumfahrt und Onlineshop", False),
        (None, False),
    ],
)
def test_place_is_recognised(title: str | None, said: bool):
    assert names_place(title) == said


def test_place_stands_behind_the_title():
    assert with_place("Austausch", "Rathaus (Raum 3)", "de") == "Austausch (Rathaus Raum 3)"
    assert with_place("Austausch (online)", "ja", "de") == "Austausch (in Präsenz)"
    assert with_place(None, "nein", "en") == "Meeting (online)"
    assert keep_place("Neu", "Alt (online)") == "Neu (online)"
    assert keep_place("Neu (Rathaus)", "Alt (online)") == "Neu (Rathaus)"


def test_series_goes_on_after_the_last_meeting_and_steps_aside_for_holidays():
    found = read_recurrence("jeden Montag")
    assert found is not None
    rule = found[0]

    first = next_planned(rule, time(15), None, NOW, BERLIN)
    assert (first.nominal, first.at, first.instead_of) == ("2027-02-22T15:00", local(2, 22, 15), None)
    # Women's Day in Berlin.
    holiday = next_planned(rule, time(15), date(2027, 3, 1), NOW, BERLIN)
    assert (holiday.nominal, holiday.at) == ("2027-03-08T15:00", local(3, 9, 15))
    assert holiday.instead_of is not None
    assert holiday.instead_of.render("de") == "Frauentag"
    # Nobody gets all that were missed.
    late = next_planned(rule, time(15), date(2027, 3, 1), local(4, 20, 12), BERLIN)
    assert late.nominal == "2027-04-26T15:00"


def test_two_of_a_series_that_a_holiday_moves_to_the_same_day_are_one_meeting():
    """Easter Monday is 29 March."""
    found = read_recurrence("jeden Montag und Dienstag")
    assert found is not None
    rule = found[0]

    moved = next_planned(rule, time(9, 30), date(2027, 3, 23), local(3, 23, 11), BERLIN)
    assert (moved.nominal, moved.at) == ("2027-03-29T09:30", local(3, 30, 9, 30))
    for now in (local(3, 30, 9), local(3, 30, 11)):
        following = next_planned(rule, time(9, 30), date(2027, 3, 29), now, BERLIN)
        assert following.at == local(4, 5, 9, 30)
        assert skipped(rule, date(2027, 3, 29), following, BERLIN) == []
    later = next_planned(rule, time(9, 30), date(2027, 3, 23), local(4, 5, 11), BERLIN)
    assert skipped(rule, date(2027, 3, 23), later, BERLIN) == [date(2027, 3, 30), date(2027, 4, 5)]


def test_series_keeps_its_local_time_over_both_clock_changes():
    found = read_recurrence("jede Woche Mi")
    assert found is not None

    spring = next_planned(found[0], time(15), date(2027, 3, 24), NOW, BERLIN)
    autumn = next_planned(found[0], time(15), date(2027, 10, 27), NOW, BERLIN)

    assert spring.at == datetime(2027, 3, 31, 13, tzinfo=UTC)
    assert autumn.at == datetime(2027, 11, 3, 14, tzinfo=UTC)
