# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What several topics do with a task: read its words, check the right to it, let it be another, ask who takes it."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from commands import asking, dues, entries, letters, questions, recaps, renewals
from commands.around import around, today
from commands.context import Context
from config.texts import Text, text
from method.drafts import Draft, draft, within_limit
from method.errors import Missing, Suggestion, UserError
from method.events import Message
from method.histories import edited_on, of_task
from method.ids import EventId, ItemId, UserId
from method.items import Item, Kind, Label
from method.tasks import DUE, Task, free, offered, posts, restored, stored, taken
from method.tasks.days import better, checked, split_due
from method.tasks.people import Known, claims, split_person
from method.tasks.phrases import is_only_day, means_day
from method.words import is_blank, isolate
from storage import changes, digests, groups, histories, items, people, rooms, schedules, tasks
from storage.changes import Change
from storage.outbox import Post

_UNTIL_WHEN: Final = text("Until when? Reply with a date, for example 15.3. or: Freitag")


@dataclass(frozen=True, slots=True)
class Wish:
    """A task as it was typed."""

    draft: Draft
    due: date | None
    #: Who is to be asked.
    person: UserId | None
    #: The one who writes takes it.
    mine: bool

    def line(self, command: str) -> str:
        """Return the command again, with "{}" where the number of an entry belongs."""
        return f"{command} zu {{}}: {self.draft.text}{self.rest}"

    @property
    def rest(self) -> str:
        """Return person and day again, as they may be typed."""
        who = f" {self.person}" if self.person else " @ich" if self.mine else ""
        return f"{who} bis {self.due}" if self.due else who


async def read(ctx: Context, words: str, command: str, mentioned: Collection[UserId]) -> Wish:
    """Take the words of a task apart.

    Args:
        ctx: in the task's group.
        words: behind the command.
        command: with which the person is asked back, for example "ändern A3".
        mentioned: whom the message mentions.

    Raises:
        UserError: it is too long.
        Missing: it is not clear who is meant, or which day.
    """
    here = await rooms.members(ctx.db, await ctx.group_room())
    known = [
        Known(one.user_id, one.name) for one in here if one.membership == "join" and one.user_id != ctx.me
    ]
    meant = split_person(within_limit(words), known, ctx.user, mentioned)
    if meant.typed is not None and len(meant.found) != 1:
        raise Missing(_who(meant.typed, meant.found), f"{command} @{{}} {meant.rest}", word=True)
    person = meant.found[0] if meant.found else None
    who = f" {person}" if person else " @ich" if meant.mine else ""
    rest, due = split_due(meant.rest, ctx.now, await ctx.settings(), f"{command}{who}")
    if due is None and is_only_day(rest):
        raise Missing(_UNTIL_WHEN, f"{command} bis {{}}{who}", word=True)
    if due is not None:
        checked(due, await today(ctx), f"{command} bis {{}} {rest}{who}")
    return Wish(draft(rest, Kind.TASK), due, person, meant.mine)


def _who(typed: str, found: Collection[UserId]) -> Text:
    shown = isolate(typed[:50])
    if found:
        return text(
            "Several people are called {name}. Reply with the whole ID, for example {example}.",
            name=shown,
            example=min(found),
        )
    return text("I find nobody called {name}. Reply with the name as the room shows it.", name=shown)


async def find(ctx: Context, label: Label, line: str) -> Item:
    """Return the group's open task with this label.

    ``line`` is the command line with "{}" where the label belongs, for asking back.

    Raises:
        UserError: there is none, or it is no task.
    """
    item = await entries.find_open(ctx, label, line)
    if item.task is None:
        question = text(
            "{label} is no task. Reply with the number of a task, for example A3.", label=str(label)
        )
        raise Missing(question, line.replace("{}", "A#{}", 1))
    return item


def of(item: Item) -> Task:
    """Return how an open task stands."""
    return item.task or Task()


