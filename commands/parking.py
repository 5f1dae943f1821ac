# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Put entries into the topic store, for later, and bring them back to the board."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final, Self

from commands import entries
from commands.context import Context
from commands.router import MODERATION, Router
from config.texts import Text, text
from method.drafts import first_label
from method.errors import Missing, UserError
from method.events import Message
from method.items import Kind, Label
from method.words import fold
from storage import changes, items, parking, parts

router: Final = Router()

_BACK: Final = frozenset(map(fold, ("zurück", "zurückholen", "raus", "back", "out")))


@dataclass(frozen=True, slots=True)
class Parked:
    """An entry for the topic store, or out of it."""

    label: Label
    back: bool

    @classmethod
    def read(cls, words: str, about: Label | None) -> Self:
        """Read the label, which a reply may leave out, and whether it shall come back."""
        typed = words.split()
        back = bool(typed) and fold(typed[0]) in _BACK
        label, rest = first_label(" ".join(typed[1:] if back else typed), bare=True)
        back = back or fold(rest) in _BACK
        label = label or about
        if label is None:
            question = text(
                "Which entry shall go into the topic store? Reply with the number, for example B7."
                " To look into it: !board themenspeicher"
            )
            raise Missing(question, "parken zurück {}" if back else "parken {}")
        return cls(label, back)


@router.command(
    "parken", "park", "themenspeicher", "parke",
    args=Parked,
    usage=text("B7"),
    help=text("put an entry into the topic store, for later"),
    example=text("!parken B7"),
    power_level=MODERATION,
)  # fmt: skip
async def park(ctx: Context, message: Message, args: Parked) -> None:
    """Put an entry into the topic store, or bring it back; a part goes with its entry."""
    item = await entries.find_open(ctx, args.label, "parken zurück {}" if args.back else "parken {}")
    places = await parts.of_group(ctx.db, ctx.group_id)
    item = await items.by_id(ctx.db, places.top(item.id))
    label = str(item.label)
    if item.kind is Kind.TASK:
        raise UserError(text("Tasks stay on the board. To withdraw one: !löschen {label}", label=label))
    if item.kind is Kind.DECISION:
        raise UserError(text("Decisions stay on the board. To withdraw one: !löschen {label}", label=label))
    if await parking.is_parked(ctx.db, item.id) != args.back:
        raise UserError(_already(label, back=args.back))
    if args.back:
        await parking.bring_back(ctx.db, item.id)
        done = text("{label} is back on the board.", label=label)
    else:
        await parking.park(ctx.db, item.id)
        done = text("{label} is in the topic store. To bring it back: !parken {label} zurück", label=label)
    await changes.add(
        ctx.db, ctx.group_id, await ctx.author(), "unparked" if args.back else "parked",
        now=ctx.now, before=json.dumps(item.id),
    )  # fmt: skip
    await ctx.reply(done, to=message.event_id)
    if ctx.direct:
        await ctx.post(done)


def _already(label: str, *, back: bool) -> Text:
    if back:
        return text("{label} is on the board.", label=label)
    return text(
        "{label} is in the topic store already. To bring it back: !parken {label} zurück", label=label
    )
