# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""How a group wants things to be: occasion, address, working times, receipts, speakers, decisions, letter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from typing import Any, Final, Self
from zoneinfo import ZoneInfo


class Address(StrEnum):
    """How the bot addresses a reader where it cannot be avoided."""

    NEUTRAL = "neutral"
    FORMAL = "sie"
    FAMILIAR = "du"


class Occasion(StrEnum):
    """What the group was founded for (guide of the Regionales Integrationsnetzwerk Berlin)."""

    PROJECT = "project"
    COMMITTEE = "committee"
    EVENT = "event"
    STRATEGY = "strategy"


class Receipt(StrEnum):
    """How the bot says that something is stored: some clients hide reactions."""

    REACTION = "reaction"
    ANSWER = "answer"


class Switch(StrEnum):
    """Something is done, or it is not."""

    OFF = "off"
    ON = "on"


class Recorders(StrEnum):
    """Who may record decisions."""

    ALL = "all"
    MODERATION = "moderation"


@dataclass(frozen=True, slots=True)
class Weekly:
    """A day of the week, Monday is 0, and a local time on it."""

    day: int
    at: time
    #: Nobody has chosen it: it follows the group's working time.
    usual: bool = False

    @classmethod
    def stored(cls, value: str) -> Self:
        """Read what ``as_stored`` has written."""
        day, at, *usual = value.split(" ")
        return cls(int(day), time.fromisoformat(at), bool(usual))

    def as_stored(self) -> str:
        """Return it as words for the database."""
        return f"{self.day} {self.at.isoformat('minutes')}{' usual' if self.usual else ''}"


#: Local time of every group that has not chosen another.
BERLIN: Final = ZoneInfo("Europe/Berlin")

#: Friday, one o'clock.
LETTER: Final = Weekly(4, time(13), usual=True)

#: Fewer hours a day leave no room for what the bot promises (a full hour, a check-in, its end).
LEAST_HOURS: Final = 4

#: The federal states as ISO 3166-2:DE has them; their public holidays differ.
STATES: Final = (
    "BB",
    "BE",
    "BW",
    "BY",
    "HB",
    "HE",
    "HH",
    "MV",
    "NI",
    "NW",
    "RP",
    "SH",
    "SL",
    "SN",
    "ST",
    "TH",
)


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one group."""

    address: Address = Address.NEUTRAL
    #: Working days, Monday is 0.
    days: tuple[int, ...] = (0, 1, 2, 3, 4)
    #: Local time from which and until which the bot speaks by itself.
    begins: time = time(8)
    ends: time = time(18)
    #: One of STATES.
    state: str = "BE"
    zone: ZoneInfo = BERLIN
    #: None until somebody has said it.
    occasion: Occasion | None = None
    receipt: Receipt = Receipt.REACTION
    #: Sectors take turns among those who wait to speak and have spoken equally often.
    alternate: Switch = Switch.OFF
    recorders: Recorders = Recorders.ALL
    #: When the weekly letter comes (``method.rhythms.weekly``); None: it does not.
    letter: Weekly | None = LETTER

    def __post_init__(self) -> None:
        # Where there is no working time, the next one would be looked for without end.
        hours = self.ends.hour - self.begins.hour + (self.ends.minute - self.begins.minute) / 60
        if (
            not self.days
            or not set(self.days) <= set(range(7))
            or hours < LEAST_HOURS
            or self.state not in STATES
        ):
            raise ValueError("no working time, or no federal state")

    @classmethod
    def stored(cls, values: Mapping[str, str]) -> Self:
        """Read what ``as_stored`` has written; what is not there is as above."""
        known = {name: _READ[name](value) for name, value in values.items() if name in _READ}
        return cls(**known)

    def as_stored(self) -> dict[str, str]:
        """Return every setting as words for the database."""
        return {
            "address": str(self.address),
            "days": "".join(map(str, self.days)),
            "begins": self.begins.isoformat("minutes"),
            "ends": self.ends.isoformat("minutes"),
            "state": self.state,
            "zone": self.zone.key,
            "occasion": str(self.occasion or ""),
            "receipt": str(self.receipt),
            "alternate": str(self.alternate),
            "recorders": str(self.recorders),
            "letter": self.letter.as_stored() if self.letter else "",
        }


_READ: Final[Mapping[str, Callable[[str], Any]]] = {
    "address": Address,
    "days": lambda value: tuple(map(int, value)),
    "begins": time.fromisoformat,
    "ends": time.fromisoformat,
    "state": str,
    "zone": ZoneInfo,
    "occasion": lambda value: Occasion(value) if value else None,
    "receipt": Receipt,
    "alternate": Switch,
    "recorders": Recorders,
    "letter": lambda value: Weekly.stored(value) if value else None,
}
