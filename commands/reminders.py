# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Remind: once or again and again, in the group or one person alone; others join in with 🔔."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Self

from commands import entries, reminding
from commands.contents import message as content_of
from commands.contents import relation_to
from commands.context import Context
from commands.router import Router
from config.texts import DEFAULT_LANGUAGE, Text, joined, text
from method import reminders as rules
from method.errors import Missing, UserError
from method.events import Edit, Message, Reaction, Redaction
from method.hours import working_moment
from method.ids import OutboxId, ReminderId, RoomId
from method.items import Label
from method.occasions import When
from method.reminders import BELL, FORGET, HOUR, MORROW, SAY, TELL, Reminder
from method.timers import Timer
from method.words import command_text, fold
from storage import direct, groups, outbox, people, presence, reminders, timers

router: Final = Router()


@dataclass(frozen=True, slots=True)
class Words:
    """What was typed; when it is depends on the time."""

    words: str
    #: The numbers of those that are not wanted any more, empty for all one's own; None: nothing is taken back.
    off: tuple[int, ...] | None

    @classmethod
    def read(cls, words: str, about: Label | None) -> Self:
        """Read whether a reminder is taken back."""
        return cls(words, rules.read_off(words))


def _of_group(words: str) -> bool:
    """In a direct message only what is for the group needs one."""
    typed = words.split()
    return bool(typed) and fold(typed[0]) in ("uns", "us")


@router.command(
    "erinnere", "remind", "erinnern", "erinnerung", "reminder", "remindme",
    args=Words,
    keeps=True,
    usage=text("Fr 10:00 Text"),
    help=text("remind: “in 2 Stunden”, “jeden Montag 9:00”; others join in with 🔔; off: aus"),
    example=text("!erinnere uns Fr 10:00 Unterlagen mitbringen"),
    needs_group=_of_group,
)  # fmt: skip
async def remind(ctx: Context, message: Message, args: Words) -> None:
    """Keep a reminder, or end one."""
    await _choose_group(ctx)
    if args.off is not None:
        await _cancel_each(ctx, message, args.off or await _own(ctx))
        return
    about = message.reply_to or message.thread_root
    private = ctx.direct and not rules.read_who(args.words)
    settings = await reminding.settings_of(ctx, await ctx.author() if private else None)
    asked = rules.read_reminder(args.words, ctx.now, settings, about=about)
    values = reminders.values_of(
        asked, private=private, unnamed=ctx.direct and not private, room=ctx.room.room_id
    )
    reminder = await reminders.add(ctx.db, ctx.group_id, await ctx.author(), values, message.event_id)
    at = await reminding.promise(ctx, reminder, asked.when.at)
    words = rules.receipt(reminder, await _when(ctx, reminder, at), direct=ctx.direct)
    post = await ctx.reply(words, to=message.event_id, subject=reminders.subject(reminder.id, "receipt"))
    if not ctx.direct:
        await ctx.offer(post, BELL)


@router.command(
    "erinnerungen", "reminders",
    help=text("the reminders to come; in a direct message one’s own"),
    example=text("!erinnerungen"),
    needs_group=False,
    shows=True,
)  # fmt: skip
async def show(ctx: Context, message: Message, _args: None) -> None:
    """List what is to come: the group's in the group, one's own in a direct message."""
    await _choose_group(ctx)
    if ctx.direct:
        coming = await reminders.coming_for(ctx.db, await ctx.author())
    else:
        coming = await reminders.coming_in_group(ctx.db, ctx.group_id)
    listed = [(one, await _when(ctx, one, at)) for one, at in coming]
    await ctx.reply(rules.listed(listed, direct=ctx.direct), to=message.event_id)


async def _own(ctx: Context) -> list[int]:
    """Return the numbers of those that the person has asked for: here, or for themselves alone.

    Raises:
        UserError: there are none.
    """
    author = await ctx.author()
    coming = await reminders.coming_for(ctx.db, author)
    own = [one for one, _ in coming if one.person == author and one.private == ctx.direct and not one.unnamed]
    numbers = [one.number for one in own if ctx.direct or one.group_id == ctx.group_id]
    if not numbers:
        raise UserError(text("No reminder of one’s own is coming here. The list: !erinnerungen"))
    return numbers


async def _cancel_each(ctx: Context, message: Message, numbers: Sequence[int]) -> None:
    """End several; what cannot be ended keeps no other from it."""
    failed: list[UserError] = []
    for number in numbers:
        try:
            await _cancel(ctx, message, number)
        except UserError as mistake:
            failed.append(mistake)
    if len(failed) == len(numbers):
        raise failed[0]
    if failed:
        # An error would undo the others.
        await ctx.reply(joined([mistake.text for mistake in failed]), to=message.event_id)


