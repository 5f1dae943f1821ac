# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""People who are with a group for a while; how long, only the timers know."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String, Table, UniqueConstraint

from storage.columns import Key, neutral, personal
from storage.tables.metadata import metadata

guests = Table(
    "guests",
    metadata,
    neutral("id", Key, primary_key=True),
    neutral("group_id", Key, ForeignKey("groups.id"), nullable=False),
    personal("person_id", Key, ForeignKey("people.id"), nullable=False),
    #: The message that said until when: editing and deleting it act on the guest.
    neutral("source_event_id", String, index=True),
    UniqueConstraint("group_id", "person_id"),
    sqlite_autoincrement=True,
)
