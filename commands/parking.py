# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Put entries into the topic store, for later, and bring them back to the board."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Final, Self

from commands import entries, planning
from commands.around import today
from commands.context import Context
from commands.router import MODERATION, Router
from config.texts import Text, text
from method.drafts import first_label
from method.errors import Missing, UserError
from method.events import Message
from method.histories import Event
from method.histories import Kind as Happened
from method.items import Kind, Label
from method.words import fold
from storage import agendas, changes, histories, items, parking, parts

router: Final = Router()

_TOP: Final = re.compile(r"\s*top\s*(?P<number>\d{1,3})\s*", re.IGNORECASE | re.ASCII)
_BACK: Final = frozenset(map(fold, ("zurück", "zurückholen", "raus", "back", "out")))


@dataclass(frozen=True, slots=True)
class Parked:
    """An entry for the topic store, or out of it; or an item of the agenda for the next meeting."""

    #: None: the message that it replies to says it.
    label: Label | None
    back: bool
    #: Of the item on the agenda.
    top: int | None = None

    @classmethod
    def read(cls, words: str, about: Label | None) -> Self:
        """Read the label, which a reply may leave out, and whether it shall come back."""
        top = _TOP.fullmatch(words)
        if top:
            return cls(None, back=False, top=int(top["number"]))
        typed = words.split()
        back = bool(typed) and fold(typed[0]) in _BACK
        label, rest = first_label(" ".join(typed[1:] if back else typed), bare=True)
        return cls(label or about, back or fold(rest) in _BACK)


@router.command(
    "parken", "park", "themenspeicher", "parke",
    args=Parked,
    usage=text("B7"),
    help=text("put an entry into the topic store; TOP 2: an item of the agenda for the next meeting"),
    example=text("!parken B7"),
    power_level=MODERATION,
)  # fmt: skip
async def park(ctx: Context, message: Message, args: Parked) -> None:
    """Put an entry into the topic store, or bring it back; a part goes with its entry."""
    target = message.reply_to or message.thread_root
    named = await agendas.by_source(ctx.db, target) if target and args.label is None else None
    if args.top is not None or (named is not None and named.group_id == ctx.group_id):
        await planning.park(ctx, named or await planning.numbered(ctx, args.top or 0))
        await ctx.acknowledge(message.event_id, "✅ TOP", words=text("This waits for the next meeting."))
        return
    if args.label is None:
        question = text(
            "Which entry shall go into the topic store? Reply with the number, for example B7."
            " To look into it: !board themenspeicher"
        )
        raise Missing(question, "parken zurück {}" if args.back else "parken {}")
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
    change = await changes.add(
        ctx.db, ctx.group_id, await ctx.author(), "unparked" if args.back else "parked",
        now=ctx.now, before=json.dumps(item.id),
    )  # fmt: skip
    event = Event(await today(ctx), Happened.UNPARKED if args.back else Happened.PARKED)
    await histories.add(ctx.db, item.id, change.id, [event])
    await ctx.reply(done, to=message.event_id)
    if ctx.direct:
        await ctx.post(done)


def _already(label: str, *, back: bool) -> Text:
    if back:
        return text("{label} is on the board.", label=label)
    return text(
        "{label} is in the topic store already. To bring it back: !parken {label} zurück", label=label
    )
