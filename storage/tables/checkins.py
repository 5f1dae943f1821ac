# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Check-ins: when a group has them, those of single days, and what people said."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String, Table, Text, UniqueConstraint

from storage.columns import Key, neutral, personal
from storage.tables.metadata import metadata

#: Groups without a row have none.
checkin_routines = Table(
    "checkin_routines",
    metadata,
    neutral("group_id", Key, ForeignKey("groups.id"), primary_key=True),
    #: Days of the week, Monday is 0: "13".
    neutral("days", String, nullable=False),
    #: Local time: "09:00".
    neutral("at", String, nullable=False),
    #: What is asked instead of the usual.
    neutral("question", String),
    #: The message that said so: deleting it forgets the question.
    neutral("question_event_id", String),
)

#: One a day and group. Deleted 14 days after it, with its answers.
checkins = Table(
    "checkins",
    metadata,
    neutral("id", Key, primary_key=True),
    neutral("group_id", Key, ForeignKey("groups.id"), nullable=False),
    #: The local day: "2027-03-04".
    neutral("day", String, nullable=False),
    #: early (answers came before it was asked), open, closed
    neutral("state", String, nullable=False),
    #: Our post that asks, and shows the summary after the end.
    neutral("post_id", Key, ForeignKey("outbox.id"), index=True),
    UniqueConstraint("group_id", "day"),
    sqlite_autoincrement=True,
)

#: In the order in which they came; of what is on, each person's newest counts, of requests for help every one.
checkin_answers = Table(
    "checkin_answers",
    metadata,
    neutral("id", Key, primary_key=True),
    neutral("checkin_id", Key, ForeignKey("checkins.id"), nullable=False, index=True),
    personal("person_id", Key, ForeignKey("people.id"), nullable=False),
    neutral("text", Text, nullable=False),
    #: The message that said it: editing and deleting it act on the answer.
    personal("event_id", String, nullable=False, unique=True),
    #: The reaction or message with which the person wants their name beside their request for help.
    personal("name_event_id", String),
    #: The reaction or message that says that the request for help is done.
    personal("done_event_id", String),
    #: The barrier that was made of it.
    neutral("item_id", Key, ForeignKey("items.id")),
    sqlite_autoincrement=True,
)
