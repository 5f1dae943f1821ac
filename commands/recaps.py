# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What our posts say of a sprint, when it begins and at its end; they follow the rows that they quote."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from commands.around import around, today
from commands.context import Context
from config.texts import Text, joined, text
from method import sprints as rules
from method.ids import EventId, ItemId, OutboxId
from method.items import Item, Kind
from method.sprints import Sprint
from method.tasks import posts
from storage import checkins, groups, items, outbox, sprints, tasks
from storage.outbox import Post


async def say_start(ctx: Context, sprint: Sprint, source: EventId) -> None:
    """Say in the group's room that a sprint runs, as an answer to the message there that began it."""
    words, subject = await _start(ctx, sprint), f"{sprints.subject(sprint.id, 'start')}:post"
    if ctx.direct:
        await ctx.post(words, subject=subject)
    else:
        await ctx.reply(words, to=source, subject=subject)


async def show_start(ctx: Context, sprint: Sprint) -> None:
    """Let the post about the beginning of a sprint say which goal and which end it has now."""
    subject = sprints.subject(sprint.id, "start")
    post = await tasks.standing(ctx.db, f"{subject}:post")
    if post is not None:
        await _say(ctx, post, subject, await _start(ctx, sprint))


async def _start(ctx: Context, sprint: Sprint) -> Text:
    lines = [rules.running(sprint, await today(ctx))]
    routine = await checkins.routine(ctx.db, ctx.group_id)
    if routine is None or routine.schedule(await ctx.settings()) is None:
        lines.append(text("Proposal: !checkin an Mo-Fr 9:00"))
    return joined(lines, " ")


async def say_end(ctx: Context, sprint: Sprint) -> OutboxId:
    """Say what was finished in a sprint that has just ended, and how it goes on."""
    words = await _end(ctx, sprint)
    return await ctx.post(words, subject=f"{sprints.subject(sprint.id, 'end')}:post")


async def show_end(ctx: Context, sprint: Sprint, without: Collection[ItemId] = ()) -> None:
    """Let the post about the end of a sprint say what the rows say now; these tasks are about to go."""
    subject = sprints.subject(sprint.id, "end")
    post = await tasks.standing(ctx.db, f"{subject}:post")
    if post is None:
        return
    await _say(ctx, post, subject, await _end(ctx, sprint, without))


async def _say(ctx: Context, post: Post, subject: str, words: Text) -> None:
    """Let a post below this subject say other words."""
    if post.state == "new":
        # Nobody has seen it yet: it is said as it is now.
        await outbox.take_back(ctx.db, subject)
        await ctx.post(words, room=post.room_id, subject=f"{subject}:post")
    else:
        await ctx.edit(post.id, words, room=post.room_id, language=ctx.require_group().language)


async def take_back(ctx: Context, sprint: Sprint, part: str = "") -> None:
    """Delete our posts of a sprint that never was, or one part of them."""
    for post in await outbox.take_back(ctx.db, sprints.subject(sprint.id, part)):
        await ctx.redact(post.id, room=post.room_id)


async def follow(ctx: Context, *changed: Item, gone: bool = False) -> None:
    """Let what was said at the end of sprints follow these tasks; ``gone``: they are about to be withdrawn."""
    told = [item for item in changed if item.kind is Kind.TASK]
    for group_id in {item.group_id for item in told}:
        inside = ctx.for_group(await groups.get(ctx.db, group_id))
        zone = await inside.zone()
        for sprint in await sprints.of_group(ctx.db, group_id):
            if any(rules.tells(sprint, item, zone) for item in told if item.group_id == group_id):
                await show_end(inside, sprint, {item.id for item in told} if gone else ())


async def _end(ctx: Context, sprint: Sprint, without: Collection[ItemId] = ()) -> Text:
    """Return what is said of a sprint that has ended."""
    settings, ended = await ctx.settings(), sprint.last
    listed = [one.item for one in await items.listing(ctx.db, ctx.group_id, Kind.TASK)]
    there = [
        rules.as_of(item, ended)
        for item in listed
        if item.task and rules.tells(sprint, item, settings.zone) and item.id not in without
    ]
    told = posts.digest(there, replace(await around(ctx), today=ended), sprint.starts)
    review, retro = rules.after_end(ended, settings)
    following = rules.next_steps(review, retro, settings.zone, sprint.number, now=ctx.now)
    return joined([rules.over(sprint), *told, *following])
