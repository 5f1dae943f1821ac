# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""When a check-in ends, and what an answer says."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from method.checkins import (
    ANSWER_LIMIT,
    Answer,
    Routine,
    Said,
    checked,
    closing,
    last_day,
    read_answer,
    standing,
)
from method.checkins.words import Verb, read_verb
from method.errors import UserError
from method.ids import CheckinId, EventId, PersonId
from method.schedules import Schedule
from method.settings import Settings

SETTINGS = Settings()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("Flyer falten", Said("Flyer falten", None)),
        ("heute: text for invitation, in easy german", Said("text for invitation, in easy german", None)),
        (
            "Gestern: Austausch mit Firmen. Heute: Zusammenfassung schreiben. Hilfe: keine",
            Said("Zusammenfassung schreiben.", None),
        ),
        ("Gestern: Austausch", Said("Austausch", None)),
        ("Hilfe gesucht: wer kennt die Kita-Aufsicht?", Said(None, "wer kennt die Kita-Aufsicht?")),
        ("Hilfe! Wer kennt die Kita-Aufsicht?", Said(None, "Wer kennt die Kita-Aufsicht?")),
        ("hilfe wer kennt sich aus", Said(None, "wer kennt sich aus")),
        ("Hilfe!", Said(None, "Hilfe!")),
        ("Hindernis: Versicherung ist unklar!!", Said(None, "Versicherung ist unklar!!", obstacle=True)),
        ("blocked: no key", Said(None, "no key", obstacle=True)),
        ("Heute Flyer.\nHilfe: Wer druckt?", Said("Heute Flyer.", "Wer druckt?")),
        ("Today: flyers\nHelp needed: who prints?", Said("flyers", "who prints?")),
        ("Heute: Flyer. Hindernis: keins", Said("Flyer.", None)),
        ("Hilfe: nein", Said("Hilfe: nein", None)),
        ("Ich helfe heute Ewa", Said("Ich helfe heute Ewa", None)),
        ("Keine Hilfe nötig, alles gut", Said("Keine Hilfe nötig, alles gut", None)),
        ("Wir reden über Hilfe: das wird lang", Said("Wir reden über Hilfe: das wird lang", None)),
    ],
)  # fmt: skip
def test_answer_says_what_is_on_and_where_help_is_wanted(words: str, said: Said):
    assert read_answer(words) == said


@pytest.mark.parametrize(
    ("words", "read"),
    [
        ("", (Verb.SHOW, None, None)),
        ("an Di Do 9:00", (Verb.ON, (1, 3), time(9))),
        ("an Mo-Fr um 8.30 Uhr", (Verb.ON, (0, 1, 2, 3, 4), time(8, 30))),
        ("an werktags 9 Uhr", (Verb.ON, (0, 1, 2, 3, 4), time(9))),
        ("9:00 Di Do", (Verb.ON, (1, 3), time(9))),
        ("an", (Verb.ON, None, None)),
        ("an Di", (Verb.ON, (1,), None)),
        ("an 9:00", (Verb.ON, None, time(9))),
        ("an dem Flyer arbeiten", (Verb.ANSWER, None, None)),
        ("an Di 25:00", (Verb.UNCLEAR, None, None)),
        ("Di Do", (Verb.ANSWER, None, None)),
        ("aus", (Verb.OFF, None, None)),
        ("aus dem Amt ist nichts da", (Verb.ANSWER, None, None)),
        ("jetzt", (Verb.NOW, None, None)),
        ("Fertig", (Verb.DONE, None, None)),
        ("fertig mit dem Flyer", (Verb.ANSWER, None, None)),
        ("mit Namen", (Verb.NAME, None, None)),
        ("name nein", (Verb.NO_NAME, None, None)),
        ("barriere", (Verb.BARRIER, None, None)),
        ("um 9:00 und um 10:00 Termine", (Verb.ANSWER, None, None)),
        ("an Di Do morgens", (Verb.UNCLEAR, None, None)),
        ("an Mo 9-10", (Verb.UNCLEAR, None, None)),
        ("an jeden zweiten Montag 9:00", (Verb.UNCLEAR, None, None)),
        ("an Di Do 9:30 bis 16 Uhr", (Verb.UNCLEAR, None, None)),
        ("verschieben auf 10 Uhr", (Verb.UNCLEAR, None, None)),
        ("status", (Verb.SHOW, None, None)),
        ("an der Kita gescheitert", (Verb.ANSWER, None, None)),
        ("an so vielen Stellen gescheitert", (Verb.ANSWER, None, None)),
        ("bis Freitag", (Verb.ANSWER, None, None)),
        ("on every weekday 9:30", (Verb.UNCLEAR, None, None)),
        ("an 3 Bewerbungen", (Verb.ANSWER, None, None)),
        ("an Montag denken", (Verb.ANSWER, None, None)),
        ("on Friday I finish the report", (Verb.ANSWER, None, None)),
    ],
)
def test_what_stands_behind_the_command(words: str, read: tuple[Verb, object, object]):
    verb, _, days, at = read_verb(words)

    assert (verb, days, at) == read


