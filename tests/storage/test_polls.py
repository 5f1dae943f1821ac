# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Polls: numbers given once, votes until the end, secret ones never with a person, sums for good."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from method.ids import EventId, PersonId, UserId
from method.items import Item
from method.polls import Kind, Openness, Option, Poll, State
from method.polls.ballots import Door, Place, Tally, tally
from method.polls.words import Wish
from storage import groups, people, personal, poll_votes, polls, retention, sectors
from storage.groups import Group
from storage.people import Person
from storage.sectors import Mark
from storage.tables import inbox, members, metadata, poll_answers, poll_marks, poll_options, rooms
from storage.tables import polls as polls_table

ROOM = "!room:example.org"
SAMIRA = UserId("@samira:example.org")
LINA = UserId("@lina:example.org")


def a_wish(now: datetime, **more: Any) -> Wish:
    options = (Option(1, "Lotsin"), Option(2, "Profil"), Option(3, "Probe"))
    wish = Wish(Kind.CHOICE, "Was zuerst?", options, 2, Openness.OPEN, False, now + timedelta(days=2))
    return replace(wish, **more)


async def ask(db: AsyncConnection, group: Group, person: Person, now: datetime, **more: Any) -> Poll:
    return await polls.add(db, group.id, a_wish(now, **more), person.id, EventId("$poll"))


async def arrive(db: AsyncConnection, event: str, place: Place, now: datetime) -> EventId:
    row = {"room_id": ROOM, "batch": place.batch, "idx": place.idx, "received_at": now, "attempts": 0}
    await db.execute(insert(inbox).values(row | {"event_id": event, "state": "done", "rule": "command"}))
    return EventId(event)


async def test_poll_comes_back_as_it_was_asked(
    db: AsyncConnection, group: Group, person: Person, barrier: Item, now: datetime
):
    options = (
        Option(7, "Nur Papier", item=barrier.id, label="B7"),
        Option(2, "", at=now),
        Option(3, "", at=now, whole_day=True),
    )
    poll = await ask(db, group, person, now, options=options, kind=Kind.DOTS, openness=Openness.HIDDEN)

    assert (poll.label, poll.options, poll.kind, poll.most) == ("U1", options, Kind.DOTS, 2)
    assert (poll.question, poll.openness, poll.state) == ("Was zuerst?", Openness.HIDDEN, State.OPEN)
    assert (poll.ends_at, poll.author, poll.source) == (now + timedelta(days=2), person.id, "$poll")
    assert await polls.find(db, group.id, 1) == poll
    assert await polls.by_source(db, EventId("$poll")) == poll
    assert await polls.open_of(db, group.id) == [poll]
    assert polls.of_subject(polls.subject(poll.id, "card")) == poll.id
    assert polls.of_subject("item:1:post") is None


async def test_polls_that_give_points_for_an_entry(
    db: AsyncConnection, group: Group, person: Person, barrier: Item, now: datetime
):
    options = (Option(7, "Nur Papier", item=barrier.id, label="B7"), Option(8, "Anderes", label="B8"))
    poll = await ask(db, group, person, now, options=options, kind=Kind.DOTS)
    await polls.add(db, group.id, a_wish(now), person.id, EventId("$other"))

    assert await polls.giving_points(db, barrier.id) == [poll.id]


async def test_same_message_asks_once_and_numbers_go_on(
    db: AsyncConnection, group: Group, person: Person, now: datetime
):
    first = await ask(db, group, person, now)
    again = await ask(db, group, person, now)
    await polls.withdraw(db, first.id)
    second = await polls.add(db, group.id, a_wish(now), person.id, EventId("$second"))
    other = await groups.add(db, "Zweite", now=now)
    there = await polls.add(db, other.id, a_wish(now), person.id, EventId("$third"))

    assert again == first
    assert (second.label, there.label) == ("U2", "U1")


async def test_votes_stand_where_the_journal_has_them(
    db: AsyncConnection, group: Group, person: Person, now: datetime
):
    """Whatever came late in a readable form, and however often it is handled."""
    poll = await ask(db, group, person, now)
    later, earlier = await arrive(db, "$a", Place(9, 1), now), await arrive(db, "$b", Place(3, -2), now)
    await poll_votes.add(db, poll.id, person.id, later, Door.NATIVE, (2,))
    for _ in range(2):
        await poll_votes.add(db, poll.id, person.id, earlier, Door.COMMAND, (1, 3))
    await poll_votes.add(db, poll.id, person.id, EventId("$unknown"), Door.COMMAND, ())

    votes = await poll_votes.of_poll(db, poll.id)

    assert sorted((vote.place, vote.choices) for vote in votes) == [
        (Place(-1, 0), ()), (Place(3, -2), (1, 3)), (Place(9, 1), (2,)),
    ]  # fmt: skip
    assert tally(poll, votes, {person.id}) == Tally(1, {1: 0, 2: 1, 3: 0})


