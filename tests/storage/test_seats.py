# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Seats are numbered once in each group, and their words are gone when they are deleted."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from method.ids import EventId
from method.seats import Seat, Stage
from storage import groups, seats
from storage.groups import Group
from storage.people import Person


@pytest.fixture
async def seat(db: AsyncConnection, group: Group, person: Person) -> Seat:
    return await seats.add(db, group.id, "Ein Amt", person.id, EventId("$seat"))


async def test_add_returns_what_is_found_later(db: AsyncConnection, group: Group, person: Person, seat: Seat):
    assert seat == Seat(seat.id, group.id, 1, "Ein Amt", Stage.SOUGHT, person.id, EventId("$seat"))
    assert await seats.find(db, group.id, 1) == seat
    assert await seats.by_source(db, EventId("$seat")) == seat
    assert await seats.of_group(db, group.id) == [seat]
    assert await seats.find(db, group.id, 2) is None


async def test_add_with_the_same_message_gives_the_same_seat(
    db: AsyncConnection, group: Group, person: Person, seat: Seat
):
    assert await seats.add(db, group.id, "Anders", person.id, EventId("$seat")) == seat


async def test_each_group_counts_by_itself(
    db: AsyncConnection, group: Group, person: Person, seat: Seat, now: datetime
):
    other = await groups.add(db, "Andere", now=now)

    second = await seats.add(db, group.id, "Noch eins", person.id, EventId("$2"))
    elsewhere = await seats.add(db, other.id, "Dort", person.id, EventId("$3"))

    assert (second.label, elsewhere.label) == ("W2", "W1")
    assert await seats.of_group(db, group.id) == [seat, second]


async def test_words_and_stage_change(db: AsyncConnection, group: Group, seat: Seat):
    await seats.rewrite(db, seat.id, "Ein Landesamt")
    await seats.set_stage(db, seat.id, Stage.DECLINED)

    found = await seats.find(db, group.id, 1)
    assert found is not None
    assert (found.text, found.stage) == ("Ein Landesamt", Stage.DECLINED)


async def test_erased_seat_is_nobodys_and_its_number_is_not_given_again(
    db: AsyncConnection, group: Group, person: Person, seat: Seat
):
    await seats.erase(db, seat.id)
    await seats.rewrite(db, seat.id, "Zurück")

    left = await seats.by_source(db, EventId("$seat"))
    assert left == Seat(seat.id, group.id, 1, None, Stage.SOUGHT, None, EventId("$seat"))
    assert await seats.of_group(db, group.id) == []
    assert await seats.find(db, group.id, 1) is None
    assert (await seats.add(db, group.id, "Neu", person.id, EventId("$2"))).label == "W2"
