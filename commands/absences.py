# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""People say when they are away and when they work; no reason is asked, and nobody else sees it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Self

from commands import dues, reminding
from commands.context import Context
from commands.router import Router
from config.texts import Text, joined, text, verbatim
from method import zones
from method.dates import written
from method.errors import Missing, Suggestion, UserError
from method.events import Edit, Message, Redaction
from method.items import Label
from method.presence import Absence, Presence, lacks_end, read_period, read_swapped
from method.words import command_text, fold, is_blank
from method.workweek import read, show_days, show_hours
from storage import preferences, presence

router: Final = Router()

_BACK: Final = frozenset(map(fold, ("zurück", "löschen", "aus", "ende", "back", "delete", "off")))


#: Which day is meant makes no difference to whether one is.
_SOME_DAY: Final = date(2000, 1, 1)


def _is_time(words: str) -> bool:
    return fold(words) in _BACK or zones.read(words) is not None or read(words) is not None


def _is_absence(words: str) -> bool:
    return fold(words) in _BACK or any(
        found(words, _SOME_DAY) for found in (read_period, lacks_end, read_swapped)
    )


@dataclass(frozen=True, slots=True)
class Words:
    """Days, or one word."""

    words: str

    @classmethod
    def read(cls, words: str, about: Label | None) -> Self:
        """Take the words as they are: which day is meant depends on today."""
        return cls(words.strip())


@router.command(
    "abwesend", "away", "abwesenheit", "urlaub", "absence", "vacation",
    args=Words,
    usage=text("22.3.-2.4."),
    help=text("then I write nothing to you unasked; no reason, nobody else sees it; over: abwesend aus"),
    example=text("!abwesend 22.3.-2.4."),
    needs_group=False,
    personal=_is_absence,
)  # fmt: skip
async def away(ctx: Context, message: Message, args: Words) -> None:
    """Remember when a person is away, show it to them, or forget it."""
    author = await ctx.author()
    if is_blank(args.words):
        await _show(ctx)
        return
    if fold(args.words) in _BACK:
        await presence.forget(ctx.db, author)
        await dues.follow(ctx, author)
        await _confirm(ctx, message, text("Welcome back. No absence is stored any more."))
        return
    absence = _read(args.words, await _today(ctx))
    await presence.add(ctx.db, author, absence, message.event_id)
    await dues.follow(ctx, author)
    words = text("Noted: {days}. Nobody else sees this.", days=absence.written(await _today(ctx)))
    await _confirm(ctx, message, words)


@router.on(Edit)
async def edited(ctx: Context, edit: Edit) -> bool:
    """Let the absence be on the days that its message says now."""
    who = await presence.by_source(ctx.db, edit.target)
    if who is None:
        return False
    words = command_text(edit.body, _WORDS, direct=ctx.direct)
    absence = read_period(words or "", await _today(ctx))
    if ctx.person is None or ctx.person.id != who:
        return True
    if absence is None:
        raise UserError(text("I found no day in it. The absence stays as it was. Example: 22.3.-2.4."))
    await presence.rewrite(ctx.db, edit.target, absence)
    await dues.follow(ctx, who)
    await ctx.acknowledge(edit.target, "✅")
    return True


@router.on(Redaction)
async def deleted(ctx: Context, redaction: Redaction) -> bool:
    """Forget the absence whose message was deleted, by whomever: it hides nothing from anybody."""
    who = await presence.by_source(ctx.db, redaction.target)
    if who is None:
        return False
    await presence.withdraw(ctx.db, redaction.target)
    await dues.follow(ctx, who)
    return True


async def _confirm(ctx: Context, message: Message, words: Text) -> None:
    """In the group's room nothing is said about it: a receipt like any other."""
    if ctx.direct:
        await ctx.reply(words)
    else:
        await ctx.acknowledge(message.event_id, "✅")


