# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What becomes of a meeting whose time has passed while the bot was away."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from commands import cards, planning
from commands.context import Context
from method.events import Message
from method.hours import working_moment
from method.ids import MeetingId
from method.meetings import BEGIN, LASTS, REMIND, REPORT, Meeting, Stage
from method.plans import MINUTES
from method.schedules import Occurrence
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
    if await planning.spoken_of(ctx, meeting.id) is None:
        await _miss(ctx, meeting, REMIND)


async def _miss(ctx: Context, meeting: Meeting, kind: str) -> None:
    name = Name(ctx.group_id, kind, str(meeting.id))
    missed = Occurrence(planning.nominal(meeting, await ctx.zone()), meeting.moment)
    await schedules.miss(ctx.db, name, [missed])


# --- what people have said meanwhile -------------------------------------------------------------


async def settle(ctx: Context, message: Message, *, moves: bool) -> None:
    """Before people speak of meetings: let those begin, or be over, whose time has come.

    Args:
        ctx: in the group.
        message: what is read now.
        moves: it moves a meeting or calls it off: then it counts if it was written before that meeting.
    """
    for timer in await timers.of_kind(ctx.db, ctx.group_id, BEGIN):
        if timer.due_at <= ctx.now and await timers.take(ctx.db, timer):
            await begin(ctx, timer)
    if moves and message.is_late:
        for meeting in await meetings.of_group(ctx.db, ctx.group_id):
            if message.written_at < meeting.moment <= ctx.now and await _is_missed(ctx, meeting):
                await reopen(ctx, meeting)


async def held_then(ctx: Context, message: Message) -> Meeting | None:
    """Return the meeting, over by now, during which a message was written that came late."""
    if not message.is_late:
        return None
    held = [one for one in await meetings.of_group(ctx.db, ctx.group_id) if one.stage is Stage.ENDED]
    return next(
        (
            one
            for one in reversed(held)
            if one.began_at and one.began_at - _EARLY <= message.written_at < one.began_at + LASTS
        ),
        None,
    )


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
    await agendas.adopt(ctx.db, ctx.group_id, meeting.id)
    await ctx.later(BEGIN, again.moment, subject=str(meeting.id))
    await planning.promise(ctx, again)
    await cards.show(ctx, again)
    return again