async def test_deleted_and_edited_votes(db: AsyncConnection, group: Group, person: Person, now: datetime):
    poll = await ask(db, group, person, now)
    first, second = await arrive(db, "$a", Place(1, 0), now), await arrive(db, "$b", Place(2, 0), now)
    await poll_votes.add(db, poll.id, person.id, first, Door.COMMAND, (1,))
    await poll_votes.add(db, poll.id, person.id, second, Door.NATIVE, (2,))
    said = await poll_votes.by_event(db, second)
    assert said == poll_votes.Said(poll.id, person.id, Door.NATIVE)

    await poll_votes.take_back(db, second)
    assert tally(poll, await poll_votes.of_poll(db, poll.id), {person.id}).sums == {1: 1, 2: 0, 3: 0}
    assert await poll_votes.by_event(db, second) is None
    await poll_votes.rewrite(db, first, (3,))
    assert tally(poll, await poll_votes.of_poll(db, poll.id), {person.id}).sums == {1: 0, 2: 0, 3: 1}


async def test_closing_keeps_the_sums_and_forgets_the_votes(
    db: AsyncConnection, group: Group, person: Person, now: datetime
):
    poll = await ask(db, group, person, now)
    await poll_votes.add(
        db, poll.id, person.id, await arrive(db, "$a", Place(1, 0), now), Door.COMMAND, (1, 2)
    )
    await poll_votes.say(db, poll.id, person.id, EventId("$words"), "Aber")
    counted = tally(poll, await poll_votes.of_poll(db, poll.id), {person.id})

    assert await polls.close(db, poll, counted)
    assert not await polls.close(db, poll, Tally(9, {1: 9}))

    closed = await polls.get(db, poll.id)
    assert closed == replace(poll, state=State.CLOSED)
    assert await polls.sums(db, closed) == Tally(1, {1: 1, 2: 1, 3: 0})
    assert await poll_votes.of_poll(db, poll.id) == []
    assert await poll_votes.words(db, poll.id) == []
    assert await polls.open_of(db, group.id) == []


async def test_withdrawn_poll_says_nothing_any_more(
    db: AsyncConnection, group: Group, person: Person, now: datetime
):
    poll = await ask(db, group, person, now, openness=Openness.SECRET)
    await poll_votes.add_secretly(db, poll, SAMIRA, (1,))

    await polls.withdraw(db, poll.id)

    gone = await polls.get(db, poll.id)
    assert (gone.question, gone.author, gone.state) == (None, None, State.WITHDRAWN)
    assert [option.text for option in gone.options] == [None] * 3
    assert await polls.sums(db, gone) == Tally(0, {1: 0, 2: 0, 3: 0})
    assert (await db.execute(select(poll_marks))).all() == []
    assert not await polls.close(db, poll, Tally(0, {}))


async def test_end_can_be_moved_while_it_is_open(
    db: AsyncConnection, group: Group, person: Person, now: datetime
):
    poll = await ask(db, group, person, now)
    await polls.set_end(db, poll.id, now)
    assert (await polls.get(db, poll.id)).ends_at == now

    await polls.close(db, poll, Tally(0, {}))
    await polls.set_end(db, poll.id, now + timedelta(days=9))
    assert (await polls.get(db, poll.id)).ends_at == now


async def test_suggestions_get_the_next_number_once(
    db: AsyncConnection, group: Group, person: Person, now: datetime
):
    poll = await ask(db, group, person, now, takes_suggestions=True)

    added = [
        await polls.suggest(db, poll, Option(0, "Neu"), person.id, EventId(f"$s{place}"))
        for place in (0, 0, *range(1, 20))
    ]

    assert added[0] == added[1] == Option(4, "Neu")
    assert [option.number for option in added if option] == [4, *range(4, 21)]
    assert added[-3:] == [None] * 3
    assert (await polls.get(db, poll.id)).numbers == tuple(range(1, 21))


# --- secret --------------------------------------------------------------------------------------


@pytest.fixture
async def secret(db: AsyncConnection, group: Group, person: Person, now: datetime) -> Poll:
    return await ask(db, group, person, now, openness=Openness.SECRET)


async def test_secret_vote_counts_once_and_adds_up(db: AsyncConnection, secret: Poll):
    assert await poll_votes.add_secretly(db, secret, SAMIRA, (1, 2))
    assert not await poll_votes.add_secretly(db, secret, SAMIRA, (3,))
    assert await poll_votes.add_secretly(db, secret, LINA, (2,))

    assert await polls.sums(db, secret) == Tally(2, {1: 1, 2: 2, 3: 0})


