# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Lets a picture be drawn by a process of its own, which ends with it: no memory stays, no fault spreads."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import Mapping
from typing import Any, Final

#: Seconds; a picture takes a fifth of one.
PATIENCE: Final = 30.0
_WORKER: Final = "bot.pictures.worker"
#: What a picture and a document begin with.
_MADE: Final = (b"\x89PNG\r\n\x1a\n", b"%PDF-")
#: What the process is told of our environment: where things are, and none of our secrets.
_SHARED: Final = ("HOME", "LANG", "PATH", "TMPDIR", "XDG_DATA_HOME")
#: One thread is enough for one page; address space for more would be taken on every processor.
_MODEST: Final = {"RAYON_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "2"}


class NotDrawn(Exception):  # noqa: N818 -- names what did not happen
    """There is no picture: the process ended, or took too long."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


async def draw(picture: Mapping[str, Any], *, patience: float = PATIENCE, worker: str = _WORKER) -> bytes:
    """Return the picture as PNG, a document as PDF; the same data gives the same bytes.

    Args:
        picture: what it shows (``method.pictures``).
        patience: seconds.
        worker: the module that draws.

    Raises:
        NotDrawn: it cannot be drawn.
    """
    environment = {name: os.environ[name] for name in _SHARED if name in os.environ}
    environment |= _MODEST
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))
    try:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", worker, env=environment,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
    except OSError as error:
        raise NotDrawn(type(error).__name__) from error
    try:
        async with asyncio.timeout(patience):
            data, _ = await process.communicate(json.dumps(picture).encode())
    except TimeoutError:
        raise NotDrawn("timeout") from None
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            # Not wait(): that never ends if reading was interrupted while more had come than is kept.
            await process.communicate()
    if process.returncode != 0 or not data.startswith(_MADE):
        raise NotDrawn(f"exit_{process.returncode}")
    return data


def size_of(png: bytes) -> tuple[int, int]:
    """Return width and height of a PNG in pixels."""
    return int.from_bytes(png[16:20], "big"), int.from_bytes(png[20:24], "big")
