# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which moments of schedules are over: kept, or missed."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String, Table

from storage.columns import Instant, Key, neutral
from storage.tables.metadata import metadata

#: What stands here does not happen again, whatever the clock says. Deleted half a year after the moment.
occurrences = Table(
    "occurrences",
    metadata,
    neutral("group_id", Key, ForeignKey("groups.id"), primary_key=True),
    #: Kind and subject of the promise (``timers``).
    neutral("kind", String, primary_key=True),
    neutral("subject", String, primary_key=True),
    #: The local time that was meant.
    neutral("nominal", String, primary_key=True),
    neutral("at", Instant, nullable=False, index=True),
    #: kept; waiting (for working time); missed; told (missed, and the group was told)
    neutral("state", String, nullable=False),
)