async def test_who_is_forgotten_has_voted_all_the_same(db: AsyncConnection, secret: Poll):
    await people.get_or_add(db, SAMIRA)
    await poll_votes.add_secretly(db, secret, SAMIRA, (1,))

    await personal.forget(db, SAMIRA)

    assert not await poll_votes.add_secretly(db, secret, SAMIRA, (1,))


async def test_nothing_leads_from_a_secret_vote_to_the_person(db: AsyncConnection, secret: Poll):
    await people.get_or_add(db, SAMIRA)
    before = await everything(db)

    await poll_votes.add_secretly(db, secret, SAMIRA, (2,), "Zu teuer")

    # What changes is sums, a mark and words, in tables that share nothing but the poll.
    changed = {name for name, rows in (await everything(db)).items() if rows != before[name]}
    assert changed == {"polls", "poll_options", "poll_marks", "poll_answers"}
    assert {column.name for column in poll_answers.c} == {"poll_id", "key", "text"}
    assert {column.name for column in poll_marks.c} == {"poll_id", "mark"}
    [mark] = [row.mark for row in await db.execute(select(poll_marks))]
    assert SAMIRA not in mark
    # Who has suggested an option, not who votes for it.
    assert [c.name for c in poll_options.c if c.info["personal"]] == ["author_id"]


async def test_secret_words_stand_in_an_order_that_says_nothing_and_go_at_the_end(
    db: AsyncConnection, secret: Poll
):
    for number in range(20):
        account = UserId(f"@{number}:example.org")
        assert await poll_votes.add_secretly(db, secret, account, (), f"{number:02}")
    assert not await poll_votes.add_secretly(db, secret, UserId("@0:example.org"), (), "noch etwas")

    found = await poll_votes.secret_words(db, secret.id)
    assert sorted(found) == [f"{number:02}" for number in range(20)] != found
    await polls.close(db, secret, await polls.sums(db, secret))
    assert await poll_votes.secret_words(db, secret.id) == []


async def test_remark_takes_the_place_of_an_earlier_one_but_not_of_a_vote(
    db: AsyncConnection, group: Group, person: Person, now: datetime
):
    poll = await ask(db, group, person, now)
    vote = EventId("$vote")
    await poll_votes.add(db, poll.id, person.id, vote, Door.REPLY, (2,))
    await poll_votes.say(db, poll.id, person.id, vote, "Grund")

    first = await poll_votes.remark(db, poll.id, person.id, EventId("$one"), "eins")
    second = await poll_votes.remark(db, poll.id, person.id, EventId("$two"), "zwei")

    assert (first, second) == (True, False)
    assert await poll_votes.words(db, poll.id) == [(person.id, "Grund"), (person.id, "zwei")]


async def test_newest_answer_counts_in_the_order_of_the_journal(
    db: AsyncConnection, group: Group, person: Person, now: datetime
):
    poll = await ask(db, group, person, now, kind=Kind.ROUND, options=())
    # The later one was readable first.
    for event, place in (("$later", Place(2, 0)), ("$earlier", Place(1, 5))):
        await poll_votes.say(db, poll.id, person.id, await arrive(db, event, place, now), event)

    assert await poll_votes.answers(db, poll.id) == {person.id: "$later"}
    await poll_votes.take_back(db, EventId("$later"))
    assert await poll_votes.answers(db, poll.id) == {person.id: "$earlier"}


async def test_marks_of_one_person_differ_from_poll_to_poll(
    db: AsyncConnection, group: Group, person: Person, secret: Poll, now: datetime
):
    other = await polls.add(db, group.id, a_wish(now, openness=Openness.SECRET), person.id, EventId("$other"))
    for poll in (secret, other):
        await poll_votes.add_secretly(db, poll, SAMIRA, (1,))

    assert len({row.mark for row in await db.execute(select(poll_marks))}) == 2


async def test_key_dies_at_the_end(db: AsyncConnection, secret: Poll):
    await poll_votes.add_secretly(db, secret, SAMIRA, (2,))

    await polls.close(db, secret, await polls.sums(db, secret))

    assert list(await db.scalars(select(polls_table.c.key))) == [None]
    assert (await db.execute(select(poll_marks))).all() == []
    # One vote is too few to be shown, and so too few to be kept.
    assert await polls.sums(db, secret) == Tally(1, {1: 0, 2: 0, 3: 0})
    with pytest.raises(LookupError):
        await poll_votes.add_secretly(db, secret, LINA, (1,))


