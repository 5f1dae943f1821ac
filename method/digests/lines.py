# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The words of each line of a weekly letter, and the number by which people name what it is about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Final

from config.texts import Text, counted, joined, text, verbatim
from method import additions, decisions, reminders, sprints
from method.boards import closed, sentence
from method.cards import about_meeting
from method.dates import date_written, written
from method.deadlines import day_written, moment_written
from method.digests import OF_ITEMS, Facts, Line, Part, Source, tasks
from method.items import Item, Kind
from method.polls import Kind as PollKind
from method.polls.boards import ended_line, how
from method.polls.results import winners
from method.seats import entry as seat_entry
from method.words import brief, isolate

#: Characters of what people wrote, in the room; the file has all of it.
SHORT: Final = 200

_SPACE: Final = " "


class Reader:
    """Gives the lines of one letter their words.

    Args:
        facts: what the lines are about.
        at: when the letter was written.
        whole: with every word, for the file; else shortened, for the room.
    """

    def __init__(self, facts: Facts, at: datetime, *, whole: bool = False) -> None:
        self.facts, self.at, self.whole = facts, at, whole
        self.zone = facts.settings.zone
        self.today = at.astimezone(self.zone).date()

    def words(self, line: Line) -> Text | None:
        """Return what the line says; None if what it is about is gone."""
        if line.source is Source.WORDS:
            return verbatim(line.words)
        if tasks.is_one(line):
            return tasks.said(line, self.facts, self.today, whole=self.whole)
        if line.source in _AS_IT_STOOD:
            return _AS_IT_STOOD[line.source](self, line)
        return _SAID[line.source](self, line.ref)

    def label(self, line: Line) -> str | None:
        """Return how people name what the line is about; None if it has no number, or is gone."""
        facts, ref = self.facts, line.ref
        if line.source in OF_ITEMS:
            return str(facts.items[ref].label) if ref in facts.items else None
        if line.source is Source.NOTE and ref in facts.notes:
            item = facts.items.get(facts.notes[ref].item_id)
            return str(item.label) if item else None
        if line.source in (Source.RESULT, Source.POLL):
            return facts.polls[ref].poll.label if ref in facts.polls else None
        if line.source in (Source.HELD, Source.MEETING):
            return facts.meetings[ref].label if ref in facts.meetings else None
        if line.source is Source.SEAT:
            return facts.seats[ref].label if ref in facts.seats else None
        return None

    # --- what each source says -------------------------------------------------------------------

    def item(self, ref: int) -> Text | None:
        """Show a new entry; an anonymous one in its writer's words, and it says that it is one."""
        item = self.facts.items.get(ref)
        if item is None:
            return None
        if item.kind is Kind.DECISION:
            return self._dated(item)
        shown = self._said(item, item.text or "")
        if ref in self.facts.anonymous:
            said = text("{label}, anonymous: {text}", label=str(item.label), text=shown)
        else:
            said = text("{label}: {text}", label=str(item.label), text=shown)
        if item.links:
            said = joined([said, text("Answers {labels}.", labels=", ".join(map(str, item.links)))], _SPACE)
        whole = self.facts.items.get(self.facts.wholes.get(ref, 0))
        return joined([said, text("Now part of {label}.", label=str(whole.label))], _SPACE) if whole else said

    def note(self, ref: int) -> Text | None:
        """Show what was added to an entry."""
        note = self.facts.notes.get(ref)
        item = self.facts.items.get(note.item_id) if note else None
        if note is None or item is None:
            return None
        return additions.shown(item, replace(note, text=self._line(note.text or "")))

    def stands(self, ref: int) -> Text | None:
        """Name the latest decision where there is no new one."""
        item = self.facts.items.get(ref)
        return joined([text("No new one. It still holds:"), self._dated(item)], _SPACE) if item else None

    def result(self, ref: int) -> Text | None:
        """Show what came of a poll."""
        asked = self.facts.polls.get(ref)
        if asked is None or asked.tally is None:
            return None
        poll = asked.poll
        options = tuple(
            replace(option, text=_one_line(option.text)) if option.text else option for option in poll.options
        )
        poll = replace(poll, question=_one_line(poll.question or ""), options=options)
        # Of dates only the one that was found matters.
        first = len(winners(poll, asked.tally)) if poll.kind is PollKind.DATE and not self.whole else None
        return ended_line(poll, asked.tally, now=self.at, zone=self.zone, most=first)

    def held(self, ref: int) -> Text | None:
        """Name a meeting that took place."""
        meeting = self.facts.meetings.get(ref)
        if meeting is None:
            return None
        at = day_written(
            (meeting.began_at or meeting.moment).astimezone(self.zone).date(), self.at, self.zone
        )
        return text("Meeting {label}: {about}.", label=meeting.label, about=about_meeting(meeting, at))

    def agreed(self, ref: int) -> Text | None:
        """Show the core problem that was agreed on."""
        version = self.facts.versions.get(ref)
        if version is None or version.text is None or version.agreed_at is None:
            return None
        day = date_written(version.agreed_at.astimezone(self.zone).date(), self.today)
        return text("Core problem since {day}: {text}", day=day, text=sentence(_one_line(version.text)))

    def problem(self, ref: int) -> Text | None:
        """Show the core problem that holds."""
        version = self.facts.versions.get(ref)
        if version is None or version.text is None:
            return None
        return text("Core problem: {text}", text=self._line(version.text))

    def goal(self, _ref: int) -> Text | None:
        """Show the goal of the group."""
        goal = self.facts.goal
        return text("Goal: {goal}", goal=self._line(goal)) if goal else None

    def seat(self, ref: int) -> Text | None:
        """Show who is still needed."""
        seat = self.facts.seats.get(ref)
        return joined([text("Still needed:"), seat_entry(seat)], _SPACE) if seat else None

    def poll(self, ref: int) -> Text | None:
        """Show an open poll: what is asked, until when, and how to vote."""
        asked = self.facts.polls.get(ref)
        if asked is None:
            return None
        poll = asked.poll
        head = text(
            "{poll}: {question} End: {time}.",
            poll=poll.label,
            question=self._line(poll.question or ""),
            time=moment_written(poll.ends_at, self.at, self.zone),
        )
        return joined([head, how(poll)], _SPACE)

    def proposal(self, ref: int) -> Text | None:
        """Show a proposal for the core problem that is open for objections."""
        version = self.facts.versions.get(ref)
        if version is None or version.text is None:
            return None
        return text(
            "Proposal for the core problem: {text} Objections until {moment}. How: !kernproblem",
            text=self._line(version.text),
            moment=moment_written(version.due_at, self.at, self.zone),
        )

    def meeting(self, line: Line) -> Text | None:
        """Show when the group meets, and how much there was on the agenda."""
        meeting = self.facts.meetings.get(line.ref)
        if meeting is None or meeting.starts_at is None:
            return None
        said = text(
            "{label}: {about}.", label=meeting.label,
            about=about_meeting(meeting, moment_written(meeting.starts_at, self.at, self.zone)),
        )  # fmt: skip
        return joined([said, verbatim(line.words)], _SPACE) if line.words else said

    def sprint(self, line: Line) -> Text | None:
        """Show the sprint that ran: its goal, its end, how many of its tasks were done; among the dates its end."""
        sprint = self.facts.sprints.get(line.ref)
        if sprint is None:
            return None
        if line.part is Part.DATES:
            day = written(date.fromisoformat(line.words), self.today)
            return text("{moment}: {what}.", moment=day, what=sprints.end_of(sprint))
        ends, done, of = line.words.split()
        sprint = replace(sprint, goal=_one_line(sprint.goal), ends=date.fromisoformat(ends))
        said = [
            sprints.last_day(sprint) if sprint.ends <= self.today else sprints.running(sprint, self.today)
        ]
        if int(of):
            said.append(
                counted("{done} of {n} task is done.", "{done} of {n} tasks are done.", int(of), done=done)
            )
        return joined(said, _SPACE)

    def over(self, ref: int) -> Text | None:
        """Name a sprint that has ended."""
        sprint = self.facts.sprints.get(ref)
        return sprints.over(replace(sprint, goal=_one_line(sprint.goal))) if sprint else None

    def request(self, ref: int) -> Text | None:
        """Show what help is wanted for; with the name of whoever wants that."""
        found = self.facts.requests.get(ref)
        if found is None:
            return None
        answer = found.answer
        words = self._line(answer.said.request or "")
        name = self.facts.names.get(answer.person) if answer.named else None
        return text("{words} Answer to {name}.", words=words, name=name) if name else verbatim(words)

    def reminder(self, line: Line) -> Text | None:
        """Show of what the group will be reminded, and when."""
        found = self.facts.reminders.get(line.ref)
        if found is None:
            return None
        at = moment_written(datetime.fromisoformat(line.words), self.at, self.zone)
        return text("{moment}: {reminder}.", moment=at, reminder=reminders.named(found[0]))

    def review(self, ref: int) -> Text | None:
        """Show on which day a decision comes up again."""
        item = self.facts.items.get(ref)
        if item is None or item.review is None:
            return None
        day = written(item.review, self.today)
        return text("{day}: {label} is to be reviewed.", day=day, label=str(item.label))

    def remark(self, ref: int) -> Text | None:
        """Show the sentence of the moderation."""
        words = self.facts.remarks.get(ref)
        return text("From the moderation: {text}", text=sentence(_one_line(words))) if words else None

    # --- pieces ----------------------------------------------------------------------------------

    def _dated(self, item: Item) -> Text:
        day = date_written(item.created_at.astimezone(self.zone).date(), self.today)
        words = (item.text or "") if self.whole else decisions.own_words(item)
        return text("{label} of {day}: {text}", label=str(item.label), day=day, text=self._said(item, words))

    def _said(self, item: Item, words: str) -> Text:
        """Return words of an entry as one sentence; where something is left out, with the command that shows it."""
        said = verbatim(self._line(words))
        is_cut = not self.whole and len(_one_line(words)) > SHORT
        more = text("More: !zeige {label}", label=str(item.label))
        return joined([said, more], _SPACE) if is_cut else said

    def _line(self, words: str) -> str:
        """Return words as one line with an end."""
        line = _one_line(words)
        return closed(isolate(line if self.whole else brief(line, SHORT)))


def _one_line(words: str) -> str:
    return " / ".join(part.strip() for part in words.split("\n") if part.strip())


_SAID: Final[dict[Source, Callable[[Reader, int], Text | None]]] = {
    Source.ITEM: Reader.item,
    Source.NOTE: Reader.note,
    Source.RESULT: Reader.result,
    Source.HELD: Reader.held,
    Source.AGREED: Reader.agreed,
    Source.REMARK: Reader.remark,
    Source.GOAL: Reader.goal,
    Source.PROBLEM: Reader.problem,
    Source.STANDS: Reader.stands,
    Source.SEAT: Reader.seat,
    Source.POLL: Reader.poll,
    Source.PROPOSAL: Reader.proposal,
    Source.REVIEW: Reader.review,
    Source.OVER: Reader.over,
    Source.REQUEST: Reader.request,
}
#: What their lines keep of how it was, too.
_AS_IT_STOOD: Final[dict[Source, Callable[[Reader, Line], Text | None]]] = {
    Source.MEETING: Reader.meeting,
    Source.SPRINT: Reader.sprint,
    Source.REMINDER: Reader.reminder,
}
