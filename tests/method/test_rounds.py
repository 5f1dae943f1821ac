# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""A round: everyone once before anyone twice, shown in an order that says nothing."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, time
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.texts import Moment
from method.errors import UserError
from method.ids import EventId, PersonId
from method.rounds import (
    ANSWER_LIMIT,
    SHOWN_BYTES,
    Answer,
    answered,
    arranged,
    asked,
    checked,
    read_round,
    waiting,
)

PEOPLE = [PersonId(number) for number in range(1, 5)]
persons = st.sampled_from(PEOPLE)
given_by = st.lists(persons, max_size=10)
chances = st.builds(Random, st.integers())


def answers(people: list[PersonId]) -> list[Answer]:
    return [Answer(person, f"Text {i}", EventId(f"${i}")) for i, person in enumerate(people)]


@given(given_by, st.sets(persons))
def test_second_answer_waits_until_everybody_present_has_given_the_first(people, present):
    waits = waiting(answers(people), present)

    numbers = Counter[PersonId]()
    expected = []
    for answer in answers(people):
        if numbers[answer.person] > min((people.count(p) for p in present), default=0):
            expected.append(answer)
        numbers[answer.person] += 1
    assert waits == expected


@given(given_by, st.sets(persons))
def test_first_answer_never_waits(people, present):
    waits = waiting(answers(people), present)

    firsts = {person: answers(people)[people.index(person)] for person in people}
    assert [answer for answer in firsts.values() if answer in waits] == []


@given(given_by, chances)
def test_arranged_answers_are_all_there_firsts_before_seconds(people, chance):
    shown = arranged(answers(people), chance)

    assert sorted(a.source for a in shown) == sorted(a.source for a in answers(people))
    counts = Counter[PersonId]()
    before = []
    for answer in answers(people):
        before.append((answer.source, counts[answer.person]))
        counts[answer.person] += 1
    numbers = [dict(before)[answer.source] for answer in shown]
    assert numbers == sorted(numbers)


def test_order_is_random():
    people = [PEOPLE[i % 4] for i in range(4)]

    orders = {tuple(a.source for a in arranged(answers(people), Random(seed))) for seed in range(200)}

    assert len(orders) == 24


READ = [
    pytest.param("Was nun?", ("Was nun?", None), id="no deadline"),
    pytest.param("Was nun? bis 15:30", ("Was nun?", time(15, 30)), id="at the end"),
    pytest.param("Was nun?, bis 15.30 Uhr.", ("Was nun?", time(15, 30)), id="with a dot"),
    pytest.param("bis 15 Uhr: Was nun?", ("Was nun?", time(15)), id="at the beginning"),
    pytest.param("Was nun? until 9:05", ("Was nun?", time(9, 5)), id="in English"),
    pytest.param("Was machen wir bis Freitag?", ("Was machen wir bis Freitag?", None), id="another until"),
    pytest.param("Was nun? bis 25:00", ("Was nun? bis 25:00", None), id="no time"),
]


@pytest.mark.parametrize(("words", "expected"), READ)
def test_deadline_is_read(words, expected):
    assert read_round(words) == expected


def test_card_asks_and_answers_in_both_languages():
    end = Moment(datetime(2027, 2, 22, 15, 30, tzinfo=UTC), UTC, {"de": "H:mm", "en": "HH:mm"})

    assert asked("Was nun?", end).render("en").split("\n")[0] == "Round: Was nun?"
    assert answered("Was nun?", answers(PEOPLE[:2])).render("de") == "Runde: Was nun?\n- Text 0\n- Text 1"
    assert answered("Was nun?", []).render("de") == "Runde: Was nun?\nDazu gab es keine Antwort."


def test_card_fits_into_one_message():
    many = [Answer(PEOPLE[0], "ä" * ANSWER_LIMIT, EventId(f"${i}")) for i in range(100)]

    shown = answered("Was nun?", many).render("de")

    assert len(shown.encode()) < SHOWN_BYTES + 1_000
    assert shown.endswith("\nund weitere")


def test_answer_of_several_lines_stays_one_point():
    answer = Answer(PEOPLE[0], "eins\nzwei", EventId("$0"))

    assert answered("Was nun?", [answer]).render("de") == "Runde: Was nun?\n- eins\n  zwei"


def test_long_answer_is_refused():
    assert checked("x" * ANSWER_LIMIT) == "x" * ANSWER_LIMIT
    with pytest.raises(UserError):
        checked("x" * (ANSWER_LIMIT + 1))
