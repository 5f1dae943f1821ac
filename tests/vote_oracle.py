# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a poll must come to, written down naively from a list of events: nothing of the program is used here."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Cast:
    """Somebody votes, through one of the doors."""

    event: str
    who: str
    #: native, reaction, command, reply, direct
    door: str
    #: Native: ids of answers ("a2"). Reaction: a key. Otherwise what was typed.
    said: tuple[object, ...]
    #: The minute in which the event was received, and its place within that minute.
    received: int
    idx: int
    #: The minute in which its key was there.
    readable: int
    #: What the sender's server says; nobody looks at it.
    origin: int = 0


@dataclass(frozen=True)
class Delete:
    """A vote is deleted."""

    target: str
    at: int


@dataclass(frozen=True)
class Leave:
    """Somebody leaves."""

    who: str
    at: int


@dataclass(frozen=True)
class Join:
    """Somebody comes back."""

    who: str
    at: int


@dataclass(frozen=True)
class History:
    """Everything that happens to one poll."""

    seed: int
    #: choice, dots, date, consent, resistance
    kind: str
    numbers: tuple[int, ...]
    most: int
    #: open, hidden, secret
    openness: str
    people: tuple[str, ...]
    #: The last minute that counts, and the minute in which the poll is closed.
    end: int
    close: int
    events: list[Cast | Delete | Leave | Join] = field(default_factory=list)


def expected(history: History) -> tuple[int, dict[int, int]]:
    """Return how many people have a vote, and the sums by number."""
    chosen = _secret(history) if history.openness == "secret" else _open(history)
    sums = dict.fromkeys(history.numbers, 0)
    for numbers in chosen:
        for place, number in enumerate(numbers):
            if history.kind == "resistance":
                sums[history.numbers[place]] += number
            else:
                sums[number] += 1
    return len(chosen), sums


def _casts(history: History) -> list[Cast]:
    once = {event.event: event for event in history.events if isinstance(event, Cast)}
    in_time = [cast for cast in once.values() if cast.received <= history.end]
    return [cast for cast in in_time if cast.readable <= history.close]


def _open(history: History) -> list[list[int]]:
    deleted = {
        event.target for event in history.events if isinstance(event, Delete) and event.at <= history.close
    }
    chosen = []
    for who in history.people:
        moves = [
            (event.at, isinstance(event, Join))
            for event in history.events
            if isinstance(event, Leave | Join) and event.who == who and event.at <= history.close
        ]
        if moves and not max(moves)[1]:
            continue
        lefts = [at for at, came in moves if not came]
        theirs = [
            cast
            for cast in _casts(history)
            if cast.who == who and cast.event not in deleted and all(cast.readable > left for left in lefts)
        ]
        vote = _one(history, sorted(theirs, key=lambda cast: (cast.received, cast.idx)))
        if vote:
            chosen.append(vote)
    return chosen


def _one(history: History, casts: list[Cast]) -> list[int]:
    """Walk forwards through what one person did."""
    tapped: list[int] = []
    vote: list[int] = []
    for cast in casts:
        if cast.door in ("native", "reaction") and history.kind == "resistance":
            continue
        if cast.door == "reaction" and history.openness == "hidden":
            continue
        if cast.door == "reaction":
            number = _number(str(cast.said[0]))
            if number in history.numbers:
                tapped = [one for one in tapped if one != number] + [number]
                vote = tapped[-history.most :]
        elif cast.door == "native":
            given = list(cast.said[: history.most])
            ids = {f"a{number}": number for number in history.numbers}
            good = all(isinstance(one, str) and one in ids for one in given)
            vote = sorted({ids[str(one)] for one in given}) if good else []
        else:
            typed = _typed(history, str(cast.said[0]))
            vote = vote if typed is None else typed
    return vote


def _secret(history: History) -> list[list[int]]:
    """The first vote that is read counts; it can be neither changed nor found again."""
    chosen: dict[str, list[int]] = {}
    deletes = [event for event in history.events if isinstance(event, Delete)]
    for cast in sorted(_casts(history), key=lambda cast: (cast.readable, cast.received, cast.idx)):
        if any(delete.target == cast.event and delete.at < cast.readable for delete in deletes):
            continue
        typed = _typed(history, str(cast.said[0])) if cast.door == "direct" else None
        if typed and cast.who not in chosen:
            chosen[cast.who] = typed
    return list(chosen.values())


def _typed(history: History, words: str) -> list[int] | None:
    """Return the numbers; None if they are refused, which leaves everything as it was."""
    if words == "keine":
        return []
    numbers = [int(word) for word in words.split()]
    if history.kind == "resistance":
        good = len(numbers) == len(history.numbers) and all(0 <= number <= 10 for number in numbers)
        return numbers if good else None
    different = sorted(set(numbers))
    known = all(number in history.numbers for number in different)
    return different if different and known and len(different) <= history.most else None


def _number(key: str) -> int | None:
    digits = "".join(sign for sign in key if sign in "0123456789")
    return 10 if key == "\U0001f51f" else int(digits) if digits else None
