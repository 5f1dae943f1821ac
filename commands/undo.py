# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Take back the last change, for thirty minutes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final, Self

from commands import charters, entries, proposals, sprinting, stages, tasking
from commands.context import Context
from commands.router import Router
from config.texts import Text, joined, text
from method import additions, whys
from method import parts as rules
from method.drafts import first_label
from method.errors import UserError
from method.events import Message
from method.items import Kind, Label, NoteKind, State
from method.steps import step_line
from method.tasks.words import Verb
from storage import changes, groups, items, notes, outbox, parking, parts
from storage.changes import Change

router: Final = Router()


@dataclass(frozen=True, slots=True)
class Back:
    """Nothing, for the last change; or a task that is given back ("!zurück A3")."""

    task: Label | None

    @classmethod
    def read(cls, words: str, about: Label | None) -> Self:
        """Read the number of a task."""
        label, _ = first_label(words)
        return cls(label if label is not None and label.kind is Kind.TASK else None)


@router.command(
    "rückgängig", "undo", "zurück",
    args=Back,
    help=text("take back the last change"),
    example=text("!rückgängig"),
)  # fmt: skip
async def undo(ctx: Context, message: Message, args: Back) -> None:
    """Take back the person's last change; moderation without one takes back the group's last."""
    if args.task is not None:
        item = await tasking.find(ctx, args.task, "abgeben {}")
        await stages.become(ctx, message, item, Verb.GIVE_BACK)
        return
    change = await _last(ctx)
    if change is None:
        raise UserError(text("There is nothing to undo from the last 30 minutes."))
    done = await _undone(ctx, change)
    await changes.remove(ctx.db, change.id)
    await ctx.reply(done, to=message.event_id)


async def _last(ctx: Context) -> Change | None:
    own = await changes.latest(ctx.db, ctx.group_id, ctx.person.id, now=ctx.now) if ctx.person else None
    if own is None and await ctx.may_moderate():
        return await changes.latest(ctx.db, ctx.group_id, None, now=ctx.now)
    return own


async def _undone(ctx: Context, change: Change) -> Text:
    if change.kind in _BY_THEMSELVES:
        await ctx.require_moderation()
        done = await _BY_THEMSELVES[change.kind](ctx, change)
        if done is None:
            raise UserError(await _stays(ctx, change))
        return done
    if await changes.since(ctx.db, change):
        raise UserError(await _stays(ctx, change))
    if change.item_id is None:
        await ctx.require_moderation()
    if change.kind == "task":
        return await tasking.undo(ctx, change)
    if change.kind == "sprint":
        return await sprinting.undo(ctx, change.before or "")
    if change.kind == "goal":
        return await _goal(ctx, change)
    if change.kind == "agreement":
        return await charters.undo_agreement(ctx, change.before or "")
    if change.kind == "language":
        await groups.set_language(ctx.db, ctx.group_id, json.loads(change.before or '"de"'))
        ctx.group = await groups.get(ctx.db, ctx.group_id)
        return text("Undone: the group has its earlier language again.")
    if change.kind == "settings":
        return await charters.unchoose(ctx, change.before or "")
    if change.kind == "step":
        step = int(json.loads(change.before or "1"))
        await groups.set_step(ctx.db, ctx.group_id, step)
        return joined([text("Undone."), step_line(step)], " ")
    return await (_note(ctx, change) if change.note_id else _item(ctx, change))


async def _stays(ctx: Context, change: Change) -> Text:
    """What somebody else changed later must not be lost."""
    if change.item_id is None:
        return text("Somebody has changed this since. It stays as it is.")
    return text(
        "Somebody has changed {label} since. It stays as it is. To change it: !ändern {label} Text",
        label=str((await items.by_id(ctx.db, change.item_id)).label),
    )


