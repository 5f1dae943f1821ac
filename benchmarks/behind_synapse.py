# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The bots behind a real Synapse, in plain and in encrypted rooms, with a person on a stock client."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from itertools import count
from pathlib import Path
from typing import Final
from urllib.parse import quote

import aiohttp

from benchmarks import measure
from benchmarks.bots.contestant import Contestant
from benchmarks.load import percentiles
from benchmarks.world import Json
from bot.demo.client import PersonError
from bot.demo.people import Person
from bot.demo.synapse import Account, Synapse
from bot.demo.timeline import Kind, Seen
from method.floods import RATE

ROOMS: Final = 10
COMMANDS: Final = 40
PASSWORD: Final = "not a secret"  # noqa: S105 -- of a homeserver that nobody reaches
_PATIENCE: Final = 60.0
#: One person may not ask for more again and again.
_PAUSE: Final = 1 / RATE


class Visit:
    """One bot and one person in the same rooms."""

    def __init__(self, person: Person, bot: Contestant, rooms: Sequence[str]) -> None:
        self._person, self._bot, self._rooms = person, bot, rooms
        self._kind = Kind.REACTION if bot.speech["kind"] == "m.reaction" else Kind.MESSAGE
        self._number = 0

    async def command(self, timeout: float) -> float:
        """Write a command; return the milliseconds until the person sees the answer.

        Raises:
            PersonError: there is none in time.
        """
        room = self._rooms[self._number % len(self._rooms)]
        place = len(self._person.timeline)
        self._number += 1
        began = time.perf_counter()
        await self._person.say(room, f"{self._bot.speech['word']} Nummer {self._number}")

        def is_answer(event: Seen) -> bool:
            return (
                event.sender == self._bot.account.user_id
                and event.kind is self._kind
                and event.room_id == room
            )

        await self._person.sees(is_answer, since=place, timeout=timeout, what="an answer")
        return (time.perf_counter() - began) * 1000

    async def first(self) -> None:
        """Wait until the bot is awake."""
        deadline = time.perf_counter() + _PATIENCE
        while True:
            try:
                await self.command(2.0)
            except PersonError:
                if time.perf_counter() > deadline:
                    raise
            else:
                return

    async def measured(self, commands: int) -> Json:
        """Write one command after the other; return the figures."""
        for _room in self._rooms:
            await self.command(_PATIENCE)
        before = measure.cpu(self._bot.pid)
        took = []
        for _ in range(commands):
            took.append(await self.command(_PATIENCE))
            await asyncio.sleep(_PAUSE)
        spent = measure.cpu(self._bot.pid) - before
        memory = measure.memory(self._bot.pid)
        return {
            "commands": commands,
            **percentiles(sorted(took)),
            "cpu": round(spent * 1000 / commands, 3),
            "rss": memory.now,
            "peak": memory.peak,
        }


async def series(
    bots: Sequence[type[Contestant]], rounds: int, scale: float, *, encrypted: bool
) -> AsyncIterator[tuple[str, int, Json]]:
    """Yield bot, round and figures; one Synapse for all, every bot once in each round."""
    numbers = count(1)
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        synapse = await stack.enter_async_context(Synapse(folder / "synapse"))
        for number in range(rounds):
            for kind in bots:
                name = f"{next(numbers)}"
                try:
                    figures = await _visit(synapse, kind, folder / name, name, scale, encrypted=encrypted)
                except PersonError as error:
                    figures = {"error": str(error)}
                yield kind.name, number, figures


async def _visit(
    synapse: Synapse, kind: type[Contestant], folder: Path, name: str, scale: float, *, encrypted: bool
) -> Json:
    account = await synapse.register(f"bot{name}", PASSWORD)
    writer = await synapse.register(f"person{name}", PASSWORD)
    # In encrypted rooms it is the answer in words that is encrypted; reactions never are.
    bot = kind(synapse.url, account, folder, durable=not encrypted)
    async with Person(synapse.url, writer, name="Person") as person:
        rooms = [
            await person.create_room(f"Group {n}", invite=[account.user_id], encrypted=encrypted)
            for n in range(ROOMS)
        ]
        await _join(synapse.url, account, rooms)
        try:
            await bot.start()
            visit = Visit(person, bot, rooms)
            await visit.first()
            return await visit.measured(max(int(COMMANDS * scale), 10))
        finally:
            await bot.stop()


async def _join(url: str, account: Account, rooms: Sequence[str]) -> None:
    """Let a bot's account accept its invitations before the bot starts."""
    body = {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": account.user_id},
        "password": account.password,
    }
    client = f"{url}/_matrix/client/v3"
    async with aiohttp.ClientSession() as http:
        async with http.post(f"{client}/login", json=body) as answer:
            token = (await answer.json())["access_token"]
        headers = {"Authorization": f"Bearer {token}"}
        for room in rooms:
            async with http.post(f"{client}/join/{quote(room)}", json={}, headers=headers) as answer:
                answer.raise_for_status()
        async with http.post(f"{client}/logout", json={}, headers=headers) as answer:
            answer.raise_for_status()
