# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Settings of a group come back as they were saved."""

from __future__ import annotations

from datetime import datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from method.settings import Address, Occasion, Receipt, Settings
from storage import groups, settings
from storage.groups import Group


async def test_group_without_settings_has_the_usual_ones(db: AsyncConnection, group: Group):
    assert await settings.of_group(db, group.id) == Settings()


async def test_settings_come_back(db: AsyncConnection, group: Group, now: datetime):
    other = await groups.add(db, "Wohnen", now=now)
    wanted = Settings(
        Address.FAMILIAR,
        (0, 1, 3),
        time(9, 30),
        time(16),
        "BY",
        ZoneInfo("Europe/Vienna"),
        Occasion.EVENT,
        Receipt.ANSWER,
    )

    await settings.save(db, group.id, Settings(Address.FORMAL))
    await settings.save(db, group.id, wanted)

    assert await settings.of_group(db, group.id) == wanted
    assert await settings.of_group(db, other.id) == Settings()
