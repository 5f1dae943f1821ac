# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What an export holds beside the entries of the board, as chapters that people can read; nobody is in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo
from typing import Any, Final

from config.texts import Moment, Text, counted, joined, text
from method.cards import ranges
from method.items import Label
from method.meetings import Stage
from method.polls import exported
from method.polls.boards import outcome
from method.polls.results import full_name
from method.problems import State
from method.seats import Stage as SeatStage
from method.seats import stage_name
from method.settings import BERLIN, Settings

#: What ``storage.exports.group`` returns.
Document = Mapping[str, Any]

_DAY: Final = {"de": "d. MMMM y", "en": "d MMMM y"}
_MOMENT: Final = {"de": "ccc, d. MMMM y, H:mm", "en": "ccc, d MMMM y, HH:mm"}

_CORE: Final = text("Core problem")
_SEATS: Final = text("Who do we still need?")
_SECTORS: Final = text("Sectors")
_POLLS: Final = text("Polls")
_MEETINGS: Final = text("Meetings")
_AGENDA: Final = text("For the next meeting")
_SERIES: Final = text("Meetings that come again")
_REMINDERS: Final = text("Reminders of the group")
_SPRINTS: Final = text("Sprints")
_GUESTS: Final = text("Guests")


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing in a chapter."""

    #: Its number, as people name it; empty if it has none.
    label: str
    words: str
    details: tuple[str, ...] = ()
    #: For tables: the day, or local day and time, of beginning and end; empty if there is none.
    begins: str = ""
    ends: str = ""


@dataclass(frozen=True, slots=True)
class Chapter:
    """Things of one kind under a heading."""

    heading: str
    entries: tuple[Entry, ...]
    #: What stands there instead of nothing.
    none: str = ""


def core_problem(document: Document, language: str) -> Iterator[Chapter]:
    """Yield the chapter of the core problem, all versions, oldest first; none if there never was one."""
    zone = _zone(document)
    entries = tuple(_version(version, zone, language) for version in document["core_problem"])
    if entries:
        yield Chapter(_CORE.render(language), entries)


def records(document: Document, language: str) -> Iterator[Chapter]:
    """Yield a chapter for each kind of thing that there is: who is needed, the polls, the meetings, and so on."""
    zone, agenda = _zone(document), document.get("agenda", ())
    chapters = (
        (_SEATS, tuple(_seat(seat, language) for seat in document["seats"])),
        (_SECTORS, _sectors(document["sectors"])),
        (_POLLS, tuple(_poll(poll, zone, language) for poll in document["polls"])),
        (_MEETINGS, tuple(_meeting(meeting, agenda, zone, language) for meeting in document["meetings"])),
        (_AGENDA, tuple(_agenda_item(item, language) for item in agenda if item["meeting"] is None)),
        (_SERIES, tuple(_series(series, language) for series in document.get("series", ()))),
        (_REMINDERS, tuple(_reminder(one, zone, language) for one in document.get("reminders", ()))),
        (_SPRINTS, tuple(_sprint(sprint, language) for sprint in document.get("sprints", ()))),
        (_GUESTS, tuple(_guest(day, language) for day in document["guests_until"])),
    )
    for heading, entries in chapters:
        if entries:
            yield Chapter(heading.render(language), entries)


def _version(version: Mapping[str, Any], zone: tzinfo, language: str) -> Entry:
    proposed = _local(version["proposed"], zone)
    details = [text("Proposed on {day}.", day=_day(proposed.date())).render(language)]
    state = State(version["state"])
    if state is State.PROPOSED:
        details.append(text("The proposal is open.").render(language))
    elif state is State.REPLACED:
        details.append(text("Another version has taken its place.").render(language))
    else:
        agreed = _local(version["agreed"] or version["proposed"], zone)
        details.append(text("It holds since {day}.", day=_day(agreed.date())).render(language))
    if version["in_favour"]:
        agree = counted("{n} person agrees.", "{n} people agree.", version["in_favour"])
        details.append(agree.render(language))
    return Entry("", version["text"], (" ".join(details),), begins=f"{proposed:%Y-%m-%d}")


def _seat(seat: Mapping[str, Any], language: str) -> Entry:
    stage = stage_name(SeatStage(seat["state"]))
    return Entry(seat["id"], seat["text"], (text("At present: {stage}.", stage=stage).render(language),))


def _sectors(found: Mapping[str, Any]) -> tuple[Entry, ...]:
    names = ", ".join(sector["name"] for sector in found["used"])
    return tuple(Entry("", words) for words in (names, *found["balance"]) if words)


def _meeting(
    meeting: Mapping[str, Any], agenda: Iterable[Mapping[str, Any]], zone: tzinfo, language: str
) -> Entry:
    starts, began, ended = (
        _local(meeting[name], zone) if meeting[name] else None for name in ("starts", "began", "ended")
    )
    details = []
    for head, at in (
        (text("Announced for"), None if began else starts),
        (text("Begin"), began),
        (text("End"), ended if began else None),
    ):
        if at is not None:
            details.append(f"{head.render(language)}: {Moment(at, zone, _MOMENT).render(language)}")
    if meeting["state"] == Stage.ENDED and began is None:
        details.append(text("It did not take place.").render(language))
    points = [_agenda_item(item, language) for item in agenda if item["meeting"] == meeting["id"]]
    for place, point in enumerate(points, 1):
        about = f" ({', '.join(point.details)})" if point.details else ""
        details.append(f"{text('Agenda').render(language)} {place}: {point.words}{about}")
    if meeting["new"]:
        details.append(text("New: {entries}.", entries=_labels(meeting["new"])).render(language))
    if meeting["added_to"]:
        details.append(text("Added to: {labels}.", labels=_labels(meeting["added_to"])).render(language))
    if meeting["core_problem"]:
        details.append(text("The core problem was agreed on.").render(language))
    begins = began or starts
    return Entry(
        meeting["id"],
        meeting["title"] or text("without a title").render(language),
        tuple(details),
        begins=f"{begins:%Y-%m-%d %H:%M}" if begins else "",
        ends=f"{ended:%Y-%m-%d %H:%M}" if ended and began else "",
    )


def _agenda_item(item: Mapping[str, Any], language: str) -> Entry:
    details = [text("{minutes} min", minutes=item["minutes"]).render(language)] if item["minutes"] else []
    return Entry("", item["text"], (*details, *([item["entry"]] if item["entry"] else [])))


def _series(series: Mapping[str, Any], language: str) -> Entry:
    title = series["title"] or text("without a title").render(language)
    return Entry("", title, (f"{series['every']}, {series['time'].removeprefix('0')}",))


def _reminder(reminder: Mapping[str, Any], zone: tzinfo, language: str) -> Entry:
    at = _local(reminder["next"], zone)
    details = [text("Next: {moment}", moment=Moment(at, zone, _MOMENT)).render(language)]
    return Entry(
        "",
        reminder["text"] or text("a message").render(language),
        (*([reminder["every"]] if reminder["every"] else []), *details),
        begins=f"{at:%Y-%m-%d %H:%M}",
    )


def _poll(found: Mapping[str, Any], zone: tzinfo, language: str) -> Entry:
    """Say what was asked and what came of it; of nobody how they voted."""
    ends = _local(found["ends"], zone)
    poll, tally = exported.poll(found), exported.tally(found)
    options = [full_name(option, ends, zone) for option in poll.options if option.text != "" or option.at]
    details = [
        text("Kind: {kind}", kind=exported.kind_name(poll.kind)),
        *([text("Answers: {options}", options=joined(options, "; "))] if options else []),
        text("It is open.") if poll.is_open else outcome(poll, tally, now=ends, zone=zone),
        text("End: {time}.", time=Moment(ends, zone, _MOMENT)),
    ]
    if found["decisions"]:
        details.append(text("Related: {labels}", labels=", ".join(found["decisions"])))
    return Entry(
        found["id"],
        found["question"],
        tuple(line.render(language) for line in details),
        ends=f"{ends:%Y-%m-%d %H:%M}",
    )


def _sprint(sprint: Mapping[str, Any], language: str) -> Entry:
    last = date.fromisoformat(sprint["ended"] or sprint["ends"])
    said = text("Ended: {day}") if sprint["ended"] else text("End: {day}")
    details = (text(said.message, day=_day(last)).render(language),)
    label = text("Sprint {number}", number=sprint["number"]).render(language)
    return Entry(label, sprint["goal"], details, begins=sprint["starts"], ends=last.isoformat())


def _labels(ids: Iterable[str]) -> Text:
    return ranges([label for label in map(Label.parse, ids) if label is not None])


def _guest(day: str, language: str) -> Entry:
    until = text("until {day}", day=_day(date.fromisoformat(day))).render(language)
    return Entry("", until, ends=day)


def _day(day: date) -> Moment:
    # At noon UTC, so that no zone makes another day of it.
    return Moment(datetime.combine(day, time(12), UTC), UTC, _DAY)


def _local(moment: str, zone: tzinfo) -> datetime:
    return datetime.fromisoformat(moment).astimezone(zone)


def _zone(document: Document) -> tzinfo:
    zone = document["settings"].get("zone")
    return Settings.stored({"zone": zone}).zone if zone else BERLIN
