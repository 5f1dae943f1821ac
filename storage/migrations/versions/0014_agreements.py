# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Working agreements, and who accepts them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def _refers(table: str, column: str, to: str, *, nullable: bool = False) -> sa.Column[int]:
    key = sa.ForeignKey(f"{to}.id", name=f"fk_{table}_{column}_{to}")
    return sa.Column(column, _KEY, key, nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "agreements",
        sa.Column("id", _KEY, nullable=False),
        _refers("agreements", "group_id", "groups"),
        _refers("agreements", "author_id", "people", nullable=True),
        sa.Column("source_event_id", sa.String),
        sa.Column("text", sa.Text, nullable=False),
        _refers("agreements", "post_id", "outbox", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_agreements"),
        sa.UniqueConstraint("group_id", name="uq_agreements_group_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_agreements_source_event_id", "agreements", ["source_event_id"])
    op.create_table(
        "acceptances",
        sa.Column("event_id", sa.String, nullable=False),
        _refers("acceptances", "agreement_id", "agreements"),
        _refers("acceptances", "person_id", "people"),
        sa.PrimaryKeyConstraint("event_id", name="pk_acceptances"),
    )
    op.create_index("ix_acceptances_agreement_id", "acceptances", ["agreement_id"])
