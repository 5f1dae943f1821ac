# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Meetings, and what exists only while one lasts: who is there, roles, the list of speakers, rounds."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint, text

from storage.columns import Instant, Key, neutral, personal
from storage.tables.metadata import metadata

#: Kept for good, so that a number is never given twice; who was there stands nowhere in it.
meetings = Table(
    "meetings",
    metadata,
    neutral("id", Key, primary_key=True),
    neutral("group_id", Key, ForeignKey("groups.id"), nullable=False),
    neutral("number", Integer, nullable=False),
    neutral("title", Text),
    #: planned, running, ended
    neutral("stage", String, nullable=False),
    neutral("starts_at", Instant),
    neutral("began_at", Instant),
    neutral("ended_at", Instant),
    #: The message that made it.
    neutral("source_event_id", String, index=True),
    #: Our post that shows it.
    neutral("card_id", Key, ForeignKey("outbox.id")),
    UniqueConstraint("group_id", "number"),
    sqlite_autoincrement=True,
)

#: The other way round, SQLite would prepare every statement with "stage = ?" anew each time.
_IS_RUNNING: Final = text("'running' = stage")

#: One at a time in a group, whatever happens at once.
Index(
    "uq_meetings_running",
    meetings.c.group_id,
    unique=True,
    sqlite_where=_IS_RUNNING,
    postgresql_where=_IS_RUNNING,
)

#: Who has reacted to the card, asked, or written a command: roles are drawn among them. Deleted at the end.
meeting_people = Table(
    "meeting_people",
    metadata,
    neutral("meeting_id", Key, ForeignKey("meetings.id"), primary_key=True),
    personal("person_id", Key, ForeignKey("people.id"), primary_key=True),
)

#: Deleted at the end.
meeting_roles = Table(
    "meeting_roles",
    metadata,
    neutral("meeting_id", Key, ForeignKey("meetings.id"), primary_key=True),
    #: moderation, time, board
    neutral("role", String, primary_key=True),
    personal("person_id", Key, ForeignKey("people.id"), nullable=False),
)

#: Everybody who asked to speak, in the order of asking. Deleted at the end.
meeting_requests = Table(
    "meeting_requests",
    metadata,
    neutral("id", Key, primary_key=True),
    neutral("meeting_id", Key, ForeignKey("meetings.id"), nullable=False, index=True),
    personal("person_id", Key, ForeignKey("people.id"), nullable=False),
    #: waiting, speaking, spoken
    neutral("turn", String, nullable=False),
    #: The ✋ or the message that asked: taking it back withdraws.
    personal("event_id", String, nullable=False, index=True),
    sqlite_autoincrement=True,
)

#: A question to everybody. Deleted at the end of the meeting.
meeting_rounds = Table(
    "meeting_rounds",
    metadata,
    neutral("id", Key, primary_key=True),
    neutral("meeting_id", Key, ForeignKey("meetings.id"), nullable=False, index=True),
    neutral("question", Text, nullable=False),
    neutral("closes_at", Instant, nullable=False),
    neutral("closed", Boolean, nullable=False),
    neutral("source_event_id", String, nullable=False, unique=True),
    neutral("card_id", Key, ForeignKey("outbox.id")),
    sqlite_autoincrement=True,
)

#: Further messages that show what people said after its end, from the second on. Deleted at the end of the meeting.
round_pages = Table(
    "round_pages",
    metadata,
    neutral("id", Key, primary_key=True),
    neutral("round_id", Key, ForeignKey("meeting_rounds.id"), nullable=False),
    neutral("number", Integer, nullable=False),
    #: Empty: not said yet, or deleted.
    neutral("post_id", Key, ForeignKey("outbox.id"), index=True),
    #: Of the text that was said last: the same again is not said.
    neutral("digest", String),
    UniqueConstraint("round_id", "number"),
    sqlite_autoincrement=True,
)

#: What people said to it, in the order in which it came. Deleted at the end of the meeting.
round_answers = Table(
    "round_answers",
    metadata,
    neutral("id", Key, primary_key=True),
    neutral("round_id", Key, ForeignKey("meeting_rounds.id"), nullable=False, index=True),
    personal("person_id", Key, ForeignKey("people.id"), nullable=False),
    neutral("text", Text, nullable=False),
    #: The message that said it: editing and deleting it act on the answer.
    personal("event_id", String, nullable=False, unique=True),
    sqlite_autoincrement=True,
)
