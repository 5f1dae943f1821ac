# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Weekly letters with their lines, how far people have read, and what was said unasked."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def _refers(table: str, column: str, to: str, *, nullable: bool = False) -> sa.Column[int]:
    key = sa.ForeignKey(f"{to}.id", name=f"fk_{table}_{column}_{to}")
    return sa.Column(column, _KEY, key, nullable=nullable)


def upgrade() -> None:
    op.create_table(
        "digests",
        sa.Column("id", _KEY, nullable=False),
        _refers("digests", "group_id", "groups"),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("made_at", sa.BigInteger, nullable=False),
        _refers("digests", "post_id", "outbox", nullable=True),
        _refers("digests", "picture_id", "outbox", nullable=True),
        _refers("digests", "file_id", "outbox", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_digests"),
        sa.UniqueConstraint("group_id", "number", name="uq_digests_group_id_number"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_digests_post_id", "digests", ["post_id"])
    op.create_table(
        "digest_lines",
        _refers("digest_lines", "digest_id", "digests"),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("part", sa.String, nullable=False),
        sa.Column("source", sa.String, nullable=False),
        sa.Column("ref", _KEY, nullable=False),
        sa.Column("words", sa.Text, nullable=False),
        sa.Column("news", sa.Boolean, nullable=False),
        sa.Column("gone", sa.Boolean, nullable=False),
        sa.PrimaryKeyConstraint("digest_id", "position", name="pk_digest_lines"),
    )
    news = sa.text("news")
    op.create_index(
        "uq_digest_lines_news", "digest_lines", ["source", "ref"],
        unique=True, sqlite_where=news, postgresql_where=news,
    )  # fmt: skip
    op.create_index("ix_digest_lines_source_ref", "digest_lines", ["source", "ref"])
    _quoted()
    op.create_table(
        "digest_remarks",
        sa.Column("id", _KEY, nullable=False),
        _refers("digest_remarks", "group_id", "groups"),
        sa.Column("text", sa.Text),
        sa.Column("source_event_id", sa.String),
        sa.PrimaryKeyConstraint("id", name="pk_digest_remarks"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_digest_remarks_group_id", "digest_remarks", ["group_id"])
    op.create_index("ix_digest_remarks_source_event_id", "digest_remarks", ["source_event_id"])
    _unasked()


def _quoted() -> None:
    op.create_table(
        "digest_names",
        _refers("digest_names", "digest_id", "digests"),
        sa.Column("position", sa.Integer, nullable=False),
        _refers("digest_names", "person_id", "people"),
        sa.PrimaryKeyConstraint("digest_id", "position", name="pk_digest_names"),
    )
    op.create_index("ix_digest_names_person_id", "digest_names", ["person_id"])
    op.create_table(
        "digest_quotes",
        _refers("digest_quotes", "group_id", "groups"),
        sa.Column("source", sa.String, nullable=False),
        sa.Column("ref", _KEY, nullable=False),
        sa.Column("fingerprint", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("group_id", "source", "ref", name="pk_digest_quotes"),
    )


def _unasked() -> None:
    op.create_table(
        "unasked",
        _refers("unasked", "group_id", "groups"),
        sa.Column("day", sa.String, nullable=False),
        sa.Column("posts", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("group_id", "day", name="pk_unasked"),
    )
