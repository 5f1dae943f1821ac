# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Random histories of votes through the bot itself, every door a real event: the result is that of the naive oracle."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from random import Random

from method.ids import EventId, GroupId, RoomId
from method.polls import Poll
from storage import polls, rooms, timers
from tests.chat import Chat
from tests.vote_histories import LONG, SEED, histories, history
from tests.vote_oracle import Cast, Delete, History, Join, Leave, expected

NUMBER = 1_000 if LONG else 40


class Group:
    """A room of its own for one history, with an open poll."""

    def __init__(self, chat: Chat, made: History) -> None:
        self.chat, self.made = chat, made
        self.room = RoomId(f"!votes{made.seed}:test")
        self.ids: dict[str, EventId] = {}
        self.dice = Random(made.seed)

    def name(self, who: str) -> str:
        return f"{who}-{self.made.seed}"

    async def ask(self) -> None:
        chat, made = self.chat, self.made
        await chat.found(self.room, "Runde", {"katrin": 100} | {self.name(who): 0 for who in made.people})
        for who in made.people:
            await chat.direct(self.name(who))
        answers = "; ".join(f"Antwort {number}x" for number in made.numbers)
        flag = " verdeckt" if made.openness == "hidden" else ""
        await chat.says(f"!umfrage Was zuerst?; {answers}{flag}", by="katrin", room=self.room)
        self.card, self.native = chat.post("U1"), chat.native()
        self.start = chat.now + timedelta(minutes=1)
        async with chat.db.transaction() as db:
            group = (await rooms.get(db, self.room)).group_id
            assert group is not None
            found = await polls.find(db, GroupId(group), 1)
            assert found is not None
            self.poll = found
            end = self.start + timedelta(minutes=made.end)
            await polls.set_end(db, self.poll.id, end)
            await timers.cancel(db, self.poll.group_id, "polls.close")
            await timers.add(db, self.poll.group_id, "polls.close", str(self.poll.id), end)

    async def play(self) -> Poll:
        for at, event in in_order(self.made):
            self.chat.now = self.start + timedelta(minutes=at)
            await self._happen(event)
        self.chat.now = self.start + timedelta(minutes=self.made.close)
        await self.chat.pass_time(seconds=5)
        async with self.chat.db.reading() as db:
            return await polls.get(db, self.poll.id)

    async def _happen(self, event: Cast | Delete | Leave | Join) -> None:
        if isinstance(event, Leave):
            await self.chat.leaves(self.name(event.who), room=self.room)
        elif isinstance(event, Join):
            await self.chat.joins(self.name(event.who), room=self.room)
        elif isinstance(event, Delete):
            who = next(c.who for c in self.made.events if isinstance(c, Cast) and c.event == event.target)
            if event.target in self.ids:
                await self.chat.redacts(self.ids[event.target], by=self.name(who), room=self.room)
        elif event.event not in self.ids:
            self.ids[event.event] = await self._cast(event, self.name(event.who))

    async def _cast(self, cast: Cast, by: str) -> EventId:
        chat, words = self.chat, str(cast.said[0]) if cast.said else ""
        if cast.door == "native":
            unseen = is_lost(cast)
            return await chat.votes(*cast.said, by=by, room=self.room, poll=self.native, unseen=unseen)
        if cast.door == "reaction":
            return await chat.reacts(self.card, words, by=by, room=self.room)
        if cast.door == "reply":
            return await chat.says(words, by=by, reply_to=self.card, room=self.room)
        if cast.door == "direct":
            return await chat.tells(f"!stimme U1 {words}", by=by)
        return await chat.says(f"!stimme U1 {words}", by=by, room=self.room)


def is_lost(cast: Cast) -> bool:
    """Does /sync never bring it?"""
    return cast.door == "native" and cast.idx >= LOST


#: What /sync loses comes last in its minute.
LOST = 1_000


def possible(number: int) -> Iterator[History]:
    """Yield so many histories of polls that are native, without what cannot happen in a room."""
    left = number
    for made in histories(number * 20):
        if made.kind != "choice" or made.most != 1 or made.openness == "secret":
            continue
        made.events[:] = [told for event in made.events if (told := _told(made, event)) is not None]
        yield made
        left -= 1
        if not left:
            return


def _told(made: History, event: Cast | Delete | Leave | Join) -> Cast | Delete | Leave | Join | None:
    """Return the event as it can happen: keys are there at once, and who has left says nothing."""
    if not isinstance(event, Cast):
        return event
    left = [e.at for e in made.events if isinstance(e, Leave) and e.who == event.who]
    back = [e.at for e in made.events if isinstance(e, Join) and e.who == event.who]
    if left and left[0] < event.received <= (back[0] if back else 1_000):
        return None
    number = int(event.event[1:])
    lost = event.door == "native" and event.received <= made.end and number % 2 == 0
    idx = LOST + number if lost else event.idx
    return replace(event, readable=event.received, idx=idx)


def in_order(made: History) -> list[tuple[int, Cast | Delete | Leave | Join]]:
    """Return what happens until the closing, with its minute: in a minute the votes first."""

    def when(event: Cast | Delete | Leave | Join) -> tuple[int, int, int]:
        if isinstance(event, Cast):
            return event.received, 0, event.idx
        return event.at, {Delete: 1, Leave: 2, Join: 3}[type(event)], 0

    found = [(when(event)[0], event) for event in sorted(made.events, key=when)]
    return [one for one in found if one[0] <= made.close]


async def test_results_are_those_of_the_oracle(silent_chat: Chat):
    print(f"FAULTS_SEED={SEED}, {NUMBER} histories")
    wrong, people, lost = [], 0, 0
    for made in possible(NUMBER):
        group = Group(silent_chat, made)
        await group.ask()
        poll = await group.play()
        async with silent_chat.db.reading() as db:
            found = await polls.sums(db, poll)
        people += found.people
        lost += sum(isinstance(event, Cast) and is_lost(event) for event in made.events)
        if poll.is_open or (found.people, found.sums) != expected(made):
            wrong.append(made.seed)

    assert wrong == [], history(wrong[0])
    assert people > NUMBER, "hardly anybody voted"
    assert lost > NUMBER / 4, "hardly anything was lost"
