# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Meetings, with their people, roles, speakers and rounds."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def _refers(table: str, column: str, to: str, *, nullable: bool = False) -> sa.Column[int]:
    key = sa.ForeignKey(f"{to}.id", name=f"fk_{table}_{column}_{to}")
    return sa.Column(column, _KEY, key, nullable=nullable)


def upgrade() -> None:
    _meetings()
    op.create_table(
        "meeting_people",
        _refers("meeting_people", "meeting_id", "meetings"),
        _refers("meeting_people", "person_id", "people"),
        sa.PrimaryKeyConstraint("meeting_id", "person_id", name="pk_meeting_people"),
    )
    op.create_table(
        "meeting_roles",
        _refers("meeting_roles", "meeting_id", "meetings"),
        sa.Column("role", sa.String, nullable=False),
        _refers("meeting_roles", "person_id", "people"),
        sa.PrimaryKeyConstraint("meeting_id", "role", name="pk_meeting_roles"),
    )
    op.create_table(
        "meeting_requests",
        sa.Column("id", _KEY, nullable=False),
        _refers("meeting_requests", "meeting_id", "meetings"),
        _refers("meeting_requests", "person_id", "people"),
        sa.Column("turn", sa.String, nullable=False),
        sa.Column("event_id", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_meeting_requests"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_meeting_requests_meeting_id", "meeting_requests", ["meeting_id"])
    op.create_index("ix_meeting_requests_event_id", "meeting_requests", ["event_id"])
    _rounds()


def _meetings() -> None:
    op.create_table(
        "meetings",
        sa.Column("id", _KEY, nullable=False),
        _refers("meetings", "group_id", "groups"),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("title", sa.Text),
        sa.Column("stage", sa.String, nullable=False),
        sa.Column("starts_at", sa.BigInteger),
        sa.Column("began_at", sa.BigInteger),
        sa.Column("ended_at", sa.BigInteger),
        sa.Column("source_event_id", sa.String),
        _refers("meetings", "card_id", "outbox", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_meetings"),
        sa.UniqueConstraint("group_id", "number", name="uq_meetings_group_id_number"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_meetings_source_event_id", "meetings", ["source_event_id"])
    running = sa.text("stage = 'running'")
    op.create_index(
        "uq_meetings_running",
        "meetings",
        ["group_id"],
        unique=True,
        sqlite_where=running,
        postgresql_where=running,
    )


def _rounds() -> None:
    op.create_table(
        "meeting_rounds",
        sa.Column("id", _KEY, nullable=False),
        _refers("meeting_rounds", "meeting_id", "meetings"),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("closes_at", sa.BigInteger, nullable=False),
        sa.Column("closed", sa.Boolean, nullable=False),
        sa.Column("source_event_id", sa.String, nullable=False),
        _refers("meeting_rounds", "card_id", "outbox", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_meeting_rounds"),
        sa.UniqueConstraint("source_event_id", name="uq_meeting_rounds_source_event_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_meeting_rounds_meeting_id", "meeting_rounds", ["meeting_id"])
    op.create_table(
        "round_answers",
        sa.Column("id", _KEY, nullable=False),
        _refers("round_answers", "round_id", "meeting_rounds"),
        _refers("round_answers", "person_id", "people"),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("event_id", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_round_answers"),
        sa.UniqueConstraint("event_id", name="uq_round_answers_event_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_round_answers_round_id", "round_answers", ["round_id"])
