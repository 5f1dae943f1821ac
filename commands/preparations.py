# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Before a meeting: one post that reminds of it, or proposes to cancel it; and its card where the group moves."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from commands import budgets, cards, entries, outages, planning, rescheduling, schedules, upcoming
from commands.context import Context
from commands.router import Router
from config.texts import text
from method.errors import UserError
from method.events import Edit, Membership, Reaction, Redaction
from method.hours import is_working_time, working_moment
from method.ids import MeetingId
from method.meetings import LOOK, REMIND, Meeting, Stage, Verb, Wish
from method.recurrences import read_recurrence
from method.timers import Timer
from method.words import command_text, fold
from storage import agendas, meetings, outbox, plans, rounds, timers

router: Final = Router()

_YES: Final = "👍"
#: Reminders that are due so soon come together.
_TOGETHER: Final = timedelta(hours=1)
_WORDS: Final = frozenset(map(fold, ("treffen", "meeting", "sitzung", "sitzungen", "meetings")))


@router.timer(LOOK)
async def look(ctx: Context, timer: Timer) -> None:
    """Propose to cancel a meeting without an agenda."""
    meeting = await meetings.by_id(ctx.db, MeetingId(int(timer.subject)))
    if not upcoming.is_to_come(ctx, meeting) or await _waits(ctx, timer):
        return
    if await agendas.of_meeting(ctx.db, meeting.id) or await upcoming.spoken_of(ctx, meeting.id):
        return
    if not await budgets.may_speak(ctx, LOOK, subject=timer.subject, nominal=timer.nominal):
        return
    await ctx.offer(await upcoming.propose_to_cancel(ctx, meeting), _YES)


@router.timer(REMIND)
async def remind(ctx: Context, timer: Timer) -> None:
    """Remind the group of a meeting, and of all that are due within the hour: they share a post."""
    meeting = await meetings.by_id(ctx.db, MeetingId(int(timer.subject)))
    if upcoming.is_to_come(ctx, meeting):
        if not await _waits(ctx, timer):
            await upcoming.remind(ctx, [meeting, *await _others(ctx)])
    elif meeting.stage is not Stage.ENDED and meeting.moment <= ctx.now:
        await outages.note_reminder(ctx, meeting)


async def _others(ctx: Context) -> list[Meeting]:
    """Return the meetings of which the group would be reminded soon, too; it is promised no more."""
    found = []
    for other in await timers.of_kind(ctx.db, ctx.group_id, REMIND):
        one = await meetings.by_id(ctx.db, MeetingId(int(other.subject)))
        soon = other.due_at <= ctx.now + _TOGETHER and upcoming.is_to_come(ctx, one)
        if soon and await timers.take(ctx.db, other):
            found.append(one)
    return found


async def _waits(ctx: Context, timer: Timer) -> bool:
    """Put off until working time what came too late; tell whether it was."""
    settings = await ctx.settings()
    if is_working_time(ctx.now, settings):
        return False
    await ctx.later(
        timer.kind, working_moment(ctx.now, settings), subject=timer.subject, nominal=timer.nominal
    )
    return True


@schedules.goes_on(REMIND)
async def go_on(ctx: Context, timer: Timer) -> bool:
    """Note that a reminder could not be sent: the card names it at the end of the meeting."""
    await outages.note_reminder(ctx, await meetings.by_id(ctx.db, MeetingId(int(timer.subject))))
    return True


@router.on(Reaction)
async def agreed(ctx: Context, reaction: Reaction) -> bool:
    """Cancel a meeting without an agenda, if the moderation or who announced it agrees."""
    post = await outbox.by_event(ctx.db, reaction.target)
    meeting_id = upcoming.proposal_of(post.subject) if post else None
    if meeting_id is None or reaction.key != _YES or reaction.sender == ctx.me:
        return False
    meeting = await meetings.by_id(ctx.db, meeting_id)
    inside = await entries.of_group(ctx, meeting.group_id)
    if inside is None or meeting.stage is not Stage.PLANNED or await agendas.of_meeting(ctx.db, meeting.id):
        return False
    is_author = ctx.person is not None and await plans.is_author(ctx.db, meeting.id, ctx.person.id)
    if not is_author and not await inside.may_moderate():
        return False
    await planning.close(inside, meeting)
    return True


# --- series --------------------------------------------------------------------------------------


@router.on(Edit)
async def edited(ctx: Context, edit: Edit) -> bool:
    """Let a series be what its message says now."""
    series = await plans.series_by_source(ctx.db, edit.target)
    if series is None:
        return False
    inside = await entries.of_group(ctx, series.group_id)
    if inside is None or series.ended:
        return True
    words = command_text(edit.body, _WORDS, direct=ctx.direct)
    wish = Wish.read(words, None) if words is not None else None
    again = read_recurrence(wish.words) if wish and wish.verb is Verb.PLAN else None
    if again is None:
        raise UserError(text("This message is a series of meetings. To end it: !treffen serie aus"))
    meeting = await rescheduling.change_series(inside, series, *again)
    await ctx.acknowledge(edit.target, f"✏️ {meeting.label}" if meeting else "✏️")
    return True


@router.on(Redaction)
async def deleted(ctx: Context, redaction: Redaction) -> bool:
    """End a series whose message was deleted."""
    series = await plans.series_by_source(ctx.db, redaction.target)
    inside = await entries.of_group(ctx, series.group_id) if series else None
    return inside is not None and await rescheduling.withdraw_series(inside, redaction.target)


@router.on(Membership)
async def moved(ctx: Context, change: Membership) -> bool:
    """Show what is announced or goes on anew in the room that has replaced the old one: no ✋ counts there any more.

    The old cards go: in the night after a meeting, nothing may name who took part.
    """
    if change.user_id != ctx.me or change.membership != "join" or ctx.group is None or ctx.direct:
        return False
    running = await meetings.running(ctx.db, ctx.group_id)
    found = [*([running] if running is not None else []), *await meetings.planned(ctx.db, ctx.group_id)]
    old = await outbox.by_ids(ctx.db, [one.card for one in found if one.card is not None])
    elsewhere = [one for one in found if one.card in old and old[one.card].room_id != ctx.room.room_id]
    for meeting in elsewhere:
        await cards.show(ctx, meeting)
        if meeting.card is not None:
            await ctx.redact(meeting.card, room=old[meeting.card].room_id)
    asked = await rounds.latest(ctx.db, running.id) if running is not None and running in elsewhere else None
    if asked is not None and not asked.closed:
        await cards.show_round(ctx, asked)
    return bool(elsewhere)
