# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What several topics do with a meeting: find it, begin it, keep its card up to date, know who is there."""

from __future__ import annotations

from collections.abc import Container, Sequence
from datetime import datetime
from typing import Final

from commands import revealing
from commands.contents import shown_name
from commands.context import Context
from config.texts import Moment, Text, text
from method import cards
from method import rounds as rules
from method.agendas import agenda_lines
from method.cards import Card, Missed, Speakers
from method.deadlines import moment_written
from method.errors import UserError
from method.ids import OutboxId, PersonId, UserId
from method.meetings import BEGIN, END, LASTS, REMIND, Meeting, Stage
from method.pages import FIRST
from method.roles import ENOUGH, Role
from method.rounds import Round
from method.settings import Switch
from method.speakers import Request, has_spoken, queue, speaking
from storage import (
    agendas,
    meetings,
    outbox,
    people,
    reveals,
    roles,
    rooms,
    rounds,
    schedules,
    sectors,
    speakers,
)

_TIME: Final = {"de": "H:mm", "en": "HH:mm"}

# --- the meeting ---------------------------------------------------------------------------------


async def find_current(ctx: Context) -> Meeting | None:
    """Return the meeting that is going on, else the next one of today."""
    meeting = await meetings.running(ctx.db, ctx.group_id)
    if meeting:
        return meeting
    zone = (await ctx.settings()).zone
    today = ctx.now.astimezone(zone).date()
    announced = await meetings.planned(ctx.db, ctx.group_id)
    return next((one for one in announced if one.moment.astimezone(zone).date() == today), None)


async def current(ctx: Context) -> Meeting:
    """Return the meeting that is going on, else the next one of today.

    Raises:
        UserError: there is none.
    """
    meeting = await find_current(ctx)
    if meeting is None:
        raise UserError(text("There is no meeting at the moment. To begin one: !treffen start Titel"))
    return meeting


async def announced_next(ctx: Context) -> Text | None:
    """Say which meeting comes next, if one is announced."""
    announced = await meetings.planned(ctx.db, ctx.group_id)
    following = next((one for one in announced if one.moment > ctx.now), None)
    return cards.following(following, await moment_of(ctx, following)) if following else None


async def begin(ctx: Context, meeting: Meeting, at: datetime | None = None) -> Meeting:
    """Let a meeting that was announced begin now, or ``at``, if it has not yet; it ends by itself after LASTS."""
    if meeting.stage is Stage.PLANNED:
        at = at or ctx.now
        announced = meeting.starts_at or at
        # Whoever begins late means the time that was said; whoever begins much later does not.
        since = announced if at - LASTS < announced < at else at
        meeting = await meetings.begin(ctx.db, meeting.id, now=since)
        await promise_end(ctx, meeting)
    return meeting


async def promise_end(ctx: Context, meeting: Meeting) -> None:
    """Let a meeting that nobody ends be over some time."""
    await ctx.later(END, ctx.now + LASTS, subject=str(meeting.id))


async def require_lead(ctx: Context, meeting: Meeting) -> None:
    """Make sure that the person leads this meeting: by its role, or as moderation of the room.

    As long as nobody has the role, everybody may.

    Raises:
        UserError: names who does.
    """
    leads = (await roles.of_meeting(ctx.db, meeting.id)).get(Role.MODERATION)
    here = await people.in_room(ctx.db, await ctx.group_room())
    if leads not in here or (ctx.person and ctx.person.id == leads) or await ctx.may_moderate():
        return
    raise UserError(
        text(
            "In this meeting {name} is the chair. Swap: !rolle gesprächsleitung and then the name.",
            name=shown_name(here[leads]),
        )
    )


# --- who is there --------------------------------------------------------------------------------


async def notice(ctx: Context) -> None:
    """Remember, while a meeting is going on, that who wrote a command in the room is there."""
    if ctx.direct or ctx.group is None:
        return
    meeting = await meetings.running(ctx.db, ctx.group.id)
    if meeting is not None:
        await meetings.notice(ctx.db, meeting.id, await ctx.author())


async def present(ctx: Context, meeting: Meeting) -> list[UserId]:
    """Return who is there: if fewer than three were noticed, everybody in the room but us."""
    known = await known_present(ctx, meeting)
    if known:
        here = await people.in_room(ctx.db, await ctx.group_room())
        return [here[person].user_id for person in known]
    members = await rooms.members(ctx.db, await ctx.group_room())
    return [member.user_id for member in members if member.membership == "join" and member.user_id != ctx.me]


async def known_present(ctx: Context, meeting: Meeting) -> set[PersonId]:
    """Return who was noticed, if they are enough to say who is there; else nobody."""
    room = await ctx.group_room()
    noticed = await meetings.noticed(ctx.db, meeting.id) & (await people.in_room(ctx.db, room)).keys()
    everybody = await rooms.joined_count(ctx.db, room) - 1
    return noticed if len(noticed) >= min(ENOUGH, everybody) else set()


