# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""An index of unsent edits: each new one replaces the one before it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    waits = sa.text("payload IS NOT NULL")
    op.create_index(
        "ix_outbox_open_target_id", "outbox", ["target_id"], sqlite_where=waits, postgresql_where=waits
    )
