# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Add to an item: by command, or by a reply that begins with "+"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

from commands import entries
from commands.context import Context
from commands.router import Router
from config.texts import text
from method.drafts import first_label, within_limit
from method.errors import Missing, UserError
from method.events import Edit, Message, Redaction
from method.items import Item, Label, Note, State
from method.words import command_text, is_blank
from storage import changes, items, notes, outbox

router: Final = Router()


@dataclass(frozen=True, slots=True)
class Added:
    """What is added, and to which item."""

    label: Label
    words: str
    #: A reply that begins with "+" adds all its words to the item it replies to.
    about: Label | None
    everything: str

    @classmethod
    def read(cls, words: str, about: Label | None) -> Self:
        """Read the item's label, which a reply may leave out, and the text."""
        named, rest = first_label(words)
        rest = within_limit(rest)
        if is_blank(rest):
            label = named or about
            if label is None:
                raise Missing(text("What shall I add to? Example: B3 We see this too."), "ergänzen {}")
            question = text(
                "What shall I add to {label}? Just reply to this message. Example: We see this too.",
                label=str(label),
            )
            raise Missing(question, f"ergänzen {label} {{}}")
        if named is None and about is None:
            question = text("To which entry does this belong? Reply with the number, for example B3.")
            raise Missing(question, f"ergänzen B#{{}} {rest}")
        return cls(named or about, rest, about, words)  # type: ignore[arg-type]  # one of them is there


@router.command(
    "ergänzen", "add", "ergänzung", "ergänzungen", "mehr", "note", "notes", "more", "+",
    args=Added,
    keeps=True,
    usage=text("B3 Text"),
    help=text("add something to an entry"),
    example=text("!ergänzen B3 We see this too"),
)  # fmt: skip
async def add(ctx: Context, message: Message, args: Added) -> None:
    """Add a note to an item."""
    label, words = args.label, args.words
    if args.about and message.body.startswith("+"):
        label, words = args.about, within_limit(args.everything)
    item = await entries.find_open(ctx, label, f"ergänzen {{}} {words}")
    author = await ctx.author()
    note = await notes.add(ctx.db, item.id, words, author, message.event_id, now=ctx.now)
    await changes.add(ctx.db, ctx.group_id, author, "noted", now=ctx.now, item_id=item.id, note_id=note.id)
    said = text("Saved as a note to {label}.", label=str(item.label))
    subject = items.subject(item.id)
    await ctx.acknowledge(message.event_id, f"✅ {item.label}", words=said, subject=subject)
    if ctx.direct:
        await entries.announce_note(ctx, item, note)


@router.on(Edit)
async def edited(ctx: Context, edit: Edit) -> bool:
    """Give the note the words that its message has now."""
    note = await notes.by_source(ctx.db, edit.target)
    if note is None:
        return False
    item = await items.by_id(ctx.db, note.item_id)
    inside = await entries.of_group(ctx, item.group_id)
    if State.WITHDRAWN in (note.state, item.state) or inside is None:
        return True
    if entries.is_author(inside, note.author):
        words = await _new_words(inside, edit, item)
        await entries.rewrite_note(inside, item, note, words, edit.target)
    return True


@router.on(Redaction)
async def deleted(ctx: Context, redaction: Redaction) -> bool:
    """Remove the note whose message was deleted, or whose post of ours a moderator deleted."""
    note = await notes.by_source(ctx.db, redaction.target) or await _posted(ctx, redaction)
    if note is None:
        return False
    item = await items.by_id(ctx.db, note.item_id)
    if ctx.room.group_id in (None, item.group_id) and await entries.may_delete(ctx, note.author, redaction):
        await entries.take_back_posts(ctx, item.id, note.id)
        await notes.withdraw(ctx.db, note.id, erase=True, now=ctx.now)
    return True


async def _new_words(ctx: Context, edit: Edit, item: Item) -> str:
    """Return the note's text in an edited message, without command word and label."""
    label = str(item.label)
    words = command_text(edit.body.removeprefix("+"), _WORDS, direct=ctx.direct)
    if words is None:
        raise UserError(
            text("This message adds to {label}. Another command needs a new message.", label=label)
        )
    if words != edit.body.strip():
        named, rest = first_label(words)
        elsewhere = named is not None and named != item.label and not edit.body.startswith("+")
        # A number that was asked about when it was typed names nothing.
        if named and elsewhere and await items.find(ctx.db, item.group_id, named):
            other = str(named)
            raise UserError(
                text(
                    "This message adds to {label}. To add to {other}, write a new one.",
                    label=label,
                    other=other,
                )
            )
        words = rest if elsewhere or named == item.label else words
    if is_blank(words):
        raise UserError(text("The text is missing. The note to {label} stays as it was.", label=label))
    return within_limit(words)


async def _posted(ctx: Context, redaction: Redaction) -> Note | None:
    post = await outbox.by_event(ctx.db, redaction.target)
    number = entries.note_of_post(post.subject) if post and post.subject else None
    return await notes.get(ctx.db, number) if number else None


#: The folded words that add a note: they are not part of an edited text.
_WORDS: Final = frozenset(router.folded())
