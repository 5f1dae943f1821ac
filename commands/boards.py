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
from method import affected, boards
from method.drafts import first_label
from method.errors import Missing, UserError
from method.events import Message
from method.ids import ItemId
from method.items import Item, Kind, Label, Note
from method.parts import together
from method.search import mentions
from method.sectors import by_key, is_shown
from method.words import clean, fold, isolate
from storage import items, notes, parking, parts, people, preferences, problems, rooms, sectors, supports

router: Final = Router()

#: From this step on ("make barriers concrete") a barrier without views asks for them.
_VIEWS_MATTER: Final = 2

#: How people call the parts of the board.
_KINDS: Final = {
    fold(word): kind
    for kind, words in {
        Kind.BARRIER: "barrieren barriere barriers barrier hürden hürde probleme problem b",
        Kind.IDEA: "ideen idee ideas idea lösungen lösung vorschläge vorschlag i",
    }.items()
    for word in words.split()
}
#: How people call the topic store.
_PARKED: Final = frozenset(map(fold, ("themenspeicher", "geparkt", "parkplatz", "parked", "store")))
_AFFECTED: Final = frozenset(map(fold, ("betroffen", "betroffene", "affected")))


@dataclass(frozen=True, slots=True)
class Part:
    """The part of the board that is asked for; all of it if nothing is said."""

    kind: Kind | None
    topic: str | None
    parked: bool = False
    #: Who is hit hardest; "" stands for anybody who is named.
    affected: str | None = None

    @classmethod
    def read(cls, words: str, about: Label | None) -> Self:
        """Read a kind, who is hit hardest, or a topic; a "#" may be left out."""
        word = words.strip()
        if fold(word) in _PARKED and not word.startswith("#"):
            return cls(None, None, parked=True)
        first, _, rest = word.partition(" ")
        if fold(first) in _AFFECTED and not word.startswith("#"):
            return cls(None, None, affected=rest.strip(" :"))
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
    if args.affected is not None:
        words = await _of_affected(ctx, args.affected)
    elif args.topic:
        words = await _of_topic(ctx, args.topic)
    elif args.kind:
        words = boards.all_of_kind(at, args.kind, await items.listing(ctx.db, group.id, args.kind))
    elif args.parked:
        words = boards.all_parked(at, await items.listing(ctx.db, group.id, parked=True))
    else:
        agreed = await problems.agreed(ctx.db, group.id)
        listed = await items.listing(ctx.db, group.id)
        parked = await items.listing(ctx.db, group.id, parked=True)
        words = boards.overview(
            at, group.step, group.goal, listed, problem=agreed.text if agreed else None, parked=len(parked)
        )
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
    """Show one item: date, topics, what was added, support, what belongs together; of a part, the whole entry."""
    item = await entries.find_open(ctx, args.label, "zeige {}")
    places = await parts.of_group(ctx.db, ctx.group_id)
    whole = await items.by_id(ctx.db, places.top(item.id))
    family = places.family(whole.id)
    others = [await items.by_id(ctx.db, part) for part in family[1:]]
    words = boards.details(
        together(whole, others),
        await notes.of_item(ctx.db, *family),
        await supports.count(ctx.db, *family),
        await items.linked_to(ctx.db, *family),
        now=ctx.now,
        zone=ZONE,
        parts=others,
        asks_for_views=ctx.require_group().step >= _VIEWS_MATTER,
        sector=await _sector(ctx, item),
    )
    if item.id != whole.id:
        is_part = text("{label} is part of {whole}.", label=str(item.label), whole=str(whole.label))
        words = joined([is_part, words])
    if await parking.is_parked(ctx.db, whole.id):
        words = joined([text("{label} is in the topic store.", label=str(whole.label)), words])
    author = await _named_author(ctx, whole)
    if author:
        words = joined([words, text("From: {name}", name=author)])
    await ctx.reply(words, to=message.event_id, subject=items.subject(whole.id, "details:post"))


async def _of_affected(ctx: Context, who: str) -> Text:
    added: dict[ItemId, list[Note]] = {}
    for note in await notes.of_group(ctx.db, ctx.group_id):
        added.setdefault(note.item_id, []).append(note)
    named = [
        (one, affected.of_item(one.item, added.get(one.item.id, ())))
        for one in await items.listing(ctx.db, ctx.group_id, Kind.BARRIER)
    ]
    found = [one for one, people in named if people and (not who or mentions(who, " ".join(people)))]
    if found:
        return boards.all_affected(boards.moment(ctx.now, ZONE), who, found)
    example = text("To say so: !betroffen B3 women with children")
    if not who:
        raise UserError(joined([text("No barrier says yet who is hit hardest."), example], " "))
    nobody = text("No barrier names “{who}” as hit hardest.", who=isolate(who[:50]))
    raise UserError(joined([nobody, example], " "))


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
