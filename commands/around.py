# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What it takes to show tasks: the names of those who are in the group's room, and its today."""

from __future__ import annotations

from datetime import date

from commands.contents import shown_name
from commands.context import Context
from method.tasks.posts import Around
from storage import people


async def around(ctx: Context) -> Around:
    """Return whom the group's posts may name, and the local day."""
    here = await people.in_room(ctx.db, await ctx.group_room())
    return Around({person: shown_name(member) for person, member in here.items()}, await today(ctx))


async def today(ctx: Context) -> date:
    """Return the group's local day."""
    return ctx.now.astimezone(await ctx.zone()).date()
