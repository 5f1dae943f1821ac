# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Makes the bot wrong on purpose: the token is stored before the events that it acknowledges."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Final

from bot.pump import Pump
from storage import sync

#: Seconds; in truth the moment in between is short, but the test is as well.
_BETWEEN: Final = 2.0
_journal: Final = Pump.journal


async def journal(self: Pump, body: Mapping[str, Any], *, whole: bool = True) -> None:
    """Acknowledge first."""
    async with self._db.transaction() as db:
        state = await sync.load(db, now=self._clock())
        await sync.advance(db, body["next_batch"], state.batch)
    await asyncio.sleep(_BETWEEN)
    await _journal(self, body, whole=whole)


Pump.journal = journal  # type: ignore[method-assign]  # sabotage
