# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Groups, people, and what the bot has asked them."""

from __future__ import annotations

from sqlalchemy import (
    ForeignKey,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from storage.columns import Instant, Key, neutral, personal
from storage.tables.metadata import metadata

groups = Table(
    "groups",
    metadata,
    neutral("id", Key, primary_key=True),
    neutral("name", String, nullable=False),
    neutral("language", String, nullable=False),
    neutral("goal", Text),
    #: The message that set the goal: editing it changes the goal.
    neutral("goal_event_id", String),
    #: 1 to 5, the step of the method.
    neutral("step", Integer, nullable=False),
    #: active, paused (we are not in the room)
    neutral("state", String, nullable=False),
    neutral("last_barrier", Integer, nullable=False),
    neutral("last_idea", Integer, nullable=False),
    neutral("last_decision", Integer, nullable=False, server_default=text("0")),
    neutral("last_task", Integer, nullable=False, server_default=text("0")),
    neutral("created_at", Instant, nullable=False),
    #: When it was last told that two entries resemble each other.
    neutral("hinted_at", Instant),
    sqlite_autoincrement=True,
)

#: The only table of ours in which a person's user id stands; the others name the person's number.
people = Table(
    "people",
    metadata,
    personal("id", Key, primary_key=True),
    personal("user_id", String, nullable=False, unique=True),
    personal("language", String),
    #: The group that direct messages are about.
    personal("group_id", Key, ForeignKey("groups.id")),
    sqlite_autoincrement=True,
)

#: What the bot asked a person and still waits for, with the words already typed.
questions = Table(
    "questions",
    metadata,
    neutral("id", Key, primary_key=True),
    neutral("room_id", String, nullable=False, index=True),
    personal("person_id", Key, ForeignKey("people.id"), nullable=False),
    #: suggestion (👍 runs it), blank (the answer fills it), group (which group is meant)
    neutral("kind", String, nullable=False),
    #: The command line to run; "{}" stands where the answer goes.
    neutral("line", Text, nullable=False),
    #: The message that was asked about; what comes of it belongs to it.
    neutral("event_id", String, nullable=False, index=True),
    neutral("expires_at", Instant, nullable=False),
    sqlite_autoincrement=True,
)

#: How a group wants things to be; what is not there is as ``method.settings`` has it.
group_settings = Table(
    "group_settings",
    metadata,
    neutral("group_id", Key, ForeignKey("groups.id"), primary_key=True),
    neutral("name", String, primary_key=True),
    neutral("value", String, nullable=False),
)

#: What the bot has promised to do at a time: each once, however often it is promised.
timers = Table(
    "timers",
    metadata,
    neutral("id", Key, primary_key=True),
    neutral("group_id", Key, ForeignKey("groups.id"), nullable=False),
    #: Names the handler, for example "board.update".
    neutral("kind", String, nullable=False),
    #: What it is about, in the handler's own words: the number of a row, or "".
    neutral("subject", String, nullable=False),
    #: The moment that was meant, as local time; "" where there is only one at a time.
    neutral("nominal", String, nullable=False),
    neutral("due_at", Instant, nullable=False, index=True),
    neutral("attempts", Integer, nullable=False),
    UniqueConstraint("group_id", "kind", "subject", "nominal"),
    sqlite_autoincrement=True,
)
