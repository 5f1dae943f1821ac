# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What has happened to entries, by day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "item_events",
        sa.Column("id", _KEY, nullable=False),
        sa.Column(
            "item_id", _KEY, sa.ForeignKey("items.id", name="fk_item_events_item_id_items"), nullable=False
        ),
        sa.Column("change_id", _KEY, nullable=False),
        sa.Column("day", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("was", sa.String),
        sa.Column("becomes", sa.String),
        sa.PrimaryKeyConstraint("id", name="pk_item_events"),
        sqlite_autoincrement=True,
    )
    for column in ("item_id", "change_id"):
        op.create_index(f"ix_item_events_{column}", "item_events", [column])
