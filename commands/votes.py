# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Vote through any door: a command, a reply with numbers, a number under the post, a direct message."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

from commands import entries, polling, statements
from commands.context import Context
from commands.router import Router
from config.texts import text, verbatim
from method.deadlines import moment_written
from method.errors import Missing, UserError
from method.events import Edit, Message, PollResponse, Reaction, Redaction
from method.ids import EventId
from method.items import Label
from method.polls import AGREES, OBJECTS, Kind, Openness, Poll, number_of, parse_label
from method.polls.answers import checked
from method.polls.ballots import Door, is_late, native_choices, takes
from method.polls.stands import read_stand
from method.polls.suggestions import is_suggestion
from method.polls.votes import numbers, read_vote
from method.words import command_text, is_blank, isolate
from storage import groups, outbox, poll_votes, polls

router: Final = Router()

_PLUS: Final = "+"


@dataclass(frozen=True, slots=True)
class Ballot:
    """Which poll, and what is chosen."""

    number: int | None
    words: str

    @classmethod
    def read(cls, words: str, about: Label | None) -> Self:
        """Read the label; the rest depends on the poll."""
        return cls(*parse_label(words))


@router.command(
    "stimme", "vote", "stimmen",
    args=Ballot,
    # Of a secret vote nothing may be kept beside the person, not even to ask for the group.
    discreet=lambda words: not is_blank(words),
    keeps=True,
    usage=text("U1 2"),
    help=text("vote in a poll, also by direct message"),
    example=text("!stimme U1 2"),
)  # fmt: skip
async def vote(ctx: Context, message: Message, args: Ballot) -> None:
    """Vote; what the person said before, through whatever door, is replaced."""
    ctx, poll, is_several = await _wanted(ctx, args.number)
    door = Door.DIRECT if ctx.direct else Door.COMMAND
    if await _is_over(ctx, message, poll):
        return
    if poll.kind is Kind.ROUND:
        statements.require_direct(poll, door)
        await statements.answer(ctx, poll, message.event_id, args.words)
    else:
        _require_door(poll, door)
        stand = read_stand(args.words) if poll.kind is Kind.CONSENT else None
        choices = stand.choices if stand else read_vote(args.words, poll)
        await _take(ctx, poll, door, message.event_id, choices, stand.reason if stand else "")
    if is_several:
        name = verbatim(isolate(ctx.require_group().name))
        await ctx.reply(
            text("This counts in the group “{name}”. To vote in another one: gruppe", name=name),
            to=message.event_id,
        )


async def _wanted(ctx: Context, number: int | None) -> tuple[Context, Poll, bool]:
    """Return the poll that is meant, its group, and whether other groups of the person have one of this name.

    Where only one of the groups to which a direct message belongs has it open, there is no doubt.
    """
    if not ctx.direct or number is None:
        # The choice is not kept: it may be a secret one.
        return ctx, await polling.named(ctx, number, "stimme {}"), False
    mine = await groups.of_member(ctx.db, ctx.user)
    found = [(group, await polls.find(ctx.db, group.id, number)) for group in mine]
    open_ = [(group, poll) for group, poll in found if poll is not None and poll.is_open]
    if len(open_) == 1:
        group, poll = open_[0]
        return ctx.for_group(group), poll, False
    return ctx, await polling.named(ctx, number), len(open_) > 1


async def _is_over(ctx: Context, message: Message, poll: Poll) -> bool:
    """Say on a typed vote that it came too late."""
    if poll.is_open and not is_late(message.received_at, poll, message.sent_at):
        return False
    await ctx.acknowledge(message.event_id, f"⏰ {text('too late').render(ctx.language)}")
    subject = None if ctx.direct else polls.subject(poll.id, "late")
    # The room hears once when that was.
    if subject is None or not await outbox.about(ctx.db, subject):
        ended = moment_written(poll.ends_at, ctx.now, await ctx.zone())
        words = text("{poll} ended on {time}.", poll=poll.label, time=ended)
        await ctx.reply(words, to=message.event_id, subject=subject)
    return True


