# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Every table, with a mark on every column that says whether it is about a person."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from storage.columns import Instant
from storage.columns import Key as _Key
from storage.columns import neutral as _neutral
from storage.columns import partial as _partial
from storage.columns import personal as _personal

metadata: Final = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# --- Matrix in -----------------------------------------------------------------------------------

#: One row: how far /sync was journalled, and who we are on the homeserver.
sync_state = Table(
    "sync_state",
    metadata,
    _neutral("id", Integer, primary_key=True),
    _neutral("next_batch", String),
    _neutral("batch", BigInteger, nullable=False),
    #: Random name of this installation; transaction ids are derived from it.
    _neutral("installation", String, nullable=False),
    _neutral("device_id", String),
    _neutral("first_start", Instant, nullable=False),
)

#: One row: which process writes. Used on PostgreSQL only; beside SQLite lies a lock file.
leader = Table(
    "leader",
    metadata,
    _neutral("id", Integer, primary_key=True),
    #: Rises with each new leader. Unique, so that PostgreSQL knows it as a key (see storage/leader.py).
    _neutral("epoch", BigInteger, nullable=False, unique=True),
    #: The database session that holds the lock.
    _neutral("pid", Integer, nullable=False),
    #: The last sign of life, by the database's clock.
    _neutral("beat_at", Instant, nullable=False),
)

rooms = Table(
    "rooms",
    metadata,
    _neutral("room_id", String, primary_key=True),
    _neutral("group_id", _Key, ForeignKey("groups.id")),
    #: A room for one person and the bot.
    _neutral("direct", Boolean, nullable=False),
    #: Our own membership: invite, join, leave, ban.
    _neutral("membership", String, nullable=False),
    #: Set once and never cleared: from here on plaintext is impossible.
    _neutral("encrypted_at", Instant),
    #: The member list is complete (lazily loaded otherwise).
    _neutral("members_complete", Boolean, nullable=False),
    _neutral("upgraded_to", String),
)

#: Raw state as the homeserver gave it; never from a decrypted payload.
room_state = Table(
    "room_state",
    metadata,
    _neutral("room_id", String, primary_key=True),
    _neutral("type", String, primary_key=True),
    _neutral("state_key", String, primary_key=True),
    _neutral("event_id", String),
    _personal("sender", String, nullable=False),
    _personal("content", LargeBinary, nullable=False),
)

members = Table(
    "members",
    metadata,
    _neutral("room_id", String, primary_key=True),
    _personal("user_id", String, primary_key=True),
    _personal("membership", String, nullable=False),
    _personal("display_name", String),
)

#: Each event once. ``raw`` and ``sender`` are emptied when the event has been handled.
inbox = Table(
    "inbox",
    metadata,
    _neutral("event_id", String, primary_key=True),
    _neutral("room_id", String, nullable=False),
    _neutral("batch", BigInteger, nullable=False),
    _neutral("idx", Integer, nullable=False),
    _personal("sender", String),
    _personal("raw", LargeBinary),
    _neutral("received_at", Instant, nullable=False),
    #: new, held (its sender wrote too much), waiting (for a key or another event), done, ignored, bad, dead
    _neutral("state", String, nullable=False),
    #: The named rule that ended it, or what it waits for.
    _neutral("rule", String),
    _neutral("waits_for", String),
    _neutral("attempts", Integer, nullable=False),
    _neutral("next_try_at", Instant),
    _neutral("told_at", Instant),
    _partial("ix_inbox_open", "state", "batch", "idx", where="raw"),
    _partial("ix_inbox_waits_for", "waits_for"),
)

to_device = Table(
    "to_device",
    metadata,
    _neutral("batch", BigInteger, primary_key=True),
    _neutral("idx", Integer, primary_key=True),
    _personal("raw", LargeBinary, nullable=False),
)

