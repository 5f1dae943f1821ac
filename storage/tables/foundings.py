# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""How far a group has come with the questions about itself."""

from __future__ import annotations

from sqlalchemy import ForeignKey, String, Table

from storage.columns import Key, neutral
from storage.tables.metadata import metadata

#: A dialogue that is not finished.
foundings = Table(
    "foundings",
    metadata,
    neutral("group_id", Key, ForeignKey("groups.id"), primary_key=True),
    #: What was asked last (``method.foundings.Question``).
    neutral("question", String, nullable=False),
    #: The post of ours in which it is asked.
    neutral("post_id", Key, ForeignKey("outbox.id"), nullable=False),
)
