# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Announce, begin and end a meeting; at its end one message says what arose, and nobody is named."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final

from commands import budgets, cards, entries, outages, planning, questions, rescheduling
from commands.context import Context
from commands.router import Router
from config.texts import Text, joined, text
from method import plans as rules
from method.appointments import read_appointment
from method.cards import Arisen, closing
from method.errors import Missing, UserError
from method.events import Edit, Message, Redaction
from method.hours import working_moment
from method.ids import MeetingId
from method.meetings import (
    BEGIN,
    END,
    NEXT,
    REPORT,
    SWEEP,
    Meeting,
    Stage,
    Verb,
    Wish,
    first_number,
    title_of,
)
from method.plans import SOON
from method.recurrences import read_recurrence
from method.steps import step_line
from method.timers import Timer
from method.words import command_text
from storage import inbox, meetings, outbox, plans, reveals, rounds

router: Final = Router()

#: What is received is waited for before it is said what arose, and looked for so often.
_PATIENCE: Final = timedelta(minutes=1)
_LOOK: Final = timedelta(seconds=5)


@router.command(
    "treffen", "meeting", "sitzung", "sitzungen", "meetings",
    args=Wish,
    keeps=True,
    usage=text("Mi 3.3. 15:00 Titel"),
    help=text("announce a meeting; then: start, ende, verschieben, absagen, ort; “jede Woche” repeats it"),
    example=text("!treffen heute 14:00 Austausch"),
    sets=lambda words: bool(words.strip()) and Wish.read(words, None).verb is Verb.MOVE,
)  # fmt: skip
async def meet(ctx: Context, message: Message, args: Wish) -> None:
    """Announce, begin, end, move or call off a meeting."""
    if args.verb is Verb.SERIES:
        await _end_series(ctx, message)
        return
    await outages.settle(ctx)
    meeting = await _DO[args.verb](ctx, message, args.words)
    if meeting is not None:
        await ctx.acknowledge(message.event_id, f"✅ {meeting.label}")


async def _plan(ctx: Context, message: Message, words: str) -> Meeting | None:
    """Announce a meeting; return it if a receipt is needed beside the card."""
    again = read_recurrence(words)
    if again is not None:
        meeting = await rescheduling.plan_series(ctx, message, *again)
        await plans.set_author(ctx.db, meeting.id, await ctx.author())
        return meeting if ctx.direct else None
    settings = await ctx.settings()
    appointment = read_appointment(words, ctx.now, settings.zone)
    minutes, rest = rules.take_end(appointment.rest, appointment.at, settings)
    keeps, rest = rules.take_anyway(rest)
    begins = appointment.at <= ctx.now
    if begins:
        await _require_room(ctx)
    elif not keeps:
        rules.require_good_time(appointment.at, ctx.now, settings, f"treffen {{}} {rest}")
    meeting = await meetings.add(
        ctx.db, ctx.group_id, title_of(rest), message.event_id,
        starts_at=appointment.at, began_at=appointment.at if begins else None,
    )  # fmt: skip
    await plans.set_author(ctx.db, meeting.id, await ctx.author())
    if minutes:
        await plans.set_minutes(ctx.db, meeting, minutes)
    if begins:
        await cards.promise_end(ctx, meeting)
        await cards.show(ctx, meeting)
    else:
        await planning.announced(ctx, meeting)
        await _ask_for_place(ctx, message, meeting)
    return meeting if ctx.direct else None


async def _ask_for_place(ctx: Context, message: Message, meeting: Meeting) -> None:
    """Propose once to meet in person, where the first meeting of a group says nothing about it."""
    is_first = meeting.number == 1 and meeting.moment - ctx.now > SOON
    # In a direct message whatever is said next would be the answer.
    if is_first and not ctx.direct and not rules.names_place(meeting.title):
        line = f"treffen ort {meeting.label} {{}}"
        await questions.ask(ctx, message, "word", line, rules.asked_for_place(meeting.label))


async def _start(ctx: Context, message: Message, words: str) -> Meeting | None:
    """Begin a meeting; return it if a receipt is needed beside the card."""
    number, rest = first_number(words)
    title = title_of(rest)
    meeting: Meeting | None
    held = await outages.begun_then(ctx, message, number, title)
    if held is not None:
        return held
    if number is not None:
        meeting = await rescheduling.named(ctx, number)
    else:
        await _require_room(ctx)
        meeting = await cards.find_current(ctx) if title is None else None
    if meeting is None:
        meeting = await meetings.add(
            ctx.db, ctx.group_id, title, message.event_id, starts_at=None, began_at=message.written_at
        )
        await cards.promise_end(ctx, meeting)
        await cards.show(ctx, meeting)
        return meeting if ctx.direct else None
    if meeting.stage is Stage.PLANNED:
        await _require_room(ctx)
        meeting = await cards.begin(ctx, meeting, message.written_at)
    if title:
        meeting = await meetings.amend(ctx.db, meeting.id, title, meeting.starts_at)
    await cards.show(ctx, meeting)
    return meeting


