# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Forget what is personal when somebody leaves the group, without a word in the room."""

from __future__ import annotations

from typing import Final

import structlog

from commands import cards, checking, tasking
from commands.context import Context
from commands.router import Router
from config.texts import Text, joined, text, verbatim
from method.events import Membership, Message
from method.words import isolate
from storage import checkins, newcomers, personal, rooms, tasks

router: Final = Router()
logger = structlog.get_logger(__name__)

#: Who was only asked in was never in the group.
_NEVER_IN: Final = frozenset({"invite", "knock"})


@router.on(Membership)
async def left(ctx: Context, change: Membership) -> bool:
    """Cut what ties a person to a group whose room they have left, or were put out of."""
    if change.membership not in ("leave", "ban") or change.previous in _NEVER_IN or change.user_id == ctx.me:
        return False
    if ctx.direct or ctx.group is None or ctx.person is None:
        return False
    here = await rooms.member(ctx.db, ctx.room.room_id, change.user_id)
    if here is not None and here.membership == "join":
        # Back again before we heard of the leaving.
        return False
    if "join" in await rooms.elsewhere(ctx.db, ctx.group_id, change.user_id, but=ctx.room.room_id):
        # The group has moved, and only the old room was left.
        return False
    await _cut(ctx)
    # Until the night: who went by mistake and comes back at once is not new.
    await newcomers.greet(ctx.db, ctx.group_id, await ctx.author())
    return True


@router.command(
    "ausstieg", "leave", "aussteigen", "austreten", "austritt", "verlassen",
    help=text("leave the group: I forget what is personal"),
    example=text("!ausstieg"),
)  # fmt: skip
async def leave(ctx: Context, message: Message, _args: None) -> None:
    """Forget what is personal, and say to the person alone how to leave the room."""
    # Chosen before it is forgotten.
    language = ctx.language if ctx.direct else ctx.person.language if ctx.person else None
    if ctx.person is not None:
        await _cut(ctx)
    words = _farewell(ctx.require_group().name)
    if ctx.direct:
        await ctx.reply(words, to=message.event_id)
    else:
        await ctx.tell(ctx.user, words, language=language, asked=True)


async def _cut(ctx: Context) -> None:
    """Leave a proof that it was done: numbers, and nothing about whom it was."""
    author = await ctx.author()
    theirs = await tasks.of_person(ctx.db, author, ctx.group_id)
    said = [one for one in await checkins.of_person(ctx.db, author) if one.group_id == ctx.group_id]
    counts = await personal.leave(ctx.db, ctx.user, ctx.group_id)
    logger.info("left_group", **{f"{table}_rows": count for table, count in counts.items()})
    await cards.follow(ctx, counts)
    await tasking.nameless(ctx, theirs)
    for checkin in said:
        await checking.show(ctx, checkin)
    await checking.follow(ctx)
    await ctx.changed()


def _farewell(name: str) -> Text:
    head = (
        text(
            "Deleted for the group “{name}”: personal settings, own 👍 and who wrote which entry.",
            name=verbatim(isolate(name)),
        )
        if name
        else text("Deleted for the group: personal settings, own 👍 and who wrote which entry.")
    )
    return joined(
        [
            head,
            text("The entries stay, without a name. Own tasks are open again."),
            text("To leave the room: open the room’s menu and choose “Leave”. I cannot do that for anybody."),
        ]
    )