@pytest.mark.parametrize(
    ("opened", "ends", "closes"),
    [
        ((4, 8), time(18), (4, 14)),
        ((4, 13), time(18), (4, 14)),
        ((4, 13, 30), time(18), (4, 17)),
        ((4, 8), time(13), (4, 12)),
        ((4, 16, 30), time(18), (4, 18, 30)),
        ((6, 8), time(18), (6, 10)),
    ],
    ids=["9:00", "14:00", "14:30", "work ends at 13:00", "17:30", "Saturday"],
)
def test_summary_is_due_at_three_or_at_the_end_of_work(
    opened: tuple[int, ...], ends: time, closes: tuple[int, ...]
):
    begun, due = (
        datetime(2027, 3, day, tzinfo=UTC) + timedelta(hours=hour, minutes=sum(minutes))
        for day, hour, *minutes in (opened, closes)
    )

    assert closing(begun, replace(SETTINGS, ends=ends)) == due


@pytest.mark.parametrize(("day", "until"), [(1, 5), (4, 5), (5, 12), (6, 12), (7, 12)])
def test_request_is_shown_until_friday(day: int, until: int):
    assert last_day(date(2027, 3, day)) == date(2027, 3, until)


@pytest.mark.parametrize(
    ("days", "at", "schedule"),
    [
        ((1, 3), time(9), Schedule((1, 3), time(9))),
        ((1, 5), time(9), Schedule((1,), time(9))),
        ((5,), time(9), None),
        ((1,), time(7), Schedule((1,), time(8))),
        ((1,), time(17), Schedule((1,), time(17))),
        ((1,), time(17, 1), Schedule((1,), time(17, 1))),
        ((1,), time(18), Schedule((1,), time(8))),
        ((), time(9), None),
    ],
)
def test_routine_keeps_to_the_group_s_working_time(
    days: tuple[int, ...], at: time, schedule: Schedule | None
):
    assert Routine(days, at).schedule(SETTINGS) == schedule


def answer(person: int, words: str, *, done: bool = False) -> Answer:
    source = EventId(f"${words}")
    return Answer(CheckinId(1), PersonId(person), words, source, None, source if done else None, None)


def test_every_answer_counts_and_every_request_that_is_not_done():
    answers = [
        answer(1, "zuerst"),
        answer(2, "Hilfe: alt"),
        answer(1, "danach"),
        answer(2, "Hilfe: neu"),
        answer(2, "Anfang"),
        answer(3, "Hilfe: erledigt", done=True),
    ]

    today, requests = standing(answers)

    assert (today, [one.text for one in requests]) == (
        ["Anfang", "danach", "zuerst"],
        ["Hilfe: alt", "Hilfe: neu"],
    )


def test_answer_has_a_limit():
    assert checked("x" * ANSWER_LIMIT) == "x" * ANSWER_LIMIT
    with pytest.raises(UserError):
        checked("x" * (ANSWER_LIMIT + 1))
