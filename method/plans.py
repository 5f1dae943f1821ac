# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What is planned for a meeting: whether its time is a good one, how long it lasts, when it is spoken of before."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import takewhile
from typing import Final

from config.texts import Moment, Text, joined, text
from method.cards import about_meeting
from method.deadlines import moment_written
from method.errors import Suggestion
from method.hours import holiday, is_working_day, is_working_time
from method.ids import GroupId, MeetingId, OutboxId, SeriesId
from method.meetings import Meeting, title_and_place
from method.recurrences import Recurrence, show_recurrence
from method.schedules import instant
from method.settings import Settings
from method.words import fold, isolate

#: How long a meeting lasts in a calendar, if nobody has said so.
MINUTES: Final = 60
#: A meeting that begins so soon needs no calendar, no reminder and no question about its place.
SOON: Final = timedelta(minutes=15)

_DAY: Final = timedelta(days=1)
#: When the group is reminded, if its working time has begun by then.
_MORNING: Final = time(9)
#: So long before a meeting the reminder comes at the latest.
_BEFORE: Final = timedelta(minutes=30)

_UNTIL: Final = re.compile(
    r"[\s–-]*(?:(?:bis|until|to)\s+)?(?P<hour>\d{1,2})(?:[:.](?P<minute>\d{2}))?(?:\s?(?:uhr|h)\b)?[\s,:–-]+",
    re.IGNORECASE | re.ASCII,
)
#: What shows that a time follows: "bis", a dash, or the time itself with its minutes.
_TO: Final = re.compile(r"\s*(?:[–-]|(?:bis|until|to)\b|\d{1,2}:\d{2}\b)", re.IGNORECASE | re.ASCII)
_ANYWAY: Final = frozenset(map(fold, ("trotzdem", "anyway")))
#: Words that say where a meeting is.
_PLACES: Final = re.compile(
    r"\((?:[^()]+)\)$|präsenz|vor ort|\b(?:online|digital|raum|saal|room|hybrid|zoom|webex|teams|jitsi|bbb|in person)\b|https?://",
    re.IGNORECASE,
)
#: Answers to the question whether it is in person, and the places they mean.
_ANSWERS: Final = {
    **dict.fromkeys(map(fold, ("ja", "präsenz", "in präsenz", "vor ort")), "in Präsenz"),
    **dict.fromkeys(map(fold, ("yes", "in person")), "in person"),
    **dict.fromkeys(map(fold, ("nein", "no", "digital", "virtuell")), "online"),
}


@dataclass(frozen=True, slots=True)
class Plan:
    """What calendars know of a meeting."""

    meeting_id: MeetingId
    uid: str
    sequence: int
    minutes: int | None
    series_id: SeriesId | None
    #: The local time for which its series has it.
    nominal: str | None
    #: Our post that has reminded the group of it.
    reminder: OutboxId | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """Meetings that come again and again."""

    id: SeriesId
    group_id: GroupId
    rule: Recurrence
    local_time: time
    title: str | None
    minutes: int | None
    ended: bool


@dataclass(frozen=True, slots=True)
class Planned:
    """When the next meeting of a series is."""

    nominal: str
    at: datetime
    #: The name of the holiday from which it was moved; None if it was not moved.
    instead_of: Text | None


# --- the time ------------------------------------------------------------------------------------


def take_end(rest: str, at: datetime, settings: Settings) -> tuple[int | None, str]:
    """Take "bis 16:30" or "-16:30" off the beginning of a title; return the minutes and the title."""
    found = _UNTIL.match(rest + " ") if _TO.match(rest) else None
    if found is None or int(found["hour"]) > 23 or int(found["minute"] or 0) > 59:
        return None, rest
    local = at.astimezone(settings.zone)
    ends = instant(local.date(), time(int(found["hour"]), int(found["minute"] or 0)), settings.zone)
    minutes = int((ends - at).total_seconds()) // 60
    return (minutes, rest[found.end() :].strip()) if minutes > 0 else (None, rest)


