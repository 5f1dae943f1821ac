# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Moments of schedules that are over, check-ins with their answers, and absences."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def _refers(table: str, column: str, to: str, *, nullable: bool = False) -> sa.Column[int]:
    key = sa.ForeignKey(f"{to}.id", name=f"fk_{table}_{column}_{to}")
    return sa.Column(column, _KEY, key, nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "occurrences",
        _refers("occurrences", "group_id", "groups"),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("subject", sa.String, nullable=False),
        sa.Column("nominal", sa.String, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("group_id", "kind", "subject", "nominal", name="pk_occurrences"),
    )
    op.create_index("ix_occurrences_at", "occurrences", ["at"])
    op.create_table(
        "absences",
        sa.Column("id", _KEY, nullable=False),
        _refers("absences", "person_id", "people"),
        sa.Column("first_day", sa.String, nullable=False),
        sa.Column("last_day", sa.String, nullable=False),
        sa.Column("event_id", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_absences"),
        sa.UniqueConstraint("event_id", name="uq_absences_event_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_absences_person_id", "absences", ["person_id"])
    _checkins()


def _checkins() -> None:
    op.create_table(
        "checkin_routines",
        _refers("checkin_routines", "group_id", "groups"),
        sa.Column("days", sa.String, nullable=False),
        sa.Column("at", sa.String, nullable=False),
        sa.Column("question", sa.String),
        sa.Column("question_event_id", sa.String),
        sa.PrimaryKeyConstraint("group_id", name="pk_checkin_routines"),
    )
    op.create_table(
        "checkins",
        sa.Column("id", _KEY, nullable=False),
        _refers("checkins", "group_id", "groups"),
        sa.Column("day", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        _refers("checkins", "post_id", "outbox", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_checkins"),
        sa.UniqueConstraint("group_id", "day", name="uq_checkins_group_id_day"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_checkins_post_id", "checkins", ["post_id"])
    op.create_table(
        "checkin_answers",
        sa.Column("id", _KEY, nullable=False),
        _refers("checkin_answers", "checkin_id", "checkins"),
        _refers("checkin_answers", "person_id", "people"),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("event_id", sa.String, nullable=False),
        sa.Column("name_event_id", sa.String),
        sa.Column("done_event_id", sa.String),
        _refers("checkin_answers", "item_id", "items", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_checkin_answers"),
        sa.UniqueConstraint("event_id", name="uq_checkin_answers_event_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_checkin_answers_checkin_id", "checkin_answers", ["checkin_id"])
