# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a retro says: the questions, what became of the last one, and what is tackled first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, tzinfo
from typing import Final

from config.texts import Text, counted, joined, text, verbatim
from method.dates import written
from method.deadlines import moment_written
from method.items import Item, State
from method.pages import weight
from method.polls import Poll
from method.retros import LINES, SHORT, Card, Retro, Topic, arranged, first
from method.retros.forms import Form
from method.retros.reveals import distinct
from method.tasks import Stage
from method.words import brief, isolate

_SPACE: Final = " "
#: What was not discussed is named up to this length; the reveal shows it in any case.
_CARRIED_BYTES: Final = 4_000
_COUNTS: Final = {3: text("Three questions:"), 4: text("Four questions:")}


def asked(retro: Retro, reveal: datetime, now: datetime, zone: tzinfo, before: Sequence[Text]) -> Text:
    """Ask; ``before`` are the lines about the last retro, which come first."""
    head = (
        text("Looking back (retro).")
        if retro.sprint is None
        else text("Looking back (retro) on sprint {number}.", number=retro.sprint)
    )
    question = joined(
        [
            *questions(retro.form),
            text("Answer to this message or by direct message, {example}", example=retro.form.example),
            text("I show no names."),
            text("Vote on {moment}.", moment=moment_written(reveal, now, zone)),
        ],
        _SPACE,
    )
    if not before:
        return joined([head, question], _SPACE)
    return joined([joined([head, text("First what became of the last one:")], _SPACE), *before, question])


def questions(form: Form) -> list[Text]:
    """Return the questions, as sentences."""
    return [_COUNTS[len(form.headings)], *(heading.question for heading in form.headings)]


def in_letter(retro: Retro, reveal: datetime, now: datetime, zone: tzinfo) -> Text:
    """Return the line of the weekly letter about a retro that takes cards."""
    return joined(
        [
            text("Looking back (retro):"),
            *(heading.question for heading in retro.form.headings),
            text("Answers until {moment}.", moment=moment_written(reveal, now, zone)),
            text("By direct message: retro schwierig and then the text."),
        ],
        _SPACE,
    )


def became(item: Item, today: date) -> Text:
    """Say what became of an action of the last retro; nobody is named."""
    label, task = str(item.label), item.task
    if item.state is State.WITHDRAWN or task is None:
        return text("{label} was dropped.", label=label)
    words = isolate(brief(item.text or "", SHORT).rstrip(" .;"))
    if task.is_done:
        return text("{label} {words}: done.", label=label, words=words)
    stage = text("blocked") if task.stage is Stage.BLOCKED else text("open")
    if task.due is None:
        return text("{label} {words}: {stage}.", label=label, words=words, stage=stage)
    return text(
        "{label} {words}: {stage}, by {day}.",
        label=label,
        words=words,
        stage=stage,
        day=written(task.due, today),
    )


def carried(cards: Sequence[Card]) -> list[Text]:
    """Name what got no point last time: one line, or none."""
    if not cards:
        return []
    words = distinct(arranged(cards))
    if sum(map(weight, words)) > _CARRIED_BYTES:
        return [counted("Not discussed yet: {n} card.", "Not discussed yet: {n} cards.", len(cards))]
    return [text("Not discussed yet: {words}.", words=joined(list(map(verbatim, words)), "; "))]


def cancelled() -> Text:
    """Say that a retro is over before its reveal."""
    return text("The retro is cancelled. The cards wait for the next one.")


def vote(poll: Poll, now: datetime, zone: tzinfo) -> Text:
    """Say which poll is about the cards."""
    return text(
        "Vote: {poll}, until {moment}.", poll=poll.label, moment=moment_written(poll.ends_at, now, zone)
    )


def to_copy(topics: Sequence[Topic], day: date) -> list[Text]:
    """Return the lines that make tasks, and how to take one at once."""
    lines = [
        text("To copy: !aufgabe {words} bis {day}", words=isolate(topic.words), day=f"{day.day}.{day.month}.")
        for topic in topics[:LINES]
    ]
    return (
        [*lines, text("Or 🙋 on this message: the first free line becomes one’s own task.")] if lines else []
    )


def result(poll: Poll, topics: Sequence[Topic], points: Mapping[int, int], day: date, *, left: int) -> Text:
    """Return the message at the end of the vote; ``left`` are the cards that come up again."""
    found = first(topics, points)
    lines = [text("{poll} has ended. Nobody has voted.", poll=poll.label)]
    if found:
        sums = [verbatim(f"{isolate(topic.words)} ({number})") for topic, number in found]
        lines = [text("Most points: {option}.", option=joined(sums, ", "))]
        lines += to_copy([topic for topic, _ in found], day)
    if left:
        lines.append(
            counted(
                "{n} card without a point comes up again next time.",
                "{n} cards without a point come up again next time.",
                left,
            )
        )
    return joined(lines)
