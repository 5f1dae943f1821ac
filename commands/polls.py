# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Put a question to the group, and end it: the result is one message, and nobody's vote is kept."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Self

from commands import entries, polling
from commands.context import Context
from commands.router import MODERATION, Router
from config.texts import Text, text
from method.errors import UserError
from method.events import Edit, Membership, Message, PollEnd, Redaction
from method.ids import PollId
from method.items import Kind as ItemKind
from method.items import Label
from method.polls import POLL_UPDATE, Kind, Poll, parse_label
from method.polls.dots import dot_options, read_dots
from method.polls.posts import running
from method.polls.recounts import RECOUNTED, Recounted
from method.polls.words import Wish, read_poll
from method.timers import Timer
from method.words import fold, is_blank
from storage import changes, inbox, items, outbox, polls

router: Final = Router()

_END: Final = frozenset(map(fold, ("ende", "beenden", "schluss", "end", "close", "stop")))
_ALL: Final = frozenset(map(fold, ("alle", "liste", "offen", "all", "list", "open")))


@dataclass(frozen=True, slots=True)
class Words:
    """A question with its answers and flags, as typed."""

    words: str

    @classmethod
    def read(cls, words: str, about: Label | None) -> Self:
        """Take the words as they are: what they mean depends on the day and the group."""
        return cls(words.strip())


@router.command(
    "umfrage", "poll", "abstimmung", "abstimmen",
    args=Words,
    keeps=True,
    usage=text("Question; answer; answer"),
    help=text("put a question to the vote; end it: ende U1"),
    example=text("!umfrage Was zuerst?; Lotsin; Profil"),
)  # fmt: skip
async def ask(ctx: Context, message: Message, args: Words) -> None:
    """Ask the group, or end a poll."""
    if fold(args.words) in _ALL:
        await overview(ctx, message, None)
    else:
        await _ask(ctx, message, args.words, Kind.CHOICE)


@router.command(
    "umfragen", "polls",
    help=text("the polls that are open, and their ends"),
    example=text("!umfragen"),
    shows=True,
)  # fmt: skip
async def overview(ctx: Context, message: Message, _args: None) -> None:
    """List the open polls; sums are shown at the end only."""
    found = await polls.open_of(ctx.db, ctx.group_id)
    await ctx.reply(running(found, now=ctx.now, zone=await ctx.zone()), to=message.event_id)


@router.command(
    "termin", "date", "doodle", "terminumfrage",
    args=Words,
    keeps=True,
    usage=text("Title; day; day"),
    help=text("find a day that suits most"),
    example=text("!termin Austausch; Mi 15:00; Do 10:00"),
)  # fmt: skip
async def ask_date(ctx: Context, message: Message, args: Words) -> None:
    """Ask which days suit."""
    await _ask(ctx, message, args.words, Kind.DATE)


@router.command(
    "punkten", "dotvote", "punkte", "dots",
    args=Words,
    keeps=True,
    usage=text("barrieren 3 bis Fr 12:00"),
    help=text("choose what matters most by points"),
    example=text("!punkten barrieren 3 bis Fr 12:00"),
    power_level=MODERATION,
)  # fmt: skip
async def ask_dots(ctx: Context, message: Message, args: Words) -> None:
    """Ask for points for entries of the board."""
    dots = read_dots(args.words, await polling.present(ctx))
    kind = dots.of if isinstance(dots.of, ItemKind) else None
    listed = await items.listing(ctx.db, ctx.group_id, kind, None if kind else str(dots.of))
    options, most = dot_options([one.item for one in listed], dots.most)
    question = text("What matters most?").render(ctx.require_group().language)
    wish = Wish(Kind.DOTS, question, options, most, dots.openness, False, dots.ends_at)
    await _open(ctx, message, wish)


@router.command(
    "widerstand", "resistance", "konsensieren",
    args=Words,
    keeps=True,
    usage=text("Question; answer; answer"),
    help=text("find the answer against which least speaks, from 0 to 10"),
    example=text("!widerstand Was zuerst?; Lotsin; Profil"),
)  # fmt: skip
async def ask_resistance(ctx: Context, message: Message, args: Words) -> None:
    """Ask how much speaks against each answer."""
    await _ask(ctx, message, args.words, Kind.RESISTANCE)


@router.command(
    "konsens", "consent", "konsent",
    args=Words,
    keeps=True,
    usage=text("Proposal"),
    help=text("ask for objections to a proposal"),
    example=text("!konsens Wir treffen uns am Mittwoch."),
)  # fmt: skip
async def ask_consent(ctx: Context, message: Message, args: Words) -> None:
    """Ask for objections; an open one blocks."""
    await _ask(ctx, message, args.words, Kind.CONSENT)


@router.command(
    "fragerunde", "survey", "befragung",
    args=Words,
    keeps=True,
    usage=text("Question"),
    help=text("ask everybody for one answer in own words, over days"),
    example=text("!fragerunde Was lief gut?"),
)  # fmt: skip
async def ask_round(ctx: Context, message: Message, args: Words) -> None:
    """Ask everybody for one answer in own words; the answers are shown at the end, without names."""
    await _ask(ctx, message, args.words, Kind.ROUND)


async def _ask(ctx: Context, message: Message, words: str, kind: Kind) -> None:
    ended, number = _ending(words)
    if ended:
        await _end(ctx, message, await polling.named(ctx, number))
        return
    await _open(ctx, message, read_poll(words, kind, await polling.present(ctx)))


