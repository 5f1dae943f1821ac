# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Tasks: items with a number of their own, an owner and a date; sprints; how far people were told what is new."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def _refers(table: str, column: str, to: str, *, nullable: bool = False) -> sa.Column[int]:
    key = sa.ForeignKey(f"{to}.id", name=f"fk_{table}_{column}_{to}")
    return sa.Column(column, _KEY, key, nullable=nullable)


def upgrade() -> None:
    op.add_column("groups", sa.Column("last_task", sa.Integer, nullable=False, server_default=sa.text("0")))
    op.create_table(
        "tasks",
        _refers("tasks", "item_id", "items"),
        sa.Column("stage", sa.String, nullable=False),
        sa.Column("due_on", sa.String),
        sa.Column("done_on", sa.String),
        sa.Column("reason", sa.Text),
        _refers("tasks", "owner_id", "people", nullable=True),
        _refers("tasks", "asked_id", "people", nullable=True),
        sa.Column("reaction_event_id", sa.String),
        sa.PrimaryKeyConstraint("item_id", name="pk_tasks"),
    )
    op.create_table(
        "sprints",
        sa.Column("id", _KEY, nullable=False),
        _refers("sprints", "group_id", "groups"),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("goal", sa.Text, nullable=False),
        sa.Column("starts_on", sa.String, nullable=False),
        sa.Column("ends_on", sa.String, nullable=False),
        sa.Column("ended_on", sa.String),
        sa.Column("source_event_id", sa.String),
        sa.PrimaryKeyConstraint("id", name="pk_sprints"),
        sa.UniqueConstraint("group_id", "number", name="uq_sprints_group_id_number"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_sprints_source_event_id", "sprints", ["source_event_id"])
    _visits()


def _visits() -> None:
    op.create_table(
        "completions",
        sa.Column("id", _KEY, nullable=False),
        _refers("completions", "item_id", "items"),
        sa.PrimaryKeyConstraint("id", name="pk_completions"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_completions_item_id", "completions", ["item_id"])
    op.create_table(
        "visits",
        _refers("visits", "group_id", "groups"),
        _refers("visits", "person_id", "people"),
        _refers("visits", "item_id", "items", nullable=True),
        _refers("visits", "note_id", "notes", nullable=True),
        _refers("visits", "poll_id", "polls", nullable=True),
        _refers("visits", "meeting_id", "meetings", nullable=True),
        _refers("visits", "version_id", "problem_versions", nullable=True),
        _refers("visits", "completion_id", "completions", nullable=True),
        _refers("visits", "ended_sprint_id", "sprints", nullable=True),
        _refers("visits", "begun_sprint_id", "sprints", nullable=True),
        sa.PrimaryKeyConstraint("group_id", "person_id", name="pk_visits"),
    )