async def requests_of(ctx: Context, meeting: Meeting) -> list[Request]:
    """Return who asked to speak, in the order of asking; who has left the room is left out."""
    here = await people.in_room(ctx.db, await ctx.group_room())
    return [one for one in await speakers.of_meeting(ctx.db, meeting.id) if one.person in here]


async def waiting(ctx: Context, requests: Sequence[Request]) -> list[PersonId]:
    """Return who waits, in the order in which they will speak, by the rule that the group has chosen."""
    if (await ctx.settings()).alternate is Switch.OFF:
        return queue(requests)
    return queue(requests, alternate=True, sectors=await sectors.said_in_room(ctx.db, ctx.group_id))


# --- cards ---------------------------------------------------------------------------------------


async def show(ctx: Context, meeting: Meeting, *, call: PersonId | None = None, over: bool = False) -> None:
    """Show the meeting as it is now, by editing its card; where that was deleted, by a new one.

    Args:
        ctx: the context.
        meeting: the meeting.
        call: whose turn it is; only they are notified.
        over: somebody asked for the next speaker, and there is none.
    """
    here = await people.in_room(ctx.db, await ctx.group_room())
    names = {person: shown_name(member) for person, member in here.items()}
    requests = await requests_of(ctx, meeting)
    now = speaking(requests)
    then = [(names[person], has_spoken(requests, person)) for person in await waiting(ctx, requests)]
    held = await roles.of_meeting(ctx.db, meeting.id)
    missed = await missed_of(ctx, meeting)
    card = Card(
        meeting,
        await moment_of(ctx, meeting),
        {role: names[person] for role, person in held.items() if person in names},
        Speakers(names[now] if now is not None else None, then, over),
        alternate=(await ctx.settings()).alternate is Switch.ON,
        agenda=agenda_lines(await agendas.of_meeting(ctx.db, meeting.id)),
        missed=missed,
    )
    mentions = (here[call].user_id,) if call in here else ()
    post = await put(ctx, meeting.card, cards.shown(card), meetings.subject(meeting.id), mentions)
    if post is not None:
        await meetings.set_card(ctx.db, meeting.id, post)


async def missed_of(ctx: Context, meeting: Meeting) -> Missed:
    """Return what of a meeting that took place has passed without us."""
    if meeting.stage is not Stage.ENDED or meeting.began_at is None:
        return Missed()
    kinds = await schedules.missed_about(ctx.db, meeting.group_id, str(meeting.id))
    return Missed(meeting=BEGIN in kinds, reminder=REMIND in kinds)


async def follow(ctx: Context, forgotten: Container[str]) -> None:
    """Name nobody any more whose part in the meeting that is going on was forgotten, in these tables."""
    meeting = await meetings.running(ctx.db, ctx.group_id)
    if meeting is None:
        return
    if "meeting_requests" in forgotten or "meeting_roles" in forgotten:
        await show(ctx, meeting)
    for asked in await rounds.of_meeting(ctx.db, meeting.id) if "round_answers" in forgotten else ():
        if asked.closed:
            await show_round(ctx, asked)


async def show_round(ctx: Context, asked: Round) -> None:
    """Show a round as it is now: the question, or after its end the answers without names.

    Answers that the card cannot hold stand in further messages below it.
    """
    if asked.closed:
        answers = rules.arranged(await rounds.answers(ctx.db, asked.id))
        words = dict(enumerate(rules.answered(asked.question, answers), FIRST))
    else:
        words = {FIRST: rules.asked(asked.question, await time_of(ctx, asked.closes_at))}
    whose = reveals.of_round(asked.id)
    post = await put(ctx, asked.card, words[FIRST], rounds.subject(asked.id))
    if post is not None:
        await rounds.set_card(ctx.db, asked.id, post)
        await revealing.take_away(ctx, whose)
    await reveals.add(ctx.db, whose, words.keys() - {FIRST})
    await revealing.keep(ctx, whose, words.get, anew=True)


async def close_round(ctx: Context, asked: Round) -> None:
    """End a round: its card becomes the answers."""
    await rounds.close(ctx.db, asked.id)
    found = await rounds.find(ctx.db, asked.id)
    if found is not None:
        await show_round(ctx, found)


async def moment_of(ctx: Context, meeting: Meeting) -> Moment:
    """Return when a meeting is, in the group's local time."""
    return moment_written(meeting.moment, ctx.now, (await ctx.settings()).zone)


async def time_of(ctx: Context, at: datetime) -> Moment:
    """Return a time of the day, in the group's local time."""
    return Moment(at, (await ctx.settings()).zone, _TIME)


async def put(
    ctx: Context, card: OutboxId | None, words: Text, subject: str, mentions: tuple[UserId, ...] = ()
) -> OutboxId | None:
    """Edit a card, or another post of which there is one; return the new one if it had to be posted."""
    post = await outbox.get(ctx.db, card) if card is not None else None
    if post is None or not await revealing.stands(ctx, post):
        return await ctx.post(words, subject=subject, mentions=mentions)
    language = ctx.require_group().language
    await ctx.edit(post.id, words, room=post.room_id, language=language, mentions=mentions)
    return None
