# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""What an operator sees of two processes on PostgreSQL, and the mistake that would cost the keys."""

import pytest

from bot import app, clock, lock, session
from bot.checkup import Level, examine
from bot.clock import Moment
from bot.leadership import Leadership, won
from bot.matrix.homeserver import Session
from bot.stop import EXIT_CONFIGURATION, StopError
from config.settings import Settings
from method.ids import UserId
from storage import sync
from storage.database import Database

ME = "@tafelrunde:example.org"


@pytest.fixture
async def settings(databases, tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    url = await databases.migrated("postgresql", tmp_path)
    return Settings(homeserver="http://127.0.0.1:9", user=ME, data=data, password="secret", database=url)


@pytest.fixture
async def database(settings):
    opened = Database(settings.database_url)
    yield opened
    await opened.close()


async def about_processes(settings):
    found = [finding async for finding in examine(settings)]
    return [f.sentence.render("en") for f in found if "process" in f.sentence.message and f.level is Level.OK]


async def test_check_says_that_a_process_leads_and_finds_no_fault_in_it(settings):
    async with won(settings.database_url):
        assert await about_processes(settings) == [
            "A process is working with this database. Another one would wait and take over when it ends."
        ]


async def test_check_says_nothing_of_processes_when_none_runs(settings):
    assert await about_processes(settings) == []


async def test_commands_that_write_do_not_wait_for_the_process_that_leads(settings):
    async with won(settings.database_url):
        with pytest.raises(lock.AlreadyRunningError):
            async with lock.held(settings.database_url):
                pass


async def logged_in_once(database):
    async with database.transaction() as db:
        await sync.load(db, now=clock.now())
        await sync.set_device(db, "DEVICE")


def turn(*, waited):
    return Leadership(None, 1, Moment.now(), waited=waited)  # type: ignore[arg-type]  # nobody asks its session


async def test_process_that_takes_over_needs_the_login_of_the_one_before(settings, database):
    await logged_in_once(database)

    with pytest.raises(StopError) as raised:
        await app._refuse_another_folder(settings, database, turn(waited=True))

    assert raised.value.code == EXIT_CONFIGURATION
    assert "session.json" in raised.value.sentence.render("en")


async def test_process_with_the_login_takes_over(settings, database):
    await logged_in_once(database)
    session.save(settings.data, Session(UserId(ME), "DEVICE", "token"))

    await app._refuse_another_folder(settings, database, turn(waited=True))


async def test_process_takes_over_before_anybody_has_logged_in(settings, database):
    await app._refuse_another_folder(settings, database, turn(waited=True))


async def test_restored_database_gets_a_new_device(settings, database):
    """docs/operating.md: nobody else runs, and ``session.json`` is left out."""
    await logged_in_once(database)

    await app._refuse_another_folder(settings, database, turn(waited=False))
