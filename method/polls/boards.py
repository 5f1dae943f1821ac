# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Polls as the board shows them: a line each, with end and how to vote while open, with the sums once ended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from typing import Final

from config.texts import Moment, Text, counted, joined, text
from method.boards import closed
from method.deadlines import moment_written
from method.polls import OBJECTS, Kind, Openness, Poll
from method.polls.ballots import Tally
from method.polls.posts import asked, example, in_short
from method.polls.results import counts, is_shown, not_shown, people, ranks, winners
from method.words import isolate

#: So long the result of a poll is news, and so many results stand on the board at most.
RECENT: Final = timedelta(days=14)
RESULTS: Final = 3
#: So many options of a result are named in its line.
_OPTIONS: Final = 5
_SPACE: Final = " "


def lines(
    running: Sequence[Poll], ended: Sequence[tuple[Poll, Tally]], *, now: datetime, zone: tzinfo
) -> list[Text]:
    """Return a line for each open poll and for each of the latest results; of open polls no sums, of nobody a name.

    Args:
        running: the open polls, by number.
        ended: those that ended lately, the latest first.
        now: dates of another year name the year.
        zone: the group's.
    """
    found = []
    if running:
        found.append(counted("{n} open poll:", "{n} open polls:", len(running)))
        found += [joined([in_short(poll, now=now, zone=zone), how(poll)], _SPACE) for poll in running]
    ended = [one for one in ended if not _is_past(*one, now)]
    if ended:
        found.append(text("Latest results:"))
        found += [
            ended_line(poll, tally, now=now, zone=zone, most=_OPTIONS) for poll, tally in ended[:RESULTS]
        ]
    return found


def _is_past(poll: Poll, tally: Tally, now: datetime) -> bool:
    """Was it about dates, and is the one that was found over? A whole day is over with the next one."""
    first = [one.at + timedelta(days=one.whole_day) for one in winners(poll, tally) if one.at is not None]
    return poll.kind is Kind.DATE and bool(first) and max(first) <= now


def all_polls(at: Moment, found: Sequence[Text]) -> Text:
    """Show the part of the board that is about polls."""
    head = text("Board as of {moment}.", moment=at)
    nothing = text("No poll is open. Example: !umfrage Was zuerst?; Lotsin; Profil")
    return joined([head, *(found or [nothing])])


def details(poll: Poll, tally: Tally, *, now: datetime, zone: tzinfo) -> Text:
    """Show one poll: as it was asked while it is open, with its sums once it has ended."""
    if poll.is_open:
        return asked(poll, now=now, zone=zone)
    end = text("{poll} ended on {time}.", poll=poll.label, time=moment_written(poll.ends_at, now, zone))
    return joined([_question(poll), outcome(poll, tally, now=now, zone=zone), end])


def ended_line(poll: Poll, tally: Tally, *, now: datetime, zone: tzinfo, most: int | None = None) -> Text:
    """Return a poll that has ended as one line: the question and the result."""
    return joined([_question(poll), outcome(poll, tally, now=now, zone=zone, most=most)], _SPACE)


def outcome(poll: Poll, tally: Tally, *, now: datetime, zone: tzinfo, most: int | None = None) -> Text:
    """Return the result of a poll in a sentence; ``most`` options are named, the first ones."""
    if not is_shown(poll, tally):
        return not_shown(poll)
    if poll.kind is Kind.ROUND:
        return counted("{n} answer.", "{n} answers.", tally.people)
    if poll.kind is Kind.CONSENT:
        number = tally.sums.get(OBJECTS, 0)
        stands = counted("{n} objection is open.", "{n} objections are open.", number)
        return joined([_people(tally), stands if number else text("No objection is open.")], _SPACE)
    parts, separator = counts(poll, ranks(poll, tally.sums), now, zone)
    more = len(parts) - most if most is not None else 0
    # A line that says that one option is left out takes the place of that option.
    named = parts[:most] if more > 1 else parts
    sums = text("{people}: {sums}.", people=people(tally.people), sums=joined(named, separator))
    if more > 1:
        return joined([sums, text("{count} more: !zeige {poll}", count=more, poll=poll.label)], _SPACE)
    return sums


def _people(tally: Tally) -> Text:
    return text("{people}:", people=people(tally.people))


def _question(poll: Poll) -> Text:
    return text("{poll}: {question}", poll=poll.label, question=closed(isolate(poll.question or "")))


def how(poll: Poll) -> Text:
    """Say in a few words how to vote."""
    hides = poll.kind is Kind.ROUND and poll.openness is Openness.HIDDEN
    if hides or poll.openness is Openness.SECRET:
        return text(
            "By direct message to me: stimme {poll} {example}", poll=poll.label, example=example(poll)
        )
    return text("To vote: !stimme {poll} {example}", poll=poll.label, example=example(poll))
