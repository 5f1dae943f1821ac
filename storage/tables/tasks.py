# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What an item has that is something to do; the row goes with the item's words."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String, Table, Text

from storage.columns import Key, neutral, personal
from storage.tables.metadata import metadata

tasks = Table(
    "tasks",
    metadata,
    neutral("item_id", Key, ForeignKey("items.id"), primary_key=True),
    #: open, running, blocked, done
    neutral("stage", String, nullable=False),
    #: Local dates, for example "2027-03-15".
    neutral("due_on", String),
    neutral("done_on", String),
    #: What blocks it.
    neutral("reason", Text),
    #: Who has taken it; a task without is anybody's.
    personal("owner_id", Key, ForeignKey("people.id"), index=True),
    #: Who was asked, until they say yes or no.
    personal("asked_id", Key, ForeignKey("people.id"), index=True),
    #: The reaction that made it what it is, or the message that says what blocks it.
    personal("reaction_event_id", String, index=True),
)

#: In which order tasks were done; when, and by whom, is not stored here. What is done again has one more row.
completions = Table(
    "completions",
    metadata,
    neutral("id", Key, primary_key=True),
    neutral("item_id", Key, ForeignKey("items.id"), nullable=False, index=True),
    sqlite_autoincrement=True,
)
