# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What stands behind the word "checkin": switch it on for days and a time, switch it off, or an answer."""

from __future__ import annotations

import re
from datetime import time
from enum import Enum, auto
from typing import Final

from method.steering import STATUS, steers
from method.words import fold, is_blank
from method.workweek import read_days

#: What calls the command.
COMMANDS: Final = ("checkin", "checkins", "daily", "standup")


class Verb(Enum):
    """What shall be done."""

    SHOW = auto()
    ON = auto()
    OFF = auto()
    NOW = auto()
    #: Ask something else than usual, and the usual again.
    QUESTION = auto()
    USUAL = auto()
    #: The own request for help is done; carries the name; carries it no more; becomes a barrier.
    DONE = auto()
    NAME = auto()
    NO_NAME = auto()
    BARRIER = auto()
    #: Steers, but not so.
    UNCLEAR = auto()
    ANSWER = auto()


_VERBS: Final = {
    fold(word): verb
    for verb, words in (
        (Verb.OFF, ("aus", "off", "ende", "beenden", "stop", "stopp")),
        (Verb.USUAL, ("frage aus", "frage off", "question aus", "question off")),
        (Verb.NOW, ("jetzt", "now", "sofort")),
        (Verb.DONE, ("fertig", "erledigt", "done")),
        (
            Verb.NAME,
            ("name", "name an", "name ja", "mit name", "mit namen", "name on", "name yes", "with name"),
        ),
        (
            Verb.NO_NAME,
            ("name aus", "name nein", "ohne name", "ohne namen", "name off", "name no", "without name"),
        ),
        (Verb.BARRIER, ("barriere", "barrier")),
    )
    for word in words
}
#: Only what is a question is one: "Frage ans Amt klären" is an answer.
_QUESTION: Final = re.compile(r"(?:frage|question)(?:[\s:]+(?P<words>.+\?))?", re.IGNORECASE | re.DOTALL)
_ON: Final = re.compile(r"\s*(?:an|on|ein|start)\b[\s:,]*", re.IGNORECASE)
_TIME: Final = re.compile(
    r"(?<![\d.:])(?:(?:um|at)\s+)?(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2}))?(?:\s*(?:uhr|h)\b\.?)?(?![\d.:])",
    re.IGNORECASE | re.ASCII,
)
#: Nobody needs more characters to say when.
_LONGEST: Final = 80

When = tuple[tuple[int, ...] | None, time | None]


def read_verb(words: str) -> tuple[Verb, str, tuple[int, ...] | None, time | None]:
    """Return what shall be done, the words, and for ``Verb.ON`` days and time as far as they are said.

    Whatever is nothing else is an answer: "an dem Flyer arbeiten".
    """
    words = words.strip()
    if is_blank(words) or fold(words) in STATUS:
        return Verb.SHOW, words, None, None
    verb = _VERBS.get(fold(words))
    if verb is not None:
        return verb, words, None, None
    question = _QUESTION.fullmatch(words)
    if question is not None:
        return Verb.QUESTION, question["words"] or "", None, None
    on = _ON.match(words)
    when = read_when(words[on.end() :] if on else words)
    if when is not None and (on or None not in when):
        return Verb.ON, words, *when
    return Verb.UNCLEAR if steers(words, until=False) else Verb.ANSWER, words, None, None


def read_when(words: str) -> When | None:
    """Read "Di Do 9:00", or one half of it, or nothing; None if the words say something else."""
    if is_blank(words):
        return None, None
    found = list(_TIME.finditer(words)) if len(words) <= _LONGEST else []
    if len(found) > 1:
        return None
    at = _time(found[0]) if found else None
    if found and at is None:
        return None
    rest = words[: found[0].start()] + " " + words[found[0].end() :] if found else words
    if is_blank(rest):
        return None, at
    days = read_days(rest)
    return (days, at) if days else None


def _time(found: re.Match[str]) -> time | None:
    hour, minute = int(found["hour"]), int(found["minute"] or 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None
