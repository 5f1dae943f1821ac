# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The noise budget: what nobody asked for is said at most twice a day, the rest on the next working day.

Answers, results of what people asked for, edits, the check-in and the weekly letter do not count.
"""

from __future__ import annotations

from commands.context import Context
from method.budgets import MOST, next_day
from storage import unasked


async def may_speak(ctx: Context, kind: str, *, subject: str = "", nominal: str = "") -> bool:
    """May the group be told one more thing unasked today? Else the promise is made again for the next working day.

    Whoever is told yes says it now: it is counted.

    Args:
        ctx: of a timer.
        kind: the promise that is made again.
        subject: of the promise.
        nominal: of the promise.
    """
    settings = await ctx.settings()
    if await unasked.spent(ctx.db, ctx.group_id, ctx.now.astimezone(settings.zone).date()) >= MOST:
        await ctx.later(kind, next_day(ctx.now, settings), subject=subject, nominal=nominal)
        return False
    await spend(ctx)
    return True


async def spend(ctx: Context) -> None:
    """Count a post that nobody asked for and that cannot wait."""
    zone = (await ctx.settings()).zone
    await unasked.spend(ctx.db, ctx.group_id, ctx.now.astimezone(zone).date())
