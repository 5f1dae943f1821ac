# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reminders that people have asked for, and who wants to hear of them too; when they are due, the timers know."""

from __future__ import annotations

from sqlalchemy import Boolean, ForeignKey, Integer, String, Table, Text

from storage.columns import Key, neutral, personal
from storage.tables.metadata import metadata

#: Deleted with who has asked for them, and some days after they were said for the last time.
reminders = Table(
    "reminders",
    metadata,
    neutral("id", Key, primary_key=True),
    #: Whose timers it stands among; what is private is told in no group, and goes on in another one of the person's.
    neutral("group_id", Key, ForeignKey("groups.id"), nullable=False, index=True),
    neutral("number", Integer, nullable=False),
    personal("person_id", Key, ForeignKey("people.id"), nullable=False, index=True),
    #: Told to the person alone.
    neutral("private", Boolean, nullable=False),
    #: Asked for in private, for the group: who it was is not shown.
    neutral("unnamed", Boolean, nullable=False),
    #: The time was typed: then it counts, whatever the group's working time.
    neutral("exact", Boolean, nullable=False),
    #: A rule (``method.recurrences``) and its local time, "09:00"; None: once.
    neutral("rule", String),
    neutral("local_time", String),
    #: None: of the message below only.
    neutral("text", Text),
    #: The message it is about, and the room of that message.
    neutral("about_event_id", String),
    neutral("about_room_id", String),
    #: The message that made it, or the reaction that put it off.
    neutral("source_event_id", String, index=True),
    sqlite_autoincrement=True,
)

#: Who put a 🔔: they hear of it too. Of one that was put off: whose words these are, and the message they stand in.
reminder_people = Table(
    "reminder_people",
    metadata,
    neutral("reminder_id", Key, ForeignKey("reminders.id", ondelete="CASCADE"), primary_key=True),
    personal("person_id", Key, ForeignKey("people.id"), primary_key=True),
    #: The reaction: taking it back leaves. The message: deleting it ends what was put off too.
    personal("event_id", String, nullable=False, index=True),
)
