# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Measures how long the event loop serves nobody else: the longest single callback."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Watch:
    """Times every callback of the event loop, tasks' steps among them.

    A task's step is what it does between two ``await``s that really wait; while it runs, nobody else is served: the
    longest callback is the longest stall. Counted is the CPU time of the loop's thread (seconds): on the
    wall clock, other programs on the machine would look like stalls, and input gives us nothing to wait for in it.
    """

    def __init__(self) -> None:
        self.longest = 0.0

    async def restart(self) -> None:
        """Forget what was; what the caller has done in this step so far does not count either."""
        await asyncio.sleep(0)
        self.longest = 0.0


@contextmanager
def watching() -> Iterator[Watch]:
    """Time the callbacks as long as the context is open."""
    watch = Watch()
    run = asyncio.Handle._run

    def timed(handle: asyncio.Handle) -> None:
        began = time.thread_time()
        try:
            run(handle)
        finally:
            watch.longest = max(watch.longest, time.thread_time() - began)

    asyncio.Handle._run = timed  # type: ignore[method-assign, assignment]  # only the clock is added
    try:
        yield watch
    finally:
        asyncio.Handle._run = run  # type: ignore[method-assign]  # only the clock is added
