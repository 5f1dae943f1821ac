# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Sectors of people and items, who is still needed, and guests."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    _sectors()
    op.create_table(
        "seats",
        sa.Column("id", _KEY, nullable=False),
        _refers("seats", "group_id", "groups"),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("text", sa.Text),
        sa.Column("stage", sa.String, nullable=False),
        _refers("seats", "author_id", "people", nullable=True),
        sa.Column("source_event_id", sa.String),
        sa.PrimaryKeyConstraint("id", name="pk_seats"),
        sa.UniqueConstraint("group_id", "number", name="uq_seats_group_id_number"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_seats_source_event_id", "seats", ["source_event_id"])
    op.create_table(
        "guests",
        sa.Column("id", _KEY, nullable=False),
        _refers("guests", "group_id", "groups"),
        _refers("guests", "person_id", "people"),
        sa.Column("source_event_id", sa.String),
        sa.PrimaryKeyConstraint("id", name="pk_guests"),
        sa.UniqueConstraint("group_id", "person_id", name="uq_guests_group_id_person_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_guests_source_event_id", "guests", ["source_event_id"])


def _sectors() -> None:
    op.create_table(
        "sector_marks",
        sa.Column("id", _KEY, nullable=False),
        _refers("sector_marks", "group_id", "groups"),
        _refers("sector_marks", "person_id", "people"),
        sa.Column("sector", sa.String, nullable=False),
        sa.Column("event_id", sa.String, nullable=False),
        sa.Column("public", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sector_marks"),
        sa.UniqueConstraint("event_id", name="uq_sector_marks_event_id"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "further_sectors",
        sa.Column("id", _KEY, nullable=False),
        _refers("further_sectors", "group_id", "groups"),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("folded", sa.String, nullable=False),
        sa.Column("source_event_id", sa.String),
        sa.PrimaryKeyConstraint("id", name="pk_further_sectors"),
        sa.UniqueConstraint("group_id", "folded", name="uq_further_sectors_group_id_folded"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_further_sectors_source_event_id", "further_sectors", ["source_event_id"])
    op.create_table(
        "item_sectors",
        _refers("item_sectors", "item_id", "items"),
        sa.Column("sector", sa.String, nullable=False),
        sa.Column("public", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("item_id", name="pk_item_sectors"),
    )


def _refers(table: str, column: str, to: str, *, nullable: bool = False) -> sa.Column[int]:
    key = sa.ForeignKey(f"{to}.id", name=f"fk_{table}_{column}_{to}")
    return sa.Column(column, _KEY, key, nullable=nullable)
