# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Move a meeting, call it off, say where it is; let it come again and again, and end that."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time

from commands import outages, planning
from commands.context import Context
from config.texts import text
from method import plans as rules
from method.appointments import OVER, Unclear, read_appointment, read_time
from method.deadlines import take_until
from method.errors import Missing, Suggestion, UserError
from method.events import Message
from method.ids import EventId
from method.meetings import Meeting, Stage, Verb, Wish, first_number, title_of
from method.plans import Series
from method.recurrences import Recurrence
from method.schedules import instant
from method.settings import Settings
from method.tasks.words import says_more
from method.words import is_blank
from storage import meetings, plans


async def named(ctx: Context, number: int) -> Meeting:
    """Return the group's meeting with this number, if it is not over.

    Raises:
        UserError: there is none, or it is over.
    """
    meeting = await meetings.find(ctx.db, ctx.group_id, number)
    if meeting is None:
        last = await meetings.last_number(ctx.db, ctx.group_id)
        label = f"T{number}"
        if not last:
            raise UserError(
                text("{label} does not exist. To begin a meeting: !treffen start Titel", label=label)
            )
        raise UserError(
            text("{label} does not exist. The last meeting is {last}.", label=label, last=f"T{last}")
        )
    if meeting.stage is Stage.ENDED:
        raise UserError(
            text("{label} is over. To begin a meeting: !treffen start Titel", label=meeting.label)
        )
    return meeting


async def move(ctx: Context, message: Message, words: str) -> Meeting:
    """Let a meeting be at another time."""
    meeting, rest = await _meant(ctx, message, words, "verschieben")
    at, minutes, _ = await _read_moment(ctx, meeting, rest)
    meeting = await _reopened(ctx, meeting)
    if minutes:
        await plans.set_minutes(ctx.db, meeting, minutes)
    if (at, minutes) != (meeting.starts_at, None):
        meeting = await meetings.amend(ctx.db, meeting.id, meeting.title, at)
        await planning.changed(ctx, meeting)
    return meeting


async def _read_moment(
    ctx: Context, meeting: Meeting, words: str, *, may_stay: bool = False
) -> tuple[datetime, int | None, str]:
    """Read when a meeting shall be: its beginning, how many minutes, and the words behind.

    Raises:
        Missing: it is unclear, over, or outside of working time; the answer moves the meeting. Its own time holds
            if it ``may_stay``.
    """
    settings = await ctx.settings()
    line = f"treffen verschieben {meeting.label} {{}}"
    try:
        # A time alone keeps the day, unless it is over.
        same_day = max(meeting.moment, ctx.now).astimezone(settings.zone).date()
        appointment = read_appointment(words, ctx.now, settings.zone, kept=same_day)
    except Unclear as unclear:
        raise Missing(unclear.text, line, word=True) from None
    except Suggestion as over:
        kept = over.line.replace("treffen ", f"treffen verschieben {meeting.label} ", 1)
        raise Suggestion(over.text, kept) from None
    minutes, rest = rules.take_end(appointment.rest, appointment.at, settings)
    keeps, rest = rules.take_anyway(rest)
    if not (may_stay and appointment.at == meeting.starts_at):
        if appointment.at <= ctx.now:
            raise Missing(OVER, line, word=True)
        if not keeps:
            rules.require_good_time(appointment.at, ctx.now, settings, line)
    return appointment.at, minutes, rest


