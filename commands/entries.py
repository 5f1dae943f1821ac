# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What several topics do with items: find one, check the right to it, keep posts in step with it."""

from __future__ import annotations

import json
import re
from typing import Final

from commands.context import Context
from config.texts import Text, text
from method.boards import shown
from method.drafts import Draft, unknown
from method.errors import Missing, UserError
from method.events import Redaction
from method.ids import EventId, GroupId, ItemId, NoteId, PersonId
from method.items import Item, Kind, Label, Note, State
from method.words import isolate
from storage import boards, changes, groups, items, notes, outbox

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
    if (draft.text, draft.topics, draft.links) == (item.text, item.topics, item.links):
        return False
    await changes.add(
        ctx.db, ctx.group_id, await ctx.author(), "edited",
        now=ctx.now, item_id=item.id, before=remembered(item),
    )  # fmt: skip
    await store(ctx, item.id, draft)
    await ctx.acknowledge(event, f"✏️ {item.label}")
    return True


async def store(ctx: Context, item_id: ItemId, draft: Draft) -> None:
    """Store new words, and show them in the bot's own post of the item, if there is one."""
    item = await items.rewrite(ctx.db, item_id, draft.text, draft.topics, now=ctx.now, links=draft.links)
    posts = await outbox.about(ctx.db, items.subject(item_id, "post"))
    if posts and ctx.group is not None:
        post = posts[-1]
        await ctx.edit(post.id, shown(item), room=post.room_id, language=ctx.group.language)


async def rewrite_note(ctx: Context, item: Item, note: Note, words: str, event: EventId) -> bool:
    """Give an open note new words, remember the old ones for a while, and say so on ``event``.

    Return False if nothing is new.
    """
    if words == note.text:
        return False
    await changes.add(
        ctx.db, ctx.group_id, await ctx.author(), "note-edited",
        now=ctx.now, item_id=item.id, note_id=note.id, before=json.dumps(note.text),
    )  # fmt: skip
    await store_note(ctx, item, note.id, words)
    await ctx.acknowledge(event, f"✏️ {item.label}")
    return True


async def store_note(ctx: Context, item: Item, note_id: NoteId, words: str) -> None:
    """Store a note's new words, and show them in the bot's own post of the note, if there is one."""
    note = await notes.rewrite(ctx.db, note_id, words, now=ctx.now)
    posts = await outbox.about(ctx.db, note_post(note))
    if posts and ctx.group is not None:
        post = posts[-1]
        await ctx.edit(post.id, _note_shown(item, note), room=post.room_id, language=ctx.group.language)


async def announce_note(ctx: Context, item: Item, note: Note) -> None:
    """Show in the group's room what was added in a direct message."""
    await ctx.post(_note_shown(item, note), subject=note_post(note))


def note_of_post(subject: str) -> NoteId | None:
    """Return the note that one of the bot's posts shows."""
    found = _NOTE_POST.fullmatch(subject)
    return NoteId(int(found[1])) if found else None


async def announce(ctx: Context, item: Item) -> None:
    """Show in the group's room what was written in a direct message: reactions and replies belong there."""
    await ctx.post(shown(item), subject=items.subject(item.id, "post"))


async def take_back_posts(ctx: Context, item_id: ItemId, note_id: NoteId | None = None) -> None:
    """Delete the bot's own posts that repeat the words of an item, or of one note of it."""
    await boards.hold_back(ctx.db, item_id)
    parts = [f"note:{note_id}", "details"] if note_id else [""]
    for part in parts:
        for post in await outbox.take_back(ctx.db, items.subject(item_id, part)):
            await ctx.redact(post.id, room=post.room_id)


def note_post(note: Note) -> str:
    """Return the subject of the bot's post that shows a note."""
    return items.subject(note.item_id, f"note:{note.id}:post")


def _note_shown(item: Item, note: Note) -> Text:
    return text("Added to {label}: {text}", label=str(item.label), text=isolate(note.text or ""))


def remembered(item: Item) -> str:
    """Return what ``restored`` reads."""
    links = [[label.kind, label.number] for label in item.links]
    return json.dumps({"text": item.text, "topics": item.topics, "links": links})


def restored(before: str) -> Draft:
    """Return the words an item had."""
    value = json.loads(before)
    links = tuple(Label(Kind(kind), number) for kind, number in value["links"])
    return Draft(value["text"], tuple(value["topics"]), links)


def _withdrawn(item: Item, line: str) -> UserError:
    label = str(item.label)
    if line.endswith("{}"):
        return UserError(text("{label} was withdrawn.", label=label))
    question = text(
        "{label} was withdrawn. Reply with another number, then I take the text from above.", label=label
    )
    return Missing(question, line.replace("{}", f"{item.kind.letter}#{{}}", 1))
