# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The day until which something is to be done, as people type it, and what is said to a day that cannot be meant."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from config.texts import Moment, Text, text
from method.dates import NEAR, dated, next_such_day, read_day, written
from method.deadlines import Read, read_moment
from method.errors import Missing, Suggestion
from method.hours import holiday, is_working_day, working_moment
from method.presence import ALWAYS, Presence, next_moment
from method.settings import Settings
from method.tasks import phrases
from method.times import counts_noun, split_time, take_time
from method.words import fold, is_blank

#: Nobody plans further ahead.
LONGEST: Final = timedelta(days=3 * 366)
_DAY: Final = timedelta(days=1)
_HOUR: Final = timedelta(hours=1)
#: "bis zum Ende des nächsten Monats, 12 Uhr": nobody needs more words.
_WORDS: Final = 8
#: So many times, the last ones, "bis" may begin the day.
_MOST_UNTIL: Final = 12
_UNTIL: Final = frozenset(map(fold, ("bis", "until", "till", "by", "spätestens", "latest")))
#: "bis spätestens am 12.3."
_LATEST: Final = re.compile(
    r"(?:(?:bis|until|till|by|spätestens|spaetestens|latest)\s+)+(?:am\s+)?", re.IGNORECASE
)
#: "am 12.3." at the end says until when, unless it belongs to what is named before: "Treffen am 18.3."
_ON: Final = re.compile(r"\s(?:am|on)\s+(?P<day>[^\n]{3,30}?)\W*$", re.IGNORECASE)
_HAPPENS: Final = re.compile(
    r"(?:treffen|sitzung|termin|workshop|veranstaltung|besuch|feier|fest|messe|meeting|event|interviews?|gespräch|konferenz"
    r"|retro|runde|tag|kurs|seminar)$",
    re.IGNORECASE,
)
#: "bis 31.2." says a day, though none that exists.
_NO_DAY: Final = re.compile(
    r"(?<!\w)(?:bis|until|till|by|spätestens)\s+(?:zum\s+|am\s+)?(?P<day>\d{1,2}\.\s?\d{1,2}\.?(?:\d{2,4})?|\d{4}-\d{1,2}-\d{1,2})(?!\w)",
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
        (
            *("für", "von", "vom", "ab", "seit", "zu", "zum", "zur", "beim", "des", "vor", "nach", "über"),
            *("for", "from", "since", "about"),
        ),
    )
)
#: "Fr um 12 Uhr": the time is "12 Uhr".
_CALLED: Final = re.compile(r"^(?:um|at)\s+", re.IGNORECASE)
#: A day of the month and nothing else; a noun behind it is what it counts.
_OF_MONTH: Final = re.compile(
    r"(?:(?:bis|until|till|by|(?P<called>spätestens|spaetestens|latest|zum|am|den|the))\s+)*\d{1,2}"
    r"(?:\.?|(?P<ordinal>st|nd|rd|th))",
    re.IGNORECASE,
)
#: Behind a number it is the end of a row.
_COUNTED: Final = re.compile(r"\d\.?\s+$")
#: "verschieben auf Montag", "neuer Termin: 22.3.", "am Montag".
_MOVED: Final = re.compile(
    r"(?:(?:bitte\s+)?(?:verschieben|verschoben|verlegen|verlegt|neuer\s+termin|termin|new\s+date|moved?)\b[\s:]*)?"
    r"(?:(?:auf|am|zum|to|on|for|bis|until|till|by)\s+)?",
    re.IGNORECASE,
)
_NO_MORE: Final = frozenset(
    map(
        fold,
        (
            *("ohne Termin", "kein Termin", "keinen Termin", "Termin weg", "Termin löschen", "Termin aus"),
            *("ohne Datum", "kein Datum", "Datum weg", "Datum löschen"),
            *("no date", "without date", "without a date", "no deadline", "no due date", "remove date"),
        ),
    )
)
_ENDS: Final = re.compile(r"\W*$|[,;:)]|\s+[–-]")
_GOES_ON: Final = re.compile(r"\s+[a-zäöü]")
_AROUND: Final = " ,;:–—-"
_DATE: Final = {"de": "d. MMMM", "en": "d MMMM"}


