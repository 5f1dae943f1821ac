# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Cards of a retro: by reply or in the thread, edited, deleted; and lines of its result that become tasks."""

from __future__ import annotations

from typing import Final

from commands import doors, entries, retrospecting
from commands.context import Context
from commands.router import Router
from config.texts import text
from method.errors import UserError
from method.events import Edit, Message, Reaction, Redaction
from method.retros import COMMANDS, Card, Retro, Stage
from method.retros.forms import read_cards
from method.words import fold
from storage import outbox, polls, retros, reveals

router: Final = Router()

_HAND: Final = "🙋"
#: "🙋‍♂️" and "🙋‍♀️" too.
_JOINER: Final = "\u200d"
#: The folded words that call the command: they are not part of a card.
_FOLDED: Final = frozenset(map(fold, COMMANDS))


@router.on(Message)
async def answered(ctx: Context, message: Message) -> bool:
    """Take a reply to our post, or a message in its thread, as cards; after the reveal they are for the next retro."""
    post = await doors.answered(ctx, message)
    found = await retros.by_post(ctx.db, post) if post else None
    if found is None or found.group_id != ctx.group_id:
        return False
    said = read_cards(message.body, called=False)
    if said:
        await retrospecting.take(ctx, message, said)
    return bool(said)


@router.on(Edit)
async def edited(ctx: Context, edit: Edit) -> bool:
    """Let the cards of a message be what it says now, as long as nobody has seen them."""
    cards = await retros.by_message(ctx.db, edit.target)
    if not cards:
        return False
    inside = await _inside(ctx, cards[0])
    if inside is None or not entries.is_author(inside, cards[0].person):
        return True
    revealed = next((card.retro for card in cards if card.retro is not None), None)
    if revealed is not None:
        if (await retros.by_id(ctx.db, revealed)).stage is Stage.VOTING:
            raise UserError(
                text("The cards are revealed and stay as they are. Deleting the message takes one back.")
            )
        return True
    words = doors.edited_words(ctx, edit, _FOLDED)
    said = read_cards(words, called=words != edit.body.strip())
    if not said:
        raise UserError(text("The text is missing. The answer stays as it was."))
    await retros.withdraw(ctx.db, edit.target)
    await retros.put(ctx.db, inside.group_id, await inside.author(), said, edit.target)
    await ctx.acknowledge(edit.target, "✏️ Retro")
    return True


@router.on(Redaction)
async def deleted(ctx: Context, redaction: Redaction) -> bool:
    """Forget the cards of a message that was deleted, and let what shows them follow."""
    cards = await retros.by_message(ctx.db, redaction.target)
    inside = await _inside(ctx, cards[0]) if cards else None
    if inside is not None and await entries.may_delete(inside, cards[0].person, redaction):
        await retrospecting.withdraw_lines(inside, cards)
        await retros.withdraw(ctx.db, redaction.target)
        for revealed in sorted({card.retro for card in cards if card.retro is not None}):
            await retrospecting.follow(inside, await retros.by_id(ctx.db, revealed))
    return bool(cards)


@router.on(Redaction)
async def post_deleted(ctx: Context, redaction: Redaction) -> bool:
    """Whoever may delete in the room has deleted our post: it is not kept up to date any more."""
    post = await doors.deleted_post(ctx, redaction)
    found = await retros.by_post(ctx.db, post) if post else None
    if found is None or found.group_id != ctx.group_id:
        return False
    if post == found.post:
        await retros.show(ctx.db, found.id, None)
    elif post is not None:
        await reveals.forget(ctx.db, post)
    return True


@router.on(Reaction)
async def taken(ctx: Context, reaction: Reaction) -> bool:
    """Make a line to copy a task of whoever puts 🙋 under it."""
    if reaction.key.partition(_JOINER)[0] != _HAND or reaction.sender == ctx.me or ctx.direct:
        return False
    found = await _with_lines(ctx, reaction)
    if found is None or ctx.group is None or found.group_id != ctx.group_id:
        return False
    return await retrospecting.take_line(ctx, found, reaction)


async def _with_lines(ctx: Context, reaction: Reaction) -> Retro | None:
    """Return the retro whose lines to copy stand in the post: the result, or the cards if there was no vote."""
    post = await outbox.by_event(ctx.db, reaction.target)
    poll = polls.of_subject(post.subject) if post else None
    if post is None:
        return None
    found = await retros.by_poll(ctx.db, poll) if poll is not None else await retros.by_post(ctx.db, post.id)
    if found is None or found.stage is not Stage.ENDED or (found.poll is not None and poll is None):
        return None
    shows = post.id == found.post if poll is None else post.subject == polls.subject(poll, "result")
    return found if shows else None


async def _inside(ctx: Context, card: Card) -> Context | None:
    return await entries.of_group(ctx, await retros.group_of(ctx.db, card))
