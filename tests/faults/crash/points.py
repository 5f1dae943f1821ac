# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The points at which a bot can be made to fail, hooked into its process from outside: the product has none.

A point lies before and after each commit of the database, each request to the homeserver and each file put
into its place. Everything here runs in the process that is to die.
"""

from __future__ import annotations

import os
import re
import signal
import sqlite3
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy.engine.default import DefaultDialect

from bot.backoff import Backoff
from bot.clock import now
from bot.matrix.errors import MatrixError
from bot.matrix.homeserver import Homeserver
from bot.pump import Pump
from method.ids import EventId, RoomId
from storage import sync

DIED = 137


@dataclass(frozen=True, slots=True)
class Plan:
    """What goes wrong, and where.

    Attributes:
        die: the number of the point at which the process ends, 0 for none.
        stop: the number of the point at which it is asked to end (SIGTERM).
        outage: the first commit, counted by itself, at which the disk fails.
        length: so many commits fail.
        unknown: the failing commits happen all the same; only the answer is lost.
        sabotage: names of ``SABOTAGES``, joined by " + ": a bot made worse on purpose.
    """

    die: int = 0
    stop: int = 0
    outage: int = 0
    length: int = 1
    unknown: bool = False
    sabotage: str = ""


class Points:
    """Counts what is passed, writes it down, and fails as planned."""

    def __init__(self, plan: Plan, trace: Path) -> None:
        self._plan = plan
        self._trace = os.open(trace, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._counting = threading.Lock()
        self._passed = self._commits = 0

    def passed(self, label: str) -> None:
        """Pass one point."""
        with self._counting:  # commits are waited for in a thread
            self._passed += 1
            number = self._passed
            os.write(self._trace, f"{label}\n".encode())
        if number == self._plan.die:
            os._exit(DIED)
        if number == self._plan.stop:
            os.kill(os.getpid(), signal.SIGTERM)

    @property
    def _fails(self) -> bool:
        first = self._plan.outage
        return first > 0 and first <= self._commits < first + self._plan.length

    def install(self) -> None:
        """Hook into the database driver, the requests and the files."""
        self._hook_commits()
        self._hook_requests()
        self._hook_files()
        if self._plan.outage:
            _hurry()
        for sabotage in filter(None, self._plan.sabotage.split(" + ")):
            SABOTAGES[sabotage]()

    def _hook_commits(self) -> None:
        commit = DefaultDialect.do_commit

        def do_commit(dialect: DefaultDialect, connection: Any) -> None:
            self._commits += 1
            self.passed("before commit")
            if self._fails and not self._plan.unknown:
                raise _disk_error()
            commit(dialect, connection)
            self.passed("after commit")
            if self._fails:
                raise _disk_error()

        DefaultDialect.do_commit = do_commit  # type: ignore[method-assign]  # that is the hook

    def _hook_requests(self) -> None:
        exchange = Homeserver._exchange

        async def hooked(homeserver: Homeserver, method: str, path: str, **options: Any) -> Any:
            label = _label(method, path)
            self.passed(f"before {label}")
            try:
                answer = await exchange(homeserver, method, path, **options)
            except MatrixError:
                self.passed(f"after {label}")
                raise
            self.passed(f"after {label}")
            return answer

        Homeserver._exchange = hooked  # type: ignore[method-assign, assignment]  # that is the hook

    def _hook_files(self) -> None:
        for name in ("replace", "link"):
            self._hook_file(name, getattr(os, name))

    def _hook_file(self, name: str, put: Any) -> None:
        def hooked(source: Any, target: Any, **options: Any) -> None:
            self.passed(f"before file {Path(target).name}")
            put(source, target, **options)
            self.passed(f"after file {Path(target).name}")

        setattr(os, name, hooked)


def _label(method: str, path: str) -> str:
    parts = path.split("/")[4:]
    named = [part for part in parts if not re.search(r"[%$!@]|^t[a-z2-7]{26}$|^[0-9a-f]{32}$", part)]
    return " ".join([method, *named])


def _disk_error() -> sqlite3.OperationalError:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorcode = sqlite3.SQLITE_IOERR
    return error


def _hurry() -> None:
    """Wait a fiftieth of the time between two tries."""
    wait = Backoff.next

    def hooked(backoff: Backoff, error: BaseException | None = None) -> float:
        return wait(backoff, error) / 50

    Backoff.next = hooked  # type: ignore[method-assign, assignment]  # that is the hook


# --- bots that break a promise ----------------------------------------------------------------------


def _fresh_transaction_ids() -> None:
    send = Homeserver.send

    async def hooked(
        homeserver: Homeserver, room: RoomId, event_type: str, content: Mapping[str, Any], _txn: str
    ) -> EventId:
        return await send(homeserver, room, event_type, content, uuid4().hex)

    Homeserver.send = hooked  # type: ignore[method-assign, assignment]  # a bot made worse on purpose


def _token_first() -> None:
    journal = Pump.journal

    async def hooked(pump: Pump, body: Mapping[str, Any], **options: Any) -> None:
        async with pump._db.transaction() as db:
            state = await sync.load(db, now=now())
            await sync.advance(db, body["next_batch"], state.batch)
        await journal(pump, body, **options)

    Pump.journal = hooked  # type: ignore[method-assign, assignment]  # a bot made worse on purpose


def _deaf() -> None:
    sync_ = Homeserver.sync

    async def hooked(homeserver: Homeserver, since: str | None, **options: Any) -> dict[str, Any]:
        room = options["filter"]["room"]
        timeline = {**room["timeline"], "not_senders": [homeserver.user_id]}
        options["filter"] = {**options["filter"], "room": {**room, "timeline": timeline}}
        return await sync_(homeserver, since, **options)

    Homeserver.sync = hooked  # type: ignore[method-assign, assignment]  # a bot made worse on purpose


SABOTAGES = {
    #: Each try is a new message for the homeserver.
    "fresh transaction ids": _fresh_transaction_ids,
    #: After a start it does not look at what it has said before.
    "deaf": _deaf,
    #: It acknowledges what it has not stored yet.
    "token first": _token_first,
}
