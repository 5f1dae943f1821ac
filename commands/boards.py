# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Show the board, a part of it, or one item with everything that belongs to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

from commands import entries
from commands.context import ZONE, Context
from commands.router import Router
from config.texts import Text, joined, text
from method import boards
from method.drafts import first_label
from method.errors import Missing, UserError
from method.events import Message
from method.items import Item, Kind, Label
from method.words import clean, fold, isolate
from storage import items, notes, people, preferences, rooms, supports

router: Final = Router()

#: How people call the parts of the board.
_KINDS: Final = {
    fold(word): kind
    for kind, words in {
        Kind.BARRIER: "barrieren barriere barriers barrier hürden hürde probleme problem b",
        Kind.IDEA: "ideen idee ideas idea lösungen lösung vorschläge vorschlag i",
    }.items()
    for word in words.split()
}


@dataclass(frozen=True, slots=True)
class Part:
    """The part of the board that is asked for; all of it if nothing is said."""

    kind: Kind | None
    topic: str | None

    @classmethod
    def read(cls, words: str, about: Label | None) -> Self:
        """Read a kind or a topic; a "#" may be left out."""
        word = words.strip()
        kind = _KINDS.get(fold(word)) if word and not word.startswith("#") else None
        return cls(kind, None if kind else word.lstrip("#").strip() or None)


@router.command(
    "board", "board", "tafel", "übersicht", "liste", "list", "brett",
    args=Part,
    help=text("everything at a glance"),
    example=text("!board barrieren"),
)  # fmt: skip
async def board(ctx: Context, message: Message, args: Part) -> None:
    """Show the board as text."""
    group = ctx.require_group()
    at = boards.moment(ctx.now, ZONE)
    if args.topic:
        words = await _of_topic(ctx, args.topic)
    elif args.kind:
        words = boards.all_of_kind(at, args.kind, await items.listing(ctx.db, group.id, args.kind))
    else:
        words = boards.overview(at, group.step, group.goal, await items.listing(ctx.db, group.id))
    await ctx.reply(words, to=message.event_id)


@dataclass(frozen=True, slots=True)
class Named:
    """One item."""

    label: Label

    @classmethod
    def read(cls, words: str, about: Label | None) -> Self:
        """Read the label, which a reply may leave out."""
        label, _ = first_label(words, bare=True)
        if label or about:
            return cls(label or about)  # type: ignore[arg-type]  # one of them is there
        raise Missing(text("Which entry shall I show? Reply with the number, for example B3."), "zeige {}")


@router.command(
    "zeige", "show", "zeig", "zeigen", "details", "detail",
    args=Named,
    usage=text("B3"),
    help=text("one entry with everything that belongs to it"),
    example=text("!zeige B3"),
)  # fmt: skip
async def show(ctx: Context, message: Message, args: Named) -> None:
    """Show one item: date, topics, notes, support, and what belongs together."""
    item = await entries.find_open(ctx, args.label, "zeige {}")
    words = boards.details(
        item,
        await notes.of_item(ctx.db, item.id),
        await supports.count(ctx.db, item.id),
        await items.linked_to(ctx.db, item.id),
        now=ctx.now,
        zone=ZONE,
    )
    author = await _named_author(ctx, item)
    if author:
        words = joined([words, text("From: {name}", name=author)])
    await ctx.reply(words, to=message.event_id, subject=items.subject(item.id, "details:post"))


async def _named_author(ctx: Context, item: Item) -> str | None:
    """Return the name of the author who wants it shown and is in the group."""
    if item.author is None or not await preferences.is_on(ctx.db, item.author, "name"):
        return None
    author = await people.get(ctx.db, item.author)
    member = await rooms.member(ctx.db, await ctx.group_room(), author.user_id)
    here = member is not None and member.membership == "join"
    return isolate(" ".join(clean(member.name).split())) if member and here else None


async def _of_topic(ctx: Context, topic: str) -> Text:
    listed = await items.listing(ctx.db, ctx.group_id, topic=topic)
    if listed:
        return boards.all_of_topic(boards.moment(ctx.now, ZONE), topic, listed)
    nothing = text("There is no entry on the topic #{topic}.", topic=topic[:50])
    topics = boards.topic_line(await items.listing(ctx.db, ctx.group_id))
    how = text("The parts of the board: !board barrieren, !board ideen")
    raise UserError(joined([nothing, topics, how] if topics else [nothing, how]))