async def read_again(
    ctx: Context, meeting: Meeting, words: str
) -> tuple[str | None, datetime | None, int | None]:
    """Return the title, the time and the minutes that the edited message of a meeting says.

    Raises:
        Missing: another time is needed, as where a meeting is moved; the title is kept already.
    """
    wish = Wish.read(words, None)
    minutes, starts_at = None, meeting.starts_at
    if wish.verb is not Verb.PLAN:
        rest = first_number(wish.words)[1]
    elif meeting.stage is Stage.PLANNED:
        try:
            starts_at, minutes, rest = await _read_moment(ctx, meeting, wish.words, may_stay=True)
        except Missing:
            await _rename(ctx, meeting, _behind_moment(wish.words, ctx.now, await ctx.settings()))
            raise
    else:
        # When it was to begin says little of one that has begun.
        settings = await ctx.settings()
        appointment = read_appointment(wish.words, ctx.now, settings.zone)
        starts_at = appointment.at
        minutes, rest = rules.take_end(appointment.rest, appointment.at, settings)
        rest = rules.take_anyway(rest)[1]
    return _title(rest, meeting), starts_at, minutes


def _title(words: str, meeting: Meeting) -> str | None:
    return rules.keep_place(title_of(words) or meeting.title, meeting.title)


async def _rename(ctx: Context, meeting: Meeting, words: str) -> None:
    """Keep the title that was typed with a time that cannot be: the answer to that says the time alone."""
    title = _title(words, meeting)
    if title != meeting.title:
        await planning.changed(ctx, await meetings.amend(ctx.db, meeting.id, title, meeting.starts_at))


def _behind_moment(words: str, now: datetime, settings: Settings) -> str:
    """Return what stands behind day and time, even where these cannot be meant."""
    try:
        appointment = read_appointment(words, now, settings.zone)
    except Unclear as unclear:
        return unclear.line.partition("{}")[2].strip()
    except Suggestion as over:
        return _behind_moment(over.line.removeprefix("treffen "), now, settings)
    return rules.take_anyway(rules.take_end(appointment.rest, appointment.at, settings)[1])[1]


async def call_off(ctx: Context, message: Message, words: str) -> Meeting:
    """Let a meeting not take place."""
    meeting, rest = await _meant(ctx, message, words, "absagen")
    ended, _ = await planning.close(ctx, await _reopened(ctx, meeting))
    if says_more(rest):
        said = text("{label} is called off. Why, I do not keep.", label=meeting.label)
        await ctx.reply(said, to=message.event_id)
    return ended


async def set_place(ctx: Context, words: str) -> Meeting:
    """Say where a meeting is; the place stands behind its title."""
    meeting, rest = await _planned(ctx, words, "ort", await meetings.planned(ctx.db, ctx.group_id))
    if is_blank(rest):
        question = text(
            "Where is {label}? Reply with the place, or with “online” and the link.", label=meeting.label
        )
        raise Missing(question, f"treffen ort {meeting.label} {{}}", word=True)
    title = title_of(rules.with_place(meeting.title, rest, ctx.require_group().language))
    if title != meeting.title:
        meeting = await meetings.amend(ctx.db, meeting.id, title, meeting.starts_at)
        await planning.changed(ctx, meeting)
    return meeting


async def _meant(ctx: Context, message: Message, words: str, verb: str) -> tuple[Meeting, str]:
    """Return the meeting that is to be moved or called off, perhaps one that was missed, and the other words."""
    number, rest = first_number(words)
    missed = await outages.may_reopen(ctx, message, number) if number is not None else None
    if missed is not None:
        return missed, rest
    return await _planned(ctx, words, verb, await outages.announced_then(ctx, message))


async def _reopened(ctx: Context, meeting: Meeting) -> Meeting:
    return await outages.reopen(ctx, meeting) if meeting.stage is Stage.ENDED else meeting


async def _planned(ctx: Context, words: str, verb: str, announced: Sequence[Meeting]) -> tuple[Meeting, str]:
    """Return the announced meeting that is meant, the only one if none is named, and the other words.

    Raises:
        UserError: none is announced, or it has begun.
        Missing: several are announced.
    """
    number, rest = first_number(words)
    if number is not None:
        meeting = await named(ctx, number)
        if meeting.stage is Stage.RUNNING:
            raise UserError(text("{label} has begun. To end it: !treffen ende", label=meeting.label))
        return meeting, rest
    if not announced:
        raise UserError(text("No meeting is announced. Example: !treffen Mi 3.3. 15:00 Austausch"))
    if len(announced) > 1:
        labels = ", ".join(meeting.label for meeting in announced)
        question = text("Which meeting? Announced are: {labels}. Reply with the number.", labels=labels)
        raise Missing(question, f"treffen {verb} {{}} {rest}".rstrip(), word=True)
    return announced[0], rest


