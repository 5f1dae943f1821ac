# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Choose a language: one's own in direct messages, the group's in the group."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Final, Self

from commands.context import Context
from commands.router import Router
from config.texts import DEFAULT_LANGUAGE, Text, text
from method.errors import Missing, UserError
from method.events import Message
from method.items import Label
from method.words import fold, is_blank
from storage import changes, groups, people

router: Final = Router()

#: How people call the languages.
_LANGUAGES: Final = {
    fold(word): language
    for language, words in {
        "de": ("de", "deutsch", "german", "ger", "d"),
        "en": ("en", "englisch", "english", "eng", "e"),
    }.items()
    for word in words
}


@dataclass(frozen=True, slots=True)
class Choice:
    """A language."""

    language: str

    @classmethod
    def read(cls, words: str, about: Label | None) -> Self:
        """Read the language's name or code."""
        if is_blank(words):
            raise Missing(text("Which language? Reply with de for German or en for English."), "sprache {}")
        language = _LANGUAGES.get(fold(words))
        if language is None:
            raise UserError(text("I can write German and English. Example: !sprache en"))
        return cls(language)


@router.command(
    "sprache", "language", "sprachen", "languages",
    args=Choice,
    usage=text("en"),
    help=text("choose German or English"),
    example=text("!sprache en"),
    needs_group=False,
    personal=lambda words: fold(words) in _LANGUAGES,
    sets=True,
)  # fmt: skip
async def language(ctx: Context, message: Message, args: Choice) -> None:
    """Set the person's language in a direct message, the group's in a group."""
    if ctx.direct:
        await people.set_language(ctx.db, await ctx.author(), args.language)
        if ctx.person is not None:
            ctx.person = replace(ctx.person, language=args.language)
        await ctx.reply(_mine(ctx, args.language), to=message.event_id)
        return
    group = ctx.require_group()
    await ctx.require_moderation()
    if args.language != group.language:
        author = await ctx.author()
        await changes.add(
            ctx.db, group.id, author, "language", now=ctx.now, before=json.dumps(group.language)
        )
        await groups.set_language(ctx.db, group.id, args.language)
        ctx.group = replace(group, language=args.language)
    await ctx.reply(_ours(args.language), to=message.event_id)


def _mine(ctx: Context, chosen: str) -> Text:
    group = ctx.group.language if ctx.group else DEFAULT_LANGUAGE
    if chosen == "en" and group == "de":
        return text("Saved. I write to you in English in direct messages. The group stays German.")
    if chosen == "de" and group == "en":
        return text("Saved. In direct messages I write German. The group stays English.")
    if chosen == "en":
        return text("Saved. I write to you in English in direct messages.")
    return text("Saved. In direct messages I write German.")


def _ours(chosen: str) -> Text:
    if chosen == "en":
        return text("Saved. In this group I write English. To go back: !sprache de")
    return text("Saved. In this group I write German.")
