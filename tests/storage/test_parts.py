# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Parts are references: merging moves nothing, so whatever happens, taking apart gives the earlier state."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from method.ids import EventId, ItemId, UserId
from method.items import Item, Kind, Label
from method.parts import Move
from storage import groups, items, notes, parking, parts, people, supports
from storage.database import Database
from storage.groups import Group
from storage.links import linked_to
from storage.people import Person
from storage.tables import metadata
from tests.fixtures_database import Databases

NOW = datetime(2026, 3, 2, 8, 15, tzinfo=UTC)


@pytest.fixture
async def ten(db: AsyncConnection, group: Group, barrier: Item, person: Person) -> list[Item]:
    """Ten barriers; the first one is ``barrier``."""
    more = [
        await items.add(db, group.id, Kind.BARRIER, f"Hürde {number}", [], person.id, None, now=NOW)
        for number in range(2, 11)
    ]
    return [barrier, *more]


async def merge(db: AsyncConnection, whole: Item, *others: Item) -> tuple[Move, ...]:
    places = await parts.of_group(db, whole.group_id)
    moves = places.merge(places.top(whole.id), [one.id for one in others])
    await parts.apply(db, moves)
    return moves


async def board(db: AsyncConnection, group: Group) -> list[tuple[str, int, int, str]]:
    return [
        (str(one.item.label), one.support, one.notes, " ".join(map(str, one.parts)))
        for one in await items.listing(db, group.id)
    ]


async def test_entry_and_part_are_one_on_the_board(
    db: AsyncConnection, group: Group, ten: list[Item], person: Person
):
    ben = await people.get_or_add(db, UserId("@ben:example.org"))
    for number, (item, who) in enumerate([(ten[0], person), (ten[9], person), (ten[9], ben)]):
        await supports.add(db, item.id, who.id, EventId(f"${number}"))
    await notes.add(db, ten[9].id, "Auch hier", None, None, now=NOW)

    await merge(db, ten[0], ten[9])

    assert (await board(db, group))[0] == ("B1", 2, 1, "B10")
    assert len(await board(db, group)) == 9
    assert await supports.count(db, ten[0].id, ten[9].id) == 2
    assert [note.text for note in await notes.of_item(db, ten[0].id, ten[9].id)] == ["Auch hier"]


async def test_support_taken_back_on_one_part_stands_on_the_other(
    db: AsyncConnection, group: Group, ten: list[Item], person: Person
):
    await supports.add(db, ten[0].id, person.id, EventId("$one"))
    await supports.add(db, ten[9].id, person.id, EventId("$two"))
    await merge(db, ten[0], ten[9])

    await supports.remove(db, EventId("$two"))

    assert (await board(db, group))[0] == ("B1", 1, 0, "B10")


async def test_topic_of_a_part_finds_the_entry(db: AsyncConnection, group: Group, ten: list[Item]):
    await merge(db, ten[1], ten[0])

    assert [str(one.item.label) for one in await items.listing(db, group.id, topic="amt")] == ["B2"]


async def test_idea_that_is_a_part_is_named_by_its_entry(db: AsyncConnection, group: Group, ten: list[Item]):
    first = await items.add(db, group.id, Kind.IDEA, "Eins", [], None, None, now=NOW)
    links = [Label(Kind.BARRIER, 3)]
    second = await items.add(db, group.id, Kind.IDEA, "Zwei", [], None, None, now=NOW, links=links)
    await merge(db, first, second)

    assert [str(label) for label in await linked_to(db, ten[2].id)] == ["I1"]


async def test_withdrawn_entry_lets_its_parts_go_until_it_comes_back(
    db: AsyncConnection, group: Group, ten: list[Item]
):
    await merge(db, ten[0], ten[9])
    merged = await board(db, group)
    await items.withdraw(db, ten[0].id, erase=False, now=NOW)
    assert [label for label, *_ in await board(db, group)][-1] == "B10"

    await items.restore(db, ten[0].id, now=NOW)

    assert await board(db, group) == merged