def split_due(words: str, now: datetime, settings: Settings, command: str) -> tuple[str, date | None]:
    """Take the day until which something is to be done out of ``words``; return the other words and the day.

    "bis 15.3." or "spätestens nächste Woche" may stand anywhere. At the end "bis" may be left out before "in 2 Wochen"
    and "Ende des Monats", and "am" may stand for it. A time that was typed stays in the words: only the day counts.

    Args:
        words: everything behind the command.
        now: the present (aware).
        settings: the group's.
        command: with which the person is asked back, for example "aufgabe".

    Raises:
        Missing: a day was typed that does not exist.
        Suggestion: "bis gestern" was typed.
    """
    today = now.astimezone(settings.zone).date()
    answered = _ANSWERED.match(words)
    if answered:
        day = read_day(answered["day"], today)
        return words[answered.end() :].strip(), day.date if day else None
    pieces = [found.span() for found in re.finditer(r"\S+", words)]
    places = [at for at, piece in enumerate(pieces) if fold(words[slice(*piece)]) in _UNTIL]
    for place in reversed(places[-_MOST_UNTIL:]):
        until = place
        # "bis spätestens"
        while until >= max(0, place - 1) and fold(words[slice(*pieces[until])]) in _UNTIL:
            until -= 1
        start = pieces[until + 1][0]
        for _, end in reversed(pieces[place + 1 : place + 1 + _WORDS]):
            phrase = words[start:end].lstrip("(").rstrip(",;:!)")
            read = _read(phrase, words[:start], words[end:], now, settings)
            if read is None and phrase.endswith("."):
                read = _read(phrase.rstrip("."), words[:start], words[end:], now, settings)
            if read is not None:
                rest = _rest(words[:start], words[end:], read, phrase)
                _require_day_to_come(phrase, rest, read.day, now, settings, command)
                return rest, read.day
    found = _NO_DAY.search(words)
    if found and not phrases.ends_span(words[: found.start()], found[0]):
        rest = _joined(words[: found.start()], words[found.end() :])
        raise no_such_day(f"{command} bis {{}} {rest}")
    return _at_the_end(words, pieces, today)


def _read(phrase: str, before: str, behind: str, now: datetime, settings: Settings) -> Read | None:
    """Read until when something is to be done; None if it says something else."""
    if (
        counts_noun(phrase, behind)
        or phrases.ends_span(before, phrase)
        or (phrases.is_time(phrase) and not is_blank(behind))
    ):
        return None
    week = phrases.read_week(phrase, now.astimezone(settings.zone).date(), settings)
    if week is not None:
        return Read(
            datetime.combine(week, settings.ends, settings.zone).astimezone(UTC), timed=False, day=week
        )
    of_month = _OF_MONTH.fullmatch(phrase)
    if of_month and (
        _COUNTED.search(before)
        or not (of_month["called"] or of_month["ordinal"] or is_blank(before + behind))
    ):
        # "Kapitel 5 bis 7.", "Werte zählen bis 10."
        return None
    if of_month and not (_ENDS.match(behind) or (phrase.endswith(".") and _GOES_ON.match(behind))):
        # "bis zum 3. Treffen", "by the 5th meeting".
        return None
    return read_moment(f"bis {_LATEST.sub('', phrase)}", now, settings.zone, ends=time(23, 59))


def _require_day_to_come(
    phrase: str, rest: str, day: date, now: datetime, settings: Settings, command: str
) -> None:
    """Propose the next working day where a day is named that is over, whenever it is said: "bis gestern"."""
    if not any(NEAR.get(fold(word), 0) < 0 for word in phrase.split()):
        return
    today = now.astimezone(settings.zone).date()
    raise _over(day, _next_working_day(today, settings), today, f"{command} bis {{}} {rest}".rstrip())


