# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reminders as values: read from words, when the next one is due, and what is said about them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo
from typing import Final

from config.texts import Moment, Text, joined, text, verbatim
from method import occasions
from method.appointments import OVER
from method.dates import NEAR, dated, next_such_day
from method.deadlines import day_written, moment_written, named_by_city
from method.drafts import within_limit
from method.errors import Missing, Suggestion
from method.hours import working_moment
from method.ids import EventId, GroupId, PersonId, ReminderId, RoomId
from method.occasions import When
from method.recurrences import Recurrence, read_recurrence, show_recurrence
from method.schedules import instant
from method.settings import Settings
from method.words import brief, fold, is_blank, isolate

#: What can be tapped: be reminded too; once more in an hour; once more tomorrow at this time.
BELL: Final = "🔔"
HOUR: Final = "⏰"
MORROW: Final = "💤"

#: Kinds of promises: told to one person alone, said in the group, forgotten.
TELL: Final = "reminders.tell"
SAY: Final = "reminders.say"
FORGET: Final = "reminders.forget"

#: So long after it was said for the last time a reminder can be put off.
KEPT: Final = timedelta(days=7)

_DAY: Final = timedelta(days=1)
_TIME: Final = {"de": "H:mm", "en": "HH:mm"}
#: Times that are named of those at which it could not be said.
_NAMED: Final = 3
#: Characters of a reminder among the dates.
_SHORT: Final = 60
_WHO: Final = {
    **dict.fromkeys(map(fold, ("mich", "mir", "me")), False),
    **dict.fromkeys(map(fold, ("uns", "alle", "us", "everybody")), True),
}
_OFF: Final = frozenset(map(fold, ("aus", "löschen", "weg", "ende", "off", "delete", "stop", "cancel")))
_ALL: Final = frozenset(map(fold, ("alle", "alles", "alle meine", "meine", "all", "all mine", "mine")))
_NUMBER: Final = r"(?:nr\.?|nummern?|numbers?|#)?\s*[0-9]{1,6}\b"
_NUMBERS: Final = re.compile(rf"{_NUMBER}(?:\s*(?:,|;|&|\+|und|and|\s)\s*{_NUMBER})*", re.IGNORECASE)
_ABOUT: Final = re.compile(r"(?P<event>\$[\w.:+/=~-]+)\s*")


@dataclass(frozen=True, slots=True)
class Asked:
    """A reminder as it was asked for."""

    #: None: where it was written.
    for_group: bool | None
    when: When
    text: str | None
    about: EventId | None


@dataclass(frozen=True, slots=True)
class Reminder:
    """A reminder that is kept."""

    id: ReminderId
    group_id: GroupId
    number: int
    person: PersonId
    private: bool
    unnamed: bool
    exact: bool
    rule: Recurrence | None
    local_time: time | None
    text: str | None
    about: EventId | None
    about_room: RoomId | None
    source: EventId | None

    @property
    def kind(self) -> str:
        """Which promise keeps it."""
        return TELL if self.private else SAY

    @property
    def alone(self) -> PersonId | None:
        """Who alone is reminded, by their own clock; None: the group is."""
        return self.person if self.private else None


# --- words ---------------------------------------------------------------------------------------


def read_reminder(words: str, now: datetime, settings: Settings, *, about: EventId | None) -> Asked:
    """Read whom, when and of what; ``about`` is the message that was replied to.

    Raises:
        Missing: the time or the text is missing.
        Suggestion: the time is over; another one may be meant.
        UserError: the text is too long.
    """
    named = _ABOUT.match(words)
    if named:
        about, words = EventId(named["event"]), words[named.end() :]
    first, _, rest = words.strip().partition(" ")
    for_group = read_who(words)
    rest = words.strip() if for_group is None else rest.strip()
    who = "" if for_group is None else f"{first} "
    head = f"erinnere {about} {who}" if about else f"erinnere {who}"
    if is_blank(rest) and about is None:
        raise Missing(
            text("When and of what shall I remind? Example: Fr 10:00 Unterlagen mitbringen"), f"{head}{{}}"
        )
    read = occasions.read_occasion(rest, now, settings, head)
    if read is None:
        raise Missing(
            text("When shall I remind? Reply with the time, for example Fr 10:00."),
            f"{head}{{}} {rest}".rstrip(),
            word=True,
        )
    when, shown, said = read
    if when.at <= now and any(NEAR.get(fold(word), 0) < 0 for word in shown.split()):
        raise Missing(OVER, f"{head}{{}} {said}".rstrip(), word=True)
    if when.at <= now:
        meant = _meant(when.at, now, settings)
        local = meant.astimezone(settings.zone)
        question = text(
            "{past} is over. Is {moment} meant? Confirm with 👍.",
            past=moment_written(when.at, now, settings.zone),
            moment=moment_written(meant, now, settings.zone),
        )
        raise Suggestion(question, f"{head}{local:%Y-%m-%d %H:%M} {said}".rstrip())
    if is_blank(said) and about is None:
        raise Missing(text("Of what shall I remind? Just reply to this message."), f"{head}{shown} {{}}")
    return Asked(for_group, when, within_limit(said) or None, about)


