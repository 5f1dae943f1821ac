# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What somebody who joins a working group is told, alone and once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from config.texts import Text, joined, text, verbatim
from method import agreements, boards
from method.items import Listed
from method.steps import step_line
from method.words import isolate

#: So many entries of the board are shown, if there is room for them.
ENTRIES: Final = 3
#: Nobody has asked for the message: it has no more lines (rule R19).
LINES: Final = 6


def welcome(
    name: str,
    step: int,
    goal: str | None,
    listed: Sequence[Listed],
    news: Sequence[Text] = (),
    *,
    agreed: str | None = None,
) -> Text:
    """Say where the group stands and what one can do now; no names, at most six lines.

    Args:
        name: the group's; may be empty.
        step: of the method, from 1.
        goal: what the group wants to reach.
        listed: the open entries of its board.
        news: what is open and when the group meets next, whole sentences.
        agreed: its working agreements.
    """
    hello = (
        text("Hello, I am the bot of the group “{name}”.", name=verbatim(isolate(name)))
        if name
        else text("Hello, I am the bot of the group.")
    )
    lines = [joined([hello, step_line(step)], " ")]
    if goal:
        lines.append(text("Goal: {goal}", goal=boards.sentence(goal)))
    if agreed:
        lines.append(agreements.in_brief(agreed))
    last = [joined(list(news), " ")] if news else []
    last.append(
        text(
            "Three things to begin with: Read everything: !board. Write something down: !barriere and then the text."
            " See what I store: !datenschutz"
        )
    )
    lines += boards.highlights(listed, min(ENTRIES, LINES - len(lines) - len(last)))
    return joined([*lines, *last])
