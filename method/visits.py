# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What is new to one person: everything behind the marks that their last visit has left."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from config.texts import Text, joined, text
from method.digests import Facts, Letter, Line, Moment, Part, Source
from method.digests.layout import stand
from method.digests.sections import collected
from method.digests.times import OVER

#: Who asks for the first time is told the news of so many days.
FIRST: Final = timedelta(days=7)
#: What a visit leaves out: it is asked for by itself (!wo, !wen).
_LEFT_OUT: Final = (Part.JOIN, Part.HELP, Part.REMARK)
_NEVER: Final = frozenset(
    {
        Source.STANDS,
        Source.GOAL,
        Source.PROBLEM,
        Source.REMARK,
        Source.TASK,
        Source.BLOCKED,
    }
)
#: What a visit leaves a mark of: the row that was over last.
_MARKED: Final = (Source.RESULT, Source.HELD, Source.AGREED)
#: These are counted in the order in which they came: what was written earlier and came late is news, and of tasks and
#: sprints only the day is known (one sprint runs at a time).
_COUNTED: Final[Mapping[Source, Callable[[Facts], Mapping[int, int]]]] = {
    Source.ITEM: lambda facts: {ref: ref for ref in facts.items},
    Source.NOTE: lambda facts: {ref: ref for ref in facts.notes},
    Source.DONE: lambda facts: facts.finished,
    Source.OVER: lambda facts: {ref: ref for ref, sprint in facts.sprints.items() if sprint.ended},
    Source.SPRINT: lambda facts: {ref: ref for ref in facts.sprints},
}


@dataclass(frozen=True, slots=True)
class Visit:
    """Up to which row of each kind a person was told."""

    marks: Mapping[Source, int]


def now(facts: Facts) -> Visit:
    """Return the marks that a visit leaves now: of each kind the row that was over last."""
    return _marks(facts, None)


def first(facts: Facts, at: datetime) -> Visit:
    """Return the marks of somebody who was here a week ago."""
    return _marks(facts, at - FIRST)


def news(facts: Facts, visit: Visit, at: datetime, language: str, *, known: bool) -> Text:
    """Say what is new since a visit, what can be answered now, and what comes next.

    Args:
        facts: the values.
        visit: the last one.
        at: now.
        language: the reader's.
        known: it is not the first.
    """
    seen = {
        (source, ref)
        for source in (*_MARKED, *_COUNTED)
        for ref in _seen(facts, source, visit.marks.get(source, 0))
    }
    told = [line for line in collected(facts, Moment(at, language, seen)) if _is_told(line)]
    # A sprint that runs is news once.
    lines = [line for line in told if line.source is not Source.SPRINT or (line.source, line.ref) not in seen]
    new = any(line.is_news or line.source is Source.SPRINT for line in lines)
    if known:
        head = text("New since the last time:") if new else text("Nothing new since the last time.")
    else:
        head = text("New in the last week:") if new else text("Nothing new in the last week.")
    shown = stand(Letter(0, at, tuple(lines)), facts)
    how = text("The next time I show only what is new since now.")
    return joined([head, *shown, *([] if known else [how])], "\n")


def _is_told(line: Line) -> bool:
    return line.part not in _LEFT_OUT and line.source not in _NEVER


def _marks(facts: Facts, until: datetime | None) -> Visit:
    rows = {
        source: max(
            (ref for ref, at in OVER[source](facts).items() if until is None or at < until),
            key=lambda ref: (OVER[source](facts)[ref], ref),
            default=0,
        )
        for source in _MARKED
    }
    numbers = {
        source: max(
            (number for ref, number in found(facts).items() if _is_before(facts, source, ref, until)),
            default=0,
        )
        for source, found in _COUNTED.items()
    }
    return Visit(rows | numbers)


def _is_before(facts: Facts, source: Source, ref: int, until: datetime | None) -> bool:
    if until is None:
        return True
    if source is Source.SPRINT:
        return datetime.combine(facts.sprints[ref].starts, time.max, facts.settings.zone) < until
    at = OVER[source](facts).get(ref)
    return at is not None and at < until


def _seen(facts: Facts, source: Source, mark: int) -> Iterator[int]:
    """Yield what was over no later than the marked row; of one that is gone its number counts."""
    if source in _COUNTED:
        counted = _COUNTED[source](facts)
        done = OVER[source](facts) if source in OVER else counted
        yield from (ref for ref in done if counted.get(ref, 0) <= mark)
        return
    over = OVER[source](facts)
    for ref, at in over.items():
        if (at, ref) <= (over[mark], mark) if mark in over else ref <= mark:
            yield ref
