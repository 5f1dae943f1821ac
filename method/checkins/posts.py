# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a check-in says: the question in the morning, later in the same post the summary, without names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Final

from config.texts import DEFAULT_LANGUAGE, Moment, Text, counted, joined, text, verbatim
from method.checkins import Answer, Checkin, Routine, counted_people, fits, standing
from method.deadlines import day_written
from method.ids import PersonId
from method.schedules import Occurrence, Schedule
from method.settings import Settings
from method.words import brief, isolate
from method.workweek import show_days

#: Of one answer so many characters are shown, and so many answers.
SHORT: Final = 160
MOST: Final = 15

_NOON: Final = time(11)
_ROW: Final = 3
_ADVERBS: Final = (
    text("Mondays"),
    text("Tuesdays"),
    text("Wednesdays"),
    text("Thursdays"),
    text("Fridays"),
    text("Saturdays"),
    text("Sundays"),
)


def asked(
    day: date,
    now: datetime,
    settings: Settings,
    missed: Sequence[Occurrence],
    lines: Sequence[Text],
    question: str | None = None,
) -> Text:
    """Ask for today.

    Args:
        day: today.
        now: the present (aware).
        settings: the group's.
        missed: days that had no check-in.
        lines: what else belongs to the day.
        question: the group's own instead of the usual one.
    """
    early = now.astimezone(settings.zone).time() < _NOON
    parts = [
        text("Good morning.") if early else text("Hello."),
        text("Check-in for {day}.", day=day_written(day, now, settings.zone)),
        verbatim(isolate(question))
        if question
        else text("What is on today? Where is help wanted? One sentence is enough."),
        text("Answer to this message or by direct message."),
    ]
    skipped = [_missed(missed, now, settings)] if missed else []
    return joined([joined(parts, " "), *skipped, *lines])


def _missed(missed: Sequence[Occurrence], now: datetime, settings: Settings) -> Text:
    """Name the days on which the bot could not ask, in one line however many they are."""
    first, last = (day_written(one.day, now, settings.zone) for one in (missed[0], missed[-1]))
    if len(missed) == 1:
        return text("On {day} I could not ask.", day=first)
    return text(
        "I could not ask {count} times, from {first} to {last}.", count=len(missed), first=first, last=last
    )


def summary(
    checkin: Checkin,
    answers: Sequence[Answer],
    names: Mapping[PersonId, str],
    now: datetime,
    settings: Settings,
) -> Text:
    """Say how many answered, what is on and where help is wanted; ``names`` are those of people in the room."""
    day = day_written(checkin.day, now, settings.zone)
    if not answers:
        return text("Check-in {day}. Answers are still possible.", day=day)
    people = counted_people(answers)
    lines = [counted("Check-in {day}: {n} answer.", "Check-in {day}: {n} answers.", people, day=day)]
    today, requests = standing(answers)
    if today:
        lines.append(text("Today: {words}", words=_listed([_one(words) for words in today])))
    if requests:
        lines.append(
            text("Help is wanted here: {words}", words=_listed([request(one, names) for one in requests]))
        )
    return joined(lines)


def request(answer: Answer, names: Mapping[PersonId, str]) -> Text:
    """Show what help is wanted for; with the name of whoever wants that."""
    words = _one(answer.said.request or "")
    name = names.get(answer.person) if answer.named else None
    return text("{words} (answer to {name})", words=words, name=name) if name else words


def still_wanted(requests: Sequence[Answer], names: Mapping[PersonId, str]) -> list[Text]:
    """Say where help is still wanted from earlier days: one line, or none."""
    if not requests:
        return []
    return [text("Help is still wanted: {words}", words=_listed([request(one, names) for one in requests]))]


def routine(schedule: Schedule) -> Text:
    """Say when there are check-ins: "Check-in dienstags und donnerstags um 9:00. An Feiertagen nicht."."""
    days, at = _adverbs(schedule.days), _clock(schedule.at)
    return text("Check-in {days} at {time}. Not on public holidays.", days=days, time=at)


def resting(kept: Routine, settings: Settings) -> Text:
    """Say that there are none, for the group's working days have become others."""
    return text(
        "The check-in rests: on its days the group does not work. Other days: !checkin an {days} {time}",
        days=show_days(settings.days),
        time=_clock(kept.at if fits(kept.at, settings) else settings.begins),
    )


def first(at: datetime, now: datetime, settings: Settings) -> Text:
    """Say when the first one is."""
    return text("First time: {day}.", day=_near(at, now, settings))


def following(at: datetime, now: datetime, settings: Settings) -> Text:
    """Say when the next one is."""
    return text("Next time: {day}.", day=_near(at, now, settings))


def _near(at: datetime, now: datetime, settings: Settings) -> Text | Moment:
    day, today = at.astimezone(settings.zone).date(), now.astimezone(settings.zone).date()
    if day == today:
        return text("today")
    if day == today + timedelta(days=1):
        return text("tomorrow")
    return day_written(day, now, settings.zone)


def _clock(at: time) -> str:
    return f"{at.hour}:{at.minute:02}"


def _adverbs(days: Sequence[int]) -> Text:
    days = sorted(days)
    if len(days) >= _ROW and days[-1] - days[0] == len(days) - 1:
        return text("{first} to {last}", first=_ADVERBS[days[0]], last=_ADVERBS[days[-1]])
    if len(days) == 1:
        return _ADVERBS[days[0]]
    head = joined([_ADVERBS[day] for day in days[:-1]], ", ")
    return text("{days} and {last}", days=head, last=_ADVERBS[days[-1]])


def _one(words: str) -> Text:
    # What stands in a row is no sentence of its own.
    return verbatim(isolate(brief(words, SHORT).rstrip(" .;")))


def _listed(words: Sequence[Text]) -> Text:
    shown = joined(list(words[:MOST]), "; ")
    more = len(words) - MOST
    if more > 0:
        return counted("{words}; and {n} more.", "{words}; and {n} more.", more, words=shown)
    # In which language does not matter: what people wrote is the same in all.
    return (
        shown
        if shown.render(DEFAULT_LANGUAGE).endswith(("?", "!", "…"))
        else joined([shown, verbatim(".")], "")
    )
