# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What was said in secret polls, in no order and by nobody; and who suggested an answer, to edit it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "poll_answers",
        sa.Column(
            "poll_id", _KEY, sa.ForeignKey("polls.id", name="fk_poll_answers_poll_id_polls"), nullable=False
        ),
        sa.Column("key", sa.String, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("poll_id", "key", name="pk_poll_answers"),
        sqlite_with_rowid=False,
    )
    # Alembic would add the reference by itself, which SQLite cannot.
    number = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute(
        f"ALTER TABLE poll_options ADD COLUMN author_id {number}"
        " CONSTRAINT fk_poll_options_author_id_people REFERENCES people (id)"
    )
    op.create_index("ix_poll_options_source_event_id", "poll_options", ["source_event_id"])
