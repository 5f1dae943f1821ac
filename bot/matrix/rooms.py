# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The two kinds of rooms as types, so that plaintext into an encrypted room cannot be written down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final, TypeGuard

from method.ids import RoomId

#: Specification, m.room.encryption: the recommended values when the room names none.
_MESSAGES: Final = 100
_AGE: Final = timedelta(days=7)
#: Room settings outside these bounds would cost every member a flood of keys, or never rotate.
_MESSAGES_AT_MOST: Final = 10_000
_AGE_AT_LEAST: Final = timedelta(hours=1)
_AGE_AT_MOST: Final = timedelta(days=28)


@dataclass(frozen=True, slots=True)
class Rotation:
    """When a room key is replaced: after so many messages or so much time, whichever comes first."""

    messages: int = _MESSAGES
    age: timedelta = _AGE

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> Rotation:
        """Read the content of ``m.room.encryption``; what is missing or nonsense is the default."""
        messages, age = content.get("rotation_period_msgs"), content.get("rotation_period_ms")
        return cls(
            min(messages, _MESSAGES_AT_MOST) if _positive(messages) else _MESSAGES,
            min(max(_milliseconds(age), _AGE_AT_LEAST), _AGE_AT_MOST) if _positive(age) else _AGE,
        )


@dataclass(frozen=True, slots=True)
class EncryptedRoom:
    """A room that was encrypted once and is therefore encrypted for ever."""

    room_id: RoomId
    rotation: Rotation = field(default=Rotation(), compare=False)


@dataclass(frozen=True, slots=True)
class PlainRoom:
    """A room without encryption, checked against our own state."""

    room_id: RoomId


def _positive(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _milliseconds(value: int) -> timedelta:
    return timedelta(milliseconds=min(value, _AGE_AT_MOST // timedelta(milliseconds=1)))
