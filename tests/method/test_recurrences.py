# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Rules that come again: how people say them, which days they name, and that they survive the database."""

from __future__ import annotations

from datetime import date
from itertools import islice

import pytest

from method.recurrences import Recurrence, read_recurrence, show_recurrence
from method.settings import Settings

BERLIN = Settings()


@pytest.mark.parametrize(
    ("words", "stored", "rest"),
    [
        ("jeden Montag 9:00 Text", "week 1 0 -", "9:00 Text"),
        ("jeden Mo, Mi und Fr 9 Uhr x", "week 1 024 -", "9 Uhr x"),
        ("jeden 2. Mittwoch 15:00 Titel", "week 2 2 -", "15:00 Titel"),
        ("jede Woche Mi 15:00 Titel", "week 1 2 -", "15:00 Titel"),
        ("jede zweite Woche am Mittwoch 15:00", "week 2 2 -", "15:00"),
        ("alle 2 Wochen am Mittwoch 15:00", "week 2 2 -", "15:00"),
        ("alle 14 Tage Mi 15:00", "week 2 2 -", "15:00"),
        ("jeden ersten Mittwoch im Monat 15:00", "weekday-of-month 1 2 -", "15:00"),
        ("jeden 2. Mittwoch im Monat 15:00", "weekday-of-month 2 2 -", "15:00"),
        ("jeden letzten Freitag 9:00", "weekday-of-month -1 4 -", "9:00"),
        ("monatlich am 1. Mi um 9 Uhr", "weekday-of-month 1 2 -", "um 9 Uhr"),
        ("jeden Monat am 15. 9:00", "day-of-month 15 - -", "9:00"),
        ("jeden 15. im Monat 9:00", "day-of-month 15 - -", "9:00"),
        ("täglich 9:00", "day 1 - -", "9:00"),
        ("JEDEN TAG 9:00", "day 1 - -", "9:00"),
        ("werktags 8:30", "working-day 1 - -", "8:30"),
        ("jeden Arbeitstag 8:30", "working-day 1 - -", "8:30"),
        ("montags und mittwochs 9 Uhr", "week 1 02 -", "9 Uhr"),
        ("immer freitags 10:00", "week 1 4 -", "10:00"),
        ("every Monday 9:00", "week 1 0 -", "9:00"),
        ("every other week on Wed 15:00", "week 2 2 -", "15:00"),
        ("every 2 weeks on Wednesday 15:00", "week 2 2 -", "15:00"),
        ("every first Wednesday of the month 15:00", "weekday-of-month 1 2 -", "15:00"),
        ("every working day", None, None),
        ("jeder weiß Bescheid", None, None),
        ("alle kommen", None, None),
        ("Mo 9:00 Text", None, None),
        ("an der Tür", None, None),
        ("", None, None),
    ],
)
def test_rules_are_read(words: str, stored: str | None, rest: str | None):
    found = read_recurrence(words)

    assert (None, None) if found is None else (found[0].stored, found[1]) == (stored, rest)


def days(words: str, first: date, number: int = 4) -> list[date]:
    found = read_recurrence(words)
    assert found is not None
    return list(islice(found[0].from_day(first, BERLIN).days(first, BERLIN), number))


def march(*numbers: int) -> list[date]:
    return [date(2027, 3, number) for number in numbers]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("jeden 2. Mittwoch", [*march(3, 17, 31), date(2027, 4, 14)]),
        ("jeden Mo und Mi", march(1, 3, 8, 10)),
        # In every second week both days count.
        ("alle 2 Wochen Mo und Mi", march(1, 3, 15, 17)),
        # Good Friday is on the 26th, Easter Monday on the 29th.
        ("werktags", march(1, 2, 3, 4)),
        (
            "jeden letzten Freitag",
            [date(2027, 3, 26), date(2027, 4, 30), date(2027, 5, 28), date(2027, 6, 25)],
        ),
        ("jeden Monat am 31.", [date(2027, 3, 31), date(2027, 4, 30), date(2027, 5, 31), date(2027, 6, 30)]),
    ],
)
def test_days_of_a_rule(words: str, expected: list[date]):
    assert days(words, date(2027, 3, 1)) == expected


def test_working_days_leave_out_holidays_of_the_state():
    assert days("werktags", date(2027, 3, 25), 3) == [date(2027, 3, 25), date(2027, 3, 30), date(2027, 3, 31)]


@pytest.mark.parametrize(
    ("words", "said", "english"),
    [
        ("immer Mo", "jeden Montag", "every Monday"),
        ("jeden Mo und Do", "jeden Montag und Donnerstag", "every Monday and Thursday"),
        (
            "jeden Mo, Mi und So",
            "jeden Montag, Mittwoch und Sonntag",
            "every Monday, Wednesday and Sunday",
        ),
        ("jeden 2. Mittwoch", "alle 2 Wochen am Mittwoch", "every 2 weeks on Wednesday"),
        (
            "alle 3 Wochen Di, Fr",
            "alle 3 Wochen am Dienstag und Freitag",
            "every 3 weeks on Tuesday and Friday",
        ),
        (
            "jeden ersten Mittwoch im Monat",
            "jeden 1. Mittwoch im Monat",
            "every first Wednesday of the month",
        ),
        ("monatlich am 4. Sa", "jeden 4. Samstag im Monat", "every fourth Saturday of the month"),
        ("jeden letzten Freitag", "jeden letzten Freitag im Monat", "every last Friday of the month"),
        ("jeden Monat am 15.", "jeden 15. im Monat", "every month on day 15"),
        ("täglich", "jeden Tag", "every day"),
        ("werktags", "jeden Arbeitstag", "every working day"),
    ],
)
def test_rules_are_said_as_people_say_them(words: str, said: str, english: str):
    found = read_recurrence(words)

    assert found is not None
    assert [show_recurrence(found[0]).render(language) for language in ("de", "en")] == [said, english]
    assert Recurrence.read_stored(found[0].stored) == found[0]
    assert read_recurrence(said) == (found[0], "")


def test_rule_with_its_first_week_survives_the_database():
    found = read_recurrence("jeden 2. Mittwoch")
    assert found is not None
    rule = found[0].from_day(date(2027, 3, 1), BERLIN)

    assert rule.stored == "week 2 2 2027-03-03"
    assert Recurrence.read_stored(rule.stored) == rule