def take_anyway(title: str) -> tuple[bool, str]:
    """Take "trotzdem" off the end of a title: then the time holds, whatever it is."""
    head, _, last = title.rpartition(" ")
    return (True, head.rstrip(" ,;")) if fold(last) in _ANYWAY else (False, title)


def require_good_time(at: datetime, now: datetime, settings: Settings, line: str) -> None:
    """Make sure that a meeting is in working time.

    ``line`` is the command line with "{}" where day and time belong.

    Raises:
        Suggestion: another time is proposed; "trotzdem" keeps this one.
    """
    if is_working_time(at, settings):
        return
    meant = _proposed(at, now, settings)
    local = meant.astimezone(settings.zone)
    moment = moment_written(at, now, settings.zone)
    other = moment_written(meant, now, settings.zone)
    name = holiday(at.astimezone(settings.zone).date(), settings.state)
    if name:
        question = text(
            "{moment} is a holiday: {name}. Is {other} meant? Confirm with 👍. To keep it: add “trotzdem”.",
            moment=moment,
            name=name,
            other=other,
        )
    else:
        question = text(
            "{moment} is outside of the working time. Is {other} meant? Confirm with 👍. To keep it: add “trotzdem”.",
            moment=moment,
            other=other,
        )
    raise Suggestion(question, line.replace("{}", f"{local:%Y-%m-%d %H:%M}", 1))


def _proposed(at: datetime, now: datetime, settings: Settings) -> datetime:
    """Return the nearest later time that is a good one: the same hour, or the first or last whole one."""
    local = at.astimezone(settings.zone)
    last = (datetime.combine(local.date(), settings.ends) - timedelta(hours=1)).time()
    wall = min(max(local.time(), settings.begins), last)
    day = local.date()
    while not is_working_day(day, settings) or instant(day, wall, settings.zone) <= now:
        day += _DAY
    return instant(day, wall, settings.zone)


def look_at(starts_at: datetime, settings: Settings) -> datetime:
    """Return when the agenda is looked at: on the morning of the working day before."""
    day = starts_at.astimezone(settings.zone).date() - _DAY
    while not is_working_day(day, settings):
        day -= _DAY
    return instant(day, max(settings.begins, _MORNING), settings.zone)


def remind_at(starts_at: datetime, settings: Settings) -> datetime:
    """Return when the group is reminded: on the morning of that day, else on that of the working day before."""
    local = starts_at.astimezone(settings.zone)
    morning = instant(local.date(), max(settings.begins, _MORNING), settings.zone)
    if is_working_day(local.date(), settings) and morning <= starts_at - _BEFORE:
        return morning
    return look_at(starts_at, settings)


def next_planned(
    rule: Recurrence, local_time: time, after: date | None, now: datetime, settings: Settings
) -> Planned:
    """Return the next meeting of a series: after the day ``after``, and not over.

    One that falls on a holiday, or on no working day of the group's, is on the next working day. Two that are on the
    same day by that are one meeting.
    """
    today = now.astimezone(settings.zone).date()
    first = max(today, after + _DAY) if after else today
    for day in rule.days(first, settings):
        held = _held(day, settings)
        at = instant(held, local_time, settings.zone)
        if at > now and (after is None or held > _held(after, settings)):
            nominal = datetime.combine(day, local_time).isoformat(timespec="minutes")
            return Planned(nominal, at, holiday(day, settings.state) if held != day else None)
    raise LookupError("a rule names days without end")


def _held(day: date, settings: Settings) -> date:
    """Return on which day the meeting of a series is that falls on ``day``."""
    held = day
    while holiday(held, settings.state) or (held != day and not is_working_day(held, settings)):
        held += _DAY
    return held


def skipped(rule: Recurrence, after: date, planned: Planned, settings: Settings) -> list[date]:
    """Return the days of a series between its last meeting and the next one: they were over unnoticed."""
    following = date.fromisoformat(planned.nominal[:10])
    days = takewhile(lambda day: day < following, rule.days(after + _DAY, settings))
    # Where a holiday moves two to the same day, they are one.
    on_day = {_held(day, settings): day for day in days}
    return [day for held, day in on_day.items() if held > _held(after, settings)]


