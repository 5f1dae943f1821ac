# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where something waits to be sent: known from earlier looks, so that a look reads a few rooms and not all of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import islice
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from method.ids import OutboxId, RoomId
from storage import lanes
from storage.lanes import room_of


class Waiting:
    """Rooms that are to be looked at, in their order, and those that are looked at again later.

    Nothing is lost with it: it is made anew from the outbox whenever it may be incomplete.
    """

    def __init__(self) -> None:
        #: There may be something in a room that does not stand here.
        self.is_incomplete = True
        #: There may be something newer than the newest row at the last ``find``; or older, in any room.
        self._is_expected = self._anywhere = False
        self._known = OutboxId(0)
        self._rooms: Final[dict[RoomId, None]] = {}
        #: Rooms that come first: somebody there has asked.
        self._asked: Final[dict[RoomId, None]] = {}
        #: Lanes in which something is on its way, and more waits; True where somebody has asked.
        self._behind: Final[dict[str, bool]] = {}
        self._later: Final[dict[RoomId, datetime]] = {}

    def __bool__(self) -> bool:
        """Is there something to look at now?"""
        return self.is_incomplete or self._is_expected or bool(self._rooms or self._asked)

    @property
    def is_asked(self) -> bool:
        """Is there a room in which somebody waits for more?"""
        return bool(self._asked)

    @property
    def until(self) -> datetime | None:
        """When the next room is looked at again."""
        return min(self._later.values(), default=None)

    def expect(self, *, anywhere: bool = False) -> None:
        """Find what is new at the next ``find``, or where in all rooms something waits."""
        self._is_expected = True
        self._anywhere |= anywhere

    async def find(self, db: AsyncConnection, newest: OutboxId) -> None:
        """Find the rooms that may not stand here yet; ``newest`` is the newest row of the outbox."""
        if not (self.is_incomplete or self._is_expected):
            return
        # Before the query: what is said while it is under way is looked for again.
        everywhere, anywhere = self.is_incomplete, self._anywhere
        self.is_incomplete = self._is_expected = self._anywhere = False
        if everywhere:
            self.fill(await lanes.rooms(db))
        else:
            self.add(await (lanes.all_rooms(db) if anywhere else lanes.rooms_since(db, self._known)))
        self._known = newest

    def fill(self, rooms: Iterable[RoomId]) -> None:
        """These are all the rooms in which something waits, in their order."""
        for known in (self._rooms, self._asked, self._behind, self._later):
            known.clear()
        self.add(rooms)

    def add(self, rooms: Iterable[RoomId]) -> None:
        """Look at these rooms, too; where something is on its way, they are looked at again after it."""
        self._rooms.update(dict.fromkeys(rooms))

    def take(self, most: int, now: datetime) -> list[RoomId]:
        """Return the next rooms to look at, and all in which somebody has asked."""
        for room in [room for room, until in self._later.items() if until <= now]:
            del self._later[room]
            self._rooms[room] = None
        taken = [*self._asked, *islice(self._rooms, most)]
        self._asked.clear()
        for room in taken:
            self._rooms.pop(room, None)
        return list(dict.fromkeys(taken))

    def put_off(self, lane: str, until: datetime) -> None:
        """Look at this lane again at that time."""
        room = room_of(lane)
        self._later[room] = min(until, self._later.get(room, until))

    def stand_behind(self, lane: str, *, asked: bool) -> None:
        """More waits in this lane than is on its way; ``asked``: somebody waits for it."""
        self._behind[lane] = asked or self._behind.get(lane, False)

    def free(self, lane: str) -> None:
        """Nothing is on its way in this lane any more."""
        asked = self._behind.pop(lane, None)
        if asked is not None:
            (self._asked if asked else self._rooms)[room_of(lane)] = None
