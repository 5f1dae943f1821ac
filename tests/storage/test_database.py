# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Transactions: all or nothing, one after the other, whatever interrupts them."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from contextlib import AsyncExitStack, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, event, func, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, PendingRollbackError
from sqlalchemy.ext.asyncio import AsyncConnection

from method.ids import UserId
from storage import groups, inline, people
from storage.database import Database, is_outage, savepoint
from storage.tables import groups as groups_table
from storage.tables import people as people_table

NOW = datetime(2026, 3, 2, 8, 15, tzinfo=UTC)
SAMIRA = UserId("@samira:example.org")
BEN = UserId("@ben:example.org")


class InterruptionError(Exception):
    """Something that goes wrong in the middle."""


async def remembered(database: Database) -> list[str]:
    async with database.reading() as db:
        return list(await db.scalars(select(people_table.c.user_id).order_by(people_table.c.id)))


# --- transactions --------------------------------------------------------------------------------


async def test_transaction_that_ends_well_is_kept(database: Database):
    async with database.transaction() as db:
        await people.get_or_add(db, SAMIRA)

    assert await remembered(database) == [SAMIRA]


async def test_transaction_that_fails_leaves_nothing(database: Database):
    with suppress(InterruptionError):
        async with database.transaction() as db:
            await people.get_or_add(db, SAMIRA)
            raise InterruptionError

    assert await remembered(database) == []


async def test_transaction_that_sqlite_has_ended_is_not_committed(sqlite: Database):
    """A disk that fails ends the whole transaction, savepoints and all; what follows must not begin another."""

    async def write() -> None:
        async with sqlite.transaction() as db:
            await people.get_or_add(db, SAMIRA)
            with suppress(InterruptionError):
                async with savepoint(db):
                    await db.exec_driver_sql("ROLLBACK")
                    raise InterruptionError
            await people.get_or_add(db, BEN)

    with pytest.raises(OperationalError) as caught:
        await write()

    assert is_outage(caught.value)
    assert await remembered(sqlite) == []


async def test_savepoint_takes_back_only_what_came_after_it(database: Database):
    async with database.transaction() as db:
        await people.get_or_add(db, SAMIRA)
        with suppress(InterruptionError):
            async with db.begin_nested():
                await people.get_or_add(db, BEN)
                raise InterruptionError

    assert await remembered(database) == [SAMIRA]


async def test_transaction_that_begins_with_a_savepoint_is_taken_back_as_a_whole(database: Database):
    with suppress(InterruptionError):
        async with database.transaction() as db:
            async with db.begin_nested():
                await people.get_or_add(db, SAMIRA)
            raise InterruptionError

    assert await remembered(database) == []


async def test_transaction_cancelled_in_the_middle_leaves_nothing(database: Database):
    written = asyncio.Event()

    async def write() -> None:
        async with database.transaction() as db:
            await people.get_or_add(db, SAMIRA)
            written.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(write())
    await written.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert await remembered(database) == []
    async with database.transaction() as db:
        await people.get_or_add(db, BEN)
    assert await remembered(database) == [BEN]


async def test_transaction_cancelled_while_it_commits_is_kept_and_the_task_ends(database: Database):
    async def write() -> None:
        async with database.transaction() as db:
            await people.get_or_add(db, SAMIRA)

    task, loop = asyncio.create_task(write()), asyncio.get_running_loop()

    def cancel(_connection: object) -> None:
        # Twice, as an impatient operator does; the commit is on its way to the database by then.
        loop.call_soon_threadsafe(task.cancel)
        loop.call_soon_threadsafe(lambda: loop.call_soon(task.cancel))

    event.listen(database.sync_engine, "commit", cancel, once=True)
    with pytest.raises(asyncio.CancelledError):
        await task

    assert await remembered(database) == [SAMIRA]


async def test_transaction_that_cannot_commit_says_so(database: Database):
    async with database.transaction() as db:
        # Checked when the transaction ends.
        check = "DEFERRABLE INITIALLY DEFERRED"
        await db.execute(text("CREATE TABLE parent (id INTEGER PRIMARY KEY)"))
        await db.execute(text(f"CREATE TABLE child (parent_id INTEGER REFERENCES parent (id) {check})"))

    with pytest.raises(IntegrityError):
        async with database.transaction() as db:
            await db.execute(text("INSERT INTO child VALUES (1)"))

    async with database.reading() as db:
        assert await db.scalar(text("SELECT count(*) FROM child")) == 0


async def test_reading_waits_for_no_writer(database: Database):
    async with database.transaction() as db:
        await people.get_or_add(db, SAMIRA)

        assert await remembered(database) == []


