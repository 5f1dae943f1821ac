# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Indexes for what would read whole tables: after two years there are a million rows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_members_user_id", "members", ["user_id"])
    op.create_index("ix_sector_marks_group_id", "sector_marks", ["group_id", "person_id"])
    op.create_index("ix_item_links_target_id", "item_links", ["target_id"])
    op.drop_index("ix_outbox_open_target_id", "outbox")
    _partial("ix_outbox_open_target_id", "outbox", "target_id", "state", where="payload IS NOT NULL")
    _partial("ix_outbox_target_id", "outbox", "target_id")
    _partial("ix_poll_options_item_id", "poll_options", "item_id")
    _partial("ix_polls_closing_since", "polls", "closing_since")
    _partial("ix_inbox_put_aside", "inbox", "received_at", where="sender IS NOT NULL AND raw IS NULL")
    for table in ("items", "notes"):
        _partial(f"ix_{table}_withdrawn", table, "changed_at", where="state != 'open' AND text IS NOT NULL")
    running = sa.text("'running' = stage")
    op.drop_index("uq_meetings_running", "meetings")
    op.create_index(
        "uq_meetings_running",
        "meetings",
        ["group_id"],
        unique=True,
        sqlite_where=running,
        postgresql_where=running,
    )


def _partial(name: str, table: str, *columns: str, where: str = "") -> None:
    rows = sa.text(where or f"{columns[0]} IS NOT NULL")
    op.create_index(name, table, list(columns), sqlite_where=rows, postgresql_where=rows)
