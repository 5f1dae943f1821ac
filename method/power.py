# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who may do what in a room, from the homeserver's own state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Self

from method.ids import UserId

#: Room versions whose creators stand above all levels (MSC4289, spec "Room Version 12").
_FIRST_CREATOR_VERSION: Final = 12
_CREATOR: Final = 1 << 31


@dataclass(frozen=True, slots=True)
class Powers:
    """The power levels of one room (spec, "m.room.power_levels")."""

    #: From this level on a person moderates.
    MODERATION: ClassVar[int] = 50

    users: Mapping[str, int]
    default: int
    redact: int
    events: Mapping[str, int]
    state_default: int
    creators: frozenset[str]

    @classmethod
    def of_room(cls, create: Mapping[str, Any], creator: str, levels: Mapping[str, Any] | None) -> Self:
        """Read the levels from ``m.room.create`` (its content and sender) and ``m.room.power_levels``.

        Levels may be strings in old rooms; what is no number counts as if it were not there.
        """
        highest = _has_creators(create)
        extra = create.get("additional_creators")
        creators = {creator, *(extra if isinstance(extra, list) else [])} if highest else set[str]()
        if levels is None:
            # Without the event, the creator has 100 and everybody else 0.
            return cls({creator: 100}, 0, 50, {}, 0, frozenset(c for c in creators if isinstance(c, str)))
        return cls(
            users=_levels(levels.get("users")),
            default=_level(levels.get("users_default"), 0),
            redact=_level(levels.get("redact"), 50),
            events=_levels(levels.get("events")),
            state_default=_level(levels.get("state_default"), 50),
            creators=frozenset(c for c in creators if isinstance(c, str)),
        )

    def of(self, user: UserId) -> int:
        """Return the power level of ``user``."""
        return _CREATOR if user in self.creators else self.users.get(user, self.default)

    def may_redact_others(self, user: UserId) -> bool:
        """May ``user`` delete other people's messages?"""
        return self.of(user) >= self.redact

    def may_send_state(self, user: UserId, event_type: str) -> bool:
        """May ``user`` send state of this type (pin a message, upgrade the room)?"""
        return self.of(user) >= self.events.get(event_type, self.state_default)


def _has_creators(create: Mapping[str, Any]) -> bool:
    version = create.get("room_version", "1")
    return (
        isinstance(version, str)
        and version.isascii()
        and version.isdigit()
        and int(version) >= _FIRST_CREATOR_VERSION
    )


def _level(value: object, otherwise: int) -> int:
    if isinstance(value, bool):
        return otherwise
    if isinstance(value, int):
        return value
    if isinstance(value, str):
        try:
            return int(value)
        except ValueError:
            return otherwise
    return otherwise


def _levels(value: object) -> dict[str, int]:
    if not isinstance(value, dict):
        return {}
    return {k: _level(v, 0) for k, v in value.items() if isinstance(k, str)}
