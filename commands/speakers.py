# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Ask to speak in a meeting, and let the next one speak."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

from commands import cards, entries
from commands.context import Context
from commands.router import Router
from config.texts import text
from method.errors import UserError
from method.events import Message, Reaction, Redaction
from method.items import Label
from method.meetings import Stage
from method.speakers import speaking
from method.words import fold
from storage import meetings, outbox, speakers

#: The key without skin tone and variation selector.
HAND: Final = "✋"

router: Final = Router()

_BACK: Final = frozenset(
    map(fold, ("zurück", "zurückziehen", "nein", "doch nicht", "back", "no", "withdraw", "stop"))
)


@dataclass(frozen=True, slots=True)
class Raised:
    """A hand that goes up, or down again."""

    back: bool

    @classmethod
    def read(cls, words: str, about: Label | None) -> Self:
        """Read whether the wish is taken back."""
        return cls(fold(words) in _BACK)


@router.command(
    "rede", "speak", "wortmeldung", "wortmeldungen", "melden", "reden",
    args=Raised,
    help=text("ask to speak in the meeting; take it back: !rede zurück"),
    example=text("!rede"),
)  # fmt: skip
async def ask(ctx: Context, message: Message, args: Raised) -> None:
    """Put the person on the list of speakers, once; or take them off it."""
    meeting = await cards.current(ctx)
    author = await ctx.author()
    if args.back:
        changed = await speakers.withdraw(ctx.db, meeting.id, author)
    else:
        changed = await speakers.ask(ctx.db, meeting.id, author, message.event_id, replace=False)
        await meetings.notice(ctx.db, meeting.id, author)
    if changed:
        await cards.show(ctx, meeting)
    await ctx.acknowledge(message.event_id, f"✅ {meeting.label}")


@router.command(
    "weiter", "next", "nächste", "nächster", "nächstes",
    help=text("let the next person speak"),
    example=text("!weiter"),
)  # fmt: skip
async def give_floor(ctx: Context, message: Message, _args: None) -> None:
    """Call the next one on the list: the only mention the card ever makes."""
    meeting = await cards.current(ctx)
    await cards.require_lead(ctx, meeting)
    requests = await cards.requests_of(ctx, meeting)
    waiting = await cards.waiting(ctx, requests)
    if not waiting and speaking(requests) is None:
        raise UserError(text("The list of speakers is empty. To speak: ✋ on the card, or !rede"))
    meeting = await cards.begin(ctx, meeting)
    person = waiting[0] if waiting else None
    await speakers.give_floor(ctx.db, meeting.id, person)
    await cards.show(ctx, meeting, call=person, over=person is None)
    await ctx.acknowledge(message.event_id, f"✅ {meeting.label}")


@router.on(Reaction)
async def raised(ctx: Context, reaction: Reaction) -> bool:
    """Take a ✋ on the card as asking to speak; whoever reacts to it is there."""
    post = await outbox.by_event(ctx.db, reaction.target)
    meeting_id = meetings.of_subject(post.subject) if post else None
    if meeting_id is None or reaction.sender == ctx.me:
        return False
    meeting = await meetings.by_id(ctx.db, meeting_id)
    inside = await entries.of_group(ctx, meeting.group_id)
    if inside is None or meeting.stage is Stage.ENDED:
        return False
    author = await inside.author()
    await meetings.notice(ctx.db, meeting.id, author)
    if reaction.key != HAND:
        return False
    if await speakers.ask(ctx.db, meeting.id, author, reaction.event_id, replace=True):
        await cards.show(inside, meeting)
    return True


@router.on(Redaction)
async def lowered(ctx: Context, redaction: Redaction) -> bool:
    """Take somebody off the list whose ✋ or message was taken back, by them or by who may delete."""
    found = await speakers.by_event(ctx.db, redaction.target)
    if found is None:
        return False
    meeting = await meetings.by_id(ctx.db, found[0])
    inside = await entries.of_group(ctx, meeting.group_id)
    if inside is not None and await entries.may_delete(inside, found[1], redaction):
        await speakers.withdraw(ctx.db, meeting.id, found[1])
        await cards.show(inside, meeting)
    return True
