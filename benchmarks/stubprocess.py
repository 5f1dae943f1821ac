# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The stub homeserver as a process of its own, told what to do through ``/_bench/…``."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import aiohttp
from aiohttp import web

from benchmarks.load import Load
from benchmarks.stub import Answer, Stub, Trouble
from benchmarks.world import Json
from bot.demo.synapse import HOST, Account, free_port

PROJECT: Final = Path(__file__).resolve().parents[1]
START_WITHIN: Final = 60.0
#: Longest run of a single scenario (seconds).
LONGEST: Final = 1200.0
#: Seconds between two commands of somebody who waits for a bot to wake up.
_PROBE: Final = 0.1


class ControlledStub(Stub):
    """A stub that can be told from another process to let people write."""

    _load: Load | None = None
    _running: asyncio.Task[None] | None = None

    async def _serve(self, http: web.BaseRequest) -> web.StreamResponse:
        if not http.path.startswith("/_bench/"):
            return await super()._serve(http)
        answer = await self._told_to(
            http.path.removeprefix("/_bench/"), json.loads(await http.read() or "{}")
        )
        return web.json_response(answer)

    async def _told_to(self, what: str, about: Json) -> Json:
        match what:
            case "trouble":
                self.trouble = Trouble(**about)
            case "requests":
                counted = dict(self.requests)
                self.requests.clear()
                return counted
            case "history":
                return self._history(**about)
            case "first":
                return await self._first(**about)
            case "begin":
                self._begin(**about)
            case "finish":
                return await self._finish()
            case "answers":
                await self._at_least(about["count"])
            case "next":
                return await self._next(about["after"])
            case "quiet":
                await self._quiet(about["seconds"], about["within"])
            case "answered":
                return {"answered": sum(event_id in self.answers for event_id in about["commands"])}
        return {}

    def _history(self, word: str) -> Json:
        """Let every room end in an old command."""
        said = [self.say(room, room.members[1], f"{word} aus alter Zeit") for room in self.rooms]
        return {"commands": said}

    async def _first(self, speech: Json, within: float) -> Json:
        """Write until the bot answers; return when that was, and answer nothing before all is quiet."""
        load = Load(self, self.rooms[:1], **speech)
        began = time.perf_counter()
        while not any(load.has_answer(event_id) for event_id in load.commands):
            if time.perf_counter() - began > within:
                return {"at": None}
            load.write()
            # Whoever waits long asks less often, or the bot would wake up to a crowd.
            await asyncio.sleep(max(_PROBE, (time.perf_counter() - began) / 20))
        return {"at": min(self.answers[e][0].at for e in load.commands if load.has_answer(e))}

    def _begin(self, how: str, rooms: int, speech: Json, silence: float, args: Json) -> None:
        self._load = Load(self, self.rooms[:rooms], **speech, silence=silence)
        self._running = asyncio.create_task(getattr(self._load, how)(**args))

    async def _at_least(self, count: int) -> None:
        """Wait until so many commands are answered, or all is over."""
        assert self._load is not None  # noqa: S101 -- the runner begins first
        assert self._running is not None  # noqa: S101 -- as above
        while not self._running.done() and self._load.answered() < count:  # noqa: ASYNC110 -- two conditions
            await asyncio.sleep(0.02)

    async def _next(self, after: float) -> Json:
        """Wait for the first answer that came after a moment; return when it came."""
        heard: asyncio.Future[float] = asyncio.get_running_loop().create_future()

        def listen(_event_id: str, answer: Answer) -> None:
            if answer.at > after and not heard.done():
                heard.set_result(answer.at)

        self.listeners.append(listen)
        try:
            return {"at": await asyncio.wait_for(heard, 30.0)}
        except TimeoutError:
            return {"at": None}
        finally:
            self.listeners.remove(listen)

    async def _quiet(self, seconds: float, within: float) -> None:
        """Wait until the bot has asked for nothing for a while; its long poll may be open."""
        deadline = time.perf_counter() + within
        while time.perf_counter() < min(self.last_request + seconds, deadline):  # noqa: ASYNC110 -- of time
            await asyncio.sleep(0.05)

    async def _finish(self) -> Json:
        assert self._load is not None  # noqa: S101 -- the runner begins first
        assert self._running is not None  # noqa: S101 -- as above
        await self._running
        return self._load.result()


class StubProcess:
    """Starts a stub as a process and talks to it."""

    def __init__(self, rooms: int, folder: Path) -> None:
        self.rooms: Final = rooms
        self.port: Final = free_port()
        self.url: Final = f"http://{HOST}:{self.port}"
        self.account: Final = Account("@bot:bench", "not a secret")
        self._log: Final = folder / "stub.log"
        self._process: asyncio.subprocess.Process | None = None
        self._http: aiohttp.ClientSession | None = None

    @property
    def pid(self) -> int:
        """The stub's process."""
        assert self._process is not None  # noqa: S101 -- asked between start and stop only
        return self._process.pid

    async def __aenter__(self) -> Self:
        """Start it and wait until it answers."""
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "benchmarks.stubprocess", "--rooms", str(self.rooms), "--port",
                str(self.port), cwd=PROJECT, env=os.environ | {"PYTHONPATH": str(PROJECT)},
                stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        self._http = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=LONGEST))
        deadline = time.monotonic() + START_WITHIN
        while True:
            try:
                await self.tell("requests")
            except aiohttp.ClientError:
                if time.monotonic() > deadline or self._process.returncode is not None:
                    raise
                await asyncio.sleep(0.05)
            else:
                return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End it."""
        if self._http is not None:
            await self._http.close()
        if self._process is not None and self._process.returncode is None:
            self._process.terminate()
            await self._process.wait()

    async def tell(self, what: str, **about: Any) -> Json:
        """Tell it to do something; return what comes of it."""
        assert self._http is not None  # noqa: S101 -- asked between start and stop only
        async with self._http.post(f"{self.url}/_bench/{what}", json=about) as answer:
            answer.raise_for_status()
            found: Json = await answer.json()
            return found

    async def begin(
        self, how: str, *, rooms: int, speech: Mapping[str, str], silence: float = 10.0, **args: Any
    ) -> None:
        """Let people begin to write; ``how`` is a method of ``Load``."""
        await self.tell("begin", how=how, rooms=rooms, speech=dict(speech), silence=silence, args=args)

    async def load(self, how: str, *, rooms: int, speech: Mapping[str, str], **args: Any) -> Json:
        """Let people write and return the figures."""
        await self.begin(how, rooms=rooms, speech=speech, **args)
        return await self.tell("finish")

    async def trouble(self, trouble: Trouble) -> None:
        """Let the bot's sends meet this from now on."""
        about: Mapping[str, Any] = asdict(trouble)
        await self.tell("trouble", **about)


async def _main(rooms: int, port: int) -> None:
    async with ControlledStub(rooms, port=port) as stub:
        for room in stub.rooms:
            assert room.full_state  # noqa: S101 -- made now, so that no bot waits for it
        await asyncio.get_running_loop().create_future()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rooms", type=int, default=1)
    parser.add_argument("--port", type=int, required=True)
    given = parser.parse_args()
    asyncio.run(_main(given.rooms, given.port))
