# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""A poll as a value: what is asked, what can be chosen, how openly, until when."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from method.hours import is_working_day
from method.ids import EventId, GroupId, ItemId, OutboxId, PersonId, PollId
from method.items import Label
from method.settings import Settings

#: MSC3381: of more answers the first 20 count, so we never ask for more; Element takes 240 characters of one.
MOST_OPTIONS: Final = 20
FEWEST_OPTIONS: Final = 2
OPTION_LIMIT: Final = 240
QUESTION_LIMIT: Final = 500

#: Fewer secret votes would show what single people chose.
FEWEST_SECRET: Final = 5

#: Resistance is given from 0 (none) to this.
MOST_RESISTANCE: Final = 10

#: When a poll ends for which nothing was said: at this local time of the second working day.
END_HOUR: Final = time(12)
END_DAYS: Final = 2

#: The kind of the promise to show an open poll as it is now; its subject is the poll's id.
POLL_UPDATE: Final = "polls.update"

#: "Matching-Nachmittag (I1)".
_BRACKETS: Final = re.compile(r"\(([bi][0-9]{1,9})\)$", re.IGNORECASE | re.ASCII)
_LABEL: Final = re.compile(r"#?u[ -]?([0-9]{1,9})(?!\w)", re.IGNORECASE | re.ASCII)


class Kind(StrEnum):
    """What a poll asks for."""

    #: One of the options, or several.
    CHOICE = "choice"
    #: Points for entries of the board.
    DOTS = "dots"
    #: All days that suit.
    DATE = "date"
    #: For each option how much speaks against it; the lowest sum wins.
    RESISTANCE = "resistance"
    #: Agreement or objection; one objection blocks.
    CONSENT = "consent"
    #: Words of everybody.
    ROUND = "round"


class Openness(StrEnum):
    """Who may know what before the end, and who voted how."""

    OPEN = "open"
    #: No sums before the end; technically everybody can see who voted how.
    HIDDEN = "hidden"
    #: By direct message only; nobody knows who chose what, the bot neither.
    SECRET = "secret"  # noqa: S105 -- a word, no password


class State(StrEnum):
    """Where a poll stands; it only moves forwards."""

    OPEN = "open"
    CLOSED = "closed"
    #: Its message was deleted: no result, no words.
    WITHDRAWN = "withdrawn"


#: The two options of a consent poll.
AGREES: Final = 1
OBJECTS: Final = 2


@dataclass(frozen=True, slots=True)
class Option:
    """One answer that can be chosen."""

    #: As people name it: 1, 2, 3 …; in a dot poll the number of the entry.
    number: int
    #: As typed; of a date "" (it is written out in the reader's language); None once withdrawn.
    text: str | None
    #: Of a date: the moment, or the beginning of the day.
    at: datetime | None = None
    #: Of a date: no time was said.
    whole_day: bool = False
    #: Of a dot poll: the entry, and how people name it ("B2").
    item: ItemId | None = None
    label: str | None = None

    def is_named(self, label: str) -> bool:
        """Is ``label`` ("b 2", "#B2") the entry that is meant, or that is named in brackets at the end?"""
        named = self.label or (found[1] if (found := _BRACKETS.search(self.text or "")) else None)
        return named is not None and Label.parse(label) == Label.parse(named)


@dataclass(frozen=True, slots=True)
class Poll:
    """A question to the group; nothing here says who voted."""

    id: PollId
    group_id: GroupId
    number: int
    kind: Kind
    #: None once withdrawn.
    question: str | None
    options: tuple[Option, ...]
    #: How many different options a person may choose.
    most: int
    openness: Openness
    #: Anybody may add options.
    takes_suggestions: bool
    state: State
    #: What came in later does not count (aware, UTC).
    ends_at: datetime
    author: PersonId | None
    #: The message that asked; None once its author was forgotten.
    source: EventId | None
    #: Our post that shows it as text, with the numbers.
    card: OutboxId | None = None
    #: Our native poll event (``org.matrix.msc3381.poll.start``), where there is one.
    native: OutboxId | None = None
    #: Its time is over, and what the homeserver has of it is looked up once more.
    closing_since: datetime | None = None

    @property
    def label(self) -> str:
        """How people name it."""
        return f"U{self.number}"

    @property
    def numbers(self) -> tuple[int, ...]:
        """The numbers that can be chosen, in the order of the options."""
        return tuple(option.number for option in self.options)

    @property
    def is_open(self) -> bool:
        """Do votes still count?"""
        return self.state is State.OPEN

    @property
    def is_native(self) -> bool:
        """Is it asked as a native poll too?

        Element Web and Element X Android cast one answer only, and everybody in the room can read
        who voted: nothing with several points, nothing secret. And MSC3381 knows no way to add an answer
        once somebody has voted: nothing that takes suggestions.
        """
        return (
            self.kind in {Kind.CHOICE, Kind.CONSENT}
            and self.most == 1
            and self.openness is not Openness.SECRET
            and not self.takes_suggestions
        )

    @property
    def takes_reactions(self) -> bool:
        """Do number reactions count? They would show the running sums of a hidden poll."""
        return self.openness is Openness.OPEN and self.kind not in {Kind.RESISTANCE, Kind.ROUND}


def parse_label(words: str) -> tuple[int | None, str]:
    """Read a poll's label at the beginning (``U2``, ``u 2``, ``#U-2``); return its number and the rest."""
    start = words.lstrip()
    found = _LABEL.match(start)
    return (int(found[1]), start[found.end() :].lstrip(" \t\n:,;.–-")) if found else (None, start)


def default_end(now: datetime, settings: Settings) -> datetime:
    """Return noon, in the group's zone, of the second working day after today (aware, UTC)."""
    day, left = now.astimezone(settings.zone).date(), END_DAYS
    while left:
        day += timedelta(days=1)
        left -= is_working_day(day, settings)
    return datetime.combine(day, END_HOUR, settings.zone).astimezone(UTC)


# --- number reactions ----------------------------------------------------------------------------

_KEYCAP: Final = "\ufe0f\u20e3"
_TEN: Final = "\U0001f51f"
_KEY: Final = re.compile(r"[0-9]{1,9}", re.ASCII)


def key_of(number: int) -> str:
    """Return the reaction that stands for an option: a keycap up to 10, from there on the bare number."""
    if number < 10:
        return f"{number}{_KEYCAP}"
    return _TEN if number == 10 else str(number)


def number_of(key: str) -> int | None:
    """Return the number that a reaction stands for; None if it is something else."""
    if key == _TEN:
        return 10
    bare = unicodedata.normalize("NFKC", key.replace("\ufe0f", "").replace("\u20e3", "")).strip()
    return int(bare) if _KEY.fullmatch(bare) else None


def answer_id(number: int) -> str:
    """Return the id of an option in the native poll."""
    return f"a{number}"


def number_of_answer(answer: str, poll: Poll) -> int | None:
    """Return the option that an answer id of the native poll stands for; None if it is none of this poll."""
    return next((number for number in poll.numbers if answer_id(number) == answer), None)
