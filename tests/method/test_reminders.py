# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reminders as people type them, and when they are due."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time
from typing import Any

import pytest

from method.errors import Missing, Suggestion
from method.ids import EventId, GroupId, PersonId, ReminderId
from method.recurrences import Every, Recurrence
from method.reminders import HOUR, MORROW, Reminder, due_at, next_at, put_off, read_reminder, receipt, when
from method.settings import Settings

BERLIN = Settings()
#: A Tuesday, 10:05 in Berlin.
NOW = datetime(2027, 3, 2, 9, 5, tzinfo=UTC)
ONCE = Reminder(
    ReminderId(1), GroupId(1), 1, PersonId(1), False, False, True, None, None, "Text", None, None, None
)  # fmt: skip


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2027, 3, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("words", "for_group", "moment", "exact", "said"),
    [
        ("Fr 10:00 Unterlagen mitbringen", None, at(5, 9), True, "Unterlagen mitbringen"),
        ("mich in 2 Stunden anrufen", False, at(2, 11, 5), True, "anrufen"),
        ("uns jeden Montag 9:00 Board lesen", True, at(8, 8), True, "Board lesen"),
        ("Unterlagen mitbringen am Fr 10 Uhr", None, at(5, 9), True, "Unterlagen mitbringen"),
        ("mich an Raum buchen, Fr 10:00", False, at(5, 9), True, "Raum buchen"),
        ("morgen Pizza bestellen", None, at(3, 7), False, "Pizza bestellen"),
        ("in 20 min an die Kekse denken", None, at(2, 9, 25), True, "die Kekse denken"),
        ("Mi 3.3. 15:00 Termin", None, at(3, 14), True, "Termin"),
        # "do" is a Thursday; the time with hours is the better find.
        ("do the thing Fr 10:00", None, at(5, 9), True, "do the thing"),
        ("me tomorrow at 9am call the office", False, at(3, 8), True, "call the office"),
    ],
)
def test_reminders_are_read(words: str, for_group: bool | None, moment: datetime, exact: bool, said: str):
    asked = read_reminder(words, NOW, BERLIN, about=None)

    assert (asked.for_group, asked.when.at, asked.when.exact, asked.text) == (for_group, moment, exact, said)


