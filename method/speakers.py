# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who speaks next: who has not spoken goes first, then who has spoken least, then who asked first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from method.ids import PersonId


class Turn(StrEnum):
    """What has become of asking to speak."""

    WAITING = "waiting"
    SPEAKING = "speaking"
    SPOKEN = "spoken"


@dataclass(frozen=True, slots=True)
class Request:
    """Somebody has asked to speak."""

    person: PersonId
    turn: Turn = Turn.WAITING


def queue(
    requests: Sequence[Request],
    *,
    alternate: bool = False,
    sectors: Mapping[PersonId, str] | None = None,
) -> list[PersonId]:
    """Return who waits, in the order in which they will speak.

    Args:
        requests: all of this meeting, in the order of asking; asking twice counts once.
        alternate: among those who have spoken equally often, prefer another sector than the one before.
        sectors: of those who have said it in the room: the order tells what it follows from.
    """
    turns = _turns(requests)
    asked = list(dict.fromkeys(r.person for r in requests if r.turn is Turn.WAITING))
    # Sorting is stable: who asked first stays first.
    waiting = sorted(asked, key=lambda person: turns[person])
    if not alternate:
        return waiting
    return _alternating(waiting, turns, sectors or {}, speaking(requests))


def speaking(requests: Sequence[Request]) -> PersonId | None:
    """Return who has the floor."""
    return next((r.person for r in requests if r.turn is Turn.SPEAKING), None)


def has_spoken(requests: Sequence[Request], person: PersonId) -> bool:
    """Has the person had a turn in this meeting, or has it now?"""
    return _turns(requests)[person] > 0


def _turns(requests: Sequence[Request]) -> Counter[PersonId]:
    return Counter(r.person for r in requests if r.turn is not Turn.WAITING)


def _alternating(
    waiting: Sequence[PersonId],
    turns: Mapping[PersonId, int],
    sectors: Mapping[PersonId, str],
    before: PersonId | None,
) -> list[PersonId]:
    left = list(waiting)
    ordered: list[PersonId] = []
    sector = sectors.get(before) if before is not None else None
    while left:
        equal = [person for person in left if turns[person] == turns[left[0]]]
        other = next((p for p in equal if sectors.get(p) is None or sectors.get(p) != sector), equal[0])
        left.remove(other)
        ordered.append(other)
        sector = sectors.get(other)
    return ordered
