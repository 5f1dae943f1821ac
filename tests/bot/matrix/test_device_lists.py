# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Whose devices are asked for, and when."""

import pytest

from bot.matrix.device_lists import DeviceLists
from tests.key_server import ALICE, BOT, Clock


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def lists(clock):
    return DeviceLists(clock)


def answer(lists, *users):
    lists.answered(lists.tickets(users))


def test_everybody_is_asked_for_once(lists):
    before = lists.to_ask([ALICE, BOT])
    answer(lists, ALICE, BOT)

    assert before == [ALICE, BOT]
    assert lists.to_ask([ALICE, BOT]) == []


def test_who_changed_is_asked_for_again(lists):
    answer(lists, ALICE)
    lists.changed([ALICE])

    assert lists.to_ask() == lists.to_ask([ALICE]) == [ALICE]


def test_strangers_who_change_are_not_asked_for(lists):
    lists.changed([ALICE])

    assert lists.to_ask() == []


def test_a_change_during_the_question_is_not_lost(lists):
    answer(lists, ALICE)
    lists.changed([ALICE])
    tickets = lists.tickets([ALICE])
    lists.changed([ALICE])
    lists.answered(tickets)

    assert lists.to_ask() == [ALICE]


def test_who_left_is_asked_for_when_he_is_met_again(lists):
    answer(lists, ALICE)
    lists.left([ALICE])

    assert lists.to_ask([ALICE]) == [ALICE]


def test_who_gave_us_a_key_is_asked_for_once(lists):
    lists.expect(ALICE)
    before = lists.to_ask()
    answer(lists, ALICE)
    lists.expect(ALICE)

    assert (before, lists.to_ask()) == ([ALICE], [])


def test_a_silent_homeserver_is_asked_again_later(lists, clock):
    lists.unanswered([ALICE])
    now = lists.to_ask([ALICE])
    clock.now += 301

    assert (now, lists.to_ask([ALICE])) == ([], [ALICE])


def test_a_suspect_is_asked_for_and_then_refuted_until_the_devices_change(lists):
    first = lists.suspect(ALICE, "key")
    asked = lists.to_ask()
    answer(lists, ALICE)
    refuted = lists.suspect(ALICE, "key")
    other = lists.suspect(ALICE, "other key")
    answer(lists, ALICE)
    lists.changed([ALICE])

    assert (first, asked, refuted, other) == (True, [ALICE], False, True)
    assert lists.suspect(ALICE, "key")


def test_suspects_do_not_grow_without_end(lists):
    for number in range(1_001):
        lists.suspect(ALICE, f"key {number}")
    answer(lists, ALICE)

    assert lists.suspect(ALICE, "key 0")
