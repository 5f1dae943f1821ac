# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Answers to a check-in: by reply or in the thread, edited, deleted, done, with a name, made a barrier."""

from __future__ import annotations

from typing import Final

from commands import checking, doors, entries, questions
from commands.context import Context
from commands.router import Router
from method.checkins import Answer
from method.checkins.words import COMMANDS, Verb
from method.events import Edit, Message, Reaction, Redaction
from method.words import fold
from storage import checkins, digests, items

router: Final = Router()

#: The folded words that call the command: they are not part of an answer.
_FOLDED: Final = frozenset(map(fold, COMMANDS))
_SIGNS: Final = {checking.DONE: Verb.DONE, checking.NAME: Verb.NAME, checking.BARRIER: Verb.BARRIER}


@router.on(Message)
async def answered(ctx: Context, message: Message) -> bool:
    """Take a reply to the question, or a message in its thread, as an answer; thanks are none."""
    post = await doors.answered(ctx, message)
    checkin = await checkins.by_post(ctx.db, post) if post else None
    if checkin is None or checkin.group_id != ctx.group_id:
        return False
    if fold(message.body) in questions.THANKS:
        return True
    await checking.take(ctx, checkin, message, message.body)
    return True


@router.on(Edit)
async def edited(ctx: Context, edit: Edit) -> bool:
    """Give an answer the words that its message has now."""
    answer = await checkins.by_answer(ctx.db, edit.target)
    if answer is None:
        return False
    inside = await _inside(ctx, answer)
    if inside is None or not entries.is_author(inside, answer.person):
        return True
    words = doors.edited_words(ctx, edit, _FOLDED)
    message = Message(edit.target, edit.room_id, edit.sender, edit.received_at, words)
    await checking.rewrite(inside, answer, message)
    await _follow(inside, answer)
    return True


@router.on(Redaction)
async def deleted(ctx: Context, redaction: Redaction) -> bool:
    """Forget an answer whose message was deleted, and the barrier that was made of it."""
    answer = await checkins.by_answer(ctx.db, redaction.target)
    if answer is None:
        return False
    inside = await _inside(ctx, answer)
    if inside is not None and await entries.may_delete(inside, answer.person, redaction):
        await digests.hold_back_request(ctx.db, redaction.target)
        await checkins.withdraw(ctx.db, redaction.target)
        if answer.item is not None:
            await entries.take_back_posts(inside, answer.item)
            await items.withdraw(ctx.db, answer.item, erase=True, now=ctx.now)
        await _follow(inside, answer)
    return True


@router.on(Redaction)
async def taken_back(ctx: Context, redaction: Redaction) -> bool:
    """A reaction was taken back: the name goes away, the request is open again."""
    found = await checkins.marked(ctx.db, redaction.target)
    for answer in found:
        inside = await _inside(ctx, answer)
        if inside is not None and entries.is_author(inside, answer.person):
            if answer.named == redaction.target:
                await checkins.name(ctx.db, answer.source, None)
            if answer.done == redaction.target:
                await checkins.finish(ctx.db, answer.source, None)
            await _follow(inside, answer)
    return bool(found)


@router.on(Redaction)
async def question_deleted(ctx: Context, redaction: Redaction) -> bool:
    """Whoever may delete in the room has deleted our post: there is nothing to be kept up to date any more."""
    post = await doors.deleted_post(ctx, redaction)
    checkin = await checkins.by_post(ctx.db, post) if post else None
    if checkin is None or checkin.group_id != ctx.group_id:
        return False
    await checkins.without_post(ctx.db, checkin.id)
    return True


@router.on(Reaction)
async def reacted(ctx: Context, reaction: Reaction) -> bool:
    """Its author marks a request for help as done, puts the name beside it, or makes a barrier of it."""
    verb = _SIGNS.get(reaction.key.split(" ")[0])
    answer = await checkins.by_answer(ctx.db, reaction.target) if verb else None
    if verb is None or answer is None:
        return False
    inside = await _inside(ctx, answer)
    if inside is not None and entries.is_author(inside, answer.person) and answer.said.request:
        await checking.apply(inside, answer, verb, reaction.event_id)
    return True


async def _inside(ctx: Context, answer: Answer) -> Context | None:
    checkin = await checkins.by_id(ctx.db, answer.checkin)
    return await entries.of_group(ctx, checkin.group_id) if checkin else None


async def _follow(ctx: Context, answer: Answer) -> None:
    checkin = await checkins.by_id(ctx.db, answer.checkin)
    if checkin is not None:
        await checking.show(ctx, checkin)
