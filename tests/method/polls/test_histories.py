# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Thousands of random histories of votes: the tally is always that of the naive oracle."""

from __future__ import annotations

from method.ids import EventId, PersonId
from method.polls import Openness, Poll
from method.polls.ballots import EMPTY, Door, Place, Tally, Vote, add_up, tally
from tests.vote_histories import LONG, SEED, histories, history, play, poll_of
from tests.vote_oracle import History, expected

NUMBER = 100_000 if LONG else 2_000


class Memory:
    """Votes in a list, as the database keeps them."""

    def __init__(self, made: History, poll: Poll) -> None:
        self.poll = poll
        self.votes: list[Vote] = []
        self.present = set(made.people)
        self.voted: set[str] = set()
        self.secret: list[tuple[int, ...]] = []
        self.numbers = {who: PersonId(number) for number, who in enumerate(made.people, 1)}

    async def take(
        self, who: str, event: EventId, door: Door, choices: tuple[int, ...], place: Place
    ) -> None:
        if self.poll.openness is Openness.SECRET:
            if who not in self.voted and choices:
                self.voted.add(who)
                self.secret.append(choices)
            return
        self.votes.insert(0, Vote(event, self.numbers[who], door, choices, place))

    async def delete(self, event: EventId) -> None:
        self.votes = [vote for vote in self.votes if vote.event != event]

    async def leave(self, who: str) -> None:
        self.present.discard(who)
        self.votes = [vote for vote in self.votes if vote.person != self.numbers[who]]

    async def join(self, who: str) -> None:
        self.present.add(who)

    async def count(self) -> Tally:
        if self.poll.openness is Openness.SECRET:
            return Tally(len(self.secret), add_up(self.poll, self.secret))
        return tally(self.poll, self.votes, {self.numbers[who] for who in self.present})


async def test_tally_is_that_of_the_oracle():
    print(f"FAULTS_SEED={SEED}, {NUMBER} histories")
    wrong = []
    people = 0
    for made in histories(NUMBER):
        poll = poll_of(made)
        found = await play(made, poll, Memory(made, poll))
        people += found.people
        if (found.people, found.sums) != expected(made):
            wrong.append(made.seed)

    assert wrong == [], history(wrong[0])
    assert people > NUMBER, "hardly anybody voted"


async def test_nobody_voted():
    made = next(histories(1))
    poll = poll_of(made)

    assert tally(poll, [], []) == Tally(EMPTY.people, dict.fromkeys(poll.numbers, 0))
