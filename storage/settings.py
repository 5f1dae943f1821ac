# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Settings of a group: only those that are not as everywhere are kept."""

from __future__ import annotations

from typing import Final

from sqlalchemy import bindparam, delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from method.ids import GroupId
from method.settings import Settings
from storage.prepared import prepared
from storage.tables import group_settings


async def of_group(db: AsyncConnection, group_id: GroupId) -> Settings:
    """Return the group's settings."""
    found = await db.execute(_OF_GROUP, {"group": group_id})
    return Settings.stored({row.name: row.value for row in found})


_OF_GROUP: Final = prepared(
    select(group_settings.c.name, group_settings.c.value).where(
        group_settings.c.group_id == bindparam("group")
    )
)


async def save(db: AsyncConnection, group_id: GroupId, settings: Settings) -> None:
    """Keep these settings from now on."""
    await db.execute(delete(group_settings).where(group_settings.c.group_id == group_id))
    usual = Settings().as_stored()
    rows = [
        {"group_id": group_id, "name": name, "value": value}
        for name, value in settings.as_stored().items()
        if value != usual[name]
    ]
    if rows:
        await db.execute(insert(group_settings), rows)
