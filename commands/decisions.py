# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Record what the group has decided, what spoke against it, and remind the group to look at it again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Self

from commands import budgets, drafting, entries, schedules
from commands.context import Context
from commands.router import Router
from config.texts import Text, joined, text
from method import boards, decisions
from method.drafts import within_limit
from method.errors import Missing
from method.events import Edit, Message
from method.hours import working_moment
from method.ids import ItemId
from method.items import Kind, Label, State
from method.settings import Recorders
from method.timers import Timer
from method.words import is_blank
from storage import items, timers

router: Final = Router()


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided; which day is meant depends on today."""

    words: str

    @classmethod
    def read(cls, words: str, about: Label | None) -> Self:
        """Keep the words."""
        if is_blank(words):
            raise _what("entscheidung {}")
        return cls(words)


@dataclass(frozen=True, slots=True)
class Listed:
    """Nothing, to see the list; or what was decided."""

    words: str

    @classmethod
    def read(cls, words: str, about: Label | None) -> Self:
        """Keep the words."""
        return cls("" if is_blank(words) else words)


@router.command(
    "entscheidung", "decision", "beschluss", "beschlüsse",
    args=Decided,
    keeps=True,
    usage=text("Text"),
    help=text("record what the group has decided"),
    example=text("!entscheidung We test I1 first, wieder prüfen am 15.6."),
)  # fmt: skip
async def record(ctx: Context, message: Message, args: Decided | Listed) -> None:
    """Record a decision, linked to what it names, and promise a reminder if there is a day for it."""
    if (await ctx.settings()).recorders is Recorders.MODERATION:
        await ctx.require_moderation()
    found, missing = await drafting.drafted(ctx, args.words, Kind.DECISION)
    if is_blank(found.text):
        raise _what(
            f"entscheidung wieder prüfen am {found.review}: {{}}" if found.review else "entscheidung {}"
        )
    item = await drafting.capture(ctx, message, Kind.DECISION, found)
    said = await drafting.remarks(ctx, item, found.review, missing)
    if said:
        await ctx.reply(joined(said), to=message.event_id, subject=items.subject(item.id))


@router.command(
    "entscheidungen", "decisions",
    args=Listed,
    keeps=True,
    help=text("everything that was decided"),
    example=text("!entscheidungen"),
)  # fmt: skip
async def show(ctx: Context, message: Message, args: Listed) -> None:
    """Show every decision; what stands behind the word is recorded as one."""
    if args.words:
        await record(ctx, message, args)
        return
    at = boards.moment(ctx.now, await ctx.zone())
    listed = await items.listing(ctx.db, ctx.group_id, Kind.DECISION)
    await ctx.reply(boards.all_of_kind(at, Kind.DECISION, listed), to=message.event_id)


@router.on(Edit)
async def edited(ctx: Context, edit: Edit) -> bool:
    """Give the decision the words that its message has now."""
    return await drafting.edit(ctx, edit, {Kind.DECISION: _WORDS})


@router.on(Message)
async def replied(ctx: Context, message: Message) -> bool:
    """Keep what speaks against a decision: a reply to it that begins with "Bedenken:"."""
    target = message.reply_to or message.thread_root
    item = await items.by_event(ctx.db, target) if target and decisions.speaks_against(message.body) else None
    if item is None or item.kind is not Kind.DECISION or item.state is State.WITHDRAWN:
        return False
    inside = await entries.of_group(ctx, item.group_id)
    if inside is None or not any(decisions.apart(message.body)[1]):
        return False
    await entries.add_note(inside, message, item, within_limit(message.body))
    return True


@schedules.anew(decisions.REVIEW)
async def plan_anew(ctx: Context) -> None:
    """Let decisions be reviewed by the zone and the holidays of now."""
    for timer in await timers.of_kind(ctx.db, ctx.group_id, decisions.REVIEW):
        at = decisions.reminder_at(date.fromisoformat(timer.nominal), await ctx.settings())
        await schedules.move(ctx, timer, at)


@router.timer(decisions.REVIEW, lasts=True)
async def review(ctx: Context, timer: Timer) -> None:
    """Remind the group, if the decision still stands and this is still the day."""
    item = await items.by_id(ctx.db, ItemId(int(timer.subject)))
    settings = await ctx.settings()
    day = item.review
    if item.state is State.WITHDRAWN or day is None or day.isoformat() != timer.nominal:
        return
    if ctx.now > decisions.reminder_at(day, settings) + decisions.LATE:
        return
    due_at = working_moment(ctx.now, settings)
    if due_at > ctx.now:
        await ctx.later(decisions.REVIEW, due_at, subject=timer.subject, nominal=timer.nominal)
        return
    if not await budgets.may_speak(ctx, decisions.REVIEW, subject=timer.subject, nominal=timer.nominal):
        return
    await ctx.post(decisions.reminder(item), subject=items.subject(item.id, "review:post"))


@router.names_timer(decisions.REVIEW)
async def named(ctx: Context, timer: Timer) -> Text | None:
    """Name a review that is still to come."""
    item = await items.by_id(ctx.db, ItemId(int(timer.subject)))
    if item.state is State.WITHDRAWN or item.review is None or item.review.isoformat() != timer.nominal:
        return None
    return text("Look at {label} again", label=str(item.label))


def _what(line: str) -> Missing:
    question = text("What was decided? Just reply to this message. Example: We test I1 first.")
    return Missing(question, line)


#: The folded words that record a decision: they are not part of an edited text.
_WORDS: Final = frozenset(router.folded())
