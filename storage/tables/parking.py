# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which entries lie in the topic store instead of on the board."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Table

from storage.columns import Key, neutral
from storage.tables.metadata import metadata

parked_items = Table(
    "parked_items",
    metadata,
    neutral("item_id", Key, ForeignKey("items.id"), primary_key=True),
)
