# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Index only the rows that are looked for: what is done leaves the index."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

#: Index, table, columns, and the column that has a value in every row that is looked for.
_INDEXES = (
    ("ix_inbox_open", "inbox", ["state", "batch", "idx"], "raw"),
    ("ix_inbox_waits_for", "inbox", ["waits_for"], "waits_for"),
    ("ix_outbox_event_id", "outbox", ["event_id"], "event_id"),
    ("ix_outbox_subject", "outbox", ["subject"], "subject"),
    ("ix_outbox_open", "outbox", ["state", "room_id", "id"], "payload"),
    ("ix_changes_note_id", "changes", ["note_id"], "note_id"),
)


def upgrade() -> None:
    for name, table, columns, kept in _INDEXES:
        op.drop_index(name, table_name=table)
        has_value = sa.text(f"{kept} IS NOT NULL")
        op.create_index(name, table, columns, sqlite_where=has_value, postgresql_where=has_value)
