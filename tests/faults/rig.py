# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""A bot behind a bad network, and people in its rooms who write while it is killed."""

from __future__ import annotations

import asyncio
import contextlib
import random
import signal
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from itertools import count, permutations
from pathlib import Path
from typing import Final

from bot.demo.client import PersonError
from bot.demo.people import Person
from bot.demo.process import BotProcess
from bot.demo.synapse import Synapse
from bot.demo.timeline import Kind, Seen
from tests.faults.forks import ForkedBot, Nursery
from tests.faults.proxy import CALM, STORM, Faults, Proxy
from tests.faults.verdict import COMMAND, QUESTION, Verdict, of_room
from tests.real.group import Group

PASSWORD: Final = "a real password"
#: Seconds until everything must be answered once the network is good and the bot runs.
SETTLED_WITHIN: Final = 90.0
#: So many of a person's messages wait for the bot at most.
_UNANSWERED: Final = 6
_bots, _casts = count(1), count(1)


@dataclass
class Rig:
    """What a test needs; ``reader`` writes nothing and judges."""

    bot: BotProcess
    proxy: Proxy
    dice: random.Random
    groups: Sequence[Group]
    writers: Sequence[Person]
    reader: Person
    #: Every so many messages one is a question: its answer is a message, encrypted where the room is.
    questions: int = 8
    written: int = 0
    #: What was done to the bot.
    done: Counter[str] = field(default_factory=Counter)

    @asynccontextmanager
    async def talk(self, pause: float) -> AsyncIterator[None]:
        """Let everybody write, now and then, until the end of the block; what was begun is finished.

        Args:
            pause: how long a person thinks at most between two messages (seconds).
        """
        over = asyncio.Event()
        async with asyncio.TaskGroup() as tasks:
            for writer in self.writers:
                tasks.create_task(self._write(writer, over, pause))
            try:
                yield
            finally:
                over.set()

    async def _write(self, person: Person, over: asyncio.Event, pause: float) -> None:
        seen, unanswered = len(person.timeline), set[str]()
        while not over.is_set():
            # Whatever the machine: there is always something to answer, and never more than can be answered.
            if len(unanswered) < _UNANSWERED:
                self.written += 1
                ask = self.written % self.questions == 0
                words = QUESTION if ask else f"{COMMAND}Nummer {self.written} von {person.name}"
                unanswered.add(await person.say(self.dice.choice(self.groups).room, words))
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(over.wait(), self.dice.uniform(0, pause))
            unanswered -= {e.target for e in person.timeline.since(seen) if e.sender == self.bot.user_id}
            seen = len(person.timeline)

    def said(self) -> list[Seen]:
        """What the reader has seen of the bot."""
        return [event for event in self.reader.timeline if event.sender == self.bot.user_id]

    # --- harm ------------------------------------------------------------------------------------

    async def kill(self, times: int, requests: int = 24) -> None:
        """Start the bot and kill it, so often; now and then it hangs, or is asked to end.

        Args:
            times: how many SIGKILLs; hanging and ending come on top.
            requests: the bot is killed before it has made so many.
        """
        while self.done["SIGKILL"] < times:
            since = len(self.proxy.asked)
            await self.bot.start(ready=False)
            await self._moment(since, requests)
            self.done["ended by itself"] += not self.bot.is_running
            chance = self.dice.random()
            if chance < 0.12:
                await self._hang()
            if chance > 0.88:
                await self._end()
            else:
                self.done["SIGKILL"] += 1
                await self.bot.kill()

    async def _moment(self, since: int, most: int) -> None:
        """Wait for a moment that does not depend on how fast the machine is: the bot's n-th request."""
        number = self.dice.randrange(most)
        with contextlib.suppress(TimeoutError):
            await self.proxy.requests(number, since=since, timeout=15.0)
        # Else it would always die with a request on its way.
        await asyncio.sleep(self.dice.random() * (0.05 if number else 1.0))

    async def _hang(self) -> None:
        self.done["SIGSTOP"] += 1
        self.bot.signal(signal.SIGSTOP)
        await asyncio.sleep(self.dice.uniform(0.2, 2.0))
        self.bot.signal(signal.SIGCONT)
        await self._moment(len(self.proxy.asked), 4)

    async def _end(self) -> None:
        # Before that Python has not begun to listen to signals.
        await self.bot.reports(lambda _: True)
        self.done["SIGTERM"] += 1
        self.done["exit code not 0"] += await self.bot.stop() != 0

    # --- afterwards ------------------------------------------------------------------------------

    async def settle(self, patience: float = 30.0) -> None:
        """Run the bot in a good network until it has answered a last question in each room, and all else.

        Args:
            patience: seconds for everything else; what is unanswered then is for the judge.
        """
        self.proxy.faults = CALM
        if not self.bot.is_running:
            await self.bot.start()
        asked = [(group, await group.say(self.writers[0], QUESTION)) for group in self.groups]
        for group, question in asked:
            answers = group.is_bot(Kind.MESSAGE, target=question)
            await self.reader.sees(answers, timeout=SETTLED_WITHIN, what="the last answer")
        with contextlib.suppress(PersonError):
            await self.reader.until(lambda: not self.unanswered(), timeout=patience)

    def unanswered(self) -> set[str]:
        """What people asked and the reader has not seen answered."""
        rooms = {group.room for group in self.groups}
        here = [event for event in self.reader.timeline if event.room_id in rooms]
        asked = {
            e.event_id for e in here if e.body.startswith((COMMAND, QUESTION)) and e.kind is Kind.MESSAGE
        }
        return asked - {event.target for event in here if event.sender == self.bot.user_id}

    async def judge(self) -> Verdict:
        """Look at all rooms as a third person."""
        found = [await of_room(g.room, self.bot, self.reader, self.writers) for g in self.groups]
        return sum(found, Verdict())


