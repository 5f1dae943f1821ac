# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reads the words behind !umfrage, !termin, !widerstand, !konsens and !fragerunde."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from config.texts import Text, text
from method.deadlines import day_written, moment_written
from method.errors import Missing, UserError
from method.hours import last_working_moment
from method.limits import within
from method.polls import (
    AGREES,
    FEWEST_OPTIONS,
    MOST_OPTIONS,
    OBJECTS,
    OPTION_LIMIT,
    QUESTION_LIMIT,
    Kind,
    Openness,
    Option,
    default_end,
)
from method.polls import flags as poll_flags
from method.polls.flags import Flags, Present
from method.polls.stands import divided
from method.words import brief, is_blank

#: No poll runs longer.
LONGEST: Final = timedelta(days=366)
#: So long before the first of the days it asks about a poll ends.
_BEFORE_FIRST: Final = timedelta(hours=1)

_BULLET: Final = re.compile(r"[-*•–]\s+")
_NUMBERED: Final = re.compile(r"(\d{1,2})[.)]\s+", re.ASCII)
_QUESTION_END: Final = re.compile(r"\?\s+(?=\S)")
_BARS: Final = re.compile(r"[|｜\n]")
_SEMICOLONS: Final = re.compile(r"[;；\n]")
_LINES: Final = re.compile(r"\n")

_COMMANDS: Final = {
    Kind.CHOICE: "umfrage",
    Kind.DATE: "termin",
    Kind.DOTS: "punkten",
    Kind.RESISTANCE: "widerstand",
    Kind.CONSENT: "konsens",
    Kind.ROUND: "fragerunde",
}


class Half(Missing):
    """One thing is missing or unclear; whatever is answered takes its place, and nothing typed is lost."""

    @property
    def asks_for_text(self) -> bool:
        """Any answer will do: it is neither a label nor a word of a list."""
        return True


@dataclass(frozen=True, slots=True)
class Wish:
    """A poll as it was asked for."""

    kind: Kind
    question: str
    options: tuple[Option, ...]
    most: int
    openness: Openness
    takes_suggestions: bool
    #: Aware, UTC.
    ends_at: datetime


def read_poll(words: str, kind: Kind, present: Present) -> Wish:
    """Read a question with its answers and flags.

    Raises:
        UserError: what was typed cannot be meant; the sentence carries an example.
        Half: one thing is missing and is asked for.
    """
    if is_blank(words):
        raise Half(_ASK_QUESTION[kind], f"{_COMMANDS[kind]} {{}}")
    words, flags = poll_flags.at_beginning(words, present)
    if kind in (Kind.CONSENT, Kind.ROUND):
        question, more = poll_flags.at_end(words, present)
        typed = Typed(kind, question, (), flags.and_(more))
    else:
        head, *rest = _parts(words)
        typed = _typed(kind, head, rest, flags, present)
    _check_question(typed)
    options = _dates(typed, present) if kind is Kind.DATE else _options(typed)
    return Wish(
        kind,
        typed.question,
        options,
        _most(typed.flags.most, kind, options),
        typed.flags.openness or (Openness.HIDDEN if kind is Kind.RESISTANCE else Openness.OPEN),
        bool(typed.flags.takes_suggestions) and kind in (Kind.CHOICE, Kind.DATE),
        ends_of(typed, present, options),
    )


# --- parts ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed, divided: question, answers, flags."""

    kind: Kind
    question: str
    answers: tuple[str, ...]
    flags: Flags

    def line(self, *answers: str, question: str | None = None, without_end: bool = False) -> str:
        """Return the command line to run again; where the answer goes, the caller puts "{}"."""
        asked = safe(self.question) if question is None else question
        flags = self.flags.typed(without_end=without_end)
        parts = [asked, *answers, *([flags] if flags else [])]
        # The answer stands behind everything else, so the flags stand before the first "{}" at the end.
        if parts[-1] == flags and len(parts) > 1 and parts[-2] == _HERE:
            parts[-1], parts[-2] = parts[-2], parts[-1]
        return f"{_COMMANDS[self.kind]} " + self.divider.join(parts)

    @property
    def divider(self) -> str:
        """What stands between the parts: as most people type it, so that an answer may be several of them."""
        if self.kind in _LOOSE:
            return " "
        return (
            " | " if any(sign in part for part in (self.question, *self.answers) for sign in ";；") else "; "
        )


