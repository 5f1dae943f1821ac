# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What may become of a task, by whatever door it is said: taken, given back, done, blocked, moved to another day."""

from __future__ import annotations

from dataclasses import replace

from commands import entries, tasking
from commands.around import around, today
from commands.context import Context
from config.texts import text
from method.drafts import within_limit
from method.errors import Missing, Suggestion, UserError
from method.events import Message
from method.items import Item
from method.tasks import Task, blocked, finished, free, resumed, taken
from method.tasks.days import as_until, drops_day
from method.tasks.posts import card
from method.tasks.words import Verb
from method.words import brief, is_blank, isolate
from storage import items


async def become(ctx: Context, message: Message, item: Item, verb: Verb, reason: str = "") -> bool:
    """Let a task be what was said, with a receipt; return False if it was no answer to anything.

    Raises:
        UserError: the person may not, or it is somebody else's.
        Missing: why it is blocked was not said.
    """
    task = tasking.of(item)
    asked = task.asked is not None and entries.is_author(ctx, task.asked)
    if verb in (Verb.YES, Verb.NO) and not asked:
        return False
    if verb in (Verb.TAKE, Verb.YES):
        new = await _taken(ctx, item)
    elif verb is Verb.NO or (asked and verb is Verb.GIVE_BACK):
        new = replace(task, asked=None)
    else:
        new = await _as_said(ctx, message, item, verb, reason)
    if new != task:
        await tasking.change(ctx, item, new)
    await ctx.acknowledge(message.event_id, f"✅ {item.label}", subject=items.subject(item.id))
    return True


async def _taken(ctx: Context, item: Item) -> Task:
    task, label = tasking.of(item), str(item.label)
    author = await ctx.author()
    if task.is_done:
        raise UserError(text("{label} is done already.", label=label))
    if task.owner == author:
        return task
    if task.owner is not None:
        name = (await around(ctx)).name(task.owner)
        if name is not None:
            raise UserError(text("{name} has taken {label} already.", name=name, label=label))
    return taken(task, author)


async def _as_said(ctx: Context, message: Message, item: Item, verb: Verb, reason: str) -> Task:
    task, label = tasking.of(item), str(item.label)
    command = {Verb.FINISH: "fertig {}", Verb.GIVE_BACK: "abgeben {}", Verb.GO_ON: "aufgabe {} läuft"}
    line = command.get(verb, f"aufgabe {{}} blockiert {reason}").replace("{}", label, 1)
    # What nobody has taken anybody may have done, and anybody may see what blocks it.
    if task.owner is not None or verb is Verb.GIVE_BACK:
        await tasking.check(ctx, item, line)
    if verb is Verb.FINISH:
        return task if task.is_done else finished(task, await today(ctx))
    if verb is Verb.GIVE_BACK:
        return free(task)
    if verb is Verb.GO_ON:
        return resumed(task)
    if not reason:
        question = text("What blocks {label}? Just reply to this message.", label=label)
        raise Missing(question, f"aufgabe {label} blockiert {{}}")
    return blocked(task, within_limit(reason), message.event_id)


async def move(ctx: Context, message: Message, item: Item, words: str) -> None:
    """Give a task another day or none, or ask somebody else to take it; a new text only after a 👍.

    Raises:
        UserError: the person may not, or it is not clear what is meant.
    """
    label = str(item.label)
    command = f"aufgabe {label}"
    await tasking.check(ctx, item, f"{command} {words}")
    if drops_day(words):
        await _without_day(ctx, message, item)
        return
    words = as_until(words, ctx.now, await ctx.settings(), command)
    wish = await tasking.read(ctx, words, command, message.mentions)
    if not is_blank(wish.draft.text):
        raise Suggestion(
            text(
                "Shall {label} have this text: {words}? Confirm with 👍.",
                label=label,
                words=isolate(brief(wish.draft.text)),
            ),
            f"ändern {label} {words}",
        )
    changed = await tasking.rewrite(ctx, item, wish, message.event_id, whole=False)
    if tasking.of(changed).due != tasking.of(item).due:
        ctx.done = card(changed, await around(ctx))
        await tasking.propose_better(ctx, message, changed)


async def _without_day(ctx: Context, message: Message, item: Item) -> None:
    """Let a task have no day any more."""
    task = replace(tasking.of(item), due=None)
    if task != tasking.of(item):
        ctx.done = card(await tasking.change(ctx, item, task), await around(ctx))
    await ctx.acknowledge(message.event_id, f"✏️ {item.label}", subject=items.subject(item.id))
