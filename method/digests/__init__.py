# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The weekly letter as a value: its parts, its lines, and what each line is about.

A letter holds no words of people: each line names what it is about, and gets its words when it is shown. So what is
deleted is gone from every letter, and what comes back is there again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from method.agendas import AgendaItem
from method.checkins import Answer
from method.ids import DigestId, MeetingId, OutboxId, PersonId
from method.items import Item, Note
from method.meetings import Meeting
from method.polls import Poll
from method.polls.ballots import Tally
from method.problems import Version
from method.reminders import Reminder
from method.retros import Retro
from method.schedules import Occurrence
from method.seats import Seat
from method.settings import Settings
from method.sprints import Sprint


class Part(StrEnum):
    """The parts of a letter; their order is that of ``sections.SECTIONS``."""

    REMARK = "remark"
    WHERE = "where"
    HAPPENED = "happened"
    DECIDED = "decided"
    TASKS = "tasks"
    HELP = "help"
    NEW = "new"
    RUNNING = "running"
    DATES = "dates"
    JOIN = "join"
    #: News from long before the first letter: one line for all of them.
    BEFORE = "before"


class Source(StrEnum):
    """What a line is about."""

    #: Nothing that people wrote: the words stand in the line itself.
    WORDS = "words"
    #: News: each of these stands in exactly one letter.
    ITEM = "item"
    NOTE = "note"
    RESULT = "result"
    HELD = "held"
    AGREED = "agreed"
    REMARK = "remark"
    #: A task that is done, a sprint that is over.
    DONE = "done"
    OVER = "over"
    #: What goes on: it may stand in several.
    GOAL = "goal"
    PROBLEM = "problem"
    STANDS = "stands"
    SEAT = "seat"
    POLL = "poll"
    PROPOSAL = "proposal"
    MEETING = "meeting"
    REVIEW = "review"
    TASK = "task"
    BLOCKED = "blocked"
    SPRINT = "sprint"
    REQUEST = "request"
    REMINDER = "reminder"


#: Each of these is told once.
NEWS: Final = frozenset(
    {
        Source.ITEM,
        Source.NOTE,
        Source.RESULT,
        Source.HELD,
        Source.AGREED,
        Source.REMARK,
        Source.DONE,
        Source.OVER,
    }
)
#: What names an item.
OF_ITEMS: Final = (
    Source.ITEM,
    Source.STANDS,
    Source.REVIEW,
    Source.DONE,
    Source.TASK,
    Source.BLOCKED,
)
#: Worth a letter by themselves, too.
OPEN: Final = frozenset({Source.POLL, Source.PROPOSAL, Source.REQUEST})
#: Not so soon after a letter that has told them: before holidays, the next one may come after three days.
SOON: Final = timedelta(days=3)
#: What is kept for days only stands in the room, not in the file: a file cannot forget.
FLEETING: Final = frozenset({Source.REQUEST, Source.REMINDER})
#: The source that stands for the row which a line quotes; words of our own quote none.
QUOTED: Final[Mapping[Source, Source]] = {
    **dict.fromkeys(OF_ITEMS, Source.ITEM),
    Source.RESULT: Source.POLL,
    Source.POLL: Source.POLL,
    Source.HELD: Source.MEETING,
    Source.MEETING: Source.MEETING,
    **dict.fromkeys((Source.AGREED, Source.PROBLEM, Source.PROPOSAL), Source.PROBLEM),
    **dict.fromkeys((Source.OVER, Source.SPRINT), Source.SPRINT),
    **{
        source: source
        for source in (
            Source.NOTE, Source.REMARK, Source.GOAL, Source.SEAT, Source.REQUEST, Source.REMINDER,
        )
    },
}  # fmt: skip