async def _cancel(ctx: Context, message: Message, number: int) -> None:
    """End a reminder: one's own, or as moderation; who only joined in is reminded no longer."""
    author = await ctx.author()
    group_id = None if ctx.direct else ctx.group_id
    found = await reminders.numbered(ctx.db, number, group_id=group_id, person=author)
    if found is None:
        raise UserError(text("There is no reminder {number}. The list: !erinnerungen", number=number))
    if await entries.may_change(ctx, found.person):
        await _forget(ctx, found)
    elif not await reminders.leave(ctx.db, found.id, author):
        raise UserError(
            text("Reminder {number} is ended by who asked for it, or by the moderation.", number=number)
        )
    await ctx.acknowledge(message.event_id, f"✅ {BELL}{number}", words=_ended(number))


def _ended(number: int) -> Text:
    return text("Reminder {number} is off.", number=number)


# --- messages and reactions ----------------------------------------------------------------------


@router.on(Edit)
async def edited(ctx: Context, edit: Edit) -> bool:
    """Let the reminder be what its message says now."""
    found = await reminders.by_source(ctx.db, edit.target)
    if found is None:
        return False
    inside = await _inside(ctx, found)
    if inside is None:
        return True
    words = command_text(edit.body, _WORDS, direct=ctx.direct)
    if words is None:
        raise UserError(text("This message is a reminder. Another command needs a new message."))
    settings = await reminding.settings_of(inside, found.alone)
    try:
        asked = rules.read_reminder(words, ctx.now, settings, about=found.about)
    except Missing:
        # Nobody would hear the answer to a question; the message itself is corrected.
        raise UserError(
            text(
                "I cannot read this. Reminder {number} stays as it was. Example: !erinnere jeden Mo bis Fr 10:00 Text",
                number=found.number,
            )
        ) from None
    values = reminders.values_of(asked, private=found.private, unnamed=found.unnamed, room=found.about_room)
    changed = await reminders.rewrite(ctx.db, found.id, values)
    if changed == found and not await _again(inside, found, asked.when):
        return True
    at = await reminding.promise(inside, changed, asked.when.at)
    words_now = rules.receipt(changed, await _when(inside, changed, at), direct=ctx.direct)
    posts = await outbox.about(ctx.db, reminders.subject(found.id, "receipt"))
    if posts:
        await ctx.edit(posts[-1].id, words_now, room=posts[-1].room_id)
    await ctx.acknowledge(edit.target, f"✏️ {BELL}{found.number}")
    return True


async def _again(ctx: Context, found: Reminder, when: When) -> bool:
    """Is the time another one than what is promised?"""
    promised = [one.due_at for one in await timers.of_group(ctx.db, found.group_id) if _is_of(one, found)]
    settings = await reminding.settings_of(ctx, found.alone)
    return promised != [rules.due_at(found, when.at, settings)]


def _is_of(timer: Timer, found: Reminder) -> bool:
    return timer.kind == found.kind and timer.subject == str(found.id)


@router.on(Redaction)
async def deleted(ctx: Context, redaction: Redaction) -> bool:
    """End a reminder whose message was deleted, or a putting off that was taken back; its posts go too.

    Whoever has put it off is not reminded either: the words are taken back.
    """
    found = await reminders.by_source(ctx.db, redaction.target)
    ended = [(found, found.person)] if found and await _inside(ctx, found) else []
    ended += await reminders.put_off(ctx.db, redaction.target)
    if not ended:
        return await reminders.take_back(ctx.db, redaction.target)
    if not await entries.may_delete(ctx, ended[0][1], redaction):
        return False
    for one, _ in ended:
        await _forget(ctx, one, posts=True)
    return True


@router.on(Reaction)
async def tapped(ctx: Context, reaction: Reaction) -> bool:
    """Let a person join in (🔔), or put a reminder off for them alone (⏰, 💤)."""
    if reaction.sender == ctx.me or reaction.key not in (BELL, HOUR, MORROW):
        return False
    post = await outbox.by_event(ctx.db, reaction.target)
    named = reminders.of_subject(post.subject) if post else None
    if named is not None:
        found = await reminders.find(ctx.db, named[0])
    else:
        found = await reminders.by_source(ctx.db, reaction.target)
    inside = await _inside(ctx, found) if found else None
    if found is None or inside is None:
        return False
    author = await inside.author()
    if reaction.key == BELL:
        if not found.private and (author != found.person or found.unnamed):
            await reminders.join(ctx.db, found.id, author, reaction.event_id)
        return True
    until = rules.put_off(reaction.key, ctx.now, await reminding.settings_of(inside, author))
    if until is None or named is None or named[1] != "post":
        return False
    again = await reminders.add_again(ctx.db, found, author, until, reaction.event_id)
    await reminding.promise(inside, again, until)
    return True


