# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The messages that show the boards of the groups."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "board_pages",
        sa.Column(
            "group_id",
            _KEY,
            sa.ForeignKey("groups.id", name="fk_board_pages_group_id_groups"),
            nullable=False,
        ),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column(
            "post_id", _KEY, sa.ForeignKey("outbox.id", name="fk_board_pages_post_id_outbox"), nullable=False
        ),
        sa.Column("digest", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("group_id", "number", name="pk_board_pages"),
    )
