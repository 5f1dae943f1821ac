# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reads a vote that is typed: "2 5 und B7", "0 3 10" for resistance, "keine" to withdraw."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from config.texts import Text, counted, text
from method.errors import Missing
from method.polls import AGREES, MOST_RESISTANCE, OBJECTS, Kind, Poll, number_of
from method.problems import is_yes
from method.words import fold, is_blank

#: What stands between numbers and says nothing; the letter of an entry may stand before its number.
_FILL: Final = frozenset(
    map(
        fold,
        (
            "und",
            "and",
            "u",
            "sowie",
            "auch",
            "nummer",
            "nr",
            "number",
            "option",
            "antwort",
            "answer",
            "punkte",
        ),
    )
)
_NOTHING: Final = frozenset(
    map(
        fold,
        (
            "keine",
            "keins",
            "nichts",
            "zurück",
            "zurückziehen",
            "0",
            "none",
            "nothing",
            "withdraw",
            "back",
            "Enthaltung",
            "enthalte mich",
            "ich enthalte mich",
            "abstain",
            "I abstain",
        ),
    )
)
_STANDS: Final = {
    **dict.fromkeys(
        map(
            fold,
            (
                "ja",
                "einverstanden",
                "ok",
                "okay",
                "ich bin einverstanden",
                "bin einverstanden",
                "ja gerne",
                "kein Einwand",
                "keine Einwände",
                "keinen Einwand",
                "ich habe keinen Einwand",
                "ich habe keine Einwände",
                "passt für mich",
                "passt mir",
                "für mich ok",
                "für mich okay",
                "bin dafür",
                "ich bin dafür",
                "yes",
                "agree",
                "I agree",
                "no objection",
                "no objections",
                "fine with me",
                "works for me",
            ),
        ),
        AGREES,
    ),
    **dict.fromkeys(map(fold, ("nein", "einwand", "no", "object", "objection", "veto")), OBJECTS),
}
_PIECE: Final = re.compile(r"[^\s,;+&/.()]+")
_LABELLED: Final = re.compile(r"#?[bi][- ]?(\d{1,9})", re.IGNORECASE | re.ASCII)
_LETTER: Final = re.compile(r"(?<!\w)#?([bi])[ ](?=\d)", re.IGNORECASE | re.ASCII)
#: More numbers than this are no vote.
_LONGEST: Final = 200


class NoVote(Missing):
    """A vote that cannot be counted; the answer takes its place."""

    def __init__(self, question: Text, poll: Poll) -> None:
        super().__init__(question, f"stimme {poll.label} {{}}")


def read_vote(words: str, poll: Poll) -> tuple[int, ...]:
    """Read the choices behind a poll's label; () withdraws. In a dot poll numbers are those of the entries.

    Raises:
        NoVote: a number is missing, unknown, or there are too many; the sentence carries an example.
    """
    chosen = _by_words(words, poll)
    if chosen is None and withdraws(words) and not (poll.kind is Kind.RESISTANCE and fold(words) == "0"):
        return ()
    if poll.kind is Kind.CONSENT and (stand := stand_of(words)) is not None:
        return (stand,)
    chosen = chosen or numbers(words, poll)
    if poll.kind is Kind.RESISTANCE:
        return _resistance(chosen, poll)
    if poll.kind is Kind.CONSENT and not (chosen and set(chosen) <= set(poll.numbers)):
        raise NoVote(text("Yes or no? No is an objection. Example: !stimme {poll} ja", poll=poll.label), poll)
    if not chosen:
        first = poll.numbers[0] if poll.numbers else 1
        raise NoVote(
            text("Which number? Example: !stimme {poll} {number}", poll=poll.label, number=first), poll
        )
    different = tuple(dict.fromkeys(chosen))
    unknown = next((number for number in different if number not in poll.numbers), None)
    if unknown is not None:
        raise NoVote(
            text(
                "{number} is none of the answers of {poll}. They are: {numbers}.",
                number=unknown,
                poll=poll.label,
                numbers=", ".join(map(str, poll.numbers)),
            ),
            poll,
        )
    if len(different) > poll.most:
        raise NoVote(
            counted(
                "In {poll} each person has {n} point. Which number? Example: !stimme {poll} {example}",
                "In {poll} each person has {n} points. Which numbers? Example: !stimme {poll} {example}",
                poll.most,
                poll=poll.label,
                example=" ".join(map(str, poll.numbers[: poll.most])),
            ),
            poll,
        )
    return different


def withdraws(words: str) -> bool:
    """Does somebody say that they choose nothing?"""
    return fold(words) in _NOTHING


def stand_of(words: str) -> int | None:
    """Return how somebody stands to a proposal who says nothing but that; None if it is something else."""
    return AGREES if is_yes(words) else _STANDS.get(fold(words))


def numbers(words: str, poll: Poll) -> tuple[int, ...] | None:
    """Return the numbers if there is nothing else: of a reply that is not, people are just talking.

    Labels of entries ("B7") count as the numbers of their options.
    """
    if len(words) > _LONGEST or is_blank(words):
        return None
    found: list[int] = []
    for piece in _PIECE.findall(_LETTER.sub(r"\1", words)):
        labelled = _LABELLED.fullmatch(piece)
        number = _of_label(piece, int(labelled[1]), poll) if labelled else number_of(piece)
        if number is not None:
            found.append(number)
        elif fold(piece) not in _FILL:
            return None
    return tuple(found) or None


def _of_label(label: str, number: int, poll: Poll) -> int | None:
    """Return the option of an entry; one that the poll does not have is told apart by a number that is none."""
    options = [option.number for option in poll.options if option.is_named(label)]
    return options[0] if len(options) == 1 else number if poll.kind is Kind.DOTS else None


def _by_words(words: str, poll: Poll) -> tuple[int, ...] | None:
    """Return the option whose words were typed; a number that is offered is that of an option, never its words."""
    if poll.kind is Kind.RESISTANCE or number_of(words.strip()) in poll.numbers:
        return None
    same = [option.number for option in poll.options if option.text and fold(option.text) == fold(words)]
    return tuple(same) if len(same) == 1 else None


def _resistance(values: Sequence[int] | None, poll: Poll) -> tuple[int, ...]:
    needed = len(poll.options)
    if values and len(values) == needed and max(values) <= MOST_RESISTANCE:
        return tuple(values)
    example = " ".join(
        str(value) for value, _ in zip((0, 3, 10, 5, 7, *([1] * needed)), poll.options, strict=False)
    )
    raise NoVote(
        text(
            "{poll} needs {count} numbers from 0 to 10, one for each answer. Example: !stimme {poll} {example}",
            poll=poll.label,
            count=needed,
            example=example,
        ),
        poll,
    )
