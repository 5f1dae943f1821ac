# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What asking and voting share: the post of a poll, and its end."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from commands import renewals
from commands.context import Context
from config.texts import Text, text
from method.errors import Missing, UserError
from method.ids import EventId, OutboxId
from method.polls import OBJECTS, Kind, Openness, Poll, key_of, native
from method.polls.ballots import ABSENCE, Tally, standing, tally
from method.polls.bridges import Bridge, bridge
from method.polls.flags import Present
from method.polls.pictures import bars
from method.polls.posts import asked
from method.polls.results import result
from storage import outbox, people, poll_votes, polls, sectors, timers

#: The kind of the promise to close a poll; its subject is the poll's id.
CLOSE: Final = "polls.close"

#: What stands under a proposal to be tapped; without skin tone and variation selector.
STANDS: Final = ("👍", "✋")

#: So long a poll waits for what was received before its end and is not handled yet, and looks so often.
PATIENCE: Final = timedelta(minutes=1)
LOOK: Final = timedelta(seconds=5)

#: Returns what is said at the end of a poll that another topic has asked; None: it is not its poll.
Ending = Callable[[Context, Poll, Tally], Awaitable[Text | None]]
_ENDINGS: Final[list[Ending]] = []


def ending(ending: Ending) -> Ending:
    """Register a function that ends polls of its own topic, after the sums are kept, and words their results."""
    _ENDINGS.append(ending)
    return ending


async def present(ctx: Context) -> Present:
    """Return when and in which group words are typed now."""
    return Present(ctx.now, await ctx.settings())


async def show(ctx: Context, poll: Poll) -> Poll:
    """Post a poll that was just asked, with what can be tapped under it; return it as it is now."""
    poll = await _show_natively(ctx, poll)
    card = await ctx.post(
        asked(poll, now=ctx.now, zone=await ctx.zone()), subject=polls.subject(poll.id, "card")
    )
    await polls.set_card(ctx.db, poll.id, card)
    await ctx.offer(card, *_signs(poll))
    return await polls.get(ctx.db, poll.id)


async def _show_natively(ctx: Context, poll: Poll) -> Poll:
    """Ask with an event that clients show as a poll, where that can be; the post that follows does without it."""
    content = native.start(poll, ctx.require_group().language, now=ctx.now, zone=await ctx.zone())
    post = await _send(ctx, poll, native.START, content) if content is not None else None
    await polls.set_native(ctx.db, poll.id, post)
    return replace(poll, native=post)


async def by_native(ctx: Context, event: EventId) -> Poll | None:
    """Return the group's poll that this native poll event of ours asks."""
    post = await outbox.by_event(ctx.db, event)
    poll = await polls.by_post(ctx.db, post.id) if post else None
    if post is None or poll is None or poll.native != post.id or ctx.direct or ctx.group is None:
        return None
    return poll if poll.question is not None and poll.group_id == ctx.group.id else None


async def _end_natively(ctx: Context, poll: Poll) -> None:
    if poll.native is not None:
        content = native.end(poll, ctx.require_group().language)
        await _send(ctx, poll, native.END, content, target=poll.native)


async def _send(
    ctx: Context, poll: Poll, type_: str, content: Mapping[str, Any], target: OutboxId | None = None
) -> OutboxId:
    room = await ctx.group_room()
    if target is not None:
        room = (await outbox.get(ctx.db, target)).room_id
    return await outbox.add(
        ctx.db, ctx.next_cause(), room, "event", {"type": type_, "content": content},
        target=target, subject=polls.subject(poll.id, "native"), now=ctx.now,
    )  # fmt: skip


def _signs(poll: Poll) -> list[str]:
    if not poll.takes_reactions:
        return []
    return list(STANDS) if poll.kind is Kind.CONSENT else [key_of(number) for number in poll.numbers]


async def promise_end(ctx: Context, poll: Poll) -> None:
    """Close the poll when its time has come; an earlier promise is withdrawn."""
    await timers.cancel(ctx.db, ctx.group_id, CLOSE, str(poll.id))
    await ctx.later(CLOSE, poll.ends_at, subject=str(poll.id))


