# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Show and change what a group has chosen: its name, form of address, working times, receipts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Self

from commands import charters, checking
from commands.context import Context
from commands.router import Router
from config.texts import Text, joined, text, verbatim
from method.charters import ADDRESS, CHOICES, SPEAKERS, Charter, Choice, find
from method.errors import Missing, UserError
from method.events import Message
from method.items import Label
from method.settings import Address, Switch
from method.words import fold

router: Final = Router()

#: A name, and what comes behind it: "anrede du", "anrede: du", "anrede = du".
_NAMED: Final = re.compile(r"\s*([^\s:：=]+)\s*[:：=]?\s*(.*)", re.DOTALL)
_LANGUAGE: Final = frozenset(map(fold, ("sprache", "language", "sprachen", "languages")))


@dataclass(frozen=True, slots=True)
class Wanted:
    """A setting and the value it shall have; both may be missing."""

    name: str
    words: str

    @classmethod
    def read(cls, words: str, about: Label | None) -> Self:
        """Read the name of a setting and a value."""
        found = _NAMED.match(words)
        return cls(found[1], found[2].strip()) if found else cls("", "")


@router.command(
    "einstellung", "setting", "einstellungen", "settings", "config", "konfiguration",
    args=Wanted,
    usage=text("Name Value"),
    help=text("show and change the settings of the group"),
    example=text("!einstellung tage Mo-Fr"),
    sets=True,
)  # fmt: skip
async def setting(ctx: Context, message: Message, args: Wanted) -> None:
    """Show every setting, or one; the moderation also changes it."""
    if not args.name:
        await ctx.reply(_everything(ctx, await charters.present(ctx)), to=message.event_id)
    elif fold(args.name) in _LANGUAGE:
        await ctx.reply(_language(ctx), to=message.event_id)
    elif not args.words:
        choice = _named(args.name, ctx.language)
        present = await charters.present(ctx)
        shown = joined([choice.said(present), choice.advice()], ". ")
        await ctx.reply(shown, to=message.event_id)
    else:
        await _change(ctx, message, _named(args.name, ctx.language), args.words)


async def _change(ctx: Context, message: Message, choice: Choice, words: str) -> None:
    await ctx.require_moderation()
    try:
        new = choice.read(await charters.present(ctx), words)
    except UserError as mistake:
        question = joined([mistake.text, text("Just reply to this message.")], ". ")
        raise Missing(question, f"einstellung {choice.name} {{}}") from mistake
    before = await ctx.settings()
    await charters.choose(ctx, choice, new)
    said = joined([_saved(choice, new), *await checking.moved(ctx, before)], " ")
    await ctx.reply(said, to=message.event_id)
    if ctx.direct:
        # What holds for all is not changed behind their backs.
        await ctx.post(said)
    await charters.answered(ctx, choice=choice)


def _named(name: str, language: str) -> Choice:
    choice = find(name)
    if choice is None:
        names = ", ".join(one.english if language == "en" else one.name for one in CHOICES)
        raise UserError(text("There is no setting {name}. There are: {names}.", name=name[:30], names=names))
    return choice


def _everything(ctx: Context, charter: Charter) -> Text:
    return joined(
        [
            text("Settings of the group. The moderation changes them like this: !einstellung tage Mo-Fr"),
            *(choice.line(charter) for choice in CHOICES),
            _language(ctx),
        ]
    )


def _language(ctx: Context) -> Text:
    language, other = (
        (text("English"), "de") if ctx.require_group().language == "en" else (text("German"), "en")
    )
    return text("Language: {language} (to change it: !sprache {other})", language=language, other=other)


def _saved(choice: Choice, charter: Charter) -> Text:
    saved = text("Saved: {what}.", what=choice.said(charter))
    if choice is SPEAKERS and charter.settings.alternate is Switch.ON:
        how = text("Only sectors that were said in the room count. What was said in private changes nothing.")
        return joined([saved, how], " ")
    if choice is not ADDRESS:
        return saved
    address = charter.settings.address
    if address is Address.NEUTRAL:
        return joined([saved, text("From now on I address nobody directly.")], " ")
    word = verbatim("Sie") if address is Address.FORMAL else verbatim("du")
    return joined([saved, text("From now on I write “{word}”.", word=word)], " ")
