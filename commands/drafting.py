# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""From words to an item of any kind, and to other words of the same one; a decision's review is promised with it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date

from commands import entries
from commands.around import today
from commands.context import Context
from config.texts import Text, joined, text
from method import decisions
from method.dates import written
from method.drafts import Draft, draft
from method.errors import Missing, UserError
from method.events import Edit, Message
from method.histories import of_task
from method.ids import EventId
from method.items import Item, Kind, Label, State
from method.settings import Receipt
from method.tasks import Task
from method.words import command_text, is_blank
from storage import changes, histories, items, sectors, tasks


async def capture(ctx: Context, message: Message, kind: Kind, words: Draft, task: Task | None = None) -> Item:
    """Store an item, with a receipt on the message, and show in the group what was said in private.

    Whoever is asked to take a ``task`` is asked in a post of its own.
    """
    author = await ctx.author()
    item = await items.add(
        ctx.db, ctx.group_id, kind, words.text, words.topics, author, message.event_id,
        now=message.written_at, links=words.links, review=words.review,
    )  # fmt: skip
    if task is not None:
        await tasks.save(ctx.db, item.id, task)
        item = await items.by_id(ctx.db, item.id)
    if kind.is_contribution:
        # A decision and a task are the group's, whoever wrote them down.
        await sectors.mark_item(ctx.db, item.id, ctx.group_id, author)
    change = await changes.add(ctx.db, ctx.group_id, author, "created", now=ctx.now, item_id=item.id)
    if task is not None:
        await histories.add(ctx.db, item.id, change.id, of_task(Task(due=task.due), task, await today(ctx)))
    # The first barrier and the first idea are explained, in words.
    explained = item.number == 1 and kind.is_contribution
    if not explained or await ctx.receipt() is Receipt.REACTION:
        said = None
        if task is not None and task.due is not None:
            # The reaction has no room for it.
            day = written(task.due, await today(ctx))
            said = text("Saved as {label}, until {day}.", label=str(item.label), day=day)
        await ctx.acknowledge(
            message.event_id, f"✅ {item.label}", words=said, subject=items.subject(item.id)
        )
    if ctx.direct and (task is None or task.asked is None):
        await entries.announce(ctx, item)
    return item


async def edit(ctx: Context, edit: Edit, commands: Mapping[Kind, Collection[str]]) -> bool:
    """Give an item the words that its message has now; False if the message made none of these kinds.

    Args:
        ctx: where the message was edited.
        edit: the new message.
        commands: the folded words that call each kind: they are not part of its text.

    Raises:
        UserError: another command, no text, or nobody can read it; the item stays as it was.
    """
    item = await items.by_source(ctx.db, edit.target)
    if item is None or item.kind not in commands:
        return False
    inside = await entries.of_group(ctx, item.group_id)
    if item.state is State.WITHDRAWN or inside is None or not entries.is_author(inside, item.author):
        return True
    label = str(item.label)
    words = command_text(edit.body, commands[item.kind], direct=ctx.direct)
    if words is None:
        raise UserError(text("This message is {label}. Another command needs a new message.", label=label))
    try:
        found, missing = await drafted(inside, words, item.kind, item)
    except Missing:
        # Nothing is asked about an edited message: it can be edited once more.
        raise UserError(
            text("I cannot take this day for a review. {label} stays as it was. Example: 15.6.", label=label)
        ) from None
    if is_blank(found.text):
        raise UserError(
            text(
                "The text is missing. {label} stays as it was. To withdraw it: !löschen {label}", label=label
            )
        )
    if missing and item.kind is not Kind.DECISION:
        raise UserError(
            text("{label} does not exist. {item} stays as it was.", label=str(missing[0]), item=label)
        )
    await rewrite(inside, item, found, missing, edit.target)
    return True


async def drafted(
    ctx: Context, words: str, kind: Kind, item: Item | None = None
) -> tuple[Draft, tuple[Label, ...]]:
    """Take the words of an item apart; return also what it names that does not exist.

    What a decision names may be anything (a language level, a street): it is left out of its links.

    Args:
        ctx: in the item's group.
        words: behind the command.
        kind: of the item.
        item: the one that gets these words, if there is one already.

    Raises:
        UserError: nobody can read it.
    """
    if kind is not Kind.DECISION:
        found = draft(words, kind)
    else:
        today = ctx.now.astimezone(await ctx.zone()).date()
        found = decisions.read(words, today, f"ändern {item.label}" if item else "entscheidung")
    own = item.label if item else None
    there = {label: await items.find(ctx.db, ctx.group_id, label) for label in found.links if label != own}
    if kind is not Kind.DECISION:
        return found, tuple(label for label, one in there.items() if one is None)
    known = tuple(label for label, one in there.items() if one and one.state is State.OPEN)
    # "A4" is paper more often than a task that is not there.
    missing = tuple(label for label in there if label not in known and label.kind is not Kind.TASK)
    return replace(found, links=known), missing


async def rewrite(ctx: Context, item: Item, found: Draft, missing: Collection[Label], event: EventId) -> bool:
    """Give an open item new words, and say on ``event`` what does not go without saying; False: nothing is new."""
    changed = await entries.rewrite(ctx, item, found, event)
    day = found.review if found.review != item.review else None
    said = await remarks(ctx, item, day, missing)
    if item.review and not found.review:
        said.append(text("{label} has no day of review any more.", label=str(item.label)))
    if said:
        await ctx.reply(joined(said), to=event, subject=items.subject(item.id))
    return changed


async def remarks(ctx: Context, item: Item, day: date | None, missing: Collection[Label]) -> list[Text]:
    """Promise the reminder of a new day of review; return what is to be said about it and about unknown entries."""
    said = []
    if day is not None:
        settings = await ctx.settings()
        # Each day is a promise of its own: the handler keeps the one that is still wanted.
        at = decisions.reminder_at(day, settings)
        await ctx.later(decisions.REVIEW, at, subject=str(item.id), nominal=day.isoformat())
        said.append(decisions.promised(item.label, day, settings))
    if missing:
        labels = ", ".join(map(str, missing))
        said.append(
            text(
                "Not on the board: {labels}. {label} is kept without this link.",
                labels=labels,
                label=str(item.label),
            )
        )
    return said