#: Where the answer to a question goes in a command line.
_HERE: Final = "{}"
#: Commands that have no answers to divide.
_LOOSE: Final = frozenset({Kind.DOTS, Kind.CONSENT, Kind.ROUND})


def _parts(words: str) -> list[str]:
    """Divide at bars, else at semicolons, else at lines; bullets and numbers before answers are left out."""
    has_bars, has_semicolons = (any(sign in words for sign in signs) for signs in ("|｜", ";；"))
    divider = _BARS if has_bars else _SEMICOLONS if has_semicolons else _LINES
    head, *answers = [part.strip() for part in divider.split(words) if not is_blank(part)] or [""]
    answers = [_BULLET.sub("", answer, count=1) if _BULLET.match(answer) else answer for answer in answers]
    numbers = [found and int(found[1]) for found in map(_NUMBERED.match, answers)]
    # "3. März" is no third answer.
    counted_up = numbers.count(None) <= 1 and [number for number in numbers if number] == list(
        range(1, len(answers) - numbers.count(None) + 1)
    )
    return [head, *(_NUMBERED.sub("", answer, count=1) if counted_up else answer for answer in answers)]


def _typed(kind: Kind, head: str, rest: list[str], flags: Flags, present: Present) -> Typed:
    """Tell answers and flags apart."""
    read = [poll_flags.whole(part, present) for part in rest]
    said = [found.said() for found in read if found]
    answers: list[str] = []
    for place, (part, found) in enumerate(zip(rest, read, strict=True)):
        # "bis Freitag; bis Montag" are answers: no flag is said twice. And two answers must be left.
        twice = found is not None and any(sum(name in one for one in said) > 1 for name in found.said())
        left = len(answers) + len(rest) - place - 1
        if found is None or twice or left < FEWEST_OPTIONS:
            answers.append(part)
        else:
            flags = flags.and_(found)
    asked, more = poll_flags.at_end(head, present)
    if asked.endswith("?"):
        head, flags = asked, flags.and_(more)
    if len(answers) < FEWEST_OPTIONS and (ends := _QUESTION_END.search(head)):
        answers.insert(0, head[ends.end() :])
        head = head[: ends.end()].strip()
    if answers:
        last, found = poll_flags.at_end(answers[-1], present)
        answers[-1], flags = last, flags.and_(found)
    if len(answers) == 1 and kind is Kind.CHOICE:
        answers = divided(answers[0])
    return Typed(kind, " ".join(head.split()), tuple(" ".join(answer.split()) for answer in answers), flags)


def safe(words: str) -> str:
    """Return words in which nothing looks like the place of an answer, nor like a divider."""
    return " ".join(words.replace("{}", "{ }").replace("|", "/").split())


# --- what must be true ---------------------------------------------------------------------------


_ASK_QUESTION: Final = {
    Kind.CHOICE: text("What is the question? Example: Was zuerst?; Lotsin; Profil"),
    Kind.DATE: text("What is the date about? Example: Austausch; Mi 15:00; Do 10:00"),
    Kind.RESISTANCE: text("What is the question? Example: Was zuerst?; Lotsin; Profil"),
    Kind.CONSENT: text("What is the proposal? Example: Wir treffen uns am Mittwoch."),
    Kind.ROUND: text("What is the question to everybody? Example: Was lief gut?"),
}
_TOO_FEW: Final = {
    Kind.CHOICE: text("A poll needs at least two answers. Example: !umfrage Was zuerst?; Lotsin; Profil"),
    Kind.RESISTANCE: text(
        "A poll needs at least two answers. Example: !widerstand Was zuerst?; Lotsin; Profil"
    ),
    Kind.DATE: text("At least two days are needed. Example: !termin Austausch; Mi 15:00; Do 10:00"),
}


def too_few_points() -> Text:
    """Say that nobody can vote with no point."""
    return text("Each person needs at least one point. Example: 2 Punkte")


def _check_question(typed: Typed) -> None:
    if is_blank(typed.question):
        raise Half(_ASK_QUESTION[typed.kind], typed.line(*map(safe, typed.answers), question=_HERE))
    within(typed.question, QUESTION_LIMIT)


def _options(typed: Typed) -> tuple[Option, ...]:
    if typed.kind is Kind.ROUND:
        return ()
    if typed.kind is Kind.CONSENT:
        return Option(AGREES, ""), Option(OBJECTS, "")
    _check_number(typed)
    known: set[str] = set()
    for answer in typed.answers:
        within(answer, OPTION_LIMIT)
        same = answer.casefold()
        if same in known:
            raise UserError(answer_twice(answer))
        known.add(same)
    return tuple(Option(number, answer) for number, answer in enumerate(typed.answers, 1))


