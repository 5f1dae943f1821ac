# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Take answers that people add to a poll, as long as nobody has voted on other words."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from commands import entries, polling, renewals
from commands.context import Context
from commands.router import Router
from config.texts import text
from method.errors import UserError
from method.events import Edit, Message, Redaction
from method.polls import Openness, Poll, key_of
from method.polls.ballots import is_late, standing
from method.polls.suggestions import begins_as_one, is_suggestion, suggested, words_of
from storage import outbox, poll_votes, polls

router: Final = Router()


@router.on(Message)
async def added(ctx: Context, message: Message) -> bool:
    """Add one more answer to the poll that is replied to."""
    if not begins_as_one(message.body):
        return False
    target = message.reply_to or message.thread_root
    post = await outbox.by_event(ctx.db, target) if target else None
    poll = await polls.by_post(ctx.db, post.id) if post else None
    if poll is None or ctx.direct or ctx.group is None or poll.group_id != ctx.group.id:
        return False
    if not is_suggestion(message, poll):
        return False
    wanted = suggested(words_of(message.body), poll, await polling.present(ctx))
    option = await polls.suggest(ctx.db, poll, wanted, await ctx.author(), message.event_id)
    if option is None:
        raise UserError(text("There are as many answers as are possible."))
    poll = await polls.get(ctx.db, poll.id)
    await polling.show_again(ctx, poll)
    if poll.card is not None and poll.takes_reactions:
        await ctx.offer(poll.card, key_of(option.number))
    await ctx.acknowledge(message.event_id, f"✅ {poll.label}")
    return True


@router.on(Edit)
async def edited(ctx: Context, edit: Edit) -> bool:
    """Give an answer the words that its message has now, unless people have voted on the earlier ones."""
    poll = await _of(ctx, edit)
    if poll is None:
        return False
    number, author = await polls.suggested_by(ctx.db, edit.target)
    if (
        not poll.is_open
        or is_late(edit.received_at, poll, edit.sent_at)
        or not entries.is_author(ctx, author)
    ):
        return True
    if await _is_voted_on(ctx, poll, number):
        raise UserError(
            text(
                "People have voted in {poll} already. The answer stays as it is."
                " Another one: reply to the poll with + and the text.",
                poll=poll.label,
            )
        )
    others = tuple(option for option in poll.options if option.number != number)
    wanted = suggested(words_of(edit.body), replace(poll, options=others), await polling.present(ctx))
    await polls.reword_suggestion(ctx.db, edit.target, wanted)
    await polling.show_again(ctx, await polls.get(ctx.db, poll.id))
    await ctx.acknowledge(edit.target, f"✏️ {poll.label}")
    return True


async def _is_voted_on(ctx: Context, poll: Poll, number: int) -> bool:
    """Has somebody voted for this answer? Of a hidden or secret poll the question is whether anybody has voted."""
    if poll.openness is Openness.SECRET:
        return (await polls.sums(ctx.db, poll)).people > 0
    chosen = standing(poll, await poll_votes.of_poll(ctx.db, poll.id)).values()
    return any(number in choices or poll.openness is Openness.HIDDEN for choices in chosen)


@router.on(Redaction)
async def deleted(ctx: Context, redaction: Redaction) -> bool:
    """Forget the words of an answer whose suggestion was deleted; its number, and votes for it, stay."""
    # Redacted it is gone for everybody in the room: who may do that was checked by the homeserver.
    poll = await _of(ctx, redaction)
    if poll is None:
        return False
    await polls.forget_suggestion(ctx.db, redaction.target)
    await renewals.renew_board(ctx, poll.group_id)
    await polling.show_again(ctx, await polls.get(ctx.db, poll.id))
    return True


async def _of(ctx: Context, event: Edit | Redaction) -> Poll | None:
    """Return the poll for which the message suggested an answer, if it is one of this room's group."""
    poll = await polls.by_suggestion(ctx.db, event.target)
    is_here = poll is not None and not ctx.direct and ctx.group is not None and ctx.group.id == poll.group_id
    return poll if is_here else None
