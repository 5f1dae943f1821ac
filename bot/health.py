# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""How the running bot is: what the loops report, and whether that adds up to "ready".

``app.py`` makes one ``Health`` and hands it to the loops; they report facts and judge nothing:

- pump: ``health.synced(now)`` after each committed sync, ``health.token_lost()`` on M_UNKNOWN_TOKEN
- app: ``health.stand_by()`` while another process leads, ``health.lead()`` from then on
- start: ``health.state = State.RUNNING``, ``health.logged_in = True``, ``health.signing = Signing.SIGNED``
- whoever writes: ``health.database_writable = True`` or ``False``
- upkeep: ``health.oldest_unsent = created_at`` of the oldest waiting row, or None
- everybody: ``health.count("events", rule="handled")``, ``health.measure("waiting_for_keys", 3)``

The counters and gauges stand in ``COUNTERS`` and ``GAUGES`` below; another name is a bug and raises
``KeyError``. A label value that is not a plain word becomes ``other``, so no user, room or text can end in
the metrics. Everything here is synchronous, in memory, and cheap enough for every event.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

#: A sync waits 30 seconds at the homeserver; three of them without an answer are an outage.
SYNC_LATE: Final = timedelta(seconds=90)
#: Longer than any Retry-After of a healthy homeserver.
UNSENT_LATE: Final = timedelta(minutes=5)

#: Name: help text and the one label, if any. Events put aside are events with the rule ``put_aside``.
COUNTERS: Final[Mapping[str, tuple[str, str | None]]] = {
    "events": ("Events of the homeserver, by the rule that ended their handling", "rule"),
    "commands": ("Commands that were run, by command", "command"),
    "errors": ("Errors caught by a loop, by the part that caught them", "part"),
    "invites": ("Invitations, by what came of them", "result"),
    "refused_by_homeserver": ("Requests the homeserver refused, by errcode", "errcode"),
    "sent": ("Events sent to rooms", None),
    "syncs": ("Completed syncs", None),
    "timers": ('Promises that were due, by kind; "failed" are those that could not be kept', "kind"),
    "unreachable": ("Requests that did not reach the homeserver", None),
}
GAUGES: Final[Mapping[str, str]] = {
    "failing": "Promises that have failed several times and are tried again",
    "rooms": "Rooms the bot is in",
    "unsent": "Messages waiting to be sent",
    "waiting_for_keys": "Encrypted events whose key has not come yet",
}

_WORD: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,63}")


class State(StrEnum):
    """Where the program is in its life."""

    STANDBY = "standby"
    STARTING = "starting"
    RUNNING = "running"
    TOKEN_LOST = "token_lost"  # noqa: S105 -- the name of a state, not a password
    STOPPING = "stopping"


class Signing(StrEnum):
    """What is known about the cross-signing of the bot's device."""

    UNKNOWN = "unknown"
    SIGNED = "signed"
    UNSIGNED = "unsigned"
    FOREIGN = "foreign"


@dataclass(slots=True)
class Health:
    """What the loops reported last; ``now`` is always passed in, aware."""

    state: State = State.STARTING
    #: Does this process do the work? Only on PostgreSQL may it be another one.
    leading: bool = False
    logged_in: bool = False
    signing: Signing = Signing.UNKNOWN
    database_writable: bool = False
    last_sync: datetime | None = None
    oldest_unsent: datetime | None = None
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    gauges: dict[str, int] = field(default_factory=dict)

    def stand_by(self) -> None:
        """Note that another process leads, or that it is not known which."""
        self.state, self.leading = State.STANDBY, False
        self.logged_in = self.database_writable = False
        self.signing = Signing.UNKNOWN
        self.last_sync = self.oldest_unsent = None

    def lead(self) -> None:
        """Note that this process does the work from now on."""
        self.state, self.leading = State.STARTING, True

    def synced(self, now: datetime) -> None:
        """Note that a sync has been received and committed."""
        self.last_sync = now
        self.count("syncs")

    def token_lost(self) -> None:
        """Note that the homeserver no longer knows the access token; only ``tafelrunde relogin`` helps."""
        self.state = State.TOKEN_LOST
        self.logged_in = False

    def count(self, counter: str, **label: str) -> None:
        """Count one more; the label is the counter's own, e.g. ``count("events", rule="own_event")``."""
        _help, name = COUNTERS[counter]
        value = label[name] if name else ""
        self.counts[counter, value if not name or _WORD.fullmatch(value) else "other"] += 1

    def measure(self, gauge: str, value: int) -> None:
        """Set a gauge to ``value``."""
        if gauge not in GAUGES:
            raise KeyError(gauge)
        self.gauges[gauge] = value

    def last_sync_age(self, now: datetime) -> float | None:
        """Return the seconds since the last sync, None before the first."""
        return _seconds(self.last_sync, now)

    def oldest_unsent_age(self, now: datetime) -> float | None:
        """Return how many seconds the oldest message has been waiting, None if none waits."""
        return _seconds(self.oldest_unsent, now)

    def reasons(self, now: datetime) -> list[str]:
        """Return why the bot is not ready, as stable words; empty means ready."""
        if self.state is State.STANDBY:
            return [str(self.state)]  # it does nothing, and nothing is wrong
        sync_age, unsent_age = self.last_sync_age(now), self.oldest_unsent_age(now)
        checks = {
            str(self.state): self.state is not State.RUNNING,
            "not_logged_in": not self.logged_in,
            "not_cross_signed": self.signing is not Signing.SIGNED,
            "never_synced": sync_age is None,
            "sync_late": sync_age is not None and sync_age > SYNC_LATE.total_seconds(),
            "database_not_writable": not self.database_writable,
            "unsent_late": unsent_age is not None and unsent_age > UNSENT_LATE.total_seconds(),
        }
        return [reason for reason, applies in checks.items() if applies]

    def report(self, now: datetime) -> dict[str, Any]:
        """Return what ``/readyz`` shows: numbers and states, no names."""
        reasons = self.reasons(now)
        return {
            "ready": not reasons,
            "reasons": reasons,
            "state": str(self.state),
            "leading": self.leading,
            "logged_in": self.logged_in,
            "cross_signed": self.signing is Signing.SIGNED,
            "last_sync_age": self.last_sync_age(now),
            "database_writable": self.database_writable,
            "oldest_unsent_age": self.oldest_unsent_age(now),
        }


def _seconds(since: datetime | None, now: datetime) -> float | None:
    return None if since is None else max(0.0, round((now - since).total_seconds(), 1))
