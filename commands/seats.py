# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Write down who the group still needs, and how far the search is; without names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

from commands import entries
from commands.context import Context
from commands.router import Router
from config.texts import text
from method.drafts import within_limit
from method.errors import Missing, Suggestion, UserError
from method.events import Edit, Message, Redaction
from method.items import Label
from method.seats import Seat, entry, first_seat, read_stage, wanted
from method.words import command_text, fold, is_blank
from storage import seats

router: Final = Router()

#: "!wen fehlt …", "!wer fehlt uns noch": what stands before who it is.
_ASKING: Final = frozenset(
    map(fold, ("fehlt", "fehlen", "brauchen", "wir", "uns", "noch", "is", "missing", "do", "we", "need"))
)
_ALL: Final = frozenset(map(fold, ("alle", "alles", "all", "everything")))
_DELETE: Final = frozenset(map(fold, ("löschen", "lösche", "weg", "entfernen", "delete", "remove")))


@dataclass(frozen=True, slots=True)
class Needed:
    """Who is needed."""

    words: str

    @classmethod
    def read(cls, words: str, about: Label | None) -> Self:
        """Read the text."""
        if is_blank(words):
            question = text(
                "Whom do we still need? Just reply to this message, without names."
                " Example: Head of an immigration office, administration, Berlin"
            )
            raise Missing(question, "wenfehlt {}")
        return cls(within_limit(words.strip()))


@router.command(
    "wenfehlt", "whoismissing", "fehlt", "werfehlt",
    args=Needed,
    keeps=True,
    usage=text("Text"),
    help=text("write down who is still needed, without names"),
    example=text("!wenfehlt Head of an immigration office, administration, Berlin"),
)  # fmt: skip
async def need(ctx: Context, message: Message, args: Needed) -> None:
    """Put somebody on the list of those who are still needed."""
    seat = await seats.add(ctx.db, ctx.group_id, args.words, await ctx.author(), message.event_id)
    ctx.done = text("Saved as {label}.", label=seat.label)
    await ctx.acknowledge(message.event_id, f"✅ {seat.label}")


@dataclass(frozen=True, slots=True)
class Search:
    """The list, or a seat and what becomes of it."""

    number: int | None
    words: str

    @classmethod
    def read(cls, words: str, about: Label | None) -> Self:
        """Read the number of the seat and what follows."""
        number, rest = first_seat(words)
        return cls(number, rest if number is not None else _without_question(rest))


@router.command(
    "wen", "whom", "wer", "who",
    args=Search,
    keeps=True,
    usage=text("W1 angefragt"),
    help=text("who is still needed, and how far the search is"),
    example=text("!wen W1 angefragt"),
)  # fmt: skip
async def search(ctx: Context, message: Message, args: Search) -> None:
    """List who is still needed, or say how far the search is."""
    if args.number is not None:
        await _change(ctx, message, args.number, args.words)
        return
    if args.words and fold(args.words) not in _ALL:
        question = text("Shall I write down who is missing? Confirm with 👍. The text is not lost.")
        raise Suggestion(question, f"wenfehlt {args.words}")
    listed = await seats.of_group(ctx.db, ctx.group_id)
    await ctx.reply(wanted(listed, whole=bool(args.words)), to=message.event_id)


@router.on(Edit)
async def edited(ctx: Context, edit: Edit) -> bool:
    """Give the seat the words that its message has now."""
    seat = await seats.by_source(ctx.db, edit.target)
    if seat is None:
        return False
    inside = await entries.of_group(ctx, seat.group_id)
    if seat.text is None or inside is None or not entries.is_author(inside, seat.author):
        return True
    words = command_text(edit.body, _WORDS, direct=ctx.direct)
    if words is None:
        raise UserError(
            text("This message is {label}. Another command needs a new message.", label=seat.label)
        )
    if is_blank(words):
        raise UserError(
            text(
                "The text is missing. {label} stays as it was. To delete it: !wen {label} löschen",
                label=seat.label,
            )
        )
    if words != seat.text:
        await seats.rewrite(ctx.db, seat.id, within_limit(words))
        await ctx.acknowledge(edit.target, f"✏️ {seat.label}")
    return True


@router.on(Redaction)
async def deleted(ctx: Context, redaction: Redaction) -> bool:
    """Remove the seat whose message was deleted."""
    seat = await seats.by_source(ctx.db, redaction.target)
    if seat is None:
        return False
    here = ctx.room.group_id in (None, seat.group_id)
    if here and await entries.may_delete(ctx, seat.author, redaction):
        await seats.erase(ctx.db, seat.id)
    return True


def _without_question(words: str) -> str:
    while words and fold(words.split(maxsplit=1)[0]) in _ASKING:
        words = words.partition(words.split(maxsplit=1)[0])[2].lstrip(" :,?")
    return words


async def _change(ctx: Context, message: Message, number: int, words: str) -> None:
    seat = await seats.find(ctx.db, ctx.group_id, number)
    if seat is None:
        raise UserError(text("{label} does not exist. The list: !wen", label=f"W{number}"))
    if fold(words) in _DELETE and not is_blank(words):
        await _delete(ctx, message, seat)
        return
    stage = read_stage(words)
    if stage is None:
        question = text(
            "{seat} Reply with one word: gesucht, angefragt, dabei or abgesagt.", seat=entry(seat)
        )
        raise Missing(question, f"wen {seat.label} {{}}")
    await seats.set_stage(ctx.db, seat.id, stage)
    await ctx.acknowledge(message.event_id, f"✅ {seat.label}")


async def _delete(ctx: Context, message: Message, seat: Seat) -> None:
    if not await entries.may_change(ctx, seat.author):
        raise UserError(text("Only who wrote {label} can delete it, or the moderation.", label=seat.label))
    await seats.erase(ctx.db, seat.id)
    await ctx.reply(text("{label} is deleted.", label=seat.label), to=message.event_id)


#: The folded words that call the commands: they are not part of an edited text.
_WORDS: Final = frozenset(router.folded())
