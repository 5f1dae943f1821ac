# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What several topics do with a retro: begin it, take a card, reveal, end its vote, and make tasks of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from commands import dues, entries, polling, revealing, schedules
from commands.around import today
from commands.context import Context
from config.texts import Text, joined, text
from method import retros as rules
from method.deadlines import moment_written
from method.drafts import draft
from method.events import Message, Reaction
from method.histories import of_task
from method.ids import EventId, RetroId
from method.items import Item, Kind, State
from method.polls import Kind as PollKind
from method.polls import Openness, Option, Poll, default_end
from method.polls.ballots import Tally
from method.polls.posts import asked as poll_asked
from method.polls.words import Wish
from method.retros import Card, Retro, Stage, Topic, posts
from method.retros.forms import QUESTIONS, Form, Said
from method.retros.reveals import revealed
from method.schedules import Occurrence
from method.tasks import Task, taken
from storage import changes, histories, items, outbox, polls, retros, tasks, timers

_DONE: Final = "✅"
#: So long after the vote of one retro the next may begin.
_AFTER: Final = timedelta(minutes=5)


# --- from the box to the reveal --------------------------------------------------------------------


async def begin(
    ctx: Context, form: Form, reveals: str, *, source: EventId | None = None, sprint: int | None = None
) -> Retro:
    """Open the box in the group's room, and promise the reveal."""
    retro = await retros.add(ctx.db, ctx.group_id, form, reveals, source=source, sprint=sprint)
    await promise(ctx, retro)
    post = await ctx.post(await _words(ctx, retro), subject=retros.subject(retro.id), rings=True)
    await retros.show(ctx.db, retro.id, post)
    return await retros.by_id(ctx.db, retro.id)


async def begin_after(ctx: Context, sprint: int) -> datetime | None:
    """Begin the retro on a sprint, unless one takes cards; return when to try again if one is voted on."""
    other = await retros.running(ctx.db, ctx.group_id)
    if other is None:
        reveals = rules.default_reveal(ctx.now, await ctx.settings())
        await begin(ctx, QUESTIONS, reveals, sprint=sprint)
    if other is None or other.poll is None:
        return None
    return max((await polls.get(ctx.db, other.poll)).ends_at, ctx.now) + _AFTER


async def promise(ctx: Context, retro: Retro) -> None:
    """Promise the reveal, and nothing else about it."""
    schedule = rules.schedule(retro, await ctx.settings())
    await schedules.promise(ctx, rules.REVEAL, schedule, subject=str(retro.id))


async def moment(ctx: Context, retro: Retro) -> datetime:
    """Return when the cards are revealed: as promised, which holidays may have moved."""
    promised = await timers.of_subject(ctx.db, ctx.group_id, rules.REVEAL, str(retro.id))
    return promised[0].due_at if promised else rules.moment(retro, await ctx.settings())


async def sentence(ctx: Context) -> Text | None:
    """Say which retro takes cards."""
    retro = await retros.running(ctx.db, ctx.group_id)
    if retro is None or retro.stage is not Stage.OPEN:
        return None
    at = moment_written(await moment(ctx, retro), ctx.now, await ctx.zone())
    return text("The retro takes cards until {moment}. To see it: !retro", moment=at)


async def take(ctx: Context, message: Message, said: Sequence[Said]) -> None:
    """Put cards into the box, which is always open; nobody is shown them before the reveal."""
    await retros.put(ctx.db, ctx.group_id, await ctx.author(), said, message.event_id)
    retro = await retros.running(ctx.db, ctx.group_id)
    if retro is not None and retro.stage is Stage.OPEN:
        await ctx.acknowledge(message.event_id, _DONE)
    else:
        await ctx.reply(text("Saved for the next retro."), to=message.event_id)


async def reveal(ctx: Context, retro: Retro, missed: Sequence[Occurrence] = ()) -> None:
    """Let our messages show all cards, and ask which of them is tackled first."""
    topics = rules.grouped(await retros.waiting(ctx.db, ctx.group_id), retro.form)
    await revealing.reveal(ctx, retro, topics)
    chosen = rules.to_vote(topics)
    poll = await _add_poll(ctx, chosen) if len(chosen) >= rules.FEWEST_TO_VOTE else None
    retro = (
        await retros.vote(ctx.db, retro.id, poll.id)
        if poll
        else await retros.end(ctx.db, retro.id, now=ctx.now)
    )
    await show(ctx, retro, missed, anew=True)
    if poll is not None:
        await polling.show(ctx, poll)
        await polling.promise_end(ctx, poll)


async def has_vote(ctx: Context, retro: Retro) -> bool:
    """Are there enough cards by now that the group is asked what comes first?"""
    topics = rules.grouped(await retros.waiting(ctx.db, ctx.group_id), retro.form)
    return len(rules.to_vote(topics)) >= rules.FEWEST_TO_VOTE


