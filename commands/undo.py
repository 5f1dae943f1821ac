# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Take back the last change, for thirty minutes; "zurück" alone ends an absence."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final, Self

from commands import (
    asking,
    charters,
    dues,
    entries,
    polling,
    proposals,
    recaps,
    retrospecting,
    sprinting,
    stages,
    tasking,
)
from commands.context import Context
from commands.router import Router
from config.texts import Text, joined, text
from method import additions, whys
from method import parts as rules
from method.drafts import first_label
from method.errors import UserError
from method.events import Message
from method.ids import PollId
from method.items import Kind, Label, NoteKind, State
from method.polls import Kind as PollKind
from method.polls import Openness, Poll
from method.polls import State as PollState
from method.polls.ballots import standing
from method.steps import step_line
from method.tasks.words import Verb, says_more
from method.words import is_blank
from storage import (
    changes,
    groups,
    histories,
    items,
    notes,
    outbox,
    parking,
    parts,
    poll_votes,
    polls,
    presence,
)
from storage.changes import Change

router: Final = Router()


@dataclass(frozen=True, slots=True)
class Back:
    """Nothing, or a task that is given back ("!zurück A3")."""

    task: Label | None
    #: What else was said.
    rest: str

    @classmethod
    def read(cls, words: str, about: Label | None) -> Self:
        """Read the number of a task."""
        label, rest = first_label(words)
        return cls(label if label is not None and label.kind is Kind.TASK else None, rest)


