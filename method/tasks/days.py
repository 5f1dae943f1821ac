# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The day until which something is to be done, as people type it, and what is said to a day that cannot be meant."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

from config.texts import Moment, Text, text
from method.dates import dated, next_such_day, read_day, written
from method.deadlines import Read, read_moment
from method.errors import Missing, Suggestion
from method.hours import holiday, is_working_day, working_moment
from method.settings import Settings
from method.words import fold

#: Nobody plans further ahead.
LONGEST: Final = timedelta(days=3 * 366)
#: "bis zum Ende des nächsten Monats, 12 Uhr": nobody needs more words.
_WORDS: Final = 8
_UNTIL: Final = frozenset(map(fold, ("bis", "until", "till", "by")))
#: "bis 31.2." says a day, though none that exists.
_NO_DAY: Final = re.compile(
    r"(?<!\w)(?:bis|until|till|by)\s+(?:zum\s+|am\s+)?(?P<day>\d{1,2}\.\s?\d{1,2}\.?(?:\d{2,4})?|\d{4}-\d{1,2}-\d{1,2})(?!\w)",
    re.IGNORECASE,
)
#: Without "bis" only what can be nothing but a day, at the end, and not "für Ende Juni".
_BEGINS: Final = frozenset(map(fold, ("in", "ende", "anfang", "mitte", "end", "beginning")))
#: As an answered question puts it.
_ANSWERED: Final = re.compile(r"bis (?P<day>\d{4}-\d{2}-\d{2})(?:\s|$)")
_ISO: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_BELONGS: Final = frozenset(
    map(
        fold,
        ("für", "von", "ab", "seit", "zu", "zum", "vor", "nach", "über", "for", "from", "since", "about"),
    )
)
_TIME: Final = re.compile(
    r"(?:um\s+|at\s+)?(?P<time>\d{1,2}[:.]\d{2}(?:\s?(?:uhr|h))?|\d{1,2}\s?(?:uhr|h|[ap]m))\W*$",
    re.IGNORECASE,
)
_AROUND: Final = " ,;:–—-"
_DATE: Final = {"de": "d. MMMM", "en": "d MMMM"}


def split_due(words: str, now: datetime, zone: tzinfo, command: str) -> tuple[str, date | None]:
    """Take the day until which something is to be done out of ``words``; return the other words and the day.

    "bis 15.3." may stand anywhere. At the end "bis" may be left out before "in 2 Wochen" and "Ende des Monats".
    A time that was typed stays in the words: only the day counts.

    Args:
        words: everything behind the command.
        now: the present (aware).
        zone: the group's.
        command: with which the person is asked back, for example "aufgabe".

    Raises:
        Missing: a day was typed that does not exist.
    """
    answered = _ANSWERED.match(words)
    if answered:
        day = read_day(answered["day"], now.astimezone(zone).date())
        return words[answered.end() :].strip(), day.date if day else None
    pieces = [found.span() for found in re.finditer(r"\S+", words)]
    for place in range(len(pieces) - 1, -1, -1):
        start, stop = pieces[place]
        if fold(words[start:stop]) not in _UNTIL:
            continue
        for _, end in reversed(pieces[place + 1 : place + 1 + _WORDS]):
            phrase = words[start:end].rstrip(".,;:!")
            read = read_moment(phrase, now, zone, ends=time(23, 59))
            if read is not None:
                return _rest(words[:start], words[end:], read, phrase), read.day
    found = _NO_DAY.search(words)
    if found:
        rest = _joined(words[: found.start()], words[found.end() :])
        raise no_such_day(f"{command} bis {{}} {rest}")
    return _at_the_end(words, pieces, now.astimezone(zone).date())


def no_such_day(line: str) -> Missing:
    """Ask for another day; ``line`` has "{}" where it belongs."""
    return Missing(
        text("This day does not exist. Reply with a date, for example 15.3. or: Freitag"), line, word=True
    )


def checked(day: date, today: date, line: str) -> date:
    """Return the day, if it can be meant.

    Args:
        day: what was read.
        today: the local date.
        line: the command line without "!", with "{}" where the day belongs.

    Raises:
        Suggestion: it is over; the next such day is proposed.
        Missing: it is too far away.
    """
    if day < today:
        meant = next_such_day(day, today)
        question = text(
            "{past} is over. Is {day} meant? Confirm with 👍.",
            past=dated(day, year=day.year != today.year),
            day=dated(meant, year=True),
        )
        raise Suggestion(question, line.replace("{}", meant.isoformat(), 1))
    if day > today + LONGEST:
        question = text(
            "That is more than three years away. Reply with a date, for example 15.3. or: Freitag"
        )
        raise Missing(question, line, word=True)
    return day


def better(day: date, settings: Settings) -> tuple[Text, date] | None:
    """Propose the next working day instead of a public holiday: the question and the day; None if it is none."""
    name = holiday(day, settings.state)
    if name is None:
        return None
    other = day + timedelta(days=1)
    while not is_working_day(other, settings):
        other += timedelta(days=1)
    noon = datetime.combine(day, time(12), UTC)
    return (
        text(
            "{day} is {name}. Better {other}? With 👍 I change the date.",
            day=Moment(noon, UTC, _DATE),
            name=name,
            other=written(other, day),
        ),
        other,
    )


def reminder_at(due: date, now: datetime, settings: Settings) -> datetime | None:
    """Return when whoever has a task is reminded of its day (aware, UTC); None: there is no time for it any more.

    That is an hour after work begins on the working day before, or else on the day itself.
    """
    before = due - timedelta(days=1)
    while not is_working_day(before, settings):
        before -= timedelta(days=1)
    today = now.astimezone(settings.zone).date()
    for day in (before, due):
        # Who has taken it today knows.
        if day > today and is_working_day(day, settings):
            return reminder_on(day, settings)
    return None


def reminder_on(day: date, settings: Settings) -> datetime:
    """Return when people are reminded on this day (aware, UTC)."""
    at = datetime.combine(day, settings.begins, settings.zone) + timedelta(hours=1)
    return working_moment(at, settings)


def _rest(before: str, behind: str, read: Read, phrase: str) -> str:
    rest = _joined(before, behind)
    typed = _TIME.search(phrase) if read.timed else None
    return f"{rest} ({typed['time']})" if typed and rest else rest


def _joined(before: str, behind: str) -> str:
    return f"{before.rstrip(_AROUND + chr(10))} {behind.lstrip(' ,;:.')}".strip()


def _at_the_end(words: str, pieces: list[tuple[int, int]], today: date) -> tuple[str, date | None]:
    for place in range(max(1, len(pieces) - _WORDS), len(pieces)):
        start, end = pieces[place]
        last = fold(words[slice(*pieces[place - 1])])
        if last in _BELONGS or not (fold(words[start:end]) in _BEGINS or _ISO.match(words[start:end])):
            continue
        day = read_day(words[start:].rstrip("."), today)
        if day is not None:
            return words[:start].rstrip(_AROUND), day.date
    return words.strip(), None
