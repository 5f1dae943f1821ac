# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What every topic with a schedule does: promise its next moment, keep it when it is due, plan anew.

    @schedules.planned("letters.send")
    async def plans(ctx: Context) -> dict[str, Schedule]:
        "Return the group's schedules by subject."

    @router.timer("letters.send")
    async def send(ctx: Context, timer: Timer) -> None:
        due = await schedules.keep(ctx, timer, schedule, LETTER)   # promises the next one, first of all
        if due is None:  # too late for this one; what was missed is written down
            return
        ...  # due.occurrence is kept now; due.missed is named in what is said now, and never again

Whoever begins or changes a schedule calls ``promise``, whoever ends it ``stop``. What comes again by another rule
registers with ``anew`` and ``goes_on``.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from commands.context import Context
from method.hours import is_working_time, working_moment
from method.ids import UserId
from method.presence import next_moment
from method.schedules import Lateness, Occurrence, Schedule, due, next_occurrence
from method.timers import Timer
from storage import presence, schedules, timers
from storage.schedules import Known, Name

#: Returns a group's schedules of one kind by subject.
Plans = Callable[[Context], Awaitable[Mapping[str, Schedule]]]

_PLANS: Final[dict[str, Plans]] = {}

#: Plans anew what a group was promised of other kinds, each by a rule of its own.
Anew = Callable[[Context], Awaitable[None]]
_ANEW: Final[dict[Anew, frozenset[str]]] = {}

#: Says in our posts that a promise with this subject is kept at another time now.
Tells = Callable[[Context, str], Awaitable[None]]
_TELLS: Final[dict[str, Tells]] = {}

#: Goes on after a promise that could not be kept; False: nothing follows it, it has to be tried again.
GoesOn = Callable[[Context, Timer], Awaitable[bool]]
_GOES_ON: Final[dict[str, GoesOn]] = {}


@dataclass(frozen=True, slots=True)
class Kept:
    """A moment that is kept now."""

    occurrence: Occurrence
    #: Earlier ones that did not happen and were not named yet, the earliest first.
    missed: tuple[Occurrence, ...]


def planned(kind: str) -> Callable[[Plans], Plans]:
    """Register what returns the schedules of this kind: they are planned anew when clock or settings change.

    Raises:
        ValueError: there is one.
    """

    def register(plans: Plans) -> Plans:
        if _PLANS.setdefault(kind, plans) is not plans:
            raise ValueError(f"two functions plan {kind}")
        return plans

    return register


def moved(kind: str) -> Callable[[Tells], Tells]:
    """Register what our posts follow with where promises of this kind were planned for another time."""

    def register(tells: Tells) -> Tells:
        _TELLS[kind] = tells
        return tells

    return register


def anew(*kinds: str) -> Callable[[Anew], Anew]:
    """Register what plans promises of these kinds anew that have no ``Schedule``; nothing happens twice by it."""

    def register(plans: Anew) -> Anew:
        _ANEW[plans] = frozenset(kinds)
        return plans

    return register


def goes_on(*kinds: str) -> Callable[[GoesOn], GoesOn]:
    """Register what goes on when a promise of these kinds has failed too often."""

    def register(go_on: GoesOn) -> GoesOn:
        _GOES_ON.update(dict.fromkeys(kinds, go_on))
        return go_on

    return register


async def promise(
    ctx: Context, kind: str, schedule: Schedule, *, subject: str = "", after: datetime | None = None
) -> Occurrence:
    """Promise the next moment of a schedule instead of the one promised before; return it.

    One that is due already stays: whoever keeps it says what becomes of it.
    """
    return await _promise(ctx, schedule, await _known(ctx, kind, subject), kind, subject, after)


async def _known(ctx: Context, kind: str, subject: str) -> Known:
    return await schedules.known(ctx.db, Name(ctx.group_id, kind, subject), now=ctx.now)


async def _promise(
    ctx: Context, schedule: Schedule, done: Known, kind: str, subject: str, after: datetime | None = None
) -> Occurrence:
    found = next_occurrence(
        schedule, after or ctx.now, await ctx.settings(), kept=done.kept, missed=done.missed
    )
    promised = await timers.of_subject(ctx.db, ctx.group_id, kind, subject)
    for timer in promised:
        to_come = timer.due_at > ctx.now and timer.nominal not in done.waiting
        if to_come and (timer.nominal, timer.due_at) != (found.nominal, found.at):
            await timers.take(ctx.db, timer)
    if not any((timer.nominal, timer.due_at) == (found.nominal, found.at) for timer in promised):
        await ctx.later(kind, found.at, subject=subject, nominal=found.nominal)
    return found


