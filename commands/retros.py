# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Look back together: begin a retro, put cards into the box, reveal them for all at once; nobody can earlier."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

from commands import budgets, entries, retrospecting, schedules
from commands.context import Context
from commands.router import Router
from config.texts import Text, joined, text
from method import retros as rules
from method import schedules as lateness
from method.budgets import Rank
from method.deadlines import moment_written
from method.errors import Missing, UserError
from method.events import Edit, Membership, Message, Redaction
from method.ids import RetroId
from method.items import Label
from method.retros import COMMANDS, Retro, Stage, Verb, posts
from method.retros.forms import named_alone, read_cards
from method.schedules import Schedule
from method.timers import Timer
from storage import outbox, polls, retros, timers

router: Final = Router()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be done, with which words."""

    verb: Verb
    words: str

    @classmethod
    def read(cls, words: str, about: Label | None) -> Self:
        """Read the verb; whatever is nothing else is an answer."""
        verb, rest = rules.read_verb(words)
        alone = named_alone(rest) if verb is Verb.ANSWER else None
        if alone is not None:
            raise Missing(_what(), f"retro {alone}: {{}}")
        return cls(verb, rest)


@router.command(
    COMMANDS[0], *COMMANDS,
    args=Wanted,
    keeps=True,
    usage=text("schwierig Text"),
    help=text("look back with cards without names; begin: !retro start segelboot bis Mo 22.3. 9:30"),
    example=text("!retro schwierig too many rooms"),
)  # fmt: skip
async def retro(ctx: Context, message: Message, args: Wanted) -> None:
    """Show, begin or cancel a retro; or take cards."""
    if args.verb is Verb.SHOW:
        await _show(ctx, message)
    elif args.verb is Verb.START:
        await _start(ctx, message, args.words)
    elif args.verb is Verb.CANCEL:
        await _cancel(ctx, message)
    elif args.verb is Verb.REVEAL:
        raise UserError(await _not_yet(ctx))
    elif args.verb is Verb.UNCLEAR:
        raise UserError(_no_card())
    else:
        said = read_cards(args.words, called=True)
        if not said:
            raise Missing(_what(), "retro {}")
        await retrospecting.take(ctx, message, said)


def _what() -> Text:
    return text("What shall stand on the card? Just reply to this message.")


def _no_card() -> Text:
    return text(
        "I took no card. To begin a retro: !retro start bis Mo 9:30. To end it: !retro abbrechen."
        " What runs keeps its time. If this is a card: !retro schwierig and then the text.",
    )


async def _show(ctx: Context, message: Message) -> None:
    """Say how it stands and how to take part; in a direct message, ask for a card."""
    found = await retros.running(ctx.db, ctx.group_id)
    lines = [await _state(ctx, found)]
    if found is None or found.stage is not Stage.OPEN:
        lines.append(
            text("Cards for the next one, by direct message too: retro schwierig and then the text.")
        )
    else:
        lines.append(joined(posts.questions(found.form), " "))
        lines.append(text("Answer there, or by direct message: retro schwierig and then the text."))
    lines += await retrospecting.before(ctx) if found is None else []
    if ctx.direct:
        raise Missing(joined([*lines, text("An answer? Just write it here.")]), "retro {}")
    await ctx.reply(joined(lines), to=message.event_id)


async def _state(ctx: Context, found: Retro | None) -> Text:
    if found is None:
        begin = text("No retro runs at the moment. The moderation begins it: !retro start")
        return joined([begin, text("Other questions: !retro start segelboot, start-stop-continue or 4l.")])
    now, zone = ctx.now, await ctx.zone()
    if found.poll is not None:
        poll = await polls.get(ctx.db, found.poll)
        return text(
            "The cards are revealed. The vote {poll} runs until {moment}.",
            poll=poll.label,
            moment=moment_written(poll.ends_at, now, zone),
        )
    at = moment_written(await retrospecting.moment(ctx, found), now, zone)
    return text("The cards are revealed on {moment}, for all at once.", moment=at)


async def _not_yet(ctx: Context) -> Text:
    found = await retros.running(ctx.db, ctx.group_id)
    if found is None or found.stage is not Stage.OPEN:
        return await _state(ctx, found)
    state = await _state(ctx, found)
    return joined([state, text("Nobody can reveal them earlier, me neither.")], " ")


async def _start(ctx: Context, message: Message, words: str) -> None:
    await ctx.require_moderation()
    found = await retros.running(ctx.db, ctx.group_id)
    if found is not None:
        raise UserError(joined([text("One retro at a time."), await _state(ctx, found)], " "))
    wish = rules.read_start(words, ctx.now, await ctx.settings())
    begun = await retrospecting.begin(ctx, wish.form, wish.reveals, source=message.event_id)
    await retrospecting.remember(ctx, begun, None)
    ctx.done = await _state(ctx, begun)
    if ctx.direct:
        await ctx.acknowledge(message.event_id, "✅")


async def _cancel(ctx: Context, message: Message) -> None:
    await ctx.require_moderation()
    found = await retros.running(ctx.db, ctx.group_id)
    if found is None:
        raise UserError(await _state(ctx, found))
    if found.stage is not Stage.OPEN:
        ends = text("The moderation can end it: !umfrage ende")
        raise UserError(joined([await _state(ctx, found), ends], " "))
    await retrospecting.cancel(ctx, found)
    await retrospecting.remember(ctx, found, Stage.OPEN)
    await ctx.reply(posts.cancelled(), to=message.event_id)


# --- the message that began it -------------------------------------------------------------------


@router.on(Edit)
async def edited(ctx: Context, edit: Edit) -> bool:
    """A retro stays as it was begun: people answer until the moment that was said."""
    found = await retros.by_source(ctx.db, edit.target)
    if found is None:
        return False
    if found.stage is Stage.OPEN and await entries.of_group(ctx, found.group_id) is not None:
        raise UserError(text("The retro stays as it is. To end it: !retro abbrechen. Then begin anew."))
    return True


@router.on(Redaction)
async def deleted(ctx: Context, redaction: Redaction) -> bool:
    """Withdraw the retro whose message was deleted, unless its cards are revealed."""
    found = await retros.by_source(ctx.db, redaction.target)
    inside = await entries.of_group(ctx, found.group_id) if found else None
    if found is None or inside is None:
        return found is not None
    if found.stage is Stage.OPEN:
        await retrospecting.withdraw(inside, found)
    return True


@router.on(Membership)
async def moved(ctx: Context, change: Membership) -> bool:
    """Show the retro that runs anew in the room that has replaced the old one: nobody can answer what stands there."""
    if change.user_id != ctx.me or change.membership != "join" or ctx.group is None or ctx.direct:
        return False
    found = await retros.running(ctx.db, ctx.group_id)
    post = await outbox.get(ctx.db, found.post) if found is not None and found.post is not None else None
    if found is None or post is None or post.room_id == ctx.room.room_id:
        return False
    await retrospecting.show(ctx, found, anew=True)
    return True


# --- what is promised ----------------------------------------------------------------------------


@schedules.planned(rules.REVEAL)
async def plans(ctx: Context) -> dict[str, Schedule]:
    """Return when the cards are revealed."""
    found = await retros.running(ctx.db, ctx.group_id)
    if found is None or found.stage is not Stage.OPEN:
        return {}
    return {str(found.id): rules.schedule(found, await ctx.settings())}


@schedules.moved(rules.REVEAL)
async def told_anew(ctx: Context, subject: str) -> None:
    """Say in our post when the cards are revealed now: a holiday may have moved it."""
    await retrospecting.show(ctx, await retros.by_id(ctx.db, RetroId(int(subject))))


@router.timer(rules.REVEAL)
async def reveal(ctx: Context, timer: Timer) -> None:
    """Reveal the cards; where it is hours too late, or the day too loud for that, on the next working day."""
    schedule = (await plans(ctx)).get(timer.subject)
    if schedule is None:
        return
    due = await schedules.keep(ctx, timer, schedule, lateness.RETRO)
    found = await retros.by_id(ctx.db, RetroId(int(timer.subject)))
    if due is not None and await _has_place(ctx, found):
        await schedules.stop(ctx, rules.REVEAL, subject=timer.subject)
        await retrospecting.reveal(ctx, found, due.missed)
        return
    for promised in await timers.of_subject(ctx.db, ctx.group_id, rules.REVEAL, timer.subject):
        await retros.postpone(ctx.db, found.id, promised.nominal)
    await retrospecting.show(ctx, await retros.by_id(ctx.db, found.id))


async def _has_place(ctx: Context, found: Retro) -> bool:
    """May the vote be asked today? It counts where nobody has begun the retro, but the end of a sprint."""
    unasked = found.sprint is not None and await retrospecting.has_vote(ctx, found)
    return not unasked or await budgets.take_place(ctx, Rank.ANNOUNCED)


@budgets.coming(rules.REVEAL, Rank.ANNOUNCED)
async def votes_to_come(ctx: Context, promised: Sequence[Timer]) -> int:
    """Return 1 if a vote comes today that nobody has asked for."""
    found = await retros.running(ctx.db, ctx.group_id)
    if not promised or found is None or found.sprint is None:
        return 0
    return int(await retrospecting.has_vote(ctx, found))


@router.names_timer(rules.REVEAL)
async def named(_ctx: Context, _timer: Timer) -> Text:
    """Name the reveal."""
    return text("Vote of the retro")
