# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The five steps of the method (guide of the Regionales Integrationsnetzwerk Berlin)."""

from __future__ import annotations

from typing import Final

from config.texts import Text, joined, text

STEPS: Final = (
    text("Recognise barriers"),
    text("Make barriers concrete"),
    text("Work out solutions"),
    text("Build and test prototypes"),
    text("Improve and hand on good practice"),
)

#: What helps in each step.
HELPS: Final = (
    text(
        "What helps now: write down barriers (!barriere), tell examples of one’s own,"
        " put 👍 on what one knows too."
    ),
    text("What helps now: add examples (reply with +), invite other views, put 👍 on what is important."),
    text(
        "What helps now: write down ideas (!idee), name the barrier they answer (zu B1), put 👍 on good ones."
    ),
    text("What helps now: begin small, test with few people, write down what they say (reply with +)."),
    text("What helps now: write down what went well, improve the rest, show others the result."),
)


_ADD: Final = text("Take part: reply to an entry with + and the text.")
#: How to take part in each step; without entries only the first way is left.
_TAKE_PART: Final = (
    text("Take part: !barriere and then the text."), _ADD, text("Take part: !idee and then the text."), _ADD, _ADD,
)  # fmt: skip


def take_part(number: int, *, empty: bool) -> Text:
    """Say how to take part in a step; ``empty``: there is no entry to which one could add."""
    return _TAKE_PART[0 if empty else number - 1]


def step_line(number: int) -> Text:
    """Say in which step the group is; ``number`` counts from 1."""
    return text("Step {number} of {count}: {name}.", number=number, count=len(STEPS), name=STEPS[number - 1])


def helped(number: int) -> Text:
    """Say in which step the group is and what helps in it."""
    return joined([step_line(number), HELPS[number - 1]], " ")


def begun(number: int) -> Text:
    """Say that a step begins, and what helps in it."""
    begins = text(
        "Step {number} of {count} begins: {name}.", number=number, count=len(STEPS), name=STEPS[number - 1]
    )
    return joined([begins, HELPS[number - 1]], " ")


def stand(number: int, goal: Text | None, *news: Text) -> Text:
    """Say where the group stands and how to take part.

    Args:
        number: of the step, from 1.
        goal: a whole sentence.
        news: what is open and when the group meets next, whole sentences.
    """
    where = text(
        "We are in step {number} of {count}: {name}.", number=number, count=len(STEPS), name=STEPS[number - 1]
    )
    goals = [text("Goal: {goal}", goal=goal)] if goal else []
    return joined([where, *goals, *news, text("Take part: !board, !idee, !hilfe")], " ")
