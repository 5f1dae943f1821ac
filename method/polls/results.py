# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The result of a poll in words: numbers first, ties named, people counted, nothing decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from itertools import groupby
from typing import Final

from config.texts import Moment, Text, counted, joined, text, verbatim
from method.deadlines import day_written, moment_written
from method.polls import FEWEST_SECRET, OBJECTS, Kind, Openness, Option, Poll
from method.polls.answers import listed
from method.polls.ballots import Tally
from method.polls.bridges import Bridge
from method.polls.stands import is_abstention
from method.words import isolate

_SPACE: Final = " "
#: What a question ends with.
_ENDS: Final = ("?", "!", ".", ":", "…")
#: As people type it: "Mi 3.3. 15:00".
_TYPED: Final = {"de": "ccc d.M. H:mm", "en": "ccc d.M. HH:mm"}
_TYPED_DAY: Final = {"de": "ccc d.M.", "en": "ccc d.M."}


@dataclass(frozen=True, slots=True)
class Rank:
    """Options that are level."""

    #: Points, people, or resistance.
    value: int
    options: tuple[Option, ...]


def ranks(poll: Poll, sums: Mapping[int, int]) -> list[Rank]:
    """Return the options from the first to the last; what is level stands together, in the order of the poll."""
    sign = 1 if poll.kind is Kind.RESISTANCE else -1
    listed = sorted(poll.options, key=lambda option: sign * sums.get(option.number, 0))
    groups = groupby(listed, key=lambda option: sums.get(option.number, 0))
    return [Rank(value, tuple(options)) for value, options in groups]


def winners(poll: Poll, tally: Tally) -> tuple[Option, ...]:
    """Return the first option, all that are level with it, or () if nobody has voted."""
    found = ranks(poll, tally.sums)
    if not found or not is_shown(poll, tally) or (poll.kind is not Kind.RESISTANCE and not found[0].value):
        return ()
    return found[0].options


def in_order(ended: Iterable[tuple[Poll, Tally]]) -> list[str]:
    """Return the numbers ("B2") of what got points in votes, as the votes have put them; the latest vote first."""
    latest = sorted(ended, key=lambda one: one[0].ends_at, reverse=True)
    return [
        option.label
        for poll, tally in latest
        if is_shown(poll, tally)
        for rank in ranks(poll, tally.sums)
        for option in rank.options
        if option.label and (rank.value or poll.kind is Kind.RESISTANCE)
    ]


def is_shown(poll: Poll, tally: Tally) -> bool:
    """May the result be shown: has somebody voted, and of secret votes are there enough?"""
    return tally.people >= (FEWEST_SECRET if poll.openness is Openness.SECRET else 1)


def result(
    poll: Poll,
    tally: Tally,
    *,
    now: datetime,
    zone: tzinfo,
    bridge: Bridge | None = None,
    unreadable: int = 0,
    reread: bool = True,
    objections: Sequence[str] = (),
) -> Text:
    """Return the message at the end of a poll.

    Args:
        poll: the poll.
        tally: its sums.
        now: the present.
        zone: the group's.
        bridge: where the sectors agree and differ.
        unreadable: votes whose keys never came.
        objections: what was said against a proposal, or to a question to everybody, by nobody in particular.
    """
    if not is_shown(poll, tally):
        lines = [not_shown(poll)]
    elif poll.kind is Kind.CONSENT:
        lines = _consent(poll, tally, objections)
    elif poll.kind is Kind.ROUND:
        lines = [_head(poll, tally), *listed(objections)]
    else:
        lines = [*sums_in_words(poll, tally, now, zone), *_bridge(poll, bridge), *_next(poll, tally, zone)]
    if unreadable:
        lines.append(counted("I could not read {n} vote.", "I could not read {n} votes.", unreadable))
    if not reread:
        lines.append(
            text("I could not read the poll from the homeserver once more. I count what I have received.")
        )
    return joined(lines)


def name_of(option: Option, now: datetime, zone: tzinfo) -> Text:
    """Return an option as it is named in a sentence: its label, its date, or its words."""
    if option.label and option.text is None:
        return text("{label} (withdrawn)", label=option.label)
    if option.label:
        return verbatim(option.label)
    if option.at is not None:
        return text("{option}", option=_moment(option, now, zone))
    if option.text is None:
        return text("withdrawn answer")
    return verbatim(isolate(option.text))


def full_name(option: Option, now: datetime, zone: tzinfo) -> Text:
    """Return an option with all its words."""
    if option.label and option.text is not None:
        return verbatim(f"{option.label} {isolate(option.text)}".strip())
    return name_of(option, now, zone)


def _moment(option: Option, now: datetime, zone: tzinfo) -> Moment:
    if option.at is None:
        raise LookupError("this option is no date")
    if option.whole_day:
        return day_written(option.at.astimezone(zone).date(), now, zone)
    return moment_written(option.at, now, zone)


def not_shown(poll: Poll) -> Text:
    """Say that a poll has ended without a result that may be shown."""
    if poll.kind is Kind.ROUND and poll.openness is not Openness.SECRET:
        return text("{poll} has ended. There was no answer.", poll=poll.label)
    if poll.openness is Openness.SECRET and poll.kind is Kind.ROUND:
        few = text(
            "Less than {count} answers. I show none: it could show what single people said.",
            count=FEWEST_SECRET,
        )
        return joined([text("{poll} has ended.", poll=poll.label), few], _SPACE)
    if poll.openness is Openness.SECRET:
        few = text(
            "Less than {count} votes. I show no result: it could show what single people chose.",
            count=FEWEST_SECRET,
        )
        return joined([text("{poll} has ended.", poll=poll.label), few], _SPACE)
    return text("{poll} has ended. Nobody has voted.", poll=poll.label)


