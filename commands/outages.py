# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What becomes of a meeting whose time has passed while the bot was away, or only by a clock that was wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from commands import cards, planning, upcoming
from commands import schedules as planner
from commands.context import Context
from method.events import Message
from method.hours import working_moment
from method.ids import MeetingId
from method.meetings import BEGIN, END, LASTS, LOOK, REMIND, REPORT, SWEEP, Meeting, Stage
from method.plans import MINUTES
from method.schedules import Occurrence, instant
from method.timers import Timer
from storage import agendas, meetings, plans, schedules, timers
from storage.schedules import Name

#: A promise that is kept so much later shows that the bot was away.
AWAY: Final = timedelta(minutes=5)
#: So long after it is back, what was written meanwhile is waited for.
_CATCH_UP: Final = timedelta(minutes=5)
#: A meeting whose time has come waits so long for another one to end.
_AGAIN: Final = timedelta(minutes=15)
#: People begin a meeting so long before its time.
_EARLY: Final = timedelta(minutes=30)


async def begin(ctx: Context, timer: Timer) -> None:
    """Let an announced meeting begin whose time has come; one that is over meanwhile is closed at its own times."""
    meeting = await meetings.by_id(ctx.db, MeetingId(int(timer.subject)))
    if meeting.stage is not Stage.PLANNED:
        return
    plan = await plans.find(ctx.db, meeting.id)
    ends = meeting.moment + timedelta(minutes=(plan and plan.minutes) or MINUTES)
    # One that has waited for another meeting begins late.
    if ends <= ctx.now and (timer.attempts or ctx.now - timer.due_at > AWAY):
        # What is said of it is said under another name than what may follow if it is announced again.
        ctx = replace(ctx, cause=f"{ctx.cause}:missed:{plan.sequence if plan else 0}")
        await miss_reminder(ctx, meeting)
        await _miss(ctx, meeting, BEGIN)
        await planning.close(ctx, meeting, began=meeting.moment, ended=ends)
        await report_later(ctx, meeting)
    elif await meetings.running(ctx.db, ctx.group_id):
        await ctx.later(BEGIN, ctx.now + _AGAIN, subject=timer.subject)
    else:
        await cards.begin(ctx, meeting)


async def report_later(ctx: Context, meeting: Meeting) -> None:
    """Say what arose when what was written meanwhile has been read."""
    due_at = working_moment(ctx.now + _CATCH_UP, await ctx.settings())
    await ctx.later(REPORT, due_at, subject=str(meeting.id))


async def miss_reminder(ctx: Context, meeting: Meeting) -> None:
    """Note that the reminder of a meeting was not said in time, if that is so: the card names it at the end."""
    promised = await timers.of_subject(ctx.db, ctx.group_id, REMIND, str(meeting.id))
    if any(timer.due_at <= ctx.now for timer in promised):
        await note_reminder(ctx, meeting)


async def note_reminder(ctx: Context, meeting: Meeting) -> None:
    """Note that a reminder is too late; where a post has spoken of the meeting, nothing is missing."""
    if await upcoming.spoken_of(ctx, meeting.id) is None:
        await _miss(ctx, meeting, REMIND)


async def _miss(ctx: Context, meeting: Meeting, kind: str) -> None:
    name = Name(ctx.group_id, kind, str(meeting.id))
    missed = Occurrence(planning.nominal(meeting, await ctx.zone()), meeting.moment)
    await schedules.miss(ctx.db, name, [missed])


# --- what people have said meanwhile -------------------------------------------------------------


async def settle(ctx: Context) -> None:
    """Before people speak of meetings: let those begin, or be over, whose time has come."""
    for timer in await timers.of_kind(ctx.db, ctx.group_id, BEGIN):
        if timer.due_at <= ctx.now and await timers.take(ctx.db, timer):
            await begin(ctx, timer)


async def announced_then(ctx: Context, message: Message) -> list[Meeting]:
    """Return what was announced when a message was written that moves a meeting or calls it off."""
    announced = await meetings.planned(ctx.db, ctx.group_id)
    if not message.is_late:
        return announced
    missed = [
        one
        for one in await meetings.of_group(ctx.db, ctx.group_id)
        if message.written_at < one.moment and await _is_missed(ctx, one)
    ]
    # What a series has announced after a missed meeting was not known then.
    following = [await _following(ctx, one) for one in missed]
    return missed + [one for one in announced if one.id not in following]


async def may_reopen(ctx: Context, message: Message, number: int) -> Meeting | None:
    """Return the missed meeting with this number, if it may still be moved or called off.

    Who wrote before it may do so, and everybody as long as its card is there: whoever is asked back answers later.
    """
    meeting = await meetings.find(ctx.db, ctx.group_id, number)
    if meeting is None or not await _is_missed(ctx, meeting):
        return None
    has_card = await timers.of_subject(ctx.db, ctx.group_id, SWEEP, str(meeting.id))
    return meeting if has_card or message.written_at < meeting.moment else None


