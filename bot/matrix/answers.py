# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reading the homeserver's answers: none, JSON or not, refusals, and how long to wait."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any, Final

import aiohttp

from bot.matrix.errors import MatrixError, Unreachable

#: No homeserver makes us wait longer than this, whatever it says (seconds).
RETRY_AFTER_LIMIT: Final = 300.0


#: Nothing we read is nested deeper; Python's parser gives up at 1,000 levels (3.11) to 10,000 (3.13).
_DEEPEST: Final = 100
_TOKENS: Final = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|([\[{])|([\]}])', re.DOTALL)
_OPENS, _CLOSES = 1, 2


async def once(request: aiohttp.ClientRequest, ask: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
    """Keep aiohttp from sending GET and PUT again by itself when a connection ends; it asks nobody."""
    try:
        return await ask(request)
    except aiohttp.ClientConnectionError as error:
        raise Unreachable(type(error).__name__) from error


def _shallow(raw: bytes) -> bytes:
    """Put null for what is nested too deeply: one such event must not make the whole answer unreadable."""
    kept, depth, start = [], 0, 0
    for token in _TOKENS.finditer(raw):
        # The number of the group that matched: three times as fast as looking at the text.
        if token.lastindex == _OPENS:
            depth += 1
            if depth == _DEEPEST:
                kept.append(raw[start : token.start()])
        elif token.lastindex == _CLOSES:
            if depth == _DEEPEST:
                kept.append(b"null")
                start = token.end()
            depth -= 1
    return b"".join([*kept, raw[start:]])


def _parsed_shallow(raw: bytes) -> Any:
    try:
        return json.loads(_shallow(raw))
    except (ValueError, RecursionError):
        return None


def read_answer(status: int, retry_after: str | None, raw: bytes) -> Any:
    """Return the JSON of a 200.

    Args:
        status: the HTTP status.
        retry_after: the header of that name.
        raw: the whole body.

    Raises:
        MatrixError: the status is 400 or above, whatever the body.
        Unreachable: another status than 200, or no JSON.
    """
    try:
        parsed = json.loads(raw)
    except RecursionError:
        parsed = _parsed_shallow(raw)
    except ValueError:
        parsed = None
    if status >= 400:
        body = parsed if isinstance(parsed, dict) else {}
        wait = _seconds(retry_after)
        if wait is None:
            wait = _milliseconds(body.get("retry_after_ms"))
        raise MatrixError(status, _word(body, "errcode"), _word(body, "error"), wait, body)
    if status != 200:
        raise Unreachable(f"unexpected status {status}")
    if parsed is None:
        raise Unreachable("the answer is no JSON")
    return parsed


def _seconds(header: str | None) -> float | None:
    """Read ``Retry-After``: whole seconds or an HTTP date (RFC 9110 section 10.2.3)."""
    header = (header or "").strip()
    if header.isascii() and header.isdecimal():
        return RETRY_AFTER_LIMIT if len(header) > 9 else min(float(header), RETRY_AFTER_LIMIT)
    try:
        wait = parsedate_to_datetime(header).timestamp() - time.time()
    except (ValueError, TypeError, IndexError, OverflowError, OSError):
        return None
    return min(wait, RETRY_AFTER_LIMIT) if wait >= 0 else None


def _milliseconds(value: object) -> float | None:
    if not isinstance(value, int | float) or isinstance(value, bool) or not value >= 0:
        return None
    return min(value, RETRY_AFTER_LIMIT * 1000) / 1000


def _word(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    return value[:200] if isinstance(value, str) else ""
