# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Remember what the timeline shows of ours and no row has become."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "echoes",
        sa.Column("marker", sa.String, nullable=False),
        sa.Column("event_id", sa.String, nullable=False),
        sa.Column("heard_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("marker", name="pk_echoes"),
    )
    op.create_table(
        "receipts",
        sa.Column("event_id", sa.String, nullable=False),
        sa.Column("room_id", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("event_id", name="pk_receipts"),
    )