# --- series --------------------------------------------------------------------------------------


async def plan_series(ctx: Context, message: Message, rule: Recurrence, rest: str) -> Meeting:
    """Let a meeting come again and again, and announce the first one."""
    series = await plans.add_series(ctx.db, ctx.group_id, *await _read(ctx, rule, rest), message.event_id)
    return await planning.next_of(ctx, series, None)


async def _read(ctx: Context, rule: Recurrence, rest: str) -> tuple[Recurrence, time, str | None, int | None]:
    """Read the time and the title of a series.

    Raises:
        Missing: the time is missing.
        UserError: it has a last day.
    """
    at, rest = read_time(rest)
    if at is None:
        question = text("At what time is the meeting? Reply with the time, for example 15:00.")
        raise Missing(question, f"treffen {{}} {rest}", word=True)
    settings = await ctx.settings()
    today = ctx.now.astimezone(settings.zone).date()
    first = next(rule.days(today, settings))
    minutes, rest = rules.take_end(rest, instant(first, at, settings.zone), settings)
    if take_until(rest, ctx.now, settings.zone) is not None:
        raise UserError(
            text(
                "A series has no last day. Example: !treffen jede Woche Mi 15:00 Austausch."
                " To end it later: !treffen serie aus"
            )
        )
    return rule.from_day(first, settings), at, title_of(rest), minutes


async def change_series(ctx: Context, series: Series, rule: Recurrence, rest: str) -> Meeting | None:
    """Let a series be another one, and with it the meeting that it has announced."""
    read = await _read(ctx, rule, rest)
    changed = await plans.rewrite_series(ctx.db, series.id, *read)
    coming = await plans.coming_of(ctx.db, series.id)
    if coming is None:
        return None
    planned = rules.next_planned(changed.rule, changed.local_time, None, ctx.now, await ctx.settings())
    meeting = await meetings.by_id(ctx.db, coming)
    title = rules.keep_place(changed.title, meeting.title)
    meeting = await meetings.amend(ctx.db, coming, title, planned.at)
    await plans.join_series(ctx.db, meeting, changed, planned)
    await planning.changed(ctx, meeting)
    return meeting


async def end_series(ctx: Context) -> list[Meeting]:
    """End what comes again and again; return the meetings that stay announced.

    Raises:
        UserError: nothing does.
    """
    going_on = await plans.series_of_group(ctx.db, ctx.group_id)
    if not going_on:
        raise UserError(
            text("There is no series of meetings. Example: !treffen jeden 2. Mittwoch 15:00 Austausch")
        )
    coming = []
    for series in going_on:
        await plans.end_series(ctx.db, series.id)
        meeting_id = await plans.coming_of(ctx.db, series.id)
        if meeting_id is not None:
            coming.append(await meetings.by_id(ctx.db, meeting_id))
    return coming


async def withdraw_series(ctx: Context, source: EventId) -> bool:
    """End the series whose message was deleted, and call off its meeting; tell whether there was one."""
    series = await plans.series_by_source(ctx.db, source)
    if series is None:
        return False
    await plans.end_series(ctx.db, series.id, erase=True)
    coming = await plans.coming_of(ctx.db, series.id)
    if coming is not None:
        meeting = await meetings.by_id(ctx.db, coming)
        meeting = await meetings.amend(ctx.db, coming, None, meeting.starts_at)
        await planning.take_back(ctx, meeting)
        await planning.close(ctx, meeting)
    return True