async def test_erased_entry_leaves_no_reference(db: AsyncConnection, group: Group, ten: list[Item]):
    await merge(db, ten[0], ten[9])
    await merge(db, ten[1], ten[0])
    await parking.park(db, ten[0].id)

    await items.withdraw(db, ten[0].id, erase=True, now=NOW)

    assert (await parts.of_group(db, group.id)).recorded == {}
    assert not await parking.is_parked(db, ten[0].id)
    assert await parts.around(db, ten[9].id) == await parts.of_group(db, group.id)


async def test_parts_of_another_group_are_not_seen(db: AsyncConnection, ten: list[Item]):
    await merge(db, ten[0], ten[9])
    other = await groups.add(db, "Wohnen", now=NOW)

    assert (await parts.of_group(db, other.id)).recorded == {}


async def test_parked_entries_are_listed_apart_with_their_parts(
    db: AsyncConnection, group: Group, ten: list[Item]
):
    await merge(db, ten[0], ten[9])
    for item in (ten[0], ten[0], ten[4]):
        await parking.park(db, item.id)
    await parking.park(db, ten[8].id)
    await merge(db, ten[1], ten[8])

    parked = await items.listing(db, group.id, parked=True)

    assert [(one.item.number, len(one.parts)) for one in parked] == [(1, 1), (5, 0)]
    assert await parking.count(db, group.id) == len(parked)
    assert [label for label, *_ in await board(db, group)] == ["B2", "B3", "B4", "B6", "B7", "B8"]
    await parking.bring_back(db, ten[0].id)
    assert (await board(db, group))[0][0] == "B1"


# --- whatever people do --------------------------------------------------------------------------

ITEMS = st.integers(0, 5)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("merge"), ITEMS, ITEMS),
        st.tuples(st.just("split"), ITEMS, st.just(0)),
        st.tuples(st.just("undo"), st.just(0), st.just(0)),
        st.tuples(st.just("support"), ITEMS, st.integers(0, 2)),
        st.tuples(st.just("take back"), ITEMS, st.integers(0, 2)),
        st.tuples(st.just("note"), ITEMS, st.just(0)),
        st.tuples(st.just("withdraw"), ITEMS, st.just(0)),
        st.tuples(st.just("restore"), ITEMS, st.just(0)),
    ),
    max_size=25,
)


class Model:
    """A board with six barriers and three people, and what the board should say by counting it naively."""

    def __init__(self, db: AsyncConnection) -> None:
        self.db = db
        self.items: list[Item] = []
        self.people: list[Person] = []
        self.supports: dict[tuple[int, int], list[EventId]] = {}
        self.notes = dict.fromkeys(range(6), 0)
        self.withdrawn: set[int] = set()
        #: What was done, with the references before it.
        self.done: list[tuple[tuple[Move, ...], list[Any]]] = []
        self._numbers = count()

    async def begin(self) -> None:
        self.group = await groups.add(self.db, "Anerkennung", now=NOW)
        for number in range(6):
            self.items.append(
                await items.add(self.db, self.group.id, Kind.BARRIER, f"{number}", [], None, None, now=NOW)
            )
        for name in "abc":
            self.people.append(await people.get_or_add(self.db, UserId(f"@{name}:example.org")))

    async def do(self, verb: str, one: int, two: int) -> None:
        item = self.items[one]
        if verb in ("merge", "split", "undo"):
            await self._move(verb, one, two)
        elif verb == "support":
            event = EventId(f"${next(self._numbers)}")
            self.supports.setdefault((one, two), []).append(event)
            await supports.add(self.db, item.id, self.people[two].id, event)
        elif verb == "take back":
            for event in self.supports.get((one, two), [])[:1]:
                self.supports[one, two].remove(event)
                await supports.remove(self.db, event)
        elif verb == "note":
            self.notes[one] += 1
            await notes.add(self.db, item.id, "Mehr", None, None, now=NOW)
        elif verb == "withdraw":
            self.withdrawn.add(one)
            await items.withdraw(self.db, item.id, erase=False, now=NOW)
        else:
            self.withdrawn.discard(one)
            await items.restore(self.db, item.id, now=NOW)

    async def _move(self, verb: str, one: int, two: int) -> None:
        places = await parts.of_group(self.db, self.group.id)
        whole, part = places.top(self.items[one].id), self.items[two].id
        before = await self.references()
        if verb == "undo":
            await self.undo()
            return
        if verb == "split" and places.whole(self.items[one].id):
            moves = places.split([self.items[one].id])
        elif verb == "merge" and places.top(part) == part != whole and not {one, two} & self.withdrawn:
            moves = places.merge(whole, [part])
        else:
            return
        await parts.apply(self.db, moves)
        self.done.append((moves, before))

    async def undo(self) -> None:
        if self.done:
            moves, before = self.done.pop()
            assert (await parts.of_group(self.db, self.group.id)).can_return(moves)
            await parts.take_back(self.db, moves)
            assert await self.references() == before

    async def references(self) -> list[Any]:
        return await rows(self.db, "item_parts")

    async def check(self) -> None:
        """Every open item stands in exactly one entry; everybody counts once in it."""
        places = await parts.of_group(self.db, self.group.id)
        listed = await items.listing(self.db, self.group.id)
        numbers = {item.id: number for number, item in enumerate(self.items)}
        seen: list[int] = []
        for entry in listed:
            family = [numbers[ItemId(one)] for one in places.family(entry.item.id)]
            seen += family
            supporters = {who for (one, who), events in self.supports.items() if events and one in family}
            assert (
                entry.support
                == len(supporters)
                == await supports.count(self.db, *(self.items[one].id for one in family))
            )
            assert entry.notes == sum(self.notes[one] for one in family)
            assert [label.number for label in entry.parts] == sorted(one + 1 for one in family[1:])
        assert sorted(seen) == [number for number in range(6) if number not in self.withdrawn]