def _over(day: date, meant: date, today: date, line: str) -> Suggestion:
    question = text(
        "{past} is over. Is {day} meant? Confirm with 👍.",
        past=dated(day, year=day.year != today.year),
        day=dated(meant, year=True),
    )
    return Suggestion(question, line.replace("{}", meant.isoformat(), 1))


def _next_working_day(day: date, settings: Settings) -> date:
    other = day + _DAY
    while not is_working_day(other, settings):
        other += _DAY
    return other


def drops_day(words: str) -> bool:
    """Do the words behind the number of a task say that it has no day any more?"""
    return fold(words) in _NO_MORE


def as_until(words: str, now: datetime, settings: Settings, command: str) -> str:
    """Return words that say nothing but a day, "auf Montag", as "bis Montag"; others as they are.

    The arguments are those of ``split_due``.
    """
    found = _MOVED.match(words)
    until = f"bis {words[found.end() :] if found else words}"
    rest, due = split_due(until, now, settings, command)
    return until if due is not None and is_blank(rest) else words


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
        raise _over(day, next_such_day(day, today), today, line)
    if day > today + LONGEST:
        question = text("That is more than three years away. Reply with a date, for example: Freitag")
        raise Missing(question, line, word=True)
    return day


def better(day: date, settings: Settings) -> tuple[Text, date] | None:
    """Propose the next working day instead of a public holiday: the question and the day; None if it is none."""
    name = holiday(day, settings.state)
    if name is None:
        return None
    other = _next_working_day(day, settings)
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


def reminder_at(
    due: date, now: datetime, settings: Settings, presence: Presence = ALWAYS, *, knows: bool = True
) -> datetime | None:
    """Return when whoever has a task is reminded of its day (aware, UTC); None: there is no time for it any more.

    That is on the last day before on which they work, or else on the day itself, an hour after work begins there.

    Args:
        due: the day of the task.
        now: the present (aware).
        settings: the group's.
        presence: when the person works, and when they are away.
        knows: they have taken it today, and need no reminder today; else one comes in any case, if only when
            they are back.
    """
    own = presence.settings(settings)
    today = now.astimezone(own.zone).date()
    days = [due - _DAY * before for before in range(1, (due - today).days + 1)] + (
        [due] if due >= today else []
    )
    for day in days:
        if not is_working_day(day, own) or presence.away(day) is not None or (knows and day == today):
            continue
        at = _begins(day, own, presence)
        return max(at, next_moment(now, settings, presence)) if day == today else at
    return None if knows else next_moment(now, settings, presence)


def _begins(day: date, own: Settings, presence: Presence) -> datetime:
    """Return when a person hears of a day's tasks: who has hours of their own, as soon as these begin."""
    begins = datetime.combine(day, own.begins, own.zone)
    return working_moment(begins if presence.hours else begins + _HOUR, own)


def _rest(before: str, behind: str, read: Read, phrase: str) -> str:
    rest = _joined(before, behind)
    typed = _typed(_LATEST.sub("", phrase)) if read.timed else ""
    return f"{rest} ({typed})" if typed and rest else rest


def _typed(phrase: str) -> str:
    """Return the time in a moment, as it was typed."""
    _, day = split_time(phrase)
    if phrase.startswith(day) and day != phrase:
        typed = phrase[len(day) :]
    else:
        _, day = take_time(phrase)
        typed = phrase.removesuffix(day) if day != phrase else ""
    return _CALLED.sub("", typed.strip(_AROUND))


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
    found = _ON.search(words)
    on = read_day(found["day"], today) if found and any(one.isdigit() for one in found["day"]) else None
    if found is None or on is None or on.date < today or _belongs(words[: found.start()]):
        return words.strip(), None
    return words[: found.start()].rstrip(_AROUND), on.date


def _belongs(before: str) -> bool:
    """Does a day behind these words belong to what they name ("Raum für das Treffen"), and is no day of the task?"""
    nouns = before.split()
    if not nouns or _HAPPENS.search(nouns[-1]):
        return True
    # Behind a verb in small letters it is the task's.
    return nouns[-1][:1].isupper() and any(fold(word) in _BELONGS for word in nouns[-3:-1])
