# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Show one item with everything that belongs to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

from commands import entries, polling
from commands.around import around
from commands.context import Context
from commands.router import Router
from config.texts import Text, joined, text
from method import boards
from method.drafts import first_label
from method.errors import Missing
from method.events import Message
from method.histories import line
from method.items import Item, Label
from method.parts import together
from method.polls import parse_label
from method.polls.ballots import EMPTY
from method.polls.boards import details as poll_details
from method.sectors import by_key, is_shown
from method.words import clean, is_blank, isolate
from storage import (
    histories,
    items,
    notes,
    parking,
    parts,
    people,
    polls,
    preferences,
    rooms,
    sectors,
    supports,
)
from storage.links import linked_to

router: Final = Router()

#: From this step on ("make barriers concrete") a barrier without views asks for them.
_VIEWS_MATTER: Final = 2


@dataclass(frozen=True, slots=True)
class Named:
    """One item, or a poll."""

    label: Label | None
    poll: int | None = None

    @classmethod
    def read(cls, words: str, about: Label | None) -> Self:
        """Read the label, which a reply may leave out."""
        number, rest = parse_label(words)
        if number is not None and is_blank(rest):
            return cls(None, number)
        label, _ = first_label(words, bare=True)
        if label or about:
            return cls(label or about)
        raise Missing(text("Which entry shall I show? Reply with the number, for example B3."), "zeige {}")


@router.command(
    "zeige", "show", "zeig", "zeigen", "details", "detail",
    args=Named,
    usage=text("B3"),
    help=text("one entry with everything that belongs to it"),
    example=text("!zeige B3"),
    shows=True,
)  # fmt: skip
async def show(ctx: Context, message: Message, args: Named) -> None:
    """Show one item: date, topics, what was added, support, what belongs together; of a part, the whole entry."""
    if args.label is None:
        await _show_poll(ctx, message, args.poll)
        return
    item = await entries.find_open(ctx, args.label, "zeige {}")
    places = await parts.of_group(ctx.db, ctx.group_id)
    whole = await items.by_id(ctx.db, places.top(item.id))
    family = places.family(whole.id)
    others = [await items.by_id(ctx.db, part) for part in family[1:]]
    words = boards.details(
        together(whole, others),
        await notes.of_item(ctx.db, *family),
        await supports.count(ctx.db, *family),
        await linked_to(ctx.db, *family),
        now=ctx.now,
        zone=await ctx.zone(),
        parts=others,
        asks_for_views=ctx.require_group().step >= _VIEWS_MATTER,
        sector=await _sector(ctx, item),
        around=await around(ctx),
    )
    if item.id != whole.id:
        is_part = text("{label} is part of {whole}.", label=str(item.label), whole=str(whole.label))
        words = joined([is_part, words])
    if await parking.is_parked(ctx.db, whole.id):
        words = joined([text("{label} is in the topic store.", label=str(whole.label)), words])
    history = await _history(ctx, whole)
    if history:
        words = joined([words, history])
    author = await _named_author(ctx, whole)
    if author:
        words = joined([words, text("From: {name}", name=author)])
    await ctx.reply(words, to=message.event_id, subject=items.subject(whole.id, "details:post"))


async def _show_poll(ctx: Context, message: Message, number: int | None) -> None:
    """Show one poll: question, options and end; its sums only once it has ended."""
    poll = await polling.named(ctx, number)
    tally = EMPTY if poll.is_open else await polls.sums(ctx.db, poll)
    words = poll_details(poll, tally, now=ctx.now, zone=await ctx.zone())
    await ctx.reply(words, to=message.event_id, subject=polls.subject(poll.id, polls.SHOWN))


async def _history(ctx: Context, item: Item) -> Text | None:
    """Return what has happened to an item; of people only who has a task now, and is in the room."""
    here = await around(ctx)
    owner = here.name(item.task.owner) if item.task else None
    return line(await histories.of_item(ctx.db, item.id), owner, here.today or item.created_at.date())


async def _sector(ctx: Context, item: Item) -> Text | None:
    """Return the sector an item comes from, if it was declared in public and enough people have."""
    key = await sectors.public_of_item(ctx.db, item.id)
    if key is None:
        return None
    people = await sectors.people_by_sector(ctx.db, item.group_id, await ctx.group_room())
    found = by_key(key, await sectors.added(ctx.db, item.group_id))
    return found.name if found and is_shown(key, people) else None


async def _named_author(ctx: Context, item: Item) -> str | None:
    """Return the name of the author who wants it shown and is in the group."""
    # A decision and a task are the group's, whoever wrote them down.
    if (
        item.author is None
        or not item.kind.is_contribution
        or not await preferences.is_on(ctx.db, item.author, "name")
    ):
        return None
    author = await people.get(ctx.db, item.author)
    member = await rooms.member(ctx.db, await ctx.group_room(), author.user_id)
    here = member is not None and member.membership == "join"
    return isolate(" ".join(clean(member.name).split())) if member and here else None
