# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What our posts say of a sprint, when it begins and at its end; they follow the rows that they quote."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from commands.around import around
from commands.context import Context
from config.texts import Text, joined
from method import sprints as rules
from method.ids import ItemId, OutboxId
from method.items import Item, Kind
from method.sprints import Sprint
from method.tasks import posts
from storage import groups, items, outbox, sprints, tasks


async def say_end(ctx: Context, sprint: Sprint) -> OutboxId:
    """Say what was finished in a sprint that has just ended, and how it goes on."""
    words = await _end(ctx, sprint, ctx.now)
    return await ctx.post(words, subject=f"{sprints.subject(sprint.id, 'end')}:post")


async def show_end(ctx: Context, sprint: Sprint, without: Collection[ItemId] = ()) -> None:
    """Let the post about the end of a sprint say what the rows say now; these tasks are about to go."""
    subject = sprints.subject(sprint.id, "end")
    post = await tasks.standing(ctx.db, f"{subject}:post")
    if post is None:
        return
    words = await _end(ctx, sprint, post.created_at, without)
    if post.state == "new":
        # Nobody has seen it yet: it is said as it is now.
        await outbox.take_back(ctx.db, subject)
        await ctx.post(words, room=post.room_id, subject=f"{subject}:post")
    else:
        await ctx.edit(post.id, words, room=post.room_id, language=ctx.require_group().language)


async def follow(ctx: Context, *changed: Item, gone: bool = False) -> None:
    """Let what was said at the end of sprints follow these tasks; ``gone``: they are about to be withdrawn."""
    told = [item for item in changed if item.kind is Kind.TASK]
    for group_id in {item.group_id for item in told}:
        inside = ctx.for_group(await groups.get(ctx.db, group_id))
        zone = await inside.zone()
        for sprint in await sprints.of_group(ctx.db, group_id):
            if any(rules.tells(sprint, item, zone) for item in told if item.group_id == group_id):
                await show_end(inside, sprint, {item.id for item in told} if gone else ())


async def _end(ctx: Context, sprint: Sprint, at: datetime, without: Collection[ItemId] = ()) -> Text:
    """Return what is said of a sprint that has ended, at that moment."""
    settings, ended = await ctx.settings(), sprint.last
    listed = [one.item for one in await items.listing(ctx.db, ctx.group_id, Kind.TASK)]
    there = [
        rules.as_of(item, ended)
        for item in listed
        if item.task and item.created_at <= at and item.id not in without
    ]
    told = posts.digest(there, replace(await around(ctx), today=ended), sprint.starts)
    review, retro = rules.after_end(ended, settings)
    following = rules.next_steps(review, retro, settings.zone, sprint.number, now=at)
    return joined([rules.over(sprint), *told, *following])