async def rows(db: AsyncConnection, table: str) -> list[Any]:
    found = await db.execute(select(metadata.tables[table]))
    return sorted(tuple(row) for row in found)


async def everything(db: AsyncConnection) -> dict[str, list[Any]]:
    tables = ("items", "item_topics", "item_links", "notes", "supports", "item_parts", "parked_items")
    return {table: await rows(db, table) for table in tables}


@pytest.fixture(scope="module")
def file(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a database without rows."""
    folder = tmp_path_factory.mktemp("parts")
    migrated = asyncio.run(databases.migrated("sqlite", folder))
    copy = folder / "copy.db"
    shutil.copyfile(migrated.partition("///")[2], copy)
    return copy


class Enough(Exception):  # noqa: N818 -- no error: the example is over and leaves nothing
    pass


@settings(max_examples=30)
@example([("merge", 0, 1), ("withdraw", 0, 0), ("merge", 1, 2), ("restore", 0, 0), ("merge", 2, 0)], [])
@example([("merge", 0, 1), ("merge", 2, 0), ("withdraw", 0, 0), ("merge", 1, 2), ("restore", 0, 0)], [])
@given(STEPS, STEPS)
def test_undo_gives_the_earlier_state_whatever_was_done(
    file: Path, earlier: Sequence[tuple[str, int, int]], later: Sequence[tuple[str, int, int]]
):
    async def play() -> None:
        database = Database(f"sqlite:///{file}")
        try:
            async with database.transaction() as db:
                await tried(db, earlier, later)
                raise Enough
        except Enough:
            pass
        finally:
            await database.close()

    asyncio.run(play())


async def tried(
    db: AsyncConnection, earlier: Sequence[tuple[str, int, int]], later: Sequence[tuple[str, int, int]]
) -> None:
    model = Model(db)
    await model.begin()
    for step in earlier:
        await model.do(*step)
        await model.check()
    model.done.clear()
    before = await everything(db)
    board_before = await items.listing(db, model.group.id)
    # What is no merge is kept by undo; without it, everything is as it was.
    moving = [step for step in later if step[0] in ("merge", "split", "undo")]
    for step in moving:
        await model.do(*step)
        await model.check()
    while model.done:
        await model.undo()
    assert await everything(db) == before
    assert await items.listing(db, model.group.id) == board_before
    references = await model.references()
    for step in later:
        if step[0] not in ("withdraw", "restore"):
            await model.do(*step)
            await model.check()
    while model.done:
        await model.undo()
        await model.check()
    assert await model.references() == references
