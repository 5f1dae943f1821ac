# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Groups to which much is promised for the same moment, written straight into a database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Table, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from commands import checking
from method.ids import UserId
from method.meetings import REMIND
from method.reminders import SAY
from method.settings import BERLIN
from method.tasks import DUE
from storage.tables import (
    checkin_routines,
    group_settings,
    groups,
    items,
    meetings,
    members,
    people,
    reminders,
    rooms,
    tasks,
    timers,
)

ME: Final = UserId("@bot:bench")
_WORDS: Final = "Unterlagen für die Ausländerbehörde mitbringen"
#: Numbers of rows that no bot has given yet.
_FIRST: Final = 1_000_000
#: So that it is working time whenever this is measured.
_SETTINGS: Final = {"days": "0123456", "ends": "23:59"}

_GROUP: Final = {"language": "de", "step": 3, "state": "active", "last_barrier": 0, "last_idea": 0}
_ROOM: Final = {"direct": False, "membership": "join", "members_complete": True}
_ITEM: Final = {"kind": "task", "number": 1, "text": _WORDS, "state": "open"}
_MEETING: Final = {"number": 1, "title": "Montagsrunde", "stage": "planned"}
_REMINDER: Final = {"private": False, "unnamed": False, "exact": True, "text": _WORDS}

Rows = tuple[Table, Iterable[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Crowd:
    """What is promised to whom.

    Args:
        due_at: the moment.
        rooms: the room of each group, by the group's number.
        reminders: of each group, beside its check-in.
        meetings: each group meets an hour later, and is reminded of that.
        tasks: in each group somebody has a task that is due, and is told alone.
    """

    due_at: datetime
    rooms: Mapping[int, str]
    reminders: int = 0
    meetings: bool = False
    tasks: bool = False

    @property
    def count(self) -> int:
        """How many promises there are."""
        return len(self.rooms) * (1 + self.reminders + self.meetings + self.tasks)

    async def found(self, db: AsyncConnection) -> None:
        """Write the groups themselves."""
        named = {"created_at": self.due_at, "last_task": int(self.tasks), **_GROUP}
        joined = {"membership": "join", "display_name": "Lina"}
        await _write(
            db,
            (groups, ({"id": n, "name": f"Runde {n}", **named} for n in self.rooms)),
            (rooms, ({"room_id": room, "group_id": n, **_ROOM} for n, room in self.rooms.items())),
            (
                members,
                (
                    {"room_id": room, "user_id": user, **joined}
                    for n, room in self.rooms.items()
                    for user in (ME, _user(n))
                ),
            ),
        )

    async def promise(self, db: AsyncConnection) -> None:
        """Write what the groups have, and the promises."""
        # People are told of their tasks an hour after work begins.
        begins = f"{self.due_at.astimezone(BERLIN) - timedelta(hours=1):%H:%M}" if self.tasks else "00:00"
        wanted = {**_SETTINGS, "begins": begins}
        settings = [{"name": name, "value": value} for name, value in wanted.items()]
        await _write(
            db,
            (group_settings, ({"group_id": n, **one} for n in self.rooms for one in settings)),
            (checkin_routines, ({"group_id": n, "days": "0123456", "at": "09:00"} for n in self.rooms)),
            (people, ({"id": _FIRST + n, "user_id": _user(n)} for n in self.rooms)),
            (items, self._items()),
            (tasks, self._tasks()),
            (meetings, self._meetings()),
            (reminders, self._reminders()),
            (timers, self._timers()),
        )

    def _items(self) -> Iterator[Mapping[str, Any]]:
        at = {"created_at": self.due_at, "changed_at": self.due_at}
        for n in self.rooms if self.tasks else ():
            yield {"id": _FIRST + n, "group_id": n, **at, **_ITEM}

    def _tasks(self) -> Iterator[Mapping[str, Any]]:
        day = f"{self.due_at.astimezone(BERLIN):%Y-%m-%d}"
        for n in self.rooms if self.tasks else ():
            yield {"item_id": _FIRST + n, "stage": "running", "due_on": day, "owner_id": _FIRST + n}

    def _meetings(self) -> Iterator[Mapping[str, Any]]:
        for n in self.rooms if self.meetings else ():
            starts = {"starts_at": self.due_at + timedelta(hours=1), "source_event_id": f"$meeting{n}"}
            yield {"id": _FIRST + n, "group_id": n, **starts, **_MEETING}

    def _reminders(self) -> Iterator[Mapping[str, Any]]:
        for n in self.rooms:
            for place in range(1, self.reminders + 1):
                of = {"group_id": n, "person_id": _FIRST + n, "number": place}
                number = self._number(n, place)
                yield {"id": number, "source_event_id": f"$reminder{number}", **of, **_REMINDER}

    def _number(self, group: int, place: int) -> int:
        return _FIRST + group * (self.reminders + 1) + place

    def _timers(self) -> Iterator[Mapping[str, Any]]:
        """Yield the promises, group by group: rows of a table often lie as they were made."""
        day = f"{self.due_at.astimezone(BERLIN):%Y-%m-%d}"
        nominal = f"{day}T09:00"
        shared = {"due_at": self.due_at, "attempts": 0}
        for n in self.rooms:
            of = {"group_id": n, **shared}
            yield {**of, "kind": checking.OPEN, "subject": "", "nominal": nominal}
            if self.tasks:
                yield {**of, "kind": DUE, "subject": str(_FIRST + n), "nominal": nominal}
            if self.meetings:
                yield {**of, "kind": REMIND, "subject": str(_FIRST + n), "nominal": nominal}
            for place in range(1, self.reminders + 1):
                subject = str(self._number(n, place))
                yield {**of, "kind": SAY, "subject": subject, "nominal": nominal}


async def _write(db: AsyncConnection, *parts: Rows) -> None:
    for table, rows in parts:
        listed = list(rows)
        if listed:
            await db.execute(insert(table), listed)


def _user(number: int) -> UserId:
    return UserId(f"@person{number}:bench")
