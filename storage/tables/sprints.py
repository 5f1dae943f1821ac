# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Sprints: what a group wants to reach until a day; nobody is in them."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Integer, String, Table, Text, UniqueConstraint

from storage.columns import Key, neutral
from storage.tables.metadata import metadata

sprints = Table(
    "sprints",
    metadata,
    neutral("id", Key, primary_key=True),
    neutral("group_id", Key, ForeignKey("groups.id"), nullable=False),
    neutral("number", Integer, nullable=False),
    neutral("goal", Text, nullable=False),
    #: Local dates, for example "2027-03-19".
    neutral("starts_on", String, nullable=False),
    neutral("ends_on", String, nullable=False),
    #: Empty while it runs.
    neutral("ended_on", String),
    #: The message that began it: editing it changes goal and end.
    neutral("source_event_id", String, index=True),
    UniqueConstraint("group_id", "number"),
    sqlite_autoincrement=True,
)
