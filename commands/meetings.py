# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Announce, begin and end a meeting; at its end one message says what arose, and nobody is named."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Final, Self

from commands import budgets, cards, entries
from commands.context import Context
from commands.router import Router
from config.texts import Text, text
from method.appointments import read_appointment
from method.cards import Arisen, closing
from method.errors import Missing, UserError
from method.events import Edit, Message, Redaction
from method.hours import night, working_moment
from method.ids import MeetingId
from method.items import Label
from method.meetings import Meeting, Stage, first_number, title_of
from method.steps import step_line
from method.timers import Timer
from method.words import command_text, fold, is_blank, isolate
from storage import meetings, outbox, rounds, timers

router: Final = Router()

#: A meeting whose time has come waits so long for another one to end.
_AGAIN: Final = timedelta(minutes=15)


class Verb(Enum):
    """What is to be done with a meeting."""

    PLAN = "plan"
    START = "start"
    END = "end"


_VERBS: Final = {
    fold(word): verb
    for verb, words in {
        Verb.START: "start starten starte beginn beginnen begin",
        Verb.END: "ende end beenden beende schluss stop stopp",
    }.items()
    for word in words.split()
}


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be done, with which words."""

    verb: Verb
    words: str

    @classmethod
    def read(cls, words: str, about: Label | None) -> Self:
        """Read the verb; without one the words begin with a day or a time."""
        if is_blank(words):
            raise Missing(
                text("When is the meeting, and what is it about? Example: Mi 3.3. 15:00 Austausch"),
                "treffen {}",
            )
        first, _, rest = words.strip().partition(" ")
        verb = _VERBS.get(fold(first)) if first.isalpha() else None
        return cls(verb, rest.strip()) if verb else cls(Verb.PLAN, words)


@router.command(
    "treffen", "meeting", "sitzung", "sitzungen", "meetings",
    args=Wish,
    keeps=True,
    usage=text("Mi 3.3. 15:00 Titel"),
    help=text("announce a meeting; begin: start, end: ende"),
    example=text("!treffen heute 14:00 Austausch"),
)  # fmt: skip
async def meet(ctx: Context, message: Message, args: Wish) -> None:
    """Announce, begin or end a meeting."""
    if args.verb is Verb.PLAN:
        meeting = await _plan(ctx, message, args.words)
    elif args.verb is Verb.START:
        meeting = await _start(ctx, message, args.words)
    else:
        meeting = await _end(ctx, args.words)
    if meeting is not None:
        await ctx.acknowledge(message.event_id, f"✅ {meeting.label}")


async def _plan(ctx: Context, message: Message, words: str) -> Meeting | None:
    """Announce a meeting; return it if a receipt is needed beside the card."""
    appointment = read_appointment(words, ctx.now, (await ctx.settings()).zone)
    begins = appointment.at <= ctx.now
    if begins:
        await _require_room(ctx)
    meeting = await meetings.add(
        ctx.db, ctx.group_id, title_of(appointment.rest), message.event_id,
        starts_at=appointment.at, began_at=appointment.at if begins else None,
    )  # fmt: skip
    if begins:
        await cards.promise_end(ctx, meeting)
    else:
        await _promise_begin(ctx, meeting)
    await cards.show(ctx, meeting)
    return meeting if ctx.direct else None


async def _start(ctx: Context, message: Message, words: str) -> Meeting | None:
    """Begin a meeting; return it if a receipt is needed beside the card."""
    number, rest = first_number(words)
    title = title_of(rest)
    meeting: Meeting | None
    if number is not None:
        meeting = await _announced(ctx, number)
    else:
        await _require_room(ctx)
        meeting = await cards.find_current(ctx) if title is None else None
    if meeting is None:
        meeting = await meetings.add(
            ctx.db, ctx.group_id, title, message.event_id, starts_at=None, began_at=ctx.now
        )
        await cards.promise_end(ctx, meeting)
        await cards.show(ctx, meeting)
        return meeting if ctx.direct else None
    if meeting.stage is Stage.PLANNED:
        await _require_room(ctx)
        meeting = await cards.begin(ctx, meeting)
    if title:
        meeting = await meetings.amend(ctx.db, meeting.id, title, meeting.starts_at)
    await cards.show(ctx, meeting)
    return meeting


async def _end(ctx: Context, words: str) -> Meeting | None:
    """End a meeting; return it if a receipt is needed beside the closing message."""
    number, _ = first_number(words)
    meeting = await cards.current(ctx) if number is None else await _announced(ctx, number)
    takes_place = meeting.stage is Stage.RUNNING
    ended, arisen = await _close(ctx, meeting)
    if takes_place:
        await _report(ctx, ended, arisen)
    return ended if ctx.direct or not takes_place else None


async def _announced(ctx: Context, number: int) -> Meeting:
    meeting = await meetings.find(ctx.db, ctx.group_id, number)
    if meeting is None:
        last = await meetings.last_number(ctx.db, ctx.group_id)
        label = f"T{number}"
        if not last:
            raise UserError(
                text("{label} does not exist. To begin a meeting: !treffen start Titel", label=label)
            )
        raise UserError(
            text("{label} does not exist. The last meeting is {last}.", label=label, last=f"T{last}")
        )
    if meeting.stage is Stage.ENDED:
        raise UserError(
            text("{label} is over. To begin a meeting: !treffen start Titel", label=meeting.label)
        )
    return meeting


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
    wish = Wish.read(words, None)
    starts_at: datetime | None
    if wish.verb is Verb.PLAN:
        appointment = read_appointment(wish.words, ctx.now, (await ctx.settings()).zone)
        rest, starts_at = appointment.rest, appointment.at
    else:
        rest, starts_at = first_number(wish.words)[1], meeting.starts_at
    title = title_of(rest) or meeting.title
    if (title, starts_at) != (meeting.title, meeting.starts_at):
        changed = await meetings.amend(ctx.db, meeting.id, title, starts_at)
        if changed.stage is Stage.PLANNED:
            await timers.cancel(ctx.db, ctx.group_id, "meetings.begin", str(meeting.id))
            await _promise_begin(ctx, changed)
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
        if meeting.stage is Stage.PLANNED:
            await _close(inside, meeting)
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
    if asked is not None:
        await rounds.set_card(ctx.db, asked.id, None)
    return asked is not None


# --- time ----------------------------------------------------------------------------------------


@router.timer("meetings.begin")
async def begins(ctx: Context, timer: Timer) -> None:
    """Let a meeting begin at its time, without a word: its card is there already."""
    meeting = await meetings.by_id(ctx.db, _id(timer))
    if meeting.stage is not Stage.PLANNED:
        return
    if await meetings.running(ctx.db, ctx.group_id):
        await ctx.later("meetings.begin", ctx.now + _AGAIN, subject=timer.subject)
    else:
        await cards.begin(ctx, meeting)


@router.names_timer("meetings.begin")
async def named(ctx: Context, timer: Timer) -> Text | None:
    """Name a meeting that is announced."""
    meeting = await meetings.by_id(ctx.db, _id(timer))
    if meeting.stage is not Stage.PLANNED:
        return None
    return text("Meeting {label}", label=f"{meeting.label} {isolate(meeting.title or '')}".strip())


@router.timer("meetings.end")
async def ends(ctx: Context, timer: Timer) -> None:
    """End a meeting that nobody has ended; if something arose, say so in working time."""
    meeting = await meetings.by_id(ctx.db, _id(timer))
    if meeting.stage is not Stage.RUNNING:
        return
    ended, arisen = await _close(ctx, meeting)
    if arisen:
        due_at = working_moment(ctx.now, await ctx.settings())
        if due_at > ctx.now:
            await ctx.later("meetings.report", due_at, subject=timer.subject)
        elif await budgets.may_speak(ctx, "meetings.report", subject=timer.subject):
            await _report(ctx, ended, arisen)


@router.timer("meetings.report")
async def report(ctx: Context, timer: Timer) -> None:
    """Say what arose in a meeting that ended by itself."""
    meeting = await meetings.by_id(ctx.db, _id(timer))
    arisen = await meetings.arisen(ctx.db, meeting)
    if arisen and await budgets.may_speak(ctx, timer.kind, subject=timer.subject):
        await _report(ctx, meeting, arisen)


@router.timer("meetings.sweep")
async def sweep(ctx: Context, timer: Timer) -> None:
    """Delete the card of a meeting in the night after it: its history names people."""
    card = (await meetings.by_id(ctx.db, _id(timer))).card
    if card is not None:
        await ctx.redact(card, room=await ctx.group_room())
        await meetings.set_card(ctx.db, _id(timer), None)


async def _promise_begin(ctx: Context, meeting: Meeting) -> None:
    await ctx.later("meetings.begin", meeting.moment, subject=str(meeting.id))


async def _close(ctx: Context, meeting: Meeting) -> tuple[Meeting, Arisen]:
    """End a meeting and delete what people did in it; its card names nobody any more."""
    asked = await rounds.latest(ctx.db, meeting.id)
    if asked is not None and not asked.closed:
        await cards.close_round(ctx, asked)
    for kind in ("meetings.begin", "meetings.end"):
        await timers.cancel(ctx.db, meeting.group_id, kind, str(meeting.id))
    # Only the running meeting has rounds.
    if meeting.stage is Stage.RUNNING:
        await timers.cancel(ctx.db, meeting.group_id, "rounds.close")
        await ctx.later("meetings.sweep", night(ctx.now, await ctx.settings()), subject=str(meeting.id))
    ended = await meetings.end(ctx.db, meeting.id, now=ctx.now)
    await cards.show(ctx, ended)
    return ended, await meetings.arisen(ctx.db, ended)


async def _report(ctx: Context, meeting: Meeting, arisen: Arisen) -> None:
    announced = await meetings.planned(ctx.db, ctx.group_id)
    following = (announced[0], await cards.moment_of(ctx, announced[0])) if announced else None
    step = step_line(ctx.require_group().step)
    await ctx.post(closing(meeting, arisen, step, following))


def _id(timer: Timer) -> MeetingId:
    return MeetingId(int(timer.subject))


#: The folded words that call the command: they are not part of an edited text.
_WORDS: Final = frozenset(router.folded())
