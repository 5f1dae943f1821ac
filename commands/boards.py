# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Show the board, a part of it, or one item; keep one pinned message of the board up to date."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final, Self

from commands import budgets, cards, checking, letters, schedules, sprinting
from commands.around import around
from commands.context import Context
from commands.router import Router
from config.texts import Text, joined, text, verbatim
from method import affected, boards
from method.budgets import Rank
from method.errors import UserError
from method.events import Membership, Message, Redaction
from method.ids import EventId, OutboxId
from method.items import Kind, Label
from method.pages import BOARD_PAUSE, BOARD_RENEWAL, BOARD_UPDATE, Page, pages
from method.polls import boards as poll_boards
from method.search import mentions
from method.sectors import balance_line
from method.timers import Timer
from method.words import fold, isolate
from storage import boards as store
from storage import (
    entries,
    items,
    outbox,
    parking,
    polls,
    problems,
    sectors,
    timers,
)
from storage.boards import Shown

router: Final = Router()

#: How people call the parts of the board.
_KINDS: Final = {
    fold(word): kind
    for kind, words in {
        Kind.BARRIER: "barrieren barriere barriers barrier hürden hürde probleme problem b",
        Kind.IDEA: "ideen idee ideas idea lösungen lösung vorschläge vorschlag i",
        Kind.TASK: "aufgaben aufgabe tasks task todos todo a",
        Kind.DECISION: "entscheidungen entscheidung beschlüsse beschluss decisions decision e",
    }.items()
    for word in words.split()
}
#: How people call the topic store.
_PARKED: Final = frozenset(map(fold, ("themenspeicher", "geparkt", "parkplatz", "parked", "store")))
_AFFECTED: Final = frozenset(map(fold, ("betroffen", "betroffene", "affected")))


_POLLS: Final = frozenset(
    map(fold, ("umfragen", "umfrage", "abstimmungen", "abstimmung", "polls", "poll", "u"))
)

#: How people ask for a new message of the board.
_NEW: Final = frozenset(map(fold, ("neu", "new")))

#: What the homeserver calls the pinned messages.
_PINS: Final = "m.room.pinned_events"


@dataclass(frozen=True, slots=True)
class Part:
    """The part of the board that is asked for; all of it if nothing is said."""

    kind: Kind | None
    topic: str | None
    parked: bool = False
    #: Who is hit hardest; "" stands for anybody who is named.
    affected: str | None = None
    #: A new message of the board is asked for, not an answer.
    new: bool = False
    polls: bool = False

    @classmethod
    def read(cls, words: str, about: Label | None) -> Self:
        """Read a kind, who is hit hardest, or a topic; a "#" may be left out."""
        word = words.strip()
        if fold(word) in _PARKED and not word.startswith("#"):
            return cls(None, None, parked=True)
        first, _, rest = word.partition(" ")
        if fold(first) in _AFFECTED and not word.startswith("#"):
            return cls(None, None, affected=rest.strip(" :"))
        if fold(word) in _NEW and not word.startswith("#"):
            return cls(None, None, new=True)
        if fold(word) in _POLLS and not word.startswith("#"):
            return cls(None, None, polls=True)
        kind = _KINDS.get(fold(word)) if word and not word.startswith("#") else None
        return cls(kind, None if kind else word.lstrip("#").strip() or None)


@router.command(
    "board", "board", "tafel", "übersicht", "liste", "list", "brett",
    args=Part,
    help=text("everything at a glance"),
    example=text("!board barrieren"),
    shows=True,
)  # fmt: skip
async def board(ctx: Context, message: Message, args: Part) -> None:
    """Show the board as text."""
    group = ctx.require_group()
    at = boards.moment(ctx.now, await ctx.zone())
    if args.new:
        await ctx.require_moderation()
        await ctx.acknowledge(message.event_id, "✅ Board")
        await _renew(ctx, await store.pages(ctx.db, group.id), await _pages(ctx))
        return
    if args.affected is not None:
        words = await _of_affected(ctx, args.affected)
    elif args.topic:
        words = await _of_topic(ctx, args.topic)
    elif args.kind:
        words = boards.all_of_kind(
            at, args.kind, await items.listing(ctx.db, group.id, args.kind), await around(ctx)
        )
    elif args.polls:
        words = poll_boards.all_polls(at, await _polls(ctx))
    elif args.parked:
        words = boards.all_parked(at, await items.listing(ctx.db, group.id, parked=True))
    else:
        agreed = await problems.agreed(ctx.db, group.id)
        listed = await items.listing(ctx.db, group.id)
        parked = await parking.count(ctx.db, group.id)
        words = boards.overview(
            at,
            group.step,
            group.goal,
            listed,
            problem=agreed.text if agreed else None,
            parked=parked,
            polls=await _polls(ctx),
            sprint=await sprinting.header(ctx),
            around=await around(ctx),
        )
    await ctx.reply(words, to=message.event_id)


