# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""One vote per person over all doors, and what comes of all votes together.

The rules, from MSC3381 (https://github.com/matrix-org/matrix-spec-proposals/blob/main/proposals/3381-polls.md) and
stricter where a clock of somebody else would decide:

1. What was received after the end does not count, whatever time the sender's server wrote on it. Two exceptions,
   for which we have no time of our own: what came while we were away at the end, and what is only found when the
   poll is read from the homeserver once more. Of these counts what was sent before the end.
2. A deleted message or reaction is as if it had never been: what the person said before revives.
3. The newest of what is left, in the order of our own journal, says through which door a person votes. That door
   counts as a whole: of messages the newest one; of reactions all that stand, the newest ``most`` of them. (Who
   changes a reaction has both for a moment.) A reaction that stands for no option means nothing, and so does
   whatever comes through a door that this poll does not have (``takes``).
4. A native response is cut to ``most`` answers. If one of them is unknown, the vote is spoiled: the person has
   none, and nothing older revives. An empty response withdraws in the same way.
5. Several points are different options: naming one twice is naming it once.
6. Who is no member at the end has no vote.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from method.ids import EventId, PersonId
from method.polls import MOST_RESISTANCE, Kind, Openness, Poll, number_of_answer

#: Who begins to count later than this after the end was away.
ABSENCE: Final = timedelta(seconds=15)


class Door(StrEnum):
    """The way by which a vote came."""

    #: A response to the native poll.
    NATIVE = "native"
    #: A number under our post.
    REACTION = "reaction"
    #: ``!stimme U1 2`` in the group.
    COMMAND = "command"
    #: Numbers in reply to our post.
    REPLY = "reply"
    #: ``stimme U1 2`` in a direct message.
    DIRECT = "direct"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where an event stands in our journal, over all rooms: the order in which we received it."""

    batch: int
    idx: int


@dataclass(frozen=True, slots=True)
class Vote:
    """What one event says; a person may have several."""

    event: EventId
    person: PersonId
    door: Door
    #: Numbers of options; of resistance one value for each option. () withdraws, or is spoiled.
    choices: tuple[int, ...]
    place: Place


def takes(poll: Poll, door: Door) -> bool:
    """Does the poll have this door?

    Secret votes, and answers that are hidden until the end, come by direct message only; number reactions would show
    the running sums of a hidden poll; and resistance is more than one number.
    """
    hides = poll.kind is Kind.ROUND and poll.openness is Openness.HIDDEN
    if hides or poll.openness is Openness.SECRET:
        return door is Door.DIRECT
    if door is Door.NATIVE:
        return poll.kind not in {Kind.RESISTANCE, Kind.ROUND}
    return door is not Door.REACTION or poll.takes_reactions


def is_late(received_at: datetime, poll: Poll, sent_at: datetime | None = None) -> bool:
    """Did it come after the end? By our own clock: that of others can be set.

    Only where we were away at the end, the sender's homeserver (``sent_at``) says what was in time: then nobody
    else has seen it. That we were shows in that the poll is still open and nobody has begun to count.
    """
    # A message has ended it, and what came with that message and is read after it stands behind it.
    is_ended_by_message = poll.closing_since == poll.ends_at
    if received_at < poll.ends_at or (received_at == poll.ends_at and not is_ended_by_message):
        return False
    was_away = (poll.closing_since or received_at) > poll.ends_at + ABSENCE
    return not was_away or sent_at is None or sent_at > poll.ends_at


def native_choices(poll: Poll, answers: Sequence[object]) -> tuple[int, ...]:
    """Return what a native response chooses; () if it is spoiled or withdraws."""
    numbers = [
        number_of_answer(answer, poll) if isinstance(answer, str) else None for answer in answers[: poll.most]
    ]
    known = [number for number in numbers if number is not None]
    return tuple(dict.fromkeys(known)) if len(known) == len(numbers) else ()


def is_possible(poll: Poll, choices: Sequence[int]) -> bool:
    """May these choices be counted in this poll?"""
    if poll.kind is Kind.RESISTANCE:
        return not choices or (
            len(choices) == len(poll.options) and all(0 <= value <= MOST_RESISTANCE for value in choices)
        )
    return (
        len(choices) <= poll.most and len(set(choices)) == len(choices) and set(choices) <= set(poll.numbers)
    )


def standing(poll: Poll, votes: Iterable[Vote]) -> dict[PersonId, tuple[int, ...]]:
    """Return what each person has chosen, among the votes that were neither deleted nor late.

    The same event twice is one. Who has withdrawn, or whose newest vote is spoiled, is not in it.
    """
    newest: dict[PersonId, list[Vote]] = {}
    # Where the place is the same, neither is from our journal: then the event id decides.
    for vote in sorted(votes, key=lambda vote: (vote.place, vote.event), reverse=True):
        if not _means_nothing(poll, vote):
            newest.setdefault(vote.person, []).append(vote)
    chosen = {person: _whole_door(poll, theirs) for person, theirs in newest.items()}
    return {person: choices for person, choices in chosen.items() if choices}


def _means_nothing(poll: Poll, vote: Vote) -> bool:
    """Is it a reaction that stands for no option, or did it come through a door that is none? That is no vote."""
    unknown = vote.door is Door.REACTION and not set(vote.choices) <= set(poll.numbers)
    return unknown or not takes(poll, vote.door)


def _whole_door(poll: Poll, votes: Sequence[Vote]) -> tuple[int, ...]:
    """Return the choices of one person, whose votes begin with the newest."""
    latest = votes[0]
    if latest.door is Door.REACTION:
        numbers = [number for vote in votes if vote.door is Door.REACTION for number in vote.choices]
        return tuple(dict.fromkeys(numbers))[: poll.most]
    return latest.choices if is_possible(poll, latest.choices) else ()


@dataclass(frozen=True, slots=True)
class Tally:
    """Sums of a poll; nothing says who."""

    #: How many have a vote.
    people: int
    #: For each option, by its number: points, people, or resistance.
    sums: dict[int, int]


#: Nobody has voted.
EMPTY: Final = Tally(0, {})


def tally(poll: Poll, votes: Iterable[Vote], members: Collection[PersonId]) -> Tally:
    """Count.

    Args:
        poll: the poll.
        votes: everything that was neither deleted nor late; any order, any event twice.
        members: who is in the group at the end.
    """
    chosen = [choices for person, choices in standing(poll, votes).items() if person in members]
    return Tally(len(chosen), add_up(poll, chosen))


def add_up(poll: Poll, chosen: Iterable[Sequence[int]]) -> dict[int, int]:
    """Return the sums of valid choices, for every option."""
    sums = Counter(dict.fromkeys(poll.numbers, 0))
    for choices in chosen:
        if poll.kind is Kind.RESISTANCE:
            sums.update(dict(zip(poll.numbers, choices, strict=True)))
        else:
            sums.update(choices)
    return dict(sums)