#: Tuesday, 2 March 2027, 9:05 in Berlin.
NINE = datetime(2027, 3, 2, 8, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("words", "local", "said"),
    [
        ("uns am 3. 10 Uhr Antrag", "2027-03-03 10:00", "Antrag"),
        ("uns am 3. um 10 Uhr Antrag", "2027-03-03 10:00", "Antrag"),
        ("am 5. 12 Uhr Antrag", "2027-03-05 12:00", "Antrag"),
        ("3. 10. 9:00 Antrag", "2027-10-03 09:00", "Antrag"),
        ("morgen um 10 an den Zahnarzt", "2027-03-03 10:00", "den Zahnarzt"),
        ("morgen um halb drei Tee", "2027-03-03 14:30", "Tee"),
        ("Mi viertel nach drei Tee", "2027-03-03 15:15", "Tee"),
        ("morgen um 10.00 Tee", "2027-03-03 10:00", "Tee"),
        ("15.3 9h30 Tee", "2027-03-15 09:30", "Tee"),
        ("15.3. um 9 Uhr 30 den Müll holen", "2027-03-15 09:30", "den Müll holen"),
        ("15.3. um 9h30 Müll", "2027-03-15 09:30", "Müll"),
        ("Tee kochen Mi 15 Uhr 30", "2027-03-03 15:30", "Tee kochen"),
        ("morgen 10 Uhr 30 Leute anrufen", "2027-03-03 10:00", "30 Leute anrufen"),
        ("10 Uhr 30 Leute anrufen", "2027-03-02 10:00", "30 Leute anrufen"),
        ("jeden Mo 12 Uhr 15 Minuten Pause", "2027-03-08 12:00", "15 Minuten Pause"),
        ("tomorrow at 10 o'clock 30 people call", "2027-03-03 10:00", "30 people call"),
        ("nächsten Di 9-10:30 Tee", "2027-03-09 09:00", "Tee"),
        ("Montag in einer Woche 10 Uhr Tee", "2027-03-15 10:00", "Tee"),
        ("heute abend um 8 Tee", "2027-03-02 20:00", "Tee"),
        ("nachmittags um 3 Tee", "2027-03-02 15:00", "Tee"),
        ("Tee kochen morgen um 3", "2027-03-03 15:00", "Tee kochen"),
        ("morgen Tee kochen um 3", "2027-03-03 15:00", "Tee kochen"),
        ("um 3 am Freitag Tee", "2027-03-05 15:00", "Tee"),
        ("Fr 10:00 um den Raum kümmern", "2027-03-05 10:00", "um den Raum kümmern"),
        ("me tomorrow at 3 tea", "2027-03-03 15:00", "tea"),
        ("me tomorrow at half past two tea", "2027-03-03 14:30", "tea"),
        ("me 5th March at 10 tea", "2027-03-05 10:00", "tea"),
        ("every other Monday 9am tea", "2027-03-08 09:00", "tea"),
        ("alle 14 Tage Do 10 Uhr Tee", "2027-03-04 10:00", "Tee"),
        ("jeden Mo um halb drei Tee", "2027-03-08 14:30", "Tee"),
        ("jeden Mo 9:00-10:30 Tee", "2027-03-08 09:00", "Tee"),
        ("jeden Mo bis Fr 9:00 Tee", "2027-03-03 09:00", "Tee"),
        ("jeden Mo 9:00 von 9 bis 10 Uhr lüften", "2027-03-08 09:00", "von 9 bis 10 Uhr lüften"),
        ("Fr 9 Uhr bis Montag Tee", "2027-03-05 09:00", "bis Montag Tee"),
    ],
)
def test_times_are_read_as_people_say_them(words: str, local: str, said: str):
    asked = read_reminder(words, NINE, BERLIN, about=None)

    assert f"{asked.when.at.astimezone(BERLIN.zone):%Y-%m-%d %H:%M}" == local
    assert (asked.when.exact, asked.text) == (True, said)


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("Fr 25:00 Tee", "erinnere Fr {} Tee"),
        ("morgen um elfzig Tee", "erinnere morgen {} um elfzig Tee"),
        ("jeden Mo 25:00 Tee", "erinnere jeden Mo {} Tee"),
        ("Fr um 25 Uhr Tee", "erinnere Fr {} Tee"),
        ("morgen um siebzig Uhr Tee", "erinnere morgen {} um siebzig Uhr Tee"),
        ("morgen 10.10 Tee", "erinnere morgen {} 10.10 Tee"),
        ("morgen Fr 10:00 Tee", "erinnere {} Fr 10:00 Tee"),
    ],
)
def test_time_that_was_not_understood_is_asked_for(words: str, line: str):
    with pytest.raises(Missing) as missing:
        read_reminder(words, NINE, BERLIN, about=None)

    assert (missing.value.line, missing.value.kind) == (line, "word")


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("jeden Mo 9:00 bis 30.4. Tee", "erinnere jeden Mo 9:00 Tee"),
        ("every Monday 9am until 30 April tea", "erinnere every Monday 9am tea"),
        ("Mo bis Fr 9:00 Tee", "erinnere jeden Mo bis Fr 9:00 Tee"),
        ("uns Mo-Fr 9:00 Tee", "erinnere uns jeden Mo bis Fr 9:00 Tee"),
    ],
)
def test_what_comes_again_without_end_is_asked_back(words: str, line: str):
    with pytest.raises(Suggestion) as asked:
        read_reminder(words, NINE, BERLIN, about=None)

    assert asked.value.line == line


@pytest.mark.parametrize(
    "words",
    [
        "Fr um Hilfe bitten",
        "Fr um den Raum kümmern",
        "tomorrow at the office call",
        "Fr Uhr umstellen",
        "Fr 3-4 Stühle mitbringen",
        "Fr Halb so wild",
        "Fr Viertel der Kosten überweisen",
        "Fr bis 12:00 Unterlagen abgeben",
        "morgen bis Freitag Flyer drucken",
        "Montag bis Freitag ist Messe",
        "Montag bis Mittwoch Seminar um den Fluss",
    ],
)
def test_words_that_go_on_otherwise_are_no_time(words: str):
    asked = read_reminder(words, NINE, BERLIN, about=None)

    assert (asked.when.exact, asked.text) == (False, words.partition(" ")[2])


def test_answer_needs_no_text():
    asked = read_reminder("Fr 10:00", NOW, BERLIN, about=EventId("$letter"))

    assert (asked.text, asked.about) == (None, "$letter")


@pytest.mark.parametrize(
    ("words", "line", "kind"),
    [
        ("", "erinnere {}", "text"),
        ("mich Raum buchen", "erinnere mich {} Raum buchen", "word"),
        ("Fr 10:00", "erinnere Fr 10:00 {}", "text"),
        ("jeden Montag 9:00", "erinnere jeden Montag 9:00 {}", "text"),
    ],
)
def test_what_is_missing_is_asked_for(words: str, line: str, kind: str):
    with pytest.raises(Missing) as missing:
        read_reminder(words, NOW, BERLIN, about=None)

    assert (missing.value.line, missing.value.kind) == (line, kind)


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("heute 8:00 Tee", "erinnere 2027-03-03 08:00 Tee"),
        ("uns 1.3. 9:00 Tee", "erinnere uns 2027-04-01 09:00 Tee"),
    ],
)
def test_past_time_is_asked_back_with_another(words: str, line: str):
    with pytest.raises(Suggestion) as asked:
        read_reminder(words, NOW, BERLIN, about=None)

    assert asked.value.line == line


