# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What has happened to entries, by day; never by whom."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, String, Table

from storage.columns import Key, neutral
from storage.tables.metadata import metadata

item_events = Table(
    "item_events",
    metadata,
    neutral("id", Key, primary_key=True),
    neutral("item_id", Key, ForeignKey("items.id"), nullable=False),
    #: The number of the change that did it: taking that back takes this back. It outlives the change.
    neutral("change_id", Key, nullable=False),
    #: A local date, for example "2027-03-15".
    neutral("day", String, nullable=False),
    #: asked, taken, returned, moved, blocked, resumed, done, edited, parked, unparked
    neutral("kind", String, nullable=False),
    #: Of what was moved to another day, the earlier and the new one.
    neutral("was", String),
    neutral("becomes", String),
    Index("ix_item_events_item_id", "item_id"),
    Index("ix_item_events_change_id", "change_id"),
    sqlite_autoincrement=True,
)
