# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The core problem of a group: its proposals in all versions, and who stands how to the open one."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Integer, String, Table, Text

from storage.columns import Instant, Key, neutral, partial, personal
from storage.tables.metadata import metadata

#: One row for each message that proposed one.
problems = Table(
    "problems",
    metadata,
    neutral("id", Key, primary_key=True),
    neutral("group_id", Key, ForeignKey("groups.id"), nullable=False, index=True),
    personal("author_id", Key, ForeignKey("people.id")),
    #: The message: editing it makes a new version, deleting it erases all of them.
    neutral("source_event_id", String, nullable=False, unique=True),
    sqlite_autoincrement=True,
)

problem_versions = Table(
    "problem_versions",
    metadata,
    neutral("id", Key, primary_key=True),
    neutral("problem_id", Key, ForeignKey("problems.id"), nullable=False, index=True),
    #: Empty once withdrawn.
    neutral("text", Text),
    #: proposed, agreed, replaced, withdrawn
    neutral("state", String, nullable=False),
    #: How many were in favour when it was agreed.
    neutral("in_favour", Integer),
    neutral("proposed_at", Instant, nullable=False),
    #: Not before then it holds by itself.
    neutral("due_at", Instant, nullable=False),
    neutral("agreed_at", Instant),
    sqlite_autoincrement=True,
)

#: One row for each reaction, as long as the version is proposed.
problem_votes = Table(
    "problem_votes",
    metadata,
    personal("event_id", String, primary_key=True),
    neutral("version_id", Key, ForeignKey("problem_versions.id"), nullable=False, index=True),
    personal("person_id", Key, ForeignKey("people.id"), nullable=False),
    #: for, against
    neutral("kind", String, nullable=False),
)

#: What objections say, as long as the version is proposed; an anonymous one belongs to nobody and to no message.
problem_objections = Table(
    "problem_objections",
    metadata,
    neutral("id", Key, primary_key=True),
    neutral("version_id", Key, ForeignKey("problem_versions.id"), nullable=False, index=True),
    personal("person_id", Key, ForeignKey("people.id")),
    neutral("text", Text, nullable=False),
    neutral("source_event_id", String),
    partial("ix_problem_objections_source_event_id", "source_event_id"),
    #: Hash of the code that takes an anonymous one back.
    neutral("code", String),
    sqlite_autoincrement=True,
)
