# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a weekly letter tells, section by section: each is a function over values, in the order of ``SECTIONS``.

A further topic is one more function here, its sources in ``method.digests``, and its words in ``lines``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from config.texts import Text, joined, text
from method.cards import ranges
from method.dates import written
from method.deadlines import moment_written
from method.digests import Asked, Facts, Line, Part, Source
from method.hours import holiday
from method.items import Item, Kind
from method.meetings import Stage
from method.problems import State
from method.retros.posts import in_letter
from method.schedules import Occurrence
from method.seats import OPEN
from method.steps import step_line

#: So far ahead meetings, reviews and holidays are told.
MEETINGS_AHEAD: Final = timedelta(days=28)
DAYS_AHEAD: Final = timedelta(days=14)
#: From this step on a barrier without an idea is worth a line.
_IDEAS: Final = 3

_SPACE: Final = " "


@dataclass(frozen=True, slots=True)
class Moment:
    """When a letter is written, for whom, and what was told before."""

    now: datetime
    language: str
    #: What stands in an earlier letter.
    told: Collection[tuple[Source, int]] = frozenset()
    #: When the next one comes; None if letters are switched off.
    following: Occurrence | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the letter with its heading."""

    part: Part
    heading: Text
    #: Returns the lines of this part, the most important first; none where there is nothing to tell.
    collect: Callable[[Facts, Moment], Iterable[Line]] = field(repr=False)


def collected(facts: Facts, moment: Moment) -> list[Line]:
    """Return the lines of the letter that would be written now."""
    remarks = [Line(Part.REMARK, Source.REMARK, ref) for ref in _fresh(facts.remarks, Source.REMARK, moment)]
    return remarks + [line for section in SECTIONS for line in section.collect(facts, moment)]


def _where(facts: Facts, moment: Moment) -> Iterator[Line]:
    yield _words(Part.WHERE, step_line(facts.step), moment)
    if facts.goal:
        yield Line(Part.WHERE, Source.GOAL)
    for ref, version in facts.versions.items():
        if version.state is State.AGREED and (Source.AGREED, int(ref)) in moment.told:
            yield Line(Part.WHERE, Source.PROBLEM, ref)


def _happened(facts: Facts, moment: Moment) -> Iterator[Line]:
    for ref in _fresh(facts.meetings, Source.HELD, moment):
        meeting = facts.meetings[ref]
        if meeting.stage is Stage.ENDED and meeting.began_at is not None:
            yield Line(Part.HAPPENED, Source.HELD, ref)
    for ref in _fresh(facts.versions, Source.AGREED, moment):
        if facts.versions[ref].agreed_at is not None:
            yield Line(Part.HAPPENED, Source.AGREED, ref)
    for ref in _fresh(facts.polls, Source.RESULT, moment):
        if not facts.polls[ref].poll.is_open:
            yield Line(Part.HAPPENED, Source.RESULT, ref)


def _decided(facts: Facts, moment: Moment) -> Iterator[Line]:
    decisions = [item for item in facts.items.values() if item.kind is Kind.DECISION]
    new = [item for item in decisions if (Source.ITEM, int(item.id)) not in moment.told]
    for item in _latest_first(new):
        yield Line(Part.DECIDED, Source.ITEM, item.id)
    if decisions and not new:
        yield Line(Part.DECIDED, Source.STANDS, _latest_first(decisions)[0].id)


def _help(facts: Facts, _moment: Moment) -> Iterator[Line]:
    for ref, seat in facts.seats.items():
        if seat.stage in OPEN:
            yield Line(Part.HELP, Source.SEAT, ref)


def _new(facts: Facts, moment: Moment) -> Iterator[Line]:
    for kind in (Kind.BARRIER, Kind.IDEA):
        fresh = [facts.items[ref] for ref in _fresh(facts.items, Source.ITEM, moment)]
        for item in _latest_first([item for item in fresh if item.kind is kind]):
            yield Line(Part.NEW, Source.ITEM, item.id)
    for ref in sorted(_fresh(facts.notes, Source.NOTE, moment), reverse=True):
        yield Line(Part.NEW, Source.NOTE, ref)


def _running(facts: Facts, moment: Moment) -> Iterator[Line]:
    asked: list[tuple[int, Asked]] = [pair for pair in facts.polls.items() if pair[1].poll.is_open]
    for ref, _ in sorted(asked, key=lambda pair: pair[1].poll.ends_at):
        yield Line(Part.RUNNING, Source.POLL, ref)
    for ref, version in facts.versions.items():
        if version.state is State.PROPOSED:
            yield Line(Part.RUNNING, Source.PROPOSAL, ref)
    if facts.retro is not None:
        found, at = facts.retro
        yield _words(Part.RUNNING, in_letter(found, at, moment.now, facts.settings.zone), moment)


def _dates(facts: Facts, moment: Moment) -> list[Line]:
    zone, now = facts.settings.zone, moment.now
    today = now.astimezone(zone).date()
    found: list[tuple[date, int, Line]] = []
    for ref, meeting in facts.meetings.items():
        at = meeting.starts_at
        if meeting.stage is Stage.PLANNED and at is not None and now < at <= now + MEETINGS_AHEAD:
            found.append((at.astimezone(zone).date(), 0, Line(Part.DATES, Source.MEETING, ref)))
    for ref, item in facts.items.items():
        if item.review is not None and today < item.review <= today + DAYS_AHEAD:
            found.append((item.review, 1, Line(Part.DATES, Source.REVIEW, ref)))
    if facts.retro is not None:
        at = facts.retro[1]
        vote = text("{moment}: vote of the retro.", moment=moment_written(at, now, zone))
        found.append((at.astimezone(zone).date(), 0, _words(Part.DATES, vote, moment)))
    found += [(day, 2, line) for day, line in _days_off(facts, moment, today)]
    moved = _moved(facts, moment)
    found += [(moved[0], 3, moved[1])] if moved else []
    return [line for _, _, line in sorted(found, key=lambda one: one[:2])]


def _days_off(facts: Facts, moment: Moment, today: date) -> Iterator[tuple[date, Line]]:
    """Yield the public holidays on days on which the group works else."""
    for ahead in range(1, DAYS_AHEAD.days + 1):
        day = today + timedelta(days=ahead)
        name = holiday(day, facts.settings.state) if day.weekday() in facts.settings.days else None
        if name:
            words = text("{day}: public holiday ({name}).", day=written(day, today), name=name)
            yield day, _words(Part.DATES, words, moment)


def _moved(facts: Facts, moment: Moment) -> tuple[date, Line] | None:
    """Say when the next letter comes, if that is not the usual day."""
    following, zone = moment.following, facts.settings.zone
    if following is None:
        return None
    day = following.at.astimezone(zone).date()
    name = holiday(following.day, facts.settings.state)
    if day == following.day or name is None:
        return None
    words = text(
        "{moment}: the next weekly letter, because of the holiday ({name}).",
        moment=moment_written(following.at, moment.now, zone), name=name,
    )  # fmt: skip
    return day, _words(Part.DATES, words, moment)


def _join(facts: Facts, moment: Moment) -> Iterator[Line]:
    barriers = [
        item for item in facts.items.values() if item.kind is Kind.BARRIER and not _is_part(facts, item)
    ]
    ideas = [item for item in facts.items.values() if item.kind is Kind.IDEA]
    answered = {label for idea in ideas for label in idea.links}
    left = [item.label for item in barriers if item.label not in answered]
    if left and (facts.step >= _IDEAS or ideas):
        lacking = text("No idea yet for: {labels}.", labels=ranges(left))
        how = text("An idea? !idee zu {label} and then the text.", label=str(left[-1]))
        yield _words(Part.JOIN, joined([lacking, how], _SPACE), moment)
    elif barriers:
        yield _words(Part.JOIN, text("Does a barrier sound familiar? Put 👍 on its message."), moment)
    if facts.step < _IDEAS:
        yield _words(Part.JOIN, text("One more barrier? !barriere and then the text."), moment)


def _is_part(facts: Facts, item: Item) -> bool:
    return int(item.id) in facts.wholes


def _fresh(found: Iterable[int], source: Source, moment: Moment) -> list[int]:
    """Return the numbers of what no letter has told yet."""
    return sorted(ref for ref in found if (source, int(ref)) not in moment.told)


def _latest_first(found: Iterable[Item]) -> list[Item]:
    return sorted(found, key=lambda item: -item.number)


def _words(part: Part, words: Text, moment: Moment) -> Line:
    return Line(part, Source.WORDS, words=words.render(moment.language))


#: The order of a letter.
SECTIONS: Final = (
    Section(Part.WHERE, text("Where are we?"), _where),
    Section(Part.HAPPENED, text("What has happened?"), _happened),
    Section(Part.DECIDED, text("Decisions"), _decided),
    Section(Part.HELP, text("Help is wanted here"), _help),
    Section(Part.NEW, text("New on the board"), _new),
    Section(Part.RUNNING, text("Running now"), _running),
    Section(Part.DATES, text("Next dates"), _dates),
    Section(Part.JOIN, text("Take part in one minute"), _join),
)
