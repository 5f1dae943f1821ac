# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a weekly letter tells, section by section: each is a function over values, in the order of ``SECTIONS``.

A further topic is one more function here, its sources in ``method.digests``, and its words in ``lines``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Final

from config.texts import Text, joined, text
from method.cards import ranges
from method.checkins import last_day
from method.deadlines import day_written
from method.digests import Asked, Facts, Line, Moment, Part, Source, dates, tasks, voted
from method.digests.times import OVER, old
from method.items import Item, Kind, Label
from method.meetings import Stage
from method.polls.results import in_order
from method.problems import State
from method.retros.posts import in_letter
from method.seats import OPEN
from method.sprints import days
from method.steps import step_line

#: The first letter of a group tells the news of so many days; what is older stands in one line.
FIRST: Final = timedelta(days=7)
#: From this step on a barrier without an idea is worth a line.
_IDEAS: Final = 3

_SPACE: Final = " "


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the letter with its heading."""

    part: Part
    heading: Text
    #: Returns the lines of this part, the most important first; none where there is nothing to tell.
    collect: Callable[[Facts, Moment], Iterable[Line]] = field(repr=False)
    #: At most, and at least, so many of them stand in the room.
    most: int = 5
    least: int = 1


def collected(facts: Facts, moment: Moment) -> list[Line]:
    """Return the lines of the letter that would be written now.

    Each news stands in exactly one letter. The first letter has that from before its week too, so no later one has
    it: but only ``Part.BEFORE`` names it. Where the first one was missed, its week counts.
    """
    remarks = [Line(Part.REMARK, Source.REMARK, ref) for ref in _fresh(facts.remarks, Source.REMARK, moment)]
    before = list(_before(facts, moment)) if moment.first else []
    old = {(line.source, int(line.ref)) for line in before}
    known = replace(moment, told={*moment.told, *old})
    return remarks + [line for section in SECTIONS for line in section.collect(facts, known)] + before


def _before(facts: Facts, moment: Moment) -> Iterator[Line]:
    planned = moment.missed[0].at if moment.missed else moment.now
    for source in OVER:
        for ref in sorted(old(facts, source, planned - FIRST)):
            if (source, ref) not in moment.told:
                yield Line(Part.BEFORE, source, ref)


def _where(facts: Facts, moment: Moment) -> Iterator[Line]:
    yield _words(Part.WHERE, step_line(facts.step), moment)
    today = moment.now.astimezone(facts.settings.zone).date()
    for ref, sprint in facts.sprints.items():
        if sprint.ended is None:
            last = days(sprint, facts.items.values(), today, facts.settings.zone)[-1]
            words = f"{sprint.ends.isoformat()} {last.done} {last.all}"
            yield Line(Part.WHERE, Source.SPRINT, ref, words)
    if facts.goal:
        yield Line(Part.WHERE, Source.GOAL)
    for ref, version in facts.versions.items():
        if version.state is State.AGREED and (Source.AGREED, int(ref)) in moment.told:
            yield Line(Part.WHERE, Source.PROBLEM, ref)


def _happened(facts: Facts, moment: Moment) -> Iterator[Line]:
    if moment.missed:
        yield _words(Part.HAPPENED, _missed(facts, moment), moment)
    for ref in _fresh(facts.meetings, Source.HELD, moment):
        meeting = facts.meetings[ref]
        if meeting.stage is Stage.ENDED and meeting.began_at is not None:
            yield Line(Part.HAPPENED, Source.HELD, ref)
    for ref in _fresh(facts.sprints, Source.OVER, moment):
        if facts.sprints[ref].ended is not None:
            yield Line(Part.HAPPENED, Source.OVER, ref)
    for ref in _fresh(facts.versions, Source.AGREED, moment):
        if facts.versions[ref].agreed_at is not None:
            yield Line(Part.HAPPENED, Source.AGREED, ref)
    for ref in _fresh(facts.polls, Source.RESULT, moment):
        if not facts.polls[ref].poll.is_open:
            yield Line(Part.HAPPENED, Source.RESULT, ref)


def _missed(facts: Facts, moment: Moment) -> Text:
    """Name the letters that did not come, in one line however many they are; nothing of their weeks is left out."""
    first, last = (
        day_written(one.at.astimezone(facts.settings.zone).date(), moment.now, facts.settings.zone)
        for one in (moment.missed[0], moment.missed[-1])
    )
    if len(moment.missed) == 1:
        gap = text("The weekly letter of {day} did not come.", day=first)
    else:
        gap = text(
            "{count} weekly letters did not come, from {first} to {last}.",
            count=len(moment.missed),
            first=first,
            last=last,
        )
    return joined([gap, text("What has happened since then is in this one.")], _SPACE)


def _decided(facts: Facts, moment: Moment) -> Iterator[Line]:
    decisions = [item for item in facts.items.values() if item.kind is Kind.DECISION]
    new = [item for item in decisions if (Source.ITEM, int(item.id)) not in moment.told]
    for item in _latest_first(new):
        yield Line(Part.DECIDED, Source.ITEM, item.id)
    if decisions and not new:
        yield Line(Part.DECIDED, Source.STANDS, _latest_first(decisions)[0].id)


def _tasks(facts: Facts, moment: Moment) -> Iterator[Line]:
    return tasks.collect(facts, moment.told)


def _help(facts: Facts, moment: Moment) -> Iterator[Line]:
    today = moment.now.astimezone(facts.settings.zone).date()
    for ref, request in facts.requests.items():
        if request.day <= today <= last_day(request.day):
            yield Line(Part.HELP, Source.REQUEST, ref)
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


def _join(facts: Facts, moment: Moment) -> Iterator[Line]:
    barriers = [
        item for item in facts.items.values() if item.kind is Kind.BARRIER and not _is_part(facts, item)
    ]
    ideas = [item for item in facts.items.values() if item.kind is Kind.IDEA]
    answered = {label for idea in ideas for label in idea.links}
    left = [item.label for item in barriers if item.label not in answered]
    if left and (facts.step >= _IDEAS or ideas):
        lacking = text("No idea yet for: {labels}.", labels=ranges(left))
        how = text("An idea? !idee zu {label} and then the text.", label=_most_wanted(facts, left))
        yield _words(Part.JOIN, joined([lacking, how], _SPACE), moment)
    elif barriers:
        yield _words(Part.JOIN, text("Does a barrier sound familiar? Put 👍 on its message."), moment)
    if facts.step < _IDEAS:
        yield _words(Part.JOIN, text("One more barrier? !barriere and then the text."), moment)


def _most_wanted(facts: Facts, left: Sequence[Label]) -> str:
    """Return the barrier that the group has put first, of its latest vote on barriers; else the oldest."""
    labels = [str(label) for label in left]
    return next((label for label in in_order(voted(facts)) if label in labels), labels[0])


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
    Section(Part.WHERE, text("Where are we?"), _where, most=6),
    Section(Part.HAPPENED, text("What has happened?"), _happened, most=8),
    Section(Part.DECIDED, text("Decisions"), _decided, most=8),
    Section(Part.TASKS, text("Tasks"), _tasks, most=4, least=4),
    Section(Part.HELP, text("Help is wanted here"), _help, most=6),
    Section(Part.NEW, text("New on the board"), _new, most=20),
    Section(Part.RUNNING, text("Running now"), _running, most=6),
    Section(Part.DATES, text("Next dates"), dates.collect, most=8),
    Section(Part.JOIN, text("Take part in one minute"), _join),
)
