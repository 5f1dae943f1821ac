# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Lines of any length as messages: pages that fit; those of a board with digests that tell whether they are new."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from config.texts import Moment, Text, joined, text
from method.steps import step_line

#: Keeps the group's board up to date (``commands/boards``).
BOARD_UPDATE: Final = "board.update"
#: Makes a new message of the board: the history of the old one holds what was deleted (``commands/boards``).
BOARD_RENEWAL: Final = "board.renewal"
#: So long a change waits for further ones; the board is edited no more often.
BOARD_PAUSE: Final = timedelta(seconds=10)

#: A page is at most so long, in bytes of JSON in ASCII: that is what is encrypted (which adds a third), and an
#: edit holds it twice. With both it stays below the 64 KiB of an event (spec, "Size limits").
PAGE_BYTES: Final = 16 * 1024
#: The number of our post among the messages with what is revealed.
FIRST: Final = 1
#: What is revealed (cards of a retro, answers of a round) is at most so long in a message, as ``weight`` counts: an
#: edit holds it twice.
REVEALED_BYTES: Final = 12_000
#: Of these the head needs at most so many.
_HEAD: Final = 512

_SPACE: Final = " "


@dataclass(frozen=True, slots=True)
class Page:
    """One message."""

    body: str
    #: The same for the same words, whatever the moment in the head.
    digest: str


def pages(lines: Sequence[Text], step: int, at: Moment, language: str) -> list[Page]:
    """Divide the lines of a board into messages, each with a head.

    The first page says since when the board is as it is, so its digest is one of all pages.
    """
    written = [line.render(language) for line in lines]
    parts = list(divided(written, PAGE_BYTES - _HEAD))
    count = len(parts)
    found = []
    for number, part in enumerate(parts, 1):
        head = _head(number, count, step, at).render(language)
        words = [step_line(step).render(language), *written] if number == 1 else part
        found.append(Page("\n".join([head, *part]), _digest([f"{number} {count} {language}", *words])))
    return found


def weight(line: str) -> int:
    """Return the bytes of a line as PAGE_BYTES counts them, with the line break behind it."""
    # The quotation marks around it are as long as the line break.
    return len(json.dumps(line))


def _head(number: int, count: int, step: int, at: Moment) -> Text:
    if number > 1:
        return text("Board, page {number} of {count}.", number=number, count=count)
    if count > 1:
        head = text("Board, page 1 of {count}, as of {moment}.", count=count, moment=at)
    else:
        head = text("Board as of {moment}.", moment=at)
    return joined([head, step_line(step)], _SPACE)


def divided(lines: Sequence[str], most: int) -> Iterator[list[str]]:
    """Yield the lines for each message; together they weigh at most so much. Without lines there is one message."""
    part: list[str] = []
    left = most
    for line in lines:
        for piece in _pieces(line, most):
            heavy = weight(piece)
            if heavy > left:
                yield part
                part, left = [], most
            part.append(piece)
            left -= heavy
    yield part


def _pieces(line: str, most: int) -> Iterator[str]:
    """Yield the line; one that no page could hold (thousands of emoji) in halves."""
    if weight(line) <= most:
        yield line
    else:
        middle = len(line) // 2
        yield from _pieces(line[:middle], most)
        yield from _pieces(line[middle:], most)


def _digest(words: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(words).encode()).hexdigest()[:32]