async def named(ctx: Context, number: int | None, line: str | None = None) -> Poll:
    """Return the group's poll with this number; without one the only poll that is open.

    Raises:
        UserError: there is none, or several are open.
        Missing: several are open, and ``line`` says where the answer goes.
    """
    if number is None:
        found = await polls.open_of(ctx.db, ctx.group_id)
        if len(found) == 1:
            return found[0]
        if not found:
            raise UserError(text("No poll is open. Example: !umfrage Was zuerst?; Lotsin; Profil"))
        labels = ", ".join(poll.label for poll in found)
        which = text("Which poll? Open are: {polls}. Example: !stimme U1 2", polls=labels)
        raise Missing(which, line) if line else UserError(which)
    poll = await polls.find(ctx.db, ctx.group_id, number)
    if poll is None or poll.question is None:
        raise UserError(text("{poll} does not exist. Open polls: !umfragen", poll=f"U{number}"))
    return poll


async def count(ctx: Context, poll: Poll, *, since: datetime | None = None) -> None:
    """End a poll: at once where all that counts is in our journal, else when it was looked up (``bot.recounts``)."""
    if poll.native is None and ctx.now <= poll.ends_at + ABSENCE:
        await close(ctx, poll)
        return
    await timers.cancel(ctx.db, ctx.group_id, CLOSE, str(poll.id))
    await polls.count(ctx.db, poll.id, now=since or ctx.now)


async def close(ctx: Context, poll: Poll, *, unreadable: int = 0, reread: bool = True) -> bool:
    """Count, forget who voted, and say the result in the group's room; False if that was done already."""
    counted, bridging, objections = await _count(ctx, poll)
    if not await polls.close(ctx.db, poll, counted):
        return False
    await timers.cancel(ctx.db, ctx.group_id, CLOSE, str(poll.id))
    words = await _of_topic(ctx, poll, counted) or result(
        poll, counted, now=ctx.now, zone=await ctx.zone(), bridge=bridging, objections=objections,
        unreadable=unreadable, reread=reread,
    )  # fmt: skip
    await _end_natively(ctx, poll)
    await ctx.post(words, subject=polls.subject(poll.id, "result"))
    await _draw(ctx, poll, counted)
    return True


async def _of_topic(ctx: Context, poll: Poll, counted: Tally) -> Text | None:
    for ending in _ENDINGS:
        words = await ending(ctx, poll, counted)
        if words is not None:
            return words
    return None


async def _draw(ctx: Context, poll: Poll, counted: Tally) -> None:
    """Show the result as bars too, beside the message and not in the thread of whoever ended the poll."""
    picture = bars(poll, counted, now=ctx.now, zone=await ctx.zone(), language=ctx.require_group().language)
    if picture is not None:
        aside, room = replace(ctx, thread_root=None), await ctx.group_room()
        await aside.send_picture(picture, room=room, subject=polls.subject(poll.id, "picture:bars"))


async def _count(ctx: Context, poll: Poll) -> tuple[Tally, Bridge | None, list[str]]:
    if poll.openness is Openness.SECRET:
        return await polls.sums(ctx.db, poll), None, await poll_votes.secret_words(ctx.db, poll.id)
    votes = await poll_votes.of_poll(ctx.db, poll.id)
    members = await people.in_room(ctx.db, await ctx.group_room())
    if poll.kind is Kind.ROUND:
        answers = [
            words for who, words in (await poll_votes.answers(ctx.db, poll.id)).items() if who in members
        ]
        return Tally(len(answers), {}), None, answers
    chosen = {person: what for person, what in standing(poll, votes).items() if person in members}
    bridging = bridge(poll, chosen, await sectors.by_person(ctx.db, ctx.group_id))
    said = await poll_votes.words(ctx.db, poll.id)
    objections = [words for person, words in said if chosen.get(person) == (OBJECTS,)]
    return tally(poll, votes, members), bridging, objections


async def show_again(ctx: Context, poll: Poll) -> None:
    """Let the post of an open poll say what can be chosen now."""
    if poll.card is not None and poll.is_open:
        words = asked(poll, now=ctx.now, zone=await ctx.zone())
        await ctx.edit(poll.card, words, room=await ctx.group_room(), language=ctx.require_group().language)


async def withdraw(ctx: Context, poll: Poll) -> None:
    """Take a poll back: its words, our posts about it, what the board shows of it, and all votes."""
    await polls.withdraw(ctx.db, poll.id)
    await timers.cancel(ctx.db, poll.group_id, CLOSE, str(poll.id))
    for post in await outbox.take_back(ctx.db, polls.subject_of_all(poll.id)):
        await ctx.redact(post.id, room=post.room_id)
    await renewals.renew_board(ctx, poll.group_id)
