# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The questions a new group answers about itself, one after the other in one message."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from config.texts import Text, joined, text
from method import boards, charters
from method.charters import Charter, Choice
from method.words import fold


class Question(StrEnum):
    """What is asked; the order is that of the dialogue."""

    NAME = "name"
    GOAL = "goal"
    OCCASION = "occasion"
    ADDRESS = "address"
    TIMES = "times"
    STATE = "state"


#: Which choice a question fills in; the goal is none, it has a message of its own.
CHOICES: Final[dict[Question, Choice]] = {
    Question.NAME: charters.NAME,
    Question.OCCASION: charters.OCCASION,
    Question.ADDRESS: charters.ADDRESS,
    Question.TIMES: charters.HOURS,
    Question.STATE: charters.STATE,
}
_ORDER: Final = tuple(Question)
FIRST: Final = _ORDER[0]

_SKIPS: Final = frozenset(map(fold, ("weiter", "next", "skip", "überspringen")))
_ASKED: Final = {
    Question.NAME: text("What is the group called? Just write a reply to this message."),
    Question.GOAL: text(
        "What shall change, and for whom exactly? Example: Skilled people find work that fits their degree."
    ),
    Question.OCCASION: text("What is the occasion: a project, a committee, an event or a strategy?"),
    Question.STATE: text("Which federal state? I keep its public holidays. Example: Berlin"),
    Question.TIMES: text("When may I write by myself? Example: Mon to Fri, 8 to 18"),
}


def after(question: Question) -> Question | None:
    """Return the next question; None if this was the last."""
    return next(iter(_ORDER[_ORDER.index(question) + 1 :]), None)


def is_skip(words: str) -> bool:
    """Does an answer leave things as they are?"""
    return fold(words) in _SKIPS


def title(question: Question) -> Text:
    """Return the name of what is asked for."""
    return CHOICES[question].title if question in CHOICES else text("Goal")


def asked(question: Question, charter: Charter, goal: str | None) -> Text:
    """Return the message while this question is open.

    Args:
        question: the open question.
        charter: what the group has chosen so far.
        goal: what it wants to reach, so far.
    """
    lines = [_question(question)]
    present = _present(question, charter, goal)
    if present is not None:
        lines.append(text("Now: {value}", value=present))
    if question is FIRST:
        lines.append(text("After that I ask for: goal, occasion, address, hours, state."))
    lines.append(
        text(
            "Question {number} of {count}. To skip it: next. To go on later: !start",
            number=_ORDER.index(question) + 1,
            count=len(_ORDER),
        )
    )
    return joined(lines)


def done(charter: Charter) -> Text:
    """Return the message when everything is answered."""
    name = charter.name.rstrip(".")
    parts = [text("Finished.")]
    if name:
        parts.append(text("Name: {name}.", name=charters.NAME.show(Charter(name))))
    parts += [
        text("Address: {address}.", address=charters.ADDRESS.show(charter)),
        text("Hours: {times}.", times=charters.HOURS.show(charter)),
        text("To change it: !einstellung"),
    ]
    return joined(parts, " ")


def _question(question: Question) -> Text:
    if question is Question.ADDRESS:
        return text("Which form of address: {possible}?", possible=charters.ADDRESS.possible)
    return _ASKED[question]


def _present(question: Question, charter: Charter, goal: str | None) -> Text | None:
    """Return what is there already; None where nothing is."""
    if question is Question.GOAL:
        return boards.sentence(goal) if goal else None
    if question is Question.NAME and not charter.name:
        return None
    if question is Question.OCCASION and charter.settings.occasion is None:
        return None
    return CHOICES[question].show(charter)
