# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Ask the group on some days what is on and where help is wanted: the routine, and what it promises."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import time
from typing import Final, Self

from commands import checking, schedules
from commands.context import Context
from commands.router import Router
from config.texts import Text, joined, text
from method import schedules as rules
from method.checkins import QUESTION_LIMIT, Routine, Stage, fits
from method.checkins.posts import first, routine
from method.checkins.words import COMMANDS, Verb, read_verb
from method.errors import Missing, UserError
from method.events import Message, Redaction
from method.ids import CheckinId
from method.items import Label
from method.limits import within
from method.schedules import Schedule
from method.settings import Settings
from method.timers import Timer
from method.words import isolate
from method.workweek import show_days, show_hours
from storage import checkins, groups

router: Final = Router()

_SETS: Final = frozenset({Verb.ON, Verb.OFF, Verb.QUESTION, Verb.USUAL})
#: What is asked for where only days are said.
_NINE: Final = time(9)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What shall become of the check-in, or an answer to it."""

    verb: Verb
    words: str
    days: tuple[int, ...] | None
    at: time | None

    @classmethod
    def read(cls, words: str, about: Label | None) -> Self:
        """Read "an Di Do 9:00", "aus", "jetzt", "fertig", "name"; everything else is an answer."""
        return cls(*read_verb(words))


@router.command(
    COMMANDS[0], *COMMANDS,
    args=Wanted,
    keeps=True,
    usage=text("an Di Do 9:00"),
    help=text("ask briefly on some days what is on and where help is wanted; also: aus, jetzt, frage"),
    example=text("!checkin an Di Do 9:00"),
    sets=lambda words: read_verb(words)[0] in _SETS,
)  # fmt: skip
async def checkin(ctx: Context, message: Message, args: Wanted) -> None:
    """Show, begin or end the routine; or take an answer."""
    if args.verb is Verb.SHOW:
        await _show(ctx, message)
    elif args.verb is Verb.ON:
        await _switch_on(ctx, message, args)
    elif args.verb is Verb.OFF:
        await _switch_off(ctx, message)
    elif args.verb is Verb.NOW:
        await _ask_now(ctx, message)
    elif args.verb is Verb.QUESTION:
        await _ask_else(ctx, message, args.words)
    elif args.verb is Verb.USUAL:
        await _ask_as_usual(ctx, message)
    elif args.verb is Verb.UNCLEAR:
        raise UserError(_unclear())
    elif args.verb is Verb.ANSWER:
        await checking.take_for_now(ctx, message, args.words)
    else:
        await checking.mark(ctx, message, args.verb)


async def _show(ctx: Context, message: Message) -> None:
    """Say when there are check-ins; in a direct message, ask for an answer."""
    lines = [await checking.planned(ctx) or _none()]
    lines += await checking.wanted(ctx, await checking.today(ctx))
    if ctx.direct and await checking.find_current(ctx) is not None:
        raise Missing(joined([*lines, text("An answer? Just write it here.")]), "checkin {}")
    await ctx.reply(joined(lines), to=message.event_id)


def _none() -> Text:
    return text("There is no check-in. The moderation switches it on: !checkin an Di Do 9:00")


def _unclear() -> Text:
    return text(
        "I took no answer. The moderation switches check-ins on and off: !checkin an Di Do 9:00, !checkin aus."
        " If this is an answer, send it as a reply to the check-in.",
    )


# --- the routine ---------------------------------------------------------------------------------


async def _switch_on(ctx: Context, message: Message, args: Wanted) -> None:
    await ctx.require_moderation()
    settings = await ctx.settings()
    before = await checkins.routine(ctx.db, ctx.group_id)
    kept = _wanted(args, before, settings)
    schedule = kept.schedule(settings)
    assert schedule is not None  # noqa: S101 -- asked for just now
    await checkins.set_routine(ctx.db, ctx.group_id, kept)
    promised = await schedules.promise(ctx, checking.OPEN, schedule)
    words = joined([routine(schedule), first(promised.at, ctx.now, settings)], " ")
    await _tell_all(ctx, message, words)


def _wanted(args: Wanted, before: Routine | None, settings: Settings) -> Routine:
    """Return the routine that is asked for; what is not said is as before.

    Raises:
        Missing: days or time are missing, or outside of the group's working time.
    """
    days = args.days or (before.days if before else None)
    if not days:
        at = args.at or _NINE
        question = text("On which days? Reply with them, for example Di Do.")
        raise Missing(question, f"checkin an {{}} {at.hour}:{at.minute:02}", word=True)
    hour = args.at or (before.at if before and before.days else None)
    if hour is None:
        typed = show_days(days).render("de")
        raise Missing(text("At what time? Reply with it, for example 9:00."), f"checkin an {typed} {{}}")
    outside = [day for day in days if day not in settings.days]
    if outside or not fits(hour, settings):
        question = text(
            "The group works {days}, {hours}. A check-in needs one of these days and an hour before the end."
            " Reply with days and time, for example Di Do 9:00.",
            days=show_days(settings.days),
            hours=show_hours(settings.begins, settings.ends),
        )
        raise Missing(question, "checkin an {}")
    return Routine(tuple(days), hour)


async def _switch_off(ctx: Context, message: Message) -> None:
    await ctx.require_moderation()
    kept = await checkins.routine(ctx.db, ctx.group_id)
    if kept is None or not kept.days:
        raise UserError(_none())
    await checkins.set_routine(ctx.db, ctx.group_id, replace(kept, days=()))
    await schedules.stop(ctx, checking.OPEN)
    words = text("No more check-ins. On again: !checkin an Di Do 9:00")
    await _tell_all(ctx, message, words)


async def _ask_now(ctx: Context, message: Message) -> None:
    await ctx.require_moderation()
    kept = await checkins.routine(ctx.db, ctx.group_id)
    before = await checking.ask(ctx, kept.question if kept else None)
    if before is Stage.OPEN:
        raise UserError(text("Today’s check-in is open. Answers go there."))
    if before is Stage.CLOSED:
        raise UserError(text("Today there was a check-in already. Late answers count too."))
    if ctx.direct:
        await ctx.acknowledge(message.event_id, "✅")


async def _ask_else(ctx: Context, message: Message, question: str) -> None:
    """Ask something else from the next time on."""
    await ctx.require_moderation()
    if not question:
        raise Missing(text("What shall I ask? Reply with the question."), "checkin frage {}")
    chosen = within(" ".join(question.split()), QUESTION_LIMIT)
    await checkins.ask_else(ctx.db, ctx.group_id, chosen, message.event_id)
    words = text(
        "From the next check-in on I ask: {question} As usual again: !checkin frage aus",
        question=isolate(chosen),
    )
    await _tell_all(ctx, message, words)


async def _ask_as_usual(ctx: Context, message: Message) -> None:
    await ctx.require_moderation()
    await checkins.ask_else(ctx.db, ctx.group_id, None, message.event_id)
    await _tell_all(ctx, message, text("The check-in asks as usual again."))


async def _tell_all(ctx: Context, message: Message, words: Text) -> None:
    """What holds for all is not changed behind their backs."""
    await ctx.reply(words, to=message.event_id)
    if ctx.direct:
        await ctx.post(words)


@router.on(Redaction)
async def question_deleted(ctx: Context, redaction: Redaction) -> bool:
    """Forget the group's own question with the message that gave it; the open check-in asks as usual."""
    meant = [ctx.group] if ctx.group and not ctx.direct else await groups.of_member(ctx.db, ctx.user)
    for group in meant:
        if await checkins.forget_question(ctx.db, group.id, redaction.target):
            await checking.follow(ctx.for_group(group))
            return True
    return False


