# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""A process leads until it no longer does, and sends nothing when it cannot know."""

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool
from structlog.testing import capture_logs

from bot import leadership
from bot.clock import Moment
from bot.leadership import FRESH, HUNG_AFTER, Leadership, Watch, won
from bot.matrix.homeserver import Homeserver
from storage import leader, migrations
from storage.database import NotLeadingError
from storage.leader import Sign
from storage.migrations import Schema

NOON = datetime(2026, 2, 23, 12, 0, tzinfo=UTC)


class Clocks:
    """Two clocks that go as the test says."""

    def __init__(self):
        self.steady = self.wall = 1_000.0

    def __call__(self):
        return Moment(self.steady, self.wall)


@pytest.fixture
async def url(databases, tmp_path):
    return await databases.migrated("postgresql", tmp_path)


@pytest.fixture
async def connection(url):
    engine = create_async_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    async with engine.connect() as opened:
        yield opened
        await opened.invalidate()
    await engine.dispose()


@pytest.fixture
async def clocks():
    return Clocks()


@pytest.fixture
async def turn(connection, clocks):
    assert await leader.try_lock(connection)
    return Leadership(connection, await leader.take(connection), clocks(), clock=clocks)


@pytest.fixture
async def admin(url):
    """Somebody who looks at the database from outside."""
    engine = create_async_engine(url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    async with engine.connect() as opened:
        yield opened
    await engine.dispose()


@asynccontextmanager
async def kept(turn, every=0.01):
    keeping = asyncio.create_task(turn.keep(every))
    yield keeping
    keeping.cancel()
    await asyncio.gather(keeping, return_exceptions=True)


async def end_session(admin):
    await admin.execute(text("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"))


# --- before each request -------------------------------------------------------------------------


async def test_confirm_of_a_fresh_leadership_asks_nobody(turn):
    await asyncio.wait_for(turn.confirm(), 1)  # nobody keeps it, so an answer would never come


@pytest.mark.parametrize("clock", ["steady", "wall"])
async def test_confirm_after_a_pause_waits_for_the_database(turn, clocks, clock):
    """Whichever clock noticed: a stopped process, a machine that slept, a paused virtual machine."""
    setattr(clocks, clock, getattr(clocks, clock) + FRESH + 0.1)
    waiting = asyncio.create_task(turn.confirm())
    await asyncio.sleep(0)
    assert not waiting.done()

    async with kept(turn):
        await asyncio.wait_for(waiting, 10)


async def test_confirm_does_not_wait_for_the_next_beat(turn, clocks):
    async with kept(turn, every=3600):
        await turn.confirm()
        clocks.steady += 60

        await asyncio.wait_for(turn.confirm(), 10)


async def test_confirm_does_not_mind_a_clock_that_is_set_back(turn, clocks):
    clocks.wall -= 3600

    await asyncio.wait_for(turn.confirm(), 1)


async def test_confirm_after_a_pause_in_which_another_process_took_over(turn, clocks, admin):
    clocks.steady += 60
    await leader.take(admin)

    async with kept(turn) as keeping:
        with pytest.raises(NotLeadingError):
            await asyncio.wait_for(turn.confirm(), 10)
        with pytest.raises(NotLeadingError):
            await keeping


async def test_request_of_a_process_that_no_longer_leads_is_not_sent(turn, clocks, admin):
    asked = []

    async def answer(request):
        asked.append(request.path)
        return web.json_response({"user_id": "@tafelrunde:example.org", "device_id": "DEVICE"})

    app = web.Application()
    app.router.add_get("/_matrix/client/v3/account/whoami", answer)
    async with TestServer(app) as server, kept(turn):
        homeserver = Homeserver(str(server.make_url("")), confirm=turn.confirm)
        await homeserver.whoami()
        await leader.take(admin)
        clocks.steady += 60  # after it: a beat between the two would be answered, and rightly

        with pytest.raises(NotLeadingError):
            await homeserver.whoami()
        await homeserver.close()

    assert asked == ["/_matrix/client/v3/account/whoami"]


# --- until it is lost ----------------------------------------------------------------------------


async def test_leadership_goes_on_with_its_beats(turn, admin):
    first = await leader.last_sign(admin)
    async with kept(turn) as keeping, asyncio.timeout(10):
        while True:
            if await leader.last_sign(admin) != first:
                break
            await asyncio.sleep(0.01)

        assert not keeping.done()


async def test_keep_ends_when_the_session_ended(turn, admin):
    async with kept(turn, every=3600) as keeping:
        await asyncio.wait_for(asyncio.shield(_beaten(turn)), 10)
        await end_session(admin)

        with pytest.raises(NotLeadingError):
            await asyncio.wait_for(keeping, 10)
    with pytest.raises(NotLeadingError):
        await turn.confirm()


async def _beaten(turn):
    async with turn._news:
        await turn._news.wait()


async def test_keep_ends_when_a_transaction_met_the_fence(turn, admin):
    await leader.take(admin)
    with pytest.raises(NotLeadingError):
        await turn.fence(admin)

    with pytest.raises(NotLeadingError):
        await asyncio.wait_for(turn.keep(every=3600), 10)


async def test_fence_lets_the_leader_pass(turn, admin):
    await turn.fence(admin)


# --- taking turns --------------------------------------------------------------------------------


async def test_first_process_leads_at_once_and_makes_the_tables(postgres_url):
    async with won(postgres_url) as turn:
        assert (turn.epoch, turn.waited) == (1, False)
        assert await migrations.check(postgres_url) is Schema.CURRENT


async def test_second_process_leads_when_the_first_one_ends(url):
    async def second():
        async with won(url) as other:
            return other.epoch, other.waited

    with capture_logs() as logs:
        async with won(url) as one:
            waiting = asyncio.create_task(second())
            async with asyncio.timeout(10):
                while True:
                    if "standby" in [entry["event"] for entry in logs]:
                        break
                    await asyncio.sleep(0.01)
        async with asyncio.timeout(10):
            assert await waiting == (one.epoch + 1, True)


async def test_second_process_ends_the_first_one_when_it_hangs(url, monkeypatch):
    monkeypatch.setattr(leadership, "HUNG_AFTER", 0.1)
    async with won(url) as one:  # nobody keeps it
        async with asyncio.timeout(10), won(url) as other:
            assert other.epoch == one.epoch + 1
        with pytest.raises(NotLeadingError):
            await one.keep()


async def test_unreachable_database_is_told(tmp_path):
    with pytest.raises(FileNotFoundError):
        async with won(f"postgresql+asyncpg://nobody@/none?host={tmp_path}"):
            pass


def test_a_sign_that_does_not_change_for_long_is_a_hung_leader():
    seconds = iter([0.0, 0.0, 1.0, HUNG_AFTER, HUNG_AFTER, HUNG_AFTER + 0.1])
    watch = Watch(lambda: next(seconds))

    assert [watch.is_hung(Sign(1, NOON)) for _ in range(5)] == [False, False, False, False, True]


def test_a_sign_that_changes_is_a_leader_at_work():
    seconds = iter([0.0, 0.0, 60.0, 60.0, 120.0, 120.0])
    watch = Watch(lambda: next(seconds))

    assert [watch.is_hung(Sign(epoch, NOON)) for epoch in (1, 2, 3)] == [False, False, False]


def test_sending_stops_before_a_leader_counts_as_hung():
    assert FRESH < HUNG_AFTER


@pytest.mark.parametrize(
    ("later", "seconds"),
    [
        pytest.param(Moment(5.0, 5.0), 5.0, id="both"),
        pytest.param(Moment(5.0, 1.0), 5.0, id="wall clock set back"),
        pytest.param(Moment(1.0, 5.0), 5.0, id="steady clock stood still"),
    ],
)
def test_time_passed_is_what_the_later_clock_says(later, seconds):
    assert Moment(0.0, 0.0).until(later) == seconds