async def test_many_writers_in_two_processes_wait_for_each_other(database: Database):
    """Each reads before it writes: with late locks, SQLite would refuse at once ("database is locked")."""
    other = Database(database.url.render_as_string(hide_password=False))
    async with database.transaction() as db:
        group = await groups.add(db, "0", now=NOW)

    async def count_on(here: Database) -> None:
        async with here.transaction() as db:
            row = select(groups_table.c.name).where(groups_table.c.id == group.id).with_for_update()
            name = int((await db.execute(row)).scalar_one())
            await db.execute(update(groups_table).values(name=str(name + 1)))

    await asyncio.gather(*(count_on(here) for _ in range(20) for here in (database, other)))
    await other.close()

    async with database.reading() as db:
        assert (await groups.get(db, group.id)).name == "40"


# --- SQLite --------------------------------------------------------------------------------------


async def test_every_pooled_connection_is_safe_and_forgets(sqlite: Database):
    async def pragmas(db: AsyncConnection) -> dict[str, object]:
        names = ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "busy_timeout")
        return {name: await db.scalar(text(f"PRAGMA {name}")) for name in names}

    async with AsyncExitStack() as opened:
        # As many as the pool ever gives.
        connections = [await opened.enter_async_context(sqlite.reading()) for _ in range(8)]
        found = [await pragmas(connection) for connection in connections]

    full = 2
    safe = {
        "journal_mode": "wal",
        "synchronous": full,
        "foreign_keys": 1,
        "secure_delete": 1,
        "busy_timeout": 5000,
    }
    assert found == [safe] * 8


async def test_transaction_locks_out_other_writers_before_its_first_statement(sqlite: Database):
    impatient = sqlite3.connect(str(sqlite.url.database), timeout=0, isolation_level=None)
    try:
        async with sqlite.transaction():
            with pytest.raises(sqlite3.OperationalError, match="database is locked"):
                impatient.execute("BEGIN IMMEDIATE")
        impatient.execute("BEGIN IMMEDIATE")
        impatient.execute("ROLLBACK")
    finally:
        impatient.close()


def size(database: Database) -> int:
    return Path(str(database.url.database)).stat().st_size if database.is_sqlite else 0


async def test_rewritten_file_is_smaller_and_has_the_same_rows(database: Database):
    async with database.transaction() as db:
        await people.get_or_add(db, SAMIRA)
        group = await groups.add(db, "w" * 1_000_000, now=NOW)
    async with database.transaction() as db:
        await db.execute(delete(groups_table).where(groups_table.c.id == group.id))
    await database.truncate_wal()
    before = size(database)

    await database.rewrite()

    assert await remembered(database) == [SAMIRA]
    assert not database.is_sqlite or size(database) < before - 900_000
    async with database.transaction() as db:
        await people.get_or_add(db, BEN)
    assert await remembered(database) == [SAMIRA, BEN]


async def test_foreign_keys_are_enforced(database: Database):
    with pytest.raises(IntegrityError):
        async with database.transaction() as db:
            await db.execute(people_table.insert().values(user_id=SAMIRA, group_id=404))


# --- outages -------------------------------------------------------------------------------------


async def test_full_disk_is_an_outage_that_loses_nothing_and_ends(sqlite: Database):
    async with sqlite.transaction() as db:
        await people.get_or_add(db, SAMIRA)
        pages = await db.scalar(text("PRAGMA page_count"))

    much = "x" * 100_000
    failure = await failure_of(
        sqlite,
        add_person(BEN),
        f"PRAGMA max_page_count = {pages}",
        add_person(UserId(f"@{much}:example.org")),
    )

    assert str(failure.orig) == "database or disk is full"
    assert is_outage(failure)
    assert await remembered(sqlite) == [SAMIRA]

    async with sqlite.transaction() as db:
        await db.execute(text("PRAGMA max_page_count = 1000000"))
        await people.get_or_add(db, BEN)
    assert await remembered(sqlite) == [SAMIRA, BEN]


