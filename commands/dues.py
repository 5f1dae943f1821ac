# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""When whoever has a task is reminded of its day: within their own working time, and not while they are away."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Final

from commands import schedules
from commands.around import today
from commands.context import Context
from method.ids import ItemId, PersonId
from method.items import Item, Kind, State
from method.tasks import DUE
from method.tasks.days import reminder_at
from method.tasks.posts import due_soon
from storage import groups, items, outbox, people, presence, tasks, timers
from storage import schedules as occurrences

#: A clock that is set back by less was not wrong when something was said: it stays said.
_WRONG: Final = timedelta(days=2)


async def promise(ctx: Context, item: Item, *, knows: bool = True) -> bool:
    """Promise to remind of a task that has a day and an owner, instead of what was promised before; tell if it will be.

    Args:
        ctx: in the task's group.
        item: the task.
        knows: its owner has dealt with it today; else nothing reminds them any more if this does not.
    """
    subject, task = str(item.id), item.task
    await timers.cancel(ctx.db, item.group_id, DUE, subject)
    if task is None or task.due is None or task.owner is None or task.is_done:
        return False
    own = await presence.of_person(ctx.db, task.owner)
    at = reminder_at(task.due, ctx.now, await ctx.settings(), own, knows=knows)
    if at is not None:
        await later(ctx, subject, at)
    return at is not None


async def follow(ctx: Context, person: PersonId) -> None:
    """Promise anew, in every group, what a person is to be reminded of: they have said other times or absences."""
    user = (await people.get(ctx.db, person)).user_id
    theirs = {str(item) for item in await tasks.of_person(ctx.db, person)}
    for group in await groups.of_member(ctx.db, user) if theirs else ():
        await _anew(ctx.for_group(group), theirs)


async def take_back(ctx: Context, item: Item) -> None:
    """Let no direct message say any more that a task is due soon: it is about to be withdrawn."""
    reminding = await tasks.reminding(ctx.db, item.id) if item.kind is Kind.TASK else {}
    for subject, named in reminding.items():
        others = [await items.by_id(ctx.db, one) for one in named if one != item.id]
        left = [one for one in others if one.state is State.OPEN and one.task and not one.task.is_done]
        unsent = [post for post in await outbox.about(ctx.db, f"{subject}:post") if post.state == "new"]
        for post in await outbox.take_back(ctx.db, subject):
            if left and post.target_id is None:
                language = await _language(ctx, left[0])
                day = _day(post.created_at, await ctx.zone())
                await ctx.edit(post.id, due_soon(left, day), room=post.room_id, language=language)
            else:
                await ctx.redact(post.id, room=post.room_id)
        theirs = [one for one in left if one.task and one.task.owner is not None]
        for post in unsent[:1] if theirs else ():
            # Nobody has seen it yet: it is said without the task.
            words = due_soon(theirs, _day(post.created_at, await ctx.zone()))
            again, language = tasks.reminder([one.id for one in theirs]), await _language(ctx, theirs[0])
            await ctx.post(words, room=post.room_id, language=language, subject=f"{again}:post")


async def come_back(ctx: Context, item: Item) -> None:
    """Promise to remind of a task that was withdrawn and is back: the message that reminded of it is deleted."""
    due = item.task.due if item.task else None
    if due is None or due < await today(ctx):
        return
    name = occurrences.Name(item.group_id, DUE, str(item.id))
    if await occurrences.is_kept(ctx.db, name, due.isoformat()):
        await occurrences.forget(ctx.db, name)
        await promise(ctx, item, knows=False)
    elif not await timers.of_subject(ctx.db, item.group_id, DUE, str(item.id)):
        # It was due while the task was gone.
        await promise(ctx, item)


def _day(moment: datetime, zone: tzinfo) -> date:
    """Return the local day on which something was said; of what was said long ago only the day of then is kept."""
    is_exact = moment.astimezone(UTC).time() != time.min
    return moment.astimezone(zone if is_exact else UTC).date()


async def _language(ctx: Context, item: Item) -> str:
    """Return the language in which whoever has a task is told of it alone."""
    owner = item.task.owner if item.task else None
    person = await people.get(ctx.db, owner) if owner is not None else None
    return (person and person.language) or (await groups.get(ctx.db, item.group_id)).language


@schedules.anew(DUE)
async def plan_anew(ctx: Context) -> None:
    """Promise the reminders of the group anew: its clock, holidays or working days are others."""
    await _anew(ctx)
    for subject in await occurrences.take_back(ctx.db, ctx.group_id, DUE, after=ctx.now + _WRONG):
        await promise(ctx, await items.by_id(ctx.db, ItemId(int(subject))), knows=False)


async def _anew(ctx: Context, only: set[str] | None = None) -> None:
    for timer in await timers.of_kind(ctx.db, ctx.group_id, DUE):
        if only is None or timer.subject in only:
            item, zone = await items.by_id(ctx.db, ItemId(int(timer.subject))), await ctx.zone()
            # Whom nothing was to remind today has taken it today.
            knows = timer.due_at.astimezone(zone).date() > ctx.now.astimezone(zone).date()
            if not (knows and await promise(ctx, item)):
                await promise(ctx, item, knows=False)


async def later(ctx: Context, subject: str, at: datetime) -> None:
    """Promise the reminder with this subject for then."""
    local = at.astimezone(await ctx.zone()).replace(tzinfo=None)
    await ctx.later(DUE, at, subject=subject, nominal=local.isoformat(timespec="minutes"))
