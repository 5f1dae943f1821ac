# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Add to an item, by command or by a reply that begins with "+"; also who is hit hardest by a barrier."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

from commands import entries
from commands.context import Context
from commands.router import Router
from config.texts import text
from method import affected
from method.drafts import first_label, within_limit
from method.errors import Missing
from method.events import Edit, Message, Redaction
from method.items import Item, Label, Note, NoteKind
from method.words import command_text, is_blank
from storage import items, notes, outbox

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
    await entries.add_note(ctx, message, item, words)


@dataclass(frozen=True, slots=True)
class HitHardest:
    """Who is hit hardest, and by which barrier."""

    label: Label
    who: str

    @classmethod
    def read(cls, words: str, about: Label | None) -> Self:
        """Read the barrier's label, which a reply may leave out, and who it is."""
        named, who = first_label(words)
        label = named or about
        if label is None and is_blank(who):
            raise Missing(
                text("Which barrier hits whom hardest? Example: B3 women with children"), "betroffen {}"
            )
        if label is None:
            question = text("By which barrier? Reply with the number, for example B3.")
            raise Missing(question, f"betroffen B#{{}} {who}")
        if is_blank(who):
            question = text(
                "Who is hit hardest by {label}? Just reply to this message. Example: women with children",
                label=str(label),
            )
            raise Missing(question, f"betroffen {label} {{}}")
        return cls(label, within_limit(who))


@router.command(
    "betroffen", "affected", "betroffene", "betrifft",
    args=HitHardest,
    keeps=True,
    usage=text("B3 Text"),
    help=text("say who is hit hardest"),
    example=text("!betroffen B3 women with children"),
)  # fmt: skip
async def hit_hardest(ctx: Context, message: Message, args: HitHardest) -> None:
    """Add to a barrier who is hit hardest by it."""
    item = await entries.find_barrier(ctx, args.label, f"betroffen {{}} {args.who}")
    await entries.add_note(ctx, message, item, _marked(ctx, args.who))


@router.on(Edit)
async def edited(ctx: Context, edit: Edit) -> bool:
    """Give the note the words that its message has now."""

    async def change(inside: Context, item: Item, note: Note) -> None:
        words = await entries.edited_words(inside, edit, item, _WORDS)
        if _calls(inside, edit, _HIT):
            words = _marked(inside, words)
        elif not (_calls(inside, edit, _WORDS) or edit.body.startswith("+")):
            # Without command the message was the answer to a question, perhaps to who is hit.
            words = within_limit(affected.as_before(note.text or "", words, _mark(inside)))
        await entries.rewrite_note(inside, item, note, words, edit.target)

    return await entries.edit_note(ctx, edit, NoteKind.NOTE, change)


@router.on(Redaction)
async def deleted(ctx: Context, redaction: Redaction) -> bool:
    """Remove the note (or view, or why) whose message was deleted, or whose post of ours a moderator deleted."""
    note = await notes.by_source(ctx.db, redaction.target) or await _posted(ctx, redaction)
    if note is None:
        return False
    item = await items.by_id(ctx.db, note.item_id)
    if ctx.room.group_id in (None, item.group_id) and await entries.may_delete(ctx, note.author, redaction):
        await entries.take_back_posts(ctx, item.id, note.id)
        await notes.withdraw(ctx.db, note.id, erase=True, now=ctx.now)
    return True


def _calls(ctx: Context, edit: Edit, commands: frozenset[str]) -> bool:
    words = command_text(edit.body, commands, direct=ctx.direct)
    return words is not None and words != edit.body.strip()


def _marked(ctx: Context, who: str) -> str:
    return within_limit(affected.marked(who, _mark(ctx)))


def _mark(ctx: Context) -> str:
    """Return the word before who is hit, in the language of the group that reads it."""
    return text("affected").render(ctx.require_group().language)


async def _posted(ctx: Context, redaction: Redaction) -> Note | None:
    post = await outbox.by_event(ctx.db, redaction.target)
    number = entries.note_of_post(post.subject) if post and post.subject else None
    return await notes.get(ctx.db, number) if number else None


#: The folded words that add a note: they are not part of an edited text.
_WORDS: Final = frozenset(router.folded())
_HIT: Final = frozenset(word for word, command in router.folded().items() if command.args is HitHardest)
