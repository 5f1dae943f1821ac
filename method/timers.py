# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""A promise to do something at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from method.ids import GroupId, TimerId

#: What was promised for a time has causes that begin like this.
PROMISED: Final = "timer:"


@dataclass(frozen=True, slots=True)
class Timer:
    """Something that is due for a group."""

    id: TimerId
    group_id: GroupId
    #: Names the handler.
    kind: str
    #: What it is about, in the handler's own words.
    subject: str
    #: The moment that was meant, as local time; "" where there is only one of this kind and subject at a time.
    nominal: str
    due_at: datetime
    #: How often the handler has failed.
    attempts: int

    @property
    def cause(self) -> str:
        """Why something is said because of it: a restored older database says the same again, and it is recognised."""
        return (
            f"{PROMISED}{self.group_id}:{self.kind}:{self.subject}:{self.nominal or self.due_at.isoformat()}"
        )
