# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Roles are drawn by lot, from everybody, and each person has one."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from method.ids import PersonId, UserId
from method.roles import DRAWN, Role, draw, give, read_role

MODERATION, TIME, BOARD = DRAWN
ANNA, BEN, CEM, DORA = (PersonId(number) for number in range(1, 5))

present = st.sets(st.integers(1, 12).map(lambda number: UserId(f"@p{number}:test")))
chances = st.builds(Random, st.integers())
held = st.permutations([ANNA, BEN, CEM]).flatmap(
    lambda people: st.lists(st.sampled_from(DRAWN), unique=True).map(
        lambda roles: dict(zip(roles, people, strict=False))
    )
)


@given(present, chances)
def test_draw_takes_different_people_who_are_present(people, chance):
    drawn = draw(people, chance)

    assert list(drawn) == list(DRAWN)[: len(people)]
    assert len(set(drawn.values())) == len(drawn)
    assert set(drawn.values()) <= people


def test_draw_prefers_nobody():
    people = {UserId(f"@p{number}:test") for number in range(4)}

    moderators = [draw(people, Random(seed))[MODERATION] for seed in range(400)]

    assert {person: 60 < moderators.count(person) < 140 for person in people} == dict.fromkeys(people, True)


@given(held, st.sampled_from(DRAWN), st.sampled_from([ANNA, BEN, CEM, DORA]))
def test_give_puts_the_person_there_and_nobody_has_two_roles(roles, role, person):
    changed = give(roles, role, person)

    assert changed[role] == person
    assert len(set(changed.values())) == len(changed)


@given(held, st.sampled_from(Role), st.sampled_from([ANNA, BEN, CEM, DORA]), st.sampled_from([ANNA, DORA]))
def test_nobody_gets_or_loses_the_voice_by_a_swap(roles, role, person, voice):
    changed = give({**roles, Role.VOICE: voice}, role, person)

    if role is Role.VOICE:
        assert changed == {**roles, Role.VOICE: person}
    else:
        assert changed == {**give(roles, role, person), Role.VOICE: voice}


GIVEN = [
    pytest.param({}, TIME, ANNA, {TIME: ANNA}, id="free"),
    pytest.param({TIME: BEN}, TIME, ANNA, {TIME: ANNA}, id="instead of somebody"),
    pytest.param({MODERATION: ANNA, TIME: BEN}, TIME, ANNA, {MODERATION: BEN, TIME: ANNA}, id="swapped"),
    pytest.param({MODERATION: ANNA}, BOARD, ANNA, {BOARD: ANNA}, id="moved to a free one"),
    pytest.param({TIME: ANNA}, TIME, ANNA, {TIME: ANNA}, id="the same"),
]


@pytest.mark.parametrize(("roles", "role", "person", "expected"), GIVEN)
def test_give_swaps(roles, role, person, expected):
    assert give(roles, role, person) == expected


WORDS = [
    ("zeit", TIME),
    ("Zeit", TIME),
    ("time", TIME),
    ("MODERATION", MODERATION),
    ("board", BOARD),
    ("Zielgruppe", Role.VOICE),
    ("stimme", Role.VOICE),
    ("target", Role.VOICE),
    ("chef", None),
]


@pytest.mark.parametrize(("word", "role"), WORDS)
def test_role_is_read(word, role):
    assert read_role(word) is role