async def _polls(ctx: Context) -> list[Text]:
    ended = await polls.ended(ctx.db, ctx.group_id, ctx.now - poll_boards.RECENT, poll_boards.RESULTS)
    running = await polls.open_of(ctx.db, ctx.group_id)
    return poll_boards.lines(running, ended, now=ctx.now, zone=await ctx.zone())


async def _of_affected(ctx: Context, who: str) -> Text:
    named = [
        (one.listed, affected.of_entry(one.listed.item, one.parts, one.notes))
        for one in await entries.of_group(ctx.db, ctx.group_id, Kind.BARRIER)
    ]
    found = [one for one, people in named if people and (not who or mentions(who, " ".join(people)))]
    if found:
        return boards.all_affected(boards.moment(ctx.now, await ctx.zone()), who, found)
    example = text("To say so: !betroffen B3 women with children")
    if not who:
        raise UserError(joined([text("No barrier says yet who is hit hardest."), example], " "))
    nobody = text("No barrier names “{who}” as hit hardest.", who=isolate(who[:50]))
    raise UserError(joined([nobody, example], " "))


# --- the message that is kept up to date ----------------------------------------------------------


@schedules.anew(BOARD_UPDATE)
async def plan_anew(ctx: Context) -> None:
    """Let the board follow soon, whatever a clock that was ahead has promised."""
    for timer in await timers.of_kind(ctx.db, ctx.group_id, BOARD_UPDATE):
        if timer.due_at > ctx.now + BOARD_PAUSE and await timers.take(ctx.db, timer):
            await ctx.changed()


@router.timer(BOARD_UPDATE)
async def update(ctx: Context, _timer: Timer) -> None:
    """Say what the board is now, if it is not what was said last; the first item makes the message.

    Letters and the open question of a check-in follow as the board does: nobody tells them either.
    """
    await letters.plan(ctx)
    await letters.follow(ctx)
    await checking.follow(ctx)
    shown = await store.pages(ctx.db, ctx.group_id)
    if not shown and not any((await items.counts(ctx.db, ctx.group_id)).values()):
        return
    room = await ctx.group_room()
    if shown and all(one.is_there and one.room_id == room for one in shown):
        await _revise(ctx, shown, await _pages(ctx))
    else:
        await _renew(ctx, shown, await _pages(ctx))


@router.timer(BOARD_RENEWAL, lasts=True)
async def renew(ctx: Context, _timer: Timer) -> None:
    """Say the board anew in the night after something was deleted: the history of the message shows it.

    It waits for no other day, whatever else is said on this one.
    The edits themselves are not deleted: Element shows each of them as a deleted message of its own.
    """
    shown = await store.pages(ctx.db, ctx.group_id)
    if not shown:
        return
    wanted = await _pages(ctx)
    await budgets.count(ctx, len(wanted))
    await _renew(ctx, shown, wanted)


@router.on(Membership)
async def returned(ctx: Context, change: Membership) -> bool:
    """Show the board anew where we have come back, or moved to: what we said before is far away."""
    if change.user_id != ctx.me or change.membership != "join" or ctx.group is None:
        return False
    shown = await store.pages(ctx.db, ctx.group_id)
    if not shown:
        return False
    await _renew(ctx, shown, await _pages(ctx))
    return True


@router.on(Redaction)
async def deleted(ctx: Context, redaction: Redaction) -> bool:
    """Remember that somebody has deleted a message of the board: the next change makes a new one."""
    post = await outbox.by_event(ctx.db, redaction.target)
    if post is None or not store.is_of_board(post) or post.room_id != redaction.room_id:
        return False
    if (await ctx.powers()).may_redact_others(redaction.sender):
        await store.mark_deleted(ctx.db, post.id)
    # It is no change of the board: who deletes the message does not want it back at once.
    return False


