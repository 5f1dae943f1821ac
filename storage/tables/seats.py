# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who a group still needs."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Integer, String, Table, Text, UniqueConstraint

from storage.columns import Key, neutral, personal
from storage.tables.metadata import metadata

seats = Table(
    "seats",
    metadata,
    neutral("id", Key, primary_key=True),
    neutral("group_id", Key, ForeignKey("groups.id"), nullable=False),
    neutral("number", Integer, nullable=False),
    #: Empty once deleted; the number is not given again.
    neutral("text", Text),
    #: sought, asked, filled, declined
    neutral("stage", String, nullable=False),
    personal("author_id", Key, ForeignKey("people.id")),
    #: The message that made it: editing and deleting that message act on the seat.
    neutral("source_event_id", String, index=True),
    UniqueConstraint("group_id", "number"),
    sqlite_autoincrement=True,
)
