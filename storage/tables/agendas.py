# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What is planned for meetings: their calendar entry, their agenda, and series of them."""

from __future__ import annotations

from sqlalchemy import Boolean, ForeignKey, Integer, String, Table, Text

from storage.columns import Key, neutral, personal
from storage.tables.metadata import metadata

meeting_series = Table(
    "meeting_series",
    metadata,
    neutral("id", Key, primary_key=True),
    neutral("group_id", Key, ForeignKey("groups.id"), nullable=False, index=True),
    #: A rule (``method.recurrences``) and its local time, "15:00".
    neutral("rule", String, nullable=False),
    neutral("local_time", String, nullable=False),
    neutral("title", Text),
    neutral("minutes", Integer),
    neutral("ended", Boolean, nullable=False),
    #: The message that made it: deleting it ends the series.
    neutral("source_event_id", String, index=True),
    sqlite_autoincrement=True,
)

#: What the calendar files of a meeting need to know. Kept as long as the meeting.
meeting_plans = Table(
    "meeting_plans",
    metadata,
    neutral("meeting_id", Key, ForeignKey("meetings.id"), primary_key=True),
    #: The same in every file of the meeting, and in no other.
    neutral("uid", String, nullable=False),
    #: Raised whenever the meeting is moved or cancelled.
    neutral("sequence", Integer, nullable=False),
    #: How long it lasts, if somebody has said so.
    neutral("minutes", Integer),
    neutral("series_id", Key, ForeignKey("meeting_series.id")),
    #: The local time for which the series has it, "2027-03-03T15:00": a moved one is not made again.
    neutral("nominal", String),
    #: Our post that has reminded the group of it, and perhaps of others.
    neutral("reminder_id", Key, ForeignKey("outbox.id"), index=True),
)

#: Every post of ours that has reminded of a meeting, for it repeats the title. Kept as long as the meeting.
meeting_reminders = Table(
    "meeting_reminders",
    metadata,
    neutral("meeting_id", Key, ForeignKey("meetings.id"), primary_key=True),
    neutral("post_id", Key, ForeignKey("outbox.id"), primary_key=True, index=True),
)

#: Who has announced a meeting may call it off. Deleted at its end, or when it is called off.
meeting_authors = Table(
    "meeting_authors",
    metadata,
    neutral("meeting_id", Key, ForeignKey("meetings.id"), primary_key=True),
    personal("person_id", Key, ForeignKey("people.id"), nullable=False),
)

#: What shall be talked about; nobody is kept who has said so.
agenda_items = Table(
    "agenda_items",
    metadata,
    neutral("id", Key, primary_key=True),
    neutral("group_id", Key, ForeignKey("groups.id"), nullable=False, index=True),
    #: None: it waits for the next meeting.
    neutral("meeting_id", Key, ForeignKey("meetings.id"), index=True),
    neutral("position", Integer, nullable=False),
    neutral("text", Text, nullable=False),
    #: The time box.
    neutral("minutes", Integer),
    #: The barrier that it serves.
    neutral("item_id", Key, ForeignKey("items.id")),
    #: The message that made it: editing and deleting it act on the item.
    neutral("source_event_id", String, index=True),
    sqlite_autoincrement=True,
)
