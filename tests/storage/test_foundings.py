# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""A founding dialogue is remembered until its end, one for each group."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from method.foundings import Question
from method.ids import OutboxId, RoomId
from storage import foundings, groups, outbox
from storage.foundings import Founding
from storage.groups import Group


@pytest.fixture
async def posts(db: AsyncConnection, now: datetime) -> list[OutboxId]:
    """Say two things."""
    room = RoomId("!room:example.org")
    return [await outbox.add(db, cause, room, "event", {}, now=now) for cause in ("one", "two")]


async def test_group_has_not_begun(db: AsyncConnection, group: Group):
    assert await foundings.find(db, group.id) is None


async def test_open_question_is_the_one_saved_last(
    db: AsyncConnection, group: Group, posts: list[OutboxId], now: datetime
):
    other = await groups.add(db, "Wohnen", now=now)
    await foundings.save(db, other.id, Question.STATE, posts[1])

    await foundings.save(db, group.id, Question.NAME, posts[0])
    await foundings.save(db, group.id, Question.GOAL, posts[1])

    assert await foundings.find(db, group.id) == Founding(Question.GOAL, posts[1])
    assert await foundings.find(db, other.id) == Founding(Question.STATE, posts[1])


async def test_finished_dialogue_is_forgotten(db: AsyncConnection, group: Group, posts: list[OutboxId]):
    await foundings.save(db, group.id, Question.STATE, posts[0])

    await foundings.end(db, group.id)

    assert await foundings.find(db, group.id) is None
