# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Settings of a group, and what the bot has promised to do at a time."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "group_settings",
        sa.Column(
            "group_id",
            _KEY,
            sa.ForeignKey("groups.id", name="fk_group_settings_group_id_groups"),
            nullable=False,
        ),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("value", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("group_id", "name", name="pk_group_settings"),
    )
    op.create_table(
        "timers",
        sa.Column("id", _KEY, nullable=False),
        sa.Column(
            "group_id", _KEY, sa.ForeignKey("groups.id", name="fk_timers_group_id_groups"), nullable=False
        ),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("subject", sa.String, nullable=False),
        sa.Column("nominal", sa.String, nullable=False),
        sa.Column("due_at", sa.BigInteger, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_timers"),
        sa.UniqueConstraint(
            "group_id", "kind", "subject", "nominal", name="uq_timers_group_id_kind_subject_nominal"
        ),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_timers_due_at", "timers", ["due_at"])
