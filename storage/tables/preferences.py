# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""How single people want the bot to be towards them."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String, Table

from storage.columns import Key, personal
from storage.tables.metadata import metadata

#: Only what is not as usual stands here; see ``storage.preferences`` for the names.
preferences = Table(
    "preferences",
    metadata,
    personal("person_id", Key, ForeignKey("people.id"), primary_key=True),
    personal("name", String, primary_key=True),
    personal("value", String, nullable=False),
)