async def _end(ctx: Context, message: Message, words: str) -> Meeting | None:
    """End a meeting; return it if a receipt is needed beside the closing message."""
    number, _ = first_number(words)
    held = await outages.ended_then(ctx, message, number)
    if held is not None:
        at = max(message.written_at, held.began_at or message.written_at)
        return await meetings.correct_end(ctx.db, held.id, at)
    meeting = await cards.current(ctx) if number is None else await rescheduling.named(ctx, number)
    takes_place = meeting.stage is Stage.RUNNING
    begins_later = meeting.began_at is not None and message.written_at < meeting.began_at
    ended, arisen = await planning.close(ctx, meeting, ended=None if begins_later else message.written_at)
    if takes_place:
        await _report(ctx, ended, arisen)
    return ended if ctx.direct or not takes_place else None


async def _move(ctx: Context, message: Message, words: str) -> Meeting:
    return await rescheduling.move(ctx, message, words)


async def _call_off(ctx: Context, message: Message, words: str) -> Meeting:
    return await rescheduling.call_off(ctx, message, words)


async def _set_place(ctx: Context, _message: Message, words: str) -> Meeting:
    return await rescheduling.set_place(ctx, words)


async def _end_series(ctx: Context, message: Message) -> None:
    coming = await rescheduling.end_series(ctx)
    words = text("The series is over.")
    if coming:
        labels = ", ".join(meeting.label for meeting in coming)
        stays = text(
            "Still announced: {labels}. To cancel: !treffen absagen {label}",
            labels=labels,
            label=coming[0].label,
        )
        words = joined([words, stays], " ")
    await ctx.reply(words, to=message.event_id)


_DO: Final[dict[Verb, Callable[[Context, Message, str], Awaitable[Meeting | None]]]] = {
    Verb.PLAN: _plan,
    Verb.START: _start,
    Verb.END: _end,
    Verb.MOVE: _move,
    Verb.CANCEL: _call_off,
    Verb.PLACE: _set_place,
}


async def _require_room(ctx: Context) -> None:
    """Make sure that no other meeting is going on.

    Raises:
        UserError: says how to end it.
    """
    other = await meetings.running(ctx.db, ctx.group_id)
    if other is not None:
        raise UserError(
            text("{label} is still going on. First end it: !treffen ende. Then try again.", label=other.label)
        )


# --- the message and the card --------------------------------------------------------------------


@router.on(Edit)
async def edited(ctx: Context, edit: Edit) -> bool:
    """Give the meeting the title and the time that its message has now.

    Everybody may begin and end a meeting, so who wrote its message is not kept.
    """
    meeting = await meetings.by_source(ctx.db, edit.target)
    if meeting is None:
        return False
    inside = await entries.of_group(ctx, meeting.group_id)
    if inside is None or meeting.stage is Stage.ENDED:
        return True
    ctx = inside
    words = command_text(edit.body, _WORDS, direct=ctx.direct)
    if words is None:
        raise UserError(
            text("This message is {label}. Another command needs a new message.", label=meeting.label)
        )
    try:
        title, starts_at, minutes = await rescheduling.read_again(ctx, meeting, words)
    except Missing as missing:
        if meeting.stage is not Stage.PLANNED:
            raise
        message = Message(edit.target, edit.room_id, edit.sender, edit.received_at, edit.body)
        await questions.ask(ctx, message, missing.kind, missing.line, missing.text)
        return True
    plan = await plans.find(ctx.db, meeting.id)
    lasts = plan.minutes if plan else None
    if (title, starts_at, minutes) == (meeting.title, meeting.starts_at, lasts):
        return True
    changed = await meetings.amend(ctx.db, meeting.id, title, starts_at)
    if minutes != lasts:
        await plans.set_minutes(ctx.db, meeting, minutes)
    if changed.stage is Stage.PLANNED:
        await planning.changed(ctx, changed)
    else:
        await cards.show(ctx, changed)
    await ctx.acknowledge(edit.target, f"✏️ {meeting.label}")
    return True


