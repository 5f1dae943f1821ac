# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Ask why a barrier is there, and why that is so: a chain of at most five."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

from commands import entries
from commands.context import Context
from commands.router import Router
from config.texts import text
from method import additions, whys
from method.drafts import first_label, within_limit
from method.errors import Missing
from method.events import Edit, Message
from method.items import Item, Label, Note, NoteKind
from method.words import is_blank
from storage import notes

router: Final = Router()


@dataclass(frozen=True, slots=True)
class Why:
    """A reason for a barrier, or for the last reason; without words it is asked for."""

    label: Label
    words: str

    @classmethod
    def read(cls, words: str, about: Label | None) -> Self:
        """Read the barrier's label, which a reply may leave out, and the reason."""
        named, rest = first_label(words)
        label = named or about
        if label is None:
            question = text("Which barrier is it about? Reply with the number, for example B3.")
            raise Missing(question, f"warum B#{{}} {rest}".strip())
        return cls(label, "" if is_blank(rest) else within_limit(rest))


@router.command(
    "warum", "why", "wieso", "weshalb", "grund", "reason",
    args=Why,
    keeps=True,
    usage=text("B3 Text"),
    help=text("say why a barrier is there"),
    example=text("!warum B3 The day nursery opens late"),
)  # fmt: skip
async def why(ctx: Context, message: Message, args: Why) -> None:
    """Add the next why to a barrier's chain, or ask for it."""
    item = await entries.find_barrier(ctx, args.label, f"warum {{}} {args.words}".strip())
    chain = additions.of_kind(await notes.of_item(ctx.db, item.id), NoteKind.WHY)
    whys.check_room(item.label, chain)
    if not args.words:
        raise Missing(whys.question(item.label, item.text or "", chain), f"warum {item.label} {{}}")
    await entries.add_note(ctx, message, item, args.words, NoteKind.WHY)


@router.on(Edit)
async def edited(ctx: Context, edit: Edit) -> bool:
    """Give the link of the chain the words that its message has now."""

    async def change(inside: Context, item: Item, note: Note) -> None:
        words = await entries.edited_words(inside, edit, item, _WORDS)
        await entries.rewrite_note(inside, item, note, words, edit.target)

    return await entries.edit_note(ctx, edit, NoteKind.WHY, change)


#: The folded words that add a why: they are not part of an edited text.
_WORDS: Final = frozenset(router.folded())