def read_off(words: str) -> tuple[int, ...] | None:
    """Return the numbers of the reminders that are taken back, empty for all one's own; None: something else is meant.

    Raises:
        Missing: it is not said which.
    """
    typed = words.split()
    for at, rest in ((0, typed[1:]), (-1, typed[:-1])):
        if len(typed) > 1 and fold(typed[at]) in _OFF:
            which = " ".join(rest)
            if fold(which) in _ALL:
                return ()
            if _NUMBERS.fullmatch(which):
                return tuple(dict.fromkeys(map(int, re.findall("[0-9]+", which))))
    if len(typed) == 1 and fold(typed[0]) in _OFF:
        raise Missing(
            text("Which one? Reply with its number. The list: !erinnerungen"), "erinnere aus {}", word=True
        )
    return None


def read_who(words: str) -> bool | None:
    """Return whether the group is to be reminded, or (False) the person alone; None: where it was written."""
    words = _ABOUT.sub("", words, count=1).strip()
    # "alle 2 Wochen" is a rule, and says nothing of whom.
    return None if read_recurrence(words) else _WHO.get(fold(words.partition(" ")[0]))


def _meant(past: datetime, now: datetime, settings: Settings) -> datetime:
    """Return what a time that is over may have meant."""
    local, today = past.astimezone(settings.zone), now.astimezone(settings.zone).date()
    day = today + _DAY if local.date() == today else next_such_day(local.date(), today)
    meant = instant(day, local.time(), settings.zone)
    return meant if meant > now else instant(day + _DAY, local.time(), settings.zone)


# --- time ----------------------------------------------------------------------------------------


def due_at(reminder: Reminder, at: datetime, settings: Settings) -> datetime:
    """Return when it is said: in the group in working time, unless somebody has typed the time."""
    return at if reminder.private or reminder.exact else working_moment(at, settings)


def next_at(reminder: Reminder, now: datetime, settings: Settings) -> datetime | None:
    """Return when a reminder that comes again is next meant, after ``now``; None if it was for once."""
    if reminder.rule is None or reminder.local_time is None:
        return None
    today = now.astimezone(settings.zone).date()
    days = reminder.rule.days(today, settings)
    moments = (instant(day, reminder.local_time, settings.zone) for day in days)
    return next(moment for moment in moments if moment > now)


def passed(reminder: Reminder, nominal: str, now: datetime, settings: Settings) -> list[datetime]:
    """Return the moments that were meant, from the promised one on, when it is kept ``now``: only the last is said."""
    local = datetime.fromisoformat(nominal)
    found = [instant(local.date(), local.time(), settings.zone)]
    while (following := next_at(reminder, found[-1], settings)) is not None and following <= now:
        found.append(following)
    return found


def put_off(sign: str, now: datetime, settings: Settings) -> datetime | None:
    """Return until when a reaction puts a reminder off; None if it means something else."""
    if sign == HOUR:
        return now + timedelta(hours=1)
    if sign == MORROW:
        local = now.astimezone(settings.zone)
        return instant(local.date() + _DAY, local.time().replace(microsecond=0), settings.zone)
    return None


# --- texts ---------------------------------------------------------------------------------------


def receipt(reminder: Reminder, when: Text, *, direct: bool) -> Text:
    """Say what was understood (``when``), and how it is changed."""
    number, again = reminder.number, reminder.rule is not None
    if direct and not reminder.private:
        if again:
            return text("Reminder {number} comes in the group {when}.", number=number, when=when)
        return text("Reminder {number} in the group: {when}.", number=number, when=when)
    if again:
        said = text("Reminder {number} comes {when}.", number=number, when=when)
    else:
        said = text("Reminder {number}: {when}.", number=number, when=when)
    if reminder.private:
        return joined([said, text("Off: erinnere aus {number}", number=number)], " ")
    how = text("With 🔔 I remind others too. Off: !erinnere aus {number}", number=number)
    return joined([said, how], " ")


