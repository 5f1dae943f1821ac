# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What several topics do with items: find one, check the right to it, keep posts in step with it."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Collection
from datetime import date, datetime
from typing import Final

from commands import dues, recaps, renewals
from commands.around import around
from commands.context import Context
from config.texts import Text, text
from method import additions
from method import anonymous as nameless
from method.boards import shown
from method.drafts import Draft, first_label, unknown, within_limit
from method.errors import Missing, UserError
from method.events import Edit, Message, Redaction
from method.histories import edited_on
from method.ids import EventId, GroupId, ItemId, NoteId, PersonId
from method.items import Item, Kind, Label, Note, NoteKind, State
from method.polls import POLL_UPDATE
from method.tasks.posts import card
from method.views import Sector
from method.words import command_text, is_blank
from storage import (
    anonymous,
    boards,
    changes,
    digests,
    groups,
    histories,
    items,
    notes,
    outbox,
    parts,
    polls,
    retention,
    timers,
)

_NOTE_POST: Final = re.compile(r"item:\d+:note:(\d+):post")


async def find_open(ctx: Context, label: Label, line: str) -> Item:
    """Return the group's open item with this label.

    ``line`` is the command line with "{}" where the label belongs, for asking back.

    Raises:
        Missing: there is none; the right number is asked for.
        UserError: there is none, and nothing to ask for.
    """
    item = await items.find(ctx.db, ctx.group_id, label)
    if item is None:
        raise unknown(label, await items.last_number(ctx.db, ctx.group_id, label.kind), line)
    if item.state is State.WITHDRAWN:
        raise _withdrawn(item, line)
    return item


async def find_barrier(ctx: Context, label: Label, line: str) -> Item:
    """Return the group's open barrier with this label.

    Raises:
        Missing: there is none, or it is no barrier; the right number is asked for.
        UserError: there is none, and nothing to ask for.
    """
    item = await find_open(ctx, label, line)
    if item.kind is not Kind.BARRIER:
        question = text(
            "{label} is no barrier, this is for barriers. Reply with the number of a barrier, for example B3.",
            label=str(label),
        )
        raise Missing(question, line.replace("{}", "B#{}", 1))
    return item


def is_author(ctx: Context, author: PersonId | None) -> bool:
    """Is it the person who speaks?"""
    return ctx.person is not None and ctx.person.id == author


async def may_change(ctx: Context, author: PersonId | None) -> bool:
    """May the person change what ``author`` wrote: as its author, or as moderation?"""
    return is_author(ctx, author) or await ctx.may_moderate()


async def may_delete(ctx: Context, author: PersonId | None, redaction: Redaction) -> bool:
    """Does this deletion of a message count: by its author, or by somebody who may delete in the room?"""
    if is_author(ctx, author):
        return True
    in_group = not ctx.direct and ctx.group is not None
    return in_group and (await ctx.powers()).may_redact_others(redaction.sender)


async def of_group(ctx: Context, group_id: GroupId) -> Context | None:
    """Return the context for the group something belongs to; None if it happens outside of this group.

    A direct message belongs to all groups in which the person and the bot are.
    """
    if ctx.direct:
        mine = await groups.of_member(ctx.db, ctx.user)
        return next((ctx.for_group(group) for group in mine if group.id == group_id), None)
    return ctx if ctx.group is not None and ctx.group.id == group_id else None


async def check_links(ctx: Context, draft: Draft, line: str) -> None:
    """Make sure that the items a draft answers exist.

    ``line`` is the command line with "{}" where the label belongs, for asking back.

    Raises:
        UserError: one does not.
    """
    for label in draft.links:
        await find_open(ctx, label, line)


async def rewrite(ctx: Context, item: Item, draft: Draft, event: EventId) -> bool:
    """Give an open item new words, remember the old ones for a while, and say so on ``event``.

    Return False if nothing is new.
    """
    new = (draft.text, draft.topics, draft.links, draft.review)
    if new == (item.text, item.topics, item.links, item.review):
        return False
    change = await changes.add(
        ctx.db, ctx.group_id, await ctx.author(), "edited",
        now=ctx.now, item_id=item.id, before=remembered(item),
    )  # fmt: skip
    zone = await ctx.zone()
    events = edited_on(
        item.text, draft.text, item.created_at.astimezone(zone).date(), ctx.now.astimezone(zone).date()
    )
    await histories.add(ctx.db, item.id, change.id, events)
    await store(ctx, item.id, draft)
    await ctx.acknowledge(event, f"✏️ {item.label}", subject=items.subject(item.id))
    return True