# --- what is promised ----------------------------------------------------------------------------


@schedules.planned(checking.OPEN)
async def plans(ctx: Context) -> dict[str, Schedule]:
    """Return when the group is asked."""
    kept = await checkins.routine(ctx.db, ctx.group_id)
    schedule = kept.schedule(await ctx.settings()) if kept else None
    return {"": schedule} if schedule else {}


@router.timer(checking.OPEN)
async def open_(ctx: Context, timer: Timer) -> None:
    """Ask for today; what comes too late is named with the next question."""
    kept = await checkins.routine(ctx.db, ctx.group_id)
    schedule = kept.schedule(await ctx.settings()) if kept else None
    if kept is None or schedule is None:
        return
    due = await schedules.keep(ctx, timer, schedule, rules.CHECKIN)
    if due is not None:
        await checking.ask(ctx, kept.question, due.missed)


@router.names_timer(checking.OPEN)
async def named(_ctx: Context, _timer: Timer) -> Text:
    """Name the next question."""
    return text("Check-in")


@router.timer(checking.CLOSE, lasts=True)
async def close(ctx: Context, timer: Timer) -> None:
    """Let the post of the question show what was said; nobody is waited for, nobody is named."""
    found = await checkins.by_id(ctx.db, CheckinId(int(timer.subject)))
    if found is not None and found.stage is Stage.OPEN:
        await checkins.close(ctx.db, found.id)
        await checking.show(ctx, replace(found, stage=Stage.CLOSED))