async def _add_poll(ctx: Context, topics: Sequence[Topic]) -> Poll:
    question = text("What do we tackle first?").render(ctx.require_group().language)
    options = tuple(Option(topic.number or 0, topic.words) for topic in topics)
    ends = default_end(ctx.now, await ctx.settings())
    wish = Wish(PollKind.DOTS, question, options, rules.POINTS, Openness.OPEN, False, ends)
    # Nobody has asked: the retro did.
    return await polls.add(ctx.db, ctx.group_id, wish, None, None)


async def show(ctx: Context, retro: Retro, missed: Sequence[Occurrence] = (), *, anew: bool = False) -> None:
    """Let our post say how the retro stands; if it is gone, or in a room left since, ``anew`` says it once more.

    Cards that it cannot hold stand in further messages.
    """
    words = await _words(ctx, retro, missed)
    language = ctx.require_group().language
    post = await outbox.get(ctx.db, retro.post) if retro.post is not None else None
    if post is not None and post.room_id == await ctx.group_room():
        await ctx.edit(post.id, words, room=post.room_id, language=language, rings=True)
    elif anew:
        said = await ctx.post(words, subject=retros.subject(retro.id), rings=True)
        await retros.show(ctx.db, retro.id, said)
    if retro.stage in (Stage.VOTING, Stage.ENDED):
        await revealing.show(ctx, retro, anew=anew)


async def _words(ctx: Context, retro: Retro, missed: Sequence[Occurrence] = ()) -> Text:
    zone = await ctx.zone()
    if retro.stage is Stage.CANCELLED:
        return posts.cancelled()
    if retro.stage is Stage.OPEN:
        return posts.asked(retro, await moment(ctx, retro), ctx.now, zone, await before(ctx, retro))
    topics = await retros.topics(ctx.db, retro)
    behind = [
        text("I could not reveal them on {moment}.", moment=moment_written(one.at, ctx.now, zone))
        for one in missed[-1:]
    ]
    if retro.poll is not None:
        behind.append(posts.vote(await polls.get(ctx.db, retro.poll), ctx.now, zone))
    else:
        day = rules.due_day(retro.day, retro.day, await ctx.settings())
        behind += posts.to_copy(rules.to_vote(topics), day)
    return revealed(topics, retro.form, behind)


async def before(ctx: Context, retro: Retro | None = None) -> list[Text]:
    """Say what became of the actions of the last retro, and what nobody has discussed yet."""
    last = await retros.latest(ctx.db, ctx.group_id)
    if last is None or (retro is not None and last.id == retro.id):
        return []
    day = await today(ctx)
    made = [
        posts.became(await items.by_id(ctx.db, item), day)
        for item, _ in await retros.actions(ctx.db, last.id)
    ]
    again = [card for card in await retros.waiting(ctx.db, ctx.group_id) if card.origin is not None]
    return [*made, *posts.carried(again)]


# --- the end of the vote -------------------------------------------------------------------------


@polling.ending
async def ended(ctx: Context, poll: Poll, tally: Tally) -> Text | None:
    """End the retro of a poll: lines to copy, and what nobody gave a point comes up again."""
    retro = await retros.by_poll(ctx.db, poll.id)
    if retro is None:
        return None
    retro = await retros.end(ctx.db, retro.id, now=ctx.now)
    topics = await retros.topics(ctx.db, retro)
    await retros.carry(ctx.db, retro, rules.left_over(topics, tally.sums))
    return await _result(ctx, retro, poll, topics, tally)


async def _result(ctx: Context, retro: Retro, poll: Poll, topics: Sequence[Topic], tally: Tally) -> Text:
    settings = await ctx.settings()
    day = rules.due_day(retro.day, poll.ends_at.astimezone(settings.zone).date(), settings)
    left = len(rules.left_over(topics, tally.sums))
    return posts.result(poll, topics, tally.sums, day, left=left)


async def follow(ctx: Context, retro: Retro) -> None:
    """Let nothing that was said of a revealed retro show cards that are gone."""
    topics = await retros.topics(ctx.db, retro)
    if retro.poll is not None:
        await retros.follow(ctx.db, retro, topics)
        poll = await polls.get(ctx.db, retro.poll)
        for post in await outbox.take_back(ctx.db, polls.subject(poll.id, "picture")):
            await ctx.redact(post.id, room=post.room_id)
        room, language = await ctx.group_room(), ctx.require_group().language
        if poll.card is not None:
            words = poll_asked(poll, now=ctx.now, zone=await ctx.zone())
            await ctx.edit(poll.card, words, room=room, language=language)
        for post in await outbox.about(ctx.db, polls.subject(poll.id, "result")):
            words = await _result(ctx, retro, poll, topics, await polls.sums(ctx.db, poll))
            await ctx.edit(post.id, words, room=post.room_id, language=language)
    await show(ctx, retro)
    following = await retros.running(ctx.db, ctx.group_id)
    if following is not None and following.stage is Stage.OPEN:
        # It tells what was not talked about.
        await show(ctx, following)


# --- tasks ---------------------------------------------------------------------------------------


async def link(ctx: Context, item: Item) -> None:
    """Remember that a new task is what the last retro wanted, if its words say so."""
    retro = await retros.latest(ctx.db, ctx.group_id)
    if retro is not None:
        topic = rules.meant(item.text or "", await retros.topics(ctx.db, retro))
        if topic is not None:
            await retros.link(ctx.db, retro, item.id, topic)


