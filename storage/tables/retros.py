# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Retros, their cards, and what became of them: cards go 30 days after the end, the rest names nobody."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Integer, String, Table, Text, UniqueConstraint

from storage.columns import Instant, Key, neutral, personal
from storage.tables.metadata import metadata

retros = Table(
    "retros",
    metadata,
    neutral("id", Key, primary_key=True),
    neutral("group_id", Key, ForeignKey("groups.id"), nullable=False),
    neutral("number", Integer, nullable=False),
    #: questions, sailboat, start-stop-continue, 4l
    neutral("form", String, nullable=False),
    #: open, voting, ended, cancelled
    neutral("state", String, nullable=False),
    #: The local time of the reveal: "2027-03-22T09:30".
    neutral("reveals", String, nullable=False),
    #: Our post that asks, and shows the cards after the reveal; what it cannot hold stands in retro_pages.
    neutral("post_id", Key, ForeignKey("outbox.id"), index=True),
    neutral("poll_id", Key, ForeignKey("polls.id"), index=True),
    #: The number of the sprint that it looks back on.
    neutral("sprint", Integer),
    #: The message that began it.
    neutral("source_event_id", String, index=True),
    neutral("ended_at", Instant),
    UniqueConstraint("group_id", "number"),
    sqlite_autoincrement=True,
)

#: Cards that say nearly the same, as they were put together at the reveal.
retro_topics = Table(
    "retro_topics",
    metadata,
    neutral("id", Key, primary_key=True),
    neutral("retro_id", Key, ForeignKey("retros.id"), nullable=False, index=True),
    #: The option of the poll that stands for it; empty: it was not voted on.
    neutral("number", Integer),
    sqlite_autoincrement=True,
)

#: Further messages that show cards after the reveal, from the second on.
retro_pages = Table(
    "retro_pages",
    metadata,
    neutral("id", Key, primary_key=True),
    neutral("retro_id", Key, ForeignKey("retros.id"), nullable=False),
    neutral("number", Integer, nullable=False),
    #: Empty: not said yet, or deleted.
    neutral("post_id", Key, ForeignKey("outbox.id"), index=True),
    #: Of the text that was said last: the same again is not said.
    neutral("digest", String),
    UniqueConstraint("retro_id", "number"),
    sqlite_autoincrement=True,
)

#: In the order in which they came, which is never shown.
retro_cards = Table(
    "retro_cards",
    metadata,
    neutral("id", Key, primary_key=True),
    neutral("group_id", Key, ForeignKey("groups.id"), nullable=False, index=True),
    #: Empty: it waits for the next reveal.
    neutral("retro_id", Key, ForeignKey("retros.id"), index=True),
    neutral("topic_id", Key, ForeignKey("retro_topics.id")),
    #: The retro in which nobody gave it a point.
    neutral("origin_id", Key, ForeignKey("retros.id"), index=True),
    #: Empty once they have left: what they wrote stays, and is nobody's.
    personal("person_id", Key, ForeignKey("people.id")),
    #: The question it answers; empty: none.
    neutral("heading", String),
    neutral("text", Text, nullable=False),
    #: The message that shows it after the reveal; empty: our post of the retro.
    neutral("page_id", Key, ForeignKey("retro_pages.id")),
    #: The message that said it: editing and deleting it act on the card.
    personal("source_event_id", String, nullable=False, index=True),
    sqlite_autoincrement=True,
)

#: Tasks that were made of a retro.
retro_actions = Table(
    "retro_actions",
    metadata,
    neutral("item_id", Key, ForeignKey("items.id"), primary_key=True),
    neutral("retro_id", Key, ForeignKey("retros.id"), nullable=False, index=True),
    neutral("topic_id", Key, ForeignKey("retro_topics.id")),
)
