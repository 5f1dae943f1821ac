# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""How long to wait before the next try: longer each time, never in step with others."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Final

from bot.matrix.errors import MatrixError

#: The longest wait in seconds, whatever a server asks for.
LONGEST: Final = 300.0


@dataclass(slots=True)
class Backoff:
    """Doubling waits with jitter.

    Args:
        first: the first wait in seconds.
        most: where the doubling ends; waits are then between half of it and all of it.
    """

    first: float = 1.0
    most: float = 60.0
    _tries: int = field(default=0, init=False)
    _random: random.Random = field(default_factory=random.Random, init=False)

    def reset(self) -> None:
        """It worked: begin anew."""
        self._tries = 0

    def next(self, error: BaseException | None = None) -> float:
        """Return the next wait in seconds; a homeserver's own wish (429) is respected."""
        wait = min(self.first * 2.0**self._tries, self.most) * self._random.uniform(0.5, 1.0)
        self._tries = min(self._tries + 1, 32)
        asked = error.retry_after if isinstance(error, MatrixError) else None
        return min(max(wait, asked or 0.0), LONGEST)