async def begun_then(ctx: Context, message: Message, number: int | None, title: str | None) -> Meeting | None:
    """Return the missed meeting that a late message begins: the one of that time, with this number if one is named.

    It has the title that people have begun it with.
    """
    for meeting in await _around(ctx, message, number):
        if meeting.ended_at and message.written_at < meeting.ended_at and await _is_missed(ctx, meeting):
            if title:
                meeting = await meetings.amend(ctx.db, meeting.id, title, meeting.starts_at)  # noqa: PLW2901 -- the same one
                await cards.show(ctx, meeting)
            return meeting
    return None


async def ended_then(ctx: Context, message: Message, number: int | None) -> Meeting | None:
    """Return the missed meeting that a late message ends: the last one that had begun by then, if no other had."""
    around = await _around(ctx, message, number)
    return around[0] if around and await _is_missed(ctx, around[0]) else None


async def _around(ctx: Context, message: Message, number: int | None) -> list[Meeting]:
    """Return the meetings that a late message may speak of: the last one begun by then first, later ones at the end."""
    if not message.is_late:
        return []
    at = message.written_at
    found = [
        (one.began_at > at, abs(at - one.began_at), one.number, one)
        for one in await meetings.of_group(ctx.db, ctx.group_id)
        if one.began_at
        and one.began_at - _EARLY <= at < one.began_at + LASTS
        and number in (None, one.number)
    ]
    return [one for *_, one in sorted(found, key=lambda entry: entry[:3])]


async def _is_missed(ctx: Context, meeting: Meeting) -> bool:
    missed = await schedules.missed_about(ctx.db, ctx.group_id, str(meeting.id))
    return meeting.stage is Stage.ENDED and BEGIN in missed


async def reopen(ctx: Context, meeting: Meeting) -> Meeting:
    """Let a meeting be announced again that did not begin at its time."""
    for kind in (BEGIN, REMIND):
        await schedules.forget(ctx.db, Name(ctx.group_id, kind, str(meeting.id)))
    for kind in planning.PROMISES:
        await timers.cancel(ctx.db, ctx.group_id, kind, str(meeting.id))
    again = await meetings.reopen(ctx.db, meeting.id)
    await plans.revise(ctx.db, again)
    await agendas.adopt(ctx.db, ctx.group_id, meeting.id)
    await planning.promise_beginning(ctx, again)
    await planning.promise(ctx, again)
    await cards.show(ctx, again)
    return again


# --- after a clock that was wrong ----------------------------------------------------------------


@planner.anew(BEGIN, END, LOOK, REMIND, REPORT, SWEEP)
async def plan_anew(ctx: Context) -> None:
    """Let meetings be announced again that begin later by the clock of now, and keep all at their local times."""
    for meeting in await meetings.of_group(ctx.db, ctx.group_id):
        if await _began_too_early(ctx, meeting):
            await _follow(ctx, await reopen(ctx, meeting))
    for meeting in await meetings.planned(ctx.db, ctx.group_id):
        await _keep_local_time(ctx, meeting)


async def _began_too_early(ctx: Context, meeting: Meeting) -> bool:
    """Has a meeting begun by itself in a future that was none, and was nothing done in it?"""
    began, announced = meeting.began_at, meeting.starts_at
    if began is None or announced is None or not began >= announced > ctx.now:
        return False
    is_used = await meetings.noticed(ctx.db, meeting.id) or await meetings.arisen(ctx.db, meeting)
    return not is_used


async def _follow(ctx: Context, meeting: Meeting) -> None:
    """Let what a series has announced after a meeting too early come after it."""
    plan = await plans.find(ctx.db, meeting.id)
    following = await _following(ctx, meeting)
    if plan and plan.series_id and plan.nominal and following:
        series = await plans.series(ctx.db, plan.series_id)
        await planning.move_behind(ctx, series, plan.nominal, await meetings.by_id(ctx.db, following))


async def _following(ctx: Context, meeting: Meeting) -> MeetingId | None:
    """Return what the series of a meeting has announced after it."""
    plan = await plans.find(ctx.db, meeting.id)
    following = await plans.coming_of(ctx.db, plan.series_id) if plan and plan.series_id else None
    return following if following != meeting.id else None


async def _keep_local_time(ctx: Context, meeting: Meeting) -> None:
    """Let a meeting, and what is promised about it, be at the local time that people know."""
    settings = await ctx.settings()
    for timer in await timers.of_kind(ctx.db, ctx.group_id, BEGIN):
        known = timer.subject == str(meeting.id) and timer.nominal
        if known and meeting.moment > ctx.now and planning.nominal(meeting, settings.zone) != known:
            local = datetime.fromisoformat(known)
            at = instant(local.date(), local.time(), settings.zone)
            meeting = await meetings.amend(ctx.db, meeting.id, meeting.title, at)
            await planning.changed(ctx, meeting)
            return
    for kind, at in planning.moments(meeting, settings):
        for timer in await timers.of_subject(ctx.db, ctx.group_id, kind, str(meeting.id)):
            await planner.move(ctx, timer, at)
