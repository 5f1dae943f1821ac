# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Barriers, ideas, tasks and decisions, what belongs to them, and what can be taken back."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    ForeignKey,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from storage.columns import Instant, Key, neutral, partial, personal
from storage.tables.metadata import metadata

#: And not erased yet. With "=", SQLite would prepare every statement with "state = ?" anew each time.
_IS_WITHDRAWN: Final = "state != 'open' AND text IS NOT NULL"

items = Table(
    "items",
    metadata,
    neutral("id", Key, primary_key=True),
    neutral("group_id", Key, ForeignKey("groups.id"), nullable=False),
    #: barrier, idea, task, decision
    neutral("kind", String, nullable=False),
    neutral("number", Integer, nullable=False),
    #: Empty once withdrawn for good.
    neutral("text", Text),
    #: open, withdrawn
    neutral("state", String, nullable=False),
    personal("author_id", Key, ForeignKey("people.id")),
    #: The message that made it: editing and deleting that message act on the item.
    neutral("source_event_id", String, index=True),
    neutral("created_at", Instant, nullable=False),
    neutral("changed_at", Instant, nullable=False),
    #: The local date on which a decision is to be reviewed, for example "2027-06-15".
    neutral("review_on", String),
    UniqueConstraint("group_id", "kind", "number"),
    partial("ix_items_withdrawn", "changed_at", only=_IS_WITHDRAWN),
    sqlite_autoincrement=True,
)

item_topics = Table(
    "item_topics",
    metadata,
    neutral("item_id", Key, ForeignKey("items.id"), primary_key=True),
    #: As typed, without "#"; compared folded.
    neutral("topic", String, primary_key=True),
    neutral("folded", String, nullable=False, index=True),
    neutral("position", Integer, nullable=False),
)

#: The idea ``item_id`` answers the barrier ``target_id``; a task is for it, a decision names it.
item_links = Table(
    "item_links",
    metadata,
    neutral("item_id", Key, ForeignKey("items.id"), primary_key=True),
    neutral("target_id", Key, ForeignKey("items.id"), primary_key=True, index=True),
)

notes = Table(
    "notes",
    metadata,
    neutral("id", Key, primary_key=True),
    neutral("item_id", Key, ForeignKey("items.id"), nullable=False, index=True),
    neutral("text", Text),
    #: open, withdrawn
    neutral("state", String, nullable=False),
    personal("author_id", Key, ForeignKey("people.id")),
    neutral("source_event_id", String, index=True),
    neutral("created_at", Instant, nullable=False),
    neutral("changed_at", Instant, nullable=False),
    #: view, why; empty for what is just added
    neutral("kind", String),
    #: Whose view it is, as said in the note itself: nothing that is known of its author.
    neutral("sector", String),
    partial("ix_notes_withdrawn", "changed_at", only=_IS_WITHDRAWN),
    sqlite_autoincrement=True,
)

#: One row for each 👍; a person who reacts twice supports once.
supports = Table(
    "supports",
    metadata,
    personal("event_id", String, primary_key=True),
    neutral("item_id", Key, ForeignKey("items.id"), nullable=False, index=True),
    personal("person_id", Key, ForeignKey("people.id"), nullable=False),
)

#: What ``!rückgängig`` can take back, for thirty minutes.
changes = Table(
    "changes",
    metadata,
    neutral("id", Key, primary_key=True),
    neutral("group_id", Key, ForeignKey("groups.id"), nullable=False),
    personal("person_id", Key, ForeignKey("people.id"), nullable=False),
    neutral("item_id", Key, ForeignKey("items.id"), index=True),
    neutral("note_id", Key, ForeignKey("notes.id")),
    partial("ix_changes_note_id", "note_id"),
    #: As ``storage.changes`` names them: created, edited, withdrawn, noted, goal, merged and others.
    neutral("kind", String, nullable=False),
    #: What it was before (text, topics, goal; numbers of entries) as JSON.
    neutral("before", Text),
    neutral("at", Instant, nullable=False),
    sqlite_autoincrement=True,
)
