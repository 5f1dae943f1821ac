# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What several topics do with check-ins: ask, take an answer, show the summary, say where help is wanted."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Final

from commands import entries, questions
from commands.contents import shown_name
from commands.context import Context
from config.texts import Text, joined, text
from method.checkins import Answer, Checkin, Said, Stage, checked, closing, read_answer
from method.checkins.posts import asked, following, resting, routine, still_wanted, summary
from method.checkins.words import Verb
from method.deadlines import day_written
from method.drafts import Draft, draft
from method.errors import UserError
from method.events import Message
from method.ids import EventId, PersonId
from method.items import Kind, State
from method.schedules import Occurrence, occurrences
from method.settings import Address, Settings
from storage import changes, checkins, digests, inbox, items, outbox, people, schedules, sectors, timers
from storage.outbox import Post

#: The kinds of promises.
OPEN: Final = "checkin.open"
CLOSE: Final = "checkin.close"

#: Offered under a request for help: its author wants their name beside it, or makes a barrier of it.
NAME: Final = "👤"
BARRIER: Final = "📌"
DONE: Final = "✅"
_AS_BARRIER: Final = text("as a barrier")

#: Returns lines of the question that belong to this day.
Lines = Callable[[Context, date], Awaitable[list[Text]]]
_LINES: Final[list[Lines]] = []


def line(lines: Lines) -> Lines:
    """Register a function whose lines stand in the question: what is due on that day, for example."""
    _LINES.append(lines)
    return lines


async def today(ctx: Context) -> date:
    """Return the group's local day."""
    return ctx.now.astimezone(await ctx.zone()).date()


async def following_day(ctx: Context, day: date) -> date | None:
    """Return on which day after this one the group is asked next; None: on no day."""
    kept, settings = await checkins.routine(ctx.db, ctx.group_id), await ctx.settings()
    schedule = kept.schedule(settings) if kept else None
    coming = occurrences(schedule, ctx.now, settings) if schedule else ()
    return next((found.day for found in coming if found.day > day), None)


async def planned(ctx: Context) -> Text | None:
    """Say when the group is asked; None: it wants no check-ins."""
    kept, settings = await checkins.routine(ctx.db, ctx.group_id), await ctx.settings()
    if kept is None or not kept.days:
        return None
    schedule = kept.schedule(settings)
    if schedule is None:
        return resting(kept, settings)
    promised = await timers.of_subject(ctx.db, ctx.group_id, OPEN, "")
    coming = [following(timer.due_at, ctx.now, settings) for timer in promised[:1]]
    return joined([routine(schedule), *coming], " ")


async def moved(ctx: Context, before: Settings) -> list[Text]:
    """Say when the group is asked now, if that was another time by the settings of before."""
    kept = await checkins.routine(ctx.db, ctx.group_id)
    if kept is None or kept.schedule(before) == kept.schedule(await ctx.settings()):
        return []
    words = await planned(ctx)
    return [words] if words else []


async def ask(ctx: Context, question: str | None, missed: tuple[Occurrence, ...] = ()) -> Stage:
    """Ask for today in the group's room, if nobody has, and promise the summary; return what was before.

    ``question`` is the group's own.
    """
    settings = await ctx.settings()
    day = await today(ctx)
    checkin = await checkins.get_or_add(ctx.db, ctx.group_id, day)
    if checkin.stage is not Stage.EARLY:
        return checkin.stage
    await checkins.take_over(ctx.db, checkin)
    words = await _asked(ctx, day, question, missed)
    said = checkins.subject(checkin.id, words.render(ctx.require_group().language))
    post = await ctx.post(words, subject=said, rings=True)
    await checkins.ask(ctx.db, checkin, post)
    await ctx.later(CLOSE, closing(ctx.now, settings), subject=str(checkin.id))
    return checkin.stage


async def _asked(ctx: Context, day: date, question: str | None, missed: tuple[Occurrence, ...]) -> Text:
    lines = [found for lines in _LINES for found in await lines(ctx, day)]
    return asked(day, ctx.now, await ctx.settings(), missed, lines, question)


async def show(ctx: Context, checkin: Checkin) -> None:
    """Let the post of a check-in that is over show what was said; the open question follows too."""
    if checkin.stage is Stage.CLOSED and checkin.post is not None:
        answers = await checkins.answers(ctx.db, checkin.id)
        words = summary(checkin, answers, await names(ctx), ctx.now, await ctx.settings())
        await _say(ctx, checkin, await outbox.get(ctx.db, checkin.post), words)
    await follow(ctx)


async def follow(ctx: Context) -> None:
    """Let the question that is open name what it would name if it were asked now, and nobody who is gone."""
    checkin = await checkins.latest(ctx.db, ctx.group_id)
    if checkin is None or checkin.stage is not Stage.OPEN or checkin.post is None:
        return
    post = await outbox.get(ctx.db, checkin.post)
    then = replace(ctx, now=post.created_at)
    kept = await checkins.routine(ctx.db, ctx.group_id)
    own = kept.question if kept else None
    if kept and kept.source and await _received(ctx, kept.source) > then.now:
        # It is for the next check-in; what was asked until now is not kept.
        own = None
    missed = await schedules.told_on(ctx.db, schedules.Name(ctx.group_id, OPEN), checkin.day)
    await _say(ctx, checkin, post, await _asked(then, checkin.day, own, missed))


