# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The working agreements of a group: one text that people accept; only how many do is ever said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from config.texts import Text, counted, joined, text
from method import boards
from method.ids import AgreementId, EventId, GroupId, OutboxId, PersonId
from method.words import brief, isolate

#: So many characters of them a newcomer is told.
SHORT: Final = 160

_SPACE: Final = " "


@dataclass(frozen=True, slots=True)
class Agreement:
    """One wording; a changed text is another one, which nobody has accepted yet."""

    id: AgreementId
    group_id: GroupId
    author: PersonId | None
    #: The message that wrote it; None after an import.
    source: EventId | None
    text: str
    #: The post of ours that asks for acceptance.
    post: OutboxId | None


def asked(words: str, *, again: bool = False) -> Text:
    """Return the post that shows the agreements and asks who accepts them.

    Args:
        words: the agreements.
        again: they had another wording before.
    """
    lines = [_said(words), _how()]
    if again:
        lines.append(text("The text has changed. Earlier 👍 no longer count. React once more."))
    return joined(lines)


def present(words: str, accepted: int) -> Text:
    """Show the agreements, and how many people accept them."""
    said = [_said(words)]
    if accepted:
        said.append(counted("{n} person agrees.", "{n} people agree.", accepted))
    return joined([joined(said, _SPACE), _how()])


def in_brief(words: str) -> Text:
    """Return the agreements in one line, for who does not know them yet."""
    said = text("Our working agreements: {text}", text=boards.sentence(brief(words, SHORT)))
    return joined([said, text("Read and accept them: !vereinbarung")], _SPACE)


def _said(words: str) -> Text:
    return text("Our working agreements: “{text}”", text=isolate(words))


def _how() -> Text:
    return text("Do you agree? React with 👍, or reply with “yes”.")
