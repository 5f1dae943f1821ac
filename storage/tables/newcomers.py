# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who was greeted in a group."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Table

from storage.columns import Key, neutral, personal
from storage.tables.metadata import metadata

#: Who got the newcomers' message, so that nobody gets it twice; when it was is not kept.
newcomers = Table(
    "newcomers",
    metadata,
    neutral("group_id", Key, ForeignKey("groups.id"), primary_key=True),
    personal("person_id", Key, ForeignKey("people.id"), primary_key=True),
)