async def _say(ctx: Context, checkin: Checkin, post: Post, words: Text) -> None:
    """Let a post say this, without a new message, if it does not say it already."""
    language = ctx.require_group().language
    said = checkins.subject(checkin.id, words.render(language))
    if said == await outbox.said_last(ctx.db, post):
        return
    if post.state == "new" and checkin.stage is Stage.OPEN:
        # Nobody has seen it yet: it is said as it is now, and never as it was.
        await digests.withhold(ctx.db, [post.id])
        await checkins.ask(
            ctx.db, checkin, await ctx.post(words, room=post.room_id, subject=said, rings=True)
        )
    else:
        await ctx.edit(post.id, words, room=post.room_id, language=language, rings=True, subject=said)


async def _received(ctx: Context, source: EventId) -> datetime:
    """Return when a message came; long ago, if that is not known any more."""
    found = await inbox.find(ctx.db, source)
    return found.received_at if found else datetime.min.replace(tzinfo=UTC)


async def names(ctx: Context) -> Mapping[PersonId, str]:
    """Return what those are called who are in the group's room."""
    here = await people.in_room(ctx.db, await ctx.group_room())
    return {person: shown_name(member) for person, member in here.items()}


async def wanted(ctx: Context, day: date) -> list[Text]:
    """Say where help is still wanted on this day: one line, or none."""
    found = await checkins.requests(ctx.db, ctx.group_id, day)
    return still_wanted(found, await names(ctx)) if found else []


@line
async def _wanted_before(ctx: Context, day: date) -> list[Text]:
    """Say it in the question; what it is answered with stands in the summary."""
    kept = await checkins.requests(ctx.db, ctx.group_id, day)
    came = await inbox.received(ctx.db, [one.source for one in kept])
    found = [one for one in kept if one.source not in came or came[one.source] < ctx.now]
    return still_wanted(found, await names(ctx)) if found else []


# --- answers -------------------------------------------------------------------------------------


async def find_current(ctx: Context) -> date | None:
    """Return the day to which belongs what is said now: today's check-in until the end of work, else the next one."""
    settings = await ctx.settings()
    local = ctx.now.astimezone(settings.zone)
    found = await checkins.of_day(ctx.db, ctx.group_id, local.date())
    was_asked = found is not None and found.stage is not Stage.EARLY
    if found is not None and (found.stage is Stage.OPEN or (was_asked and local.time() < settings.ends)):
        return found.day
    promised = await timers.of_subject(ctx.db, ctx.group_id, OPEN, "")
    if promised:
        return date.fromisoformat(promised[0].nominal[:10])
    return local.date() if was_asked else None


async def take_for_now(ctx: Context, message: Message, words: str) -> None:
    """Keep an answer that names no check-in.

    Raises:
        UserError: there is none, and none to come.
    """
    day = await find_current(ctx)
    if day is None:
        raise UserError(text("There is no check-in. The moderation switches it on: !checkin an Di Do 9:00"))
    await take(ctx, await checkins.get_or_add(ctx.db, ctx.group_id, day), message, words)


async def take(ctx: Context, checkin: Checkin, message: Message, words: str) -> None:
    """Keep an answer, give the receipt, and let a summary that stands already follow."""
    author = await ctx.author()
    source = message.event_id
    await checkins.answer(ctx.db, checkin.id, author, checked(words), source)
    said = read_answer(words)
    if checkin.stage is Stage.EARLY:
        day = day_written(checkin.day, ctx.now, await ctx.zone())
        await ctx.reply(text("Saved for the check-in on {day}.", day=day), to=source)
    if said.request is not None:
        await _offer(ctx, message, said)
    elif checkin.stage is not Stage.EARLY:
        await ctx.acknowledge(source, DONE)
    if checkin.stage is Stage.CLOSED:
        await show(ctx, checkin)


async def _offer(ctx: Context, message: Message, said: Said) -> None:
    """Let the author of a request for help say what is to become of it, and whether their name stands beside it."""
    source = message.event_id
    if ctx.direct:
        how = text("Saved. On the board: checkin barriere") if said.obstacle else None
        await ctx.acknowledge(source, f"{DONE} {text('Help').render(ctx.language)}", words=how)
        if said.obstacle:
            await ctx.acknowledge(source, f"{BARRIER} {_AS_BARRIER.render(ctx.language)}")
        await questions.ask(ctx, message, "consent", "checkin name {}", await _may_name(ctx))
    else:
        await _offer_in_room(ctx, message, obstacle=said.obstacle)


