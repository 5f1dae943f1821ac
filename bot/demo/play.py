# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Play a script with real clients against a running bot, and check every answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from bot.demo.client import PersonError
from bot.demo.people import Person
from bot.demo.process import BotError
from bot.demo.screen import Screen
from bot.demo.script import Action, Expect, Line, Room, Script, matches, wrong
from bot.demo.timeline import PINS, Kind, Seen

#: What the bot does that a person notices.
NOTICED = frozenset({Kind.MESSAGE, Kind.EDIT, Kind.REACTION, Kind.REDACTION})
#: Seconds until the pinned board shows what has changed: ten of rest, a tick of five, and some.
_FOLLOWS: Final = 30.0


@dataclass(frozen=True)
class Failure:
    """An expectation that was not met."""

    line: str
    what: str

    def __str__(self) -> str:
        return f"{self.line}: {self.what}"


class Play:
    """One performance: who is where, which message belongs to which line, what went wrong.

    ``clock`` lets it be a moment for the bot; ``takes_in`` waits until the bot has handled an event. ``patience`` is
    the number of seconds the bot has for an answer.
    """

    def __init__(
        self,
        script: Script,
        people: Mapping[str, Person],
        bot: str,
        screen: Screen,
        clock: Callable[[datetime], None],
        takes_in: Callable[[str], Awaitable[None]],
        *,
        patience: float = 10.0,
    ) -> None:
        self.failures: list[Failure] = []
        #: What the pinned board says at the end.
        self.board = ""
        self._script = script
        self._people = people
        self._bot = bot
        self._screen = screen
        self._clock = clock
        self._takes_in = takes_in
        self._patience = patience
        self._founder = next(people[name] for name, role in script.cast.items() if role.moderator)
        self._group = ""
        self._direct: dict[str, str] = {}
        self._said: dict[str, str] = {}
        self._answers: dict[str, str] = {}
        self._expected: set[str] = set()

    async def perform(self, group_name: str) -> list[Failure]:
        """Play all lines in order; return what went wrong."""
        day = 0
        for line in self._script.lines:
            if line.day != day:
                day = line.day
                self._screen.title(f"Tag {day}")
            self._clock(line.at)
            self._screen.at = line.at
            try:
                await self._act(line, group_name)
                self._look(line)
                await self._check(line)
                if self._said.get(line.id):
                    # Between this line and the next the clock leaps over minutes in which it would have come.
                    await self._takes_in(self._said[line.id])
            except (BotError, PersonError) as error:
                self.failures.append(Failure(line.id, str(error)))
            self._look(line)
        await self._check_board()
        self._note_unexpected()
        return self.failures

    async def save(self, folder: Path) -> list[Path]:
        """Keep what the bot attached in the group, decrypted by the founder's client, in the order it came."""
        saved: list[Path] = []
        for seen in self._founder.timeline:
            if (seen.sender, seen.room_id) == (self._bot, self._group) and seen.attached:
                name = Path(str(seen.content.get("filename", seen.body))).name
                file = folder / f"{len(saved) + 1:02}-{name}"
                await asyncio.to_thread(file.write_bytes, await self._founder.download(seen.content))
                saved.append(file)
        return saved

    # ------------------------------------------------------------------ act

    async def _act(self, line: Line, group_name: str) -> None:
        person = self._people[line.actor]
        if line.action is Action.WAIT:
            return
        if line.action is Action.JOIN:
            await self._join(line, person, group_name)
            return
        room = await self._room(line)
        target = self._target(line)
        match line.action:
            case Action.SAY:
                done = await person.say(room, line.text)
            case Action.REPLY:
                done = await person.reply(room, target, line.text)
            case Action.THREAD:
                done = await person.thread(room, target, line.text)
            case Action.REACT:
                done = await person.react(room, target, line.text)
            case Action.UNREACT:
                done = await person.unreact(room, target, line.text)
            case Action.VOTE:
                done = await person.vote(room, target, line.numbers)
            case Action.ATTACH:
                done = await person.attach(room, line.text)
            case Action.EDIT:
                done = await person.edit(room, target, line.text)
            case _:
                done = await person.redact(room, target)
        self._said[line.id] = done

    async def _join(self, line: Line, person: Person, group_name: str) -> None:
        if not self._group:
            # The founder lets the bot pin its welcome.
            self._group = await person.create_room(group_name, invite=[self._bot], powers={self._bot: 50})
            await person.meets(self._bot, self._group)
            return
        await self._founder.invite(self._group, person.user_id)
        await person.until(lambda: self._group in person.invited, what="the invitation")
        await person.join(self._group)
        await person.meets(self._bot, self._group)
        await self._founder.meets(person.user_id, self._group)
        if self._script.cast[line.actor].moderator:
            await self._founder.promote(self._group, person.user_id, 50)

    async def _room(self, line: Line) -> str:
        if line.room is Room.GROUP:
            return self._group
        if line.actor not in self._direct:
            self._direct[line.actor] = await self._people[line.actor].direct(self._bot)
        return self._direct[line.actor]

    def _target(self, line: Line) -> str:
        where = self._answers if line.answers_bot else self._said
        target = line.target_line or ""
        if target and target not in where:
            raise PersonError(f"{line.target} does not exist")
        return where.get(target, "")

    # ------------------------------------------------------------------ check

    def _viewer(self, line: Line) -> tuple[Person, str]:
        if line.room is Room.DM:
            return self._people[line.actor], self._direct.get(line.actor, "")
        return self._founder, self._group

    def _look(self, line: Line) -> None:
        viewer, room = self._viewer(line)
        self._screen.look(viewer, room, direct=line.room is Room.DM)

    async def _check(self, line: Line) -> None:
        expect = line.expect
        for actor, words in line.told.items():
            await self._check_private(line, actor, words)
        if expect.reaction:
            for sign in (expect.reaction, *expect.offers):
                await self._check_reaction(line, expect, sign)
        if expect.reply:
            await self._check_reply(line, expect)
        for msgtype, caption in (("m.image", expect.picture), ("m.file", expect.file)):
            if caption:
                await self._check_attached(line, msgtype, caption)
        if expect.edit:
            post = self._answers.get(line.target_line or "", "")
            new = expect.edit
            await self._wait(
                line,
                lambda e: e.kind is Kind.EDIT and e.target == post and matches(new, e.body),
                f"edit {new}",
            )

    async def _check_reaction(self, line: Line, expect: Expect, sign: str) -> None:
        message = self._said.get(expect.at or line.id)
        key = _plain(sign)
        await self._wait(
            line,
            lambda e: e.kind is Kind.REACTION and e.target == message and _plain(e.key) == key,
            f"reaction {sign}",
        )

    async def _check_reply(self, line: Line, expect: Expect) -> None:
        answer = await self._wait(
            line, lambda e: e.kind is Kind.MESSAGE and not e.attached, f"answer {expect.reply}"
        )
        self._answers[line.id] = answer.event_id
        problem = wrong(expect, answer.body)
        if problem:
            self.failures.append(Failure(line.id, problem))
        if expect.pinned:
            await self._founder.sees(
                lambda e: e.type == PINS and answer.event_id in e.content.get("pinned", []),
                timeout=self._patience,
                what="the pin",
            )

    async def _check_attached(self, line: Line, msgtype: str, caption: str) -> None:
        await self._wait(
            line, lambda e: e.attached == msgtype and matches(caption, e.body), f"{msgtype} {caption}"
        )

    async def _check_private(self, line: Line, actor: str, expected: str) -> None:
        """The bot writes to the person alone, in a room that it opens if there is none."""
        person = self._people[actor]
        if actor not in self._direct:
            self._direct[actor] = await self._told(person)
        room = self._direct[actor]
        said = await person.sees(
            lambda e: e.sender == self._bot and e.room_id == room and e.event_id not in self._expected
            and e.kind is Kind.MESSAGE,
            timeout=self._patience,
            what="the bot's direct message",
        )  # fmt: skip
        self._expected.add(said.event_id)
        self._screen.look(person, room, direct=True)
        if not matches(expected, said.body):
            self.failures.append(Failure(line.id, f"expected “{expected}”, got “{said.body}”"))

    async def _told(self, person: Person) -> str:
        """Accept the bot's invitation into the room in which it writes to the person alone; return the room."""

        def invited() -> list[str]:
            return [room for room, inviter in person.invited.items() if inviter == self._bot]

        await person.until(lambda: bool(invited()), timeout=self._patience, what="the bot to write alone")
        room = invited()[0]
        await person.join(room)
        return room

    async def _check_board(self) -> None:
        """The pinned board follows by itself, some seconds after the last change."""
        try:
            await self._founder.until(
                lambda: any(self._script.board.wrong(board) is None for board in self._pinned_boards()),
                timeout=_FOLLOWS,
                what="the pinned board of today",
            )
        except PersonError as error:
            self.failures.append(Failure("board", str(error)))
        self.board = next(iter(self._pinned_boards()), "")

    def _pinned_boards(self) -> list[str]:
        timeline = self._founder.timeline
        pinned = map(timeline.get, timeline.pinned(self._group))
        return [timeline.text(post.event_id) for post in pinned if timeline.is_of_board(post)]

    async def _wait(self, line: Line, fits: Callable[[Seen], bool], what: str) -> Seen:
        viewer, room = self._viewer(line)
        event = await viewer.sees(
            lambda e: (
                e.sender == self._bot
                and e.room_id == room
                and e.event_id not in self._expected
                and fits(e)
                and not viewer.timeline.is_of_board(e)
            ),
            timeout=self._patience,
            what=what,
        )
        self._expected.add(event.event_id)
        return event

    def _note_unexpected(self) -> None:
        """Whatever the bot did beyond the expectations is a failure too."""
        viewers = [(self._founder, self._group)]
        viewers += [(self._people[actor], room) for actor, room in self._direct.items()]
        for viewer, room in viewers:
            for event in viewer.timeline:
                ours = event.sender == self._bot and event.room_id == room and event.kind in NOTICED
                if self._is_button(viewer, event) or self._is_tidied(viewer, event):
                    continue
                if ours and event.event_id not in self._expected and not viewer.timeline.is_of_board(event):
                    said = event.key or event.body
                    self.failures.append(Failure("not expected", f"{event.kind} “{said}”"))

    def _is_button(self, viewer: Person, event: Seen) -> bool:
        """Is it a reaction to a post of the bot's own, for people to tap?"""
        post = viewer.timeline.find(lambda earlier: earlier.event_id == event.target)
        return event.kind is Kind.REACTION and post is not None and post.sender == self._bot

    def _is_tidied(self, viewer: Person, event: Seen) -> bool:
        """Does it delete a post of the bot's own? That is done in the night."""
        post = viewer.timeline.find(lambda earlier: earlier.event_id == event.target)
        return event.kind is Kind.REDACTION and post is not None and post.sender == self._bot


def _plain(key: str) -> str:
    """A reaction without the sign that asks for a coloured picture."""
    return key.replace("\ufe0f", "")
