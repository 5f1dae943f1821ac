# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Further messages with what is revealed, where one cannot hold it: said at the reveal, kept up to date."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

from commands.context import Context
from config.texts import Text
from method.retros import Retro, Topic
from method.retros.reveals import further, paged
from storage import outbox, retros, reveals
from storage.outbox import Post
from storage.reveals import Shown, Whose


async def reveal(ctx: Context, retro: Retro, topics: Sequence[Topic]) -> None:
    """Let these cards belong to the retro, each in the message that will show it."""
    await reveals.reveal(ctx.db, retro.id, paged(topics, ctx.require_group().language))


async def show(ctx: Context, retro: Retro, *, anew: bool) -> None:
    """Let the further messages of a retro show the cards that are left (``keep``)."""
    topics = await retros.topics(ctx.db, retro)
    await keep(ctx, reveals.of_retro(retro.id), lambda number: further(topics, retro.form, number), anew=anew)


async def keep(ctx: Context, whose: Whose, words_of: Callable[[int], Text | None], *, anew: bool) -> None:
    """Let the further messages say what they are to say now (None: nothing is left for this one).

    ``anew`` says those that do not stand in the group's room.
    """
    for page in await reveals.shown(ctx.db, whose):
        words = words_of(page.number)
        post = await outbox.get(ctx.db, page.post) if page.post is not None else None
        if post is not None and words is None:
            await _take_away(ctx, whose, page.number, post)
        elif post is not None and words is not None and await stands(ctx, post):
            await _follow(ctx, whose, page, post, words)
        elif words is not None and anew:
            await _say(ctx, whose, page.number, words)


async def take_away(ctx: Context, whose: Whose) -> None:
    """Delete the further messages that stand: they will be said anew, below another first one."""
    for page in await reveals.shown(ctx.db, whose):
        post = await outbox.get(ctx.db, page.post) if page.post is not None else None
        if post is not None and await stands(ctx, post):
            await _take_away(ctx, whose, page.number, post)


async def stands(ctx: Context, post: Post) -> bool:
    """Is the post in the group's present room, or on its way there?"""
    return post.state not in ("dead", "cancelled") and post.room_id == await ctx.group_room()


async def _say(ctx: Context, whose: Whose, number: int, words: Text) -> None:
    post = await ctx.post(words, subject=reveals.subject(whose, number))
    await reveals.save(ctx.db, whose, Shown(number, post, _digest(ctx, words)))


async def _follow(ctx: Context, whose: Whose, page: Shown, post: Post, words: Text) -> None:
    """Edit a message that says something else; what was not sent yet is not sent as it was."""
    digest = _digest(ctx, words)
    if page.digest == digest:
        return
    if post.state == "new":
        await outbox.take_back(ctx.db, reveals.subject_above(whose, page.number))
        await _say(ctx, whose, page.number, words)
        return
    await ctx.edit(post.id, words, room=post.room_id, language=ctx.require_group().language)
    await reveals.save(ctx.db, whose, Shown(page.number, post.id, digest))


async def _take_away(ctx: Context, whose: Whose, number: int, post: Post) -> None:
    """Delete a message of which nothing is left."""
    for sent in await outbox.take_back(ctx.db, reveals.subject_above(whose, number)):
        await ctx.redact(sent.id, room=sent.room_id)
    await reveals.forget(ctx.db, post.id)


def _digest(ctx: Context, words: Text) -> str:
    return hashlib.sha256(words.render(ctx.require_group().language).encode()).hexdigest()[:32]