async def _pages(ctx: Context) -> list[Page]:
    group = ctx.require_group()
    agreed = await problems.agreed(ctx.db, group.id)
    people = await sectors.people_by_sector(ctx.db, group.id, await ctx.group_room())
    lines = boards.living(
        group.step,
        group.goal,
        await items.listing(ctx.db, group.id),
        problem=agreed.text if agreed else None,
        parked=await parking.count(ctx.db, group.id),
        polls=await _polls(ctx),
        balance=balance_line(people, await sectors.added(ctx.db, group.id)) if people else None,
        sprint=await sprinting.header(ctx),
        around=await around(ctx),
        meeting=await cards.announced_next(ctx),
    )
    return pages(lines, group.step, boards.moment(ctx.now, await ctx.zone()), group.language)


async def _revise(ctx: Context, shown: Sequence[Shown], wanted: Sequence[Page]) -> None:
    """Edit what has changed, add the pages that are missing, take away those left over."""
    room = await ctx.group_room()
    for number, page in enumerate(wanted, 1):
        if number > len(shown):
            await _post(ctx, number, page)
        elif shown[number - 1].digest != page.digest:
            post = shown[number - 1].post
            await ctx.edit(post, verbatim(page.body), room=room)
            await store.save(ctx.db, ctx.group_id, number, post, page.digest)
    if len(shown) > len(wanted):
        await store.forget(ctx.db, ctx.group_id, after=len(wanted))
        await _take_away(ctx, shown[len(wanted) :])
    await _pin(ctx, shown[0].post)


async def _renew(ctx: Context, shown: Sequence[Shown], wanted: Sequence[Page]) -> None:
    """Say the whole board once more and pin it; what was said before is taken away.

    An earlier message is deleted and not only marked: it would go on showing words that people change and
    delete, and whoever finds it would take it for the board.
    """
    room = await ctx.group_room()
    await store.forget(ctx.db, ctx.group_id)
    first, *_ = [await _post(ctx, number, page) for number, page in enumerate(wanted, 1)]
    here = [one for one in shown if one.room_id == room]
    await _pin(ctx, first, instead_of=[one.event_id for one in here[:1] if one.event_id])
    await _take_away(ctx, here)


async def _post(ctx: Context, number: int, page: Page) -> OutboxId:
    subject = store.subject(ctx.group_id, f"{number}:page")
    post = await ctx.post(verbatim(page.body), subject=subject)
    await store.save(ctx.db, ctx.group_id, number, post, page.digest)
    return post


async def _take_away(ctx: Context, shown: Sequence[Shown]) -> None:
    for one in await store.take_back(ctx.db, shown):
        await ctx.redact(one.post, room=one.room_id)


async def _pin(ctx: Context, post: OutboxId, instead_of: Collection[EventId] = ()) -> None:
    """Pin the first page, once; where the bot may not, say once what the moderation can do."""
    room, subject = await ctx.group_room(), store.subject(ctx.group_id, "pin")
    tried = [pin for pin in await outbox.about(ctx.db, subject) if pin.target_id == post]
    if tried and tried[-1].state != "dead":
        return
    may = (await ctx.powers()).may_send_state(ctx.me, _PINS)
    if may:
        await ctx.pin(post, room=room, instead_of=instead_of, subject=subject)
    told = f"unpinned:{ctx.group_id}"
    missing = (tried or not may) and not await outbox.about(ctx.db, told)
    # If it has no place today, the next change of the board is as good.
    if missing and await budgets.take_place(ctx, Rank.MAY_WAIT):
        words = text(
            "I may not pin anything here. The moderation can pin the board."
            " Or give me the right: then I do it with the next change."
        )
        await ctx.post(words, subject=told)


async def _of_topic(ctx: Context, topic: str) -> Text:
    listed = await items.listing(ctx.db, ctx.group_id, topic=topic)
    if listed:
        at = boards.moment(ctx.now, await ctx.zone())
        return boards.all_of_topic(at, topic, listed, await around(ctx))
    nothing = text("There is no entry on the topic #{topic}.", topic=topic[:50])
    topics = boards.topic_line(await items.listing(ctx.db, ctx.group_id))
    how = text(
        "The parts of the board: !board barrieren, !board ideen, !board aufgaben, !board entscheidungen"
    )
    raise UserError(joined([nothing, topics, how] if topics else [nothing, how]))