# --- time ----------------------------------------------------------------------------------------


@router.timer(TELL)
async def tell(ctx: Context, timer: Timer) -> None:
    """Remind one person, alone."""
    found = await reminders.find(ctx.db, _id(timer))
    if found is None:
        return
    user = (await people.get(ctx.db, found.person)).user_id
    late = await reminding.late(ctx, found, timer)
    words = rules.said(found, late=late, missed=await reminding.keep(ctx, found, timer))
    room = await direct.room_with(ctx.db, user) or direct.unopened(user)
    person = await people.find(ctx.db, user)
    language = person.language if person else None
    to = found.about if found.about_room == room else None
    if to is not None:
        content = content_of(words.render(language or DEFAULT_LANGUAGE)) | relation_to(to, None)
        post = await _put(ctx, found, room, content)
    else:
        told = await ctx.tell(user, words, subject=reminders.subject(found.id, "post"), asked=True)
        assert told is not None  # noqa: S101 -- what was asked for is told
        post = told
    await ctx.offer(post, HOUR, MORROW, room=room)


@router.timer(SAY)
async def say(ctx: Context, timer: Timer) -> None:
    """Remind the group, once; only those who asked for it are called, and are not away."""
    found = await reminders.find(ctx.db, _id(timer))
    if found is None:
        return
    late = await reminding.late(ctx, found, timer)
    settings = await ctx.settings()
    due_at = working_moment(ctx.now, settings)
    if late is not None and due_at > ctx.now:
        # Whoever typed the time did not mean this one.
        await ctx.later(SAY, due_at, subject=timer.subject, nominal=timer.nominal)
        return
    room = await ctx.group_room()
    called = await reminders.called(ctx.db, found, room)
    mentions = tuple(
        [user for user in called if not await presence.is_away(ctx.db, user, ctx.now, settings.zone)]
    )
    missed = await reminding.keep(ctx, found, timer)
    words = rules.said(found, late=late, missed=missed).render(ctx.require_group().language)
    about = found.about if found.about_room == room else None
    post = await _put(ctx, found, room, content_of(words, mentions=mentions) | relation_to(about, None))
    await ctx.offer(post, HOUR, MORROW, *([BELL] if found.rule else []), room=room)


@router.names_timer(SAY)
async def named(ctx: Context, timer: Timer) -> Text | None:
    """Name a reminder of the group; those of one person are told to nobody."""
    found = await reminders.find(ctx.db, _id(timer))
    return rules.named(found) if found else None


@router.timer(FORGET, lasts=True)
async def forget(ctx: Context, timer: Timer) -> None:
    """Forget a reminder that was said and not put off; what was said stays."""
    await reminders.remove(ctx.db, _id(timer))


async def _put(ctx: Context, found: Reminder, room: RoomId, content: dict[str, Any]) -> OutboxId:
    return await outbox.add(
        ctx.db, ctx.next_cause(), room, "event", {"type": "m.room.message", "content": content},
        subject=reminders.subject(found.id, "post"), now=ctx.now,
    )  # fmt: skip


async def _forget(ctx: Context, found: Reminder, *, posts: bool = False) -> None:
    """Withdraw what was promised, forget the words, and delete our posts that repeat them."""
    await reminding.stop(ctx, found)
    await reminders.remove(ctx.db, found.id)
    if posts:
        for post in await outbox.take_back(ctx.db, reminders.subject(found.id)):
            await ctx.redact(post.id, room=post.room_id)


async def _when(ctx: Context, reminder: Reminder, at: datetime) -> Text:
    own = await reminding.settings_of(ctx, reminder.alone)
    return rules.when(reminder, at, ctx.now, own.zone, group=await ctx.zone())


# --- groups --------------------------------------------------------------------------------------


async def _choose_group(ctx: Context) -> None:
    """Let a private reminder belong to some group of the person's: it needs none in particular."""
    if ctx.group is None:
        mine = await groups.of_member(ctx.db, ctx.user)
        if not mine:
            raise UserError(text("We share no group yet. Invite me into the group's room first."))
        ctx.group = mine[0]


async def _inside(ctx: Context, found: Reminder) -> Context | None:
    return await entries.of_group(ctx, found.group_id)


def _id(timer: Timer) -> ReminderId:
    return ReminderId(int(timer.subject))


#: The folded words that call the command: they are not part of an edited text.
_WORDS: Final = frozenset(folded for folded, command in router.folded().items() if command.handler is remind)