def people(number: int) -> Text:
    """Count people."""
    return counted("{n} person", "{n} people", number)


def counts(poll: Poll, found: Sequence[Rank], now: datetime, zone: tzinfo) -> tuple[list[Text], str]:
    """Return each option with its number, and what stands between them."""
    # After "15:00" or "Raum 2" a bare number could be anything.
    numbered = any((option.text or "")[-1:].isdigit() for option in poll.options)
    apart = poll.kind is Kind.DATE or (numbered and poll.kind is not Kind.DOTS)
    pattern = "({})" if apart else "{}"
    parts = [
        joined([name_of(option, now, zone), verbatim(pattern.format(rank.value))], _SPACE)
        for rank in found
        for option in rank.options
    ]
    return parts, "; " if apart else ", "


def sums_in_words(poll: Poll, tally: Tally, now: datetime, zone: tzinfo) -> list[Text]:
    """Return the lines with the numbers, from the first to the last, and with what is level."""
    found = ranks(poll, tally.sums)
    parts, separator = counts(poll, found, now, zone)
    lines = [
        text(
            "Result {poll}, {people}: {sums}.",
            poll=poll.label,
            people=people(tally.people),
            sums=joined(parts, separator),
        )
    ]
    first = winners(poll, tally)
    if poll.kind is Kind.RESISTANCE and len(first) == 1:
        lines.append(text("Least resistance: {option}.", option=full_name(first[0], now, zone)))
    elif poll.kind is Kind.DOTS and len(first) == 1:
        lines.append(text("Most points: {option}.", option=full_name(first[0], now, zone)))
    lines += [
        _tie(poll, rank, now, zone) for rank in found if len(rank.options) > 1 and is_told(poll, rank, first)
    ]
    return lines


def is_told(poll: Poll, rank: Rank, first: tuple[Option, ...]) -> bool:
    """Is a tie worth a line? The one at the top is; in a dot poll every one with points."""
    return rank.options == first or (poll.kind is Kind.DOTS and rank.value > 1)


def _tie(poll: Poll, rank: Rank, now: datetime, zone: tzinfo) -> Text:
    names = _listed([name_of(option, now, zone) for option in rank.options])
    if poll.kind is Kind.RESISTANCE:
        return text("The same resistance: {options} ({count} each).", options=names, count=rank.value)
    if poll.most > 1 and poll.kind is not Kind.DATE:
        return text("The same number of points: {options} ({count} each).", options=names, count=rank.value)
    return text("The same number of votes: {options} ({count} each).", options=names, count=rank.value)


def _listed(names: list[Text]) -> Text:
    return text("{first} and {last}", first=joined(names[:-1], ", "), last=names[-1])


def _bridge(poll: Poll, found: Bridge | None) -> list[Text]:
    if found is None:
        return []
    lines = []
    if found.carried:
        lines.append(text("Carried by all sectors: {options}.", options=_labels(poll, found.carried)))
    if found.differing:
        lines.append(text("Views differ here: {options}.", options=_labels(poll, found.differing)))
    return lines


def _labels(poll: Poll, numbers: Sequence[int]) -> Text:
    by_number = {option.number: option for option in poll.options}
    return verbatim(", ".join(by_number[number].label or str(number) for number in numbers))


def _next(poll: Poll, tally: Tally, zone: tzinfo) -> list[Text]:
    """Say that people decide, with a line to copy where there is one first option."""
    first = winners(poll, tally)
    if len(first) != 1:
        return [text("The group decides.")] if first else []
    option = first[0]
    if poll.kind is Kind.DATE and option.at is not None:
        when = Moment(option.at, zone, _TYPED_DAY if option.whole_day else _TYPED)
        return [
            text(
                "The group decides. To copy: !treffen {day} {title}",
                day=when,
                title=isolate(poll.question or ""),
            )
        ]
    if option.text is None or is_abstention(option.text):
        return [text("The group decides.")]
    # "Yes" alone would be no decision that anybody understands later.
    asked = poll.question or ""
    words = isolate(f"{asked}{'' if asked.endswith(_ENDS) else ':'} {option.label or option.text or ''}")
    return [text("The group decides. To copy: !entscheidung {words}", words=words)]


def _head(poll: Poll, tally: Tally) -> Text:
    return text(
        "Result {poll}, {people}: “{text}”",
        poll=poll.label,
        people=people(tally.people),
        text=isolate(poll.question or ""),
    )


def _consent(poll: Poll, tally: Tally, objections: Sequence[str]) -> list[Text]:
    number = tally.sums.get(OBJECTS, 0)
    head = _head(poll, tally)
    if not number:
        words = isolate(poll.question or "")
        stands = joined([head, text("No objection is open.")], _SPACE)
        return [stands, text("The group decides. To copy: !entscheidung {words}", words=words)]
    blocked = counted("{n} objection is open.", "{n} objections are open.", number)
    lines = [joined([head, blocked, text("So the proposal does not hold yet.")], _SPACE)]
    return [*lines, *listed(objections)]