@router.command(
    "rückgängig", "undo",
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
    voted = await _voted(ctx, change)
    if voted is not None:
        await ctx.reply(voted, to=message.event_id)
        return
    if change is None:
        raise UserError(text("There is nothing to undo from the last 30 minutes."))
    done = await _undone(ctx, change)
    await changes.remove(ctx.db, change.id)
    await histories.take_back(ctx.db, change.id)
    await ctx.reply(done, to=message.event_id)


def _of_group(words: str) -> bool:
    return Back.read(words, None).task is not None


@router.command(
    "zurück", "back",
    args=Back,
    help=text("back from an absence; with the number of a task: give it back"),
    example=text("!zurück"),
    needs_group=_of_group,
    personal=is_blank,
)  # fmt: skip
async def back(ctx: Context, message: Message, args: Back) -> None:
    """End the absence that runs, or give back a task; nothing is withdrawn at a word that can mean so much."""
    if args.task is not None:
        await undo(ctx, message, args)
        return
    author = await ctx.author()
    if says_more(args.rest):
        # Whether one runs is nobody else's business.
        raise UserError(
            text(
                "To end an absence: “!zurück” and nothing behind it. To undo the last change: “!rückgängig”."
                " To give back a task: “!abgeben A3”."
            )
        )
    if not await presence.is_away(ctx.db, ctx.user, ctx.now, await ctx.zone()):
        raise UserError(
            text(
                "No absence of yours is running. To undo the last change: “!rückgängig”."
                " To give back a task: “!abgeben A3”."
            )
        )
    await presence.forget(ctx.db, author)
    await dues.follow(ctx, author)
    if ctx.direct:
        await ctx.reply(text("Welcome back. No absence is stored any more."))
    else:
        await ctx.acknowledge(message.event_id, "✅")


async def _last(ctx: Context) -> Change | None:
    own = await changes.latest(ctx.db, ctx.group_id, ctx.person.id, now=ctx.now) if ctx.person else None
    if own is None and await ctx.may_moderate():
        return await changes.latest(ctx.db, ctx.group_id, None, now=ctx.now)
    return own


async def _voted(ctx: Context, change: Change | None) -> Text | None:
    """Take back the person's last vote, if it is newer than what else they did."""
    if ctx.person is None:
        return None
    found = await poll_votes.latest(ctx.db, ctx.group_id, ctx.person.id, ctx.now - changes.PERIOD)
    typed = next((vote for vote in found if vote.is_typed), None)
    own = change if change is not None and change.person_id == ctx.person.id else None
    if typed is None or (own is not None and own.at > typed.received_at):
        if found and change is None:
            poll = await polls.get(ctx.db, found[0].poll_id)
            raise UserError(
                text("The vote in {poll} was tapped. To take it back, tap it again.", poll=poll.label)
            )
        return None
    poll = await polls.get(ctx.db, typed.poll_id)
    await poll_votes.take_back(ctx.db, typed.event_id)
    left = set(standing(poll, await poll_votes.of_poll(ctx.db, poll.id)))
    if poll.kind is PollKind.ROUND:
        left = set(await poll_votes.answers(ctx.db, poll.id))
    if ctx.person.id in left:
        return text("Undone: in {poll} the earlier vote counts again.", poll=poll.label)
    return text("Undone: the vote in {poll} does not count any more.", poll=poll.label)


async def _undone(ctx: Context, change: Change) -> Text:
    if change.kind in _OF_POLLS:
        return await _OF_POLLS[change.kind](
            ctx, await polls.get(ctx.db, PollId(json.loads(change.before or "0")))
        )
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
    if change.kind in _OF_GROUP:
        return await _OF_GROUP[change.kind](ctx, change.before or "")
    if change.kind == "task":
        return await tasking.undo(ctx, change)
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
    await entries.show_polls(ctx, item.id)
    await recaps.follow(ctx, item)
    await dues.come_back(ctx, item)
    if await outbox.about(ctx.db, items.subject(item.id, "post")):
        await entries.announce(ctx, item)
    elif item.task is not None:
        await asking.ask(ctx, item)
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


# --- what the group is about ----------------------------------------------------------------------


async def _goal(ctx: Context, before: str) -> Text:
    value = json.loads(before or "{}")
    goal = value.get("goal")
    await groups.set_goal(ctx.db, ctx.group_id, goal, value.get("event_id"))
    if goal is None:
        return text("Undone: the group has no goal any more.")
    return text("Undone: the group has its earlier goal again.")


async def _language(ctx: Context, before: str) -> Text:
    await groups.set_language(ctx.db, ctx.group_id, json.loads(before or '"de"'))
    ctx.group = await groups.get(ctx.db, ctx.group_id)
    return text("Undone: the group has its earlier language again.")


async def _step(ctx: Context, before: str) -> Text:
    step = int(json.loads(before or "1"))
    await groups.set_step(ctx.db, ctx.group_id, step)
    return joined([text("Undone."), step_line(step)], " ")


_OF_GROUP: Final = {
    "goal": _goal,
    "agreement": charters.undo_agreement,
    "language": _language,
    "settings": charters.unchoose,
    "step": _step,
    "sprint": sprinting.undo,
    "retro": retrospecting.undo,
}


# --- polls ---------------------------------------------------------------------------------------


async def _poll_asked(ctx: Context, poll: Poll) -> Text:
    """Take a question back, unless somebody else has voted meanwhile."""
    if poll.state is PollState.WITHDRAWN:
        return text("{poll} is withdrawn already.", poll=poll.label)
    if not poll.is_open:
        return await _poll_ended(ctx, poll)
    if poll.openness is Openness.SECRET:
        others = (await polls.sums(ctx.db, poll)).people > 0
    else:
        others = bool(await poll_votes.voters(ctx.db, poll.id) - {poll.author})
    if others:
        return text(
            "People have voted in {poll} already. To end it: !umfrage ende {poll}."
            " To withdraw it: delete the message with the question.",
            poll=poll.label,
        )
    await polling.withdraw(ctx, poll)
    return text("Undone: {poll} is withdrawn.", poll=poll.label)


async def _poll_ended(_ctx: Context, poll: Poll) -> Text:
    return text(
        "The end of {poll} cannot be undone: single votes are deleted at the end. A new question: !umfrage",
        poll=poll.label,
    )


_OF_POLLS: Final = {"poll-asked": _poll_asked, "poll-ended": _poll_ended}


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
        return text("Undone: {sentence}", sentence=rules.apart(labels))
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