def _require_door(poll: Poll, door: Door) -> None:
    if not takes(poll, door):
        raise UserError(
            text(
                "{poll} is secret. Vote by direct message to me: stimme {poll} {number}",
                poll=poll.label,
                number=text("yes") if poll.kind is Kind.CONSENT else poll.numbers[0],
            )
        )


async def _take(
    ctx: Context, poll: Poll, door: Door, event: EventId, choices: Sequence[int], reason: str = ""
) -> None:
    """Keep a vote and give the receipt, which says nothing about the choice."""
    if poll.openness is Openness.SECRET:
        reason = checked(reason)
        if not choices or not await poll_votes.add_secretly(ctx.db, poll, ctx.user, choices, reason):
            raise UserError(text("A secret vote cannot be changed: I do not know which one it was."))
    else:
        await poll_votes.add(ctx.db, poll.id, await ctx.author(), event, door, choices)
        await statements.give_reason(ctx, poll, event, reason)
    await ctx.acknowledge(event, f"✅ {poll.label}")


# --- replies -------------------------------------------------------------------------------------


@router.on(Message)
async def replied(ctx: Context, message: Message) -> bool:
    """Take a reply to our post: numbers, how somebody stands, or an answer in own words. Anything else is talk."""
    target = message.reply_to or message.thread_root
    post = await outbox.by_event(ctx.db, target) if target else None
    poll = await statements.poll_of(ctx, post)
    if (
        post is None
        or poll is None
        or poll.question is None
        or ctx.direct
        or ctx.group is None
        or is_blank(message.body)
    ):
        return False
    if poll.group_id != ctx.group.id:
        return False
    if is_suggestion(message, poll):
        return False
    if poll.kind is Kind.ROUND:
        if not await _is_over(ctx, message, poll):
            statements.require_direct(poll, Door.REPLY)
            await statements.answer(ctx, poll, message.event_id, message.body)
        return True
    # "+1" says that somebody agrees with the question.
    is_approval = message.body.strip() == f"{_PLUS}1" and poll.kind is not Kind.CONSENT
    chosen = None if is_approval else numbers(message.body, poll)
    stand = statements.stand(poll, message, post) if chosen is None else None
    if chosen is None and stand is None:
        return await statements.remarked(ctx, poll, message, post)
    if await _is_over(ctx, message, poll):
        return True
    _require_door(poll, Door.REPLY)
    choices, reason = (stand.choices, stand.reason) if stand else (read_vote(message.body, poll), "")
    await _take(ctx, poll, Door.REPLY, message.event_id, choices, reason)
    if stand and choices != (OBJECTS,):
        await poll_votes.forget_remarks(ctx.db, poll.id, await ctx.author())
    return True


# --- reactions -----------------------------------------------------------------------------------


@router.on(Reaction)
async def tapped(ctx: Context, reaction: Reaction) -> bool:
    """Take a number under our post, or 👍 and ✋ under a proposal; late ones and others mean nothing."""
    post = await outbox.by_event(ctx.db, reaction.target)
    poll = await statements.poll_of(ctx, post)
    if post is None or poll is None or ctx.direct or ctx.group is None or poll.group_id != ctx.group.id:
        return False
    number = _meant(poll, reaction.key)
    if statements.asks_back(post) and number != OBJECTS:
        # 👍 could mean: yes, it is an objection.
        return False
    is_over = not poll.is_open or is_late(reaction.received_at, poll, reaction.sent_at)
    if number is None or number not in poll.numbers or is_over or not takes(poll, Door.REACTION):
        return False
    await poll_votes.add(ctx.db, poll.id, await ctx.author(), reaction.event_id, Door.REACTION, (number,))
    return True


def _meant(poll: Poll, key: str) -> int | None:
    if poll.kind is Kind.CONSENT and key in polling.STANDS:
        return (AGREES, OBJECTS)[polling.STANDS.index(key)]
    return number_of(key)


