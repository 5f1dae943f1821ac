# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""A bad network between the bot and its homeserver: every fault by chance, from a seed, and counted."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import re
import time
from collections import Counter, deque
from dataclasses import dataclass, fields
from enum import StrEnum
from types import TracebackType
from typing import Final, Self

import aiohttp
from aiohttp import web
from yarl import URL

from bot.demo.synapse import HOST, free_port

#: So many answers to /sync are remembered to be told again.
_REMEMBERED: Final = 4
#: What homeservers and proxies have been seen to say, and what they must not say.
_HEADERS: Final = (None, "-5", "abc", "0", "0.3", "1")
_BODIES: Final = (None, -5000, "abc", 0, 200, 900.5)

#: The first that fits names the kind of a request.
_KINDS: Final = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        ("sync", r"GET .*/sync"),
        ("send", r"PUT .*/(send|redact|state)/"),
        ("keys", r"(POST .*/keys/|PUT .*/sendToDevice/)"),
        ("messages", r"GET .*/messages"),
        ("join", r"POST .*/(join|leave|forget)"),
        ("login", r".*/(login|whoami)"),
        ("other", r""),
    )
)


@dataclass(frozen=True, slots=True)
class Faults:
    """How probable each fault is, for a request to which it can happen; all together at most 1."""

    #: The connection ends before the homeserver hears of the request.
    cut_before: float = 0.0
    #: The homeserver accepts what is written, and its answer is lost.
    cut_after: float = 0.0
    #: The homeserver accepts what is written, and the answer is a 500.
    error_after: float = 0.0
    #: 429, with odd words about how long to wait.
    limited: float = 0.0
    #: 502, with a page for people.
    bad_gateway: float = 0.0
    #: Half of the answer comes.
    truncated: float = 0.0
    #: The request, or the answer, takes up to a second longer.
    delayed: float = 0.0
    #: The homeserver gets the request twice.
    doubled: float = 0.0
    #: An earlier answer to /sync comes again.
    stale_sync: float = 0.0


CALM: Final = Faults()
#: Of what the bot writes, 12 % is accepted without an answer.
STORM: Final = Faults(
    cut_before=0.04,
    cut_after=0.12,
    error_after=0.04,
    limited=0.04,
    bad_gateway=0.03,
    truncated=0.03,
    delayed=0.04,
    doubled=0.04,
    stale_sync=0.04,
)
_NAMES: Final = tuple(field.name for field in fields(Faults))
#: Something must have been accepted, so there must have been something to accept.
_ONLY_WRITES: Final = frozenset({"cut_after", "error_after"})


class Down(StrEnum):
    """How a homeserver is away."""

    REFUSED = "refused"
    CUT = "cut"
    BAD_GATEWAY = "bad_gateway"


@dataclass(frozen=True, slots=True)
class Answer:
    """What the homeserver said."""

    status: int
    body: bytes
    headers: dict[str, str]


