# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""A group, a person and a barrier in the database of the test."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from method.ids import EventId, UserId
from method.items import Item, Kind
from storage import groups, items, people
from storage.groups import Group
from storage.people import Person


@pytest.fixture
def now() -> datetime:
    """Return the moment at which everything here happens."""
    return datetime(2026, 3, 2, 8, 15, 0, 1, tzinfo=UTC)


@pytest.fixture
async def group(db: AsyncConnection, now: datetime) -> Group:
    """Found a group."""
    return await groups.add(db, "Anerkennung", now=now)


@pytest.fixture
async def person(db: AsyncConnection) -> Person:
    """Remember a person."""
    return await people.get_or_add(db, UserId("@samira:example.org"))


@pytest.fixture
async def barrier(db: AsyncConnection, group: Group, person: Person, now: datetime) -> Item:
    """Put a barrier on the group's board."""
    return await items.add(
        db,
        group.id,
        Kind.BARRIER,
        "Formular nur auf Papier",
        ["Amt"],
        person.id,
        EventId("$barrier"),
        now=now,
    )