#: A stretch of a room's timeline that /sync left out and /messages must bring.
gaps = Table(
    "gaps",
    metadata,
    _neutral("id", _Key, primary_key=True),
    _neutral("room_id", String, nullable=False, index=True),
    _neutral("batch", BigInteger, nullable=False),
    _neutral("from_token", String, nullable=False),
    _neutral("to_token", String),
    #: The next event found, going backwards, gets this index.
    _neutral("idx", Integer, nullable=False),
    _neutral("attempts", Integer, nullable=False),
    _neutral("next_try_at", Instant),
    sqlite_autoincrement=True,
)

#: Each message of a Megolm session is accepted under one event id only.
megolm_seen = Table(
    "megolm_seen",
    metadata,
    _neutral("session_id", String, primary_key=True),
    _neutral("message_index", BigInteger, primary_key=True),
    _neutral("event_id", String, nullable=False),
)

crypto = Table(
    "crypto",
    metadata,
    _neutral("kind", String, primary_key=True),
    _personal("key", String, primary_key=True),
    _personal("data", LargeBinary, nullable=False),
)

# --- Matrix out ----------------------------------------------------------------------------------

outbox = Table(
    "outbox",
    metadata,
    _neutral("id", _Key, primary_key=True),
    #: Why it is sent (event id or occurrence, and an ordinal): the reason it is sent once.
    _neutral("cause", String, nullable=False, unique=True),
    _neutral("room_id", String, nullable=False),
    #: event, reaction, redaction, pin, join, leave, decline
    _neutral("kind", String, nullable=False),
    #: Frozen when the row is made; emptied when it was sent.
    _personal("payload", LargeBinary),
    #: The row whose event this one edits, redacts or pins.
    _neutral("target_id", _Key, ForeignKey("outbox.id")),
    #: Derived from the cause when it is first sent; the homeserver answers a repetition with the first event.
    _neutral("txn_id", String, unique=True),
    _neutral("device_id", String),
    #: new, trying, sent, dead, cancelled
    _neutral("state", String, nullable=False),
    _neutral("attempts", Integer, nullable=False),
    _neutral("created_at", Instant, nullable=False),
    _neutral("first_try_at", Instant),
    _neutral("next_try_at", Instant),
    _neutral("event_id", String),
    _neutral("error", String),
    #: What the post is about: "item:12", "question:3", "welcome:1".
    _neutral("subject", String),
    _partial("ix_outbox_event_id", "event_id"),
    _partial("ix_outbox_subject", "subject"),
    _partial("ix_outbox_open", "state", "room_id", "id", where="payload"),
    sqlite_autoincrement=True,
)

#: Events of ours in the timeline that no row has become, by the mark in their content: a restored older
#: database will make these rows again, and they must not be sent again.
echoes = Table(
    "echoes",
    metadata,
    _neutral("marker", String, primary_key=True),
    _neutral("event_id", String, nullable=False),
    _neutral("heard_at", Instant, nullable=False),
)

#: Which numbers those events gave, and to what message: handled again, it gets the same number.
receipts = Table(
    "receipts",
    metadata,
    _neutral("event_id", String, primary_key=True),
    _neutral("room_id", String, nullable=False),
    #: barrier, idea
    _neutral("kind", String, nullable=False),
    _neutral("number", Integer, nullable=False),
)

# --- groups and people ---------------------------------------------------------------------------

groups = Table(
    "groups",
    metadata,
    _neutral("id", _Key, primary_key=True),
    _neutral("name", String, nullable=False),
    _neutral("language", String, nullable=False),
    _neutral("goal", Text),
    #: The message that set the goal: editing it changes the goal.
    _neutral("goal_event_id", String),
    #: 1 to 5, the step of the method.
    _neutral("step", Integer, nullable=False),
    #: active, paused (we are not in the room)
    _neutral("state", String, nullable=False),
    _neutral("last_barrier", Integer, nullable=False),
    _neutral("last_idea", Integer, nullable=False),
    _neutral("created_at", Instant, nullable=False),
    sqlite_autoincrement=True,
)

#: The only table of ours in which a person's user id stands; the others name the person's number.
people = Table(
    "people",
    metadata,
    _personal("id", _Key, primary_key=True),
    _personal("user_id", String, nullable=False, unique=True),
    _personal("language", String),
    #: The group that direct messages are about.
    _personal("group_id", _Key, ForeignKey("groups.id")),
    sqlite_autoincrement=True,
)

