# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Say where the group stands in the five steps of the method; the moderation goes on to another."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import Final, Self

from commands import charters
from commands.context import Context
from commands.router import Router
from config.texts import joined, text, verbatim
from method import boards
from method.errors import Missing
from method.events import Message
from method.items import Label
from method.steps import STEPS, begun, helped, stand
from method.words import is_blank, isolate
from storage import changes, checkins, groups

router: Final = Router()

#: "2", "2.", "Schritt 2", "2 von 5".
_NUMBERS: Final = re.compile(r"[0-9]+")
_LONGEST: Final = 20
#: Now there are things to do: check-ins are suggested, once.
_IDEAS: Final = 3


@dataclass(frozen=True, slots=True)
class Step:
    """A step, from 1; None: the present one is asked for."""

    number: int | None

    @classmethod
    def read(cls, words: str, about: Label | None) -> Self:
        """Read the number of a step."""
        if is_blank(words):
            return cls(None)
        found = [int(number) for number in _NUMBERS.findall(words)] if len(words) <= _LONGEST else []
        of_all = found[1:] in ([], [len(STEPS)])
        if not found or not of_all or not 1 <= found[0] <= len(STEPS):
            question = text(
                "Which step? Reply with a number from 1 to {count}, for example 2.", count=len(STEPS)
            )
            raise Missing(question, "schritt {}")
        return cls(found[0])


@router.command(
    "schritt", "step", "schritte", "steps", "phase", "phasen", "phases",
    args=Step,
    usage=text("2"),
    help=text("show the step of the method, or begin another"),
    example=text("!schritt 2"),
    sets=True,
)  # fmt: skip
async def step(ctx: Context, message: Message, args: Step) -> None:
    """Show the step; the moderation begins another."""
    group = ctx.require_group()
    if args.number is None:
        await ctx.reply(helped(group.step), to=message.event_id)
        return
    await ctx.require_moderation()
    if args.number != group.step:
        before = json.dumps(group.step)
        await changes.add(ctx.db, group.id, await ctx.author(), "step", now=ctx.now, before=before)
        await groups.set_step(ctx.db, group.id, args.number)
        ctx.group = replace(group, step=args.number)
    words = begun(args.number) if args.number != group.step else helped(args.number)
    if args.number == _IDEAS and args.number != group.step and await checkins.suggest(ctx.db, group.id):
        words = joined([words, text("Suggestion: a short check-in. To switch it on: !checkin an Di Do 9:00")])
    await ctx.reply(words, to=message.event_id)
    if ctx.direct and args.number != group.step:
        await ctx.post(words)


@router.command(
    "wo", "status", "where",
    help=text("where the group stands"),
    example=text("!wo"),
)  # fmt: skip
async def where(ctx: Context, message: Message, _args: None) -> None:
    """Say the step, the goal and how to take part."""
    group = ctx.require_group()
    goal = boards.sentence(group.goal) if group.goal else None
    words = stand(group.step, goal, *await charters.news(ctx))
    if ctx.direct and len(await groups.of_member(ctx.db, ctx.user)) > 1:
        named = text("Group “{name}”. Another one: gruppe", name=verbatim(isolate(group.name)))
        words = joined([named, words])
    await ctx.reply(words, to=message.event_id)
