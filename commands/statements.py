# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Votes in own words: how somebody stands to a proposal and why, and answers to a question to everybody."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from commands.context import Context
from config.texts import text
from method.errors import Missing, UserError
from method.events import Edit, Message
from method.ids import EventId
from method.polls import OBJECTS, Kind, Openness, Poll, parse_label
from method.polls.answers import checked
from method.polls.ballots import Door, is_late, standing, takes
from method.polls.stands import Stand, is_question, read_stand
from method.problems import is_yes
from method.words import command_text, fold, is_blank
from storage import poll_votes, polls
from storage.outbox import Post

_HAND: Final = "✋"
_NO: Final = frozenset(map(fold, ("nein", "no", "nö", "nicht", "kein Einwand")))


async def poll_of(ctx: Context, post: Post | None) -> Poll | None:
    """Return the poll that our post asks, shows once more, or asks back about."""
    if post is None:
        return None
    if (asks_back(post) or _shows(post)) and (poll_id := polls.of_subject(post.subject)) is not None:
        return await polls.get(ctx.db, poll_id)
    return await polls.by_post(ctx.db, post.id)


def asks_back(post: Post) -> bool:
    """Does our post ask whether a remark is an objection?"""
    return post.subject is not None and post.subject.endswith(f":{polls.ASKS_BACK}")


def _shows(post: Post) -> bool:
    return post.subject is not None and post.subject.endswith(f":{polls.SHOWN}")


# --- how somebody stands to a proposal -----------------------------------------------------------


def stand(poll: Poll, message: Message, post: Post) -> Stand | None:
    """Return what a reply says to a proposal; None if nothing clear. "Yes" to our question is an objection."""
    if poll.kind is not Kind.CONSENT:
        return None
    if asks_back(post):
        if is_yes(message.body):
            return Stand((OBJECTS,))
        if fold(message.body) in _NO:
            return None
    return read_stand(message.body)


async def remarked(ctx: Context, poll: Poll, message: Message, post: Post) -> bool:
    """Ask once whether a remark under a proposal is an objection; its words are kept until the poll ends.

    Return False if it is just talk: a question is, and so is what somebody says who has agreed already, or has
    objected and given the reason.
    """
    is_over = not poll.is_open or is_late(message.received_at, poll, message.sent_at)
    if poll.kind is not Kind.CONSENT or is_over or not takes(poll, Door.REPLY):
        return False
    author = await ctx.author()
    if asks_back(post) and fold(message.body) in _NO:
        await poll_votes.forget_remarks(ctx.db, poll.id, author)
        await ctx.reply(text("Then it does not count as an objection."), to=message.event_id)
        return True
    chosen = standing(poll, await poll_votes.of_poll(ctx.db, poll.id)).get(author)
    has_said = any(person == author for person, _ in await poll_votes.words(ctx.db, poll.id))
    if is_question(message.body) or (chosen is not None and (has_said or chosen != (OBJECTS,))):
        return False
    is_first = await poll_votes.remark(ctx.db, poll.id, author, message.event_id, checked(message.body))
    if chosen == (OBJECTS,):
        # The reason of who has only tapped so far.
        await ctx.acknowledge(message.event_id, f"✅ {poll.label}")
    elif is_first:
        await _ask_back(ctx, poll, message.event_id)
    return True


async def _ask_back(ctx: Context, poll: Poll, event: EventId) -> None:
    question = (
        text(
            "Is this an objection to {poll}? Then tap ✋ here, or reply with the word Einwand."
            " Otherwise it does not count.",
            poll=poll.label,
        )
        if poll.takes_reactions
        else text(
            "Is this an objection to {poll}? Then reply with the word Einwand. Otherwise it does not count.",
            poll=poll.label,
        )
    )
    post = await ctx.reply(question, to=event, subject=polls.subject(poll.id, polls.ASKS_BACK))
    if poll.takes_reactions:
        await ctx.offer(post, _HAND)


async def give_reason(ctx: Context, poll: Poll, event: EventId, reason: str) -> None:
    """Keep why somebody objects; of an edited message, why it objects now."""
    if not reason:
        await poll_votes.unsay(ctx.db, event)
    else:
        await poll_votes.say(ctx.db, poll.id, await ctx.author(), event, checked(reason))
        await poll_votes.reword(ctx.db, event, checked(reason))


async def restand(ctx: Context, poll: Poll, edit: Edit) -> None:
    """Let an edited reply to a proposal say what it says now.

    Other words for an objection are an objection; other words for an agreement must be clear to be one.
    """
    before = await poll_votes.choices(ctx.db, edit.target)
    found = read_stand(edit.body)
    if found is None and before == (OBJECTS,) and not is_question(edit.body):
        found = Stand((OBJECTS,), edit.body)
    choices = found.choices if found else ()
    if found and before is None:
        await poll_votes.add(ctx.db, poll.id, await ctx.author(), edit.target, Door.REPLY, choices)
    await poll_votes.rewrite(ctx.db, edit.target, choices)
    if found:
        await give_reason(ctx, poll, edit.target, found.reason)
    elif before is None:
        await poll_votes.reword(ctx.db, edit.target, checked(edit.body))
    elif not is_question(edit.body):
        await _ask_back(ctx, poll, edit.target)


# --- answers to a question to everybody ----------------------------------------------------------


async def answer(ctx: Context, poll: Poll, event: EventId, words: str) -> None:
    """Keep an answer, and give the receipt; an earlier one of the same person counts again if this is deleted."""
    if is_blank(words):
        question = text("What is the answer to {poll}? One or two sentences are enough.", poll=poll.label)
        raise Missing(question, f"stimme {poll.label} {{}}")
    said = checked(words.strip())
    if poll.openness is not Openness.SECRET:
        await poll_votes.say(ctx.db, poll.id, await ctx.author(), event, said)
    elif not await poll_votes.add_secretly(ctx.db, poll, ctx.user, (), said):
        raise UserError(text("A secret answer cannot be changed: I do not know which one it was."))
    await ctx.acknowledge(event, f"✅ {poll.label}")


def require_direct(poll: Poll, door: Door) -> None:
    """Make sure that an answer comes by the door that hides it.

    Raises:
        UserError: it does not.
    """
    if not takes(poll, door):
        raise UserError(
            text("{poll} is answered by direct message to me only: stimme {poll} Text", poll=poll.label)
        )


async def reanswer(ctx: Context, poll: Poll, edit: Edit, commands: Collection[str]) -> None:
    """Give an answer the words that its message has now.

    Raises:
        UserError: no words are left, or another command has taken their place.
    """
    words = command_text(edit.body, commands, direct=ctx.direct)
    if words is not None and words != edit.body.strip():
        number, words = parse_label(words)
        words = words if number in (None, poll.number) else None
    if words is None or is_blank(words):
        raise UserError(text("The text is missing. The answer stays as it was."))
    await poll_votes.reword(ctx.db, edit.target, checked(words.strip()))
