# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Random histories of votes over all doors, and how they are played to the program's own rules.

``FAULTS=long`` plays more of them, ``FAULTS_SEED`` others (as in tests/faults/conftest.py).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Protocol

from method.errors import UserError
from method.ids import EventId, GroupId, PollId
from method.polls import Kind, Openness, Option, Poll, State, number_of
from method.polls.ballots import Door, Place, Tally, is_late, native_choices, takes
from method.polls.votes import read_vote
from tests.vote_oracle import Cast, Delete, History, Join, Leave

SEED = int(os.environ.get("FAULTS_SEED", "20261125"))
LONG = os.environ.get("FAULTS") == "long"

START = datetime(2027, 2, 25, 8, tzinfo=UTC)
MINUTES = 60
DOORS = ("native", "reaction", "reaction", "command", "reply", "direct")


def histories(number: int) -> Iterator[History]:
    """Yield so many random histories; each can be repeated by its own seed."""
    for one in range(number):
        yield history(SEED * 1_000_003 + one)


def history(seed: int) -> History:
    """Return the history of this seed."""
    chance = Random(seed)
    kind = chance.choice(("choice", "choice", "choice", "dots", "date", "consent", "resistance"))
    count = 2 if kind == "consent" else chance.randint(2, chance.choice((4, 20)))
    numbers = tuple(range(1, count + 1))
    if kind == "dots":
        numbers = tuple(sorted(chance.sample(range(1, 40), count)))
    most = {"choice": chance.randint(1, min(4, count)), "dots": min(3, count), "date": count}.get(kind, 1)
    end = chance.randint(10, MINUTES - 10)
    people = tuple(f"p{number}" for number in range(chance.randint(1, 8)))
    late = chance.choice((0, 0, chance.randint(0, 9)))
    openness = chance.choice(("open", "open", "open", "hidden", "secret"))
    made = History(seed, kind, numbers, most, openness, people, end, end + late)
    _fill(made, chance)
    return made


def _fill(made: History, chance: Random) -> None:
    taken: dict[int, int] = {}
    gone: set[str] = set()
    for step in range(chance.randint(0, 30)):
        at = chance.choice((chance.randint(0, MINUTES), made.end, made.end + 1))
        who = chance.choice(made.people)
        happens = chance.random()
        casts = [event for event in made.events if isinstance(event, Cast)]
        if happens < 0.13 and casts:
            target = chance.choice(casts)
            made.events.append(Delete(target.event, max(at, target.received)))
        elif happens < 0.18:
            _leave(made, chance, who, at, gone)
        elif happens < 0.25 and casts:
            made.events.append(chance.choice(casts))
        else:
            idx = taken[at] = taken.get(at, 0) + chance.randint(1, 3)
            idx = -idx if chance.random() < 0.1 else idx
            readable = at + chance.choice((0, 0, 0, chance.randint(1, 30)))
            door = chance.choice(DOORS)
            made.events.append(
                Cast(
                    f"${step}",
                    who,
                    door,
                    _said(made, chance, door),
                    at,
                    idx,
                    readable,
                    chance.randint(0, MINUTES),
                )
            )
    chance.shuffle(made.events)


def _leave(made: History, chance: Random, who: str, at: int, gone: set[str]) -> None:
    """Let somebody leave, once in a history; perhaps they come back."""
    if who in gone:
        return
    gone.add(who)
    made.events.append(Leave(who, at))
    if chance.random() < 0.5:
        made.events.append(Join(who, at + chance.randint(1, 10)))


def _said(made: History, chance: Random, door: str) -> tuple[object, ...]:
    numbers = [chance.choice(made.numbers) for _ in range(chance.randint(1, made.most + 1))]
    if chance.random() < 0.1:
        numbers.insert(chance.randrange(len(numbers) + 1), chance.choice((0, 77, 99)))
    if door == "native":
        odd = chance.random()
        ids: list[object] = [f"a{number}" for number in numbers]
        return () if odd < 0.1 else (*ids, 7) if odd < 0.15 else tuple(ids)
    if door == "reaction":
        number = numbers[0]
        key = "\U0001f51f" if number == 10 else f"{number}\ufe0f\u20e3" if number < 10 else str(number)
        return (chance.choice((key, key, key, str(number), "\U0001f44d")),)
    if chance.random() < 0.1:
        return ("keine",)
    if made.kind == "resistance":
        count = len(made.numbers) + chance.choice((0, 0, 0, 1))
        numbers = [chance.randint(0, chance.choice((10, 10, 11))) for _ in range(count)]
    return (" ".join(map(str, numbers)),)


# --- playing -------------------------------------------------------------------------------------


class World(Protocol):
    """Where votes are kept."""

    async def take(
        self, who: str, event: EventId, door: Door, choices: tuple[int, ...], place: Place
    ) -> None:
        """Keep a vote."""

    async def delete(self, event: EventId) -> None:
        """Forget a vote."""

    async def leave(self, who: str) -> None:
        """Somebody leaves."""

    async def join(self, who: str) -> None:
        """Somebody comes back."""

    async def count(self) -> Tally:
        """Count."""


def poll_of(made: History) -> Poll:
    """Return the poll of a history."""
    return Poll(
        id=PollId(1), group_id=GroupId(1), number=1, kind=Kind(made.kind), question="Was zuerst?",
        options=tuple(Option(number, f"Antwort {number}x") for number in made.numbers), most=made.most,
        openness=Openness(made.openness), takes_suggestions=False, state=State.OPEN, ends_at=moment(made.end),
        author=None, source=EventId("$poll"),
    )  # fmt: skip


def moment(minute: int) -> datetime:
    """Return the moment of a minute."""
    return START + timedelta(minutes=minute)


async def play(made: History, poll: Poll, world: World) -> Tally:
    """Let everything happen in the order in which a bot gets to know it, up to the closing; then count."""
    known: set[str] = set()
    deleted: set[str] = set()
    for at, _, _, event in sorted(map(_when, made.events), key=lambda one: one[:3]):
        if at > made.close:
            break
        if isinstance(event, Leave):
            await world.leave(event.who)
        elif isinstance(event, Join):
            await world.join(event.who)
        elif isinstance(event, Delete):
            deleted.add(event.target)
            await world.delete(EventId(event.target))
        elif event.event not in known or Random(made.seed).random() < 0.5:
            # What was deleted before it could be read is never read (bot.handler).
            known.add(event.event)
            if event.event not in deleted:
                await _cast(poll, event, world)
    return await world.count()


def _when(
    event: Cast | Delete | Leave | Join,
) -> tuple[int, int, tuple[int, int], Cast | Delete | Leave | Join]:
    """Return when an event is handled: in a minute the votes first, then deletions, then who comes and goes."""
    if isinstance(event, Cast):
        return event.readable, 0, (event.received, event.idx), event
    return event.at, {Delete: 1, Leave: 2, Join: 3}[type(event)], (0, 0), event


async def _cast(poll: Poll, cast: Cast, world: World) -> None:
    if is_late(moment(cast.received), poll):
        return
    door = Door(cast.door)
    if not takes(poll, door):
        return
    choices: tuple[int, ...]
    if door is Door.NATIVE:
        choices = native_choices(poll, cast.said)
    elif door is Door.REACTION:
        number = number_of(str(cast.said[0]).replace("\ufe0f", ""))
        if number is None or number not in poll.numbers:
            return
        choices = (number,)
    else:
        try:
            choices = read_vote(str(cast.said[0]), poll)
        except UserError:
            return
    await world.take(cast.who, EventId(cast.event), door, choices, Place(cast.received, cast.idx))