async def rewrite(ctx: Context, answer: Answer, message: Message) -> None:
    """Give an answer, and the barrier that was made of it, the words that its ``message`` has now.

    Its name stays beside it as long as it asks for help; what asks for help only now is like one written so.
    """
    new = replace(answer, text=checked(message.body))
    await checkins.rewrite(ctx.db, answer.source, new.text)
    await ctx.acknowledge(answer.source, "✏️ Check-in")
    await _rewrite_barrier(ctx, new)
    if new.said.request is None:
        await checkins.name(ctx.db, answer.source, None)
        await checkins.finish(ctx.db, answer.source, None)
    elif answer.said.request is None:
        await _offer(ctx, message, new.said)
    elif new.said.obstacle and not answer.said.obstacle and answer.item is None:
        await ctx.acknowledge(answer.source, f"{BARRIER} {_AS_BARRIER.render(ctx.language)}")


async def _offer_in_room(ctx: Context, message: Message, *, obstacle: bool) -> None:
    """Put under a request in the room what its author may do with it; in words where reactions are hidden."""
    language = ctx.language
    await ctx.acknowledge(
        message.event_id,
        f"{DONE} {text('Help').render(language)}",
        words=text(
            "Saved. With a name: !checkin name. Done: !checkin fertig. On the board: !checkin barriere"
        ),
    )
    offers = [(BARRIER, _AS_BARRIER)] if obstacle else []
    for sign, word in (*offers, (NAME, text("with a name"))):
        await ctx.acknowledge(message.event_id, f"{sign} {word.render(language)}")


async def _may_name(ctx: Context) -> Text:
    if (await ctx.settings()).address is Address.FAMILIAR:
        return text("May your name be shown? Write JA or NEIN.")
    return text("May your name stand beside it? Write JA or NEIN.")


# --- what becomes of a request for help ----------------------------------------------------------


async def mark(ctx: Context, message: Message, verb: Verb) -> None:
    """Do with a request for help what its author has written.

    With the one that was asked about or answered, else the newest with which it was not done yet. Without saying
    which, no name stands beside any of them.

    Raises:
        UserError: the person asks for no help in this group.
    """
    mine = await checkins.requests_of(ctx.db, ctx.group_id, await ctx.author())
    if not mine:
        raise UserError(text("No request for help is open. Example: checkin Hilfe: Who knows the office?"))
    for one in _meant(mine, verb, message):
        await apply(ctx, one, verb, message.event_id)
    if verb is Verb.NAME:
        await ctx.reply(text("The name stands beside it. Without: !checkin name aus"), to=message.event_id)
    elif verb is Verb.NO_NAME:
        await ctx.reply(text("No name stands beside it."), to=message.event_id)
    elif verb is Verb.DONE:
        await ctx.acknowledge(message.event_id, DONE)


def _meant(mine: Sequence[Answer], verb: Verb, message: Message) -> Sequence[Answer]:
    """Return which of a person's requests, the newest first, their message is about."""
    pointed = [one for one in mine if one.source in (message.event_id, message.reply_to)]
    if pointed or verb is Verb.NO_NAME:
        return pointed or mine
    # Whoever has done it with the newest, and does it again, means the one before.
    is_so = {Verb.NAME: lambda one: one.named, Verb.BARRIER: lambda one: one.item}.get(verb)
    return [one for one in mine if is_so is None or is_so(one) is None][:1] or mine[:1]


async def apply(ctx: Context, answer: Answer, verb: Verb, source: EventId) -> None:
    """Do it; taking back ``source`` takes it back."""
    if verb is Verb.BARRIER:
        await _make_barrier(ctx, answer, source)
        return
    if verb is Verb.DONE:
        await checkins.finish(ctx.db, answer.source, source)
    else:
        await checkins.name(ctx.db, answer.source, source if verb is Verb.NAME else None)
    checkin = await checkins.by_id(ctx.db, answer.checkin)
    if checkin is not None:
        await show(ctx, checkin)


async def _make_barrier(ctx: Context, answer: Answer, source: EventId) -> None:
    """Put what help is wanted for on the board, once; nothing there says who it was."""
    if answer.item is not None:
        return
    found = _as_barrier(answer)
    item = await items.add(
        ctx.db, ctx.group_id, Kind.BARRIER, found.text, found.topics, answer.person, source, now=ctx.now
    )
    await sectors.mark_item(ctx.db, item.id, ctx.group_id, answer.person)
    await changes.add(ctx.db, ctx.group_id, answer.person, "created", now=ctx.now, item_id=item.id)
    await checkins.became(ctx.db, answer.source, item.id)
    await ctx.acknowledge(answer.source, f"{DONE} {item.label}", subject=items.subject(item.id))
    await entries.announce(ctx, item)


async def _rewrite_barrier(ctx: Context, answer: Answer) -> None:
    """Let the barrier that was made of an answer say what the answer says now."""
    item = await items.by_id(ctx.db, answer.item) if answer.item is not None else None
    if item is not None and item.state is State.OPEN:
        found = replace(_as_barrier(answer), links=item.links, review=item.review)
        await entries.rewrite(ctx, item, found, answer.source)


def _as_barrier(answer: Answer) -> Draft:
    words = answer.said.request or answer.text
    found = draft(words, Kind.BARRIER)
    # A topic alone is no text.
    return found if found.text else replace(found, text=words)
