# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Since when what letters tell is news."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from typing import Final

from method.digests import Facts, Source


def _end_of(day: date, facts: Facts) -> datetime:
    return datetime.combine(day, time.max, facts.settings.zone)


#: Since when each row is news, if it is.
OVER: Final[Mapping[Source, Callable[[Facts], dict[int, datetime]]]] = {
    Source.ITEM: lambda facts: {ref: item.created_at for ref, item in facts.items.items()},
    Source.NOTE: lambda facts: {ref: note.created_at for ref, note in facts.notes.items()},
    Source.RESULT: lambda facts: {
        ref: one.poll.ends_at for ref, one in facts.polls.items() if not one.poll.is_open
    },
    Source.HELD: lambda facts: {
        ref: meeting.ended_at for ref, meeting in facts.meetings.items() if meeting.ended_at is not None
    },
    Source.AGREED: lambda facts: {
        ref: version.agreed_at for ref, version in facts.versions.items() if version.agreed_at is not None
    },
    Source.DONE: lambda facts: {
        ref: _end_of(item.task.done, facts)
        for ref, item in facts.items.items()
        if item.task is not None and item.task.done is not None
    },
    Source.OVER: lambda facts: {
        ref: _end_of(sprint.ended, facts) for ref, sprint in facts.sprints.items() if sprint.ended is not None
    },
}


def old(facts: Facts, source: Source, since: datetime) -> set[int]:
    """Return the rows that were news before this moment."""
    found = OVER.get(source)
    return {ref for ref, at in found(facts).items() if at < since} if found else set()
