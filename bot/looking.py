# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The loop of a worker that asks the homeserver for something: when it is wanted, and again while some of it waits."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from bot.backoff import Backoff
from storage.database import is_outage

#: Seconds until the next look while something waits.
_AGAIN: Final = 1.0


async def keep_looking(
    once: Callable[[], Awaitable[bool]],
    *,
    wanted: asyncio.Event,
    reached: asyncio.Event,
    away: Callable[[], None] | None = None,
) -> None:
    """Work for ever; an outage of the database is waited for.

    Args:
        once: does what can be done now; returns whether something waits for later.
        wanted: there may be something to do.
        reached: set while the homeserver answers.
        away: called before an absent homeserver is waited for.
    """
    backoff = Backoff(most=15.0)
    while True:
        if away is not None and not reached.is_set():
            away()
        await reached.wait()
        wanted.clear()
        try:
            waiting = await once()
        except Exception as error:
            if not is_outage(error):
                raise
            await asyncio.sleep(backoff.next())
            continue
        backoff.reset()
        try:
            async with asyncio.timeout(_AGAIN if waiting else None):
                await wanted.wait()
        except TimeoutError:
            continue
