# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Every table, with a mark on every column that says whether it is about a person."""

from storage.tables.anonymous import anonymous
from storage.tables.groups import group_settings, groups, people, questions, timers
from storage.tables.items import changes, item_links, item_topics, items, notes, supports
from storage.tables.matrix import (
    crypto,
    echoes,
    gaps,
    inbox,
    leader,
    megolm_seen,
    members,
    outbox,
    receipts,
    room_state,
    rooms,
    sync_state,
    to_device,
)
from storage.tables.metadata import metadata
from storage.tables.preferences import preferences
from storage.tables.retention import retention

__all__ = [
    "anonymous", "changes", "crypto", "echoes", "gaps", "group_settings", "groups", "inbox", "item_links",
    "item_topics", "items", "leader", "megolm_seen", "members", "metadata", "notes", "outbox", "people",
    "preferences", "questions", "receipts", "retention", "room_state", "rooms", "supports", "sync_state",
    "timers", "to_device",
]  # fmt: skip
