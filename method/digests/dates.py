# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The dates that a weekly letter tells: meetings with their agenda, a sprint's end, reminders, holidays and more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final

from config.texts import Text, text
from method.agendas import in_short
from method.dates import written
from method.deadlines import moment_written
from method.digests import Facts, Line, Moment, Part, Source
from method.hours import holiday
from method.meetings import Meeting, Stage

#: So far ahead meetings, reviews and holidays are told.
MEETINGS_AHEAD: Final = timedelta(days=28)
DAYS_AHEAD: Final = timedelta(days=14)
#: Of the coming week the agenda is told, and the reminders.
WEEK: Final = timedelta(days=7)

#: When it is, which of several at that time comes first, and the line.
_Dated = tuple[datetime, int, Line]


def collect(facts: Facts, moment: Moment) -> list[Line]:
    """Return the dates, the next first; what is for a whole day stands before its hours, the end of a sprint last."""
    today = moment.now.astimezone(facts.settings.zone).date()
    found = [
        *_meetings(facts, moment),
        *_retro(facts, moment),
        *_sprint(facts, today),
        *_reminders(facts, moment),
        *_reviews(facts, today),
        *_days_off(facts, moment, today),
        *_moved(facts, moment),
    ]
    return [line for _, _, line in sorted(found, key=lambda one: one[:2])]


def _meetings(facts: Facts, moment: Moment) -> Iterator[_Dated]:
    now = moment.now
    for ref, meeting in facts.meetings.items():
        at = meeting.starts_at
        if meeting.stage is Stage.PLANNED and at is not None and now < at <= now + MEETINGS_AHEAD:
            agenda = _agenda(facts, meeting).render(moment.language) if at <= now + WEEK else ""
            yield at, 0, Line(Part.DATES, Source.MEETING, ref, agenda)


def _agenda(facts: Facts, meeting: Meeting) -> Text:
    planned = in_short(list(facts.agendas.get(meeting.id, ())))
    return planned or text("The agenda is empty. Something to talk about? !top and then the text")


def _retro(facts: Facts, moment: Moment) -> Iterator[_Dated]:
    if facts.retro is not None:
        zone, at = facts.settings.zone, facts.retro[1]
        words = text("{moment}: vote of the retro.", moment=moment_written(at, moment.now, zone))
        yield at, 0, _words(words, moment)


def _sprint(facts: Facts, today: date) -> Iterator[_Dated]:
    """Yield the end of the sprint that runs; its tasks have a part of their own."""
    for ref, sprint in facts.sprints.items():
        if sprint.ended is None and today < sprint.ends <= today + DAYS_AHEAD:
            yield (
                datetime.combine(sprint.ends, time.max, facts.settings.zone),
                2,
                Line(Part.DATES, Source.SPRINT, ref, sprint.ends.isoformat()),
            )


def _reminders(facts: Facts, moment: Moment) -> Iterator[_Dated]:
    for ref, (_, at) in facts.reminders.items():
        if at is not None and moment.now < at <= moment.now + WEEK:
            yield at, 1, Line(Part.DATES, Source.REMINDER, ref, at.isoformat())


def _reviews(facts: Facts, today: date) -> Iterator[_Dated]:
    for ref, item in facts.items.items():
        if item.review is not None and today < item.review <= today + DAYS_AHEAD:
            yield _begins(item.review, facts.settings.zone), 2, Line(Part.DATES, Source.REVIEW, ref)


def _days_off(facts: Facts, moment: Moment, today: date) -> Iterator[_Dated]:
    """Yield the public holidays on days on which the group works else."""
    for ahead in range(1, DAYS_AHEAD.days + 1):
        day = today + timedelta(days=ahead)
        name = holiday(day, facts.settings.state) if day.weekday() in facts.settings.days else None
        if name:
            words = text("{day}: public holiday ({name}).", day=written(day, today), name=name)
            yield _begins(day, facts.settings.zone), 3, _words(words, moment)


def _moved(facts: Facts, moment: Moment) -> Iterator[_Dated]:
    """Say when the next letter comes, if that is not the usual day."""
    following, zone = moment.following, facts.settings.zone
    if following is None:
        return
    day = following.at.astimezone(zone).date()
    name = holiday(following.day, facts.settings.state)
    if day != following.day and name is not None:
        words = text(
            "{moment}: the next weekly letter, because of the holiday ({name}).",
            moment=moment_written(following.at, moment.now, zone), name=name,
        )  # fmt: skip
        yield following.at, 4, _words(words, moment)


def _begins(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time.min, zone)


def _words(words: Text, moment: Moment) -> Line:
    return Line(Part.DATES, Source.WORDS, words=words.render(moment.language))
