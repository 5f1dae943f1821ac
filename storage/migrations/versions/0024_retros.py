# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Retros: when the cards are revealed, the cards, what was put together, and the tasks; further messages of rounds."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def _refers(table: str, column: str, to: str, *, nullable: bool = False) -> sa.Column[int]:
    key = sa.ForeignKey(f"{to}.id", name=f"fk_{table}_{column}_{to}")
    return sa.Column(column, _KEY, key, nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "retros",
        sa.Column("id", _KEY, nullable=False),
        _refers("retros", "group_id", "groups"),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("form", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("reveals", sa.String, nullable=False),
        _refers("retros", "post_id", "outbox", nullable=True),
        _refers("retros", "poll_id", "polls", nullable=True),
        sa.Column("sprint", sa.Integer),
        sa.Column("source_event_id", sa.String),
        sa.Column("ended_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="pk_retros"),
        sa.UniqueConstraint("group_id", "number", name="uq_retros_group_id_number"),
        sqlite_autoincrement=True,
    )
    for column in ("post_id", "poll_id", "source_event_id"):
        op.create_index(f"ix_retros_{column}", "retros", [column])
    op.create_table(
        "retro_topics",
        sa.Column("id", _KEY, nullable=False),
        _refers("retro_topics", "retro_id", "retros"),
        sa.Column("number", sa.Integer),
        sa.PrimaryKeyConstraint("id", name="pk_retro_topics"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_retro_topics_retro_id", "retro_topics", ["retro_id"])
    _pages("retro_pages", "retro_id", "retros")
    _pages("round_pages", "round_id", "meeting_rounds")
    _cards_and_actions()


def _pages(table: str, column: str, of: str) -> None:
    op.create_table(
        table,
        sa.Column("id", _KEY, nullable=False),
        _refers(table, column, of),
        sa.Column("number", sa.Integer, nullable=False),
        _refers(table, "post_id", "outbox", nullable=True),
        sa.Column("digest", sa.String),
        sa.PrimaryKeyConstraint("id", name=f"pk_{table}"),
        sa.UniqueConstraint(column, "number", name=f"uq_{table}_{column}_number"),
        sqlite_autoincrement=True,
    )
    op.create_index(f"ix_{table}_post_id", table, ["post_id"])


def _cards_and_actions() -> None:
    op.create_table(
        "retro_cards",
        sa.Column("id", _KEY, nullable=False),
        _refers("retro_cards", "group_id", "groups"),
        _refers("retro_cards", "retro_id", "retros", nullable=True),
        _refers("retro_cards", "topic_id", "retro_topics", nullable=True),
        _refers("retro_cards", "origin_id", "retros", nullable=True),
        _refers("retro_cards", "person_id", "people", nullable=True),
        sa.Column("heading", sa.String),
        sa.Column("text", sa.Text, nullable=False),
        _refers("retro_cards", "page_id", "retro_pages", nullable=True),
        sa.Column("source_event_id", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_retro_cards"),
        sqlite_autoincrement=True,
    )
    for column in ("group_id", "retro_id", "origin_id", "source_event_id"):
        op.create_index(f"ix_retro_cards_{column}", "retro_cards", [column])
    op.create_table(
        "retro_actions",
        _refers("retro_actions", "item_id", "items"),
        _refers("retro_actions", "retro_id", "retros"),
        _refers("retro_actions", "topic_id", "retro_topics", nullable=True),
        sa.PrimaryKeyConstraint("item_id", name="pk_retro_actions"),
    )
    op.create_index("ix_retro_actions_retro_id", "retro_actions", ["retro_id"])
