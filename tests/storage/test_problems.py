# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The core problem: one open proposal, one that holds, all wordings; who stood how is forgotten in time."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from method.ids import EventId, PersonId, UserId
from method.problems import Problem, Stand, Standing, State
from storage import groups, objections, people, problems
from storage.database import Database
from storage.groups import Group
from storage.people import Person
from storage.tables import metadata, problem_objections, problem_votes

DAY = timedelta(days=1)
CANARY = "Kanarienvogel"


@pytest.fixture
async def problem(db: AsyncConnection, group: Group, person: Person, now: datetime) -> Problem:
    """Return an open proposal."""
    return await propose(db, group, person, "Eins", now, "$one")


async def propose(
    db: AsyncConnection, group: Group, person: Person, text: str, now: datetime, source: str
) -> Problem:
    return await problems.add(db, group.id, person.id, EventId(source), text, now=now, due=now + DAY)


async def somebody(db: AsyncConnection, name: str) -> PersonId:
    return (await people.get_or_add(db, UserId(f"@{name}:example.org"))).id


async def kept(db: AsyncConnection) -> int:
    counted = [
        await db.scalar(select(func.count()).select_from(table))
        for table in (problem_votes, problem_objections)
    ]
    return sum(map(int, filter(None, counted)))


async def test_proposal_is_found(db: AsyncConnection, group: Group, problem: Problem, now: datetime):
    assert (problem.version.text, problem.version.state, problem.is_open) == ("Eins", State.PROPOSED, True)
    assert problem.version.due_at == now + DAY
    assert await problems.by_source(db, EventId("$one")) == problem
    assert await problems.by_version(db, problem.version.id) == problem
    assert await problems.proposed(db, group.id) == problem
    assert await problems.agreed(db, group.id) is None
    assert await problems.by_source(db, EventId("$never")) is None


async def test_same_message_proposes_once(
    db: AsyncConnection, group: Group, person: Person, problem: Problem, now: datetime
):
    assert await propose(db, group, person, "Anders", now, "$one") == problem


async def test_new_wording_forgets_who_stood_how(
    db: AsyncConnection, group: Group, person: Person, problem: Problem, now: datetime
):
    await objections.vote(db, problem.version.id, person.id, EventId("$thumb"), Stand.FOR)
    await objections.say(db, problem.version.id, person.id, EventId("$said"), "Nein")

    revised = await problems.revise(db, problem, "Zwei", now=now, due=now + DAY)

    assert await kept(db) == 0
    assert await problems.by_version(db, problem.version.id) is None
    assert await problems.wording(db, problem.version.id) == "Eins"
    assert [(one.text, one.state) for one in await problems.history(db, group.id)] == [
        ("Eins", State.REPLACED),
        ("Zwei", State.PROPOSED),
    ]
    assert (await problems.get(db, problem.id)) == revised


async def test_agreement_keeps_the_number_and_forgets_the_people(
    db: AsyncConnection, group: Group, problem: Problem, now: datetime
):
    for name in ("anna", "ben"):
        event = EventId(f"${name}")
        await objections.vote(db, problem.version.id, await somebody(db, name), event, Stand.FOR)

    agreed = await problems.agree(db, problem, now=now + DAY)

    assert (agreed.version.state, agreed.version.in_favour) == (State.AGREED, 2)
    assert agreed.version.agreed_at == now + DAY
    assert await problems.agreed(db, group.id) == agreed.version
    assert await problems.proposed(db, group.id) is None
    assert await kept(db) == 0


async def test_what_holds_is_replaced_only_by_what_is_agreed(
    db: AsyncConnection, group: Group, person: Person, problem: Problem, now: datetime
):
    first = await problems.agree(db, problem, now=now)
    second = await propose(db, group, person, "Zwei", now, "$two")
    assert await problems.agreed(db, group.id) == first.version
    await propose(db, group, person, "Drei", now, "$three")
    assert not (await problems.get(db, second.id)).is_open

    third = await problems.proposed(db, group.id)
    assert third is not None
    await problems.agree(db, third, now=now)

    assert [one.state for one in await problems.history(db, group.id)] == [
        State.REPLACED,
        State.REPLACED,
        State.AGREED,
    ]


