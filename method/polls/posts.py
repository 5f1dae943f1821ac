# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""A poll as it is asked: question, numbered options, points, end, and how to vote on any client."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import Final

from config.texts import Text, counted, joined, text, verbatim
from method.boards import closed
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
    return joined([text("Open polls:"), *(in_short(poll, now=now, zone=zone) for poll in polls)])


def in_short(poll: Poll, *, now: datetime, zone: tzinfo) -> Text:
    """Return an open poll as one line: the question and the end."""
    return text(
        "{poll}: {question} End: {time}.",
        poll=poll.label,
        question=closed(isolate(poll.question or "")),
        time=moment_written(poll.ends_at, now, zone),
    )


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
    if poll.most == 1 and poll.kind is not Kind.DOTS:
        return [text("1 vote per person.")]
    return [counted("{n} point per person.", "{n} points per person.", poll.most)]


def example(poll: Poll) -> Text:
    """Return what may stand behind "stimme U1"."""
    if poll.kind is Kind.ROUND:
        return text("Text")
    return text("yes") if poll.kind is Kind.CONSENT else verbatim(_SPACE.join(map(str, _example(poll))))


def how(poll: Poll) -> Text:
    """Say how to vote."""
    if poll.kind is Kind.ROUND:
        return joined(
            [_how_to_answer(poll), text("At the end all answers stand here without names.")], _SPACE
        )
    if poll.openness is Openness.SECRET:
        return text(
            "This vote is secret. Vote by direct message to me: stimme {poll} {example}."
            " I show only the sum and delete afterwards who has voted.",
            poll=poll.label,
            example=example(poll),
        )
    if poll.kind is Kind.CONSENT and not poll.takes_reactions:
        return text("Reply with yes, or with Einwand and the reason. One objection blocks.")
    if poll.kind is Kind.CONSENT:
        return text(
            "👍 I agree, ✋ objection. The reason as a reply: Einwand and then the text. One objection blocks."
        )
    if poll.native is not None:
        return text(
            "The poll cannot be tapped here? Then: !stimme {poll} {example}",
            poll=poll.label,
            example=example(poll),
        )
    if poll.takes_reactions:
        return text(
            "Tap the numbers under this message. Or: !stimme {poll} {example}",
            poll=poll.label,
            example=example(poll),
        )
    return text(
        "Reply with the numbers. Or: !stimme {poll} {example}", poll=poll.label, example=example(poll)
    )


def _how_to_answer(poll: Poll) -> Text:
    if poll.openness is Openness.SECRET:
        return text(
            "This round is secret. Answer by direct message to me: stimme {poll} Text."
            " I do not keep whose answer it is.",
            poll=poll.label,
        )
    if poll.openness is Openness.HIDDEN:
        return text("Answer by direct message to me: stimme {poll} Text.", poll=poll.label)
    return text(
        "Reply to this message: everybody sees it with the name."
        " Without a name: by direct message to me, stimme {poll} Text.",
        poll=poll.label,
    )


def openly(poll: Poll) -> list[Text]:
    """Say before the vote what hidden and secret mean."""
    if poll.kind is Kind.ROUND and poll.openness is Openness.SECRET:
        return [text("A secret answer cannot be changed: I do not know which one it was.")]
    if poll.kind is Kind.ROUND and poll.openness is Openness.HIDDEN:
        return [
            text(
                "Hidden means: I know until the end whose answer it is, then I delete that."
                " For secret answers: add the word geheim."
            )
        ]
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


def _example(poll: Poll) -> tuple[int, ...]:
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
