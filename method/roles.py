# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Roles for one meeting: drawn at random among those present, so that no hierarchy decides; one is only taken."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum
from random import Random
from typing import Final

from config.texts import Text, text
from method.ids import PersonId, UserId
from method.words import fold


class Role(StrEnum):
    """What somebody does for the others; the order in which they are filled."""

    #: Shown as "chair": the moderation is who has the rights in the room.
    MODERATION = "moderation"
    TIME = "time"
    BOARD = "board"
    #: Never drawn and never given to somebody: it must not say who belongs to the target group.
    VOICE = "voice"


#: The roles that are drawn, each for another person.
DRAWN: Final[tuple[Role, ...]] = (Role.MODERATION, Role.TIME, Role.BOARD)
#: So many must have been heard before the roles are drawn among them only.
ENOUGH: Final = len(DRAWN)

_WORDS: Final = {
    fold(word): role
    for role, words in {
        Role.MODERATION: "gesprächsleitung gesprächsleiter gesprächsleiterin leitung chair chairperson"
        " moderation moderator moderieren mod facilitation facilitator",
        Role.TIME: "zeit zeitwache uhr time timekeeper",
        Role.BOARD: "board tafel brett",
        Role.VOICE: "zielgruppe stimme target voice",
    }.items()
    for word in words.split()
}


def draw(present: Collection[UserId], chance: Random) -> dict[Role, UserId]:
    """Give each role that is drawn to another person; with fewer people there are fewer roles.

    Args:
        present: among whom, without a preference for anybody.
        chance: what decides.
    """
    drawn = chance.sample(sorted(present), min(len(DRAWN), len(present)))
    return dict(zip(DRAWN, drawn, strict=False))


def give(roles: Mapping[Role, PersonId], role: Role, person: PersonId) -> dict[Role, PersonId]:
    """Return the roles with ``person`` in ``role``; who had it takes the role the person had, if any.

    The voice of the target group is no part of a swap: it stands beside another role.
    """
    changed = dict(roles)
    own = next((other for other in DRAWN if role in DRAWN and roles.get(other) == person), None)
    before = changed.get(role)
    if own is not None:
        del changed[own]
        if before is not None:
            changed[own] = before
    changed[role] = person
    return {each: changed[each] for each in Role if each in changed}


def read_role(word: str) -> Role | None:
    """Return the role that a word names."""
    return _WORDS.get(fold(word))


def holder(role: Role, name: str) -> Text:
    """Say who has the role."""
    if role is Role.MODERATION:
        return text("chair {name}", name=name)
    if role is Role.TIME:
        return text("time {name}", name=name)
    if role is Role.VOICE:
        return text("voice of the target group {name}", name=name)
    return text("board {name}", name=name)
