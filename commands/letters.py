# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Write, say and keep up the weekly letter; several topics and the board do something with it."""

from __future__ import annotations

from typing import Final

from commands import schedules
from commands.context import Context
from config.texts import Text, text
from method import pictures, rhythms
from method.digests import FLEETING, OF_ITEMS, Facts, Letter, Moment, Source, is_worth_sending, layout, voted
from method.digests.sections import collected
from method.ids import EventId, OutboxId
from method.items import Item
from method.pictures import Picture
from method.polls.results import in_order
from method.schedules import Occurrence, Schedule
from storage import digests, facts, items, outbox, quotes

#: The promise of the next letter; its moment is the local time it is planned for.
SEND: Final = "digests.send"


@schedules.planned(SEND)
async def plans(ctx: Context) -> dict[str, Schedule]:
    """Return when letters come; nothing if they are switched off."""
    schedule = rhythms.schedule(await ctx.settings())
    return {"": schedule} if schedule else {}


async def plan(ctx: Context) -> Occurrence | None:
    """Promise the next letter and return when it comes; None if letters are switched off."""
    schedule = rhythms.schedule(await ctx.settings())
    if schedule is None:
        await schedules.stop(ctx, SEND)
        return None
    return await schedules.promise(ctx, SEND, schedule)


async def draft(ctx: Context, language: str) -> tuple[Letter, Facts]:
    """Return the letter that would be written now, with the values its lines name."""
    known = await facts.of_group(ctx.db, ctx.require_group())
    told = await digests.told(ctx.db, ctx.group_id)
    number = await digests.last_number(ctx.db, ctx.group_id) + 1
    missed = tuple(await schedules.untold(ctx, SEND))
    lines = collected(
        known, Moment(ctx.now, language, told, await plan(ctx), first=number == 1, missed=missed)
    )
    return Letter(number, ctx.now, tuple(lines)), known


async def is_worth(ctx: Context, drafted: Letter) -> bool:
    """Is there something to tell that the last letter has not told just now?"""
    return is_worth_sending(drafted, await digests.find(ctx.db, ctx.group_id, drafted.number - 1))


async def write(ctx: Context) -> Letter | None:
    """Write the next letter and say it in the group's room; None if there is nothing to tell."""
    drafted, known = await draft(ctx, ctx.require_group().language)
    if not await is_worth(ctx, drafted):
        return None
    letter = await digests.add(ctx.db, ctx.group_id, drafted.lines, now=ctx.now)
    await schedules.tell(ctx, SEND)
    await _say(ctx, letter, known)
    return letter


def file(letter: Letter, known: Facts, language: str) -> Picture:
    """Return the file for the record, to be set when it is sent; one that was written stays in its language."""
    language = layout.language_of(letter, language)
    return Picture(
        layout.file_name(letter, known, language),
        layout.document(letter, known, language),
        layout.caption(letter),
        language,
        "application/pdf",
    )


def collection(language: str) -> str:
    """Return the name of the file with all letters as text."""
    return "weekly-letters" if language == "en" else "wochenbriefe"


async def follow(ctx: Context) -> None:
    """Let no letter show what was deleted since, and every one show what was edited or has come back.

    Only the letters that quote it are read. What a file or a picture has shown cannot be changed: where something
    was deleted, it is taken back, and made anew for whoever asks. Where words were only edited it stays: it has a
    date, and the conversation keeps the earlier words too.
    """
    changed = await quotes.changed(ctx.db, ctx.group_id)
    if not changed:
        return
    known = await facts.of_group(ctx.db, ctx.require_group())
    without: list[int] = []
    for letter in await digests.quoting(ctx.db, ctx.group_id, changed):
        gone = layout.gone(letter, known)
        if any(letter.lines[place].source in OF_ITEMS for place in gone - letter.gone):
            without.append(letter.number)
        await _correct(ctx, letter, known, gone)
    await quotes.keep(ctx.db, ctx.group_id, changed)
    if without:
        # The pictures of later letters show it too: the board has every entry that was ever told.
        for letter in await digests.with_pictures(ctx.db, ctx.group_id, min(without)):
            await _take_back(ctx, letter.picture)
            await digests.without_picture(ctx.db, letter)


async def take_back_reason(ctx: Context, item: Item) -> None:
    """Take back the files that name what has blocked a task: the message that said it has changed, or is gone."""
    for letter in await digests.quoting(ctx.db, item.group_id, [(Source.ITEM, item.id)]):
        if any(line.source is Source.BLOCKED and line.ref == item.id for line in letter.lines):
            await _take_back(ctx, letter.picture, letter.file)
            await digests.show(ctx.db, letter, post=letter.post, picture=None, file=None, gone=letter.gone)


async def _say(ctx: Context, letter: Letter, known: Facts) -> None:
    assert letter.id is not None  # noqa: S101 -- it was stored just now
    group, room = ctx.require_group(), await ctx.group_room()
    words = layout.room(letter, known, attached=True)
    post = await ctx.post(words, subject=digests.subject(letter.id, "text"))
    listed = await items.listing(ctx.db, group.id)
    zone = known.settings.zone
    board = pictures.board(
        ctx.now, zone, group.step, group.goal, listed, group.language, in_order(voted(known))
    )
    picture = await ctx.send_picture(board, room=room, subject=digests.subject(letter.id, "picture"))
    document = file(letter, known, group.language)
    sent = await ctx.send_picture(document, room=room, subject=digests.subject(letter.id, "file"))
    gone = layout.gone(letter, known)
    await digests.show(ctx.db, letter, post=post, picture=picture, file=sent, gone=gone)


async def _correct(ctx: Context, letter: Letter, known: Facts, gone: frozenset[int]) -> None:
    """Say a letter as it is now, by an edit; take back its picture and its file where they have shown other lines."""
    shown = (letter.picture, letter.file)
    is_other = any(letter.lines[place].source not in FLEETING for place in gone ^ letter.gone)
    picture, file_ = (None, None) if is_other else shown
    if letter.post is not None:
        await digests.withhold(ctx.db, [letter.post])
        post = await outbox.get(ctx.db, letter.post)
        if post.state == "cancelled":
            # Nobody has seen it yet: it is said as it is now.
            await _take_back(ctx, *shown)
            await _say(ctx, letter, known)
            return
        words = layout.room(letter, known, attached=file_ is not None)
        language = layout.language_of(letter, ctx.require_group().language)
        await ctx.edit(post.id, words, room=post.room_id, language=language)
    if is_other:
        await _take_back(ctx, *shown)
    await digests.show(ctx.db, letter, post=letter.post, picture=picture, file=file_, gone=gone)


async def _take_back(ctx: Context, *posts: OutboxId | None) -> None:
    """Let posts not be sent, or delete them."""
    for post in posts:
        if post is None:
            continue
        await digests.withhold(ctx.db, [post])
        shown = await outbox.get(ctx.db, post)
        if shown.state in ("trying", "sent"):
            await ctx.redact(post, room=shown.room_id)


def nothing_new() -> Text:
    """Say that there is nothing for a letter."""
    return text("There is nothing new since the last letter. An empty one is never sent.")


async def told_privately(ctx: Context, event: EventId) -> None:
    """Say on a message in the room that the answer stands in a direct message."""
    sign = f"✉️ {text('Direct message').render(ctx.language)}"
    await ctx.acknowledge(event, sign, words=text("I have written a direct message."))