#: A row that is quoted.
Key = tuple[Source, int]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a letter."""

    part: Part
    source: Source
    #: The number of the row that it is about; 0 for words of our own, and the goal.
    ref: int = 0
    #: Of our own, in the language of the letter; of tasks and the like, how they stood when it was written.
    words: str = ""
    #: Who had taken the task.
    who: PersonId | None = None

    @property
    def is_news(self) -> bool:
        """Does it stand in this letter and in no other?"""
        return self.source in NEWS

    @property
    def quotes(self) -> Key | None:
        """The row that it quotes."""
        source = QUOTED.get(self.source)
        return (source, int(self.ref)) if source is not None else None


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter of a group."""

    number: int
    at: datetime
    lines: tuple[Line, ...]
    #: None until it is stored.
    id: DigestId | None = None
    #: The message in the room, the picture and the file under it; None: not sent, or taken back.
    post: OutboxId | None = None
    picture: OutboxId | None = None
    file: OutboxId | None = None
    #: The places of lines that are not shown any more: what they name was deleted.
    gone: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Asked:
    """A poll, with its sums once it has ended."""

    poll: Poll
    tally: Tally | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """Help that somebody has asked for in the check-in of a day, and that is not done."""

    answer: Answer
    day: date


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything letters of a group are made of: what is not withdrawn, by the number of its row."""

    name: str
    step: int
    goal: str | None
    settings: Settings
    items: Mapping[int, Item] = field(default_factory=dict)
    #: Items that nobody has signed.
    anonymous: Collection[int] = frozenset()
    #: Items of which an item is a part now.
    wholes: Mapping[int, int] = field(default_factory=dict)
    notes: Mapping[int, Note] = field(default_factory=dict)
    polls: Mapping[int, Asked] = field(default_factory=dict)
    meetings: Mapping[int, Meeting] = field(default_factory=dict)
    versions: Mapping[int, Version] = field(default_factory=dict)
    #: What shall be talked about at those that are announced.
    agendas: Mapping[MeetingId, Collection[AgendaItem]] = field(default_factory=dict)
    seats: Mapping[int, Seat] = field(default_factory=dict)
    #: The order in which tasks were done.
    finished: Mapping[int, int] = field(default_factory=dict)
    sprints: Mapping[int, Sprint] = field(default_factory=dict)
    requests: Mapping[int, Request] = field(default_factory=dict)
    #: What the group will be reminded of, and when next; None: not again.
    reminders: Mapping[int, tuple[Reminder, datetime | None]] = field(default_factory=dict)
    #: Those who are in the group's room; empty where nobody is named.
    names: Mapping[PersonId, str] = field(default_factory=dict)
    #: The retro that takes cards, and the moment of its reveal.
    retro: tuple[Retro, datetime] | None = None
    #: The polls on cards of retros, which are forgotten after a month.
    retro_polls: Collection[int] = ()
    #: What the moderation has added.
    remarks: Mapping[int, str] = field(default_factory=dict)


def voted(facts: Facts) -> list[tuple[Poll, Tally]]:
    """Return the polls that have ended, with their sums."""
    return [(asked.poll, asked.tally) for asked in facts.polls.values() if asked.tally is not None]


def is_worth_sending(letter: Letter, last: Letter | None) -> bool:
    """Is there something to tell: news, or something that waits for the group's answer?

    What still waits as it did in the ``last`` letter is none, if that came less than ``SOON`` before.
    """
    soon = last is not None and letter.at - last.at < SOON
    told = {(line.source, line.ref) for line in last.lines} if last is not None and soon else set()
    return any(
        line.is_news or (line.source in OPEN and (line.source, line.ref) not in told) for line in letter.lines
    )


@dataclass(frozen=True, slots=True)
class Moment:
    """When a letter is written, for whom, and what was told before."""

    now: datetime
    language: str
    #: What stands in an earlier letter.
    told: Collection[Key] = frozenset()
    #: When the next one comes; None if letters are switched off.
    following: Occurrence | None = None
    #: There is no earlier one.
    first: bool = False
    #: Letters that did not come since the last one, and are named in this one; the earliest first.
    missed: Sequence[Occurrence] = ()
