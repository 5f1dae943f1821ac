# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Ask a new group about itself, one question after the other, in one message that is edited."""

from __future__ import annotations

from typing import Final

from commands import charters
from commands.context import Context
from commands.router import MODERATION, Router
from config.texts import text
from method.drafts import within_limit
from method.errors import UserError
from method.events import Edit, Message
from method.foundings import CHOICES, FIRST, Question, is_skip, title
from method.ids import EventId, GroupId
from storage import foundings, outbox
from storage.foundings import Founding

router: Final = Router()


@router.command(
    "start", "setup", "einrichten", "einrichtung",
    help=text("set up the group, question by question"),
    example=text("!start"),
    power_level=MODERATION,
)  # fmt: skip
async def start(ctx: Context, message: Message, _args: None) -> None:
    """Ask the first question, or the one that was left open; there is one message with it."""
    begun = await foundings.find(ctx.db, ctx.group_id)
    question = begun.question if begun else FIRST
    if begun:
        # Where it stands nobody would see it change.
        old = await outbox.get(ctx.db, begun.post_id)
        await ctx.redact(old.id, room=old.room_id)
    words, subject = await charters.asked(ctx, question), _subject(ctx.group_id)
    if ctx.direct:
        post = await ctx.post(words, subject=subject)
        await ctx.reply(text("The questions stand in the group now."), to=message.event_id)
    else:
        post = await ctx.reply(words, to=message.event_id, subject=subject)
    await foundings.save(ctx.db, ctx.group_id, question, post)


@router.on(Message)
async def answered(ctx: Context, message: Message) -> bool:
    """Take a moderator's reply to the question as its answer, and ask the next one in the same message."""
    if ctx.direct or ctx.group is None or not await _replies(ctx, message):
        return False
    begun = await foundings.find(ctx.db, ctx.group_id)
    # Whoever does not moderate is just talking about it.
    if begun is None or not await ctx.may_moderate():
        return False
    await _take(ctx, begun, message.body, message.event_id)
    return True


@router.on(Edit)
async def corrected(ctx: Context, edit: Edit) -> bool:
    """Take an answer that did not fit, and was edited, as a new one, if its question is still open."""
    if ctx.direct or ctx.group is None:
        return False
    begun = await foundings.find(ctx.db, ctx.group_id)
    if begun is None or not await outbox.about(ctx.db, _complaint(ctx.group_id, begun.question, edit.target)):
        return False
    if await ctx.may_moderate():
        await _take(ctx, begun, edit.body, edit.target)
    return True


async def _take(ctx: Context, begun: Founding, words: str, event: EventId) -> None:
    if is_skip(words):
        receipt = text("next")
    else:
        try:
            await _store(ctx, begun.question, words, event)
        except UserError as mistake:
            subject = _complaint(ctx.group_id, begun.question, event)
            await ctx.reply(mistake.text, to=event, subject=subject)
            return
        receipt = title(begun.question)
    await ctx.acknowledge(event, f"✅ {receipt.render(ctx.language)}")
    await charters.go_on(ctx, begun)


async def _replies(ctx: Context, message: Message) -> bool:
    """Is it a reply to a question, or to our word that an answer does not fit?"""
    for target in (message.reply_to, message.thread_root):
        post = await outbox.by_event(ctx.db, EventId(target)) if target else None
        if post is not None and f"{post.subject}:".startswith(f"{_subject(ctx.group_id)}:"):
            return True
    return False


async def _store(ctx: Context, question: Question, words: str, event: EventId) -> None:
    if question is Question.GOAL:
        await charters.set_goal(ctx, within_limit(words), event)
        return
    choice = CHOICES[question]
    await charters.choose(ctx, choice, choice.read(await charters.present(ctx), words))


def _subject(group: GroupId) -> str:
    return f"founding:{group}"


def _complaint(group: GroupId, question: Question, event: EventId) -> str:
    """Return what our word about an answer that does not fit is about."""
    return f"{_subject(group)}:{question}:{event}"