async def check(ctx: Context, item: Item, line: str) -> None:
    """Make sure that the person may change the task: its owner, who wrote it, or the moderation.

    What somebody else has taken is changed after a 👍 only: then ``line`` is run once more.

    Raises:
        Suggestion: it is somebody else's.
        UserError: the person may not.
    """
    owner = of(item).owner
    if owner is not None and entries.is_author(ctx, owner):
        return
    label = str(item.label)
    if not await entries.may_change(ctx, item.author):
        raise UserError(
            text(
                "Who has taken or written {label} can change it, or the moderation."
                " Everybody can add to it: !ergänzen {label} Text",
                label=label,
            )
        )
    if owner is None or ctx.done is not None:
        return
    name = (await around(ctx)).name(owner)
    if name is not None:
        raise Suggestion(
            text(
                "{name} has taken {label}. Change it all the same? Confirm with 👍.", name=name, label=label
            ),
            line,
        )


async def change(ctx: Context, item: Item, task: Task, found: Draft | None = None) -> Item:
    """Let a task be another, perhaps with other words, remember how it was, and show it; return it."""
    before = json.dumps({"words": entries.remembered(item), "task": stored(of(item))})
    done = await changes.add(
        ctx.db, ctx.group_id, await ctx.author(), "task", now=ctx.now, item_id=item.id, before=before
    )
    day, words = await today(ctx), found.text if found else item.text
    events = of_task(of(item), task, day)
    events += edited_on(item.text, words, item.created_at.astimezone(await ctx.zone()).date(), day)
    await histories.add(ctx.db, item.id, done.id, events)
    return await store(ctx, item, task, found)


async def store(
    ctx: Context, item: Item, task: Task, found: Draft | None = None, *, again: bool = False
) -> Item:
    """Let a task be another, and follow with its reminder and with our posts about it; return it.

    ``again``: it has been so before, and nobody is called once more.
    """
    asked, owner = of(item).asked, of(item).owner
    if owner not in (None, task.owner):
        # Whoever has it now was not reminded yet.
        await schedules.forget(ctx.db, schedules.Name(ctx.group_id, DUE, str(item.id)))
    await tasks.save(ctx.db, item.id, task)
    if found is not None:
        await items.rewrite(ctx.db, item.id, found.text, found.topics, now=ctx.now, links=found.links)
    before, item = item, await items.by_id(ctx.db, item.id)
    if owner not in (None, task.owner) or before.text != item.text:
        await recaps.follow(ctx, item, only_last=before.text == item.text)
    await dues.promise(ctx, item)
    if task.asked not in (None, asked) and not (again and await tasks.standing(ctx.db, asking.subject(item))):
        await asking.ask(ctx, item)
    else:
        await show(ctx, item)
    return item


async def rewrite(ctx: Context, item: Item, wish: Wish, event: EventId, *, whole: bool) -> Item:
    """Let a task have what was typed, and say so on ``event``.

    Args:
        ctx: in the task's group.
        item: the task.
        wish: what was typed.
        event: the message.
        whole: it is all of the task; else what was not typed stays as it is.
    """
    task, found = of(item), wish.draft
    if not whole and is_blank(found.text):
        found = Draft(item.text or "", item.topics, found.links or item.links)
    elif not whole and not found.links:
        found = replace(found, links=item.links)
    task = replace(task, due=wish.due if whole or wish.due else task.due)
    if wish.person is not None:
        person = (await people.get_or_add(ctx.db, wish.person)).id
        # Whoever has taken it keeps it when the words are corrected.
        asked_before = person in (task.owner, task.asked)
        task = task if asked_before or (whole and task.owner is not None) else offered(task, person)
    elif wish.mine and task.owner is None and claims(item.text or "", found.text):
        task = taken(task, await ctx.author())
    if task != of(item) or (found.text, found.topics, found.links) != (item.text, item.topics, item.links):
        item = await change(ctx, item, task, found)
    await ctx.acknowledge(event, f"✏️ {item.label}", subject=items.subject(item.id))
    return item