async def _open(ctx: Context, message: Message, wish: Wish) -> None:
    author = await ctx.author()
    poll = await polls.add(ctx.db, ctx.group_id, wish, author, message.event_id)
    await changes.add(ctx.db, ctx.group_id, author, "poll-asked", now=ctx.now, before=json.dumps(poll.id))
    ctx.done = text("Saved as {label}.", label=poll.label)
    await polling.show(ctx, poll)
    await polling.promise_end(ctx, poll)
    if ctx.direct:
        await ctx.acknowledge(message.event_id, f"✅ {poll.label}")


def _ending(words: str) -> tuple[bool, int | None]:
    """Is a poll to be ended ("ende", "ende U1", "U1 ende"), by whatever command, and which one?"""
    first, _, rest = words.partition(" ")
    number, more = parse_label(rest)
    if fold(first) in _END and is_blank(more) and (number is not None or is_blank(rest)):
        return True, number
    number, more = parse_label(words)
    return number is not None and fold(more) in _END, number


async def _end(ctx: Context, message: Message, poll: Poll) -> None:
    if not poll.is_open:
        raise UserError(text("{poll} has ended already. Open polls: !umfragen", poll=poll.label))
    if not entries.is_author(ctx, poll.author):
        await ctx.require_moderation()
    await _stop(ctx, poll, message.received_at)
    ended = json.dumps(poll.id)
    await changes.add(ctx.db, ctx.group_id, await ctx.author(), "poll-ended", now=ctx.now, before=ended)
    if ctx.direct:
        await ctx.acknowledge(message.event_id, f"✅ {poll.label}")


async def _stop(ctx: Context, poll: Poll, now: datetime) -> None:
    # Who votes later is told when it ended, not when it was to end.
    end = min(now, poll.ends_at)
    await polls.set_end(ctx.db, poll.id, end)
    await polling.count(ctx, replace(poll, ends_at=end), since=now)


@router.on(PollEnd)
async def ended(ctx: Context, end: PollEnd) -> bool:
    """End a native poll: clients offer that to whoever may delete what others say, and then show it as ended."""
    poll = await polling.by_native(ctx, end.target)
    if poll is None or not poll.is_open or not (await ctx.powers()).may_redact_others(end.sender):
        return False
    await _stop(ctx, poll, end.received_at)
    return True


@router.timer(polling.CLOSE, lasts=True)
async def close(ctx: Context, timer: Timer) -> None:
    """End a poll whose time has come, once everything that was received before is handled."""
    poll = await polls.get(ctx.db, PollId(int(timer.subject)))
    if not poll.is_open or poll.closing_since is not None:
        return
    # Of a native poll what was received before is waited for when it is counted.
    waits = poll.native is None and ctx.now < poll.ends_at + polling.PATIENCE
    if ctx.now < poll.ends_at or (waits and await inbox.is_behind(ctx.db, poll.ends_at)):
        again = max(poll.ends_at, ctx.now + polling.LOOK)
        await ctx.later(polling.CLOSE, again, subject=timer.subject)
        return
    await polling.count(ctx, poll)


@router.timer(RECOUNTED, lasts=True)
async def counted(ctx: Context, timer: Timer) -> None:
    """Say the result: what the homeserver has of the poll was looked up, or it did not say."""
    found = Recounted.read(timer.subject)
    poll = await polls.get(ctx.db, found.poll_id)
    if poll.is_open:
        await polling.close(ctx, poll, unreadable=found.unreadable, reread=found.reread)


@router.timer(POLL_UPDATE)
async def update(ctx: Context, timer: Timer) -> None:
    """Show an open poll as it is now: one of its entries was withdrawn, or has come back."""
    await polling.show_again(ctx, await polls.get(ctx.db, PollId(int(timer.subject))))


@router.names_timer(polling.CLOSE)
async def named(ctx: Context, timer: Timer) -> Text | None:
    """Name the end of a poll that is open."""
    poll = await polls.get(ctx.db, PollId(int(timer.subject)))
    return text("End of {poll}", poll=poll.label) if poll.is_open else None


@router.on(Membership)
async def moved(ctx: Context, change: Membership) -> bool:
    """Show open polls anew in the room that has replaced the old one: nobody can answer what stands there."""
    if change.user_id != ctx.me or change.membership != "join" or ctx.group is None or ctx.direct:
        return False
    open_ = await polls.open_of(ctx.db, ctx.group_id)
    cards = await outbox.by_ids(ctx.db, [poll.card for poll in open_ if poll.card is not None])
    elsewhere = [
        poll for poll in open_ if poll.card in cards and cards[poll.card].room_id != ctx.room.room_id
    ]
    for poll in elsewhere:
        await polling.show(ctx, poll)
    return bool(elsewhere)


# --- the message that asked ----------------------------------------------------------------------


@router.on(Edit)
async def edited(ctx: Context, edit: Edit) -> bool:
    """A poll stays as it was asked: people have voted on these words."""
    poll = await polls.by_source(ctx.db, edit.target)
    if poll is None:
        return False
    if poll.is_open and await entries.of_group(ctx, poll.group_id) is not None:
        raise UserError(
            text("{poll} stays as it is. End it: !umfrage ende {poll}. Then ask anew.", poll=poll.label)
        )
    return True


@router.on(Redaction)
async def deleted(ctx: Context, redaction: Redaction) -> bool:
    """Withdraw a poll whose message was deleted: its words, its posts and all votes."""
    poll = await polls.by_source(ctx.db, redaction.target)
    if poll is None:
        return False
    inside = await entries.of_group(ctx, poll.group_id)
    if inside is not None and await entries.may_delete(inside, poll.author, redaction):
        await polling.withdraw(inside, poll)
    return True
