# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Weekly letters: what each one tells, without the words; and how far single people have read, if they ask."""

from __future__ import annotations

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint, text

from storage.columns import Instant, Key, neutral, personal
from storage.tables.metadata import metadata

digests = Table(
    "digests",
    metadata,
    neutral("id", Key, primary_key=True),
    neutral("group_id", Key, ForeignKey("groups.id"), nullable=False),
    neutral("number", Integer, nullable=False),
    neutral("made_at", Instant, nullable=False),
    #: Our message in the room, the picture and the file under it; empty once taken back.
    neutral("post_id", Key, ForeignKey("outbox.id"), index=True),
    neutral("picture_id", Key, ForeignKey("outbox.id")),
    neutral("file_id", Key, ForeignKey("outbox.id")),
    UniqueConstraint("group_id", "number"),
    sqlite_autoincrement=True,
)

#: The words of people are not copied: a line names the row they stand in.
digest_lines = Table(
    "digest_lines",
    metadata,
    neutral("digest_id", Key, ForeignKey("digests.id"), primary_key=True),
    neutral("position", Integer, primary_key=True),
    #: As ``method.digests`` names them.
    neutral("part", String, nullable=False),
    neutral("source", String, nullable=False),
    neutral("ref", Key, nullable=False),
    #: Our own: where there is no row, and how the row stood when the letter was written.
    neutral("words", Text, nullable=False),
    #: It is told in this letter and in no other.
    neutral("news", Boolean, nullable=False),
    #: What it names was deleted, and the letter in the room does not show it any more.
    neutral("gone", Boolean, nullable=False),
)

#: Whatever happens at once, nothing is told twice.
Index(
    "uq_digest_lines_news",
    digest_lines.c.source,
    digest_lines.c.ref,
    unique=True,
    sqlite_where=text("news"),
    postgresql_where=text("news"),
)

#: Which letters quote a row.
Index("ix_digest_lines_source_ref", digest_lines.c.source, digest_lines.c.ref)

#: Who stands in a line, where the room reads it: they had said yes to the task. The row goes with the person.
digest_names = Table(
    "digest_names",
    metadata,
    neutral("digest_id", Key, ForeignKey("digests.id"), primary_key=True),
    neutral("position", Integer, primary_key=True),
    personal("person_id", Key, ForeignKey("people.id"), nullable=False, index=True),
)

#: What letters quote, and how it was when they last followed: so they find what has changed.
digest_quotes = Table(
    "digest_quotes",
    metadata,
    neutral("group_id", Key, ForeignKey("groups.id"), primary_key=True),
    #: As ``method.digests.QUOTED`` names rows.
    neutral("source", String, primary_key=True),
    neutral("ref", Key, primary_key=True),
    #: Of the words; empty if they are gone.
    neutral("fingerprint", String, nullable=False),
)

#: What the moderation has added to a letter.
digest_remarks = Table(
    "digest_remarks",
    metadata,
    neutral("id", Key, primary_key=True),
    neutral("group_id", Key, ForeignKey("groups.id"), nullable=False, index=True),
    #: Empty once deleted.
    neutral("text", Text),
    #: The message: editing and deleting it act on the sentence.
    neutral("source_event_id", String, index=True),
    sqlite_autoincrement=True,
)

#: Up to where a person was told what is new. Only of those who ask for it, without a moment.
visits = Table(
    "visits",
    metadata,
    neutral("group_id", Key, ForeignKey("groups.id"), primary_key=True),
    personal("person_id", Key, ForeignKey("people.id"), primary_key=True),
    personal("item_id", Key, ForeignKey("items.id")),
    personal("note_id", Key, ForeignKey("notes.id")),
    personal("poll_id", Key, ForeignKey("polls.id")),
    personal("meeting_id", Key, ForeignKey("meetings.id")),
    personal("version_id", Key, ForeignKey("problem_versions.id")),
    personal("completion_id", Key, ForeignKey("completions.id")),
    personal("ended_sprint_id", Key, ForeignKey("sprints.id")),
    personal("begun_sprint_id", Key, ForeignKey("sprints.id")),
)

#: How much was said on a local day that nobody had asked for.
unasked = Table(
    "unasked",
    metadata,
    neutral("group_id", Key, ForeignKey("groups.id"), primary_key=True),
    neutral("day", String, primary_key=True),
    neutral("posts", Integer, nullable=False),
)
