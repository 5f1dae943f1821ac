# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What came of looking up at the end what the homeserver has of a poll."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Self

from method.ids import PollId

#: The kind of the promise to close a poll, now that it was looked up; its subject is a ``Recounted``.
RECOUNTED: Final = "polls.recounted"


@dataclass(frozen=True, slots=True)
class Recounted:
    """A poll that can be closed; as words it is the subject of a promise."""

    poll_id: PollId
    #: Votes whose key is missing.
    unreadable: int = 0
    #: False: the homeserver did not say what it has.
    reread: bool = True

    def __str__(self) -> str:
        """Return it as words."""
        return f"{self.poll_id}:{self.unreadable}:{int(self.reread)}"

    @classmethod
    def read(cls, words: str) -> Self:
        """Read what ``str`` wrote."""
        poll_id, unreadable, reread = map(int, words.split(":"))
        return cls(PollId(poll_id), unreadable, bool(reread))
