# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Answers that people add to a poll: "+ Mentoring" in reply to it."""

from __future__ import annotations

from typing import Final

from config.texts import text
from method.errors import UserError
from method.events import Message
from method.polls import OPTION_LIMIT, Kind, Option, Poll
from method.polls.ballots import is_late
from method.polls.flags import Present
from method.polls.words import answer_twice
from method.words import brief, is_blank

_PLUS: Final = "+"


def is_suggestion(reply: Message, poll: Poll) -> bool:
    """Does a reply add an answer?"""
    is_over = not poll.is_open or is_late(reply.received_at, poll, reply.sent_at)
    return begins_as_one(reply.body) and poll.takes_suggestions and not is_over


def begins_as_one(body: str) -> bool:
    """May it be a suggestion? "+1" is none: it says that somebody agrees with the question."""
    return body.startswith(_PLUS) and body.strip() != f"{_PLUS}1"


def words_of(body: str) -> str:
    """Return the words of a suggestion.

    Raises:
        UserError: there are none, or too many.
    """
    words = " ".join(body.strip().removeprefix(_PLUS).split())
    if is_blank(words) or len(words) > OPTION_LIMIT:
        raise UserError(text("One more answer: reply with + and the text."))
    return words


def suggested(words: str, poll: Poll, present: Present) -> Option:
    """Return the answer that somebody suggests for an open poll; its number is given by who keeps it.

    Raises:
        UserError: it is there already, or it is no day that can be meant.
    """
    if poll.kind is not Kind.DATE:
        if any(option.text and option.text.casefold() == words.casefold() for option in poll.options):
            raise UserError(answer_twice(words))
        return Option(0, words)
    zone = present.settings.zone
    found = present.read_date(words)
    if found is None:
        raise UserError(text("I do not know this day: {day}. Example: Mi 15:00", day=brief(words)))
    if found.at <= present.now if found.timed else found.day < present.now.astimezone(zone).date():
        raise UserError(text("{day} is over. Which day is meant? Example: Mi 15:00", day=brief(words)))
    if any((option.at, option.whole_day) == (found.at, not found.timed) for option in poll.options):
        raise UserError(answer_twice(words))
    return Option(0, "", at=found.at, whole_day=not found.timed)
