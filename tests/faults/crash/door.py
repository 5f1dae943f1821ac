# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The client-server endpoints in front of a ``World``, on a port of loopback that outlives the bot."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import unquote

from aiohttp import web

from bot.matrix.errors import MatrixError
from method.ids import UserId
from tests.faults.crash.world import BOT, PASSWORD, Json, World
from tests.key_server import KeyClient


class Door:
    """Answers the bot from the world that is set at the moment.

    A long poll ends only with news: whatever the bot has to do, it must not need an empty answer to notice.

    Attributes:
        after: called after every answered request; what people do meanwhile.
        busy: requests being answered, long polls left out.
        failure: the first mistake of the door itself.
    """

    def __init__(self) -> None:
        self.world = World()
        self.after: Callable[[], None] = lambda: None
        self.failure: Exception | None = None
        self.busy = 0
        self.port = 0
        #: The long polls that wait now: token, and whether the bot's own events are news.
        self._waiting: list[tuple[int, bool]] = []
        self._changed = asyncio.Event()

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[Door]:
        """Listen while the block runs."""
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        # Who dies waits no longer: his long poll ends with his connection.
        runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.port = runner.addresses[0][1]
        try:
            yield self
        finally:
            self.show(World())
            await runner.cleanup()

    def show(self, world: World, after: Callable[[], None] = lambda: None) -> None:
        """Put another world behind the door."""
        self.world, self.after = world, after
        self._notify()

    @property
    def is_quiet(self) -> bool:
        """Does the bot wait for news, knowing everything?"""
        return not self.busy and bool(self._waiting) and not any(map(self._has_news, self._waiting))

    @property
    def is_left(self) -> bool:
        """Has the bot hung up?"""
        return not self.busy and not self._waiting

    def _has_news(self, poll: tuple[int, bool]) -> bool:
        device = next(reversed(self.world.tokens.values()))
        return self.world.has_news(device, poll[0], ours=poll[1])

    def _notify(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        try:
            return await self._respond(request)
        except Exception as error:
            self.failure = self.failure or error
            raise

    async def _respond(self, request: web.Request) -> web.StreamResponse:
        world = self.world
        parts = [unquote(part) for part in request.rel_url.raw_path.split("/")[4:]]
        body = await request.json() if request.can_read_body else {}
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        self.busy += 1
        answer: Json | list[Json]
        try:
            if parts == ["login"]:
                answer = _login(world, body)
            elif token not in world.tokens:
                raise MatrixError(401, "M_UNKNOWN_TOKEN")
            elif parts == ["sync"]:
                answer = await self._sync(world, world.tokens[token], request.query)
            else:
                device = world.tokens[token]
                answer = await _dispatch(world, device, request.method, parts, request.query, body)
        except MatrixError as error:
            refusal = {**error.body, "errcode": error.errcode, "error": error.message}
            return web.json_response(refusal, status=error.status)
        finally:
            self.busy -= 1
        if world is self.world:
            self.after()
            self._notify()
        return web.json_response(answer)

    async def _sync(self, world: World, device: str, query: Any) -> Json:
        since = int(query.get("since", "s0")[1:])
        timeline = json.loads(query["filter"])["room"]["timeline"]
        poll = (since, BOT not in timeline.get("not_senders", ()))
        world.acknowledge(device, since)
        self.after()
        if "since" in query and query["timeout"] != "0" and not self._has_news(poll):
            self.busy -= 1
            self._waiting.append(poll)
            try:
                while world is self.world and not self._has_news(poll):
                    await self._changed.wait()
            finally:
                self._waiting.remove(poll)
                self.busy += 1
        return world.sync(device, since, ours=poll[1])


def _login(world: World, body: Json) -> Json:
    if body["password"] != PASSWORD:
        raise MatrixError(403, "M_FORBIDDEN")
    device = body.get("device_id", f"BOT{len(world.tokens)}")
    token = f"token{len(world.tokens)}"
    world.tokens[token] = device
    return {"user_id": BOT, "device_id": device, "access_token": token}


async def _dispatch(  # noqa: C901 -- a table of endpoints
    world: World, device: str, method: str, parts: list[str], query: Any, body: Json
) -> Json | list[Json]:
    match method, *parts:
        case "GET", "account", "whoami":
            return {"user_id": BOT, "device_id": device}
        case _, "keys", *_:
            return await _keys(world, device, parts, body)
        case "PUT", "sendToDevice", _, _:
            for user, messages in body["messages"].items():
                for other, content in messages.items():
                    world.to_device(BOT, user, other, content)
            return {}
        case "POST", "join", room:
            return _join(world, room)
        case "GET", "joined_rooms":
            return {"joined_rooms": [room for room in world.state if world.membership(room, BOT) == "join"]}
        case "GET", "rooms", room, "members":
            return {"chunk": world.members(room)}
        case "GET", "rooms", room, "messages":
            start, end = query.get("from", f"s{world.now}"), query.get("to", "s0")
            return world.past(room, device, int(start[1:]), int(end[1:]))
        case "GET", "rooms", room, "state", type_, key:
            if (type_, key) not in world.state[room]:
                raise MatrixError(404, "M_NOT_FOUND")
            return dict(world.state[room][type_, key]["content"])
        case "PUT", "rooms", room, "state", type_, key:
            return {"event_id": world.put_state(room, type_, BOT, key, body)}
        case "PUT", "rooms", room, "send", type_, txn:
            return {"event_id": world.send(room, type_, body, device, txn)}
        case "PUT", "rooms", room, "redact", event, txn:
            content = {**body, "redacts": event}
            return {"event_id": world.send(room, "m.room.redaction", content, device, txn)}
        case "POST", "createRoom":
            # Nobody is greeted in private: the scenes are about one room, and this is the homeserver's right.
            raise MatrixError(403, "M_FORBIDDEN")
    raise AssertionError(f"unexpected request: {method} {parts}")


def _join(world: World, room: str) -> Json:
    if world.membership(room, BOT) != "join":
        if world.membership(room, BOT) != "invite":
            raise MatrixError(403, "M_FORBIDDEN")
        world.add(room, "m.room.member", BOT, {"membership": "join"}, BOT)
    return {"room_id": room}


async def _keys(world: World, device: str, parts: list[str], body: Json) -> Json:
    client = KeyClient(world.keys, UserId(BOT), device)
    match parts:
        case "keys", "upload":
            shown = body.get("device_keys", {}).get("keys", {}).get(f"curve25519:{device}")
            world.identities[device] |= {shown} if shown else set()
            return await client.upload_keys(body)
        case "keys", "query":
            return await client.query_keys(body["device_keys"])
        case "keys", "claim":
            return await client.claim_keys(body)
        case "keys", "device_signing", "upload":
            answer = await client.upload_signing_keys(body)
            if body["master_key"] not in world.masters:
                world.masters.append(body["master_key"])
            return answer
        case "keys", "signatures", "upload":
            return await client.upload_signatures(body)
    raise AssertionError(f"unexpected request: {parts}")
