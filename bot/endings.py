# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""How events leave the journal: the ends of a whole response are written together."""

from __future__ import annotations

from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from method.ids import EventId
from storage import inbox
from storage.inbox import Entry

#: What an event waits for when it refers to one that waits itself begins so.
EVENT: Final = "event:"


class Endings:
    """The ends of events handled in one transaction, written down for all of them at once.

    Attributes:
        db: the transaction.
        woken: events that had waited were taken up again.
        lacks_devices: an event waits for its sender's devices.
    """

    def __init__(self, db: AsyncConnection, awaited: set[str]) -> None:
        self.db = db
        self.woken = False
        self.lacks_devices = False
        self._ends: dict[EventId, tuple[EventId, str, str]] = {}
        self._unwritten: set[EventId] = set()
        #: Events for which others wait.
        self._awaited = awaited

    @classmethod
    async def begin(cls, db: AsyncConnection) -> Endings:
        """Return nothing ended yet."""
        return cls(db, set(await inbox.waiting_for(db, EVENT)))

    def end(self, entry: Entry, state: str, rule: str) -> str:
        """End the event's life; return the rule."""
        self._ends[entry.event_id] = (entry.event_id, state, rule)
        self._unwritten.add(entry.event_id)
        return rule

    def undo(self, entry: Entry) -> None:
        """The event failed, and what was written since it began is gone: perhaps the ends of others too."""
        self._ends.pop(entry.event_id, None)
        self._unwritten = set(self._ends)

    async def flush(self) -> None:
        """Write the ends down."""
        if self._unwritten:
            await inbox.finish_all(self.db, [self._ends[event_id] for event_id in self._unwritten])
            self._unwritten.clear()

    async def park(self, entry: Entry, rule: str, waits_for: str) -> None:
        """Let the event wait for a key, for a person's devices or for another event."""
        await inbox.park(self.db, entry.event_id, rule, waits_for)
        self._awaited.add(waits_for)

    async def wake(self, event_id: EventId) -> None:
        """Take up again what waits for this event."""
        name = f"{EVENT}{event_id}"
        if name in self._awaited:
            await self.take_up(name)

    async def take_up(self, name: str) -> bool:
        """Take up again what waits for ``name``; return whether anything did."""
        found = await inbox.wake(self.db, [name]) > 0
        self.woken = found or self.woken
        return found
