# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Find entries by a word, in what they say and in what was added to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

from commands.context import Context
from commands.router import Router
from config.texts import text
from method.errors import Missing, UserError
from method.events import Message
from method.items import Label
from method.search import near_topic, nothing, results, search
from method.words import fold, is_blank
from storage.search import entries

router: Final = Router()

#: Characters that are looked for; nobody searches for a whole page.
_LONGEST: Final = 200


@dataclass(frozen=True, slots=True)
class Wanted:
    """The words that are looked for."""

    words: str

    @classmethod
    def read(cls, words: str, about: Label | None) -> Self:
        """Read one word or several; a "#" does not matter."""
        if is_blank(words) or not fold(words).isalnum():
            raise Missing(text("Which word shall I look for? Just reply to this message."), "suche {}")
        return cls(words.strip()[:_LONGEST])


@router.command(
    "suche", "search", "suchen", "such", "finde", "finden", "find",
    args=Wanted,
    usage=text("word"),
    help=text("find entries"),
    example=text("!suche courses"),
)  # fmt: skip
async def look_for(ctx: Context, message: Message, args: Wanted) -> None:
    """Show the open entries in which the words occur, the best first."""
    everything = await entries(ctx.db, ctx.group_id)
    hits = search(args.words, everything)
    if not hits:
        on_board = [entry for entry in everything if not entry.parked]
        topics = dict.fromkeys(topic for entry in on_board for topic in entry.topics)
        raise UserError(nothing(args.words, near_topic(args.words, topics)))
    await ctx.reply(results(args.words, hits), to=message.event_id)
