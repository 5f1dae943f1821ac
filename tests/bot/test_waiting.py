# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which rooms the outbox looks at next."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.waiting import Waiting
from method.ids import OutboxId, RoomId
from storage import lanes

NOW = datetime(2027, 2, 23, 8, tzinfo=UTC)
SECOND = timedelta(seconds=1)
DB: Any = None
A, B, C, D = (RoomId(f"!{name}:test") for name in "abcd")


@pytest.fixture
def waiting() -> Waiting:
    """Return what is known of three rooms."""
    found = Waiting()
    found.fill([A, B, C])
    found.is_incomplete = False
    return found


def test_nothing_is_known_at_first() -> None:
    waiting = Waiting()
    assert waiting
    assert waiting.is_incomplete
    assert waiting.take(5, NOW) == []


def test_each_room_is_looked_at_once_a_few_at_a_time(waiting: Waiting) -> None:
    assert waiting.take(2, NOW) == [A, B]
    assert waiting.take(2, NOW) == [C]
    assert waiting.take(2, NOW) == []
    assert not waiting


def test_room_is_looked_at_again_when_its_lane_is_free(waiting: Waiting) -> None:
    waiting.take(1, NOW)
    waiting.stand_behind(f"{A} talk", asked=False)
    assert waiting.take(5, NOW) == [B, C]
    waiting.free(f"{A} talk")
    waiting.free(f"{B} talk")
    assert waiting.take(5, NOW) == [A]


def test_room_in_which_somebody_waits_comes_first_and_always(waiting: Waiting) -> None:
    for asked in (False, True, False):
        waiting.stand_behind(f"{C} talk", asked=asked)
    found = [waiting.is_asked]
    waiting.free(f"{C} talk")
    found.append(waiting.is_asked)
    assert waiting.take(0, NOW) == [C]
    assert [*found, waiting.is_asked] == [False, True, False]
    assert waiting.take(5, NOW) == [A, B]


def test_room_that_was_put_off_is_looked_at_at_the_first_of_its_times(waiting: Waiting) -> None:
    waiting.take(5, NOW)
    assert waiting.until is None
    for lane, seconds in ((f"{A} talk", 3), (f"{A} reactions", 2), (f"{A} talk", 4), (f"{B} talk", 9)):
        waiting.put_off(lane, NOW + seconds * SECOND)
    assert waiting.until == NOW + 2 * SECOND
    assert waiting.take(5, NOW + SECOND) == []
    assert waiting.take(5, NOW + 2 * SECOND) == [A]
    assert waiting.until == NOW + 9 * SECOND


def test_whatever_was_known_gives_way_to_what_is_found(waiting: Waiting) -> None:
    waiting.put_off(f"{A} talk", NOW)
    waiting.stand_behind(f"{B} talk", asked=True)
    waiting.fill([D])
    waiting.free(f"{B} talk")
    assert waiting.take(5, NOW + SECOND) == [D]


def test_room_with_news_stands_behind_those_that_are_known(waiting: Waiting) -> None:
    waiting.take(1, NOW)
    waiting.add([C, D])
    assert waiting.take(5, NOW) == [B, C, D]


async def test_news_are_looked_for_once_from_the_last_look_on(
    waiting: Waiting, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[int | None] = []

    async def everywhere(_db: object) -> list[RoomId]:
        looks.append(None)
        waiting.expect()
        return [A]

    async def newer(_db: object, since: int) -> list[RoomId]:
        looks.append(since)
        return [D]

    monkeypatch.setattr(lanes, "rooms", everywhere)
    monkeypatch.setattr(lanes, "rooms_since", newer)
    waiting.is_incomplete = True

    # What is said during a look is looked for again; a look for nothing does not count as one.
    for newest in (7, 8, 9):
        await waiting.find(DB, OutboxId(newest))
    waiting.expect()
    await waiting.find(DB, OutboxId(10))

    assert looks == [None, 7, 8]
    assert waiting.take(5, NOW) == [A, D]


async def test_all_rooms_are_found_again_when_any_of_them_may_be_due(
    waiting: Waiting, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def everywhere(_db: object) -> list[RoomId]:
        return [A, B, D]

    monkeypatch.setattr(lanes, "all_rooms", everywhere)
    waiting.take(5, NOW)
    waiting.stand_behind(f"{C} talk", asked=True)
    waiting.expect(anywhere=True)
    waiting.expect()
    await waiting.find(DB, OutboxId(7))
    waiting.free(f"{C} talk")

    # Where somebody waits, that is not forgotten.
    assert waiting.take(5, NOW) == [C, A, B, D]
