# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Each person is greeted once in each group."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from method.ids import UserId
from storage import groups, newcomers, people
from storage.groups import Group
from storage.people import Person


async def test_person_is_greeted_once_in_each_group(
    db: AsyncConnection, group: Group, person: Person, now: datetime
):
    other = await groups.add(db, "Wohnen", now=now)

    greeted = [await newcomers.greet(db, one.id, person.id) for one in (group, group, other)]

    assert greeted == [True, False, True]


async def test_mark_is_forgotten_with_the_person(db: AsyncConnection, group: Group, person: Person):
    ben = await people.get_or_add(db, UserId("@ben:example.org"))
    for one in (person, ben):
        await newcomers.greet(db, group.id, one.id)

    await newcomers.forget(db, person.id)

    assert [await newcomers.greet(db, group.id, one.id) for one in (person, ben)] == [True, False]
