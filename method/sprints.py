# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""A sprint: what a group wants to reach until a day, and how many tasks there were and were done on each day."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo
from enum import Enum
from typing import Final

from config.texts import Text, joined, text
from method.boards import sentence
from method.dates import written
from method.deadlines import moment_written
from method.hours import is_working_day, working_moment
from method.ids import EventId, GroupId, SprintId
from method.items import Item
from method.settings import Settings
from method.tasks import resumed
from method.words import fold

#: The promises of its end, and of the look back after it.
END: Final = "sprints.end"
RETRO: Final = "sprints.retro"

_GOAL: Final = re.compile(
    r"(?:(?:neues\s+|new\s+)?(?<!\w)(?:ziel|goal)\s*[:：]|^\s*(?:neues\s+|new\s+)?(?:ziel|goal)(?=\s))\s*",
    re.IGNORECASE,
)
_HOUR: Final = timedelta(hours=1)
#: After the beginning of work: the look back, and the review that is proposed.
_RETRO_AFTER: Final = timedelta(hours=1, minutes=30)
_REVIEW_AFTER: Final = timedelta(hours=2)
#: As it is typed in both languages.
_TYPED: Final = "%d.%m.%Y %H:%M"


class Verb(Enum):
    """What is to be done with a sprint."""

    START = "start starten starte beginn beginnen begin neu new"
    END = "ende end beenden beende schluss stop stopp fertig"


_VERBS: Final = {fold(word): verb for verb in Verb for word in verb.value.split()}
#: What may stand behind the word that ends a sprint.
_FILLERS: Final = frozenset(
    map(fold, ("jetzt", "now", "bitte", "please", "danke", "thanks", "sprint", "den", "the"))
)


@dataclass(frozen=True, slots=True)
class Sprint:
    """A sprint of a group."""

    id: SprintId
    group_id: GroupId
    number: int
    goal: str
    #: Local days.
    starts: date
    ends: date
    #: None while it runs.
    ended: date | None = None
    #: The message that began it.
    source: EventId | None = None

    @property
    def last(self) -> date:
        """The last day, as it was or as it is meant to be."""
        return self.ended or self.ends


def read_verb(words: str) -> tuple[Verb | None, str]:
    """Read what is to be done with a sprint at the beginning of ``words``; return it and what comes behind."""
    first, _, rest = words.strip().partition(" ")
    verb = _VERBS.get(fold(first)) if first[:1].isalpha() else None
    if verb is Verb.END and rest.strip() and not {fold(word) for word in rest.split()} <= _FILLERS:
        # "Ende März" is a day.
        verb = None
    return (verb, rest.strip()) if verb else (None, words.strip())


def split_goal(words: str) -> tuple[str, str]:
    """Return what stands in front of "Ziel:", and the goal; without it the goal is not said.

    At the beginning the colon may be left out.
    """
    found = _GOAL.search(words)
    return (words[: found.start()].strip(" ,;.–-"), words[found.end() :].strip()) if found else (words, "")


def header(sprint: Sprint, today: date) -> Text:
    """Say on the board which sprint runs."""
    return text(
        "Sprint {number} until {day}. Goal: {goal}",
        number=sprint.number,
        day=written(sprint.ends, today),
        goal=sentence(sprint.goal),
    )


def running(sprint: Sprint, today: date) -> Text:
    """Say in a sentence which sprint runs."""
    return text(
        "Sprint {number} runs until {day}. Goal: {goal}",
        number=sprint.number,
        day=written(sprint.ends, today),
        goal=sentence(sprint.goal),
    )


def last_day(sprint: Sprint) -> Text:
    """Say in a sentence that a sprint ends today."""
    return text("Sprint {number} ends today. Goal: {goal}", number=sprint.number, goal=sentence(sprint.goal))


def over(sprint: Sprint) -> Text:
    """Say that a sprint is over, and what it was for."""
    return text(
        "Sprint {number} is over. The goal was: {goal}", number=sprint.number, goal=sentence(sprint.goal)
    )


def end_of(sprint: Sprint) -> Text:
    """Name the end of a sprint."""
    return text("End of sprint {number}", number=sprint.number)


def review_of(sprint: Sprint) -> Text:
    """Return the title of the meeting at which the results of a sprint are shown."""
    return text("Review Sprint {number}", number=sprint.number)


def next_steps(review: datetime, retro: datetime, zone: tzinfo, number: int, *, now: datetime) -> list[Text]:
    """Propose the review, and say when the look back begins."""
    typed = review.astimezone(zone).strftime(_TYPED)
    return [
        joined(
            [
                text(
                    "Proposal: show the results (review) on {moment}.",
                    moment=moment_written(review, now, zone),
                ),
                text(
                    "With 👍 the moderation makes it a meeting. Or: !treffen {typed} Review Sprint {number}",
                    typed=typed,
                    number=number,
                ),
            ],
            " ",
        ),
        joined(
            [
                text("Looking back (retro): {moment}.", moment=moment_written(retro, now, zone)),
                text("As a picture: !bild sprint"),
            ],
            " ",
        ),
    ]


def tells(sprint: Sprint, item: Item, zone: tzinfo) -> bool:
    """Can a task stand in what is said at the end of a sprint?"""
    done = item.task.done if item.task else None
    made = item.created_at.astimezone(zone).date()
    return sprint.ended is not None and made <= sprint.ended and (done is None or done >= sprint.starts)


def as_of(item: Item, day: date) -> Item:
    """Return a task as it stood on that day: what was done later was still to be done."""
    task = item.task
    if task is None or task.done is None or task.done <= day:
        return item
    return replace(item, task=resumed(task))


def end_at(sprint: Sprint, settings: Settings) -> datetime:
    """Return when a sprint ends (aware, UTC): an hour before work ends on its last day, or when work begins next."""
    return end_of_day(sprint.ends, settings)


def end_of_day(day: date, settings: Settings) -> datetime:
    """Return when a sprint ends whose last day is this one (aware, UTC)."""
    return working_moment(datetime.combine(day, settings.ends, settings.zone) - _HOUR, settings)


def after_end(day: date, settings: Settings) -> tuple[datetime, datetime]:
    """Return when to review and when to look back (aware, local): on the next working day after ``day``."""
    following = day + timedelta(days=1)
    while not is_working_day(following, settings):
        following += timedelta(days=1)
    begins = datetime.combine(following, settings.begins, settings.zone)
    return begins + _REVIEW_AFTER, begins + _RETRO_AFTER


@dataclass(frozen=True, slots=True)
class Day:
    """How many tasks there were at the end of a day, and how many of them were done."""

    day: date
    all: int
    done: int


def days(sprint: Sprint, listed: Iterable[Item], today: date, zone: tzinfo) -> list[Day]:
    """Return the days of a sprint so far, with all its tasks: what was still to be done, and what is new."""
    known = [(item.created_at.astimezone(zone).date(), item.task.done) for item in listed if item.task]
    counted = [(made, done) for made, done in known if done is None or done >= sprint.starts]
    return [
        Day(
            day,
            sum(made <= day or (done is not None and done <= day) for made, done in counted),
            sum(done is not None and done <= day for _, done in counted),
        )
        for day in _each(sprint.starts, max(sprint.starts, min(sprint.last, today)))
    ]


def _each(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += timedelta(days=1)
