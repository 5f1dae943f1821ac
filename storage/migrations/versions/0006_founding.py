# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""How far a group has come with the questions about itself, and who was greeted in it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "foundings",
        sa.Column(
            "group_id",
            _KEY,
            sa.ForeignKey("groups.id", name="fk_foundings_group_id_groups"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("question", sa.String, nullable=False),
        sa.Column(
            "post_id", _KEY, sa.ForeignKey("outbox.id", name="fk_foundings_post_id_outbox"), nullable=False
        ),
        sa.PrimaryKeyConstraint("group_id", name="pk_foundings"),
    )
    op.create_table(
        "newcomers",
        sa.Column(
            "group_id",
            _KEY,
            sa.ForeignKey("groups.id", name="fk_newcomers_group_id_groups"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column(
            "person_id",
            _KEY,
            sa.ForeignKey("people.id", name="fk_newcomers_person_id_people"),
            autoincrement=False,
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("group_id", "person_id", name="pk_newcomers"),
    )
