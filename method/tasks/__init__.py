# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""How a task stands, and what may become of it: asked before owned, running, blocked, done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any, Final

from method.ids import EventId, PersonId

#: The promise to remind of a task; its subject is the number of the item. Each task has one at most.
DUE: Final = "tasks.due"


class Stage(StrEnum):
    """How far a task is."""

    #: Nobody has taken it.
    OPEN = "open"
    RUNNING = "running"
    BLOCKED = "blocked"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Task:
    """What an item has that is something to do."""

    stage: Stage = Stage.OPEN
    due: date | None = None
    #: Who has taken it.
    owner: PersonId | None = None
    #: Who was asked, and has said neither yes nor no.
    asked: PersonId | None = None
    #: What blocks it.
    reason: str | None = None
    #: The local day on which it was done.
    done: date | None = None
    #: The reaction that made it what it is, or the message that says what blocks it: taking that back undoes it.
    reaction: EventId | None = None

    @property
    def is_done(self) -> bool:
        """Is there nothing left to do?"""
        return self.stage is Stage.DONE


def taken(task: Task, person: PersonId, reaction: EventId | None = None) -> Task:
    """Return the task as one that this person has said yes to."""
    return replace(
        task, stage=Stage.RUNNING, owner=person, asked=None, reason=None, done=None, reaction=reaction
    )


def offered(task: Task, person: PersonId) -> Task:
    """Return the task as one that this person is asked to take; nobody owns it before they say yes."""
    return replace(free(task), asked=person)


def free(task: Task) -> Task:
    """Return the task as one that anybody may take."""
    return Task(due=task.due)


def finished(task: Task, day: date, reaction: EventId | None = None) -> Task:
    """Return the task as done on this day."""
    return replace(task, stage=Stage.DONE, asked=None, reason=None, done=day, reaction=reaction)


def blocked(task: Task, reason: str, message: EventId | None = None) -> Task:
    """Return the task as one that cannot go on, as this message says."""
    return replace(task, stage=Stage.BLOCKED, reason=reason, done=None, reaction=message)


def resumed(task: Task) -> Task:
    """Return the task as one that goes on, with its owner; without one it is open."""
    stage = Stage.RUNNING if task.owner is not None else Stage.OPEN
    return replace(task, stage=stage, reason=None, done=None, reaction=None)


def stored(task: Task) -> dict[str, str | int | None]:
    """Return what ``restored`` reads, for JSON; without the reaction, but with the message that says what blocks it."""
    return {
        "stage": task.stage.value,
        "due": task.due.isoformat() if task.due else None,
        "done": task.done.isoformat() if task.done else None,
        "reason": task.reason,
        "owner": task.owner,
        "asked": task.asked,
        "message": task.reaction if task.reason else None,
    }


def restored(value: Mapping[str, Any]) -> Task:
    """Return the task that was stored."""
    due, done = value["due"], value["done"]
    return Task(
        Stage(value["stage"]),
        date.fromisoformat(due) if due else None,
        value["owner"],
        value["asked"],
        value["reason"],
        date.fromisoformat(done) if done else None,
        value.get("message"),
    )
