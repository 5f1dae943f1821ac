# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Remembers how much each person has asked for lately, and whom we have told that it was too much."""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

from method.floods import RATE, Allowance, Weight
from method.ids import EventId, UserId

#: People remembered; the one not heard of for longest is forgotten first, with a full account.
PEOPLE: Final = 10_000
#: A person is told so often at most.
SILENCE: Final = timedelta(hours=1)
#: A sync later than this after the one before shows that we were away.
_PAUSE: Final = timedelta(minutes=1)
_ENDLESS: Final = timedelta(days=3650)
#: Events whose draw is remembered: more than are handled in one transaction, which may be undone and repeated.
_REPEATED: Final = 256


_Key = TypeVar("_Key")


class Floods:
    """One for the process; at its start everybody has a full account but those whose entries wait."""

    def __init__(self) -> None:
        self._allowances: OrderedDict[UserId, Allowance] = OrderedDict()
        #: When a person was told, and on the occasion of which event.
        self._told: OrderedDict[UserId, tuple[datetime, EventId | None]] = OrderedDict()
        self._drawn: OrderedDict[EventId, timedelta | None] = OrderedDict()
        #: The last response that came after a pause, and how long the pause was.
        self._away: tuple[int, timedelta] = (-1, timedelta(0))

    def resume(self, user: UserId, until: datetime, now: datetime) -> None:
        """Go on where another process stopped: entries of this person wait until then, and they know."""
        level = -RATE * max((until - now).total_seconds(), 0.0)
        self._allowances[user] = Allowance(now, level, until)
        self._told[user] = (now, None)

    def journalled(self, batch: int, since: timedelta | None) -> None:
        """Note a response and how long after the one before it came; None: it is the first."""
        if since is None or since > _PAUSE:
            self._away = (batch, since or _ENDLESS)

    def draw(
        self, event_id: EventId, user: UserId, weight: Weight, *, batch: int, now: datetime
    ) -> timedelta | None:
        """Return how long the person's event has to wait; None: it is left out.

        The same event again is told the same: its transaction was undone.
        """
        if event_id in self._drawn:
            return self._drawn[event_id]
        allowance = self._allowances.setdefault(user, Allowance(now))
        _keep(self._allowances, user, PEOPLE)
        away = self._away[1] if batch == self._away[0] else timedelta(0)
        wait = self._drawn[event_id] = allowance.draw(weight, now, away=away)
        _keep(self._drawn, event_id, _REPEATED)
        return wait

    def must_tell(self, user: UserId, event_id: EventId, now: datetime) -> bool:
        """Return whether the person has to be told at this event that it was too much; it counts as told."""
        told = self._told.get(user)
        if told is not None and now - told[0] < SILENCE:
            return told[1] == event_id
        self._told[user] = (now, event_id)
        _keep(self._told, user, PEOPLE)
        return True


def _keep(remembered: OrderedDict[_Key, Any], key: _Key, most: int) -> None:
    """Make this the newest, and forget the oldest if there are too many."""
    remembered.move_to_end(key)
    if len(remembered) > most:
        remembered.popitem(last=False)
