# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""A focus group in a real room: people write, and the test asks what the bot did because of it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

from bot.demo.client import PATIENCE
from bot.demo.people import Person
from bot.demo.timeline import Kind, Seen

ALIVE = "Ich bin da. Gespeichert habe ich nichts."
#: What the bot does that a person notices.
NOTICED = frozenset({Kind.MESSAGE, Kind.EDIT, Kind.REACTION, Kind.REDACTION})


@dataclass
class Group:
    """A room with its founder (who moderates), further people, and the bot."""

    room: str
    bot: str
    founder: Person

    @classmethod
    async def found(
        cls,
        bot: str,
        founder: Person,
        *members: Person,
        encrypted: bool = True,
        pins: bool = True,
        version: str | None = None,
    ) -> Group:
        """Create the room, invite everybody, and wait until the bot has introduced itself."""
        powers = {bot: 50} if pins else {}
        if version and int(version) < 12:
            powers[founder.user_id] = 100  # later versions know their creators
        room = await founder.create_room(
            "Runde", invite=[bot], encrypted=encrypted, powers=powers, version=version
        )
        group = cls(room, bot, founder)
        if encrypted:
            await founder.meets(bot, room)
        await group.welcome()
        for member in members:
            await group.add(member)
        return group

    async def add(self, member: Person) -> None:
        """Invite somebody and wait until she is in the room and everybody knows everybody's devices."""
        await self.founder.invite(self.room, member.user_id)
        await member.until(lambda: self.room in member.invited, what="the invitation")
        await member.join(self.room)
        await member.meets(self.bot, self.room)
        await self.founder.meets(member.user_id, self.room)

    async def welcome(self) -> Seen:
        """The bot's first message."""
        return await self.founder.sees(self.is_bot(Kind.MESSAGE), what="the welcome")

    def is_bot(self, *kinds: Kind, target: str | None = None) -> Callable[[Seen], bool]:
        """A test for events of the bot in this room."""

        def fits(event: Seen) -> bool:
            ours = event.sender == self.bot and event.room_id == self.room and event.kind in kinds
            # The board comes when it is time, beside whatever is asked for here.
            return ours and target in (None, event.target) and not self.founder.timeline.is_of_board(event)

        return fits

    async def say(self, person: Person, text: str) -> str:
        """Let somebody write; return the event id."""
        return await person.say(self.room, text)

    async def receipt(self, event_id: str, *, place: int = 0) -> str:
        """The key of the bot's reaction to a message, the first or the next but ``place``."""

        def all_of_them() -> list[Seen]:
            fits = self.is_bot(Kind.REACTION, target=event_id)
            return [event for event in self.founder.timeline if fits(event)]

        await self.founder.until(lambda: len(all_of_them()) > place, what=f"receipt {place}")
        return plain(all_of_them()[place].key)

    async def answer(self, event_id: str, *, timeout: float = PATIENCE) -> Seen:
        """The bot's answer to a message: a reply to it in a group, the next message in a direct room."""
        await self.founder.sees(lambda event: event.event_id == event_id, what="the message itself")
        message = self.is_bot(Kind.MESSAGE)
        return await self.founder.sees(
            lambda event: message(event) and event.target in {event_id, None},
            since=self.founder.timeline.place(event_id),
            timeout=timeout,
            what="an answer",
        )

    async def asked(self, person: Person, text: str, *, timeout: float = PATIENCE) -> str:
        """Let somebody write; return what the bot answers."""
        return (await self.answer(await self.say(person, text), timeout=timeout)).body

    async def taken(self, person: Person, text: str) -> str:
        """Let somebody write; return the bot's receipt."""
        return await self.receipt(await self.say(person, text))

    async def nothing_since(self, place: int) -> None:
        """Make sure that the bot did nothing since that place of the founder's timeline.

        The room's events are handled in order: an answer to a later question proves that the bot is through.
        """
        question = await self.founder.say(self.room, "!test")
        assert (await self.answer(question)).body == ALIVE
        assert [event.key or event.body for event in self.done_since(place)] == [ALIVE]

    def done_since(self, place: int) -> list[Seen]:
        """What the bot did since that place."""
        return [event for event in self.founder.timeline.since(place) if self.is_bot(*NOTICED)(event)]

    @property
    def now(self) -> int:
        """The place in the founder's timeline at which the next event will stand."""
        return len(self.founder.timeline)


async def eventually(holds: Callable[[], bool], what: str, *, timeout: float = 20.0) -> None:
    """Look again and again until something outside Matrix holds.

    Raises:
        AssertionError: it does not hold in time.
    """
    deadline = time.monotonic() + timeout
    while not holds():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        await asyncio.sleep(0.05)


def plain(key: str) -> str:
    """A reaction without the sign that asks for a coloured picture."""
    return key.replace("\ufe0f", "")
