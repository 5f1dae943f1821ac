# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""When a meeting is, as people write it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from method.appointments import Unclear, read_appointment
from method.errors import Suggestion

BERLIN = ZoneInfo("Europe/Berlin")
#: Monday, 9:05 in Berlin.
NOW = datetime(2027, 2, 22, 8, 5, tzinfo=UTC)


READ = [
    pytest.param("heute 14:00 Gründung", "2027-02-22 14:00", id="today"),
    pytest.param("Heute, 14:00: Gründung", "2027-02-22 14:00", id="with punctuation"),
    pytest.param("heute um 14 Uhr Gründung", "2027-02-22 14:00", id="full hour"),
    pytest.param("heute 8.00 Uhr Gründung", "2027-02-22 08:00", id="past today"),
    pytest.param("14:00 Gründung", "2027-02-22 14:00", id="time alone"),
    pytest.param("14.00 Gründung", "2027-02-22 14:00", id="time with a dot"),
    pytest.param("morgen 14:00 Gründung", "2027-02-23 14:00", id="tomorrow"),
    pytest.param("übermorgen 14:00 Gründung", "2027-02-24 14:00", id="the day after"),
    pytest.param("Mi 3.3. 15:00 Gründung", "2027-03-03 15:00", id="weekday and date"),
    pytest.param("am Mi., 3.3., um 15:00 Gründung", "2027-03-03 15:00", id="written out"),
    pytest.param("Mittwoch, 3. März 2027, 15:00 Uhr Gründung", "2027-03-03 15:00", id="in words"),
    pytest.param("3. März 15:00 Gründung", "2027-03-03 15:00", id="without weekday"),
    pytest.param("03.03.2027 15:00 Gründung", "2027-03-03 15:00", id="with year"),
    pytest.param("3.3.27 15:00 Gründung", "2027-03-03 15:00", id="short year"),
    pytest.param("3.3. 15.00 Uhr Gründung", "2027-03-03 15:00", id="dots everywhere"),
    pytest.param("3.3. 15 Uhr Gründung", "2027-03-03 15:00", id="hour behind the date"),
    pytest.param("2027-03-03 15:00 Gründung", "2027-03-03 15:00", id="ISO"),
    pytest.param("2027-03-03T15:00 Gründung", "2027-03-03 15:00", id="ISO with T"),
    pytest.param("Wed 3 March 15:00 Gründung", "2027-03-03 15:00", id="English"),
    pytest.param("tomorrow at 15:00 Gründung", "2027-02-23 15:00", id="English tomorrow"),
    pytest.param("Mi 15:00 Gründung", "2027-02-24 15:00", id="weekday alone"),
    pytest.param("Mo 15:00 Gründung", "2027-02-22 15:00", id="the same weekday"),
    pytest.param("Mo 8:00 Gründung", "2027-03-01 08:00", id="the same weekday, too late"),
    pytest.param("28.3. 15:00 Gründung", "2027-03-28 15:00", id="after the change of clocks"),
    pytest.param("4.1. 15:00 Gründung", None, id="over"),
]


READ += [
    pytest.param(words, expected, id=words)
    for words, expected in {
        "nächsten Di 10 Uhr Gründung": "2027-02-23 10:00",
        "Do mittags Gründung": "2027-02-25 12:00",
        "Do um halb drei Gründung": "2027-02-25 14:30",
        "Do 25.2 15.30 Gründung": "2027-02-25 15:30",
        "in 2 Wochen Mi 15 Uhr Gründung": "2027-03-10 15:00",
        "am 3. um 10 Uhr Gründung": "2027-03-03 10:00",
        "Thursday 3pm Gründung": "2027-02-25 15:00",
        "next Tuesday 10:00 Gründung": "2027-02-23 10:00",
        "tomorrow 3:30 pm Gründung": "2027-02-23 15:30",
        "Ende des Monats 15:00 Gründung": "2027-02-28 15:00",
        "end of March 15:00 Gründung": "2027-03-31 15:00",
    }.items()
]