async def ask_day(ctx: Context, message: Message, item: Item) -> None:
    """Ask until when, where the words of a stored task end with a day that nobody can read: "bis Ostern"."""
    if of(item).due is None and means_day(item.text or ""):
        label = str(item.label)
        question = text(
            "{label} is saved, still without a date. Until when? Reply with a date, for example 15.3. or: Freitag",
            label=label,
        )
        await questions.ask(ctx, message, "word", f"aufgabe {label} bis {{}}", question)


async def propose_better(ctx: Context, message: Message, item: Item) -> None:
    """Propose another day where that of the task is a public holiday; ask for one where it cannot be read."""
    await ask_day(ctx, message, item)
    due = of(item).due
    other = better(due, await ctx.settings()) if due else None
    if other is not None:
        question, day = other
        await questions.ask(ctx, message, "suggestion", f"aufgabe {item.label} bis {day}", question)


# --- our posts -----------------------------------------------------------------------------------


async def show(ctx: Context, item: Item) -> None:
    """Show in our posts of the task how it stands."""
    for post in await _standing(ctx, item):
        words = posts.card(item, await around(ctx))
        await ctx.edit(post.id, words, room=post.room_id, language=ctx.require_group().language)


async def forget_reason(ctx: Context, item: Item) -> None:
    """Let no post of ours say any more what has blocked a task: the message that said it has changed, or is gone."""
    await renewals.renew_board(ctx, item.group_id)
    await digests.hold_back(ctx.db, item.id)
    await letters.take_back_reason(ctx, item)
    await entries.take_back_details(ctx, item.id)


async def is_shown(ctx: Context, item: Item) -> bool:
    """Is there a post in this room that shows how the task stands?"""
    return any(post.room_id == ctx.room.room_id for post in await _standing(ctx, item))


async def _standing(ctx: Context, item: Item) -> list[Post]:
    found = [
        await tasks.standing(ctx.db, subject)
        for subject in (asking.subject(item), items.subject(item.id, "post"))
    ]
    return [post for post in found if post is not None]


async def nameless(ctx: Context, item_ids: Collection[ItemId]) -> None:
    """Name nobody any more in our posts of these tasks, whose owner was forgotten; say the board anew tonight.

    An edit keeps what stood there before: a post that named somebody is deleted. The board says whose it is now.
    """
    await recaps.follow(ctx, *[await items.by_id(ctx.db, item_id) for item_id in item_ids])
    for item_id in item_ids:
        item = await items.by_id(ctx.db, item_id)
        inside = ctx.for_group(await groups.get(ctx.db, item.group_id))
        post = await tasks.standing(ctx.db, asking.subject(item))
        if post is not None:
            await inside.redact(post.id, room=post.room_id)
        await show(inside, item)
        await inside.changed()
        await renewals.renew_board(ctx, item.group_id)


# --- what is due, for others ---------------------------------------------------------------------


async def all_of_group(ctx: Context) -> list[Item]:
    """Return the group's tasks on the board, by number."""
    return [one.item for one in await items.listing(ctx.db, ctx.group_id, Kind.TASK) if one.item.task]


async def digest(ctx: Context, since: date) -> list[Text]:
    """Return the lines of the weekly letter: what was done since that day, and what is open."""
    return posts.digest(await all_of_group(ctx), await around(ctx), since)


# --- taking back ---------------------------------------------------------------------------------


async def undo(ctx: Context, change: Change) -> Text:
    """Let a task be as it was before a change; say so. Who has left the room since is not named again."""
    if change.item_id is None:
        raise LookupError("a change of a task names it")
    before = json.loads(change.before or "{}")
    item = await items.by_id(ctx.db, change.item_id)
    label = str(item.label)
    if item.task is None or not item.text:
        raise UserError(text("{label} was withdrawn.", label=label))
    task, here = restored(before["task"]), (await around(ctx)).names
    if task.owner is not None and task.owner not in here:
        task = replace(task, owner=None) if task.is_done else free(task)
    if task.asked is not None and task.asked not in here:
        task = replace(task, asked=None)
    await store(ctx, item, task, entries.restored(before["words"]), again=True)
    return text("Undone: {label} is as it was before.", label=label)
