# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""How long a message is tried at which the homeserver itself fails."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from bot.health import SYNC_LATE, Health
from bot.matrix.errors import MatrixError
from method.ids import OutboxId
from storage.outbox import Post

#: A message at which the homeserver itself fails so often, while others go through, is given up.
_HOPELESS_TRIES: Final = 8
_HOPELESS_OTHERS: Final = 3
#: Where no others are to be sent, it takes more tries (about a quarter of an hour).
_HOPELESS_ALONE: Final = 20


class Patience:
    """Which messages failed, and how many others went through since."""

    def __init__(self, health: Health, clock: Callable[[], datetime]) -> None:
        self._health = health
        self._clock = clock
        self._sent = 0
        self._failing_since: Final[dict[OutboxId, int]] = {}

    def sent(self, post: Post) -> None:
        """This one went through."""
        self._sent += 1
        self.forget(post)

    def forget(self, post: Post) -> None:
        """This one is tried no more."""
        self._failing_since.pop(post.id, None)

    def lasts(self, post: Post, error: MatrixError) -> bool:
        """Is the post, which was refused like this, to be tried again?"""
        if error.status < 500 and error.errcode:
            # Without an errcode it was a proxy that spoke, not the homeserver.
            return False
        before = self._failing_since.setdefault(post.id, self._sent)
        tries = post.attempts + 1
        if tries >= _HOPELESS_TRIES and self._sent - before >= _HOPELESS_OTHERS:
            return False
        return tries < _HOPELESS_ALONE or not self._syncs()

    def _syncs(self) -> bool:
        """Does the homeserver work otherwise? In an only room, no other message could show it."""
        last = self._health.last_sync
        return last is not None and self._clock() - last < SYNC_LATE
