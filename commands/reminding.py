# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""When reminders come: promised, said, planned anew, and gone on with after one that could not be said."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from commands import schedules
from commands.context import Context
from config.texts import Moment
from method import reminders as rules
from method.deadlines import moment_written
from method.hours import working_moment
from method.ids import PersonId, ReminderId
from method.presence import ALWAYS
from method.reminders import FORGET, KEPT, SAY, TELL, Reminder
from method.schedules import REMINDER, Occurrence, instant
from method.settings import Settings
from method.timers import Timer
from storage import groups, people, presence, reminders, timers
from storage import schedules as kept
from storage.schedules import Name

_HOUR: Final = timedelta(hours=1)


async def settings_of(ctx: Context, person: PersonId | None) -> Settings:
    """Return the group's settings, with the own zone of who is reminded alone."""
    settings = await ctx.settings()
    own = await presence.of_person(ctx.db, person) if person is not None else ALWAYS
    return replace(settings, zone=own.zone or settings.zone)


async def promise(ctx: Context, reminder: Reminder, at: datetime) -> datetime:
    """Promise to remind, and nothing else of this reminder; return when it will be."""
    settings = await settings_of(ctx, reminder.alone)
    await stop(ctx, reminder)
    due_at = rules.due_at(reminder, at, settings)
    await ctx.later(reminder.kind, due_at, subject=str(reminder.id), nominal=_nominal(at, settings))
    return due_at


async def stop(ctx: Context, reminder: Reminder) -> None:
    """Promise nothing more about a reminder."""
    for kind in (TELL, SAY, FORGET):
        await timers.cancel(ctx.db, reminder.group_id, kind, str(reminder.id))


async def late(ctx: Context, found: Reminder, timer: Timer) -> Moment | None:
    """Return what time was meant, if that is over for longer than a reminder may be late."""
    settings = await settings_of(ctx, found.alone)
    meant = rules.passed(found, timer.nominal, ctx.now, settings)[-1]
    is_late = not REMINDER.allows(ctx.now - rules.due_at(found, meant, settings))
    return moment_written(meant, ctx.now, settings.zone) if is_late else None


async def keep(ctx: Context, found: Reminder, timer: Timer) -> list[Moment]:
    """Note that a reminder is said now, and promise the next time; return those that could not be said."""
    if found.rule is None:
        await ctx.later(FORGET, ctx.now + KEPT, subject=timer.subject)
        return []
    settings = await settings_of(ctx, found.alone)
    name = Name(ctx.group_id, timer.kind, timer.subject)
    *missed, meant = rules.passed(found, timer.nominal, ctx.now, settings)
    schedules.name_cause(ctx, timer, _nominal(meant, settings))
    await kept.miss(ctx.db, name, [Occurrence(_nominal(one, settings), one) for one in missed])
    await kept.keep(ctx.db, name, Occurrence(_nominal(meant, settings), meant))
    await promise(ctx, found, await _next(ctx, found))
    told = await kept.tell(ctx.db, name, now=ctx.now)
    return [moment_written(one.at, ctx.now, settings.zone) for one in told]


@schedules.goes_on(SAY, TELL)
async def go_on(ctx: Context, timer: Timer) -> bool:
    """Go on with the next time of a reminder that cannot be said now; one for once is tried until it is said."""
    found = await reminders.find(ctx.db, ReminderId(int(timer.subject)))
    if found is None:
        return True
    if found.rule is None:
        return False
    name = Name(ctx.group_id, timer.kind, timer.subject)
    missed = Occurrence(timer.nominal, _due(found, timer, await settings_of(ctx, found.alone)))
    await kept.miss(ctx.db, name, [missed])
    await promise(ctx, found, await _next(ctx, found))
    return True


@schedules.anew(SAY, TELL)
async def plan_anew(ctx: Context) -> None:
    """Let each reminder come when it is meant by the clock, the zone and the holidays of now."""
    for kind in (SAY, TELL):
        for timer in await timers.of_kind(ctx.db, ctx.group_id, kind):
            if timer.due_at > ctx.now:
                await _plan_anew(ctx, timer)


async def follow(ctx: Context, person: PersonId) -> None:
    """Remind a person alone at the same local time: they have another zone now."""
    user = (await people.get(ctx.db, person)).user_id
    theirs = {str(one.id) for one, _ in await reminders.coming_for(ctx.db, person) if one.private}
    for group in await groups.of_member(ctx.db, user) if theirs else ():
        for timer in await timers.of_kind(ctx.db, group.id, TELL):
            if timer.subject in theirs:
                await _plan_anew(ctx.for_group(group), timer)


async def _plan_anew(ctx: Context, timer: Timer) -> None:
    found = await reminders.find(ctx.db, ReminderId(int(timer.subject)))
    if found is None:
        return
    settings = await settings_of(ctx, found.alone)
    meant = _instant(timer.nominal, settings)
    if meant is None:
        return
    if meant <= ctx.now:
        # It waits for working time, or is tried once more.
        soon = working_moment(ctx.now, settings)
        if timer.due_at > soon + _HOUR and await timers.take(ctx.db, timer):
            await ctx.later(timer.kind, soon, subject=timer.subject, nominal=timer.nominal)
        return
    at = await _next(ctx, found) if found.rule else meant
    due_at = rules.due_at(found, at, settings)
    same = (_nominal(at, settings), _nominal(due_at, settings))
    # By the minute: one in an hour has seconds.
    if (timer.nominal, _nominal(timer.due_at, settings)) != same:
        await promise(ctx, found, at)


async def _next(ctx: Context, found: Reminder) -> datetime:
    """Return when a reminder that comes again is next meant and was not said yet, by whatever clock."""
    settings = await settings_of(ctx, found.alone)
    name = Name(found.group_id, found.kind, str(found.id))
    at = rules.next_at(found, ctx.now, settings)
    while at is not None and await kept.is_kept(ctx.db, name, _nominal(at, settings)):
        at = rules.next_at(found, at, settings)
    if at is None:
        raise LookupError("this reminder was for once")
    return at


def _due(found: Reminder, timer: Timer, settings: Settings) -> datetime:
    """Return when the reminder was due at first: one that has failed was put off."""
    meant = _instant(timer.nominal, settings) if timer.attempts else None
    return timer.due_at if meant is None else rules.due_at(found, meant, settings)


def _instant(nominal: str, settings: Settings) -> datetime | None:
    """Return the instant of a local time that names a promise; None: it has no such name."""
    if not nominal:
        return None
    local = datetime.fromisoformat(nominal)
    return instant(local.date(), local.time(), settings.zone)


def _nominal(at: datetime, settings: Settings) -> str:
    return at.astimezone(settings.zone).replace(tzinfo=None).isoformat(timespec="minutes")
