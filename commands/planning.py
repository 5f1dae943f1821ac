# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What several topics do with a meeting to come: its calendar file, its promises, its series, its agenda."""

from __future__ import annotations

from datetime import date, datetime, tzinfo
from typing import Final

from commands import cards, renewals, upcoming
from commands.context import Context
from commands.upcoming import follow
from config.texts import Text, text
from method import plans as rules
from method.agendas import AgendaItem
from method.calendars import MIMETYPE, Entry, calendar
from method.cards import Arisen
from method.deadlines import day_written
from method.errors import UserError
from method.hours import night, working_moment
from method.ids import EventId, MeetingId
from method.meetings import BEGIN, END, LOOK, NEXT, REMIND, REPORT, SWEEP, Meeting, Stage, title_and_place
from method.plans import MINUTES, SOON, Plan, Planned, Series
from method.settings import Settings
from storage import agendas, meetings, outbox, plans, rounds, timers

#: What is promised about a meeting until it is over.
PROMISES: Final = (BEGIN, END, LOOK, NEXT, REMIND, REPORT, SWEEP)


# --- one meeting ---------------------------------------------------------------------------------


async def announced(ctx: Context, meeting: Meeting, caption: Text | None = None) -> None:
    """Show a new meeting and send its calendar file, promise its reminder, give it what was kept for it."""
    await agendas.adopt(ctx.db, meeting.group_id, meeting.id)
    await promise_beginning(ctx, meeting)
    await promise(ctx, meeting)
    await cards.show(ctx, meeting)
    if meeting.moment - ctx.now > SOON:
        plan = await plans.of_meeting(ctx.db, meeting)
        await _send(ctx, meeting, plan, caption or rules.in_calendar(meeting.label))


async def changed(ctx: Context, meeting: Meeting) -> None:
    """Show a meeting that has another time or place, send its calendar file again, and remind of it then."""
    plan = await plans.revise(ctx.db, meeting)
    await promise_beginning(ctx, meeting)
    await promise(ctx, meeting)
    await cards.show(ctx, meeting)
    await follow(ctx, meeting)
    await _send(ctx, meeting, plan, rules.changed(meeting, await cards.moment_of(ctx, meeting)))


async def close(
    ctx: Context, meeting: Meeting, *, began: datetime | None = None, ended: datetime | None = None
) -> tuple[Meeting, Arisen]:
    """End a meeting and delete what people did in it; its card names nobody any more.

    One that was only announced is struck out of the calendars, and what it should talk about waits for the next.

    Args:
        ctx: in the group.
        meeting: the meeting.
        began: when it began, where it took place while we were away.
        ended: when it ended; now if None.
    """
    asked = await rounds.latest(ctx.db, meeting.id)
    if asked is not None and not asked.closed:
        await cards.close_round(ctx, asked)
    for kind in (BEGIN, END, LOOK, REMIND):
        await timers.cancel(ctx.db, meeting.group_id, kind, str(meeting.id))
    # Only the running meeting has rounds.
    if meeting.stage is Stage.RUNNING:
        await timers.cancel(ctx.db, meeting.group_id, "rounds.close")
    if meeting.stage is Stage.RUNNING or began is not None:
        await ctx.later(SWEEP, night(ctx.now, await ctx.settings()), subject=str(meeting.id))
    over = await meetings.end(ctx.db, meeting.id, now=ended or ctx.now, began=began)
    await plans.forget_author(ctx.db, meeting.id)
    if over.began_at is None:
        await agendas.release(ctx.db, meeting.id)
    await cards.show(ctx, over)
    await follow(ctx, over)
    if over.began_at is None and over.moment - ctx.now > SOON:
        plan = await plans.revise(ctx.db, over)
        words = rules.cancelled(over, await cards.moment_of(ctx, over))
        await _send(ctx, over, plan, words, cancelled=True)
    await go_on(ctx, over)
    return over, await meetings.arisen(ctx.db, over)


async def promise_beginning(ctx: Context, meeting: Meeting) -> None:
    """Promise that a meeting begins at its time, and at no other."""
    await timers.cancel(ctx.db, meeting.group_id, BEGIN, str(meeting.id))
    await ctx.later(
        BEGIN, meeting.moment, subject=str(meeting.id), nominal=nominal(meeting, await ctx.zone())
    )


async def promise(ctx: Context, meeting: Meeting) -> None:
    """Promise to look at the agenda and to remind the group, as far as there is time for it."""
    settings = await ctx.settings()
    for kind, at in moments(meeting, settings):
        await timers.cancel(ctx.db, meeting.group_id, kind, str(meeting.id))
        if at > ctx.now:
            await ctx.later(kind, at, subject=str(meeting.id), nominal=nominal(meeting, settings.zone))


def moments(meeting: Meeting, settings: Settings) -> list[tuple[str, datetime]]:
    """Return when the agenda is looked at, and when the group is reminded."""
    return [
        (LOOK, rules.look_at(meeting.moment, settings)),
        (REMIND, rules.remind_at(meeting.moment, settings)),
    ]


def nominal(meeting: Meeting, zone: tzinfo) -> str:
    """Return the local time of a meeting, which names its promises."""
    return meeting.moment.astimezone(zone).replace(tzinfo=None).isoformat(timespec="minutes")


