# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""A round: everyone once before anyone twice, shown in an order that says nothing."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.texts import Moment
from method.errors import UserError
from method.ids import EventId, PersonId
from method.pages import REVEALED_BYTES, weight
from method.rounds import (
    ANSWER_LIMIT,
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


@given(given_by)
def test_arranged_answers_are_all_there_firsts_before_seconds(people):
    shown = arranged(answers(people))

    assert sorted(a.source for a in shown) == sorted(a.source for a in answers(people))
    counts = Counter[PersonId]()
    before = []
    for answer in answers(people):
        before.append((answer.source, counts[answer.person]))
        counts[answer.person] += 1
    numbers = [dict(before)[answer.source] for answer in shown]
    assert numbers == sorted(numbers)


def test_order_says_nothing_about_the_order_of_coming():
    orders = set()
    for meeting in range(300):
        said = [Answer(person, "Text", EventId(f"${meeting}-{person}")) for person in PEOPLE]
        orders.add(tuple(answer.person for answer in arranged(said)))

    assert len(orders) == 24


@given(given_by, persons)
def test_order_stays_when_another_answer_comes(people, another):
    before, after = arranged(answers(people)), arranged(answers([*people, another]))

    assert [answer for answer in after if answer.source != f"${len(people)}"] == before


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
    assert shown(answers(PEOPLE[:2])) == ["Runde: Was nun?\n- Text 0\n- Text 1"]
    assert shown([]) == ["Runde: Was nun?\nDazu gab es keine Antwort."]


def shown(said: list[Answer]) -> list[str]:
    return [part.render("de") for part in answered("Was nun?", said)]


@pytest.mark.parametrize("letter", ["ä", "🦊", "x\n"])
def test_every_answer_stands_in_one_of_several_messages(letter):
    words = [f"{number:03} {letter * (ANSWER_LIMIT // len(letter) - 4)}".strip() for number in range(40)]
    parts = shown([Answer(PEOPLE[0], one, EventId(f"${one[:3]}")) for one in words])

    assert [part.split("\n")[0] for part in parts] == [
        "Runde: Was nun?", *(f"Runde, Teil {number}: Was nun?" for number in range(2, len(parts) + 1)),
    ]  # fmt: skip
    assert [part.split("\n")[-1] for part in parts[:-1]] == [
        f"Weiter geht es in Teil {number}." for number in range(2, len(parts) + 1)
    ]
    assert max(sum(map(weight, part.split("\n"))) for part in parts) < REVEALED_BYTES + 200
    every = "\n".join(parts)
    assert [every.count("- " + one.replace("\n", "\n  ")) for one in words] == [1] * 40


def test_answer_of_several_lines_stays_one_point():
    answer = Answer(PEOPLE[0], "eins\nzwei", EventId("$0"))

    assert shown([answer]) == ["Runde: Was nun?\n- eins\n  zwei"]


def test_long_answer_is_refused():
    assert checked("x" * ANSWER_LIMIT) == "x" * ANSWER_LIMIT
    with pytest.raises(UserError):
        checked("x" * (ANSWER_LIMIT + 1))
