# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""How the sectors see a barrier, and which views are still missing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Self

from commands import entries
from commands.context import Context
from commands.router import Router
from config.texts import text
from method import views
from method.drafts import first_label, within_limit
from method.errors import Missing, UserError
from method.events import Edit, Message
from method.items import Item, Kind, Label, Note, NoteKind
from method.views import Sector, first_sector
from method.words import is_blank
from storage import entries as gathered

router: Final = Router()

#: Stands before the sector and behind it when it was asked for: what is no sector is no text either.
_ASKED: Final = re.compile(r"sector#(?P<answer>[^;]*);\s*")


@dataclass(frozen=True, slots=True)
class View:
    """How a sector sees a barrier."""

    label: Label
    sector: Sector
    words: str

    @classmethod
    def read(cls, words: str, about: Label | None) -> Self:
        """Read the barrier's label, which a reply may leave out, the sector and the text."""
        named, rest = first_label(words)
        label = named or about
        if label is None:
            question = text("Which barrier is this view about? Reply with the number, for example B3.")
            raise Missing(question, f"sicht B#{{}} {rest}".strip())
        asked = _ASKED.match(rest)
        if asked:
            sector, seen = first_sector(asked["answer"])[0], rest[asked.end() :]
        else:
            sector, seen = first_sector(rest)
        if sector is None:
            question = text(
                "Whose view on {label} is it? One word is enough:"
                " administration, civil society, business or target group.",
                label=str(label),
            )
            raise Missing(question, f"sicht {label} sector#{{}}; {seen}".strip(), word=True)
        if is_blank(seen):
            question = text(
                "What is the view on {label}? {sector}. Just reply to this message.",
                label=str(label),
                sector=sector.text,
            )
            raise Missing(question, f"sicht {label} {sector.value} {{}}")
        return cls(label, sector, within_limit(seen))


@router.command(
    "sicht", "view", "sichtweise", "perspektive", "perspective", "viewpoint",
    args=View,
    keeps=True,
    usage=text("B3 business Text"),
    help=text("write down how a sector sees a barrier"),
    example=text("!sicht B3 business We cannot read the certificates"),
)  # fmt: skip
async def view(ctx: Context, message: Message, args: View) -> None:
    """Add the view of a sector to a barrier; the sector is what the writer says."""
    line = f"sicht {{}} {args.sector.value} {args.words}"
    item = await entries.find_barrier(ctx, args.label, line)
    await entries.add_note(ctx, message, item, args.words, NoteKind.VIEW, args.sector)


@router.on(Edit)
async def edited(ctx: Context, edit: Edit) -> bool:
    """Give the view the sector and the words that its message has now."""

    async def change(inside: Context, item: Item, note: Note) -> None:
        words = await entries.edited_words(inside, edit, item, _WORDS)
        # Without command word the message was the answer to a question: all of it is text.
        sector, rest = first_sector(words) if words != edit.body.strip() else (None, words)
        if is_blank(rest):
            raise UserError(
                text("The text is missing. The note to {label} stays as it was.", label=str(item.label))
            )
        await entries.rewrite_note(inside, item, note, rest, edit.target, sector)

    return await entries.edit_note(ctx, edit, NoteKind.VIEW, change)


@router.command(
    "sichten", "views", "sichtweisen", "perspektiven", "perspectives", "viewpoints",
    help=text("see which views we lack"),
    example=text("!sichten"),
)  # fmt: skip
async def matrix(ctx: Context, message: Message, _args: None) -> None:
    """Show which barriers have no view of which sector."""
    listed = await gathered.of_group(ctx.db, ctx.group_id, Kind.BARRIER)
    if not listed:
        raise UserError(text("There is no barrier yet. The first one: !barriere Text"))
    barriers = {str(one.listed.item.label): {note.sector for note in one.notes} for one in listed}
    await ctx.reply(views.matrix(barriers), to=message.event_id)


#: The folded words that add a view: they are not part of an edited text.
_WORDS: Final = frozenset(word for word, command in router.folded().items() if command.args is View)