def answer_twice(answer: str) -> Text:
    """Say that an answer is there already."""
    return text("Two answers are the same: {answer}. Each one is needed once.", answer=brief(answer))


def _check_number(typed: Typed) -> None:
    if len(typed.answers) < FEWEST_OPTIONS:
        raise Half(_TOO_FEW[typed.kind], typed.line(*map(safe, typed.answers), _HERE))
    if len(typed.answers) > MOST_OPTIONS:
        raise UserError(
            text(
                "These are {count} answers. {limit} are possible. Leave some out, or ask twice.",
                count=len(typed.answers),
                limit=MOST_OPTIONS,
            )
        )


def _dates(typed: Typed, present: Present) -> tuple[Option, ...]:
    if present.read_date(typed.question) is not None:
        days = map(safe, (typed.question, *typed.answers))
        raise Half(_ASK_QUESTION[Kind.DATE], typed.line(*days, question=_HERE))
    _check_number(typed)
    zone = present.settings.zone
    options: list[Option] = []
    for number, answer in enumerate(typed.answers, 1):
        found = present.read_date(answer)
        others = [_HERE if place == number else safe(other) for place, other in enumerate(typed.answers, 1)]
        line = typed.line(*others)
        if found is None:
            raise Half(text("I do not know this day: {day}. Example: Mi 15:00", day=brief(answer)), line)
        if found.at <= present.now if found.timed else found.day < present.now.astimezone(zone).date():
            shown = (
                moment_written(found.at, present.now, zone)
                if found.timed
                else day_written(found.day, present.now, zone)
            )
            raise Half(text("{day} is over. Which day is meant? Example: Mi 15:00", day=shown), line)
        if any((option.at, option.whole_day) == (found.at, not found.timed) for option in options):
            raise UserError(answer_twice(answer))
        options.append(Option(number, "", at=found.at, whole_day=not found.timed))
    return tuple(options)


def _most(typed: int | None, kind: Kind, options: Sequence[Option]) -> int:
    if kind is Kind.DATE:
        return len(options) if typed is None else min(max(typed, 1), len(options))
    if kind is not Kind.CHOICE:
        return 1
    if typed == 0:
        raise UserError(too_few_points())
    if typed is not None and typed > len(options):
        raise UserError(
            text(
                "There are {count} answers, so {count} points per person at most. Example: 2 Punkte",
                count=len(options),
            )
        )
    return typed or 1


def ends_of(typed: Typed, present: Present, options: Sequence[Option] = ()) -> datetime:
    """Return when the poll ends; if nothing was said, before the first that is ahead of its days, ``options``.

    Raises:
        Half: it is no moment, is over, or too far away.
    """
    end = typed.flags.end
    if end is None:
        ends = [_before(option.at, present) for option in options if option.at is not None]
        return min([default_end(present.now, present.settings), *(found for found in ends if found)])
    answers = [safe(answer) for answer in typed.answers]
    again = typed.line(*answers, without_end=True) + typed.divider + "bis {}"
    if end.read is None:
        raise Half(
            text("I do not know this end: {words}. Until when? Example: Fr 12:00", words=brief(end.words)),
            again,
        )
    shown = moment_written(end.read.at, present.now, present.settings.zone)
    if end.read.at <= present.now:
        raise Half(text("{time} is over. Until when? Example: Fr 12:00", time=shown), again)
    if end.read.at - present.now > LONGEST:
        raise Half(
            text("{time} is too far away. Until when? A poll runs for a year at most.", time=shown), again
        )
    return end.read.at


def _before(day: datetime, present: Present) -> datetime | None:
    """Return when answers are due about a day, in working time if there is any left; None if it is too late."""
    now, settings = present.now, present.settings
    if day <= now:
        # A whole day that is today.
        at = datetime.combine(now.astimezone(settings.zone), settings.ends, settings.zone).astimezone(UTC)
        return at if at > now else None
    # Where there is little time, half of it is left for answers.
    before = (day - min(_BEFORE_FIRST, (day - now) / 2)).replace(second=0, microsecond=0)
    working = last_working_moment(before, settings)
    if working > now + _BEFORE_FIRST:
        return working
    return before if before > now else day