async def take_line(ctx: Context, retro: Retro, reaction: Reaction) -> bool:
    """Make the first line that nobody has taken a task of whoever reacted; False: there is none left."""
    topics, settings = await retros.topics(ctx.db, retro), await ctx.settings()
    chosen, day = rules.to_vote(topics), retro.day
    if retro.poll is not None:
        poll = await polls.get(ctx.db, retro.poll)
        day = poll.ends_at.astimezone(settings.zone).date()
        points = (await polls.sums(ctx.db, poll)).sums
        chosen = [topic for topic, _ in rules.first(topics, points)]
    gone = set()
    for item_id, topic_id in await retros.actions(ctx.db, retro.id):
        if (await items.by_id(ctx.db, item_id)).state is State.OPEN:
            gone.add(topic_id)
    free = [topic for topic in chosen[: rules.LINES] if topic.id not in gone]
    if not free:
        return False
    author = await ctx.author()
    task = taken(Task(due=rules.due_day(retro.day, day, settings)), author, reaction.event_id)
    words = draft(free[0].words, Kind.TASK)
    item = await items.add(
        ctx.db, ctx.group_id, Kind.TASK, words.text, words.topics, author, reaction.event_id, now=ctx.now
    )
    await tasks.save(ctx.db, item.id, task)
    change = await changes.add(ctx.db, ctx.group_id, author, "created", now=ctx.now, item_id=item.id)
    await histories.add(ctx.db, item.id, change.id, of_task(Task(due=task.due), task, await today(ctx)))
    await retros.link(ctx.db, retro, item.id, free[0])
    item = await items.by_id(ctx.db, item.id)
    await dues.promise(ctx, item)
    await entries.announce(ctx, item)
    return True


async def withdraw_lines(ctx: Context, cards: Sequence[Card]) -> None:
    """Withdraw the tasks that whoever wrote these cards has made of them by 🙋 and still has: the cards are to go.

    Of a task that somebody else has taken, the words are theirs too.
    """
    words = {draft(Topic(None, (card,)).words, Kind.TASK).text for card in cards}
    for retro_id in sorted({card.retro for card in cards if card.retro is not None}):
        for item_id, topic in await retros.actions(ctx.db, retro_id):
            item = await items.by_id(ctx.db, item_id)
            task = item.task
            own = task is not None and task.owner == cards[0].person and task.reaction == item.source
            if own and item.state is State.OPEN and item.text in words and topic in {c.topic for c in cards}:
                await entries.take_back_posts(ctx, item.id)
                await items.withdraw(ctx.db, item.id, erase=True, now=ctx.now)


# --- taking back ---------------------------------------------------------------------------------


async def cancel(ctx: Context, retro: Retro) -> None:
    """End a retro before its reveal; its cards wait for the next one."""
    await schedules.stop(ctx, rules.REVEAL, subject=str(retro.id))
    await show(ctx, await retros.become(ctx.db, retro.id, Stage.CANCELLED))


async def withdraw(ctx: Context, retro: Retro) -> None:
    """Let a retro never have begun."""
    await schedules.stop(ctx, rules.REVEAL, subject=str(retro.id))
    await retros.become(ctx.db, retro.id, Stage.CANCELLED)
    for post in await outbox.take_back(ctx.db, retros.subject_of_all(retro.id)):
        await ctx.redact(post.id, room=post.room_id)
    await changes.forget(ctx.db, ctx.group_id, "retro")


async def withdraw_of(ctx: Context, sprint: int) -> None:
    """Let the retro on a sprint never have begun, unless its cards are revealed."""
    retro = await retros.running(ctx.db, ctx.group_id)
    if retro is not None and retro.sprint == sprint and retro.stage is Stage.OPEN:
        await withdraw(ctx, retro)


async def remember(ctx: Context, retro: Retro, was: Stage | None) -> None:
    """Remember what was before the retro became what it is now, for ``undo``."""
    before = json.dumps({"id": retro.id, "was": was})
    await changes.add(ctx.db, ctx.group_id, await ctx.author(), "retro", now=ctx.now, before=before)


async def undo(ctx: Context, before: str) -> Text:
    """Let a retro be as it was; say so."""
    value = json.loads(before)
    retro = await retros.by_id(ctx.db, RetroId(value["id"]))
    if value["was"] is None:
        if retro.stage is Stage.OPEN:
            await withdraw(ctx, retro)
            return text("Undone: the retro is withdrawn. Its cards wait for the next one.")
        return text("Nothing to undo: the retro is over, or its cards are revealed.")
    if await retros.running(ctx.db, ctx.group_id) is not None:
        return text("Not undone: another retro runs.")
    retro = await retros.become(ctx.db, retro.id, Stage.OPEN)
    await promise(ctx, retro)
    await show(ctx, retro)
    at = moment_written(await moment(ctx, retro), ctx.now, await ctx.zone())
    return joined(
        [text("Undone."), text("The cards are revealed on {moment}, for all at once.", moment=at)], " "
    )
