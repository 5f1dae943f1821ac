# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""A person's account: a burst, a rate, entries that wait, and answers that are left out."""

from datetime import UTC, datetime, timedelta

import pytest

from method.floods import BURST, KEPT, RATE, Allowance, Weight

NOW = datetime(2027, 2, 22, 8, 5, tzinfo=UTC)
AT_ONCE = timedelta(0)


def draws(allowance: Allowance, weight: Weight, count: int, now: datetime = NOW) -> list[timedelta | None]:
    return [allowance.draw(weight, now) for _ in range(count)]


def test_burst_waits_for_nothing():
    assert draws(Allowance(NOW), Weight.ENTRY, BURST) == [AT_ONCE] * BURST


def test_entries_beyond_the_burst_wait_one_after_the_other_up_to_the_limit():
    allowance = Allowance(NOW)
    draws(allowance, Weight.ENTRY, BURST)

    waits = draws(allowance, Weight.ENTRY, KEPT + 5)

    assert waits[:KEPT] == [timedelta(seconds=(place + 1) / RATE) for place in range(KEPT)]
    assert waits[KEPT:] == [None] * 5


def test_answers_beyond_the_burst_are_left_out():
    allowance = Allowance(NOW)

    assert draws(allowance, Weight.ANSWER, BURST + 3) == [AT_ONCE] * BURST + [None] * 3


def test_answers_are_left_out_as_long_as_entries_wait():
    allowance = Allowance(NOW)
    draws(allowance, Weight.ENTRY, BURST + 4)

    assert allowance.draw(Weight.ANSWER, NOW + timedelta(seconds=4 / RATE)) is None
    assert allowance.draw(Weight.ANSWER, NOW + timedelta(seconds=6 / RATE)) == AT_ONCE


def test_answers_in_a_flood_come_again_only_after_a_moment_of_silence():
    """Else 60 seconds of "!board" would keep a room's twenty messages a minute busy for minutes."""
    allowance = Allowance(NOW)
    flood = [allowance.draw(Weight.ANSWER, NOW + timedelta(seconds=n / 100)) for n in range(6000)]

    assert sum(wait is not None for wait in flood) <= BURST + 1
    assert allowance.draw(Weight.ANSWER, NOW + timedelta(seconds=60 + 2 / RATE)) == AT_ONCE


def test_conversation_costs_nothing():
    allowance = Allowance(NOW)
    draws(allowance, Weight.NOTHING, 10_000)

    assert draws(allowance, Weight.ENTRY, BURST) == [AT_ONCE] * BURST


def test_account_fills_with_time_but_never_beyond_the_burst():
    allowance = Allowance(NOW)
    draws(allowance, Weight.ENTRY, BURST)

    later = draws(allowance, Weight.ANSWER, 5, NOW + timedelta(seconds=3 / RATE))
    much_later = draws(allowance, Weight.ANSWER, BURST + 1, NOW + timedelta(days=1))

    assert later == [AT_ONCE] * 3 + [None] * 2
    assert much_later == [AT_ONCE] * BURST + [None]


def test_clock_that_goes_back_takes_nothing_away():
    allowance = Allowance(NOW)
    draws(allowance, Weight.ENTRY, BURST - 1)

    assert allowance.draw(Weight.ENTRY, NOW - timedelta(hours=1)) == AT_ONCE


def test_what_collects_while_we_are_away_is_no_flood():
    allowance, away = Allowance(NOW), timedelta(hours=1)
    collected = [allowance.draw(Weight.ANSWER, NOW, away=away) for _ in range(1000)]

    assert collected == [AT_ONCE] * 1000
    # It holds for what has collected, not for what comes after.
    assert draws(allowance, Weight.ANSWER, BURST + 1) == [AT_ONCE] * BURST + [None]


def test_nothing_overtakes_an_entry_that_waits():
    allowance = Allowance(NOW)
    draws(allowance, Weight.ENTRY, BURST + 10)

    assert allowance.draw(Weight.ENTRY, NOW, away=timedelta(hours=1)) == timedelta(seconds=10 / RATE)


@pytest.mark.parametrize("gap", [0.01, 0.3, 0.5, 0.7])
def test_entries_end_their_waiting_in_the_order_in_which_they_came(gap: float):
    allowance = Allowance(NOW)
    ends = []
    for number in range(300):
        now = NOW + timedelta(seconds=gap * number)
        wait = allowance.draw(Weight.ENTRY, now)
        if wait is not None:
            ends.append(now + wait)

    assert ends == sorted(ends)


def test_what_was_fetched_later_and_comes_first_lets_nothing_wait():
    """A gap is fetched backwards, so the later message has come earlier."""
    allowance = Allowance(NOW)
    allowance.draw(Weight.ENTRY, NOW + timedelta(seconds=3))

    assert allowance.draw(Weight.ENTRY, NOW) == AT_ONCE
