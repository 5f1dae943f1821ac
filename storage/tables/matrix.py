# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What comes from the homeserver and goes there: sync, rooms, journal, keys, outbox."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
)

from storage.columns import Instant, Key, neutral, partial, personal
from storage.tables.metadata import metadata

#: One row: how far /sync was journalled, and who we are on the homeserver.
sync_state = Table(
    "sync_state",
    metadata,
    neutral("id", Integer, primary_key=True),
    neutral("next_batch", String),
    neutral("batch", BigInteger, nullable=False),
    #: Random name of this installation; transaction ids are derived from it.
    neutral("installation", String, nullable=False),
    neutral("device_id", String),
    neutral("first_start", Instant, nullable=False),
)

#: One row: which process writes. Used on PostgreSQL only; beside SQLite lies a lock file.
leader = Table(
    "leader",
    metadata,
    neutral("id", Integer, primary_key=True),
    #: Rises with each new leader. Unique, so that PostgreSQL knows it as a key (see storage/leader.py).
    neutral("epoch", BigInteger, nullable=False, unique=True),
    #: The database session that holds the lock.
    neutral("pid", Integer, nullable=False),
    #: The last sign of life, by the database's clock.
    neutral("beat_at", Instant, nullable=False),
)

rooms = Table(
    "rooms",
    metadata,
    neutral("room_id", String, primary_key=True),
    neutral("group_id", Key, ForeignKey("groups.id"), index=True),
    #: A room for one person and the bot.
    neutral("direct", Boolean, nullable=False),
    #: Our own membership: invite, join, leave, ban.
    neutral("membership", String, nullable=False),
    #: Set once and never cleared: from here on plaintext is impossible.
    neutral("encrypted_at", Instant),
    #: The member list is complete (lazily loaded otherwise).
    neutral("members_complete", Boolean, nullable=False),
    neutral("upgraded_to", String),
)

#: Raw state as the homeserver gave it; never from a decrypted payload.
room_state = Table(
    "room_state",
    metadata,
    neutral("room_id", String, primary_key=True),
    neutral("type", String, primary_key=True),
    neutral("state_key", String, primary_key=True),
    neutral("event_id", String),
    personal("sender", String, nullable=False),
    personal("content", LargeBinary, nullable=False),
)

members = Table(
    "members",
    metadata,
    neutral("room_id", String, primary_key=True),
    personal("user_id", String, primary_key=True),
    personal("membership", String, nullable=False),
    personal("display_name", String),
    Index("ix_members_user_id", "user_id"),
)

#: Each event once. ``raw`` and ``sender`` are emptied when the event has been handled.
inbox = Table(
    "inbox",
    metadata,
    neutral("event_id", String, primary_key=True),
    neutral("room_id", String, nullable=False),
    neutral("batch", BigInteger, nullable=False),
    neutral("idx", Integer, nullable=False),
    personal("sender", String),
    personal("raw", LargeBinary),
    neutral("received_at", Instant, nullable=False),
    #: new, held (its sender wrote too much), waiting (for a key or another event), done, ignored, bad, dead
    neutral("state", String, nullable=False),
    #: The named rule that ended it, or what it waits for.
    neutral("rule", String),
    neutral("waits_for", String),
    neutral("attempts", Integer, nullable=False),
    neutral("next_try_at", Instant),
    neutral("told_at", Instant),
    partial("ix_inbox_open", "state", "batch", "idx", where="raw"),
    partial("ix_inbox_waits_for", "waits_for"),
    # Few: what could not be handled, and may be tried again.
    partial("ix_inbox_put_aside", "received_at", only="sender IS NOT NULL AND raw IS NULL"),
)

to_device = Table(
    "to_device",
    metadata,
    neutral("batch", BigInteger, primary_key=True),
    neutral("idx", Integer, primary_key=True),
    personal("raw", LargeBinary, nullable=False),
)

#: A stretch of a room's timeline that /sync left out and /messages must bring.
gaps = Table(
    "gaps",
    metadata,
    neutral("id", Key, primary_key=True),
    neutral("room_id", String, nullable=False, index=True),
    neutral("batch", BigInteger, nullable=False),
    neutral("from_token", String, nullable=False),
    neutral("to_token", String),
    #: The next event found, going backwards, gets this index.
    neutral("idx", Integer, nullable=False),
    neutral("attempts", Integer, nullable=False),
    neutral("next_try_at", Instant),
    sqlite_autoincrement=True,
)

#: Each message of a Megolm session is accepted under one event id only.
megolm_seen = Table(
    "megolm_seen",
    metadata,
    neutral("session_id", String, primary_key=True),
    neutral("message_index", BigInteger, primary_key=True),
    neutral("event_id", String, nullable=False),
)

crypto = Table(
    "crypto",
    metadata,
    neutral("kind", String, primary_key=True),
    personal("key", String, primary_key=True),
    personal("data", LargeBinary, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    neutral("id", Key, primary_key=True),
    #: Why it is sent (event id or occurrence, and an ordinal): the reason it is sent once.
    neutral("cause", String, nullable=False, unique=True),
    neutral("room_id", String, nullable=False),
    #: event, file, reaction, redaction, pin, join, leave, decline
    neutral("kind", String, nullable=False),
    #: Frozen when the row is made; emptied when it was sent.
    personal("payload", LargeBinary),
    #: The row whose event this one edits, redacts, pins or reacts to.
    neutral("target_id", Key, ForeignKey("outbox.id")),
    #: Derived from the cause when it is first sent; the homeserver answers a repetition with the first event.
    neutral("txn_id", String, unique=True),
    neutral("device_id", String),
    #: new, trying, sent, dead, cancelled
    neutral("state", String, nullable=False),
    neutral("attempts", Integer, nullable=False),
    neutral("created_at", Instant, nullable=False),
    neutral("first_try_at", Instant),
    neutral("next_try_at", Instant),
    neutral("event_id", String),
    neutral("error", String),
    #: What the post is about: "item:12", "question:3", "welcome:1".
    neutral("subject", String),
    partial("ix_outbox_event_id", "event_id"),
    partial("ix_outbox_subject", "subject"),
    partial("ix_outbox_open", "state", "room_id", "id", where="payload"),
    partial("ix_outbox_open_target_id", "target_id", "state", where="payload"),
    partial("ix_outbox_target_id", "target_id"),
    sqlite_autoincrement=True,
)

#: Events of ours in the timeline that no row has become, by the mark in their content: a restored older
#: database will make these rows again, and they must not be sent again.
echoes = Table(
    "echoes",
    metadata,
    neutral("marker", String, primary_key=True),
    neutral("event_id", String, nullable=False),
    neutral("heard_at", Instant, nullable=False),
)

#: Which numbers those events gave, and to what message: handled again, it gets the same number.
receipts = Table(
    "receipts",
    metadata,
    neutral("event_id", String, primary_key=True),
    neutral("room_id", String, nullable=False),
    #: barrier, idea, task, decision
    neutral("kind", String, nullable=False),
    neutral("number", Integer, nullable=False),
)
