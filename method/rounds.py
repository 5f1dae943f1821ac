# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""A round: everyone once before anyone twice, at their own pace, until a deadline."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from config.texts import Moment, Text, joined, text, verbatim
from method.appointments import read_time
from method.ids import EventId, MeetingId, OutboxId, PersonId, RoundId
from method.limits import within
from method.pages import REVEALED_BYTES, divided
from method.words import isolate

#: How long a round takes if nothing is said.
LASTS: Final = timedelta(minutes=15)
#: Characters of one answer.
ANSWER_LIMIT: Final = 500

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


def arranged(answers: Sequence[Answer]) -> list[Answer]:
    """Return the answers in an order that says nothing: everybody's first before anybody's second.

    Where others come, change or go, the order of those that are left stays: they need not change their message.
    """
    numbered = sorted(_numbered(answers), key=lambda one: (one[1], _drawn(one[0])))
    return [answer for answer, _ in numbered]


def _drawn(answer: Answer) -> str:
    """Return the lot of an answer."""
    return hashlib.sha256(answer.source.encode()).hexdigest()


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


def answered(question: str, answers: Sequence[Answer]) -> list[Text]:
    """Show what was said, and by nobody in particular: the words of our post, and of further messages."""
    if not answers:
        return [joined([_head(question, 1), text("There was no answer.")])]
    lines = ["- " + isolate(answer.text).replace("\n", "\n  ") for answer in answers]
    parts = list(divided(lines, REVEALED_BYTES))
    return [
        joined([_head(question, number), *map(verbatim, part), *_following(number, len(parts))])
        for number, part in enumerate(parts, 1)
    ]


def _head(question: str, number: int) -> Text:
    if number == 1:
        return text("Round: {question}", question=isolate(question))
    return text("Round, part {number}: {question}", number=number, question=isolate(question))


def _following(number: int, count: int) -> list[Text]:
    return [text("Continued in part {number}.", number=number + 1)] if number < count else []


def _numbered(answers: Sequence[Answer]) -> list[tuple[Answer, int]]:
    """Return each answer with how many the person had given before it."""
    given: Counter[PersonId] = Counter()
    numbered = []
    for answer in answers:
        numbered.append((answer, given[answer.person]))
        given[answer.person] += 1
    return numbered
