# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What topics that ask and take answers share: which post of ours is answered, changed words, a deleted post."""

from __future__ import annotations

from collections.abc import Collection

from commands.context import Context
from config.texts import text
from method.errors import UserError
from method.events import Edit, Message, Redaction
from method.ids import OutboxId
from method.words import command_text, is_blank
from storage import outbox


async def answered(ctx: Context, message: Message) -> OutboxId | None:
    """Return our post in the group's room that a message answers: by a reply, or in its thread."""
    target = message.thread_root or message.reply_to
    if target is None or ctx.direct or ctx.group is None or is_blank(message.body):
        return None
    if message.reply_to not in (None, target):
        return None  # In the thread somebody answers what another person has said.
    post = await outbox.by_event(ctx.db, target)
    return post.id if post else None


def edited_words(ctx: Context, edit: Edit, commands: Collection[str]) -> str:
    """Return the answer in an edited message, without the command word.

    Raises:
        UserError: another command, or no text.
    """
    words = command_text(edit.body, commands, direct=ctx.direct)
    if words is None or is_blank(words):
        raise UserError(text("The text is missing. The answer stays as it was."))
    return words


async def deleted_post(ctx: Context, redaction: Redaction) -> OutboxId | None:
    """Return our post in the group's room that somebody has deleted who may."""
    post = await outbox.by_event(ctx.db, redaction.target)
    if post is None or ctx.direct or ctx.group is None:
        return None
    return post.id if (await ctx.powers()).may_redact_others(redaction.sender) else None