# --- the native poll -----------------------------------------------------------------------------


@router.on(PollResponse)
async def responded(ctx: Context, response: PollResponse) -> bool:
    """Take a vote in the native poll; no receipt: the client shows what was chosen."""
    poll = await polling.by_native(ctx, response.target)
    if poll is None:
        return False
    if is_late(response.received_at, poll, response.sent_at):
        await _tell_late(ctx, response, poll)
    elif poll.is_open and takes(poll, Door.NATIVE):
        choices = native_choices(poll, response.answers)
        await poll_votes.add(ctx.db, poll.id, await ctx.author(), response.event_id, Door.NATIVE, choices)
    # In time, but its key came after the end: that a vote could not be read was said with the result.
    return True


async def _tell_late(ctx: Context, response: PollResponse, poll: Poll) -> None:
    """Say once that votes come too late: nobody sees a response, so nobody sees an answer to it."""
    subject = polls.subject(poll.id, "late")
    if await outbox.about(ctx.db, subject):
        return
    await ctx.acknowledge(response.event_id, f"⏰ {text('too late').render(ctx.language)}")
    ended = moment_written(poll.ends_at, ctx.now, await ctx.zone())
    await ctx.post(text("{poll} ended on {time}.", poll=poll.label, time=ended), subject=subject)


# --- second thoughts -----------------------------------------------------------------------------


@router.on(Edit)
async def edited(ctx: Context, edit: Edit) -> bool:
    """A vote that was typed chooses what its message says now."""
    said = await poll_votes.by_event(ctx.db, edit.target)
    if said is None:
        return False
    poll = await polls.get(ctx.db, said.poll_id)
    inside = await entries.of_group(ctx, poll.group_id)
    is_over = is_late(edit.received_at, poll, edit.sent_at)
    if inside is None or not entries.is_author(inside, said.person_id) or is_over:
        return True
    if poll.kind is Kind.ROUND:
        await statements.reanswer(inside, poll, edit, _WORDS)
    elif said.door in (Door.COMMAND, Door.DIRECT):
        words = command_text(edit.body, _WORDS, direct=ctx.direct)
        number, words = parse_label(words) if words is not None else (None, None)
        if words is None or number not in (None, poll.number):
            raise UserError(
                text("This message is a vote in {poll}. Another one needs a new message.", poll=poll.label)
            )
        stand = read_stand(words) if poll.kind is Kind.CONSENT else None
        await poll_votes.rewrite(ctx.db, edit.target, stand.choices if stand else _reread(words, poll))
        await statements.give_reason(inside, poll, edit.target, stand.reason if stand else "")
    elif (chosen := numbers(edit.body, poll)) is not None:
        await poll_votes.rewrite(ctx.db, edit.target, _reread(edit.body, poll) if chosen else ())
    elif poll.kind is Kind.CONSENT:
        await statements.restand(inside, poll, edit)
    else:
        # It is no vote any more.
        await poll_votes.rewrite(ctx.db, edit.target, ())
    await ctx.acknowledge(edit.target, f"✏️ {poll.label}")
    return True


def _reread(words: str, poll: Poll) -> tuple[int, ...]:
    try:
        return read_vote(words, poll)
    except Missing as missing:
        # A question about an edit has nowhere to keep its answer; the vote stays as it was.
        raise UserError(missing.text) from missing


@router.on(Redaction)
async def deleted(ctx: Context, redaction: Redaction) -> bool:
    """Forget a vote that was deleted: what the person said before counts again."""
    said = await poll_votes.by_event(ctx.db, redaction.target)
    if said is None:
        return False
    poll = await polls.get(ctx.db, said.poll_id)
    inside = await entries.of_group(ctx, poll.group_id)
    if inside is not None and await entries.may_delete(inside, said.person_id, redaction):
        await poll_votes.take_back(ctx.db, redaction.target)
    return True


#: The folded words that call the command: they are not part of a vote.
_WORDS: Final = frozenset(router.folded())
