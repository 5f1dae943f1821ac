# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The first schema."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

#: Written out instead of taken from storage/tables.py, which goes on changing.
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
#: Microseconds since 1970, UTC.
INSTANT = sa.BigInteger()


def upgrade() -> None:
    _groups_and_people()
    _matrix_in()
    _matrix_out()
    _board()
    _conversation()


def _groups_and_people() -> None:
    """Groups, the rooms they meet in, and the people."""
    op.create_table(
        "groups",
        sa.Column("id", KEY, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("language", sa.String, nullable=False),
        sa.Column("goal", sa.Text),
        sa.Column("goal_event_id", sa.String),
        sa.Column("step", sa.Integer, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("last_barrier", sa.Integer, nullable=False),
        sa.Column("last_idea", sa.Integer, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_groups"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "rooms",
        sa.Column("room_id", sa.String, nullable=False),
        sa.Column("group_id", KEY),
        sa.Column("direct", sa.Boolean, nullable=False),
        sa.Column("membership", sa.String, nullable=False),
        sa.Column("encrypted_at", INSTANT),
        sa.Column("members_complete", sa.Boolean, nullable=False),
        sa.Column("upgraded_to", sa.String),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name="fk_rooms_group_id_groups"),
        sa.PrimaryKeyConstraint("room_id", name="pk_rooms"),
    )
    op.create_table(
        "members",
        sa.Column("room_id", sa.String, nullable=False),
        sa.Column("user_id", sa.String, nullable=False),
        sa.Column("membership", sa.String, nullable=False),
        sa.Column("display_name", sa.String),
        sa.PrimaryKeyConstraint("room_id", "user_id", name="pk_members"),
    )
    op.create_table(
        "room_state",
        sa.Column("room_id", sa.String, nullable=False),
        sa.Column("type", sa.String, nullable=False),
        sa.Column("state_key", sa.String, nullable=False),
        sa.Column("event_id", sa.String),
        sa.Column("sender", sa.String, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("room_id", "type", "state_key", name="pk_room_state"),
    )
    op.create_table(
        "people",
        sa.Column("id", KEY, nullable=False),
        sa.Column("user_id", sa.String, nullable=False),
        sa.Column("language", sa.String),
        sa.Column("group_id", KEY),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name="fk_people_group_id_groups"),
        sa.PrimaryKeyConstraint("id", name="pk_people"),
        sa.UniqueConstraint("user_id", name="uq_people_user_id"),
        sqlite_autoincrement=True,
    )


def _matrix_in() -> None:
    """What comes from the homeserver."""
    op.create_table(
        "sync_state",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("next_batch", sa.String),
        sa.Column("batch", sa.BigInteger, nullable=False),
        sa.Column("installation", sa.String, nullable=False),
        sa.Column("device_id", sa.String),
        sa.Column("first_start", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sync_state"),
    )
    op.create_table(
        "inbox",
        sa.Column("event_id", sa.String, nullable=False),
        sa.Column("room_id", sa.String, nullable=False),
        sa.Column("batch", sa.BigInteger, nullable=False),
        sa.Column("idx", sa.Integer, nullable=False),
        sa.Column("sender", sa.String),
        sa.Column("raw", sa.LargeBinary),
        sa.Column("received_at", INSTANT, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("rule", sa.String),
        sa.Column("waits_for", sa.String),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_try_at", INSTANT),
        sa.Column("told_at", INSTANT),
        sa.PrimaryKeyConstraint("event_id", name="pk_inbox"),
    )
    op.create_index("ix_inbox_open", "inbox", ["state", "batch", "idx"])
    op.create_index("ix_inbox_waits_for", "inbox", ["waits_for"])
    op.create_table(
        "to_device",
        sa.Column("batch", sa.BigInteger, nullable=False),
        sa.Column("idx", sa.Integer, nullable=False),
        sa.Column("raw", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("batch", "idx", name="pk_to_device"),
    )
    op.create_table(
        "gaps",
        sa.Column("id", KEY, nullable=False),
        sa.Column("room_id", sa.String, nullable=False),
        sa.Column("batch", sa.BigInteger, nullable=False),
        sa.Column("from_token", sa.String, nullable=False),
        sa.Column("to_token", sa.String),
        sa.Column("idx", sa.Integer, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("next_try_at", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_gaps"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_gaps_room_id", "gaps", ["room_id"])
    op.create_table(
        "megolm_seen",
        sa.Column("session_id", sa.String, nullable=False),
        sa.Column("message_index", sa.BigInteger, nullable=False),
        sa.Column("event_id", sa.String, nullable=False),
        sa.PrimaryKeyConstraint("session_id", "message_index", name="pk_megolm_seen"),
    )
    op.create_table(
        "crypto",
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("key", sa.String, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("kind", "key", name="pk_crypto"),
    )


def _matrix_out() -> None:
    """What goes to the homeserver."""
    op.create_table(
        "outbox",
        sa.Column("id", KEY, nullable=False),
        sa.Column("cause", sa.String, nullable=False),
        sa.Column("room_id", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("payload", sa.LargeBinary),
        sa.Column("target_id", KEY),
        sa.Column("txn_id", sa.String),
        sa.Column("device_id", sa.String),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("first_try_at", INSTANT),
        sa.Column("next_try_at", INSTANT),
        sa.Column("event_id", sa.String),
        sa.Column("error", sa.String),
        sa.Column("subject", sa.String),
        sa.ForeignKeyConstraint(["target_id"], ["outbox.id"], name="fk_outbox_target_id_outbox"),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.UniqueConstraint("cause", name="uq_outbox_cause"),
        sa.UniqueConstraint("txn_id", name="uq_outbox_txn_id"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_outbox_event_id", "outbox", ["event_id"])
    op.create_index("ix_outbox_open", "outbox", ["state", "room_id", "id"])
    op.create_index("ix_outbox_subject", "outbox", ["subject"])


def _board() -> None:
    """Barriers and ideas, and what people say about them."""
    op.create_table(
        "items",
        sa.Column("id", KEY, nullable=False),
        sa.Column("group_id", KEY, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("text", sa.Text),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("author_id", KEY),
        sa.Column("source_event_id", sa.String),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name="fk_items_author_id_people"),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name="fk_items_group_id_groups"),
        sa.PrimaryKeyConstraint("id", name="pk_items"),
        sa.UniqueConstraint("group_id", "kind", "number", name="uq_items_group_id_kind_number"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_items_source_event_id", "items", ["source_event_id"])
    op.create_table(
        "item_topics",
        sa.Column("item_id", KEY, nullable=False),
        sa.Column("topic", sa.String, nullable=False),
        sa.Column("folded", sa.String, nullable=False),
        sa.Column("position", sa.Integer, nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name="fk_item_topics_item_id_items"),
        sa.PrimaryKeyConstraint("item_id", "topic", name="pk_item_topics"),
    )
    op.create_index("ix_item_topics_folded", "item_topics", ["folded"])
    op.create_table(
        "item_links",
        sa.Column("item_id", KEY, nullable=False),
        sa.Column("target_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name="fk_item_links_item_id_items"),
        sa.ForeignKeyConstraint(["target_id"], ["items.id"], name="fk_item_links_target_id_items"),
        sa.PrimaryKeyConstraint("item_id", "target_id", name="pk_item_links"),
    )
    op.create_table(
        "notes",
        sa.Column("id", KEY, nullable=False),
        sa.Column("item_id", KEY, nullable=False),
        sa.Column("text", sa.Text),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("author_id", KEY),
        sa.Column("source_event_id", sa.String),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("changed_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name="fk_notes_author_id_people"),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name="fk_notes_item_id_items"),
        sa.PrimaryKeyConstraint("id", name="pk_notes"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_notes_item_id", "notes", ["item_id"])
    op.create_index("ix_notes_source_event_id", "notes", ["source_event_id"])
    op.create_table(
        "supports",
        sa.Column("event_id", sa.String, nullable=False),
        sa.Column("item_id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name="fk_supports_item_id_items"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_supports_person_id_people"),
        sa.PrimaryKeyConstraint("event_id", name="pk_supports"),
    )
    op.create_index("ix_supports_item_id", "supports", ["item_id"])


def _conversation() -> None:
    """What the bot waits for, and what can be taken back."""
    op.create_table(
        "questions",
        sa.Column("id", KEY, nullable=False),
        sa.Column("room_id", sa.String, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("line", sa.Text, nullable=False),
        sa.Column("event_id", sa.String, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_questions_person_id_people"),
        sa.PrimaryKeyConstraint("id", name="pk_questions"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_questions_event_id", "questions", ["event_id"])
    op.create_index("ix_questions_room_id", "questions", ["room_id"])
    op.create_table(
        "changes",
        sa.Column("id", KEY, nullable=False),
        sa.Column("group_id", KEY, nullable=False),
        sa.Column("person_id", KEY, nullable=False),
        sa.Column("item_id", KEY),
        sa.Column("note_id", KEY),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("before", sa.Text),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["group_id"], ["groups.id"], name="fk_changes_group_id_groups"),
        sa.ForeignKeyConstraint(["item_id"], ["items.id"], name="fk_changes_item_id_items"),
        sa.ForeignKeyConstraint(["note_id"], ["notes.id"], name="fk_changes_note_id_notes"),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name="fk_changes_person_id_people"),
        sa.PrimaryKeyConstraint("id", name="pk_changes"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_changes_item_id", "changes", ["item_id"])
    op.create_index("ix_changes_note_id", "changes", ["note_id"])
