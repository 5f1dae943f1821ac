# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Tell one person what is new since they last asked."""

from __future__ import annotations

from typing import Final

from commands import letters
from commands.context import Context
from commands.router import Router
from config.texts import text
from method import visits as rules
from method.events import Message
from storage import facts, visits

router: Final = Router()


@router.command(
    "stand", "news", "neues", "neuigkeiten", "new",
    help=text("what is new since you last asked (direct message)"),
    example=text("!stand"),
    shows=True,
)  # fmt: skip
async def news(ctx: Context, message: Message, _args: None) -> None:
    """Say by direct message what is new; only how far it went is remembered, not when."""
    known = await facts.of_group(ctx.db, ctx.require_group())
    person = await ctx.author()
    last = await visits.find(ctx.db, ctx.group_id, person)
    language = ctx.language if ctx.direct else (ctx.person and ctx.person.language) or ctx.language
    visit = last or rules.first(known, ctx.now)
    words = rules.news(known, visit, ctx.now, language, known=last is not None)
    await visits.save(ctx.db, ctx.group_id, person, rules.now(known))
    if ctx.direct:
        await ctx.reply(words)
        return
    await ctx.tell(ctx.user, words, language=language, asked=True)
    await letters.told_privately(ctx, message.event_id)