items = Table(
    "items",
    metadata,
    _neutral("id", _Key, primary_key=True),
    _neutral("group_id", _Key, ForeignKey("groups.id"), nullable=False),
    #: barrier, idea
    _neutral("kind", String, nullable=False),
    _neutral("number", Integer, nullable=False),
    #: Empty once withdrawn for good.
    _neutral("text", Text),
    #: open, withdrawn
    _neutral("state", String, nullable=False),
    _personal("author_id", _Key, ForeignKey("people.id")),
    #: The message that made it: editing and deleting that message act on the item.
    _neutral("source_event_id", String, index=True),
    _neutral("created_at", Instant, nullable=False),
    _neutral("changed_at", Instant, nullable=False),
    UniqueConstraint("group_id", "kind", "number"),
    sqlite_autoincrement=True,
)

item_topics = Table(
    "item_topics",
    metadata,
    _neutral("item_id", _Key, ForeignKey("items.id"), primary_key=True),
    #: As typed, without "#"; compared folded.
    _neutral("topic", String, primary_key=True),
    _neutral("folded", String, nullable=False, index=True),
    _neutral("position", Integer, nullable=False),
)

#: The idea ``item_id`` answers the barrier ``target_id``.
item_links = Table(
    "item_links",
    metadata,
    _neutral("item_id", _Key, ForeignKey("items.id"), primary_key=True),
    _neutral("target_id", _Key, ForeignKey("items.id"), primary_key=True),
)

notes = Table(
    "notes",
    metadata,
    _neutral("id", _Key, primary_key=True),
    _neutral("item_id", _Key, ForeignKey("items.id"), nullable=False, index=True),
    _neutral("text", Text),
    #: open, withdrawn
    _neutral("state", String, nullable=False),
    _personal("author_id", _Key, ForeignKey("people.id")),
    _neutral("source_event_id", String, index=True),
    _neutral("created_at", Instant, nullable=False),
    _neutral("changed_at", Instant, nullable=False),
    sqlite_autoincrement=True,
)

#: One row for each 👍; a person who reacts twice supports once.
supports = Table(
    "supports",
    metadata,
    _personal("event_id", String, primary_key=True),
    _neutral("item_id", _Key, ForeignKey("items.id"), nullable=False, index=True),
    _personal("person_id", _Key, ForeignKey("people.id"), nullable=False),
)

#: What the bot asked a person and still waits for, with the words already typed.
questions = Table(
    "questions",
    metadata,
    _neutral("id", _Key, primary_key=True),
    _neutral("room_id", String, nullable=False, index=True),
    _personal("person_id", _Key, ForeignKey("people.id"), nullable=False),
    #: suggestion (👍 runs it), blank (the answer fills it), group (which group is meant)
    _neutral("kind", String, nullable=False),
    #: The command line to run; "{}" stands where the answer goes.
    _neutral("line", Text, nullable=False),
    #: The message that was asked about; what comes of it belongs to it.
    _neutral("event_id", String, nullable=False, index=True),
    _neutral("expires_at", Instant, nullable=False),
    sqlite_autoincrement=True,
)

#: What ``!rückgängig`` can take back, for thirty minutes.
changes = Table(
    "changes",
    metadata,
    _neutral("id", _Key, primary_key=True),
    _neutral("group_id", _Key, ForeignKey("groups.id"), nullable=False),
    _personal("person_id", _Key, ForeignKey("people.id"), nullable=False),
    _neutral("item_id", _Key, ForeignKey("items.id"), index=True),
    _neutral("note_id", _Key, ForeignKey("notes.id")),
    _partial("ix_changes_note_id", "note_id"),
    #: created, edited, withdrawn, noted, note-edited, goal
    _neutral("kind", String, nullable=False),
    #: What it was before (text, topics, goal) as JSON.
    _neutral("before", Text),
    _neutral("at", Instant, nullable=False),
    sqlite_autoincrement=True,
)
