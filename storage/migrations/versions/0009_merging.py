# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Entries that are parts of others, the topic store, and the core problem."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    _places()
    _problems()
    _stands()


def _places() -> None:
    op.create_table(
        "item_parts",
        _to("items", "item_parts", "item_id"),
        _to("items", "item_parts", "whole_id"),
        sa.PrimaryKeyConstraint("item_id", name="pk_item_parts"),
    )
    op.create_index("ix_item_parts_whole_id", "item_parts", ["whole_id"])
    op.create_table(
        "parked_items",
        _to("items", "parked_items", "item_id"),
        sa.PrimaryKeyConstraint("item_id", name="pk_parked_items"),
    )


def _problems() -> None:
    op.create_table(
        "problems",
        sa.Column("id", _KEY, nullable=False),
        _to("groups", "problems", "group_id"),
        _to("people", "problems", "author_id", nullable=True),
        sa.Column("source_event_id", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_problems"),
        sa.UniqueConstraint("source_event_id", name="uq_problems_source_event_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_problems_group_id", "problems", ["group_id"])
    op.create_table(
        "problem_versions",
        sa.Column("id", _KEY, nullable=False),
        _to("problems", "problem_versions", "problem_id"),
        sa.Column("text", sa.Text),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("in_favour", sa.Integer),
        sa.Column("proposed_at", sa.BigInteger, nullable=False),
        sa.Column("due_at", sa.BigInteger, nullable=False),
        sa.Column("agreed_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_problem_versions"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_problem_versions_problem_id", "problem_versions", ["problem_id"])


def _stands() -> None:
    op.create_table(
        "problem_votes",
        sa.Column("event_id", sa.String, nullable=False),
        _to("problem_versions", "problem_votes", "version_id"),
        _to("people", "problem_votes", "person_id"),
        sa.Column("kind", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("event_id", name="pk_problem_votes"),
    )
    op.create_index("ix_problem_votes_version_id", "problem_votes", ["version_id"])
    op.create_table(
        "problem_objections",
        sa.Column("id", _KEY, nullable=False),
        _to("problem_versions", "problem_objections", "version_id"),
        _to("people", "problem_objections", "person_id", nullable=True),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("source_event_id", sa.String),
        sa.Column("code", sa.String),
        sa.PrimaryKeyConstraint("id", name="pk_problem_objections"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_problem_objections_version_id", "problem_objections", ["version_id"])
    has_message = sa.text("source_event_id IS NOT NULL")
    op.create_index(
        "ix_problem_objections_source_event_id",
        "problem_objections",
        ["source_event_id"],
        sqlite_where=has_message,
        postgresql_where=has_message,
    )


def _to(table: str, of: str, name: str, *, nullable: bool = False) -> sa.Column[int]:
    key = sa.ForeignKey(f"{table}.id", name=f"fk_{of}_{name}_{table}")
    return sa.Column(name, _KEY, key, nullable=nullable)
