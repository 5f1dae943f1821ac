# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The working agreements of a group, and who accepts them."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String, Table, Text

from storage.columns import Key, neutral, personal
from storage.tables.metadata import metadata

#: A changed text is a new row: what was said to the earlier one does not count for it.
agreements = Table(
    "agreements",
    metadata,
    neutral("id", Key, primary_key=True),
    neutral("group_id", Key, ForeignKey("groups.id"), nullable=False, unique=True),
    personal("author_id", Key, ForeignKey("people.id")),
    #: The message: editing it changes the text, deleting it erases the text.
    neutral("source_event_id", String, index=True),
    neutral("text", Text, nullable=False),
    #: The post of ours that asks for acceptance.
    neutral("post_id", Key, ForeignKey("outbox.id")),
    sqlite_autoincrement=True,
)

#: One row for each reaction or reply, as long as it stands.
acceptances = Table(
    "acceptances",
    metadata,
    personal("event_id", String, primary_key=True),
    neutral("agreement_id", Key, ForeignKey("agreements.id"), nullable=False, index=True),
    personal("person_id", Key, ForeignKey("people.id"), nullable=False),
)
