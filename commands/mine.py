# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""One's own tasks, for one's own eyes; and a gentle word, by direct message, before they are due."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import Final

from commands import tasking
from commands.around import around, today
from commands.context import Context
from commands.router import Router
from config.texts import Text, text
from method.events import Message
from method.hours import is_working_day, working_moment
from method.items import Item
from method.tasks import posts
from method.timers import Timer
from storage import groups, outbox, people

router: Final = Router()

#: Who hears of what is due hears of it once a day, over all groups.
_SUBJECT: Final = "due"
_DAY: Final = timedelta(days=1)


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


@router.timer(tasking.DUE)
async def remind(ctx: Context, timer: Timer) -> None:
    """Tell each person what of their own is due soon: one message a day, in working time, to nobody with a pause.

    What has become due meanwhile is named too: nobody was told in time.
    """
    due_at = working_moment(ctx.now, await ctx.settings())
    if due_at > ctx.now:
        await ctx.later(tasking.DUE, due_at, nominal=timer.nominal)
        return
    here = await people.in_room(ctx.db, await ctx.group_room())
    # One that was put off tells what is due by now: it is the only one of this day.
    since = date.fromisoformat(timer.nominal)
    meant = max(since, await today(ctx))
    owners = {tasking.of(item).owner for item in (*await _due(ctx, meant), *await _missed(ctx, since))}
    for person, member in here.items():
        if person not in owners:
            continue
        subject = f"{_SUBJECT}:{await today(ctx)}:{person}"
        if await outbox.about(ctx.db, subject):
            continue
        soon: list[Item] = []
        missed: list[Item] = []
        for group in await groups.of_member(ctx.db, member.user_id):
            inside = ctx.for_group(group)
            soon += [item for item in await _due(inside, meant) if tasking.of(item).owner == person]
            missed += [item for item in await _missed(inside, since) if tasking.of(item).owner == person]
        if soon or missed:
            await ctx.tell(member.user_id, posts.due_soon(soon, missed), subject=subject)


@router.names_days(tasking.DUE)
async def days(ctx: Context) -> list[tuple[date, Text]]:
    """Say on which days which tasks are due."""
    now, due = await today(ctx), defaultdict(list)
    for item in _open(await tasking.all_of_group(ctx)):
        day = tasking.of(item).due
        if day is not None and day >= now:
            due[day].append(str(item.label))
    return [(day, text("{tasks} due", tasks=", ".join(labels))) for day, labels in due.items()]


async def _due(ctx: Context, meant: date) -> list[Item]:
    """Return the tasks of which to remind on this day: due by the next working day after it, and not over yet."""
    settings, now = await ctx.settings(), await today(ctx)
    last = meant + _DAY
    while not is_working_day(last, settings):
        last += _DAY
    found = _open(await tasking.all_of_group(ctx))
    return [item for item in found if (due := tasking.of(item).due) is not None and now <= due <= last]


async def _missed(ctx: Context, since: date) -> list[Item]:
    """Return the tasks whose day is over, and of which to remind on this day or later nobody was reminded."""
    settings, now = await ctx.settings(), await today(ctx)
    before = since - _DAY
    while not is_working_day(before, settings):
        before -= _DAY
    found = []
    for item in _open(await tasking.all_of_group(ctx)):
        task = tasking.of(item)
        told = task.due == since and await outbox.about(ctx.db, f"{_SUBJECT}:{before}:{task.owner}")
        if task.due is not None and since <= task.due < now and not told:
            found.append(item)
    return found


def _open(listed: list[Item]) -> list[Item]:
    return [item for item in listed if not tasking.of(item).is_done]