@router.on(Redaction)
async def deleted(ctx: Context, redaction: Redaction) -> bool:
    """Remove the title of a meeting whose message was deleted: one that was only announced is off."""
    meeting = await meetings.by_source(ctx.db, redaction.target)
    if meeting is None:
        return False
    inside = await entries.of_group(ctx, meeting.group_id)
    if inside is not None:
        meeting = await meetings.amend(ctx.db, meeting.id, None, meeting.starts_at)
        await planning.take_back(inside, meeting)
        if meeting.stage is Stage.PLANNED:
            await planning.close(inside, meeting)
        else:
            await cards.show(inside, meeting)
    return True


@router.on(Redaction)
async def card_deleted(ctx: Context, redaction: Redaction) -> bool:
    """Go on when a card was deleted: the next change posts a new one."""
    post = await outbox.by_event(ctx.db, redaction.target)
    if post is None or not await entries.may_delete(ctx, None, redaction):
        return False
    meeting_id = meetings.of_subject(post.subject)
    if meeting_id is not None and (await meetings.by_id(ctx.db, meeting_id)).card == post.id:
        await meetings.set_card(ctx.db, meeting_id, None)
        return True
    asked = await rounds.by_card(ctx.db, post.id)
    if asked is not None and asked.card == post.id:
        await rounds.set_card(ctx.db, asked.id, None)
    elif asked is not None:
        await reveals.forget(ctx.db, post.id)
    return asked is not None


# --- time ----------------------------------------------------------------------------------------


@router.timer(BEGIN, lasts=True)
async def begins(ctx: Context, timer: Timer) -> None:
    """Let a meeting begin at its time, without a word: its card is there already."""
    await outages.begin(ctx, timer)


@router.names_timer(BEGIN)
async def named(ctx: Context, timer: Timer) -> Text | None:
    """Name a meeting that is announced."""
    meeting = await meetings.by_id(ctx.db, _id(timer))
    return rules.named(meeting) if meeting.stage is Stage.PLANNED else None


@router.timer(END, lasts=True)
async def ends(ctx: Context, timer: Timer) -> None:
    """End a meeting that nobody has ended; if something arose, say so in working time."""
    meeting = await meetings.by_id(ctx.db, _id(timer))
    if meeting.stage is not Stage.RUNNING:
        return
    ended, arisen = await planning.close(ctx, meeting, ended=min(timer.due_at, ctx.now))
    if ctx.now - timer.due_at > outages.AWAY:
        await outages.report_later(ctx, ended)
    elif arisen:
        due_at = working_moment(ctx.now, await ctx.settings())
        if due_at > ctx.now:
            await ctx.later(REPORT, due_at, subject=timer.subject)
        elif await budgets.may_speak(ctx, REPORT, subject=timer.subject):
            await _report(ctx, ended, arisen)


@router.timer(REPORT, lasts=True)
async def report(ctx: Context, timer: Timer) -> None:
    """Say what arose in a meeting that ended by itself, once what was received by then is handled."""
    if ctx.now < timer.due_at + _PATIENCE and await inbox.is_behind(ctx.db, timer.due_at):
        await ctx.later(REPORT, ctx.now + _LOOK, subject=timer.subject)
        return
    meeting = await meetings.by_id(ctx.db, _id(timer))
    arisen = await meetings.arisen(ctx.db, meeting)
    if arisen and await budgets.may_speak(ctx, timer.kind, subject=timer.subject):
        await _report(ctx, meeting, arisen)


@router.timer(NEXT, lasts=True)
async def go_on(ctx: Context, timer: Timer) -> None:
    """Announce the next meeting of a series whose last one ended by itself outside of working time."""
    await planning.go_on(ctx, await meetings.by_id(ctx.db, _id(timer)))


@router.timer(SWEEP, lasts=True)
async def sweep(ctx: Context, timer: Timer) -> None:
    """Delete the card of a meeting in the night after it: its history names people."""
    card = (await meetings.by_id(ctx.db, _id(timer))).card
    if card is not None:
        await ctx.redact(card, room=await ctx.group_room())
        await meetings.set_card(ctx.db, _id(timer), None)


async def _report(ctx: Context, meeting: Meeting, arisen: Arisen) -> None:
    announced = await meetings.planned(ctx.db, ctx.group_id)
    following = (announced[0], await cards.moment_of(ctx, announced[0])) if announced else None
    step = step_line(ctx.require_group().step)
    await ctx.post(closing(meeting, arisen, step, following, await cards.missed_of(ctx, meeting)))


def _id(timer: Timer) -> MeetingId:
    return MeetingId(int(timer.subject))


#: The folded words that call the command: they are not part of an edited text.
_WORDS: Final = frozenset(router.folded())