async def keep(
    ctx: Context,
    timer: Timer,
    schedule: Schedule,
    lateness: Lateness,
    *,
    quietly: bool = False,
    names: bool = True,
) -> Kept | None:
    """Promise the next moment; return what is to be done now, None: nothing.

    Args:
        ctx: the context.
        timer: what has come due.
        schedule: as it is now.
        lateness: how late it may happen.
        quietly: it waits for working time; what was late by then is not counted as late.
        names: what is said now names what was missed; else ``untold`` says so later, until ``tell`` is called.
    """
    name = Name(ctx.group_id, timer.kind, timer.subject)
    settings = await ctx.settings()
    found = due(schedule, Occurrence(timer.nominal, timer.due_at), ctx.now, settings, lateness)
    await schedules.miss(ctx.db, name, found.missed)
    kept = found.kept
    if kept and quietly and not is_working_time(ctx.now, settings):
        if await schedules.wait(ctx.db, name, kept):
            again = working_moment(ctx.now, settings)
            await ctx.later(timer.kind, again, subject=timer.subject, nominal=kept.nominal)
        kept = None
    first = kept is not None and await schedules.keep(ctx.db, name, kept)
    if kept is not None:
        name_cause(ctx, timer, kept.nominal)
    done = await _known(ctx, timer.kind, timer.subject)
    await _promise(ctx, schedule, done, timer.kind, timer.subject)
    if kept is None or not first:
        return None
    if names and done.untold:
        await schedules.tell(ctx.db, name, now=ctx.now)
    return Kept(kept, done.untold if names else ())


async def untold(ctx: Context, kind: str, *, subject: str = "") -> tuple[Occurrence, ...]:
    """Return what was missed and not named yet, the earliest first."""
    return (await _known(ctx, kind, subject)).untold


async def tell(ctx: Context, kind: str, *, subject: str = "") -> None:
    """What was missed is named now."""
    await schedules.tell(ctx.db, Name(ctx.group_id, kind, subject), now=ctx.now)


def name_cause(ctx: Context, timer: Timer, nominal: str) -> None:
    """Name what is said after the moment that is kept: the promised one may come again if the clock was ahead."""
    if timer.nominal:
        ctx.cause = replace(timer, nominal=nominal).cause


async def stop(ctx: Context, kind: str, *, subject: str = "") -> None:
    """Promise nothing more; what was kept stays known, so that beginning anew on the same day doubles nothing."""
    await timers.cancel(ctx.db, ctx.group_id, kind, subject)


async def plan_anew(ctx: Context, kind: str | None = None) -> None:
    """Promise the next moments of the group's schedules again: clock, zone, holidays or working days are others."""
    for one, plans in _PLANS.items():
        if kind in (None, one):
            wanted = await plans(ctx)
            for timer in await timers.of_kind(ctx.db, ctx.group_id, one):
                if timer.subject not in wanted:
                    await timers.take(ctx.db, timer)
            for subject, schedule in wanted.items():
                before = await timers.of_subject(ctx.db, ctx.group_id, one, subject)
                await promise(ctx, one, schedule, subject=subject)
                if one in _TELLS and before != await timers.of_subject(ctx.db, ctx.group_id, one, subject):
                    await _TELLS[one](ctx, subject)
    if kind is None:
        for again in _ANEW:
            await again(ctx)


async def move(ctx: Context, timer: Timer, at: datetime) -> bool:
    """Let a promise be kept at another time; what is due already, or was put off, stays as it is (False)."""
    moves = min(timer.due_at, at) > ctx.now and timer.due_at != at and await timers.take(ctx.db, timer)
    if moves:
        await ctx.later(timer.kind, at, subject=timer.subject, nominal=timer.nominal)
    return moves


async def give_up(ctx: Context, timer: Timer) -> bool:
    """Keeping a promise has failed too often: if it comes again, note it as missed and go on with the next.

    Return False if it has to be tried again instead.
    """
    if timer.kind in _GOES_ON:
        return await _GOES_ON[timer.kind](ctx, timer)
    if timer.kind in _PLANS:
        name = Name(ctx.group_id, timer.kind, timer.subject)
        await schedules.miss(ctx.db, name, [Occurrence(timer.nominal, timer.due_at)])
        await plan_anew(ctx, timer.kind)
    return True


async def moment_for(ctx: Context, user: UserId) -> datetime:
    """Return the next moment at which a person may be told something: now, if they work and are not away."""
    return next_moment(ctx.now, await ctx.settings(), await presence.of_user(ctx.db, user))


def kinds() -> frozenset[str]:
    """Return the kinds of promises that are planned anew."""
    return frozenset(_PLANS).union(*_ANEW.values())
