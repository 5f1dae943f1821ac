# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Random histories of votes through the database: the sums that are kept are always those of the naive oracle."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert, update
from sqlalchemy.ext.asyncio import AsyncConnection

from method.ids import EventId, RoomId, UserId
from method.polls import FEWEST_SECRET, Openness, Poll
from method.polls.ballots import Door, Place, Tally, tally
from method.polls.words import Wish
from storage import people, personal, poll_votes, polls
from storage.groups import Group
from storage.people import Person
from storage.tables import inbox, members, rooms
from tests.vote_histories import LONG, SEED, histories, history, play, poll_of
from tests.vote_oracle import History, expected

NUMBER = 2_000 if LONG else 60
ROOM = RoomId("!room:example.org")


class Stored:
    """Votes in the database."""

    def __init__(self, db: AsyncConnection, group: Group, made: History, poll: Poll, now: datetime) -> None:
        self.db = db
        self.group = group
        self.made = made
        self.poll = poll
        self.now = now

    async def take(
        self, who: str, event: EventId, door: Door, choices: tuple[int, ...], place: Place
    ) -> None:
        if self.poll.openness is Openness.SECRET:
            if choices:
                await poll_votes.add_secretly(self.db, self.poll, _user(who), choices)
            return
        person = await people.get_or_add(self.db, _user(who))
        row = {
            "room_id": ROOM,
            "batch": place.batch,
            "idx": place.idx,
            "received_at": self.now,
            "attempts": 0,
        }
        known = await poll_votes.by_event(self.db, self._id(event))
        if known is None:
            await self.db.execute(insert(inbox).values(row | {"event_id": self._id(event), "state": "done"}))
        await poll_votes.add(self.db, self.poll.id, person.id, self._id(event), door, choices)

    async def delete(self, event: EventId) -> None:
        await poll_votes.take_back(self.db, self._id(event))

    async def leave(self, who: str) -> None:
        await self._set(who, "leave")
        await personal.leave(self.db, _user(who), self.group.id)

    async def join(self, who: str) -> None:
        await self._set(who, "join")

    async def count(self) -> Tally:
        if self.poll.openness is Openness.SECRET:
            sums = await polls.sums(self.db, self.poll)
        else:
            votes = await poll_votes.of_poll(self.db, self.poll.id)
            sums = tally(self.poll, votes, await people.in_room(self.db, ROOM))
        assert await polls.close(self.db, self.poll, sums)
        assert await poll_votes.of_poll(self.db, self.poll.id) == []
        return await polls.sums(self.db, await polls.get(self.db, self.poll.id))

    async def _set(self, who: str, membership: str) -> None:
        query = update(members).where(members.c.room_id == ROOM, members.c.user_id == _user(who))
        await self.db.execute(query.values(membership=membership))

    def _id(self, event: EventId) -> EventId:
        return EventId(f"{event}-{self.made.seed}")


def _user(who: str) -> UserId:
    return UserId(f"@{who}:example.org")


async def test_sums_in_the_database_are_those_of_the_oracle(
    db: AsyncConnection, group: Group, person: Person, now: datetime
):
    print(f"FAULTS_SEED={SEED}, {NUMBER} histories")
    room = {
        "room_id": ROOM,
        "group_id": group.id,
        "direct": False,
        "membership": "join",
        "members_complete": True,
    }
    await db.execute(insert(rooms).values(room))
    for number in range(8):
        await db.execute(insert(members).values(room_id=ROOM, user_id=_user(f"p{number}"), membership="join"))
    wrong = []
    for made in histories(NUMBER):
        await db.execute(update(members).values(membership="join"))
        like = poll_of(made)
        wish = Wish(like.kind, "Was zuerst?", like.options, like.most, like.openness, False, like.ends_at)
        poll = await polls.add(db, group.id, wish, person.id, EventId(f"$poll-{made.seed}"))
        found = await play(made, poll, Stored(db, group, made, poll, now))
        people, sums = expected(made)
        if made.openness == "secret" and people < FEWEST_SECRET:
            # Too few to be shown, so they are not kept.
            sums = dict.fromkeys(sums, 0)
        if (found.people, found.sums) != (people, sums):
            wrong.append(made.seed)

    assert wrong == [], history(wrong[0])
