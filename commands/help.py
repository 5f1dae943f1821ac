# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Explain the commands that exist: the most important ones, all of them, or one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

from commands.context import Context
from commands.router import Command, Router
from config.texts import Text, joined, text, verbatim
from method.errors import UserError
from method.events import Message
from method.items import Label
from method.words import fold

#: What a group needs every week; the rest stands under "alles".
_IMPORTANT: Final = ("barriere", "idee", "entscheidung", "ergänzen", "board")
_ALL: Final = frozenset(map(fold, ("alles", "alle", "all", "everything")))


@dataclass(frozen=True, slots=True)
class Topic:
    """The word that is to be explained; empty for the most important commands."""

    word: str

    @classmethod
    def read(cls, words: str, about: Label | None) -> Self:
        """Read one word, with or without "!"."""
        return cls(words.strip().lstrip("!！").strip())


def router_about(everything: Router) -> Router:
    """Return the router of the help command, which explains the commands of ``everything``."""
    router = Router()

    @router.command(
        "hilfe", "help", "hilf", "?", "befehle", "befehl", "commands",
        args=Topic,
        help=text("explain the commands"),
        example=text("!hilfe barriere"),
        needs_group=False,
        shows=True,
    )  # fmt: skip
    async def explain(ctx: Context, message: Message, args: Topic) -> None:
        """Explain what is asked for."""
        if not args.word:
            words = _important(everything, ctx.language)
        elif fold(args.word) in _ALL:
            words = _everything(everything, ctx.language)
        else:
            words = _one(everything, args.word, ctx.language)
        await ctx.reply(words, to=message.event_id)

    return router


def _important(everything: Router, language: str) -> Text:
    commands = [command for command in everything.commands if command.name in _IMPORTANT]
    return joined(
        [
            text("The most important commands:"),
            *(_line(command, language) for command in commands),
            text("To change an entry: edit or delete your own message."),
            text("👍 on an entry: I know this too, or I am in favour. Every client shows who it was."),
            text("I understand no voice messages and no pictures."),
            text("All commands: !hilfe alles"),
        ]
    )


def _everything(everything: Router, language: str) -> Text:
    return joined(
        [
            text("All commands, also in a direct message to me:"),
            *(_line(command, language) for command in everything.commands),
            text("Reply to an entry with + and a text: add to it."),
        ]
    )


def _one(everything: Router, word: str, language: str) -> Text:
    command = everything.folded().get(fold(word))
    if command is None:
        raise UserError(text("I do not know the command {word}. All commands: !hilfe alles", word=word[:30]))
    lines = [_line(command, language)]
    if command.example:
        lines.append(text("Example: {example}", example=command.example))
    others = [f"!{other}" for other in command.words() if other != command.word(language)]
    if others:
        lines.append(text("Also: {words}", words=", ".join(others)))
    if command.power_level:
        lines.append(text("In a group only the moderation can do that."))
    return joined(lines)


def _line(command: Command, language: str) -> Text:
    word = verbatim(f"!{command.word(language)}")
    usage = joined([word, command.usage], separator=" ") if command.usage else word
    return joined([usage, command.help], separator=": ")
