# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Collect barriers and ideas; editing or deleting the message changes or removes the item."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Self

from commands import drafting, entries
from commands.context import Context
from commands.router import Router
from config.texts import text
from method.drafts import Draft, draft
from method.errors import Missing
from method.events import Edit, Message, Redaction
from method.items import Item, Kind, Label
from method.similar import most_similar
from method.words import brief, is_blank, isolate
from storage import groups, items, outbox, search

router: Final = Router()

#: Time between two hints at similar entries in a group.
_HINTS_APART: Final = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Barrier:
    """The words of a barrier."""

    draft: Draft

    @classmethod
    def read(cls, words: str, about: Label | None) -> Self:
        """Read the text and its topics."""
        found = draft(words, Kind.BARRIER)
        if is_blank(found.text):
            question = text(
                "Which barrier shall I write down? Just reply to this message."
                " Example: There are no courses in the evening."
            )
            raise Missing(question, f"barriere {{}}{_tail(found)}")
        return cls(found)


@dataclass(frozen=True, slots=True)
class Idea:
    """The words of an idea; as a reply to a barrier it answers that barrier."""

    draft: Draft

    @classmethod
    def read(cls, words: str, about: Label | None) -> Self:
        """Read the text, its topics and the barriers it answers."""
        found = draft(words, Kind.IDEA)
        links = found.links or ((about,) if about and about.kind is Kind.BARRIER else ())
        found = Draft(found.text, found.topics, links)
        if is_blank(found.text):
            question = text(
                "Which idea shall I write down? Just reply to this message."
                " Example: A guide calls people after the decision."
            )
            raise Missing(question, f"idee {_head(links)}{{}}{_tail(found)}")
        return cls(found)


@router.command(
    "barriere", "barrier", "barrieren", "barriers", "hürde", "hürden", "hindernis", "hindernisse", "problem",
    "probleme", "problems", "b",
    args=Barrier,
    keeps=True,
    usage=text("Text"),
    help=text("write down a barrier"),
    example=text("!barriere There are no courses in the evening #courses"),
)  # fmt: skip
async def barrier(ctx: Context, message: Message, args: Barrier) -> None:
    """Put a barrier on the board."""
    item = await drafting.capture(ctx, message, Kind.BARRIER, args.draft)
    if item.number == 1:
        explanation = text(
            "Saved as {label}. To change it: edit your message. To withdraw it: delete the message."
            " “I know this too”: react with 👍.",
            label=str(item.label),
        )
        await ctx.reply(explanation, to=message.event_id, subject=items.subject(item.id))
    else:
        await _hint_at_similar(ctx, message, item)


@router.command(
    "idee", "idea", "ideen", "ideas", "lösung", "lösungen", "vorschlag", "vorschläge", "solution", "i",
    args=Idea,
    keeps=True,
    usage=text("Text"),
    help=text("write down an idea"),
    example=text("!idee A guide calls people after the decision zu B5"),
)  # fmt: skip
async def idea(ctx: Context, message: Message, args: Idea) -> None:
    """Put an idea on the board, next to the barriers it answers."""
    await entries.check_links(ctx, args.draft, f"idee zu {{}}: {args.draft.text}{_tail(args.draft)}")
    item = await drafting.capture(ctx, message, Kind.IDEA, args.draft)
    if item.number == 1:
        explanation = text(
            "Saved as {label}. To change it: edit your message. To withdraw it: delete the message."
            " “I am in favour”: react with 👍.",
            label=str(item.label),
        )
        await ctx.reply(explanation, to=message.event_id, subject=items.subject(item.id))
    else:
        await _hint_at_similar(ctx, message, item)


@router.on(Edit)
async def edited(ctx: Context, edit: Edit) -> bool:
    """Give the item the words that its message has now."""
    return await drafting.edit(ctx, edit, _WORDS)


@router.on(Redaction)
async def deleted(ctx: Context, redaction: Redaction) -> bool:
    """Remove the item whose message was deleted, or whose post of ours a moderator deleted."""
    item = await items.by_source(ctx.db, redaction.target) or await _posted(ctx, redaction)
    if item is None:
        return False
    if ctx.room.group_id in (None, item.group_id) and await entries.may_delete(ctx, item.author, redaction):
        await entries.take_back_posts(ctx, item.id)
        await items.withdraw(ctx.db, item.id, erase=True, now=ctx.now)
    return True


async def _posted(ctx: Context, redaction: Redaction) -> Item | None:
    post = await outbox.by_event(ctx.db, redaction.target)
    item = await items.by_event(ctx.db, redaction.target) if post else None
    stands_for_it = post and item and post.subject == items.subject(item.id, "post")
    return item if stands_for_it else None


async def _hint_at_similar(ctx: Context, message: Message, item: Item) -> None:
    """Name the one entry that says nearly the same; the new one stands on the board all the same."""
    hinted_at = ctx.require_group().hinted_at
    if hinted_at is not None and ctx.now < hinted_at + _HINTS_APART:
        # A room hears twenty messages a minute: what matters more must not wait behind hints.
        return
    others = await search.others(ctx.db, item)
    other = most_similar(item.text or "", ((one, one.text) for one in others))
    if other is None:
        return
    hint = text(
        "Similar: {other}: {words} To merge: !zusammen {other} {label}",
        other=str(other.label),
        words=isolate(brief(other.text)),
        label=str(item.label),
    )
    # The post repeats the other one's words: it goes with them.
    await ctx.reply(hint, to=message.event_id, subject=items.subject(other.id, "similar:post"))
    await groups.set_hinted(ctx.db, item.group_id, now=ctx.now)


def _head(links: tuple[Label, ...]) -> str:
    return f"zu {links[0]}: " if links else ""


def _tail(found: Draft) -> str:
    missing = [topic for topic in found.topics if f"#{topic}" not in found.text]
    return "".join(f" #{topic}" for topic in missing)


#: The folded words that call each kind: they are not part of an edited text.
_WORDS: Final = {
    kind: frozenset(folded for folded, command in router.folded().items() if command.handler is handler)
    for kind, handler in ((Kind.BARRIER, barrier), (Kind.IDEA, idea))
}