# --- the place -----------------------------------------------------------------------------------


def names_place(title: str | None) -> bool:
    """Do the words say where it is?"""
    return title is not None and _PLACES.search(title) is not None


def with_place(title: str | None, words: str, language: str) -> str:
    """Return the title with this place in it; "ja" answers whether it is in person."""
    place = " ".join(words.split()).replace("(", "").replace(")", "").strip()
    place = _ANSWERS.get(fold(place), place)
    name = title_and_place(title)[0] if title else text("Meeting").render(language)
    return f"{name} ({place})"


def keep_place(title: str | None, before: str | None) -> str | None:
    """Return a new title with the place of the one before, if it names none."""
    place = title_and_place(before)[1] if before else None
    return f"{title} ({place})" if title and place and not names_place(title) else title


# --- texts ---------------------------------------------------------------------------------------


def asked_for_place(label: str) -> Text:
    """Propose to meet in person for the first time, and ask where."""
    return joined(
        [
            text("The first meeting is best in person: it builds trust."),
            text("Where is {label}? Reply with the place, or with “online” and the link.", label=label),
        ],
        " ",
    )


def in_calendar(label: str) -> Text:
    """Return what stands under the first calendar file of a meeting."""
    return text("{label} for the calendar: open the file. Agenda: !top and then the text", label=label)


def changed(meeting: Meeting, at: Moment) -> Text:
    """Say that a meeting has another time or place now."""
    return text(
        "{label} has changed: {about}. The file changes it in the calendar too.",
        label=meeting.label,
        about=about_meeting(meeting, at),
    )


def cancelled(meeting: Meeting, at: Moment) -> Text:
    """Say that a meeting does not take place."""
    return text(
        "{label} is cancelled: {about}. The file takes it out of the calendar.",
        label=meeting.label,
        about=about_meeting(meeting, at),
    )


def comes_again(
    series: Series, planned: Planned, meeting: Meeting, at: Moment, skipped: Sequence[Moment] = ()
) -> Text:
    """Return what stands under the calendar file of a meeting of a series; ``skipped`` days had none."""
    said = text("{label}: {rule}.", label=meeting.label, rule=show_recurrence(series.rule))
    lines = [joined([said, in_calendar(meeting.label)], " ")]
    if planned.instead_of:
        lines.append(
            text(
                "{name} is a holiday, so this time: {moment}. Otherwise: !treffen verschieben {label}",
                name=planned.instead_of,
                moment=at,
                label=meeting.label,
            ),
        )
    if len(skipped) == 1:
        lines.append(text("On {day} I could announce no meeting.", day=skipped[0]))
    elif skipped:
        lines.append(
            text(
                "I could announce no meeting {count} times, from {first} to {last}.",
                count=len(skipped),
                first=skipped[0],
                last=skipped[-1],
            )
        )
    return joined(lines)


def named(meeting: Meeting) -> Text:
    """Name a meeting among the dates to come."""
    if not meeting.title:
        return text("Meeting {label}", label=meeting.label)
    return text("Meeting {label}: {title}", label=meeting.label, title=isolate(meeting.title.rstrip(" .")))


def nothing_to_talk_about(meeting: Meeting, at: Moment) -> Text:
    """Propose to cancel a meeting without an agenda."""
    return joined(
        [
            text("{label} comes soon: {about}.", label=meeting.label, about=about_meeting(meeting, at)),
            text("The agenda is empty. Something to talk about? !top and then the text"),
            text(
                "Or cancel it: 👍 by the moderation or by who announced it. Everybody can by: !treffen absagen {label}",
                label=meeting.label,
            ),
        ]
    )


def reminded(meeting: Meeting, at: Moment, agenda: Text | None) -> Text:
    """Remind the group of a meeting."""
    head = text("{label} comes soon: {about}.", label=meeting.label, about=about_meeting(meeting, at))
    return joined([head, agenda], " ") if agenda else head
