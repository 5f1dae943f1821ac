# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reminders, agendas, calendar entries and series of meetings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def _refers(
    table: str, column: str, to: str, *, nullable: bool = False, ondelete: str | None = None
) -> sa.Column[int]:
    key = sa.ForeignKey(f"{to}.id", name=f"fk_{table}_{column}_{to}", ondelete=ondelete)
    return sa.Column(column, _KEY, key, nullable=nullable)


def upgrade() -> None:
    _series()
    _plans()
    _agenda()
    _reminders()


def _series() -> None:
    op.create_table(
        "meeting_series",
        sa.Column("id", _KEY, nullable=False),
        _refers("meeting_series", "group_id", "groups"),
        sa.Column("rule", sa.String, nullable=False),
        sa.Column("local_time", sa.String, nullable=False),
        sa.Column("title", sa.Text),
        sa.Column("minutes", sa.Integer),
        sa.Column("ended", sa.Boolean, nullable=False),
        sa.Column("source_event_id", sa.String),
        sa.PrimaryKeyConstraint("id", name="pk_meeting_series"),
        sqlite_autoincrement=True,
    )
    for column in ("group_id", "source_event_id"):
        op.create_index(f"ix_meeting_series_{column}", "meeting_series", [column])


def _plans() -> None:
    op.create_table(
        "meeting_plans",
        _refers("meeting_plans", "meeting_id", "meetings"),
        sa.Column("uid", sa.String, nullable=False),
        sa.Column("sequence", sa.Integer, nullable=False),
        sa.Column("minutes", sa.Integer),
        _refers("meeting_plans", "series_id", "meeting_series", nullable=True),
        sa.Column("nominal", sa.String),
        _refers("meeting_plans", "reminder_id", "outbox", nullable=True),
        sa.PrimaryKeyConstraint("meeting_id", name="pk_meeting_plans"),
    )
    op.create_index("ix_meeting_plans_reminder_id", "meeting_plans", ["reminder_id"])
    op.create_table(
        "meeting_reminders",
        _refers("meeting_reminders", "meeting_id", "meetings"),
        _refers("meeting_reminders", "post_id", "outbox"),
        sa.PrimaryKeyConstraint("meeting_id", "post_id", name="pk_meeting_reminders"),
    )
    op.create_index("ix_meeting_reminders_post_id", "meeting_reminders", ["post_id"])
    op.create_table(
        "meeting_authors",
        _refers("meeting_authors", "meeting_id", "meetings"),
        _refers("meeting_authors", "person_id", "people"),
        sa.PrimaryKeyConstraint("meeting_id", name="pk_meeting_authors"),
    )


def _agenda() -> None:
    op.create_table(
        "agenda_items",
        sa.Column("id", _KEY, nullable=False),
        _refers("agenda_items", "group_id", "groups"),
        _refers("agenda_items", "meeting_id", "meetings", nullable=True),
        sa.Column("position", sa.Integer, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("minutes", sa.Integer),
        _refers("agenda_items", "item_id", "items", nullable=True),
        sa.Column("source_event_id", sa.String),
        sa.PrimaryKeyConstraint("id", name="pk_agenda_items"),
        sqlite_autoincrement=True,
    )
    for column in ("group_id", "meeting_id", "source_event_id"):
        op.create_index(f"ix_agenda_items_{column}", "agenda_items", [column])


def _reminders() -> None:
    op.create_table(
        "reminders",
        sa.Column("id", _KEY, nullable=False),
        _refers("reminders", "group_id", "groups"),
        sa.Column("number", sa.Integer, nullable=False),
        _refers("reminders", "person_id", "people"),
        sa.Column("private", sa.Boolean, nullable=False),
        sa.Column("unnamed", sa.Boolean, nullable=False),
        sa.Column("exact", sa.Boolean, nullable=False),
        sa.Column("rule", sa.String),
        sa.Column("local_time", sa.String),
        sa.Column("text", sa.Text),
        sa.Column("about_event_id", sa.String),
        sa.Column("about_room_id", sa.String),
        sa.Column("source_event_id", sa.String),
        sa.PrimaryKeyConstraint("id", name="pk_reminders"),
        sqlite_autoincrement=True,
    )
    for column in ("group_id", "person_id", "source_event_id"):
        op.create_index(f"ix_reminders_{column}", "reminders", [column])
    op.create_table(
        "reminder_people",
        _refers("reminder_people", "reminder_id", "reminders", ondelete="CASCADE"),
        _refers("reminder_people", "person_id", "people"),
        sa.Column("event_id", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("reminder_id", "person_id", name="pk_reminder_people"),
    )
    op.create_index("ix_reminder_people_event_id", "reminder_people", ["event_id"])
