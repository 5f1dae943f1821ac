# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Barriers, ideas, tasks, decisions and the notes under them, as values."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final, Self

from method.ids import EventId, GroupId, ItemId, NoteId, PersonId
from method.tasks import Task
from method.views import Sector

#: Numbers of more digits are no label of ours (and do not fit into the database).
_LABEL: Final = re.compile(r"#?([abie])[ -]?([0-9]{1,9})", re.IGNORECASE | re.ASCII)


class Kind(StrEnum):
    """What an item is."""

    BARRIER = "barrier"
    IDEA = "idea"
    TASK = "task"
    DECISION = "decision"

    @property
    def letter(self) -> str:
        """The letter its labels begin with."""
        return _LETTERS[self]

    @property
    def is_contribution(self) -> bool:
        """Is it what people bring up? A task and a decision are the group's, whoever wrote them down."""
        return self in (Kind.BARRIER, Kind.IDEA)


_LETTERS: Final = {Kind.BARRIER: "B", Kind.IDEA: "I", Kind.TASK: "A", Kind.DECISION: "E"}
_KINDS: Final = {letter: kind for kind, letter in _LETTERS.items()}
_PLACES: Final = {kind: place for place, kind in enumerate(Kind)}


class State(StrEnum):
    """Whether an item or a note stands on the board."""

    OPEN = "open"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Label:
    """How people name an item: "B7" is the seventh barrier of the group."""

    kind: Kind
    number: int

    def __str__(self) -> str:
        return f"{self.kind.letter}{self.number}"

    @property
    def place(self) -> tuple[int, int]:
        """Where it stands among others: by kind, as they follow each other on the board, then by number."""
        return _PLACES[self.kind], self.number

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read a label as people type it: ``B7``, ``b7``, ``b 7``, ``B-7``, ``#b7``; None if it is none."""
        found = _LABEL.fullmatch(text.strip())
        return cls(_KINDS[found[1].upper()], int(found[2])) if found else None


@dataclass(frozen=True, slots=True)
class Item:
    """One barrier, idea, task or decision of a group."""

    id: ItemId
    group_id: GroupId
    kind: Kind
    number: int
    #: None once withdrawn for good.
    text: str | None
    state: State
    #: As typed, without "#", in the order typed.
    topics: tuple[str, ...]
    #: None once the person was forgotten.
    author: PersonId | None
    #: The message that made it.
    source: EventId | None
    created_at: datetime
    changed_at: datetime
    #: The barriers that an idea answers, what a task is for, or everything that a decision names, by number.
    links: tuple[Label, ...] = ()
    #: The day on which the group wants to review it; only a decision has one.
    review: date | None = None
    #: How a task stands; only a task has one, until its words are erased.
    task: Task | None = None

    @property
    def label(self) -> Label:
        """How people name it."""
        return Label(self.kind, self.number)


@dataclass(frozen=True, slots=True)
class Listed:
    """An entry as it stands in a list, with how many people support it and how many notes it has."""

    #: With the topics and links of its parts.
    item: Item
    support: int
    notes: int
    #: What was merged into it, by number.
    parts: tuple[Label, ...] = ()


class NoteKind(StrEnum):
    """What is added to an item: just words, the view of a sector, or a reason."""

    NOTE = "note"
    VIEW = "view"
    WHY = "why"


@dataclass(frozen=True, slots=True)
class Note:
    """Something added to an item."""

    id: NoteId
    item_id: ItemId
    #: None once withdrawn for good.
    text: str | None
    state: State
    author: PersonId | None
    source: EventId | None
    created_at: datetime
    changed_at: datetime
    kind: NoteKind = NoteKind.NOTE
    #: Whose view it is, as the writer said; only a view has one.
    sector: Sector | None = None
