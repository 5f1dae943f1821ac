# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Write down the group's working agreements, and count who accepts them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

from commands import charters, entries
from commands.context import Context
from commands.router import Router
from config.texts import text
from method import agreements as rules
from method.agreements import Agreement
from method.drafts import within_limit
from method.errors import UserError
from method.events import Edit, Message, Reaction, Redaction
from method.ids import EventId
from method.items import Label
from method.problems import SIGNS, Stand, is_yes
from method.words import command_text, is_blank
from storage import agreements, outbox

router: Final = Router()


@dataclass(frozen=True, slots=True)
class Agreed:
    """What the group has agreed on; empty to see it."""

    words: str

    @classmethod
    def read(cls, words: str, about: Label | None) -> Self:
        """Read the text, in as many lines as it has."""
        return cls("" if is_blank(words) else within_limit(words))


@router.command(
    "vereinbarung", "agreement", "vereinbarungen", "agreements", "abmachung", "abmachungen", "regel", "regeln",
    "spielregel", "spielregeln",
    args=Agreed,
    keeps=True,
    usage=text("Text"),
    help=text("write down the working agreements of the group, or show them"),
    example=text("!vereinbarung We let each other finish"),
)  # fmt: skip
async def agreement(ctx: Context, message: Message, args: Agreed) -> None:
    """Show the agreements, or let the moderation write or change them: in one post, edited in place."""
    before = await agreements.of_group(ctx.db, ctx.group_id)
    if args.words:
        await ctx.require_moderation()
        await charters.agree_on(ctx, args.words, message.event_id)
        if before is not None or ctx.direct:
            # The post stands somewhere else.
            await ctx.acknowledge(message.event_id, f"{'✏️' if before else '✅'} {_name(ctx)}")
        return
    if before is None:
        raise UserError(text("There are no working agreements yet. To write them: !vereinbarung Text"))
    accepted = await agreements.accepted(ctx.db, before.id)
    words, subject = rules.present(before.text, accepted), agreements.subject_of_answer(before)
    await ctx.reply(words, to=message.event_id, subject=subject)


# --- its message ---------------------------------------------------------------------------------


@router.on(Edit)
async def edited(ctx: Context, edit: Edit) -> bool:
    """Ask the group again, with the words that the message has now."""
    found = await agreements.by_source(ctx.db, edit.target)
    if found is None:
        return False
    inside = await entries.of_group(ctx, found.group_id)
    if inside is None or not await inside.may_moderate():
        return True
    words = command_text(edit.body, _WORDS, direct=ctx.direct)
    if words is None:
        raise UserError(
            text("This message holds the working agreements. Another command needs a new message.")
        )
    if is_blank(words):
        raise UserError(text("The text is missing. The working agreements stay as they were."))
    if words != found.text:
        await charters.agree_on(inside, within_limit(words), edit.target)
        await inside.acknowledge(edit.target, f"✏️ {_name(inside)}")
    return True


@router.on(Redaction)
async def deleted(ctx: Context, redaction: Redaction) -> bool:
    """Erase the agreements whose message or post was deleted, or forget an acceptance that was taken back."""
    found = await agreements.by_source(ctx.db, redaction.target)
    found = found or await _asked(ctx, redaction.target)
    if found is None:
        return await _taken_back(ctx, redaction)
    inside = await entries.of_group(ctx, found.group_id)
    if inside is not None and await entries.may_delete(inside, found.author, redaction):
        await charters.withdraw_agreement(inside)
    return True


# --- who accepts it ------------------------------------------------------------------------------


@router.on(Reaction)
async def reacted(ctx: Context, reaction: Reaction) -> bool:
    """Count a 👍 on the message, on the post, or on an answer that shows this very text."""
    if SIGNS.get(reaction.key) is not Stand.FOR or reaction.sender == ctx.me:
        return False
    found = await agreements.by_source(ctx.db, reaction.target) or await _shown(ctx, reaction.target)
    if found is None or await entries.of_group(ctx, found.group_id) is None:
        return False
    await agreements.accept(ctx.db, found.id, await ctx.author(), reaction.event_id)
    return True


@router.on(Message)
async def replied(ctx: Context, message: Message) -> bool:
    """Take a reply that says yes like a 👍; everything else is talk."""
    target = message.reply_to or message.thread_root
    if target is None or not is_yes(message.body):
        return False
    found = await _shown(ctx, target)
    if found is None or await entries.of_group(ctx, found.group_id) is None:
        return False
    await agreements.accept(ctx.db, found.id, await ctx.author(), message.event_id)
    await ctx.acknowledge(message.event_id, f"✅ {text('yes').render(ctx.language)}")
    return True


async def _taken_back(ctx: Context, redaction: Redaction) -> bool:
    found = await agreements.by_acceptance(ctx.db, redaction.target)
    if found is None:
        return False
    accepted, person = found
    inside = await entries.of_group(ctx, accepted.group_id)
    if inside is not None and await entries.may_delete(inside, person, redaction):
        await agreements.take_back(ctx.db, redaction.target)
    return True


async def _asked(ctx: Context, event: EventId) -> Agreement | None:
    """Return the agreements for which this post of ours asks for acceptance."""
    post = await outbox.by_event(ctx.db, event)
    return await agreements.by_post(ctx.db, post.id) if post else None


async def _shown(ctx: Context, event: EventId) -> Agreement | None:
    """Return the agreements that this post of ours shows."""
    post = await outbox.by_event(ctx.db, event)
    if post is None:
        return None
    return await agreements.by_post(ctx.db, post.id) or await agreements.by_answer(ctx.db, post.subject)


def _name(ctx: Context) -> str:
    return text("Rules").render(ctx.language)


#: The folded words that call the command: they are not part of an edited text.
_WORDS: Final = frozenset(router.folded())