@pytest.mark.parametrize(("words", "expected"), READ)
def test_day_and_time_are_read(words, expected):
    if expected is None:
        with pytest.raises(Suggestion):
            read_appointment(words, NOW, BERLIN)
        return
    found = read_appointment(words, NOW, BERLIN)

    assert f"{found.at.astimezone(BERLIN):%Y-%m-%d %H:%M}" == expected
    assert found.rest == "Gründung"


@pytest.mark.parametrize(
    ("words", "starts", "rest"),
    [
        ("Do von 9 bis 10:30 Gründung", "2027-02-25 09:00", "bis 10:30 Uhr Gründung"),
        ("Do 15 bis 16:30 Uhr Gründung", "2027-02-25 15:00", "bis 16:30 Uhr Gründung"),
        ("Do 9-10 Uhr Gründung", "2027-02-25 09:00", "bis 10 Uhr Gründung"),
        ("Thursday 3-4 pm Gründung", "2027-02-25 15:00", "bis 16:00 Uhr Gründung"),
    ],
)
def test_end_of_a_span_stays_in_front_of_the_title(words, starts, rest):
    found = read_appointment(words, NOW, BERLIN)

    assert (f"{found.at.astimezone(BERLIN):%Y-%m-%d %H:%M}", found.rest) == (starts, rest)


@pytest.mark.parametrize("words", ["16:00", "um 16 Uhr", "auf 16:00", "at 4 pm", "to 16:00"])
def test_time_alone_keeps_the_day(words):
    found = read_appointment(words, NOW, BERLIN, kept=date(2027, 3, 10))

    assert found.at == datetime(2027, 3, 10, 15, tzinfo=UTC)


def test_date_without_a_year_may_be_in_the_next_one():
    december = datetime(2027, 12, 20, 8, 5, tzinfo=UTC)

    found = read_appointment("Mi 12.1. 15:00", december, BERLIN)

    assert found.at == datetime(2028, 1, 12, 14, tzinfo=UTC)


UNCLEAR = [
    pytest.param("Austausch", "Wann ist das Treffen?", "Austausch", id="neither"),
    pytest.param(
        "So geht es weiter", "Wann ist das Treffen?", "So geht es weiter", id="a word like a weekday"
    ),
    pytest.param("Mi 3.3. Austausch", "Um wie viel Uhr ist das Treffen?", "Austausch", id="no time"),
    pytest.param(
        "nächsten Di Austausch", "Um wie viel Uhr ist das Treffen?", "Austausch", id="no time next week"
    ),
    pytest.param("heute Austausch", "Um wie viel Uhr ist das Treffen?", "Austausch", id="no time today"),
    pytest.param(
        "Do 3.3. 15:00 Austausch", "Der 3. März 2027 ist ein Mittwoch.", "Austausch", id="other weekday"
    ),
    pytest.param("31.2. 15:00 Austausch", "Diesen Tag gibt es nicht.", "Austausch", id="no such day"),
    pytest.param("gestern 14:00 Austausch", "Diese Zeit ist vorbei.", "Austausch", id="yesterday"),
    pytest.param("29.2. 15:00 Austausch", "Diesen Tag gibt es nicht.", "Austausch", id="no leap year"),
]


@pytest.mark.parametrize(("words", "question", "kept"), UNCLEAR)
def test_what_is_unclear_is_asked_for_and_the_title_kept(words, question, kept):
    with pytest.raises(Unclear) as raised:
        read_appointment(words, NOW, BERLIN)

    how = "Bitte mit Tag und Uhrzeit antworten, zum Beispiel Mi 15:00."
    assert raised.value.text.render("de") == f"{question} {how}"
    assert (raised.value.line, raised.value.asks_for_text) == (f"treffen {{}} {kept}", True)


def test_day_that_is_over_is_asked_back_with_another():
    with pytest.raises(Suggestion) as raised:
        read_appointment("15.2. 15:00 Austausch", NOW, BERLIN)

    assert raised.value.text.render("de") == (
        "15. Februar 2027 ist vorbei. Ist Mo, 15. März 2027, 15:00 gemeint? Bestätigen mit 👍."
    )
    assert raised.value.line == "treffen 2027-03-15 15:00 Austausch"
