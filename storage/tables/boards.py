# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The messages that show the boards of the groups."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Integer, String, Table

from storage.columns import Key, neutral
from storage.tables.metadata import metadata

#: The messages that together show the board of a group, the first of them pinned.
board_pages = Table(
    "board_pages",
    metadata,
    neutral("group_id", Key, ForeignKey("groups.id"), primary_key=True),
    neutral("number", Integer, primary_key=True),
    #: The row of the outbox that became the message, and that edits of it name.
    neutral("post_id", Key, ForeignKey("outbox.id"), nullable=False),
    #: Of the text that was said last: the same again is not said.
    neutral("digest", String, nullable=False),
)
