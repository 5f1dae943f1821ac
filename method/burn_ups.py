# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The picture of a sprint: two lines, all tasks and those that are done; no names, and no line of how it should be."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, tzinfo
from itertools import pairwise
from typing import Final

from config.texts import Moment, Text, counted, joined, text
from method.boards import moment, sentence
from method.dates import written
from method.pictures import Picture, lengths
from method.sprints import Day, Sprint

_SHORT: Final = {"de": "d. MMM", "en": "d MMM"}
#: Days named in the caption: the latest on which something changed.
_CHANGES: Final = 14


def burn_up(now: datetime, zone: tzinfo, sprint: Sprint, days: Sequence[Day], language: str) -> Picture:
    """Show how many tasks a sprint had on each day, and how many were done."""
    last, today = days[-1], now.astimezone(zone).date()
    title = text("Sprint {number}", number=sprint.number)
    ends = text("Ended: {day}") if sprint.ended else text("End: {day}")
    end = text(ends.message, day=written(sprint.last, today))
    span = max(1, (sprint.last - sprint.starts).days)
    data = {
        "template": "burnup",
        "lang": language,
        "title": title.render(language),
        "as_of": text("As of {moment}", moment=moment(now, zone)).render(language),
        "goal": {"word": text("Goal").render(language), **lengths(sprint.goal)},
        "end": end.render(language),
        "first_day": _short(sprint.starts).render(language),
        "last_day": _short(sprint.last).render(language),
        "all": {"word": text("All tasks").render(language), "number": last.all},
        "done": {"word": text("Done tasks").render(language), "number": last.done},
        "points": [
            {"at": (day.day - sprint.starts).days / span, "all": day.all, "done": day.done} for day in days
        ],
    }
    lines = [
        joined([text("Sprint {number} as of {moment}.", number=sprint.number, moment=moment(now, zone))]),
        text("Goal: {goal}", goal=sentence(sprint.goal)),
        joined([end, _sums(last)], ". "),
        text("How it went: {days}.", days=joined([_day(day) for day in _changes(days)], "; ")),
    ]
    return Picture(f"sprint-{sprint.number}-{today.isoformat()}.png", data, joined(lines), language)


def _sums(day: Day) -> Text:
    done = text("{n} of them done.", n=day.done)
    return joined([counted("{n} task", "{n} tasks", day.all), done], ", ")


def _day(day: Day) -> Text:
    return joined(
        [
            joined([_short(day.day), counted("{n} task", "{n} tasks", day.all)], ": "),
            text("{n} done", n=day.done),
        ],
        ", ",
    )


def _changes(days: Sequence[Day]) -> list[Day]:
    new = [day for before, day in pairwise(days) if (before.all, before.done) != (day.all, day.done)]
    return [days[0], *new][-_CHANGES:]


def _short(day: date) -> Text:
    return text("{day}", day=Moment(datetime.combine(day, time(12), UTC), UTC, _SHORT))
