# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a retro says: the questions, later in the same post the cards without names, and what is tackled first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, tzinfo
from typing import Final

from config.texts import Text, counted, joined, text, verbatim
from method.dates import written
from method.deadlines import moment_written
from method.items import Item, State
from method.polls import Poll
from method.retros import LINES, SHORT, Card, Retro, Topic, arranged, first
from method.retros.forms import Form
from method.tasks import Stage
from method.words import brief, fold, isolate

_SPACE: Final = " "
#: Bytes of UTF-8 that the cards of a post have: an edit is one message.
SHOWN_BYTES: Final = 12_000
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
    words = [verbatim(words) for words in _distinct(arranged(cards))]
    return [text("Not discussed yet: {words}.", words=joined(words, "; "))]


def cancelled() -> Text:
    """Say that a retro is over before its reveal."""
    return text("The retro is cancelled. The cards wait for the next one.")


def none() -> Text:
    """Say that there is nothing to reveal."""
    return text("Looking back (retro): there are no cards, so there is no vote.")


def revealed(topics: Sequence[Topic], form: Form, behind: Sequence[Text]) -> Text:
    """Show the cards without names, by question; ``behind`` are the lines that say how it goes on."""
    if not topics:
        return none()
    lines = [text("Looking back (retro). These are the cards, without names.")]
    size = 0
    for heading in (*form.headings, None):
        here = [topic for topic in topics if topic.heading is heading]
        if here:
            lines.append(heading.question if heading else text("Also:"))
        for topic in here:
            line = _line(topic)
            size += len(line.render("de").encode())
            if size > SHOWN_BYTES:
                return joined([*lines, text("and more"), *behind])
            lines.append(line)
    return joined([*lines, *behind])


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


def _line(topic: Topic) -> Text:
    lead, *others = _distinct(topic.cards)
    number = len(topic.cards)
    alike = [counted("{n} card", "{n} cards", number)] if number > 1 else []
    alike += [text("also: {words}", words=words) for words in others]
    origin = next((card.origin for card in topic.cards if card.origin is not None), None)
    if origin is not None:
        alike.append(text("from retro {number}", number=origin))
    line = verbatim(f"- {lead}")
    return text("{card} ({remarks})", card=line, remarks=joined(alike, "; ")) if alike else line


def _distinct(cards: Sequence[Card]) -> list[str]:
    """Return what cards say, the same words once."""
    said = {fold(card.text): _short(card.text) for card in reversed(cards)}
    return list(reversed(said.values()))


def _short(words: str) -> str:
    return isolate(brief(words, SHORT).rstrip(" .;"))