async def _show(ctx: Context) -> None:
    own = await presence.of_person(ctx.db, await ctx.author())
    today = await _today(ctx)
    lines: list[Text] = [text("Away: {days}", days=one.written(today)) for one in own.absences]
    words = lines or [text("No absence is stored. Example: abwesend 22.3.-2.4.")]
    await ctx.tell(ctx.user, joined(words), asked=True)


def _read(words: str, today: date) -> Absence:
    """Return the days that are meant.

    Raises:
        Missing: these are none, the last one is not said, or they are over.
        Suggestion: they are the wrong way round.
    """
    if lacks_end(words, today):
        question = text("Until when? Reply with a date, for example 15.3. or: Freitag")
        raise Missing(question, f"abwesend {words} bis {{}}", word=True)
    swapped = read_swapped(words, today)
    if swapped is not None and swapped.last >= today:
        raise Suggestion(
            # In the group's room the question names no days.
            text("The last day comes first. Swap them? Confirm with 👍."),
            f"abwesend {swapped.first} bis {swapped.last}",
        )
    absence = read_period(words, today)
    if absence is None:
        raise Missing(
            text("On which days? Reply with a day or a period, for example 22.3.-2.4."), "abwesend {}"
        )
    if absence.last < today:
        raise Missing(
            text(
                "{day} is over. Reply with days to come, for example: Mo bis Mi",
                day=written(absence.last, today),
            ),
            "abwesend {}",
        )
    return absence


# --- own time ------------------------------------------------------------------------------------


@router.command(
    "meinezeit", "mytime", "teilzeit",
    args=Words,
    usage=text("Mo-Mi 9 bis 13 Uhr"),
    help=text("when I may write to you by myself: own days, hours, time zone (direct message only)"),
    example=text("!meinezeit Mo-Mi 9 bis 13 Uhr"),
    needs_group=False,
    personal=_is_time,
    sets=True,
)  # fmt: skip
async def my_time(ctx: Context, message: Message, args: Words) -> None:
    """Remember on which days, at which hours and in which zone a person works."""
    if not ctx.direct:
        await ctx.tell(ctx.user, _privately(), asked=True)
        return
    author = await ctx.author()
    own = before = await presence.of_person(ctx.db, author)
    if fold(args.words) in _BACK:
        own = Presence()
    elif not is_blank(args.words):
        own = _changed(own, args.words)
    await preferences.set_own_time(ctx.db, author, own.as_stored())
    await dues.follow(ctx, author)
    if own.zone != before.zone:
        await reminding.follow(ctx, author)
    await ctx.reply(_time(own))


def _privately() -> Text:
    return text("That works by direct message to me: {word}", word=text("!meinezeit Mo-Mi 9 bis 13 Uhr"))


def _changed(own: Presence, words: str) -> Presence:
    """Return what is said now; what is not said stays.

    Raises:
        Missing: it says nothing about time.
    """
    zone = zones.read(words)
    if zone is not None:
        return replace(own, zone=zone)
    found = read(words)
    if found is None:
        question = text(
            "I understand days, hours of at least 4 hours, or a city."
            " Reply with them, for example Mo-Mi 9 bis 13 Uhr, or London."
        )
        raise Missing(question, "meinezeit {}")
    return replace(own, days=found[0] or own.days, hours=found[1] or own.hours)


def _time(own: Presence) -> Text:
    parts = [
        *([show_days(own.days)] if own.days else []),
        *([show_hours(*own.hours)] if own.hours else []),
        *([verbatim(own.zone.key)] if own.zone else []),
    ]
    if not parts:
        return text("For you my times are those of the group. To change it: meinezeit Mo-Mi 9 bis 13 Uhr")
    return text("By myself I write only: {times}. As in the group: meinezeit aus", times=joined(parts, ", "))


async def _today(ctx: Context) -> date:
    own = await presence.of_user(ctx.db, ctx.user)
    return ctx.now.astimezone(own.zone or await ctx.zone()).date()


#: The folded words that say an absence: they are not part of its days.
_WORDS: Final = frozenset(folded for folded, command in router.folded().items() if command.handler is away)