@dataclass
class Cast:
    """A homeserver and people on it, for many rigs; the last one reads, the others write."""

    synapse: Synapse
    nursery: Nursery
    writers: Sequence[Person]
    reader: Person

    @classmethod
    @asynccontextmanager
    async def of(cls, synapse: Synapse, nursery: Nursery, *names: str) -> AsyncIterator[Cast]:
        """Let these people log in; several casts may share a homeserver."""
        number = next(_casts)
        async with AsyncExitStack() as stack:
            people = []
            for name in names:
                account = await synapse.register(f"{name}{number}", PASSWORD)
                people.append(await stack.enter_async_context(Person(synapse.url, account, name=name)))
            yield cls(synapse, nursery, people[:-1], people[-1])

    @asynccontextmanager
    async def rig(
        self,
        folder: Path,
        dice: random.Random,
        *,
        encrypted: Sequence[bool] = (False, True),
        faults: Faults = STORM,
        settings: Mapping[str, str] | None = None,
        nursery: Nursery | None = None,
    ) -> AsyncIterator[Rig]:
        """Bring a new bot and everybody into new rooms; then the bot is stopped and the network gets bad."""
        account = await self.synapse.register(f"bot{next(_bots)}", PASSWORD)
        async with Proxy(self.synapse.url, dice) as proxy:
            bot = ForkedBot(nursery or self.nursery, proxy.url, account, folder / "bot", settings=settings)
            founder, *members = [*self.writers, self.reader]
            async with bot:
                groups = [
                    await gather(bot.user_id, founder, members, encrypted=secret) for secret in encrypted
                ]
                await bot.stop()
                proxy.faults = faults
                yield Rig(bot, proxy, dice, groups, self.writers, self.reader)


async def gather(bot: str, founder: Person, members: Sequence[Person], *, encrypted: bool) -> Group:
    """Bring everybody into a new room, the bot at last: so everybody can read its first word."""
    room = await founder.create_room("Runde", invite=[m.user_id for m in members], encrypted=encrypted)
    await asyncio.gather(*(_come(room, member) for member in members))
    await founder.invite(room, bot)
    group = Group(room, bot, founder)
    # It takes a few invitations a minute only.
    await founder.sees(group.is_bot(Kind.MESSAGE), timeout=SETTLED_WITHIN, what="the welcome")
    if encrypted:
        pairs = permutations([founder, *members], 2)
        await asyncio.gather(*(one.meets(other.user_id, room) for one, other in pairs))
        await asyncio.gather(*(person.meets(bot, room) for person in (founder, *members)))
    return group


async def _come(room: str, member: Person) -> None:
    await member.until(lambda: room in member.invited, what="the invitation")
    await member.join(room)
