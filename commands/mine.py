# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""One's own tasks, for one's own eyes; and a gentle word, by direct message, before they are due."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Final

from commands import dues, schedules, tasking
from commands.around import around, today
from commands.context import Context
from commands.router import Router
from config.texts import Text, text
from method.events import Message
from method.ids import PersonId, UserId
from method.items import Item
from method.schedules import Occurrence
from method.tasks import DUE, posts
from method.timers import Timer
from storage import groups, people, preferences, presence, tasks, timers
from storage import schedules as occurrences

router: Final = Router()


@router.command(
    "meins", "mine", "meine", "my",
    help=text("your own tasks (by direct message)"),
    example=text("!meins"),
    shows=True,
)  # fmt: skip
async def show(ctx: Context, message: Message, _args: None) -> None:
    """Show the person their own tasks, and nothing of others; what was asked in the room is answered alone."""
    person = await ctx.author()
    words = posts.own(_open(await tasking.all_of_group(ctx)), person, await around(ctx))
    if ctx.direct:
        await ctx.reply(words, to=message.event_id)
    else:
        await ctx.tell(ctx.user, words, asked=True)


@router.timer(DUE)
async def remind(ctx: Context, timer: Timer) -> None:
    """Tell whoever has a task, and works now, what of their own is due soon: all of this day in one message.

    Nobody with a pause is told; whoever is away or does not work now is told at their next working moment.
    """
    listed = _open(await tasking.all_of_group(ctx))
    item = next((one for one in listed if str(one.id) == timer.subject), None)
    person = tasking.of(item).owner if item else None
    member = (
        (await people.in_room(ctx.db, await ctx.group_room())).get(person) if person is not None else None
    )
    if item is None or person is None or member is None or tasking.of(item).due is None:
        return
    at = await schedules.moment_for(ctx, member.user_id)
    if at > ctx.now:
        await dues.later(ctx, timer.subject, at)
    elif not await preferences.wants_pause(ctx.db, member.user_id):
        day = str(await today(ctx))
        if not timer.nominal.startswith(day):
            # By a clock that was ahead it may have been said before.
            schedules.name_cause(ctx, timer, f"{timer.nominal}:{day}")
        theirs = [item, *await _also_today(ctx, person, member.user_id)]
        new = [one for one in posts.by_due(theirs) if await _is_told_now(ctx, one)]
        if new:
            subject = f"{tasks.reminder([one.id for one in new])}:post"
            await ctx.tell(member.user_id, posts.due_soon(new, await today(ctx)), subject=subject)


@router.names_days(DUE)
async def days(ctx: Context) -> list[tuple[date, Text]]:
    """Say on which days which tasks are due."""
    now, due = await today(ctx), defaultdict(list)
    for item in _open(await tasking.all_of_group(ctx)):
        day = tasking.of(item).due
        if day is not None and day >= now:
            due[day].append(str(item.label))
    return [(day, text("{tasks} due", tasks=", ".join(labels))) for day, labels in due.items()]


async def _also_today(ctx: Context, person: PersonId, user: UserId) -> list[Item]:
    """Return what else a person would be reminded of on this day, in any group; it is promised no more."""
    zone = (await presence.of_person(ctx.db, person)).zone or await ctx.zone()
    day, found = ctx.now.astimezone(zone).date(), []
    for group in await groups.of_member(ctx.db, user):
        promised = await timers.of_kind(ctx.db, group.id, DUE)
        waiting = {one.subject: one for one in promised if one.due_at.astimezone(zone).date() <= day}
        for item in _open(await tasking.all_of_group(ctx.for_group(group))) if waiting else ():
            if tasking.of(item).owner == person and str(item.id) in waiting:
                await timers.take(ctx.db, waiting[str(item.id)])
                found.append(item)
    return found


async def _is_told_now(ctx: Context, item: Item) -> bool:
    """Write down that its owner is reminded of this day; False: they were before."""
    name = occurrences.Name(item.group_id, DUE, str(item.id))
    due = tasking.of(item).due
    return due is not None and await occurrences.keep(ctx.db, name, Occurrence(due.isoformat(), ctx.now))


def _open(listed: list[Item]) -> list[Item]:
    return [item for item in listed if not tasking.of(item).is_done]
