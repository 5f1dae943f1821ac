# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Polls, with their options, votes, marks of secret votes and words."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def _refers(table: str, column: str, to: str, *, nullable: bool = False) -> sa.Column[int]:
    key = sa.ForeignKey(f"{to}.id", name=f"fk_{table}_{column}_{to}")
    return sa.Column(column, _KEY, key, nullable=nullable)


def upgrade() -> None:
    _polls()
    op.create_table(
        "poll_options",
        _refers("poll_options", "poll_id", "polls"),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("text", sa.Text),
        sa.Column("at", sa.BigInteger),
        sa.Column("whole_day", sa.Boolean, nullable=False),
        _refers("poll_options", "item_id", "items", nullable=True),
        sa.Column("label", sa.String),
        sa.Column("votes", sa.Integer),
        sa.Column("source_event_id", sa.String),
        sa.PrimaryKeyConstraint("poll_id", "number", name="pk_poll_options"),
    )
    _votes()


def _polls() -> None:
    op.create_table(
        "polls",
        sa.Column("id", _KEY, nullable=False),
        _refers("polls", "group_id", "groups"),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("question", sa.Text),
        sa.Column("most", sa.Integer, nullable=False),
        sa.Column("openness", sa.String, nullable=False),
        sa.Column("takes_suggestions", sa.Boolean, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("ends_at", sa.BigInteger, nullable=False),
        sa.Column("people", sa.Integer),
        sa.Column("key", sa.LargeBinary),
        _refers("polls", "author_id", "people", nullable=True),
        sa.Column("source_event_id", sa.String),
        _refers("polls", "card_id", "outbox", nullable=True),
        _refers("polls", "native_id", "outbox", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_polls"),
        sa.UniqueConstraint("group_id", "number", name="uq_polls_group_id_number"),
        sqlite_autoincrement=True,
    )
    for column in ("source_event_id", "card_id", "native_id"):
        op.create_index(f"ix_polls_{column}", "polls", [column])


def _votes() -> None:
    op.create_table(
        "poll_votes",
        sa.Column("event_id", sa.String, nullable=False),
        _refers("poll_votes", "poll_id", "polls"),
        _refers("poll_votes", "person_id", "people"),
        sa.Column("door", sa.String, nullable=False),
        sa.Column("choices", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("event_id", name="pk_poll_votes"),
    )
    op.create_index("ix_poll_votes_poll_id", "poll_votes", ["poll_id"])
    op.create_table(
        "poll_marks",
        _refers("poll_marks", "poll_id", "polls"),
        sa.Column("mark", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("poll_id", "mark", name="pk_poll_marks"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "poll_words",
        sa.Column("id", _KEY, nullable=False),
        _refers("poll_words", "poll_id", "polls"),
        _refers("poll_words", "person_id", "people"),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("event_id", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_poll_words"),
        sa.UniqueConstraint("event_id", name="uq_poll_words_event_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_poll_words_poll_id", "poll_words", ["poll_id"])
