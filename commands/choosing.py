# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Choose the group that direct messages are about, where a person is in several."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

from commands.context import Context
from commands.router import Router
from config.texts import Text, joined, text, verbatim
from method.errors import Missing, UserError
from method.events import Message
from method.items import Label
from method.words import fold, is_blank, isolate
from storage import groups, people
from storage.groups import Group

router: Final = Router()

#: "Gruppe 2", "Nr. 2".
_BEFORE: Final = re.compile(r"(?:gruppe|group|nummer|number|nr|no)\.?\s+(?=\S)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Wanted:
    """The number or the name of a group; which one it is depends on the person."""

    words: str

    @classmethod
    def read(cls, words: str, about: Label | None) -> Self:
        """Keep the words."""
        return cls("" if is_blank(words) else words.strip())


@router.command(
    "gruppe", "group", "gruppen", "groups",
    args=Wanted,
    usage=text("2"),
    help=text("choose the group that direct messages are about (direct message only)"),
    example=text("!gruppe 2"),
    needs_group=False,
    sets=True,
)  # fmt: skip
async def group(ctx: Context, message: Message, args: Wanted) -> None:
    """Say which group direct messages are about, and let the person choose another."""
    if not ctx.direct:
        await ctx.tell(
            ctx.user, text("Here, in a direct message to me, it works like this: gruppe"), asked=True
        )
        return
    mine = await groups.of_member(ctx.db, ctx.user)
    if not mine:
        raise UserError(NONE)
    if not args.words and len(mine) > 1:
        raise Missing(which(mine), "gruppe {}")
    chosen = await choose(ctx, args.words) if args.words else mine[0]
    ctx.group = chosen
    words = text("Direct messages are about the group “{name}” now.", name=verbatim(isolate(chosen.name)))
    await ctx.reply(words, to=message.event_id)


def which(mine: Sequence[Group]) -> Text:
    """Ask which of a person's groups is meant."""
    names = [verbatim(f"{i}: {one.name}") for i, one in enumerate(mine, 1)]
    question = text("Which group is meant? Just answer with the number. To change it later: gruppe")
    return joined([question, *names])


async def choose(ctx: Context, answer: str) -> Group:
    """Remember which group the person means in direct messages.

    Raises:
        UserError: there is no such group.
    """
    mine = await groups.of_member(ctx.db, ctx.user)
    found = _named(mine, answer)
    if found is None and len(mine) == 1:
        only = text("I do not know this group. There is only this one:")
        raise UserError(joined([only, verbatim(f"1: {mine[0].name}")]))
    if found is None:
        raise UserError(text("I do not know this group. Answer with a number from 1 to {n}.", n=len(mine)))
    await people.set_group(ctx.db, await ctx.author(), found.id)
    ctx.person = await people.get(ctx.db, await ctx.author())
    return found


def _named(mine: Sequence[Group], answer: str) -> Group | None:
    whole = answer.strip().rstrip(".:")
    named = next((one for one in mine if fold(one.name) == fold(whole)), None)
    if named is not None:
        return named
    word = _BEFORE.sub("", whole, count=1)
    if word.isascii() and word.isdigit():
        return mine[int(word) - 1] if 0 < int(word) <= len(mine) else None
    return next((one for one in mine if fold(one.name) == fold(word)), None)


#: A direct message of somebody who is in no group with us.
NONE: Final = text("We share no group yet. Invite me into the group's room first.")
