# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Anonymous entries: what waits for the next full hour, and the code that withdraws each."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String, Table, Text

from storage.columns import Instant, Key, neutral
from storage.tables.metadata import metadata

#: No person, no event, no room, no moment at which it came. The rows lie in the order of the hashes, which is
#: none: a number of its own, also SQLite's hidden one, would tell in which order they came.
anonymous = Table(
    "anonymous",
    metadata,
    neutral("code", String, primary_key=True),
    neutral("group_id", Key, ForeignKey("groups.id"), nullable=False, index=True),
    #: barrier, idea
    neutral("kind", String, nullable=False),
    #: As typed behind the command; empty once it is published.
    neutral("text", Text),
    #: The full hour at which it is published; empty afterwards.
    neutral("due_at", Instant),
    #: What it became.
    neutral("item_id", Key, ForeignKey("items.id")),
    sqlite_with_rowid=False,
)
