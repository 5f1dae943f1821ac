# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Remembers how much each person has asked for lately, and whom we have told that it was too much."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Final

from method.floods import Allowance, Weight
from method.ids import UserId

#: People remembered; the one not heard of for longest is forgotten first, with a full account.
PEOPLE: Final = 10_000
#: A person is told so often at most.
SILENCE: Final = timedelta(hours=1)
#: A sync later than this after the one before shows that we were away.
_PAUSE: Final = timedelta(minutes=1)
_ENDLESS: Final = timedelta(days=3650)


class Floods:
    """One for the process; after a start everybody has a full account."""

    def __init__(self) -> None:
        self._allowances: OrderedDict[UserId, Allowance] = OrderedDict()
        self._told: OrderedDict[UserId, datetime] = OrderedDict()
        #: The last response that came after a pause, and how long the pause was.
        self._away: tuple[int, timedelta] = (-1, timedelta(0))

    def journalled(self, batch: int, since: timedelta | None) -> None:
        """Note a response and how long after the one before it came; None: it is the first."""
        if since is None or since > _PAUSE:
            self._away = (batch, since or _ENDLESS)

    def draw(self, user: UserId, weight: Weight, batch: int, now: datetime) -> timedelta | None:
        """Return how long the person's event has to wait; None: it is left out."""
        allowance = self._allowances.setdefault(user, Allowance(now))
        self._allowances.move_to_end(user)
        if len(self._allowances) > PEOPLE:
            self._allowances.popitem(last=False)
        away = self._away[1] if batch == self._away[0] else timedelta(0)
        return allowance.draw(weight, now, away=away)

    def must_tell(self, user: UserId, now: datetime) -> bool:
        """Return whether the person has to be told now that it was too much; it counts as told."""
        told = self._told.get(user)
        if told is not None and now - told < SILENCE:
            return False
        self._told[user] = now
        self._told.move_to_end(user)
        if len(self._told) > PEOPLE:
            self._told.popitem(last=False)
        return True
