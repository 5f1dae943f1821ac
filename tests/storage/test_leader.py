# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""One session leads; whoever led before can write no more."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.pool import NullPool

from storage import groups, leader
from storage.database import Database, NotLeadingError, is_outage
from storage.leader import Sign


@pytest.fixture
async def url(databases, tmp_path) -> str:
    address: str = await databases.migrated("postgresql", tmp_path)
    return address


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[AsyncConnection]:
    """A session of its own, as every process has one for the lock."""
    engine = create_async_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        yield connection
        await connection.invalidate()
    await engine.dispose()


@pytest.fixture
async def one(url) -> AsyncIterator[AsyncConnection]:
    async with connected(url) as connection:
        yield connection


@pytest.fixture
async def other(url) -> AsyncIterator[AsyncConnection]:
    async with connected(url) as connection:
        yield connection


@asynccontextmanager
async def database_of(url: str, epoch: int) -> AsyncIterator[Database]:
    """The database as the leader of ``epoch`` sees it."""

    async def fence(db: AsyncConnection) -> None:
        if not await leader.is_current(db, epoch):
            raise NotLeadingError

    database = Database(url)
    database.fence = fence
    yield database
    await database.close()


async def led(connection: AsyncConnection) -> int:
    assert await leader.try_lock(connection)
    return await leader.take(connection)


async def eventually(ask: Callable[[], Awaitable[object]]) -> None:
    """Ask again and again until the answer is yes."""
    async with asyncio.timeout(10):
        while True:
            if await ask():
                return
            await asyncio.sleep(0.01)


async def becomes_free(connection: AsyncConnection) -> None:
    """Take the lock as soon as PostgreSQL has noticed the end of its holder."""
    await eventually(lambda: leader.try_lock(connection))


async def test_two_cannot_hold_the_lock(one, other):
    assert await leader.try_lock(one)

    assert not await leader.try_lock(other)
    assert await leader.is_locked(other)


async def test_lock_goes_with_its_session(url, other):
    async with connected(url) as one:
        assert await leader.try_lock(one)

    await becomes_free(other)


async def test_lock_of_another_database_is_not_ours(one, postgres_url):
    async with connected(postgres_url) as elsewhere:
        assert await leader.try_lock(elsewhere)

        assert not await leader.is_locked(one)
        assert await leader.try_lock(one)


async def test_each_leader_begins_a_new_epoch(url):
    epochs = []
    for _ in range(3):
        async with connected(url) as connection:
            await becomes_free(connection)
            epochs.append(await leader.take(connection))

    assert epochs == [1, 2, 3]


async def test_beat_changes_the_sign(one):
    epoch = await led(one)
    before = await leader.last_sign(one)

    assert await leader.beat(one, epoch)

    after = await leader.last_sign(one)
    assert before is not None
    assert after is not None
    assert (after.epoch, after.beat_at > before.beat_at) == (epoch, True)


async def test_beat_of_a_stale_epoch_is_refused(one, other):
    epoch = await led(one)
    await leader.take(other)

    assert not await leader.beat(one, epoch)


async def test_beat_of_another_session_is_refused(one, other):
    """A connection that was made anew does not hold the lock, though it knows the epoch."""
    epoch = await led(one)

    assert not await leader.beat(other, epoch)


async def test_there_is_no_sign_before_the_first_leader(one):
    assert await leader.last_sign(one) is None


async def test_there_is_no_sign_in_an_empty_database(postgres_url):
    async with connected(postgres_url) as connection:
        assert await leader.last_sign(connection) is None


# --- the fence -----------------------------------------------------------------------------------


async def names(database: Database) -> list[str]:
    async with database.reading() as db:
        return list(await db.scalars(text("SELECT name FROM groups ORDER BY name")))


async def test_leader_can_write(url, one, now):
    async with database_of(url, await led(one)) as database:
        async with database.transaction() as db:
            await groups.add(db, "Anerkennung", now=now)

        assert await names(database) == ["Anerkennung"]


async def test_stale_epoch_cannot_write(url, one, other, now):
    async with database_of(url, await led(one)) as database:
        await leader.take(other)

        with pytest.raises(NotLeadingError) as raised:
            async with database.transaction() as db:
                await groups.add(db, "Anerkennung", now=now)

        assert is_outage(raised.value)
        assert await names(database) == []


async def test_stale_epoch_can_still_read(url, one, other, now):
    async with database_of(url, await led(one)) as database:
        async with database.transaction() as db:
            await groups.add(db, "Anerkennung", now=now)
        await leader.take(other)

        assert await names(database) == ["Anerkennung"]


async def test_new_epoch_waits_for_a_transaction_of_the_old_one(url, one, other, now):
    """So what the new leader reads is all that the old one has written."""
    async with database_of(url, await led(one)) as database:
        async with database.transaction() as db:
            taking = asyncio.create_task(leader.take(other))
            waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
            await eventually(lambda: one.scalar(waiting))
            await groups.add(db, "Anerkennung", now=now)
            assert not taking.done()

        assert await taking == 2
        assert await names(database) == ["Anerkennung"]


async def test_beat_does_not_wait_for_transactions(url, one):
    epoch = await led(one)
    async with database_of(url, epoch) as database, AsyncExitStack() as open_ones:
        for _ in range(3):
            await open_ones.enter_async_context(database.transaction())

        assert await asyncio.wait_for(leader.beat(one, epoch), 5)


async def test_transaction_after_a_beat_passes_the_fence(url, one):
    epoch = await led(one)
    async with database_of(url, epoch) as database, database.transaction():
        await leader.beat(one, epoch)
        async with database.transaction() as db:
            assert await leader.is_current(db, epoch)


# --- a leader that hangs -------------------------------------------------------------------------


async def test_hung_leader_is_ended(one, other):
    await led(one)
    seen = await leader.last_sign(other)
    assert seen is not None

    assert await leader.end_hung(other, seen)

    await becomes_free(other)


async def test_leader_that_has_given_another_sign_is_left_alone(one, other):
    epoch = await led(one)
    seen = await leader.last_sign(other)
    assert seen is not None
    await leader.beat(one, epoch)

    assert not await leader.end_hung(other, seen)
    assert await leader.beat(one, epoch)


async def test_holder_of_the_lock_that_does_not_lead_is_left_alone(url, one, other, now):
    """``tafelrunde migrate`` holds the lock and gives no signs."""
    async with connected(url) as before:
        await led(before)
    await becomes_free(one)
    seen = await leader.last_sign(other)
    assert seen is not None

    assert not await leader.end_hung(other, seen)
    assert not await leader.end_hung(other, Sign(seen.epoch, now))
    assert await leader.is_locked(other)


async def test_hung_transaction_does_not_keep_the_next_leader_waiting(url, one, other, now):
    async with database_of(url, await led(one)) as database:

        async def hangs() -> None:
            async with database.transaction() as db:
                await groups.add(db, "Anerkennung", now=now)
                await leader.end_transactions(other)
                assert await asyncio.wait_for(leader.take(other), 10) == 2

        with pytest.raises(DBAPIError) as raised:
            await hangs()

        assert is_outage(raised.value)
        assert await names(database) == []


async def test_sessions_that_only_read_are_not_ended(url, one, other):
    async with database_of(url, await led(one)) as database, database.reading() as db:
        await leader.last_sign(db)
        await leader.end_transactions(other)

        assert await leader.last_sign(db) is not None