async def test_open_poll_takes_no_secret_vote(
    db: AsyncConnection, group: Group, person: Person, now: datetime
):
    poll = await ask(db, group, person, now)

    with pytest.raises(LookupError):
        await poll_votes.add_secretly(db, poll, SAMIRA, (1,))


async def everything(db: AsyncConnection) -> dict[str, list[Any]]:
    return {
        table.name: [tuple(row) for row in await db.execute(select(table))]
        for table in metadata.sorted_tables
    }


# --- words, leaving, keeping ---------------------------------------------------------------------


async def test_words_are_kept_until_they_are_taken_back(
    db: AsyncConnection, group: Group, person: Person, now: datetime
):
    poll = await ask(db, group, person, now, kind=Kind.ROUND, options=())
    numbers: Iterator[int] = count()
    for words in ("Erst", "Dann"):
        await poll_votes.say(db, poll.id, person.id, EventId(f"${next(numbers)}"), words)
    await poll_votes.say(db, poll.id, person.id, EventId("$0"), "Noch einmal")
    await poll_votes.reword(db, EventId("$1"), "Danach")

    assert await poll_votes.words(db, poll.id) == [(person.id, "Erst"), (person.id, "Danach")]
    assert await poll_votes.by_event(db, EventId("$0")) == poll_votes.Said(poll.id, person.id, None)
    await poll_votes.take_back(db, EventId("$0"))
    assert await poll_votes.words(db, poll.id) == [(person.id, "Danach")]


@pytest.mark.parametrize("forgets", [True, False], ids=["forget", "leave"])
async def test_vote_goes_with_its_person(
    db: AsyncConnection, group: Group, person: Person, now: datetime, forgets: bool
):
    poll = await ask(db, group, person, now)
    lina = await people.get_or_add(db, LINA)
    for who in (person, lina):
        await poll_votes.add(db, poll.id, who.id, EventId(f"${who.id}"), Door.COMMAND, (1,))
        await poll_votes.say(db, poll.id, who.id, EventId(f"$w{who.id}"), "Aber")

    counts = await (personal.forget(db, SAMIRA) if forgets else personal.leave(db, SAMIRA, group.id))

    assert [vote.person for vote in await poll_votes.of_poll(db, poll.id)] == [lina.id]
    assert await poll_votes.words(db, poll.id) == [(lina.id, "Aber")]
    assert (await polls.get(db, poll.id)).author is None
    assert (counts["polls"], counts["poll_votes"], counts["poll_words"]) == (1, 1, 1)


async def test_leaving_another_group_takes_no_vote(
    db: AsyncConnection, group: Group, person: Person, now: datetime
):
    poll = await ask(db, group, person, now)
    await poll_votes.add(db, poll.id, person.id, EventId("$vote"), Door.COMMAND, (1,))

    # As long as Samira is in this one.
    row = {"room_id": ROOM, "direct": False, "membership": "join", "members_complete": True}
    await db.execute(insert(rooms).values(row | {"group_id": group.id}))
    await db.execute(insert(members).values(room_id=ROOM, user_id=SAMIRA, membership="join"))
    other = await groups.add(db, "Zweite", now=now)

    await personal.leave(db, SAMIRA, other.id)

    assert len(await poll_votes.of_poll(db, poll.id)) == 1


async def test_at_night_nothing_is_left_of_polls_that_have_ended(
    db: AsyncConnection, group: Group, person: Person, now: datetime
):
    poll = await ask(db, group, person, now)
    await polls.close(db, poll, Tally(0, {}))
    # Nobody should do this; the night finds it all the same.
    await poll_votes.add(db, poll.id, person.id, EventId("$vote"), Door.COMMAND, (1,))
    still_open = await polls.add(db, group.id, a_wish(now), person.id, EventId("$open"))
    await poll_votes.add(db, still_open.id, person.id, EventId("$there"), Door.COMMAND, (1,))
    [rule] = [rule for rule in retention.RULES if rule.name == "votes"]

    assert await rule.apply(db, poll.ends_at) == 0
    assert await rule.apply(db, poll.ends_at + timedelta(seconds=1)) == 1
    assert await poll_votes.of_poll(db, poll.id) == []
    assert len(await poll_votes.of_poll(db, still_open.id)) == 1


async def test_newest_declared_sector_of_each_person(db: AsyncConnection, group: Group, person: Person):
    for place, sector in enumerate(("business", "civil-society")):
        await sectors.react(db, Mark(group.id, person.id, sector, EventId(f"${place}"), True))

    assert await sectors.by_person(db, group.id) == {PersonId(person.id): "civil-society"}
