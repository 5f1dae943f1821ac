# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The entries of a group, as its export says them: with what was added and what has happened to them, and no names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from method import decisions
from method.dates import timestamp
from method.histories import Event
from method.ids import GroupId, ItemId
from method.items import Item, Kind, Listed, Note, State
from method.tasks import Task
from storage import histories, notes, parking, parts


async def of_group(
    db: AsyncConnection, group_id: GroupId, everything: Mapping[ItemId, Listed]
) -> list[dict[str, Any]]:
    """Return these items, which are all of the group, in their order."""
    added: defaultdict[ItemId, list[Note]] = defaultdict(list)
    for note in await notes.of_group(db, group_id):
        added[note.item_id].append(note)
    happened = await histories.of_group(db, group_id)
    places, parked = await parts.of_group(db, group_id), await parking.of_group(db, group_id)
    return [
        {
            **_item(one, added[one.item.id]),
            "part_of": _label(everything, places.whole(one.item.id)),
            "parked": one.item.id in parked,
            "history": _history(happened.get(one.item.id, ())) if one.item.state is State.OPEN else [],
        }
        for one in everything.values()
    ]


def polls_named(item: Item) -> tuple[str, ...]:
    """Return the polls that a decision names."""
    return decisions.polls(item.text or "") if item.kind is Kind.DECISION else ()


def _item(listed: Listed, added: Iterable[Note]) -> dict[str, Any]:
    item = listed.item
    is_open = item.state is State.OPEN
    return {
        "id": str(item.label),
        "kind": item.kind.value,
        "text": item.text if is_open else None,
        "topics": list(item.topics) if is_open else [],
        "links": [*map(str, item.links), *polls_named(item)] if is_open else [],
        "review": item.review.isoformat() if item.review and is_open else None,
        "task": _task(item.task) if item.task and is_open else None,
        "notes": [
            {
                "text": note.text,
                "kind": note.kind.value,
                "sector": note.sector.value if note.sector else None,
                "created": timestamp(note.created_at),
                "changed": timestamp(note.changed_at),
            }
            for note in added
        ],
        "support": listed.support if is_open else 0,
        "state": item.state.value,
        "created": timestamp(item.created_at),
        "changed": timestamp(item.changed_at),
    }


def _task(task: Task) -> dict[str, Any]:
    return {
        "stage": task.stage.value,
        "due": task.due.isoformat() if task.due else None,
        "done": task.done.isoformat() if task.done else None,
        "reason": task.reason,
    }


def _history(events: Iterable[Event]) -> list[dict[str, Any]]:
    # How often a text was changed on a day is shown nowhere.
    return [
        {
            "day": event.day.isoformat(),
            "kind": event.kind.value,
            "was": event.was.isoformat() if event.was else None,
            "becomes": event.becomes.isoformat() if event.becomes else None,
        }
        for event, _ in groupby(events)
    ]


def _label(everything: Mapping[ItemId, Listed], item_id: ItemId | None) -> str | None:
    return None if item_id is None else str(everything[item_id].item.label)