async def store(ctx: Context, item_id: ItemId, draft: Draft) -> None:
    """Store new words, and show them in the bot's own post of the item, if there is one."""
    item = await items.rewrite(
        ctx.db, item_id, draft.text, draft.topics, now=ctx.now, links=draft.links, review=draft.review
    )
    posts = await outbox.about(ctx.db, items.subject(item_id, "post"))
    if posts and ctx.group is not None:
        post = posts[-1]
        await ctx.edit(post.id, await _shown(ctx, item), room=post.room_id, language=ctx.group.language)


async def add_note(
    ctx: Context,
    message: Message,
    item: Item,
    words: str,
    kind: NoteKind = NoteKind.NOTE,
    sector: Sector | None = None,
) -> None:
    """Add words to an item: receipt on the message, and a post in the group for what was said privately."""
    author = await ctx.author()
    note = await notes.add(
        ctx.db, item.id, words, author, message.event_id, now=message.written_at, kind=kind, sector=sector
    )
    await changes.add(ctx.db, ctx.group_id, author, "noted", now=ctx.now, item_id=item.id, note_id=note.id)
    said = text("Saved as a note to {label}.", label=str(item.label))
    await ctx.acknowledge(message.event_id, f"✅ {item.label}", words=said, subject=items.subject(item.id))
    if ctx.direct:
        await announce_note(ctx, item, note)


async def edit_note(
    ctx: Context, edit: Edit, kind: NoteKind, change: Callable[[Context, Item, Note], Awaitable[None]]
) -> bool:
    """Let ``change`` act on the note of this kind whose message was edited, if its author may still change it.

    Return False if the message made no such note.
    """
    note = await notes.by_source(ctx.db, edit.target)
    if note is None or note.kind is not kind:
        return False
    item = await items.by_id(ctx.db, note.item_id)
    inside = await of_group(ctx, item.group_id)
    if State.WITHDRAWN in (note.state, item.state) or inside is None:
        return True
    if is_author(inside, note.author):
        await change(inside, item, note)
    return True


async def edited_words(ctx: Context, edit: Edit, item: Item, commands: Collection[str]) -> str:
    """Return a note's text in an edited message, without command word and label.

    Args:
        ctx: in the item's group.
        edit: the new message.
        item: what the note belongs to.
        commands: the folded words that call the note's command.

    Raises:
        UserError: another command, another item, or no text.
    """
    label = str(item.label)
    words = command_text(edit.body.removeprefix("+"), commands, direct=ctx.direct)
    if words is None:
        raise UserError(
            text("This message adds to {label}. Another command needs a new message.", label=label)
        )
    if words != edit.body.strip():
        named, rest = first_label(words)
        elsewhere = named is not None and named != item.label and not edit.body.startswith("+")
        # A number that was asked about when it was typed names nothing.
        if named and elsewhere and await items.find(ctx.db, item.group_id, named):
            other = str(named)
            raise UserError(
                text(
                    "This message adds to {label}. To add to {other}, write a new one.",
                    label=label,
                    other=other,
                )
            )
        words = rest if elsewhere or named == item.label else words
    if is_blank(words):
        raise UserError(text("The text is missing. The note to {label} stays as it was.", label=label))
    return within_limit(words)


async def rewrite_note(
    ctx: Context, item: Item, note: Note, words: str, event: EventId, sector: Sector | None = None
) -> bool:
    """Give an open note new words, remember the old ones for a while, and say so on ``event``.

    Without ``sector`` a view stays that of its sector. Return False if nothing is new.
    """
    sector = sector or note.sector
    if (words, sector) == (note.text, note.sector):
        return False
    await changes.add(
        ctx.db, ctx.group_id, await ctx.author(), "note-edited",
        now=ctx.now, item_id=item.id, note_id=note.id, before=json.dumps([note.text, note.sector]),
    )  # fmt: skip
    await _store_note(ctx, item, note.id, words, sector)
    await ctx.acknowledge(event, f"✏️ {item.label}", subject=items.subject(item.id))
    return True


async def restore_note(ctx: Context, item: Item, note_id: NoteId, before: str) -> None:
    """Give a note back what ``rewrite_note`` has remembered."""
    words, sector = json.loads(before)
    await _store_note(ctx, item, note_id, words, Sector(sector) if sector else None)


