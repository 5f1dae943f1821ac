# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a person decides for themselves: their name at entries, and whether the bot may speak first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

from commands.context import Context
from commands.router import Router
from config.texts import Text, text
from method.errors import UserError
from method.events import Message
from method.items import Label
from method.words import fold, is_blank
from storage import preferences

router: Final = Router()

_ON: Final = frozenset(map(fold, ("an", "on", "ein", "ja", "yes")))
_OFF: Final = frozenset(map(fold, ("aus", "off", "ab", "nein", "no", "ende", "end")))


def _is_switch(words: str) -> bool:
    return fold(words) in _ON | _OFF


@dataclass(frozen=True, slots=True)
class Switch:
    """On or off; None where nothing was said."""

    on: bool | None

    @classmethod
    def read(cls, words: str, about: Label | None) -> Self:
        """Read one word."""
        if is_blank(words):
            return cls(None)
        if not _is_switch(words):
            raise UserError(text("I understand an and aus. Example: pause aus"))
        return cls(fold(words) in _ON)


@router.command(
    "name", "name", "namen",
    args=Switch,
    usage=text("an"),
    help=text("show your name at your entries, or not (direct message only)"),
    example=text("!name an"),
    needs_group=False,
    personal=_is_switch,
    sets=True,
)  # fmt: skip
async def name(ctx: Context, message: Message, args: Switch) -> None:
    """Let the person's name stand beside their entries, or not any more."""
    if not ctx.direct:
        await ctx.tell(ctx.user, _by_direct_message(text("!name an")), asked=True)
        return
    if args.on is not None:
        await preferences.switch(ctx.db, await ctx.author(), "name", on=args.on)
    if args.on or (args.on is None and await _is_on(ctx, "name")):
        words = text("Name on: !zeige names who wrote your entries. Off again: name aus")
    else:
        words = text("Name off: no entry shows who wrote it. On: name an")
    await ctx.reply(words)


@router.command(
    "pause", "pause", "stumm",
    args=Switch,
    usage=text("an"),
    help=text("I write nothing to you unasked (direct message only)"),
    example=text("!pause an"),
    needs_group=False,
    personal=_is_switch,
    sets=True,
)  # fmt: skip
async def pause(ctx: Context, message: Message, args: Switch) -> None:
    """Write nothing to the person unasked, until they say otherwise."""
    if not ctx.direct:
        await ctx.tell(
            ctx.user, text("That works by direct message to me: {word}", word=text("!pause an")), asked=True
        )
        return
    on = args.on is not False
    await preferences.switch(ctx.db, await ctx.author(), "pause", on=on)
    await ctx.reply(_paused() if on else text("The pause is over. Sometimes I write by myself again."))


async def _is_on(ctx: Context, which: preferences.Name) -> bool:
    return ctx.person is not None and await preferences.is_on(ctx.db, ctx.person.id, which)


def _paused() -> Text:
    return text("Pause: I write nothing here unasked. I answer every command. End: pause aus")


def _by_direct_message(word: Text) -> Text:
    return text("That works by direct message to me: {word}", word=word)
