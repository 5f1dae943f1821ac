# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What our posts say of a sprint, when it begins and at its end; they follow the rows that they quote."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from commands.around import around, today
from commands.context import Context
from config.texts import DEFAULT_LANGUAGE, Text, joined, text
from method import sprints as rules
from method.ids import EventId, ItemId, OutboxId
from method.items import Item, Kind
from method.sprints import Sprint
from method.tasks import posts
from method.tasks.posts import Around
from storage import checkins, groups, items, outbox, sprints
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
    post = await sprints.standing(ctx.db, sprint.id, "start")
    if post is not None:
        subject = f"{sprints.subject(sprint.id, 'start')}:post"
        await _say(ctx, post, await _start(ctx, sprint), subject)


async def _start(ctx: Context, sprint: Sprint) -> Text:
    lines = [rules.running(sprint, await today(ctx))]
    routine = await checkins.routine(ctx.db, ctx.group_id)
    if routine is None or routine.schedule(await ctx.settings()) is None:
        lines.append(text("Proposal: !checkin an Mo-Fr 9:00"))
    return joined(lines, " ")


async def say_end(ctx: Context, sprint: Sprint) -> OutboxId:
    """Say what was finished in a sprint that has just ended, and how it goes on."""
    told = _told(sprint, await _known(ctx))
    return await ctx.post(await _with_steps(ctx, sprint, told), subject=_subject(sprint, told))


async def show_end(ctx: Context, sprint: Sprint) -> None:
    """Let the post about the end of a sprint say when the group looks back now."""
    await _follow(ctx, sprint, await _known(ctx), moved=True)


async def _follow(ctx: Context, sprint: Sprint, known: _Known, *, moved: bool = False) -> None:
    """Let the post about the end of a sprint tell of its tasks as they are known, if it does not already."""
    post = await sprints.standing(ctx.db, sprint.id, "end")
    if post is None:
        return
    told = _told(sprint, known)
    subject = _subject(sprint, told)
    if moved or subject != await outbox.said_last(ctx.db, post):
        await _say(ctx, post, await _with_steps(ctx, sprint, told), subject)


async def _say(ctx: Context, post: Post, words: Text, subject: str) -> None:
    """Let a post say other words."""
    if post.state == "new":
        # Nobody has seen it yet: it is said as it is now.
        await outbox.take_back(ctx.db, subject.rpartition(":")[0])
        await ctx.post(words, room=post.room_id, subject=subject)
    else:
        language = ctx.require_group().language
        await ctx.edit(post.id, words, room=post.room_id, language=language, subject=subject)


async def take_back(ctx: Context, sprint: Sprint, part: str = "") -> None:
    """Delete our posts of a sprint that never was, or one part of them."""
    for post in await outbox.take_back(ctx.db, sprints.subject(sprint.id, part)):
        await ctx.redact(post.id, room=post.room_id)


async def follow(ctx: Context, *changed: Item, gone: bool = False, only_last: bool = False) -> None:
    """Let what was said at the end of sprints follow these tasks.

    Args:
        ctx: of any group.
        changed: the tasks, among other entries.
        gone: they are about to be withdrawn.
        only_last: what was said of the sprints before the last one that has ended may stay as it is.
    """
    tasks = [item for item in changed if item.kind is Kind.TASK]
    for group_id in {item.group_id for item in tasks}:
        ended = [sprint for sprint in await sprints.of_group(ctx.db, group_id) if sprint.ended]
        inside = ctx.for_group(await groups.get(ctx.db, group_id)) if ended else ctx
        zone, known = await inside.zone(), None
        for sprint in ended[-1:] if only_last else ended:
            if any(rules.tells(sprint, item, zone) for item in tasks if item.group_id == group_id):
                known = known or await _known(inside, {item.id for item in tasks} if gone else ())
                await _follow(inside, sprint, known)


@dataclass(frozen=True, slots=True)
class _Known:
    """What it takes to say how sprints have ended."""

    listed: Sequence[Item]
    around: Around
    zone: ZoneInfo


async def _known(ctx: Context, without: Collection[ItemId] = ()) -> _Known:
    listed = [one.item for one in await items.listing(ctx.db, ctx.group_id, Kind.TASK)]
    there = [item for item in listed if item.task and item.id not in without]
    return _Known(there, await around(ctx), await ctx.zone())


def _told(sprint: Sprint, known: _Known) -> Text:
    """Return what is said of a sprint that has ended, and of its tasks."""
    ended = sprint.last
    there = [rules.as_of(item, ended) for item in known.listed if rules.tells(sprint, item, known.zone)]
    told = posts.digest(there, replace(known.around, today=ended), sprint.starts)
    return joined([rules.over(sprint), *told])


def _subject(sprint: Sprint, told: Text) -> str:
    """Return the subject of a post that tells this; in which language it does makes no difference."""
    return sprints.saying(sprint.id, "end", told.render(DEFAULT_LANGUAGE))


async def _with_steps(ctx: Context, sprint: Sprint, told: Text) -> Text:
    """Return it with the steps that are still to come; when those of long ago were, is not known any more."""
    settings = await ctx.settings()
    review, retro = rules.after_end(sprint.last, settings)
    following = rules.next_steps(review, retro, settings.zone, sprint.number, now=ctx.now)
    return joined([told, *(following if ctx.now < review else [])])
