# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Days on which people want to hear nothing unasked; no reason stands anywhere."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String, Table

from storage.columns import Key, neutral, personal
from storage.tables.metadata import metadata

#: Deleted the day after the last.
absences = Table(
    "absences",
    metadata,
    neutral("id", Key, primary_key=True),
    personal("person_id", Key, ForeignKey("people.id"), nullable=False, index=True),
    #: Local days, both included: "2027-03-10".
    personal("first_day", String, nullable=False),
    personal("last_day", String, nullable=False),
    #: The message that said it: editing and deleting it act on the absence.
    personal("event_id", String, nullable=False, unique=True),
    sqlite_autoincrement=True,
)