async def _store_note(ctx: Context, item: Item, note_id: NoteId, words: str, sector: Sector | None) -> None:
    """Store a note's new words, and show them in the bot's own post of the note, if there is one."""
    note = await notes.rewrite(ctx.db, note_id, words, now=ctx.now, sector=sector)
    posts = await outbox.about(ctx.db, note_post(note))
    if posts and ctx.group is not None:
        post, words_shown = posts[-1], additions.shown(item, note)
        await ctx.edit(post.id, words_shown, room=post.room_id, language=ctx.group.language)


async def announce_note(ctx: Context, item: Item, note: Note) -> None:
    """Show in the group's room what was added in a direct message."""
    await ctx.post(additions.shown(item, note), subject=note_post(note))


def note_of_post(subject: str) -> NoteId | None:
    """Return the note that one of the bot's posts shows."""
    found = _NOTE_POST.fullmatch(subject)
    return NoteId(int(found[1])) if found else None


async def announce(ctx: Context, item: Item) -> None:
    """Show in the group's room what was written in a direct message: reactions and replies belong there."""
    await ctx.post(await _shown(ctx, item), subject=items.subject(item.id, "post"))


async def take_back_posts(ctx: Context, item_id: ItemId, note_id: NoteId | None = None) -> None:
    """Delete the bot's own posts that repeat the words of an item, or of one note of it."""
    item = await items.by_id(ctx.db, item_id)
    await renewals.renew_board(ctx, item.group_id)
    await digests.hold_back(ctx.db, item_id)
    for part in [f"note:{note_id}", "details"] if note_id else [""]:
        await _take_back(ctx, item_id, part)
    for whole in (await parts.around(ctx.db, item_id)).wholes(item_id):
        await take_back_details(ctx, whole)
    if note_id is None:
        for poll_id in await polls.giving_points(ctx.db, item_id):
            await _redact(ctx, polls.subject(poll_id, "picture"))
        await _redact(ctx, boards.pictures(item.group_id), since=item.created_at)
        await show_polls(ctx, item_id)
        await recaps.follow(ctx, item, gone=True)
        await dues.take_back(ctx, item)


async def show_polls(ctx: Context, item_id: ItemId) -> None:
    """Let the polls in which an entry can be chosen follow: it is withdrawn, or has come back."""
    group_id = (await items.by_id(ctx.db, item_id)).group_id
    for poll_id in await polls.with_item(ctx.db, item_id):
        # Soon, when it is known what has become of the entry.
        await timers.add(ctx.db, group_id, POLL_UPDATE, str(poll_id), ctx.now)


async def take_back_details(ctx: Context, item_id: ItemId) -> None:
    """Delete the bot's own posts that show an item with all its parts: it has others now."""
    await _take_back(ctx, item_id, "details")


async def _take_back(ctx: Context, item_id: ItemId, part: str) -> None:
    await _redact(ctx, items.subject(item_id, part))


async def _redact(ctx: Context, subject: str, since: datetime | None = None) -> None:
    for post in await outbox.take_back(ctx.db, subject):
        if since is None or retention.may_be_since(post.created_at, since):
            await ctx.redact(post.id, room=post.room_id)


def note_post(note: Note) -> str:
    """Return the subject of the bot's post that shows a note."""
    return items.subject(note.item_id, f"note:{note.id}:post")


async def _shown(ctx: Context, item: Item) -> Text:
    if item.task is not None:
        return card(item, await around(ctx))
    return nameless.post(item) if await anonymous.is_anonymous(ctx.db, item.id) else shown(item)


def remembered(item: Item) -> str:
    """Return what ``restored`` reads."""
    links = [[label.kind, label.number] for label in item.links]
    review = item.review.isoformat() if item.review else None
    return json.dumps({"text": item.text, "topics": item.topics, "links": links, "review": review})


def restored(before: str) -> Draft:
    """Return the words an item had."""
    value = json.loads(before)
    links = tuple(Label(Kind(kind), number) for kind, number in value["links"])
    review = value.get("review")
    return Draft(value["text"], tuple(value["topics"]), links, date.fromisoformat(review) if review else None)


def _withdrawn(item: Item, line: str) -> UserError:
    label = str(item.label)
    if line.endswith("{}"):
        return UserError(text("{label} was withdrawn.", label=label))
    question = text(
        "{label} was withdrawn. Reply with another number, then I take the text from above.", label=label
    )
    return Missing(question, line.replace("{}", f"{item.kind.letter}#{{}}", 1))
