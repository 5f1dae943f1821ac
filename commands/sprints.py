# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Begin and end a sprint, one at a time; at its end the group hears what was finished and how it goes on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, Self

from commands import budgets, entries, planning, questions, recaps, sprinting, tasking
from commands.around import around, today
from commands.context import Context
from commands.router import Router
from config.texts import Text, joined, text
from method import sprints as rules
from method.budgets import Rank, next_day
from method.dates import written
from method.drafts import within_limit
from method.errors import Missing, Suggestion, UserError
from method.events import Edit, Message, Reaction, Redaction
from method.hours import working_moment
from method.ids import SprintId
from method.items import Label
from method.sprints import Sprint, Verb
from method.tasks import posts
from method.tasks.days import better, checked, split_due
from method.timers import Timer
from method.words import command_text, fold, is_blank
from storage import meetings, outbox, sprints

router: Final = Router()

_YES: Final = "👍"
_COMMAND: Final = "sprint"


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be done, with which words."""

    verb: Verb | None
    words: str

    @classmethod
    def read(cls, words: str, about: Label | None) -> Self:
        """Read the verb; without one the sprint is shown, or moved to another day."""
        return cls(*rules.read_verb("" if is_blank(words) else words))


@router.command(
    "sprint", "sprint", "sprints",
    args=Wish,
    keeps=True,
    help=text("what we want to reach until a day; begin: start, end: ende, move: bis 26.3."),
    example=text("!sprint start bis 19.3. Ziel: One format is tested"),
)  # fmt: skip
async def sprint(ctx: Context, message: Message, args: Wish) -> None:
    """Show the sprint; the moderation begins, moves and ends it."""
    if args.verb is None and not args.words:
        await _show(ctx, message)
        return
    await ctx.require_moderation()
    if args.verb is Verb.START:
        await _start(ctx, message, args.words)
    elif args.verb is Verb.END:
        await sprinting.end(ctx, await _running(ctx), by_person=True)
        if ctx.direct:
            await ctx.acknowledge(message.event_id, "✅ Sprint")
    else:
        await _move(ctx, message, args.words)


async def _show(ctx: Context, message: Message) -> None:
    found = await sprints.running(ctx.db, ctx.group_id)
    if found is None:
        how = text("No sprint runs at the moment. To begin one: !sprint start bis 19.3. Ziel: Text")
        await ctx.reply(how, to=message.event_id)
        return
    told = posts.digest(await tasking.all_of_group(ctx), await around(ctx), found.starts)
    lines = [rules.running(found, await today(ctx)), *told, text("As a picture: !bild sprint")]
    await ctx.reply(joined(lines), to=message.event_id)


async def _start(ctx: Context, message: Message, words: str) -> None:
    other = await sprints.running(ctx.db, ctx.group_id)
    if other is not None:
        raise UserError(
            joined(
                [
                    rules.running(other, await today(ctx)),
                    text("One sprint at a time. To end it: !sprint ende. To move it: !sprint bis 26.3."),
                ],
                " ",
            )
        )
    ends, goal = await _read(ctx, words, f"{_COMMAND} start")
    begun = await sprints.add(ctx.db, ctx.group_id, goal, await today(ctx), ends, message.event_id)
    await sprinting.begin(ctx, begun)
    await recaps.say_start(ctx, begun, message.event_id)
    if ctx.direct:
        await ctx.acknowledge(message.event_id, "✅ Sprint")
    await _propose_better(ctx, message, begun)


async def _move(ctx: Context, message: Message, words: str) -> None:
    found = await _running(ctx)
    before, goal = rules.split_goal(words)
    rest, ends = split_due(before, ctx.now, await ctx.settings(), _COMMAND)
    rest, goal = (rest, goal) if goal else rules.split_goal(rest)
    if rest or (ends is None and not goal):
        raise UserError(
            text("I understand start, ende, bis and Ziel. Example: !sprint start bis 19.3. Ziel: Text")
        )
    if ends is not None:
        await _check(ctx, ends, f"{_COMMAND} bis {{}} {f'Ziel: {goal}' if goal else ''}")
    changed = await sprinting.amend(ctx, found, within_limit(goal) or found.goal, ends or found.ends)
    ctx.done = rules.running(changed, await today(ctx))
    await ctx.acknowledge(message.event_id, "✏️ Sprint")
    if ends is not None:
        await _propose_better(ctx, message, changed)


async def _read(ctx: Context, words: str, command: str) -> tuple[date, str]:
    """Read the last day and the goal.

    Raises:
        Missing: one was not said, or cannot be meant.
    """
    before, goal = rules.split_goal(within_limit(words))
    rest, ends = split_due(before, ctx.now, await ctx.settings(), command)
    if ends is None and goal:
        goal, ends = split_due(goal, ctx.now, await ctx.settings(), command)
    goal = goal or rules.split_goal(rest)[1] or rest
    if ends is None:
        question = text(
            "Until when does the sprint run? Reply with a date, for example 19.3. or: in 2 Wochen"
        )
        raise Missing(question, f"{command} bis {{}} Ziel: {goal}", word=True)
    await _check(ctx, ends, f"{command} bis {{}} Ziel: {goal}")
    if is_blank(goal):
        question = text("What is the goal of the sprint? Just reply to this message.")
        raise Missing(question, f"{command} bis {ends} Ziel: {{}}")
    return ends, goal


async def _check(ctx: Context, ends: date, line: str) -> None:
    """Make sure that a sprint can end on that day; ``line`` has "{}" where the day belongs.

    Raises:
        Missing: it is over, or too far away; another day is proposed, or asked for.
    """
    day, settings = await today(ctx), await ctx.settings()
    checked(ends, day, line)
    if ends == day and rules.end_of_day(day, settings) <= ctx.now:
        other = rules.after_end(day, settings)[0].date()
        question = text(
            "Today it is too late for that: the sprint would end at once. Is {day} meant? Confirm with 👍.",
            day=written(other, day),
        )
        raise Suggestion(question, line.replace("{}", other.isoformat(), 1))


async def _running(ctx: Context) -> Sprint:
    found = await sprints.running(ctx.db, ctx.group_id)
    if found is None:
        raise UserError(
            text("No sprint runs at the moment. To begin one: !sprint start bis 19.3. Ziel: Text")
        )
    return found


async def _propose_better(ctx: Context, message: Message, found: Sprint) -> None:
    other = better(found.ends, await ctx.settings())
    if other is not None:
        question, day = other
        await questions.ask(ctx, message, "suggestion", f"{_COMMAND} bis {day}", question)


# --- the message, the end, and what comes after it ------------------------------------------------


@router.on(Edit)
async def edited(ctx: Context, edit: Edit) -> bool:
    """Give the sprint the goal and the end that its message has now."""
    found = await sprints.by_source(ctx.db, edit.target)
    if found is None:
        return False
    inside = await entries.of_group(ctx, found.group_id)
    if inside is None or found.ended is not None or not await inside.may_moderate():
        return True
    words = command_text(edit.body, _WORDS, direct=ctx.direct)
    if words is None:
        raise UserError(text("This message began a sprint. Another command needs a new message."))
    verb, rest = rules.read_verb(words)
    try:
        ends, goal = await _read(inside, rest if verb is Verb.START else words, f"{_COMMAND} start")
    except Missing:
        raise UserError(
            text("I cannot read this. The sprint stays as it was. Example: start bis 19.3. Ziel: Text")
        ) from None
    await sprinting.amend(inside, found, goal, ends)
    await inside.acknowledge(edit.target, "✏️ Sprint")
    return True


@router.on(Redaction)
async def deleted(ctx: Context, redaction: Redaction) -> bool:
    """Withdraw the sprint whose message was deleted."""
    found = await sprints.by_source(ctx.db, redaction.target)
    inside = await entries.of_group(ctx, found.group_id) if found else None
    if found is None or inside is None:
        return found is not None
    await sprinting.withdraw(inside, found)
    return True


@router.timer(rules.END, lasts=True)
async def ends(ctx: Context, timer: Timer) -> None:
    """End the sprint in working time, if this is still its last day."""
    found = await sprints.find(ctx.db, SprintId(int(timer.subject)))
    if found is None or found.ended is not None or found.ends.isoformat() != timer.nominal:
        return
    due_at = working_moment(ctx.now, await ctx.settings())
    if due_at > ctx.now:
        await ctx.later(rules.END, due_at, subject=timer.subject, nominal=timer.nominal)
        return
    if await budgets.take_place(ctx):
        await sprinting.end(ctx, found, by_person=False)
    else:
        # On the next working day, with a place that is kept for it.
        again = next_day(ctx.now, await ctx.settings())
        await ctx.later(rules.END, again, subject=timer.subject, nominal=timer.nominal)


@router.timer(rules.RETRO, lasts=True)
async def retro(ctx: Context, timer: Timer) -> None:
    """Begin to look back, in working time."""
    found = await sprints.find(ctx.db, SprintId(int(timer.subject)))
    if found is None or found.ended is None:
        return
    other = await sprints.latest(ctx.db, ctx.group_id)
    if other is not None and other.id != found.id and other.ended is not None:
        # Of several that were missed only the newest is worth it.
        return
    due_at = working_moment(ctx.now, await ctx.settings())
    if due_at > ctx.now:
        await ctx.later(rules.RETRO, due_at, subject=timer.subject)
        return
    if await budgets.may_speak(ctx, rules.RETRO, subject=timer.subject, rank=Rank.ANNOUNCED):
        await sprinting.look_back(ctx, found)


@budgets.coming(rules.END, Rank.CANNOT_WAIT)
async def ends_to_come(ctx: Context, promised: Sequence[Timer]) -> int:
    """Return 1 if the sprint ends today."""
    return int(any([await named_end(ctx, timer) is not None for timer in promised]))


@budgets.coming(rules.RETRO, Rank.ANNOUNCED)
async def retros_to_come(ctx: Context, promised: Sequence[Timer]) -> int:
    """Return 1 if the group looks back on a sprint today."""
    return int(any([await named_retro(ctx, timer) is not None for timer in promised]))


@router.names_timer(rules.END)
async def named_end(ctx: Context, timer: Timer) -> Text | None:
    """Name the end of the sprint that runs."""
    found = await sprints.find(ctx.db, SprintId(int(timer.subject)))
    return rules.end_of(found) if found and found.ended is None else None


@router.names_timer(rules.RETRO)
async def named_retro(ctx: Context, timer: Timer) -> Text | None:
    """Name the look back on a sprint that has ended."""
    found = await sprints.find(ctx.db, SprintId(int(timer.subject)))
    return text("Looking back on sprint {number}", number=found.number) if found and found.ended else None


@router.on(Reaction)
async def accepted(ctx: Context, reaction: Reaction) -> bool:
    """Make the proposed review a meeting, by a 👍 of the moderation; taking it back calls the meeting off."""
    post = await outbox.by_event(ctx.db, reaction.target) if reaction.key == _YES else None
    sprint_id = sprints.of_end(post.subject) if post else None
    found = await sprints.find(ctx.db, sprint_id) if sprint_id is not None else None
    if post is None or found is None or found.ended is None or reaction.sender == ctx.me:
        return False
    inside = await entries.of_group(ctx, found.group_id)
    if inside is None or not await inside.may_moderate():
        return False
    review, _ = rules.after_end(found.ended, await inside.settings())
    if review <= inside.now or any(
        one.moment == review for one in await meetings.planned(inside.db, found.group_id)
    ):
        return True
    title = rules.review_of(found).render(inside.require_group().language)
    meeting = await meetings.add(
        inside.db, found.group_id, title, reaction.event_id, starts_at=review, began_at=None
    )
    await planning.announced(inside, meeting)
    return True


#: The folded words that begin a sprint: they are not part of an edited text.
_WORDS: Final = frozenset(map(fold, router.folded()))
