# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Tasks in a weekly letter: who does what by when. Only who has said yes is named, and nobody as late.

A line keeps how the task stood when the letter was written. The words of the task come from its row, and the name
from the room: who has left it, or was forgotten, stands in no letter any more.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Final

from config.texts import Text, text
from method.digests import Facts, Key, Line, Part, Source
from method.items import Item, Kind
from method.tasks import Stage, Task
from method.tasks.posts import SHORT, Around, by_due, gathered, in_letter

#: What stands before the tasks of one kind.
_HEADS: Final[Mapping[Source, Text]] = {
    Source.DONE: text("Done: {tasks}"),
    Source.ITEM: text("New: {tasks}"),
    Source.TASK: text("Open: {tasks}"),
    Source.BLOCKED: text("Blocked: {tasks}"),
}


def collect(facts: Facts, told: Collection[Key]) -> Iterator[Line]:
    """Yield what is done and what is new, each once, then what is still open; the earliest date first."""
    listed = by_due([item for item in facts.items.values() if item.kind is Kind.TASK])
    for source in _HEADS:
        for item in listed:
            task = item.task or Task()
            if _source(item, task, told) is source:
                due = task.due.isoformat() if task.due and not task.is_done else ""
                yield Line(Part.TASKS, source, item.id, due, task.owner)


def _source(item: Item, task: Task, told: Collection[Key]) -> Source | None:
    ref = int(item.id)
    if task.is_done:
        return None if (Source.DONE, ref) in told else Source.DONE
    if (Source.ITEM, ref) not in told:
        return Source.ITEM
    return Source.BLOCKED if task.stage is Stage.BLOCKED else Source.TASK


def is_one(line: Line) -> bool:
    """Does it tell a task?"""
    return line.source in _HEADS and (line.part is Part.TASKS or line.source is not Source.ITEM)


def said(line: Line, facts: Facts, today: date, *, whole: bool) -> Text | None:
    """Return the task of a line as it stood on the day of the letter; None if it is gone."""
    item = facts.items.get(line.ref)
    if item is None:
        return None
    due = date.fromisoformat(line.words) if line.words else None
    # What blocks it are words of people: they are in the row as long as they hold.
    reason = item.task.reason if item.task else None
    blocked = line.source is Source.BLOCKED and reason
    stage = Stage.BLOCKED if blocked else Stage.RUNNING
    task = Task(stage, due, owner=line.who, reason=reason if blocked else None)
    words = " / ".join(part.strip() for part in (item.text or "").split("\n") if part.strip())
    most = max(len(words), 1) if whole else SHORT
    return in_letter(replace(item, text=words, task=task), Around(facts.names, today), most)


def together(source: Source, shown: list[Text]) -> Text:
    """Return tasks of one kind in one line."""
    return text(_HEADS[source].message, tasks=gathered(shown))
