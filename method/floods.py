# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""How much one person may ask for at a time, so that nobody takes the bot away from the others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Final

#: So much may come at once, more than anybody types.
BURST: Final = 30
#: So much may come again and again (events a second).
RATE: Final = 2.0
#: So many entries beyond that are kept and taken one after the other.
KEPT: Final = 200
#: So long the last of them waits.
LONGEST: Final = timedelta(seconds=KEPT / RATE)

_NEVER: Final = datetime.min.replace(tzinfo=UTC)


class Weight(Enum):
    """What an event asks of us."""

    #: Nothing that costs others time: conversation, reactions, deletions.
    NOTHING = "nothing"
    #: An answer, which can be asked for again.
    ANSWER = "answer"
    #: Something to be remembered; it must not be lost.
    ENTRY = "entry"


@dataclass(slots=True)
class Allowance:
    """One person's account: it fills with time and is drawn on by each event (a token bucket).

    Args:
        at: when the person was first seen.
    """

    at: datetime
    level: float = BURST
    #: The last of the entries that wait waits until then.
    until: datetime = _NEVER

    def draw(self, weight: Weight, now: datetime, *, away: timedelta = timedelta(0)) -> timedelta | None:
        """Return how long the event has to wait, zero for most; None: it is left out.

        Args:
            weight: what the event asks for.
            now: when it came.
            away: how long nothing had come before it because we, or the homeserver, were away: what
                collects in such a time is no flood.
        """
        if weight is Weight.NOTHING:
            return timedelta(0)
        most = BURST + RATE * away.total_seconds()
        passed = max((now - self.at).total_seconds(), 0.0)
        self.level = min(most, max(self.level, most if away else self.level) + RATE * passed)
        self.at = now
        if weight is not Weight.ENTRY and self.level < 1:
            # Who goes on gets no answer now and then, each of which all in the room would have to read.
            self.level = min(self.level, 0.0)
            return None
        if self.level < 1 - KEPT:
            return None
        self.level -= 1
        if self.level >= 0 and self.until <= now:
            # Not noted: a gap is fetched backwards, so what was written later may have come earlier.
            return timedelta(0)
        ready = now + timedelta(seconds=max(0.0, -self.level / RATE))
        # Nothing overtakes what waits; but a clock that went back must not make anybody wait for ever.
        self.until = max(ready, self.until) if self.until <= now + LONGEST else ready
        return self.until - now
