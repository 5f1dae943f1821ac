# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where sectors agree and where they differ, without a number and without the name of a sector.

A majority can come from one sector alone. What at least half of those who voted chose in every sector is carried
by all of them; where the sectors lie half of their voices apart, views differ.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from method.ids import PersonId
from method.polls import Kind, Openness, Poll
from method.sectors import ENOUGH

#: Fewer sectors have nothing to bridge.
_SECTORS: Final = 2
#: So many entries are named on each side.
NAMED: Final = 3


@dataclass(frozen=True, slots=True)
class Bridge:
    """Options by number, the clearest first."""

    carried: tuple[int, ...]
    differing: tuple[int, ...]


def bridge(
    poll: Poll, chosen: Mapping[PersonId, tuple[int, ...]], sectors: Mapping[PersonId, str]
) -> Bridge | None:
    """Compare the sectors of which at least ENOUGH people voted; None where that is not possible.

    Args:
        poll: a dot poll that is not secret; of others nothing is said.
        chosen: what each person chose (``ballots.standing``), of members only.
        sectors: what people have declared, by key.
    """
    if poll.kind is not Kind.DOTS or poll.openness is Openness.SECRET:
        return None
    votes: dict[str, list[tuple[int, ...]]] = defaultdict(list)
    for person, choices in chosen.items():
        if person in sectors:
            votes[sectors[person]].append(choices)
    large = [given for given in votes.values() if len(given) >= ENOUGH]
    if len(large) < _SECTORS:
        return None
    # For each sector: how many chose it, of how many.
    shares = {
        number: [(sum(number in choices for choices in given), len(given)) for given in large]
        for number in poll.numbers
    }
    carried = {
        number: _least(parts) for number, parts in shares.items() if all(2 * a >= of for a, of in parts)
    }
    differing = {
        number: _apart(parts)
        for number, parts in shares.items()
        if number not in carried and _apart(parts) >= 0.5
    }
    return Bridge(_first(carried), _first(differing))


def _least(parts: list[tuple[int, int]]) -> float:
    return min(chosen / of for chosen, of in parts)


def _apart(parts: list[tuple[int, int]]) -> float:
    """Return how far the most and the least are apart, to the thousandth."""
    return round(max(chosen / of for chosen, of in parts) - _least(parts), 3)


def _first(weights: Mapping[int, float]) -> tuple[int, ...]:
    return tuple(sorted(weights, key=lambda number: (-weights[number], number))[:NAMED])
