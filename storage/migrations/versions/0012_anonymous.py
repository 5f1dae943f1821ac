# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Anonymous entries, preferences of people, and the day of the last run of retention."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0010"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "anonymous",
        sa.Column("code", sa.String, nullable=False),
        sa.Column(
            "group_id", _KEY, sa.ForeignKey("groups.id", name="fk_anonymous_group_id_groups"), nullable=False
        ),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("text", sa.Text),
        sa.Column("due_at", sa.BigInteger),
        sa.Column("item_id", _KEY, sa.ForeignKey("items.id", name="fk_anonymous_item_id_items")),
        sa.PrimaryKeyConstraint("code", name="pk_anonymous"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_anonymous_group_id", "anonymous", ["group_id"])
    op.create_table(
        "preferences",
        sa.Column(
            "person_id",
            _KEY,
            sa.ForeignKey("people.id", name="fk_preferences_person_id_people"),
            nullable=False,
        ),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("value", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("person_id", "name", name="pk_preferences"),
    )
    op.create_table(
        "retention",
        sa.Column("day", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("day", name="pk_retention"),
    )
