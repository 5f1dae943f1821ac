# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The noise budget: what nobody asked for is said at most twice a day, the rest on the next working day.

Places are kept for what has its time: a third post of a day is a review that waits, never a meeting without its
reminder. What cannot wait asks ``take_place``; if there is none left, it goes into a post that is there, or is the
first of the next working day. All else asks ``may_speak``.

Only the board that is said anew after something was deleted does not wait: privacy goes before quiet. It is counted
(``count``), but takes no place that is kept: such a day has more posts, those of the board in the night.

It does not count what somebody has asked for, by name and with its time: ``!erinnere``, the result of a poll at its
end, the reveal of a retro that somebody has begun, the core problem that holds after its day, an anonymous entry at
its hour, the card and the calendar file of the next meeting of a series. Nor do answers, edits, the board that follows
what people write, the check-in and the weekly letter.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from typing import Final

from commands.context import Context
from method.budgets import MOST, Rank, next_day
from method.timers import Timer
from storage import timers, unasked

#: Returns how many posts of a kind are still to come on a day, of what is promised for it.
Posts = Callable[[Context, Sequence[Timer]], Awaitable[int]]
_COMING: Final[dict[str, tuple[Rank, Posts]]] = {}


def coming(kind: str, rank: Rank) -> Callable[[Posts], Posts]:
    """Register what says how many posts of a kind are to come today: they have their place before later ranks.

    Raises:
        ValueError: there is one.
    """

    def register(posts: Posts) -> Posts:
        if _COMING.setdefault(kind, (rank, posts)) != (rank, posts):
            raise ValueError(f"two functions count {kind}")
        return posts

    return register


async def may_speak(
    ctx: Context,
    kind: str,
    *,
    subject: str = "",
    nominal: str = "",
    rank: Rank = Rank.MAY_WAIT,
) -> bool:
    """May the group be told one more thing unasked today? Else the promise is made again for the next working day.

    Whoever is told yes says it now: it is counted.

    Args:
        ctx: of a timer.
        kind: the promise that is made again.
        subject: of the promise.
        nominal: of the promise.
        rank: what comes later today and is of an earlier rank keeps its place.
    """
    if await take_place(ctx, rank):
        return True
    await ctx.later(kind, next_day(ctx.now, await ctx.settings()), subject=subject, nominal=nominal)
    return False


async def take_place(ctx: Context, rank: Rank = Rank.CANNOT_WAIT) -> bool:
    """Is there a place left today for what is said now? Then it is counted."""
    if await _left(ctx, rank) < 1:
        return False
    await unasked.spend(ctx.db, ctx.group_id, await _today(ctx))
    return True


async def count(ctx: Context, posts: int) -> None:
    """Count what is said now whether there is a place or not; what has its time today keeps its own."""
    for _ in range(min(posts, await _left(ctx, Rank.MAY_WAIT))):
        await unasked.spend(ctx.db, ctx.group_id, await _today(ctx))


async def _left(ctx: Context, rank: Rank) -> int:
    """Return how many places of today are neither taken nor kept."""
    day = await _today(ctx)
    return MOST - await unasked.spent(ctx.db, ctx.group_id, day) - await _kept(ctx, day, rank)


async def _kept(ctx: Context, day: date, rank: Rank) -> int:
    """Return how many places are kept today for what comes later and is of an earlier rank."""
    zone, kept = await ctx.zone(), 0
    for kind, (theirs, posts) in _COMING.items():
        if theirs < rank:
            promised = await timers.of_kind(ctx.db, ctx.group_id, kind)
            kept += await posts(ctx, [one for one in promised if one.due_at.astimezone(zone).date() <= day])
    return kept


async def _today(ctx: Context) -> date:
    return ctx.now.astimezone(await ctx.zone()).date()
