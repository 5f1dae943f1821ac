# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""People's mistakes, as one clear sentence or one question."""

from __future__ import annotations

from config.texts import Text


class UserError(Exception):
    """Something a person can put right; its text becomes the reply."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.message)
        self.text = text


class Missing(UserError):  # noqa: N818 -- no error: half a command
    """One thing is missing; the answer to the question completes what was typed.

    Args:
        question: what is asked, one question.
        line: the command line without "!", with "{}" (its first occurrence) where the answer goes.
        word: a word is asked for while the text is there; else it is the text, or a label.
    """

    def __init__(self, question: Text, line: str, *, word: bool = False) -> None:
        super().__init__(question)
        self.line = line
        self._word = word

    @property
    def kind(self) -> str:
        """What is asked for: "text", "label" (other answers are just talk) or "word"."""
        if self.asks_for_text:
            return "text"
        return "word" if self._word else "label"

    @property
    def asks_for_text(self) -> bool:
        """Is the answer the text itself? Then what comes of it belongs to the answer."""
        return not _without_topics(self.line.partition("{}")[2])


class Suggestion(Missing):
    """Something close is known; 👍 by the same person runs ``line``, which has no blank."""

    @property
    def kind(self) -> str:
        """How it is answered: by 👍."""
        return "suggestion"


def _without_topics(words: str) -> str:
    return " ".join(word for word in words.split() if not word.startswith("#"))