def said(reminder: Reminder, *, late: Moment | None = None, missed: Sequence[Moment] = ()) -> Text:
    """Return the reminder itself.

    Args:
        reminder: what is said.
        late: the time for which it was meant, if that is long over.
        missed: the times before it at which nothing was said.
    """
    words = isolate(reminder.text) if reminder.text else None
    if words:
        head = text("Reminder: {text}", text=words)
    elif reminder.private and reminder.about_room and reminder.about:
        link = f"https://matrix.to/#/{reminder.about_room}/{reminder.about}"
        head = text("Reminder of this message: {link}", link=link)
    else:
        head = text("Reminder of this message.")
    lines = [head]
    if late is not None:
        lines.append(text("It was meant for {moment}.", moment=late))
    if len(missed) == 1:
        lines.append(text("On {moment} I could not remind.", moment=missed[0]))
    elif missed:
        lines.append(
            text(
                "I could not remind {count} times, from {first} to {last}.",
                count=len(missed),
                first=missed[0],
                last=missed[-1],
            )
        )
    lines.append(
        text("⏰ once more in an hour, 💤 tomorrow at this time.")
        if reminder.private
        else text("⏰ once more in an hour, 💤 tomorrow at this time: by direct message.")
    )
    return joined(lines)


def listed(reminders: list[tuple[Reminder, Text]], *, direct: bool) -> Text:
    """Show what is to come, each with its ``when``: in a direct message the person's own, else the group's."""
    if not reminders:
        return (
            text("No reminder is planned. Example: erinnere Fr 10:00 Unterlagen mitbringen")
            if direct
            else text("No reminder is planned. Example: !erinnere uns Fr 10:00 Unterlagen mitbringen")
        )
    lines = [text("Reminders:")]
    for reminder, when in reminders:
        words = verbatim(isolate(_one_line(reminder.text))) if reminder.text else text("a message")
        if direct and not reminder.private:
            lines.append(text("In the group: {when}: {text}", when=when, text=words))
        else:
            lines.append(text("{number}: {when}: {text}", number=reminder.number, when=when, text=words))
    # Those of the group have their numbers there.
    number = next((one.number for one, _ in reminders if one.private or not direct), None)
    if number is not None:
        off = text("Off: erinnere aus {number}", number=number)
        lines.append(off if direct else text("Off: !erinnere aus {number}", number=number))
    return joined(lines)


def named(reminder: Reminder) -> Text:
    """Name a reminder among the dates to come; one of a person alone has numbers of its own, and says so."""
    number = reminder.number
    words = isolate(brief(_one_line(reminder.text), _SHORT).rstrip(" .")) if reminder.text else None
    if reminder.private:
        if words is None:
            return text("own reminder {number}", number=number)
        return text("own reminder {number}: {text}", number=number, text=words)
    if words is None:
        return text("Reminder {number}", number=number)
    return text("Reminder {number}: {text}", number=number, text=words)


def when(reminder: Reminder, at: datetime, now: datetime, zone: tzinfo, *, group: tzinfo) -> Text:
    """Say when it comes: "jeden Montag um 9:00, das nächste Mal am 22. März".

    The ``zone`` is named where the clocks of the ``group`` show another time.
    """
    rule, local = reminder.rule, at.astimezone(zone)
    named = local.utcoffset() != at.astimezone(group).utcoffset()
    if rule is None:
        return text("{moment}", moment=moment_written(at, now, zone, named=named))
    said = show_recurrence(rule)
    if local.time() != reminder.local_time:
        # It waits for working time.
        return text("{rule}, next on {moment}", rule=said, moment=moment_written(at, now, zone))
    day = day_written(local.date(), now, zone)
    if rule.weekdays == (local.weekday(),):
        day = dated(local.date(), year=local.year != now.astimezone(zone).year)
    at_time = Moment(at, zone, named_by_city(_TIME) if named else _TIME)
    return text("{rule} at {time}, next on {day}", rule=said, time=at_time, day=day)


def _one_line(words: str) -> str:
    return " / ".join(line.strip() for line in words.split("\n") if line.strip())