@pytest.mark.parametrize(
    ("change", "moment", "expected"),
    [
        ({}, at(6, 19), at(6, 19)),
        ({"exact": False}, at(6, 19), at(9, 7)),
        ({"exact": False, "private": True}, at(6, 19), at(6, 19)),
        ({"exact": False}, at(5, 9), at(5, 9)),
    ],
    ids=["typed time", "quiet hours; the 8th is a holiday in Berlin", "private", "working time"],
)
def test_group_is_reminded_in_working_time_unless_the_time_was_typed(
    change: dict[str, Any], moment: datetime, expected: datetime
):
    assert due_at(replace(ONCE, **change), moment, BERLIN) == expected


def test_next_time_keeps_the_local_time_over_both_clock_changes():
    daily = replace(ONCE, rule=Recurrence(Every.DAY), local_time=time(9))

    assert next_at(daily, at(27, 8), BERLIN) == at(28, 7)
    october = datetime(2027, 10, 30, 7, tzinfo=UTC)
    assert next_at(daily, october, BERLIN) == datetime(2027, 10, 31, 8, tzinfo=UTC)
    assert next_at(ONCE, NOW, BERLIN) is None


def test_hour_that_comes_twice_counts_once():
    night = replace(ONCE, rule=Recurrence(Every.DAY), local_time=time(2, 30))
    first = next_at(night, datetime(2027, 10, 30, 12, tzinfo=UTC), BERLIN)

    assert first == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    assert next_at(night, first, BERLIN) == datetime(2027, 11, 1, 1, 30, tzinfo=UTC)


def test_putting_off():
    assert put_off(HOUR, NOW, BERLIN) == at(2, 10, 5)
    assert put_off(MORROW, at(27, 9, 5), BERLIN) == at(28, 8, 5)
    assert put_off("👍", NOW, BERLIN) is None


MONDAYS = Recurrence(Every.WEEK, 1, (0,))


@pytest.mark.parametrize(
    ("rule", "moment", "said", "english"),
    [
        (
            MONDAYS, at(22, 8),
            "jeden Montag um 9:00, das nächste Mal am 22. März.", "every Monday at 09:00, next on 22 March.",
        ),
        (
            Recurrence(Every.WEEK, 2, (0, 3)), at(22, 8),
            "alle 2 Wochen am Montag und Donnerstag um 9:00, das nächste Mal am Mo, 22. März.",
            "every 2 weeks on Monday and Thursday at 09:00, next on Mon, 22 March.",
        ),
        (
            Recurrence(Every.DAY), at(3, 8),
            "jeden Tag um 9:00, das nächste Mal am Mi, 3. März.", "every day at 09:00, next on Wed, 3 March.",
        ),
        (
            Recurrence(Every.DAY_OF_MONTH, 15), at(15, 8),
            "jeden 15. im Monat um 9:00, das nächste Mal am Mo, 15. März.",
            "every month on day 15 at 09:00, next on Mon, 15 March.",
        ),
        (
            MONDAYS, datetime(2028, 1, 3, 8, tzinfo=UTC),
            "jeden Montag um 9:00, das nächste Mal am 3. Januar 2028.",
            "every Monday at 09:00, next on 3 January 2028.",
        ),
        (
            Recurrence(Every.WEEK, 1, (5,)), at(9, 7),
            "jeden Samstag, das nächste Mal am Di, 9. März, 8:00.", "every Saturday, next on Tue, 9 March, 08:00.",
        ),
    ],
    ids=["weekly", "several days", "daily", "monthly", "in another year", "waits for working time"],
)  # fmt: skip
def test_receipt_of_what_comes_again_is_one_sentence(
    rule: Recurrence, moment: datetime, said: str, english: str
):
    weekly = replace(ONCE, rule=rule, local_time=time(9))
    written = when(weekly, moment, NOW, BERLIN.zone, group=BERLIN.zone)

    lines = [receipt(weekly, written, direct=True).render(language) for language in ("de", "en")]
    assert lines == [f"Erinnerung 1 kommt in der Gruppe {said}", f"Reminder 1 comes in the group {english}"]
    alone = receipt(replace(weekly, private=True), written, direct=True)
    assert alone.render("de") == f"Erinnerung 1 kommt {said} Aus: erinnere aus 1"
