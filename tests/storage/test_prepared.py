# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What is executed by SQLite's driver alone answers as SQLAlchemy's result does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.prepared import prepared
from storage.tables import echoes

_ALL = select(echoes).order_by(echoes.c.marker)
_PREPARED = prepared(select(echoes).order_by(echoes.c.marker))


@pytest.mark.parametrize("count", [0, 1, 2])
@pytest.mark.parametrize(
    "read",
    [
        list,
        lambda result: result.all(),
        lambda result: result.first(),
        lambda result: result.one(),
        lambda result: result.one_or_none(),
        lambda result: result.scalar(),
        lambda result: result.scalar_one(),
        lambda result: result.scalars().all(),
        lambda result: result.scalars().first(),
        lambda result: [(row.marker, row.event_id, row.heard_at) for row in result],
    ],
    ids=[
        "list",
        "all",
        "first",
        "one",
        "one_or_none",
        "scalar",
        "scalar_one",
        "scalars",
        "first_scalar",
        "names",
    ],
)
async def test_each_way_to_read_a_result_gives_the_same(
    db: AsyncConnection, now: datetime, count: int, read: Callable[[Any], Any]
) -> None:
    for number in range(count):
        row = {
            "marker": f"m{number}",
            "event_id": f"$e{number}",
            "heard_at": datetime(2027, 3, 1, tzinfo=UTC),
        }
        await db.execute(echoes.insert().values(row))
    answers = []
    for statement in (_ALL, _PREPARED):
        try:
            answers.append(read(await db.execute(statement)))
        except SQLAlchemyError as error:
            answers.append(type(error))
    assert answers[0] == answers[1]
