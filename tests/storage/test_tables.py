# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the tables may hold: no measure of a person, moments to the microsecond, numbers given once."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Column, insert, select
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.ext.asyncio import AsyncConnection

from method.ids import EventId, RoomId
from storage import groups, questions
from storage.columns import Instant
from storage.people import Person
from storage.tables import gaps, metadata
from storage.tables import groups as groups_table

COLUMNS = [column for table in metadata.sorted_tables for column in table.columns]

#: Words that would measure people (guarantee 1).
MEASURES = re.compile(
    r"count|rank|score|points?|rate|rating|total|sum|average|mean|streak|activity|active|seen|last_(seen|active|at)"
    r"|response_time|duration|delay|late|missing|absent|presence|karma|level"
)


def name(column: Column[object]) -> str:
    return f"{column.table.name}.{column.name}"


@pytest.mark.parametrize("column", COLUMNS, ids=name)
def test_column_says_whether_it_is_about_a_person(column: Column[object]):
    assert column.info in ({"personal": True}, {"personal": False})


@pytest.mark.parametrize("column", COLUMNS, ids=name)
def test_column_measures_nobody(column: Column[object]):
    assert not MEASURES.search(column.name)


#: Edit, delete and undo need to know who wrote what; the link is cut with the words.
WRITTEN = {
    "items.author_id",
    "notes.author_id",
    "changes.person_id",
    "questions.person_id",
    "seats.author_id",
    "polls.author_id",
    "poll_options.author_id",
    # The row goes with the person.
    "reminders.person_id",
}

#: What the protocol needs: raw events, keys and payloads until they are handled.
PROTOCOL = {"room_state", "to_device", "crypto", "outbox", "inbox"}


def test_no_number_and_no_moment_stands_beside_a_person():
    """It would say when, how often or how much somebody did something."""
    beside = {
        name(other)
        for column in COLUMNS
        if column.info["personal"] and name(column) not in WRITTEN and column.table.name not in PROTOCOL
        for other in column.table.columns
        if isinstance(other.type, Instant) or (other.type.python_type is int and not _is_key(other))
    }

    assert beside == set()


def _is_key(column: Column[object]) -> bool:
    return column.primary_key or bool(column.foreign_keys)


def test_user_ids_stand_in_few_tables():
    """Ours name a person by number; the others repeat what the homeserver says."""
    found = {name(column) for column in COLUMNS if column.name in {"user_id", "sender", "display_name"}}

    assert found == {
        "people.user_id",
        "members.user_id",
        "members.display_name",
        "inbox.sender",
        "room_state.sender",
    }


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=lambda table: table.name)
def test_automatic_numbers_are_never_given_twice(table):
    automatic = "id" in table.c and table.name not in {"sync_state", "leader"}

    assert table.dialect_options["sqlite"]["autoincrement"] == automatic


def test_no_index_lets_statements_be_prepared_anew_each_time():
    # Where its condition is "column = value", SQLite looks at the value in each statement with "column = ?".
    conditions = [
        str(index.dialect_options["sqlite"]["where"])
        for table in metadata.sorted_tables
        for index in table.indexes
    ]

    assert [found for found in conditions if re.search(r"\w+ *=", found)] == []
    assert any("=" in found for found in conditions)


async def test_number_of_a_deleted_row_is_not_given_again(db: AsyncConnection, person: Person, now: datetime):
    room, event = RoomId("!room:example.org"), EventId("$event")
    first = await questions.ask(db, room, person.id, "blank", "barriere {}", event, now=now)
    await questions.answer(db, first.id)

    second = await questions.ask(db, room, person.id, "blank", "barriere {}", event, now=now)

    assert second.id > first.id


# --- moments -------------------------------------------------------------------------------------

MOMENTS = [
    pytest.param(datetime(1970, 1, 1, tzinfo=UTC), id="beginning"),
    pytest.param(datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC), id="before"),
    pytest.param(datetime(2026, 10, 25, 0, 59, 59, 999_999, tzinfo=UTC), id="last summer hour"),
    pytest.param(datetime(2026, 10, 25, 1, 0, 0, 1, tzinfo=UTC), id="first winter hour"),
    pytest.param(datetime(1, 1, 1, tzinfo=UTC), id="earliest"),
    pytest.param(datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC), id="latest"),
]


@pytest.mark.parametrize("moment", MOMENTS)
async def test_instant_comes_back_as_it_was(db: AsyncConnection, moment: datetime):
    group = await groups.add(db, "Anerkennung", now=moment)

    assert (await groups.get(db, group.id)).created_at == moment


async def test_instant_of_another_zone_comes_back_as_utc(db: AsyncConnection):
    local = datetime(2026, 3, 2, 9, 15, tzinfo=timezone(timedelta(hours=1)))
    group = await groups.add(db, "Anerkennung", now=local)

    assert group.created_at.isoformat() == "2026-03-02T08:15:00+00:00"


async def test_no_instant_comes_back_as_none(db: AsyncConnection):
    row = {"room_id": "!room:example.org", "batch": 1, "from_token": "a", "idx": 0, "attempts": 0}
    await db.execute(insert(gaps).values(row))

    assert await db.scalar(select(gaps.c.next_try_at)) is None


async def test_instants_are_compared_in_the_database(db: AsyncConnection, now: datetime):
    await groups.add(db, "Anerkennung", now=now)
    later = groups_table.c.created_at > now - timedelta(microseconds=1)
    earlier = groups_table.c.created_at < now

    assert (await db.scalars(select(groups_table.c.name).where(later))).all() == ["Anerkennung"]
    assert (await db.scalars(select(groups_table.c.name).where(earlier))).all() == []


def test_instant_needs_a_zone():
    with pytest.raises(ValueError, match="time zone"):
        Instant().process_bind_param(datetime(2026, 3, 2), DefaultDialect())  # noqa: DTZ001 -- that is the mistake
