# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What has happened, as one line."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from method.histories import MOST, Event, Kind, edited_on, line, of_task
from method.ids import PersonId
from method.tasks import Task, blocked, finished, free, offered, resumed, taken

DAY, LINA, EWA = date(2027, 3, 1), PersonId(1), PersonId(2)
RUNNING = taken(Task(), LINA)


@pytest.mark.parametrize(
    ("before", "after", "kinds"),
    [
        (Task(), offered(Task(), EWA), [Kind.ASKED]),
        (offered(Task(), EWA), Task(), []),
        (offered(Task(), EWA), taken(Task(), EWA), [Kind.TAKEN]),
        (RUNNING, free(RUNNING), [Kind.RETURNED]),
        (RUNNING, offered(RUNNING, EWA), [Kind.ASKED, Kind.RETURNED]),
        (RUNNING, replace(RUNNING, due=DAY), [Kind.MOVED]),
        (RUNNING, blocked(RUNNING, "Regen"), [Kind.BLOCKED]),
        (blocked(RUNNING, "Regen"), RUNNING, [Kind.RESUMED]),
        (RUNNING, finished(RUNNING, DAY), [Kind.DONE]),
        (finished(RUNNING, DAY), resumed(RUNNING), [Kind.RESUMED]),
        (RUNNING, RUNNING, []),
    ],
)
def test_a_change_of_a_task_is_told_in_its_kinds(before: Task, after: Task, kinds: list[Kind]):
    assert [event.kind for event in of_task(before, after, DAY)] == kinds


def test_only_who_has_it_now_is_named_and_years_where_they_differ():
    events = [
        Event(date(2026, 12, 30), Kind.TAKEN),
        Event(DAY, Kind.TAKEN),
        Event(DAY, Kind.MOVED, None, date(2027, 3, 15)),
        Event(DAY, Kind.MOVED, date(2027, 3, 15), None),
    ]
    shown = line(events, "Ewa", DAY)

    assert shown is not None
    assert shown.render("de") == (
        "Verlauf: 30. Dezember 2026 übernommen; 1. März übernommen (Ewa), Termin 15. März, ohne Termin."
    )
    assert line([], "Ewa", DAY) is None


def test_long_histories_are_cut_at_their_beginning():
    events = [Event(DAY, kind) for _ in range(MOST) for kind in (Kind.BLOCKED, Kind.RESUMED)]
    shown = line(events, None, DAY)

    assert shown is not None
    assert shown.render("de").count("blockiert") == MOST // 2


def test_another_text_is_news_only_on_a_later_day():
    assert edited_on("a", "b", DAY, date(2027, 3, 2)) == [Event(date(2027, 3, 2), Kind.EDITED)]
    assert edited_on("a", "b", DAY, DAY) == []
    assert edited_on("a", "a", DAY, date(2027, 3, 2)) == []
