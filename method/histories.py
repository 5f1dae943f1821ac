# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What has happened to an entry, in one line: what and on which day; the only name is that of who has a task now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import groupby
from typing import Final

from config.texts import Moment, Text, joined, text
from method.dates import dated
from method.tasks import Stage, Task

#: So many are shown, the newest.
MOST: Final = 12


class Kind(StrEnum):
    """What can happen."""

    ASKED = "asked"
    TAKEN = "taken"
    RETURNED = "returned"
    MOVED = "moved"
    BLOCKED = "blocked"
    RESUMED = "resumed"
    DONE = "done"
    EDITED = "edited"
    PARKED = "parked"
    UNPARKED = "unparked"


@dataclass(frozen=True, slots=True)
class Event:
    """Something that has happened on a local day."""

    day: date
    kind: Kind
    was: date | None = None
    becomes: date | None = None


def of_task(before: Task, after: Task, day: date) -> list[Event]:
    """Return what has happened when a task became another."""
    kinds = []
    if after.asked not in (None, before.asked):
        kinds.append(Kind.ASKED)
    if after.owner not in (None, before.owner):
        kinds.append(Kind.TAKEN)
    elif before.owner is not None and after.owner is None and not after.is_done:
        kinds.append(Kind.RETURNED)
    found = [Event(day, kind) for kind in kinds]
    if after.due != before.due:
        found.append(Event(day, Kind.MOVED, before.due, after.due))
    if after.stage is not before.stage:
        if after.stage is Stage.BLOCKED:
            found.append(Event(day, Kind.BLOCKED))
        elif after.is_done:
            found.append(Event(day, Kind.DONE))
        elif before.stage in (Stage.BLOCKED, Stage.DONE) and not kinds:
            found.append(Event(day, Kind.RESUMED))
    return found


def edited_on(before: str | None, after: str | None, created: date, day: date) -> list[Event]:
    """Return that an entry got another text on ``day``; on the day on which it was made that is no news."""
    return [Event(day, Kind.EDITED)] if before != after and created != day else []


def line(events: Sequence[Event], owner: str | None, today: date) -> Text | None:
    """Return the line, the newest last; None if nothing has happened. ``owner`` is the name of who has it now."""
    # A text that was changed three times on a day was changed on that day.
    shown = [event for event, _ in groupby(events)][-MOST:]
    return text("How it went: {days}.", days=_told(shown, owner, today)) if shown else None


def whole(events: Sequence[Event]) -> Text:
    """Return all of it for the record: each day with its year, and nobody's name."""
    return _told(events, None, None)


def _told(shown: Sequence[Event], owner: str | None, today: date | None) -> Text:
    last = max((place for place, event in enumerate(shown) if event.kind is Kind.TAKEN), default=None)
    said = [
        (event.day, _said(event, owner if place == last else None, today))
        for place, event in enumerate(shown)
    ]
    days = [
        text(
            "{day} {events}",
            day=_dated(day, today),
            events=joined([one for _, one in of], ", "),
        )
        for day, of in groupby(said, key=lambda one: one[0])
    ]
    return joined(days, "; ")


def _dated(day: date, today: date | None) -> Moment:
    return dated(day, year=today is None or day.year != today.year)


def _said(event: Event, owner: str | None, today: date | None) -> Text:
    if event.kind is Kind.TAKEN and owner:
        return text("taken ({name})", name=owner)
    if event.kind is not Kind.MOVED:
        return _SAID[event.kind]
    was, becomes = (day and _dated(day, today) for day in (event.was, event.becomes))
    if was and becomes:
        return text("moved from {was} to {becomes}", was=was, becomes=becomes)
    return text("date {becomes}", becomes=becomes) if becomes else text("without a date")


_SAID: Final = {
    Kind.ASKED: text("somebody asked"),
    Kind.TAKEN: text("taken"),
    Kind.RETURNED: text("given back"),
    Kind.BLOCKED: text("blocked"),
    Kind.RESUMED: text("goes on"),
    Kind.DONE: text("done"),
    Kind.EDITED: text("text changed"),
    Kind.PARKED: text("put into the topic store"),
    Kind.UNPARKED: text("back on the board"),
}
