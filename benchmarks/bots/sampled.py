# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Tafelrunde with a look at its stacks every few milliseconds of CPU time, in all its threads.

The samples go into the file ``samples.json`` in the working folder when it ends: how often each part of the
program was at work, and how often each of our functions was on the stack.
"""

from __future__ import annotations

import atexit
import concurrent.futures.thread
import json
import selectors
import signal
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FrameType, ModuleType
from typing import Final

import greenlet  # type: ignore[import-untyped]  # a part of SQLAlchemy's asyncio, without types

from bot.cli import app

#: Not from the demo, which needs what only tests have installed.
PROJECT: Final = Path(__file__).resolve().parents[2]
FILE: Final = "samples.json"
#: CPU time between two samples (seconds).
EVERY: Final = 0.004

#: The first of these that a path of the innermost frames holds names the part.
_PARTS: Final = (
    ("/sqlalchemy/", "SQLAlchemy"),
    ("/greenlet/", "SQLAlchemy"),
    ("/json/", "JSON"),
    ("/aiohttp/", "HTTP"),
    ("/yarl/", "HTTP"),
    ("/multidict/", "HTTP"),
    ("/urllib/", "HTTP"),
    ("/bot/matrix/homeserver", "HTTP"),
    ("/vodozemac/", "encryption"),
    ("/nio/", "encryption"),
    ("/bot/matrix/olm", "encryption"),
    ("/bot/matrix/crypto", "encryption"),
    ("/structlog/", "logs"),
    ("/logging/", "logs"),
    ("/asyncio/", "event loop"),
    ("/selectors", "event loop"),
    ("importlib", "start"),
    (f"{PROJECT}/storage/", "storage, with the SQLite it calls itself"),
    (f"{PROJECT}/commands/", "commands and rules"),
    (f"{PROJECT}/method/", "commands and rules"),
    (f"{PROJECT}/config/", "commands and rules"),
    (f"{PROJECT}/bot/", "loops"),
)
#: SQLAlchemy's functions that do nothing but call SQLite.
_CALLS_SQLITE: Final = frozenset(
    {"do_execute", "do_execute_no_params", "do_executemany", "do_commit", "do_rollback"}
)
#: A thread whose innermost frame stands in such a line of one of these modules waits.
_WAITS_IN: Final = (selectors, threading, concurrent.futures.thread)
_WAITS_FOR: Final = (".poll(", ".acquire(", ".get(")


def _lines(module: ModuleType) -> frozenset[int]:
    text = Path(module.__file__ or "").read_text(encoding="utf-8")
    lines = enumerate(text.splitlines(), start=1)
    return frozenset(number for number, line in lines if any(call in line for call in _WAITS_FOR))


_WAITING: Final = {module.__file__: _lines(module) for module in _WAITS_IN}

Stack = tuple[CodeType, ...]

#: How often each stack was seen; read only at the end, because a sample must be taken quickly.
seen: Final[Counter[Stack]] = Counter()
_busy: Final = threading.Lock()


def sample(_signal: int, frame: FrameType | None) -> None:
    """Count what is at work now: the main thread, or if it waits, another one."""
    # A signal may come while the last one is still looked at.
    if not _busy.acquire(blocking=False):
        return
    try:
        seen[_at_work(frame)] += 1
    finally:
        _busy.release()


def _at_work(main: FrameType | None) -> Stack:
    others = sys._current_frames()
    others.pop(threading.main_thread().ident or 0, None)
    for top in (main, *others.values()):
        if top is not None and not _waits(top):
            return tuple(frame.f_code for frame in _stack(top))
    return ()


def _stack(top: FrameType) -> Iterator[FrameType]:
    """Yield the frames from the innermost one out, also across SQLAlchemy's greenlets."""
    frame: FrameType | None = top
    while frame is not None:
        yield frame
        frame = frame.f_back
    parent = greenlet.getcurrent().parent
    while parent is not None:
        frame = parent.gr_frame
        while frame is not None:
            yield frame
            frame = frame.f_back
        parent = parent.parent


def _waits(frame: FrameType) -> bool:
    return frame.f_lineno in _WAITING.get(frame.f_code.co_filename, ())


def _part(stack: Stack) -> str:
    if stack and stack[0].co_name in _CALLS_SQLITE:
        return "SQLite"
    for code in stack:
        for piece, part in _PARTS:
            if piece in code.co_filename:
                return part
    return "other" if stack else "waking up"


def _name(code: CodeType) -> str:
    path = Path(code.co_filename)
    if not path.is_relative_to(PROJECT) or ".venv" in path.parts or path == Path(__file__):
        return ""
    return f"{path.relative_to(PROJECT)}: {code.co_qualname}"


def write() -> None:
    """Write the samples down."""
    signal.setitimer(signal.ITIMER_PROF, 0)
    parts: Counter[str] = Counter()
    functions: Counter[str] = Counter()
    for stack, count in seen.items():
        parts[_part(stack)] += count
        for name in {_name(code) for code in stack} - {""}:
            functions[name] += count
    Path(FILE).write_text(json.dumps({"parts": parts, "functions": functions}), encoding="utf-8")


def clear(_signal: int, _frame: FrameType | None) -> None:
    """Forget the start: what is measured begins now."""
    seen.clear()


if __name__ == "__main__":
    atexit.register(write)
    signal.signal(signal.SIGPROF, sample)
    signal.signal(signal.SIGUSR1, clear)
    signal.setitimer(signal.ITIMER_PROF, EVERY, EVERY)
    app()
