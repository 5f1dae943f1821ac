# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Whose devices we know well enough, and whose we must ask for before we speak or believe."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from typing import Final

from method.ids import UserId

#: Seconds until a user whose homeserver did not answer is asked for again.
_PATIENCE: Final = 300.0
#: Foreign sender keys remembered for one user; beyond that all of them are asked for again.
_REFUTED_AT_MOST: Final = 1_000

Tickets = dict[UserId, int]


class DeviceLists:
    """Bookkeeping without any keys. It is not stored: after a start everybody is asked for anew.

    Args:
        clock: seconds that only go forward.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock: Final = clock
        self._counter = 0
        self._known: set[UserId] = set()
        #: Users to ask for; the number tells a change during a query from one before it.
        self._stale: Tickets = {}
        self._silent: dict[UserId, float] = {}
        self._suspects: defaultdict[UserId, set[str]] = defaultdict(set)
        self._refuted: defaultdict[UserId, set[str]] = defaultdict(set)

    def changed(self, users: Iterable[UserId]) -> None:
        """Note that the homeserver announced new device lists."""
        for user in users:
            if user in self._known or user in self._stale:
                self._mark(user)
            self._refuted.pop(user, None)

    def left(self, users: Iterable[UserId]) -> None:
        """Note that we share no encrypted room with ``users`` any more: changes are not announced."""
        self._known.difference_update(users)

    def expect(self, user: UserId) -> None:
        """Note that ``user`` gave us a room key and will speak soon."""
        if user not in self._known and user not in self._stale:
            self._mark(user)

    def suspect(self, user: UserId, sender_key: str) -> bool:
        """Note a room key of a device that ``user`` is not known to have.

        Returns:
            True as long as a key query may still show the device; False once it was answered.
        """
        if sender_key in self._refuted.get(user, ()):
            return False
        if sender_key not in self._suspects[user]:
            self._suspects[user].add(sender_key)
            self._mark(user)
        return True

    def to_ask(self, users: Collection[UserId] | None = None) -> list[UserId]:
        """Return who must be asked for: among ``users``, or everybody known to have changed."""
        wanted = users if users is not None else list(self._stale)
        return [user for user in wanted if self._is_due(user)]

    def tickets(self, users: Iterable[UserId]) -> Tickets:
        """Return what to hand to ``answered`` after asking for ``users``."""
        return {user: self._stale.get(user, 0) for user in users}

    def answered(self, tickets: Tickets) -> None:
        """Note that the devices of these users were stored; changes since the question stay noted."""
        for user, ticket in tickets.items():
            if self._stale.get(user, 0) != ticket:
                continue
            self._stale.pop(user, None)
            self._silent.pop(user, None)
            self._known.add(user)
            if user in self._suspects:
                self._refuted[user] |= self._suspects.pop(user)
                if len(self._refuted[user]) > _REFUTED_AT_MOST:
                    del self._refuted[user]

    def unanswered(self, users: Iterable[UserId]) -> None:
        """Note that the homeservers of ``users`` were not reached; they are asked again later."""
        for user in users:
            self._silent[user] = self._clock() + _PATIENCE
            self._mark(user)

    def _is_due(self, user: UserId) -> bool:
        if user in self._known and user not in self._stale:
            return False
        return self._silent.get(user, 0.0) <= self._clock()

    def _mark(self, user: UserId) -> None:
        self._counter += 1
        self._stale[user] = self._counter
