# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Polls: questions, options and sums stay; who voted how, or at all, is deleted at the end."""

from __future__ import annotations

from sqlalchemy import Boolean, ForeignKey, Integer, LargeBinary, String, Table, Text, UniqueConstraint

from storage.columns import Instant, Key, neutral, partial, personal
from storage.tables.metadata import metadata

polls = Table(
    "polls",
    metadata,
    neutral("id", Key, primary_key=True),
    neutral("group_id", Key, ForeignKey("groups.id"), nullable=False),
    neutral("number", Integer, nullable=False),
    #: choice, dots, date, resistance, consent, round
    neutral("kind", String, nullable=False),
    #: Empty once withdrawn.
    neutral("question", Text),
    #: How many different options a person may choose.
    neutral("most", Integer, nullable=False),
    #: open, hidden, secret
    neutral("openness", String, nullable=False),
    neutral("takes_suggestions", Boolean, nullable=False),
    #: open, closed, withdrawn
    neutral("state", String, nullable=False),
    neutral("ends_at", Instant, nullable=False),
    #: Its time is over, and what the homeserver has of it is looked up once more.
    neutral("closing_since", Instant),
    #: How many have voted; of open polls only while it is secret.
    neutral("people", Integer),
    #: Makes the marks of a secret poll; destroyed at its end, and nobody can tell any more whose they were.
    neutral("key", LargeBinary),
    personal("author_id", Key, ForeignKey("people.id")),
    #: The message that asked: deleting it withdraws the poll.
    neutral("source_event_id", String, index=True),
    #: Our text post, and our native poll event.
    neutral("card_id", Key, ForeignKey("outbox.id"), index=True),
    neutral("native_id", Key, ForeignKey("outbox.id"), index=True),
    UniqueConstraint("group_id", "number"),
    partial("ix_polls_closing_since", "closing_since"),
    sqlite_autoincrement=True,
)

poll_options = Table(
    "poll_options",
    metadata,
    neutral("poll_id", Key, ForeignKey("polls.id"), primary_key=True),
    #: As people name it; in a dot poll the number of the entry.
    neutral("number", Integer, primary_key=True),
    neutral("position", Integer, nullable=False),
    #: Empty once withdrawn.
    neutral("text", Text),
    #: Of dates.
    neutral("at", Instant),
    neutral("whole_day", Boolean, nullable=False),
    #: Of entries.
    neutral("item_id", Key, ForeignKey("items.id")),
    neutral("label", String),
    #: The sum; of open polls only while it is secret.
    neutral("votes", Integer),
    #: The message that suggested it, and who: editing it acts on the words.
    neutral("source_event_id", String, index=True),
    personal("author_id", Key, ForeignKey("people.id")),
    partial("ix_poll_options_item_id", "item_id"),
)

#: One row for each event that votes; deleted at the end. Where it stands in the journal says ``inbox``.
poll_votes = Table(
    "poll_votes",
    metadata,
    personal("event_id", String, primary_key=True),
    neutral("poll_id", Key, ForeignKey("polls.id"), nullable=False, index=True),
    personal("person_id", Key, ForeignKey("people.id"), nullable=False),
    #: native, reaction, command, reply, direct
    neutral("door", String, nullable=False),
    #: Numbers with blanks between them; "" withdraws.
    neutral("choices", String, nullable=False),
)

#: Who has voted secretly, as a hash with the poll's key, in the order of the hashes. What they chose is nowhere but
#: in the sums. Deleted at the end.
poll_marks = Table(
    "poll_marks",
    metadata,
    neutral("poll_id", Key, ForeignKey("polls.id"), primary_key=True),
    personal("mark", String, primary_key=True),
    # Without row numbers: they would say in which order people voted.
    sqlite_with_rowid=False,
)

#: Objections to a proposal, and answers to a question to everybody. Deleted at the end.
poll_words = Table(
    "poll_words",
    metadata,
    neutral("id", Key, primary_key=True),
    neutral("poll_id", Key, ForeignKey("polls.id"), nullable=False, index=True),
    personal("person_id", Key, ForeignKey("people.id"), nullable=False),
    neutral("text", Text, nullable=False),
    #: The message that said it: editing and deleting it act on the words.
    personal("event_id", String, nullable=False, unique=True),
    sqlite_autoincrement=True,
)

#: What was said in secret polls: an objection, an answer to a question to everybody. Deleted at the end.
poll_answers = Table(
    "poll_answers",
    metadata,
    neutral("poll_id", Key, ForeignKey("polls.id"), primary_key=True),
    #: At random, and without row numbers: nothing says whose it is, or in which order people spoke.
    neutral("key", String, primary_key=True),
    neutral("text", Text, nullable=False),
    sqlite_with_rowid=False,
)
