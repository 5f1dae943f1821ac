# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Our own events as they come back: by what mark they can be recognised, whatever device sent them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from bot.matrix.envelope import is_id
from method.ids import EventId, UserId
from method.items import Label
from storage.echoes import Echo

#: Our mark in an event's content, outside the ciphertext too, so that a new device finds it.
MARKER: Final = "org.tafelrunde.id"
#: In a redaction the mark of the event that it took the content from, and with it the mark.
REDACTED: Final = "org.tafelrunde.redacts"

#: How a receipt begins that names a label.
RECEIPT: Final = "✅ "

Json = Mapping[str, Any]


def echoes(events: Iterable[Json], me: UserId) -> list[Echo]:
    """Return what these events of a room say about what we have sent."""
    return [echo for event in events if event.get("sender") == me for echo in _echoes(event)]


def carries(event: Json, marker: str, txn: str | None) -> bool:
    """Is the event the one with this mark, or with this transaction id (shown to the sending device)?"""
    return _text(event, "content", MARKER) == marker or (
        txn is not None and _text(event, "unsigned", "transaction_id") == txn
    )


def _echoes(event: Json) -> Iterator[Echo]:
    event_id = event.get("event_id")
    if not is_id(event_id) or "state_key" in event:
        return
    marker, txn = _text(event, "content", MARKER), _text(event, "unsigned", "transaction_id")
    if marker or txn:
        yield Echo(EventId(event_id), marker, txn, _receipt(event))
    target = event.get("redacts") or _text(event, "content", "redacts")
    lost = _text(event, "content", REDACTED)
    if event.get("type") == "m.room.redaction" and is_id(target) and lost:
        yield Echo(EventId(target), lost, None)


def _receipt(event: Json) -> tuple[EventId, Label] | None:
    content = event.get("content")
    relation = content.get("m.relates_to") if isinstance(content, dict) else None
    if event.get("type") != "m.reaction" or not isinstance(relation, dict):
        return None
    target, key = relation.get("event_id"), relation.get("key")
    label = Label.parse(key.removeprefix(RECEIPT)) if isinstance(key, str) and RECEIPT in key else None
    return (EventId(target), label) if label is not None and is_id(target) else None


def _text(event: Json, part: str, key: str) -> str | None:
    section = event.get(part)
    value = section.get(key) if isinstance(section, dict) else None
    return value if is_id(value) else None
