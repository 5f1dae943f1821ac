# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Make one entry of several that say the same, and take it apart again; nothing is copied or lost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

from commands import entries
from commands.context import Context
from commands.router import MODERATION, Router
from config.texts import Text, joined, text
from method import parts as rules
from method.drafts import first_label
from method.errors import Missing, UserError
from method.events import Message
from method.items import Item, Label
from method.parts import leading_labels
from storage import changes, items, parking, parts

router: Final = Router()

#: The fewest entries that can become one.
_TWO: Final = 2


@dataclass(frozen=True, slots=True)
class Together:
    """Entries that belong together; the first one stays."""

    labels: tuple[Label, ...]

    @classmethod
    def read(cls, words: str, about: Label | None) -> Self:
        """Read the labels; as a reply, one of them may be left out."""
        labels = leading_labels(words)
        if len(labels) < _TWO and about is not None and about not in labels:
            labels = (about, *labels)
        if not labels:
            raise Missing(text("Which entries belong together? Example: B1 B10"), "zusammen {}")
        if len(labels) < _TWO:
            label = str(labels[0])
            question = text("What belongs to {label}? Reply with the number, for example B10.", label=label)
            raise Missing(question, f"zusammen {label} {{}}")
        return cls(labels)


@router.command(
    "zusammen", "merge", "zusammenführen", "zusammenlegen",
    args=Together,
    usage=text("B1 B10"),
    help=text("make one entry of several"),
    example=text("!zusammen B1 B10"),
    power_level=MODERATION,
)  # fmt: skip
async def merge(ctx: Context, message: Message, args: Together) -> None:
    """Make the other entries parts of the first one."""
    found = [await entries.find_open(ctx, label, _asking(args.labels, label)) for label in args.labels]
    if len({item.kind for item in found}) > 1 or not found[0].kind.is_contribution:
        raise UserError(
            text("Only barriers with barriers and ideas with ideas go together. Example: !zusammen B1 B10")
        )
    places = await parts.of_group(ctx.db, ctx.group_id)
    whole = await items.by_id(ctx.db, places.top(found[0].id))
    others = found[1:]
    for part in others:
        top = places.top(part.id)
        if top == whole.id or top != part.id:
            inner = found[0] if part.id == whole.id else part
            raise UserError(_already(inner, await items.by_id(ctx.db, top)))
    moves = places.merge(whole.id, [part.id for part in others])
    await parts.apply(ctx.db, moves)
    before = rules.stored(moves)
    await changes.add(ctx.db, ctx.group_id, await ctx.author(), "merged", now=ctx.now, before=before)
    words = _merged(whole, others)
    if await parking.is_parked(ctx.db, whole.id):
        # Else they would just be gone from the board.
        words = joined([words, text("{label} is in the topic store.", label=str(whole.label))])
    await _say(ctx, message, words)


@dataclass(frozen=True, slots=True)
class Apart:
    """An entry that is to stand for itself again."""

    label: Label

    @classmethod
    def read(cls, words: str, about: Label | None) -> Self:
        """Read the label, which a reply may leave out."""
        label = first_label(words, bare=True)[0] or about
        if label is None:
            question = text("Which entry shall stand for itself? Reply with the number, for example B10.")
            raise Missing(question, "trennen {}")
        return cls(label)


@router.command(
    "trennen", "split", "trenne",
    args=Apart,
    usage=text("B10"),
    help=text("let a part be an entry of its own again"),
    example=text("!trennen B10"),
    power_level=MODERATION,
)  # fmt: skip
async def split(ctx: Context, message: Message, args: Apart) -> None:
    """Take a part out of its entry; of an entry with parts, take all of them out."""
    item = await entries.find_open(ctx, args.label, "trennen {}")
    label = str(item.label)
    places = await parts.of_group(ctx.db, ctx.group_id)
    whole = places.whole(item.id)
    apart = [item.id] if whole else [one for one in places.family(item.id) if places.whole(one) == item.id]
    if not apart:
        raise UserError(text("{label} stands for itself already.", label=label))
    moves = places.split(apart)
    for above in places.wholes(apart[0]):
        await entries.take_back_details(ctx, above)
    await parts.apply(ctx.db, moves)
    before = rules.stored(moves)
    await changes.add(ctx.db, ctx.group_id, await ctx.author(), "split", now=ctx.now, before=before)
    named = [await items.by_id(ctx.db, one) for one in (whole or item.id, *apart)]
    sentence = rules.apart([one.label for one in named])
    await _say(ctx, message, text("{sentence} To undo: !rückgängig (30 minutes)", sentence=sentence))


def _already(part: Item, whole: Item) -> Text:
    return text(
        "{part} is part of {whole} already. To take it out: !trennen {part}",
        part=str(part.label),
        whole=str(whole.label),
    )


def _merged(whole: Item, others: list[Item]) -> Text:
    first, *more = others
    if not more:
        return text(
            "{part} is part of {whole} now. To undo: !rückgängig (30 minutes)",
            part=str(first.label),
            whole=str(whole.label),
        )
    listed = rules.enumerated([part.label for part in others])
    return text(
        "{parts} are part of {whole} now. To undo: !rückgängig (30 minutes)",
        parts=listed,
        whole=str(whole.label),
    )


async def _say(ctx: Context, message: Message, words: Text) -> None:
    await ctx.reply(words, to=message.event_id)
    if ctx.direct:
        await ctx.post(words)


def _asking(labels: tuple[Label, ...], wrong: Label) -> str:
    return "zusammen " + " ".join("{}" if label == wrong else str(label) for label in labels)
