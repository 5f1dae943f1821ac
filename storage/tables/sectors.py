# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Sectors: what people have declared, what a group has added to the usual ones, what entries come from."""

from __future__ import annotations

from sqlalchemy import Boolean, ForeignKey, Index, String, Table, UniqueConstraint

from storage.columns import Key, neutral, personal
from storage.tables.metadata import metadata

#: The latest mark of a person in a group counts; a reaction taken back leaves the one before.
sector_marks = Table(
    "sector_marks",
    metadata,
    neutral("id", Key, primary_key=True),
    neutral("group_id", Key, ForeignKey("groups.id"), nullable=False),
    personal("person_id", Key, ForeignKey("people.id"), nullable=False),
    #: A key of ``method.sectors``.
    personal("sector", String, nullable=False),
    #: The reaction or message that said so: editing and deleting it act on the mark.
    neutral("event_id", String, nullable=False),
    #: Said in the group's room, where everybody can see it.
    personal("public", Boolean, nullable=False),
    UniqueConstraint("event_id"),
    Index("ix_sector_marks_group_id", "group_id", "person_id"),
    sqlite_autoincrement=True,
)

#: Chosen by text only.
further_sectors = Table(
    "further_sectors",
    metadata,
    neutral("id", Key, primary_key=True),
    neutral("group_id", Key, ForeignKey("groups.id"), nullable=False),
    neutral("name", String, nullable=False),
    neutral("folded", String, nullable=False),
    neutral("source_event_id", String, index=True),
    UniqueConstraint("group_id", "folded"),
    sqlite_autoincrement=True,
)

#: The sector that its author had declared when an item was made.
item_sectors = Table(
    "item_sectors",
    metadata,
    neutral("item_id", Key, ForeignKey("items.id"), primary_key=True),
    personal("sector", String, nullable=False),
    #: It was declared in public: beside the entry it tells nothing new about whoever wrote it.
    personal("public", Boolean, nullable=False),
)