async def _item(ctx: Context, change: Change) -> Text:
    if change.item_id is None:
        raise LookupError("a change of an item names it")
    label = str((await items.by_id(ctx.db, change.item_id)).label)
    if change.kind == "created":
        await entries.take_back_posts(ctx, change.item_id)
        await items.withdraw(ctx.db, change.item_id, erase=False, now=ctx.now)
        return text("Undone: {label} is withdrawn.", label=label)
    if change.kind == "edited":
        await entries.store(ctx, change.item_id, entries.restored(change.before or ""))
        return text("Undone: {label} has its earlier text again.", label=label)
    item = await items.restore(ctx.db, change.item_id, now=ctx.now)
    if await outbox.about(ctx.db, items.subject(item.id, "post")):
        await entries.announce(ctx, item)
    elif item.task is not None:
        await tasking.ask(ctx, item)
    return text("Undone: {label} is back on the board.", label=label)


async def _note(ctx: Context, change: Change) -> Text:
    if change.note_id is None or change.item_id is None:
        raise LookupError("a change of a note names it and its item")
    item = await items.by_id(ctx.db, change.item_id)
    label = str(item.label)
    if item.state is State.WITHDRAWN:
        raise UserError(text("{label} was withdrawn.", label=label))
    if change.kind == "noted":
        await entries.take_back_posts(ctx, change.item_id, change.note_id)
        await notes.withdraw(ctx.db, change.note_id, erase=False, now=ctx.now)
        return text("Undone: the note to {label} is withdrawn.", label=label)
    if change.kind == "note-edited":
        await entries.restore_note(ctx, item, change.note_id, change.before or "[]")
        return text("Undone: the note to {label} has its earlier text again.", label=label)
    if (await notes.get(ctx.db, change.note_id)).kind is NoteKind.WHY:
        whys.check_room(item.label, additions.of_kind(await notes.of_item(ctx.db, item.id), NoteKind.WHY))
    note = await notes.restore(ctx.db, change.note_id, now=ctx.now)
    if await outbox.about(ctx.db, entries.note_post(note)):
        await entries.announce_note(ctx, item, note)
    return text("Undone: the note to {label} is back.", label=label)


async def _goal(ctx: Context, change: Change) -> Text:
    before = json.loads(change.before or "{}")
    goal = before.get("goal")
    await groups.set_goal(ctx.db, ctx.group_id, goal, before.get("event_id"))
    if goal is None:
        return text("Undone: the group has no goal any more.")
    return text("Undone: the group has its earlier goal again.")


# --- what knows by itself whether it was changed since --------------------------------------------


async def _parts(ctx: Context, change: Change) -> Text | None:
    """Make every item the part that it was; the texts, notes and supports never moved."""
    moves = rules.read(change.before or "[]")
    places = await parts.of_group(ctx.db, ctx.group_id)
    if not places.can_return(moves):
        return None
    for above in {whole for move in moves for whole in places.wholes(move.item)}:
        await entries.take_back_details(ctx, above)
    await parts.take_back(ctx.db, moves)
    split = change.kind == "split"
    moved = [move for move in moves if (move.before if split else move.after) is not None]
    whole = moved[0].before if split else moved[0].after
    assert whole is not None  # noqa: S101 -- asked for just now
    labels = [(await items.by_id(ctx.db, item)).label for item in (whole, *(move.item for move in moved))]
    if not split:
        return text("Undone: {sentence}", sentence=entries.apart(labels))
    back = ", ".join(map(str, labels[1:]))
    return text("Undone: {whole} holds {parts} again.", whole=str(labels[0]), parts=back)


async def _parking(ctx: Context, change: Change) -> Text | None:
    item = await items.by_id(ctx.db, json.loads(change.before or "0"))
    was_parked = change.kind == "unparked"
    if item.state is State.WITHDRAWN or await parking.is_parked(ctx.db, item.id) == was_parked:
        return None
    if was_parked:
        await parking.park(ctx.db, item.id)
        return text("Undone: {label} is in the topic store again.", label=str(item.label))
    await parking.bring_back(ctx.db, item.id)
    return text("Undone: {label} is back on the board.", label=str(item.label))


async def _problem(ctx: Context, change: Change) -> Text | None:
    return await proposals.undo(ctx, change.before or "")


_BY_THEMSELVES: Final = {
    "merged": _parts, "split": _parts, "parked": _parking, "unparked": _parking, "problem": _problem,
}  # fmt: skip