async def test_locked_database_is_an_outage(sqlite: Database, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(inline, "BUSY_TIMEOUT_MS", 10)
    impatient = sqlite3.connect(str(sqlite.url.database), timeout=0, isolation_level=None)
    impatient.execute("BEGIN IMMEDIATE")
    try:
        failure = await failure_of(sqlite, "SELECT 1")
    finally:
        impatient.close()

    assert str(failure) == "database is locked"
    assert is_outage(failure)


async def test_read_only_database_is_an_outage(sqlite: Database):
    failure = await failure_of(sqlite, "PRAGMA query_only = ON", add_person(SAMIRA))

    assert str(failure.orig) == "attempt to write a readonly database"
    assert is_outage(failure)


#: PostgreSQL's error codes (appendix A of its manual).
OUTAGES = "08006 25006 28P01 3D000 40001 40P01 53100 53300 55P03 57P01 57P03 58030 XX001"
MISTAKES = "22P05 23505 42P01 P0001"


@pytest.mark.parametrize("state", OUTAGES.split())
async def test_postgresql_says_outage(postgres_url: str, state: str):
    assert is_outage(await failure_of(postgres_url, _raise(state)))


@pytest.mark.parametrize("state", MISTAKES.split())
async def test_postgresql_says_mistake(postgres_url: str, state: str):
    assert not is_outage(await failure_of(postgres_url, _raise(state)))


async def test_connection_lost_in_a_savepoint_that_went_on_is_an_outage(postgres_url: str):
    """Found by the two processes, at a restart of the database."""
    database = Database(postgres_url)

    async def go_on() -> None:
        async with database.transaction() as db:
            with suppress(DBAPIError):
                async with savepoint(db):
                    await db.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
            await db.execute(text("SELECT 1"))

    with pytest.raises(PendingRollbackError) as caught:
        await go_on()
    await database.close()

    assert is_outage(caught.value)


async def test_killed_connection_is_an_outage_and_the_next_one_works(postgres_url: str):
    database = Database(postgres_url)
    try:
        assert is_outage(await failure_of(database, "SELECT pg_terminate_backend(pg_backend_pid())"))

        async with database.transaction() as db:
            assert await db.scalar(text("SELECT 1")) == 1
    finally:
        await database.close()


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("postgresql+asyncpg://nobody@127.0.0.1:1/nothing", id="refused"),
        pytest.param("postgresql+asyncpg://nobody@/nothing?host=/nowhere", id="no socket"),
        pytest.param("sqlite:////nowhere/at/all.db", id="no folder"),
    ],
)
async def test_unreachable_database_is_an_outage(url: str):
    assert is_outage(await failure_of(url, "SELECT 1"))


async def test_broken_query_is_no_outage(database_url: str):
    assert not is_outage(await failure_of(database_url, "SELECT * FROM nowhere"))


async def test_broken_rule_is_no_outage(database: Database):
    assert not is_outage(await failure_of(database, add_person(SAMIRA), add_person(SAMIRA)))


def test_mistake_in_python_is_no_outage():
    assert not is_outage(LookupError("no group 7"))


async def test_database_closed_in_the_middle_of_nothing(database: Database):
    assert await remembered(database) == []
    await database.close()
    async with database.reading() as db:
        assert await db.scalar(select(func.count()).select_from(people_table)) == 0


async def failure_of(where: Database | str, *statements: str) -> Any:
    """Return the error with which a transaction fails."""
    database = Database(where) if isinstance(where, str) else where
    before = set(threading.enumerate())
    try:
        async with database.transaction() as db:
            for statement in statements:
                await db.exec_driver_sql(statement)
    except Exception as error:  # noqa: BLE001 -- the error is what the test is about
        return error
    finally:
        if database is not where:
            await database.close()
            await asyncio.to_thread(_ended, before)
    raise AssertionError(statements)


def _ended(before: set[threading.Thread]) -> None:
    # A connection that could not be opened reports its end to the loop, which must still be there.
    for thread in set(threading.enumerate()) - before:
        if "_connection_worker_thread" in thread.name:
            thread.join(timeout=10)


def add_person(user_id: UserId) -> str:
    return f"INSERT INTO people (user_id) VALUES ('{user_id}')"  # noqa: S608 -- the test's own words


def _raise(state: str) -> str:
    return f"DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '{state}'; END $$"


async def test_connection_is_not_given_back_while_a_thread_works_with_it(
    sqlite: Database, monkeypatch: pytest.MonkeyPatch
):
    """Closed at that moment, at the end of the bot, it takes the process along (SIGSEGV)."""
    begun, may_end = threading.Event(), threading.Event()

    def rewrite(_driver: sqlite3.Connection, _file: str) -> None:
        begun.set()
        may_end.wait(30)

    monkeypatch.setattr("storage.database._rewrite", rewrite)
    work = asyncio.create_task(sqlite.rewrite())
    await asyncio.to_thread(begun.wait, 30)
    work.cancel()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    was_done = work.done()
    may_end.set()
    with pytest.raises(asyncio.CancelledError):
        await work

    assert not was_done