class Proxy:
    """Stands before ``upstream``.

    Attributes:
        faults: what may happen; set it at any time.
        counts: how often each fault happened, by fault and kind of request.
        asked: when which kind of request came (monotonic seconds).
    """

    def __init__(self, upstream: str, dice: random.Random, faults: Faults = CALM) -> None:
        self.faults = faults
        self.counts: Counter[tuple[str, str]] = Counter()
        self.asked: list[tuple[float, str]] = []
        self._upstream = upstream
        self._dice = dice
        self._port = free_port()
        self._down: Down | None = None
        self._syncs: deque[Answer] = deque(maxlen=_REMEMBERED)
        self._moved = asyncio.Condition()
        self._server = web.Server(self._handle)
        self._runner = web.ServerRunner(self._server)
        self._site: web.TCPSite | None = None
        self._http: aiohttp.ClientSession | None = None

    @property
    def url(self) -> str:
        """The address for the bot."""
        return f"http://{HOST}:{self._port}"

    async def __aenter__(self) -> Self:
        """Begin to listen."""
        self._http = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0), cookie_jar=aiohttp.DummyCookieJar()
        )
        await self._runner.setup()
        await self.come_back()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End."""
        self._hang_up()
        # Else each long poll would be waited for.
        assert self._http is not None
        await self._http.close()
        await self._runner.cleanup()

    async def go_down(self, how: Down) -> None:
        """Be away until ``come_back``."""
        self._down = how
        if how is Down.REFUSED and self._site is not None:
            await self._site.stop()
            self._site = None
        self._hang_up()

    async def come_back(self) -> None:
        """Be there again."""
        self._down = None
        if self._site is None:
            self._site = web.TCPSite(self._runner, HOST, self._port)
            await self._site.start()

    async def requests(self, number: int, *, since: int, timeout: float = 30.0) -> None:
        """Wait until so many requests have come since the ``since``-th.

        Raises:
            TimeoutError: they did not.
        """
        async with self._moved:
            await asyncio.wait_for(self._moved.wait_for(lambda: len(self.asked) >= since + number), timeout)

    def total(self, fault: str) -> int:
        """How often a fault happened, whatever the request."""
        return sum(times for (name, _), times in self.counts.items() if name == fault)

    # --- one request -----------------------------------------------------------------------------

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        kind = next(kind for kind, pattern in _KINDS if pattern.match(f"{request.method} {request.path}"))
        self.asked.append((time.monotonic(), kind))
        async with self._moved:
            self._moved.notify_all()
        body = await request.read()
        if self._down is not None:
            return _cut(request) if self._down is Down.CUT else _page()
        fault = self._fault(request.method, kind)
        if fault is not None:
            self.counts[fault, kind] += 1
        match fault:
            case "cut_before":
                return _cut(request)
            case "limited":
                return self._limited()
            case "bad_gateway":
                return _page()
            case "stale_sync":
                return _said(self._dice.choice(self._syncs))
            case "delayed":
                await asyncio.sleep(self._dice.random())
        # Chance comes before the wait for the homeserver, so that its pace changes nothing.
        answer = await self._forward(request, body, times=2 if fault == "doubled" else 1)
        if answer is None or fault == "cut_after":
            return _cut(request)
        if kind == "sync" and answer.status == 200:
            self._syncs.append(answer)
        if fault == "error_after":
            return web.json_response({"errcode": "M_UNKNOWN", "error": "Internal server error"}, status=500)
        return await _half(request, answer) if fault == "truncated" else _said(answer)

    def _fault(self, method: str, kind: str) -> str | None:
        roll = self._dice.random()
        for name in _NAMES:
            if (name in _ONLY_WRITES and method == "GET") or (
                name == "stale_sync" and (kind != "sync" or not self._syncs)
            ):
                continue
            roll -= float(getattr(self.faults, name))
            if roll < 0:
                return name
        return None

    def _limited(self) -> web.Response:
        header, wait = self._dice.choice(_HEADERS), self._dice.choice(_BODIES)
        body = {"errcode": "M_LIMIT_EXCEEDED", "error": "Too Many Requests", "retry_after_ms": wait}
        kept = {name: value for name, value in body.items() if value is not None}
        return web.json_response(kept, status=429, headers={"Retry-After": header} if header else {})

    async def _forward(self, request: web.BaseRequest, body: bytes, *, times: int) -> Answer | None:
        """Ask the homeserver; None if it is not there."""
        try:
            return (await asyncio.gather(*(self._ask(request, body) for _ in range(times))))[-1]
        except (aiohttp.ClientError, TimeoutError, OSError):
            return None

    async def _ask(self, request: web.BaseRequest, body: bytes) -> Answer:
        assert self._http is not None
        url = URL(self._upstream + request.raw_path, encoded=True)
        names = ("Authorization", "Content-Type", "Accept")
        headers = {name: request.headers[name] for name in names if name in request.headers}
        async with self._http.request(
            request.method, url, data=body or None, headers=headers, allow_redirects=False
        ) as answer:
            kept = {n: answer.headers[n] for n in ("Content-Type", "Retry-After") if n in answer.headers}
            return Answer(answer.status, await answer.read(), kept)

    def _hang_up(self) -> None:
        for connection in self._server.connections:
            connection.force_close()


def _cut(request: web.BaseRequest) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)


def _page() -> web.Response:
    words = "<html><body><h1>502 Bad Gateway</h1></body></html>"
    return web.Response(status=502, text=words, content_type="text/html")


def _said(answer: Answer) -> web.Response:
    return web.Response(status=answer.status, body=answer.body, headers=answer.headers)


async def _half(request: web.BaseRequest, answer: Answer) -> web.StreamResponse:
    """Promise the whole answer and hang up after half of it."""
    response = web.StreamResponse(status=answer.status, headers=answer.headers)
    response.content_length = len(answer.body)
    with contextlib.suppress(ConnectionError):  # the bot may have died meanwhile
        await response.prepare(request)
        await response.write(answer.body[: len(answer.body) // 2])
    if request.transport is not None:
        request.transport.close()
    return response


def named(counts: Counter[tuple[str, str]]) -> str:
    """What happened, in one line for the report."""
    total: Counter[str] = Counter()
    for (fault, _kind), times in counts.items():
        total[fault] += times
    return json.dumps(dict(sorted(total.items())))
