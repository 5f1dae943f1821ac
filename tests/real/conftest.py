# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""A real Synapse, people with real clients and the bot as a process; all tests here share one event loop."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from itertools import count
from pathlib import Path
from typing import Protocol

import pytest
import pytest_asyncio

from bot.demo.people import Person
from bot.demo.process import BotProcess
from bot.demo.synapse import Account, Synapse
from bot.residence import INVITES_A_MINUTE
from tests.real.group import Group

PASSWORD = "a real password"
_numbers = count(1)

BotMaker = Callable[..., Awaitable[BotProcess]]


class PersonMaker(Protocol):
    """Makes people of a test's own."""

    async def __call__(self, name: str, kind: type[Person] = Person) -> Person:
        """Log in somebody new."""


class Bots:
    """Gives out one bot again and again, and a new one before it has had more invitations than it likes."""

    def __init__(self, stack: AsyncExitStack, synapse: Synapse, folder: Path) -> None:
        self._stack, self._synapse, self._folder = stack, synapse, folder
        self._uses = 0
        self._current: BotProcess | None = None

    async def one(self) -> BotProcess:
        """Return a running bot."""
        if self._current is None or self._uses == INVITES_A_MINUTE - 3:
            who = await account(self._synapse, "bot")
            folder = self._folder / who.user_id[1:].split(":")[0]
            process = BotProcess(
                self._synapse.url, who, folder, settings={"LOG_LEVEL": "debug", "RESPONSIBLE": "Amt Beispiel"}
            )
            self._current, self._uses = await self._stack.enter_async_context(process), 0
        self._uses += 1
        return self._current


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run every test of this folder in the session's loop, where Synapse, bot and people live."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)
    # At the end: the loop stands still while other tests run, and a client that wakes up minutes later finds
    # its timers and its cancellation at once, and takes the one for the other.
    items.sort(key=lambda item: here in item.path.parents)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def synapse(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Synapse]:
    """One homeserver for all tests."""
    async with Synapse(tmp_path_factory.mktemp("synapse")) as homeserver:
        yield homeserver


async def account(synapse: Synapse, name: str) -> Account:
    """Register somebody under a name nobody else has."""
    return await synapse.register(f"{name}{next(_numbers)}", PASSWORD)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def people(synapse: Synapse) -> AsyncIterator[dict[str, Person]]:
    """Three people for all tests: anna founds the groups, bert and carla are members."""
    async with AsyncExitStack() as stack:
        yield {
            name: await stack.enter_async_context(
                Person(synapse.url, await synapse.register(name, PASSWORD), name=name.title())
            )
            for name in ("anna", "bert", "carla")
        }


@pytest.fixture
def anna(people: dict[str, Person]) -> Person:
    """The founder of the groups; she moderates them."""
    return people["anna"]


@pytest.fixture
def bert(people: dict[str, Person]) -> Person:
    """A member."""
    return people["bert"]


@pytest.fixture
def carla(people: dict[str, Person]) -> Person:
    """A member."""
    return people["carla"]


@pytest_asyncio.fixture(loop_scope="session")
async def person(synapse: Synapse) -> AsyncIterator[PersonMaker]:
    """Make people of a test's own."""
    async with AsyncExitStack() as stack:

        async def make(name: str, kind: type[Person] = Person) -> Person:
            somebody = kind(synapse.url, await account(synapse, name), name=name.title())
            return await stack.enter_async_context(somebody)

        yield make


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def bots(synapse: Synapse, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Bots]:
    """The bots for all tests that do not end theirs."""
    async with AsyncExitStack() as stack:
        yield Bots(stack, synapse, tmp_path_factory.mktemp("bots"))


@pytest_asyncio.fixture(loop_scope="session")
async def bot(bots: Bots) -> BotProcess:
    """A bot that other tests use as well."""
    return await bots.one()


@pytest_asyncio.fixture(loop_scope="session")
async def own_bot(synapse: Synapse, tmp_path: Path) -> AsyncIterator[BotMaker]:
    """Make bots that a test may kill. Keywords are settings, ``HOMESERVER`` and the like."""
    async with AsyncExitStack() as stack:

        async def make(**settings: str) -> BotProcess:
            who = await account(synapse, "bot")
            known = {"RESPONSIBLE": "Amt Beispiel"} | settings
            process = BotProcess(synapse.url, who, tmp_path / who.user_id[1:5], settings=known)
            return await stack.enter_async_context(process)

        yield make


@pytest_asyncio.fixture(loop_scope="session")
async def group(bot: BotProcess, anna: Person, bert: Person) -> Group:
    """A fresh group of anna, bert and the bot that all tests share, in an encrypted room."""
    return await Group.found(bot.user_id, anna, bert)