async def test_groups_have_their_own(
    db: AsyncConnection, group: Group, person: Person, problem: Problem, now: datetime
):
    other = await groups.add(db, "Wohnen", now=now)
    await propose(db, other, person, "Anders", now, "$other")

    assert await problems.proposed(db, group.id) == problem
    assert [one.text for one in await problems.history(db, group.id)] == ["Eins"]


async def test_standing_counts_people_once(db: AsyncConnection, problem: Problem):
    anna, ben, cem = [await somebody(db, name) for name in ("anna", "ben", "cem")]
    version = problem.version.id
    for event, who, stand in (
        ("$1", anna, Stand.FOR),
        ("$2", anna, Stand.FOR),
        ("$2", anna, Stand.FOR),
        ("$3", ben, Stand.FOR),
        ("$4", ben, Stand.AGAINST),
        ("$5", cem, Stand.FOR),
    ):
        await objections.vote(db, version, who, EventId(event), stand)
    for text in ("Nein", "Nein", "Doch nicht"):
        await objections.say(db, version, cem, EventId(f"${text}"), text)
    await objections.say_anonymously(db, version, "Ohne Namen", "code")

    assert await objections.standing(db, version) == Standing(1, 3, ("Nein", "Doch nicht", "Ohne Namen"))


async def test_last_hand_takes_the_sentences_with_it(db: AsyncConnection, problem: Problem, person: Person):
    version = problem.version.id
    for event in ("$1", "$2"):
        await objections.vote(db, version, person.id, EventId(event), Stand.AGAINST)
    await objections.say(db, version, person.id, EventId("$said"), "Nein")

    await objections.take_back(db, EventId("$1"))
    assert await objections.standing(db, version) == Standing(0, 1, ("Nein",))
    await objections.take_back(db, EventId("$2"))

    assert await kept(db) == 0


async def test_thumb_takes_no_objection_with_it(db: AsyncConnection, problem: Problem, person: Person):
    await objections.vote(db, problem.version.id, person.id, EventId("$1"), Stand.FOR)
    await objections.say(db, problem.version.id, person.id, EventId("$said"), "Nein")

    await objections.take_back(db, EventId("$1"))

    assert await objections.standing(db, problem.version.id) == Standing(0, 1, ("Nein",))


async def test_anonymous_objection_goes_by_its_code_only(db: AsyncConnection, problem: Problem):
    await objections.say_anonymously(db, problem.version.id, "Nein", "right")

    assert await objections.take_back_anonymous(db, "wrong") is None
    assert await objections.take_back_anonymous(db, "right") == problem.version.id
    assert await kept(db) == 0


@pytest.mark.parametrize("size", [1, 2_000], ids=["short", "long"])
async def test_erased_proposal_is_gone_from_every_table_and_file(
    database: Database, now: datetime, size: int
):
    words = f"{CANARY} " * size
    async with database.transaction() as db:
        group = await groups.add(db, "Anerkennung", now=now)
        person = await people.get_or_add(db, UserId("@samira:example.org"))
        problem = await propose(db, group, person, words, now, "$one")
        await problems.agree(db, problem, now=now)
        problem = await problems.revise(db, problem, f"{words} neu", now=now, due=now)
        await objections.say(db, problem.version.id, person.id, EventId("$said"), words)
        await objections.rewrite(db, EventId("$said"), f"{words} neu")
        await objections.say_anonymously(db, problem.version.id, words, "code")

    async with database.transaction() as db:
        await problems.erase(db, problem.id)
    await database.truncate_wal()

    async with database.reading() as db:
        assert (await problems.get(db, problem.id)).author is None
        assert await problems.history(db, group.id) == []
        for table in metadata.sorted_tables:
            for row in await db.execute(select(table)):
                assert CANARY not in str(tuple(row))
    if database.is_sqlite:
        folder = Path(str(database.url.database)).parent
        assert not any(CANARY.encode() in file.read_bytes() for file in folder.glob("tafelrunde.db*"))
