# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""INSERT … ON CONFLICT for both databases."""

from __future__ import annotations

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

Insert = sqlite.Insert | postgresql.Insert


def insert(db: AsyncConnection, table: Table) -> Insert:
    """Return an INSERT that knows ``on_conflict_do_nothing`` and ``on_conflict_do_update``."""
    return insert_for(db.dialect.name, table)


def insert_for(dialect: str, table: Table) -> Insert:
    """Return the same for the dialect of this name, for statements that are built once."""
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
