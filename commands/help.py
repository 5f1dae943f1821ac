# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Explain the commands that exist: the most important ones, all of them, or one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Self

from commands.context import Context
from commands.router import Command, Router
from config.texts import Text, joined, text, verbatim
from method.charters import DAYS, HOURS, find
from method.errors import UserError
from method.events import Message
from method.help import MORE
from method.items import Label
from method.words import fold

#: What a group needs every week; the rest stands under "alles".
_IMPORTANT: Final = ("barriere", "idee", "entscheidung", "ergänzen", "board")
#: What people write between the parts of a word.
_DIVIDED: Final = re.compile(r"[\s\-\u2010\u2011]+")
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
    command = _meant(everything, word)
    if command is None:
        return _setting(word, language)
    lines = [_line(command, language)]
    if command.example:
        lines.append(text("Example: {example}", example=command.example))
    lines += MORE.get(command.name, ())
    others = [f"!{other}" for other in command.words() if other != command.word(language)]
    if others:
        lines.append(text("Also: {words}", words=", ".join(others)))
    if command.power_level:
        lines.append(text("In a group only the moderation can do that."))
    return joined(lines)


def _meant(everything: Router, word: str) -> Command | None:
    """Find the command with this word, however it is divided ("check-in"); of several words the first counts."""
    known = everything.folded()
    first = word.split(maxsplit=1)[0]
    tries = (word, _DIVIDED.sub("", word), first, _DIVIDED.sub("", first))
    return next((known[fold(one)] for one in tries if fold(one) in known), None)


def _setting(word: str, language: str) -> Text:
    """Lead to the setting that people call so.

    Raises:
        UserError: there is none.
    """
    choice = find(word) or find(word.split(maxsplit=1)[0])
    if choice is None:
        raise UserError(text("I do not know the command {word}. All commands: !hilfe alles", word=word[:30]))
    name = choice.english if language == "en" else choice.name
    lines = [text("{word} is a setting of the group: !einstellung {name}", word=word[:30], name=name)]
    if choice in (DAYS, HOURS):
        lines.append(text("Only for oneself: !meinezeit"))
    return joined(lines)


def _line(command: Command, language: str) -> Text:
    word = verbatim(f"!{command.word(language)}")
    usage = joined([word, command.usage], separator=" ") if command.usage else word
    return joined([usage, command.help], separator=": ")
