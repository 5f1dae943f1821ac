# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Tell who joins a working group where it stands: alone, once, and nothing in the room."""

from __future__ import annotations

from typing import Final

from commands import charters
from commands.context import Context
from commands.router import Router
from method.events import Membership
from method.newcomers import welcome
from storage import agreements, items, newcomers, rooms

router: Final = Router()


@router.on(Membership)
async def joined(ctx: Context, change: Membership) -> bool:
    """Send one direct message to a person who was not in the group before.

    Those who were there when the bot came never join: they stand in the room's state.
    """
    if change.membership != "join" or change.previous == "join" or change.user_id == ctx.me:
        return False
    if ctx.direct or ctx.group is None or await rooms.of_group(ctx.db, ctx.group.id) != ctx.room.room_id:
        return False
    # When a room was replaced, its members come along; they are not new.
    elsewhere = await rooms.elsewhere(ctx.db, ctx.group_id, change.user_id, but=ctx.room.room_id)
    if elsewhere & {"join", "leave"}:
        return False
    if not await newcomers.greet(ctx.db, ctx.group_id, await ctx.author()):
        return False
    group = ctx.require_group()
    listed = await items.listing(ctx.db, group.id)
    agreed = await agreements.of_group(ctx.db, group.id)
    news = await charters.news(ctx)
    words = welcome(group.name, group.step, group.goal, listed, news, agreed=agreed.text if agreed else None)
    await ctx.tell(change.user_id, words)
    return True
