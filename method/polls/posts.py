# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""A poll as it is asked: question, numbered options, points, end, and how to vote on any client."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import Final

from config.texts import Text, counted, joined, text, verbatim
from method.deadlines import moment_written
from method.polls import Kind, Openness, Option, Poll
from method.polls.results import full_name
from method.words import isolate

_SPACE: Final = " "
_POINTS: Final = {
    2: text("Two points per person."),
    3: text("Three points per person."),
}


def asked(poll: Poll, *, now: datetime, zone: tzinfo) -> Text:
    """Return the text of a poll: complete for clients without polls, and before anybody votes."""
    lines = [text("{poll}: {question}", poll=poll.label, question=isolate(poll.question or ""))]
    if poll.kind not in (Kind.CONSENT, Kind.ROUND):
        lines += [numbered(poll, option, now=now, zone=zone) for option in poll.options]
    lines.append(
        joined([*_rules(poll), text("End: {time}.", time=moment_written(poll.ends_at, now, zone))], _SPACE)
    )
    lines.append(how(poll))
    lines += openly(poll)
    if poll.takes_suggestions:
        lines.append(text("One more answer: reply with + and the text."))
    return joined(lines)


def running(polls: Sequence[Poll], *, now: datetime, zone: tzinfo) -> Text:
    """List the polls that are open."""
    if not polls:
        return text("No poll is open. Example: !umfrage Was zuerst?; Lotsin; Profil")
    lines = [
        text(
            "{poll}: {question} End: {time}.",
            poll=poll.label,
            question=isolate(poll.question or ""),
            time=moment_written(poll.ends_at, now, zone),
        )
        for poll in polls
    ]
    return joined([text("Open polls:"), *lines])


def numbered(poll: Poll, option: Option, *, now: datetime, zone: tzinfo) -> Text:
    """Return one line of the list of options: "2: Lotsin"; of an entry "B2 …", whose number is that of the vote."""
    name = full_name(option, now, zone)
    if poll.kind is Kind.DOTS and option.is_named(f"B{option.number}") | option.is_named(f"I{option.number}"):
        return name
    return joined([verbatim(f"{option.number}:"), name], _SPACE)


def _rules(poll: Poll) -> list[Text]:
    if poll.kind is Kind.DATE:
        return [text("Choose all days that suit.")]
    if poll.kind is Kind.RESISTANCE:
        return [
            text("How much speaks against it? One number for each answer."),
            text("0 is nothing, 10 is very much. The lowest sum wins."),
        ]
    if poll.kind is Kind.CONSENT and poll.openness is Openness.SECRET:
        return [text("Yes is agreement, no is an objection. One objection blocks.")]
    if poll.kind in (Kind.CONSENT, Kind.ROUND):
        return []
    if poll.most in _POINTS:
        return [_POINTS[poll.most]]
    return [counted("{n} point per person.", "{n} points per person.", poll.most)]


def how(poll: Poll) -> Text:
    """Say how to vote."""
    choice = text("yes") if poll.kind is Kind.CONSENT else verbatim(_SPACE.join(map(str, example(poll))))
    if poll.kind is Kind.ROUND:
        return text("Reply to this message. At the end the answers stand here without names.")
    if poll.openness is Openness.SECRET:
        return text(
            "This vote is secret. Vote by direct message to me: stimme {poll} {example}."
            " I show only the sum and delete afterwards who has voted.",
            poll=poll.label,
            example=choice,
        )
    if poll.kind is Kind.CONSENT and not poll.takes_reactions:
        return text("Reply with yes, or with the objection in one sentence. One objection blocks.")
    if poll.kind is Kind.CONSENT:
        return text("👍 I agree, ✋ objection. Objections in one sentence as a reply. One objection blocks.")
    if poll.native is not None:
        return text(
            "The poll cannot be tapped here? Then: !stimme {poll} {example}", poll=poll.label, example=choice
        )
    if poll.takes_reactions:
        return text(
            "Tap the numbers under this message. Or: !stimme {poll} {example}",
            poll=poll.label,
            example=choice,
        )
    return text("Reply with the numbers. Or: !stimme {poll} {example}", poll=poll.label, example=choice)


def openly(poll: Poll) -> list[Text]:
    """Say before the vote what hidden and secret mean."""
    if poll.openness is Openness.HIDDEN:
        return [
            text(
                "Hidden means: results only at the end. It is not secret: technically it is visible who voted how."
                " For secret votes: add the word geheim."
            )
        ]
    if poll.openness is Openness.SECRET:
        return [text("A secret vote cannot be changed: I do not know which one it was.")]
    return []


def example(poll: Poll) -> tuple[int, ...]:
    """Return numbers with which somebody could vote."""
    if poll.kind is Kind.RESISTANCE:
        return tuple(
            value for value, _ in zip((0, 3, 10, 5, 7, *(1,) * len(poll.options)), poll.options, strict=False)
        )
    if poll.most == 1:
        return poll.numbers[1:2]
    # As in the vocabulary: the first and the third.
    return (
        poll.numbers[: 2 * poll.most - 1 : 2]
        if len(poll.numbers) >= 2 * poll.most - 1
        else poll.numbers[: poll.most]
    )
