# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What several topics do with what a group is about: its founding, goal, agreements and choices, also as they were."""

from __future__ import annotations

import json
from dataclasses import replace

from commands import cards, checking, retrospecting, schedules, sprinting
from commands.context import Context
from config.texts import Text, joined, text
from method import agreements as rules
from method import charters, foundings
from method.charters import Charter, Choice
from method.foundings import CHOICES, Question
from method.ids import EventId, PersonId
from method.settings import Settings
from storage import agreements, changes, groups, meetings, outbox, polls, problems, settings
from storage import foundings as founding_store
from storage.foundings import Founding


async def present(ctx: Context) -> Charter:
    """Return what the group has chosen."""
    return Charter(ctx.require_group().name, await ctx.settings())


async def news(ctx: Context) -> list[Text]:
    """Say what the group can vote on now, and which meeting comes next."""
    told = []
    if await problems.proposed(ctx.db, ctx.group_id) is not None:
        told.append(text("To be decided: a proposal for the core problem. To see it: !kernproblem."))
    if open_ := await polls.open_of(ctx.db, ctx.group_id):
        labels = ", ".join(poll.label for poll in open_)
        told.append(text("Open polls: {polls}. To see them: !umfragen.", polls=labels))
    runs = await sprinting.sentence(ctx)
    told += [line for line in (runs, await retrospecting.sentence(ctx)) if line]
    coming = await cards.announced_next(ctx)
    return [*told, coming] if coming else told


async def set_goal(ctx: Context, words: str, source: EventId) -> None:
    """Give the group a goal, said by the message ``source``, and remember the one before for a while."""
    group = ctx.require_group()
    before = json.dumps({"goal": group.goal, "event_id": group.goal_event_id})
    await changes.add(ctx.db, group.id, await ctx.author(), "goal", now=ctx.now, before=before)
    await groups.set_goal(ctx.db, group.id, words, source)
    ctx.group = replace(group, goal=words, goal_event_id=source)


async def agree_on(ctx: Context, words: str, source: EventId) -> None:
    """Let these be the group's working agreements, said by the message ``source``, and remember those before."""
    old = await agreements.of_group(ctx.db, ctx.group_id)
    author = await ctx.author()
    if old is None or old.text != words:
        before = json.dumps({"text": old and old.text, "event_id": old and old.source})
        await changes.add(ctx.db, ctx.group_id, author, "agreement", now=ctx.now, before=before)
    await _agree_on(ctx, author, source, words, again=old is not None and old.text != words)


async def withdraw_agreement(ctx: Context) -> None:
    """Erase the working agreements and what they were before, and delete the bot's own posts that repeat them."""
    for post in await outbox.take_back(ctx.db, agreements.subject(ctx.group_id)):
        await ctx.redact(post.id, room=post.room_id)
    present = await agreements.of_group(ctx.db, ctx.group_id)
    if present is not None:
        await agreements.erase(ctx.db, present.id)
    await changes.forget(ctx.db, ctx.group_id, "agreement")


async def undo_agreement(ctx: Context, before: str) -> Text:
    """Let the working agreements be as they were; say so."""
    was = json.loads(before)
    if was["text"] is None:
        await withdraw_agreement(ctx)
        return text("Undone: the working agreements are withdrawn.")
    # Who said it then is not kept; the moderation can change and delete it.
    await _agree_on(ctx, None, was["event_id"], was["text"], again=True)
    return text("Undone: the working agreements have their earlier text again.")


async def _agree_on(
    ctx: Context, author: PersonId | None, source: EventId | None, words: str, *, again: bool
) -> None:
    written = await agreements.write(ctx.db, ctx.group_id, author, source, words)
    subject = f"{agreements.subject(ctx.group_id)}:post"
    post = await cards.put(ctx, written.post, rules.asked(words, again=again), subject)
    if post is not None:
        await agreements.set_post(ctx.db, written.id, post)


async def asked(ctx: Context, question: Question) -> Text:
    """Return the message of the founding while this question is open."""
    return foundings.asked(question, await present(ctx), ctx.require_group().goal)


async def answered(ctx: Context, *, goal: bool = False, choice: Choice | None = None) -> None:
    """Go on with the founding if its open question was answered by a command: the goal, or a choice."""
    begun = await founding_store.find(ctx.db, ctx.group_id)
    if begun is None:
        return
    if goal if begun.question is Question.GOAL else CHOICES[begun.question] is choice:
        await go_on(ctx, begun)


async def go_on(ctx: Context, begun: Founding) -> None:
    """Ask the next question of the founding in its message, or say that it is finished."""
    following = foundings.after(begun.question)
    if following is None:
        await founding_store.end(ctx.db, ctx.group_id)
        words = foundings.done(await present(ctx))
    else:
        await founding_store.save(ctx.db, ctx.group_id, following, begun.post_id)
        words = await asked(ctx, following)
    post = await outbox.get(ctx.db, begun.post_id)
    await ctx.edit(post.id, words, room=post.room_id, language=ctx.require_group().language)


async def choose(ctx: Context, choice: Choice, new: Charter) -> None:
    """Let the group's choices be ``new``, in which ``choice`` was made, and remember those before for a while."""
    old = await present(ctx)
    if old == new:
        return
    was, will_be = old.settings.as_stored(), new.settings.as_stored()
    before = {
        "choice": choice.name,
        "name": old.name if old.name != new.name else None,
        # Only what changes: undoing it leaves alone what came from elsewhere since.
        "settings": {name: value for name, value in was.items() if value != will_be[name]},
    }
    await changes.add(
        ctx.db, ctx.group_id, await ctx.author(), "settings", now=ctx.now, before=json.dumps(before)
    )
    await _keep(ctx, new)


async def unchoose(ctx: Context, before: str) -> Text:
    """Let a choice be as it was; say so."""
    was = json.loads(before)
    now = await present(ctx)
    stored = now.settings.as_stored() | was["settings"]
    old = Charter(now.name if was["name"] is None else was["name"], Settings.stored(stored))
    await _keep(ctx, old)
    choice = charters.find(was["choice"])
    if choice is None:
        raise LookupError("a change of settings names what was chosen")
    done = text("Undone: {choice} again.", choice=choice.said(old))
    return joined([done, *await checking.moved(ctx, now.settings)], " ")


async def _keep(ctx: Context, charter: Charter) -> None:
    group = ctx.require_group()
    before = await ctx.settings()
    await settings.save(ctx.db, group.id, charter.settings)
    if charter.settings != before:
        await schedules.plan_anew(ctx)
    if charter.settings.alternate is not before.alternate:
        meeting = await meetings.running(ctx.db, group.id)
        if meeting is not None:
            await cards.show(ctx, meeting)
    if charter.name != group.name:
        await groups.set_name(ctx.db, group.id, charter.name)
        ctx.group = replace(group, name=charter.name)
