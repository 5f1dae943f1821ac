# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the picture of a sprint counts, and when a sprint ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from method.ids import GroupId, ItemId, SprintId
from method.items import Item, Kind, State
from method.settings import BERLIN, Settings
from method.sprints import Day, Sprint, Verb, days, end_at, read_verb, split_goal
from method.tasks import Stage, Task

SPRINT = Sprint(SprintId(1), GroupId(1), 1, "Getestet", date(2027, 3, 9), date(2027, 3, 19))


def task(number: int, made: int, done: int | None = None) -> Item:
    at = datetime(2027, 3, made, 22, 59, tzinfo=UTC)
    how = Task(Stage.DONE, done=date(2027, 3, done)) if done else Task()
    return Item(
        ItemId(number), GroupId(1), Kind.TASK, number, "x", State.OPEN, (), None, None, at, at, task=how
    )


def test_tasks_of_before_count_unless_they_were_done():
    listed = [task(1, 1), task(2, 1, done=8), task(3, 1, done=10), task(4, 11)]

    assert days(SPRINT, listed, date(2027, 3, 12), BERLIN) == [
        Day(date(2027, 3, 9), 2, 0),
        Day(date(2027, 3, 10), 2, 1),
        Day(date(2027, 3, 11), 3, 1),
        Day(date(2027, 3, 12), 3, 1),
    ]


@pytest.mark.parametrize(
    ("today", "ended", "last"), [(25, None, 19), (25, 12, 12), (9, None, 9), (1, None, 9)]
)
def test_the_lines_end_with_the_sprint_or_today(today: int, ended: int | None, last: int):
    sprint = replace(SPRINT, ended=date(2027, 3, ended) if ended else None)

    assert days(sprint, [], date(2027, 3, today), BERLIN)[-1].day == date(2027, 3, last)


@pytest.mark.parametrize(
    ("ends", "at"),
    [
        (date(2027, 3, 19), datetime(2027, 3, 19, 16, tzinfo=UTC)),
        # Good Friday: when work begins after Easter, in summer time.
        (date(2027, 3, 26), datetime(2027, 3, 30, 6, tzinfo=UTC)),
    ],
)
def test_it_ends_in_working_time(ends: date, at: datetime):
    assert end_at(replace(SPRINT, ends=ends), Settings()) == at


@pytest.mark.parametrize(
    ("words", "read"),
    [
        ("start bis 19.3. Ziel: x", (Verb.START, "bis 19.3. Ziel: x")),
        ("Ende", (Verb.END, "")),
        ("ende bitte", (Verb.END, "bitte")),
        ("Ende März", (None, "Ende März")),
        ("bis 26.3.", (None, "bis 26.3.")),
        ("", (None, "")),
    ],
)
def test_a_verb_says_what_is_to_be_done(words: str, read: tuple[Verb | None, str]):
    assert read_verb(words) == read


def test_the_goal_stands_behind_its_word():
    assert split_goal("bis 19.3. Ziel: Bis Mai ist es getestet") == ("bis 19.3", "Bis Mai ist es getestet")
    assert split_goal("bis 19.3.") == ("bis 19.3.", "")
