# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Every table, with a mark on every column that says whether it is about a person."""

from storage.tables.boards import board_pages
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

__all__ = [
    "board_pages", "changes", "crypto", "echoes", "gaps", "group_settings", "groups", "inbox", "item_links",
    "item_topics", "items", "leader", "megolm_seen", "members", "metadata", "notes", "outbox", "people", "questions",
    "receipts", "room_state", "rooms", "supports", "sync_state", "timers", "to_device",
]  # fmt: skip
