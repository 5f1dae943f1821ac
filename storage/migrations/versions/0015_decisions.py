# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Decisions: items with a number of their own, and a day on which they are to be reviewed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    counter = sa.Column("last_decision", sa.Integer, nullable=False, server_default=sa.text("0"))
    op.add_column("groups", counter)
    op.add_column("items", sa.Column("review_on", sa.String))
