# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The one post that speaks of a meeting before it: a proposal to cancel it, or the reminder of a day's meetings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from commands import budgets, cards
from commands.context import Context
from config.texts import Text, joined, text
from method import agendas as agenda_rules
from method import plans as rules
from method.budgets import Rank
from method.cards import about_meeting
from method.ids import MeetingId, OutboxId
from method.meetings import REMIND, Meeting, Stage
from method.timers import Timer
from storage import agendas, meetings, outbox, plans

#: The subject of a proposal, followed by the meeting's id; that of a reminder, by group and day.
_PROPOSAL: Final = "empty:"
_REMINDER: Final = "coming:"


def is_to_come(ctx: Context, meeting: Meeting) -> bool:
    """Is it announced, and not over?"""
    return meeting.stage is Stage.PLANNED and meeting.moment > ctx.now


async def spoken_of(ctx: Context, meeting_id: MeetingId) -> OutboxId | None:
    """Return the one post that speaks of a meeting before it."""
    plan = await plans.find(ctx.db, meeting_id)
    if plan is not None and plan.reminder is not None:
        return plan.reminder
    said = await outbox.about(ctx.db, f"{_PROPOSAL}{meeting_id}")
    return said[-1].id if said else None


@budgets.coming(REMIND, Rank.CANNOT_WAIT)
async def to_come(ctx: Context, promised: Sequence[Timer]) -> int:
    """Return how many reminders there will be today: one for all meetings, none if it stands already."""
    if await _of_today(ctx) is not None:
        return 0
    for timer in promised:
        meeting = await meetings.by_id(ctx.db, MeetingId(int(timer.subject)))
        if is_to_come(ctx, meeting) and await _still_said(ctx, meeting) is None:
            return 1
    return 0


async def _still_said(ctx: Context, meeting: Meeting) -> OutboxId | None:
    """Return the post that speaks of a meeting, unless it has reminded on a day before the meeting was moved."""
    is_old = await _is_reminder(ctx, meeting) and await spoken_of(ctx, meeting.id) != await _of_today(ctx)
    return None if is_old else await spoken_of(ctx, meeting.id)


# --- a proposal to cancel ------------------------------------------------------------------------


def proposal_of(words: str | None) -> MeetingId | None:
    """Return the meeting that the post with this subject proposes to cancel."""
    if words is None or not words.startswith(_PROPOSAL):
        return None
    return MeetingId(int(words.removeprefix(_PROPOSAL)))


async def propose_to_cancel(ctx: Context, meeting: Meeting) -> OutboxId:
    """Say that there is nothing to talk about, and that the meeting can be cancelled."""
    words = rules.nothing_to_talk_about(meeting, await cards.moment_of(ctx, meeting))
    return await ctx.post(words, subject=f"{_PROPOSAL}{meeting.id}")


# --- the reminder --------------------------------------------------------------------------------


async def remind(ctx: Context, coming: Sequence[Meeting]) -> None:
    """Remind the group of meetings: in the post that has spoken of one, all others in one post a day.

    Where the day has no place left for that post, the cards stay the only word: then these meetings were announced
    this very morning.
    """
    new = []
    for meeting in coming:
        said = await _still_said(ctx, meeting)
        if said is None:
            new.append(meeting)
        elif await agendas.of_meeting(ctx.db, meeting.id):
            await _show(ctx, meeting, said)
    post = await _of_today(ctx)
    if not new or (post is None and not await budgets.take_place(ctx)):
        return
    listed = [*(await plans.reminded_by(ctx.db, post) if post is not None else ()), *new]
    await _say(ctx, listed, post, await _subject(ctx))


async def follow(ctx: Context, meeting: Meeting) -> None:
    """Let the post that speaks of a meeting, if there is one, say how things are now."""
    said = await spoken_of(ctx, meeting.id)
    if said is None:
        return
    has_agenda = bool(await agendas.of_meeting(ctx.db, meeting.id))
    if (meeting.stage is Stage.PLANNED and (has_agenda or await _is_reminder(ctx, meeting))) or (
        meeting.stage is Stage.ENDED and meeting.began_at is None
    ):
        await _show(ctx, meeting, said)


async def take_back(ctx: Context, meeting: Meeting) -> None:
    """Delete all posts that repeat the title of a meeting; what else is to come of them is named anew, in one post."""
    for post in await outbox.about(ctx.db, f"{_PROPOSAL}{meeting.id}"):
        await ctx.redact(post.id, room=post.room_id)
    others: list[Meeting] = []
    subject = None
    for reminder in await plans.reminders_of(ctx.db, meeting.id):
        post = await outbox.get(ctx.db, reminder)
        named = await plans.reminded_by(ctx.db, post.id)
        coming = [one for one in named if one.id != meeting.id and is_to_come(ctx, one)]
        others, subject = others + coming, post.subject if coming else subject
        await ctx.redact(post.id, room=post.room_id)
        await plans.forget_reminder(ctx.db, post.id)
    if others:
        await _say(ctx, others, None, subject or await _subject(ctx))


async def _show(ctx: Context, meeting: Meeting, said: OutboxId) -> None:
    """Let the post that has spoken of a meeting say how it is now."""
    if await _is_reminder(ctx, meeting):
        listed, subject = await plans.reminded_by(ctx.db, said), (await outbox.get(ctx.db, said)).subject
        await _say(ctx, listed, said, subject or await _subject(ctx))
    else:
        await cards.put(ctx, said, await _line(ctx, meeting), f"{_PROPOSAL}{meeting.id}")


async def _say(ctx: Context, listed: Sequence[Meeting], post: OutboxId | None, subject: str) -> None:
    """Name these meetings in one post: that one, or a new one."""
    lines = [await _line(ctx, one) for one in sorted(listed, key=lambda one: one.moment)]
    said = await cards.put(ctx, post, joined(lines), subject) or post
    if said is not None:
        await plans.set_reminder(ctx.db, listed, said)


async def _line(ctx: Context, meeting: Meeting) -> Text:
    moment = await cards.moment_of(ctx, meeting)
    if meeting.stage is Stage.ENDED and meeting.began_at is None:
        about = about_meeting(meeting, moment)
        return text("Meeting {label}: {about}. It does not take place.", label=meeting.label, about=about)
    return rules.reminded(
        meeting, moment, agenda_rules.in_short(await agendas.of_meeting(ctx.db, meeting.id))
    )


async def _of_today(ctx: Context) -> OutboxId | None:
    """Return the reminder of today, if it names a meeting."""
    for post in reversed(await outbox.about(ctx.db, await _subject(ctx))):
        if await plans.reminded_by(ctx.db, post.id):
            return post.id
    return None


async def _is_reminder(ctx: Context, meeting: Meeting) -> bool:
    plan = await plans.find(ctx.db, meeting.id)
    return plan is not None and plan.reminder is not None


async def _subject(ctx: Context) -> str:
    return f"{_REMINDER}{ctx.group_id}:{ctx.now.astimezone(await ctx.zone()).date()}"
