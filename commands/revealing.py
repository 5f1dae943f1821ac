# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Further messages with the cards of a retro, where one cannot hold them: said at the reveal, kept up to date."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from commands.context import Context
from config.texts import Text
from method.retros import Retro, Topic
from method.retros.reveals import further, paged
from storage import outbox, retros, reveals
from storage.outbox import Post
from storage.reveals import Shown


async def reveal(ctx: Context, retro: Retro, topics: Sequence[Topic]) -> None:
    """Let these cards belong to the retro, each in the message that will show it."""
    await reveals.reveal(ctx.db, retro.id, paged(topics, ctx.require_group().language))


async def show(ctx: Context, retro: Retro, *, anew: bool) -> None:
    """Let the further messages show the cards that are left; ``anew`` says those that are not in the group's room."""
    topics, room = await retros.topics(ctx.db, retro), await ctx.group_room()
    for page in await reveals.shown(ctx.db, retro.id):
        words = further(topics, retro.form, page.number)
        post = await outbox.get(ctx.db, page.post) if page.post is not None else None
        if post is not None and words is None:
            await _take_away(ctx, retro, page.number, post)
        elif post is not None and words is not None and post.room_id == room:
            await _follow(ctx, retro, page, post, words)
        elif words is not None and anew:
            await _say(ctx, retro, page.number, words)


async def _say(ctx: Context, retro: Retro, number: int, words: Text) -> None:
    post = await ctx.post(words, subject=reveals.subject(retro.id, number))
    await reveals.save(ctx.db, retro.id, Shown(number, post, _digest(ctx, words)))


async def _follow(ctx: Context, retro: Retro, page: Shown, post: Post, words: Text) -> None:
    """Edit a message that says something else; what was not sent yet is not sent as it was."""
    digest = _digest(ctx, words)
    if page.digest == digest:
        return
    if post.state == "new":
        await outbox.take_back(ctx.db, reveals.subject_above(retro.id, page.number))
        await _say(ctx, retro, page.number, words)
        return
    await ctx.edit(post.id, words, room=post.room_id, language=ctx.require_group().language)
    await reveals.save(ctx.db, retro.id, Shown(page.number, post.id, digest))


async def _take_away(ctx: Context, retro: Retro, number: int, post: Post) -> None:
    """Delete a message of which no card is left."""
    for sent in await outbox.take_back(ctx.db, reveals.subject_above(retro.id, number)):
        await ctx.redact(sent.id, room=sent.room_id)
    await reveals.forget(ctx.db, post.id)


def _digest(ctx: Context, words: Text) -> str:
    return hashlib.sha256(words.render(ctx.require_group().language).encode()).hexdigest()[:32]
