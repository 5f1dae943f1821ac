# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""A round: everyone once before anyone twice, at their own pace, until a deadline."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from random import Random
from typing import Final

from config.texts import Moment, Text, joined, text, verbatim
from method.appointments import read_time
from method.ids import EventId, MeetingId, OutboxId, PersonId, RoundId
from method.limits import within
from method.words import isolate

#: How long a round takes if nothing is said.
LASTS: Final = timedelta(minutes=15)
#: Characters of one answer, and of all that one post shows (bytes of UTF-8).
ANSWER_LIMIT: Final = 500
SHOWN_BYTES: Final = 12_000

_UNTIL: Final = re.compile(r"(?:bis|until)\s+", re.IGNORECASE)
_LAST_UNTIL: Final = re.compile(
    r"[\s,;]+(?:bis|until)\s+(?P<time>\d{1,2}(?:[:.]\d{2}(?:\s?(?:uhr|h))?|\s?(?:uhr|h)))\.?$",
    re.IGNORECASE | re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Round:
    """One question to everybody."""

    id: RoundId
    meeting_id: MeetingId
    question: str
    closes_at: datetime
    closed: bool
    #: Our post that asks.
    card: OutboxId | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What one person said to it."""

    person: PersonId
    text: str
    source: EventId


def read_round(words: str) -> tuple[str, time | None]:
    """Read the question, and the deadline at its beginning or end ("bis 15:30")."""
    begins = _UNTIL.match(words)
    if begins:
        at, rest = read_time(words[begins.end() :])
        if at is not None:
            return rest, at
    ends = _LAST_UNTIL.search(words)
    at = read_time(ends["time"])[0] if ends else None
    return (words[: ends.start()].strip(), at) if ends and at is not None else (words.strip(), None)


def checked(words: str) -> str:
    """Return an answer.

    Raises:
        UserError: it is longer than ANSWER_LIMIT.
    """
    return within(words, ANSWER_LIMIT)


def waiting(answers: Sequence[Answer], present: Collection[PersonId]) -> list[Answer]:
    """Return the answers that wait: a second one until everybody present has given the first, and so on.

    Args:
        answers: in the order in which they came.
        present: who is expected to answer.
    """
    given = Counter(answer.person for answer in answers)
    everyone = min((given[person] for person in present), default=0)
    return [answer for answer, before in _numbered(answers) if before > everyone]


def arranged(answers: Sequence[Answer], chance: Random) -> list[Answer]:
    """Return the answers in random order: everybody's first before anybody's second."""
    numbered = _numbered(answers)
    chance.shuffle(numbered)
    return [answer for answer, _ in sorted(numbered, key=lambda one: one[1])]


def asked(question: str, closes_at: Moment) -> Text:
    """Ask everybody."""
    return joined(
        [
            text("Round: {question}", question=isolate(question)),
            text("Everyone gets one turn before anyone gets a second one."),
            text(
                "Reply to this message. Without a name: by direct message, runde and then the text."
                " End: {time}.",
                time=closes_at,
            ),
            text("Afterwards the answers stand here without names."),
        ]
    )


def answered(question: str, answers: Sequence[Answer]) -> Text:
    """Show what was said, and by nobody in particular."""
    lines = [text("Round: {question}", question=isolate(question))]
    size = 0
    for answer in answers:
        line = "- " + isolate(answer.text).replace("\n", "\n  ")
        size += len(line.encode())
        if size > SHOWN_BYTES:
            lines.append(text("and more"))
            break
        lines.append(verbatim(line))
    return joined(lines if answers else [*lines, text("There was no answer.")])


def _numbered(answers: Sequence[Answer]) -> list[tuple[Answer, int]]:
    """Return each answer with how many the person had given before it."""
    given: Counter[PersonId] = Counter()
    numbered = []
    for answer in answers:
        numbered.append((answer, given[answer.person]))
        given[answer.person] += 1
    return numbered
