# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Find a group's rooms and a person's tasks without reading all."""

from __future__ import annotations

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_rooms_group_id", "rooms", ["group_id"])
    for column in ("owner_id", "asked_id", "reaction_event_id"):
        op.create_index(f"ix_tasks_{column}", "tasks", [column])
