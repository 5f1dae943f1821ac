# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which entries are parts of others."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Table

from storage.columns import Key, neutral
from storage.tables.metadata import metadata

#: The item ``item_id`` is a part of ``whole_id``; nothing of either is copied.
item_parts = Table(
    "item_parts",
    metadata,
    neutral("item_id", Key, ForeignKey("items.id"), primary_key=True),
    neutral("whole_id", Key, ForeignKey("items.id"), nullable=False, index=True),
)
