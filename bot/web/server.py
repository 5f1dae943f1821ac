# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The health pages: ``/healthz`` (alive), ``/readyz`` (ready, or why not), ``/metrics``.

They show states and numbers, never content, and listen on this machine only unless the operator writes
another address into ``TAFELRUNDE_HEALTH``.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Final

from aiohttp import ClientError, ClientSession, ClientTimeout, web
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from bot.health import Health
from bot.stop import EXIT_CONFIGURATION, StopError
from bot.web.metrics import registry
from config.environment import variable
from config.settings import Address
from config.texts import text

#: What ``/healthz`` says.
_ALIVE: Final = "ok\n"
HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Server": "",
    "X-Content-Type-Options": "nosniff",
}


def application(health: Health, now: Callable[[], datetime]) -> web.Application:
    """Return the application; ``now`` is the program's clock (aware UTC)."""
    pages = _Pages(health, now)
    app = web.Application(client_max_size=0)
    app.router.add_get("/healthz", pages.healthz)
    app.router.add_get("/readyz", pages.readyz)
    app.router.add_get("/metrics", pages.metrics)
    app.on_response_prepare.append(_add_headers)
    return app


@asynccontextmanager
async def serving(address: Address | None, health: Health, now: Callable[[], datetime]) -> AsyncIterator[int]:
    """Serve while the block runs; yields the port (0 if the pages are off).

    Raises:
        StopError: the address is taken or not of this machine.
    """
    if address is None:
        yield 0
        return
    runner = web.AppRunner(application(health, now), access_log=None, handle_signals=False)
    await runner.setup()
    try:
        await _listen(web.TCPSite(runner, address.host, address.port), address)
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


async def _listen(site: web.TCPSite, address: Address) -> None:
    try:
        await site.start()
    except OSError:
        raise StopError(
            text(
                "{name}: {value} is taken, or is no address of this machine. Example: {example}",
                name=variable("health"),
                value=str(address),
                example=f"{variable('health')}=127.0.0.1:8781",
            ),
            EXIT_CONFIGURATION,
        ) from None


async def is_a_bot(address: Address | None) -> bool:
    """Say whether the pages of a bot, this one or another, are at this address."""
    try:
        async with (
            ClientSession(timeout=ClientTimeout(total=5)) as http,
            http.get(f"http://{address}/healthz") as answer,
        ):
            return await answer.text() == _ALIVE
    except (ClientError, TimeoutError, ValueError):
        return False


class _Pages:
    def __init__(self, health: Health, now: Callable[[], datetime]) -> None:
        self._health = health
        self._now = now
        self._registry = registry(health, now)

    async def healthz(self, _request: web.Request) -> web.Response:
        return web.Response(text=_ALIVE)  # whoever answers has a running event loop

    async def readyz(self, _request: web.Request) -> web.Response:
        report = self._health.report(self._now())
        return web.json_response(report, status=200 if report["ready"] else 503)

    async def metrics(self, _request: web.Request) -> web.Response:
        body = generate_latest(self._registry)
        return web.Response(body=body, headers={"Content-Type": CONTENT_TYPE_LATEST})


async def _add_headers(_request: web.Request, response: web.StreamResponse) -> None:
    response.headers.update(HEADERS)
