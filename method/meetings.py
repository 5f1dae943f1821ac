# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""A meeting of the group as a value: its number, its title, when it is and what state it is in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, StrEnum
from typing import Final, Self

from config.texts import text
from method.appointments import begins_with_time
from method.errors import Missing
from method.ids import EventId, GroupId, MeetingId, OutboxId
from method.items import Label
from method.limits import within
from method.words import fold, is_blank

#: A meeting that nobody ends is over after this time.
LASTS: Final = timedelta(hours=12)

#: Kinds of promises: begin at the time, end what nobody has ended, say what arose, delete the card,
#: announce the next one of a series, look at the agenda the working day before, remind the group.
BEGIN: Final = "meetings.begin"
END: Final = "meetings.end"
REPORT: Final = "meetings.report"
SWEEP: Final = "meetings.sweep"
NEXT: Final = "meetings.next"
LOOK: Final = "meetings.look"
REMIND: Final = "meetings.remind"

#: Characters of a title: it stands in one line with the date.
TITLE_LIMIT: Final = 200

_LABEL: Final = re.compile(r"\s*#?t[ -]?(?P<number>[0-9]{1,9})(?!\w)[\s:,–-]*", re.IGNORECASE | re.ASCII)
_PLACE: Final = re.compile(r"\s*\((?P<place>[^()]+)\)$")


class Stage(StrEnum):
    """Where a meeting stands; it only moves forwards."""

    PLANNED = "planned"
    RUNNING = "running"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Meeting:
    """One meeting; nothing here says who was there."""

    id: MeetingId
    group_id: GroupId
    number: int
    #: None if it has none, or if its message was deleted.
    title: str | None
    stage: Stage
    #: As announced; None if it was just begun.
    starts_at: datetime | None
    began_at: datetime | None
    ended_at: datetime | None
    #: The message that made it.
    source: EventId | None
    #: Our post that shows it; None until it is posted, and when it was deleted.
    card: OutboxId | None

    @property
    def label(self) -> str:
        """How people name it."""
        return f"T{self.number}"

    @property
    def moment(self) -> datetime:
        """When it is: as announced, else when it began."""
        moment = self.starts_at or self.began_at
        if moment is None:
            raise LookupError("a meeting is announced or has begun")
        return moment


class Verb(Enum):
    """What is to be done with a meeting."""

    PLAN = "plan"
    START = "start"
    END = "end"
    MOVE = "move"
    CANCEL = "cancel"
    PLACE = "place"
    SERIES = "series"


_VERBS: Final = {
    fold(word): verb
    for verb, words in {
        Verb.START: "start starten starte beginn beginnen begin",
        Verb.END: "ende end beenden beende schluss stop stopp",
        Verb.MOVE: "verschieben verschiebe verlegen verlege move",
        Verb.CANCEL: "absagen absage cancel",
        Verb.PLACE: "ort place",
        Verb.SERIES: "serie reihe series",
    }.items()
    for word in words.split()
}


#: What may be the first word of a title: with other words behind it, a meeting is announced.
_NOUNS: Final = frozenset(
    map(fold, ("ende", "end", "schluss", "stop", "stopp", "absage", "serie", "reihe", "series"))
)
#: What may stand behind it all the same.
_FILLERS: Final = frozenset(
    map(
        fold,
        (
            "jetzt",
            "now",
            "bitte",
            "please",
            "danke",
            "thanks",
            "aus",
            "off",
            "ende",
            "end",
            "beenden",
            "stop",
        ),
    )
)
#: "Schluss für heute", "ende des Treffens", "ende um 16:00": what may stand behind it where a meeting ends or is off.
_OF_MEETING: Final = _FILLERS | frozenset(
    map(
        fold,
        (
            *("für", "heute", "des", "treffens", "der", "sitzung", "um", "uhr"),
            *("for", "today", "of", "the", "meeting", "at"),
        ),
    )
)
_CLOCK: Final = re.compile(r"[0-9]{1,2}(?:[:.][0-9]{2})?(?:h|uhr)?", re.IGNORECASE)
#: Verbs that may stand behind the number and the time: "T2 auf Fr 10:00 verschieben".
_LAST: Final = frozenset({Verb.START, Verb.END, Verb.MOVE, Verb.CANCEL})


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be done, with which words."""

    verb: Verb
    words: str

    @classmethod
    def read(cls, words: str, about: Label | None) -> Self:
        """Read the verb; without one the words begin with a day or a time."""
        if is_blank(words):
            raise Missing(
                text("When is the meeting, and what is it about? Example: Mi 3.3. 15:00 Austausch"),
                "treffen {}",
            )
        number, rest = first_number(words)
        pieces = rest.split()
        verb = _verb(pieces[0]) if pieces else None
        if number is not None and verb:
            return cls(verb, f"T{number} {rest.partition(' ')[2].strip()}".rstrip())
        last = _verb(pieces[-1]) if pieces else None
        if number is not None and last in _LAST:
            return cls(last, f"T{number} {rest[: -len(pieces[-1])].strip()}".rstrip())
        if number is not None or verb is None or _is_title(verb, pieces):
            return cls(Verb.PLAN, words)
        rest = rest.partition(" ")[2].strip()
        # "start Mi 15:00 Austausch" does not begin now.
        return cls(Verb.PLAN if verb is Verb.START and begins_with_time(rest) else verb, rest)


def _verb(word: str) -> Verb | None:
    return _VERBS.get(fold(word)) if word.rstrip(".,:!").isalpha() else None


def _is_title(verb: Verb, pieces: list[str]) -> bool:
    """Is the verb only the first word of something else: "Ende des Monats 15:00 Kaffee"?"""
    behind = pieces[1:]
    if fold(pieces[0]) not in _NOUNS or not behind:
        return False
    number, rest = first_number(" ".join(behind))
    if verb is Verb.SERIES:
        return not {fold(word) for word in behind} <= _FILLERS
    others = [word for word in rest.split() if not _CLOCK.fullmatch(word.rstrip(".,!"))]
    return number is None and not {fold(word) for word in others} <= _OF_MEETING


def first_number(words: str) -> tuple[int | None, str]:
    """Read a meeting's label at the beginning (``T2``, ``t 2``, ``#T-2``); return its number and the rest."""
    found = _LABEL.match(words)
    return (int(found["number"]), words[found.end() :].strip()) if found else (None, words.strip())


def title_of(words: str) -> str | None:
    """Return a title as one line; None if there is nothing to see.

    Raises:
        UserError: it is longer than TITLE_LIMIT.
    """
    return within(" ".join(words.split()), TITLE_LIMIT) or None


def title_and_place(title: str) -> tuple[str, str | None]:
    """Divide "Austausch (online)" into the title and the place."""
    found = _PLACE.search(title)
    return (title[: found.start()], found["place"].strip()) if found and found.start() else (title, None)
