# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Count who knows a barrier too: a 👍 on its message, or on a post of the bot about it."""

from __future__ import annotations

from typing import Final

from commands import entries
from commands.context import Context
from commands.router import Router
from method.events import Reaction, Redaction
from method.items import Kind, State
from storage import items, supports

#: The key without skin tone and variation selector.
SUPPORT: Final = "👍"

router: Final = Router()


@router.on(Reaction)
async def supported(ctx: Context, reaction: Reaction) -> bool:
    """Remember the support of one person, once; one's own item needs none."""
    if reaction.key != SUPPORT or reaction.sender == ctx.me:
        return False
    item = await items.by_event(ctx.db, reaction.target)
    if item is None or item.state is State.WITHDRAWN or item.kind is Kind.TASK:
        # At a task a 👍 means that one takes it.
        return False
    if await entries.of_group(ctx, item.group_id) is None or entries.is_author(ctx, item.author):
        return False
    await supports.add(ctx.db, item.id, await ctx.author(), reaction.event_id)
    return True


@router.on(Redaction)
async def withdrawn(ctx: Context, redaction: Redaction) -> bool:
    """Forget a support whose reaction was taken back, by the person or by somebody who may delete."""
    found = await supports.by_event(ctx.db, redaction.target)
    if found is None:
        return False
    item_id, supporter = found
    own = ctx.person is not None and ctx.person.id == supporter
    here = not ctx.direct and (await items.by_id(ctx.db, item_id)).group_id == ctx.room.group_id
    if own or (here and (await ctx.powers()).may_redact_others(redaction.sender)):
        await supports.remove(ctx.db, redaction.target)
    return True
