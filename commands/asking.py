# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Ask somebody in the group's room, by name, whether they take a task; call them later where they are away."""

from __future__ import annotations

from typing import Final

from commands.around import around
from commands.contents import shown_name
from commands.context import Context
from config.texts import text
from method.items import Item
from method.presence import call_moment
from method.tasks import posts
from storage import items, people, presence, tasks, timers

#: The promise to call somebody who was away when they were asked; its subject is the number of the item.
CALL: Final = "tasks.call"


def subject(item: Item) -> str:
    """Return how the question about a task is found again."""
    return items.subject(item.id, "asked")


async def ask(ctx: Context, item: Item) -> None:
    """Ask in the group's room, by name, whether a person takes the task."""
    asked = item.task.asked if item.task else None
    if asked is None:
        return
    post = await tasks.standing(ctx.db, subject(item))
    if post is not None:
        await ctx.redact(post.id, room=post.room_id)
    here = await people.in_room(ctx.db, await ctx.group_room())
    await timers.cancel(ctx.db, ctx.group_id, CALL, str(item.id))
    if asked not in here:
        return
    at = call_moment(ctx.now, await ctx.settings(), await presence.of_person(ctx.db, asked))
    mentions = (here[asked].user_id,) if at <= ctx.now else ()
    await ctx.post(posts.card(item, await around(ctx)), subject=subject(item), mentions=mentions)
    if not mentions:
        await ctx.later(CALL, at, subject=str(item.id))
        await _say_later(ctx, item, shown_name(here[asked]))


async def _say_later(ctx: Context, item: Item, name: str) -> None:
    """Say to whoever asks, alone, that somebody is called later; the group hears nothing of it."""
    words = text(
        "{label}: {name} gets the question within their working time.", label=str(item.label), name=name
    )
    if ctx.direct:
        await ctx.reply(words)
    elif ctx.user != ctx.me:
        await ctx.tell(ctx.user, words, asked=True)


async def call(ctx: Context, item: Item) -> None:
    """Call by name, in the question that stands in the room already, who was away when it was asked."""
    asked, post = item.task.asked if item.task else None, await tasks.standing(ctx.db, subject(item))
    here = await people.in_room(ctx.db, await ctx.group_room())
    if asked not in here or post is None:
        return
    at = call_moment(ctx.now, await ctx.settings(), await presence.of_person(ctx.db, asked))
    if at > ctx.now:
        await ctx.later(CALL, at, subject=str(item.id))
        return
    words, mentions = posts.card(item, await around(ctx)), (here[asked].user_id,)
    language = ctx.require_group().language
    await ctx.edit(post.id, words, room=post.room_id, language=language, mentions=mentions)