async def _send(
    ctx: Context, meeting: Meeting, plan: Plan, caption: Text, *, cancelled: bool = False
) -> None:
    language = ctx.require_group().language
    title, place = title_and_place(meeting.title) if meeting.title else (None, None)
    group = ctx.require_group().name
    name = f"{meeting.label}: {title or text('Meeting').render(language)}"
    entry = Entry(
        uid=plan.uid,
        sequence=plan.sequence,
        summary=f"{name} ({group})" if group else name,
        place=place,
        description=text("Agenda and board: in the chat of the group.").render(language),
        starts_at=meeting.moment,
        minutes=plan.minutes or MINUTES,
        zone=(await ctx.settings()).zone,
        cancelled=cancelled,
    )
    await ctx.send_file(
        calendar(entry, now=ctx.now), name=f"{meeting.label}.ics", mimetype=MIMETYPE, caption=caption,
        room=await ctx.group_room(), language=language, subject=_calendar(meeting.id),
    )  # fmt: skip


async def take_back(ctx: Context, meeting: Meeting) -> None:
    """Delete the posts that repeat the title of a meeting whose message was deleted."""
    for post in await outbox.about(ctx.db, _calendar(meeting.id)):
        await ctx.redact(post.id, room=post.room_id)
    await upcoming.take_back(ctx, meeting)
    await renewals.renew_board(ctx, meeting.group_id)
    # In the history of its card, too.
    await ctx.later(SWEEP, night(ctx.now, await ctx.settings()), subject=str(meeting.id))


def _calendar(meeting_id: MeetingId) -> str:
    return f"calendar:{meeting_id}"


# --- series --------------------------------------------------------------------------------------


async def next_of(ctx: Context, series: Series, after: date | None) -> Meeting:
    """Announce the next meeting of a series: its card, its calendar file, its reminder."""
    settings = await ctx.settings()
    planned = rules.next_planned(series.rule, series.local_time, after, ctx.now, settings)
    meeting = await meetings.add(
        ctx.db, series.group_id, series.title, _source(series, planned),
        starts_at=planned.at, began_at=None,
    )  # fmt: skip
    await plans.join_series(ctx.db, meeting, series, planned)
    at = await cards.moment_of(ctx, meeting)
    days = rules.skipped(series.rule, after, planned, settings) if after else []
    skipped = [day_written(day, ctx.now, settings.zone) for day in days]
    await announced(ctx, meeting, rules.comes_again(series, planned, meeting, at, skipped))
    return meeting


async def move_behind(ctx: Context, series: Series, before: str, meeting: Meeting) -> None:
    """Let a meeting be the one of its series that follows the moment ``before``."""
    after = datetime.fromisoformat(before).date()
    planned = rules.next_planned(series.rule, series.local_time, after, ctx.now, await ctx.settings())
    if planned.at == meeting.starts_at:
        return
    await meetings.set_source(ctx.db, meeting.id, _source(series, planned))
    meeting = await meetings.amend(ctx.db, meeting.id, meeting.title, planned.at)
    await plans.join_series(ctx.db, meeting, series, planned)
    await changed(ctx, meeting)


def _source(series: Series, planned: Planned) -> EventId:
    return EventId(f"series:{series.id}:{planned.nominal}")


async def go_on(ctx: Context, meeting: Meeting) -> None:
    """Announce the next meeting of the series to which an ended one belongs, if it has any.

    Where nobody has ended it but we, that waits for working time, if that comes long enough before it.
    """
    plan = await plans.find(ctx.db, meeting.id)
    if plan is None or plan.series_id is None or plan.nominal is None:
        return
    series = await plans.series(ctx.db, plan.series_id)
    if series.ended or await plans.coming_of(ctx.db, series.id) is not None:
        return
    settings, after = await ctx.settings(), datetime.fromisoformat(plan.nominal).date()
    planned = rules.next_planned(series.rule, series.local_time, after, ctx.now, settings)
    moment = working_moment(ctx.now, settings)
    if ctx.user == ctx.me and ctx.now < moment < planned.at - SOON:
        await ctx.later(NEXT, moment, subject=str(meeting.id))
    else:
        await next_of(ctx, series, after)


# --- the agenda ----------------------------------------------------------------------------------


async def agenda_changed(ctx: Context, meeting_id: MeetingId | None) -> None:
    """Show a changed agenda on the card, and in the post that speaks of the meeting."""
    if meeting_id is None:
        return
    meeting = await meetings.by_id(ctx.db, meeting_id)
    if meeting.stage is not Stage.ENDED:
        await cards.show(ctx, meeting)
        await follow(ctx, meeting)


async def park(ctx: Context, item: AgendaItem) -> None:
    """Keep an item of an agenda for the next meeting: the one after this, if that is announced already."""
    if item.meeting_id is None:
        raise UserError(text("This waits for the next meeting already."))
    await agendas.park(ctx.db, item)
    following = [one for one in await meetings.planned(ctx.db, item.group_id) if one.id != item.meeting_id]
    meeting = await meetings.by_id(ctx.db, item.meeting_id)
    later = [one for one in following if one.moment > meeting.moment]
    if later:
        await agendas.adopt(ctx.db, item.group_id, later[0].id)
        await agenda_changed(ctx, later[0].id)
    await agenda_changed(ctx, item.meeting_id)


async def numbered(ctx: Context, number: int) -> AgendaItem:
    """Return the item with this number on the agenda of the meeting that is going on, or comes next.

    Raises:
        UserError: there is none.
    """
    meeting = await in_question(ctx)
    listed = (
        await agendas.of_meeting(ctx.db, meeting.id)
        if meeting
        else await agendas.parked(ctx.db, ctx.group_id)
    )
    if not 0 < number <= len(listed):
        raise UserError(text("There is no item {number} on the agenda. To see it: !top", number=number))
    return listed[number - 1]


async def in_question(ctx: Context) -> Meeting | None:
    """Return the meeting that is going on, else the one that comes next."""
    running = await meetings.running(ctx.db, ctx.group_id)
    if running:
        return running
    return next(iter(await meetings.planned(ctx.db, ctx.group_id)), None)
