# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Two processes never work with one database."""

import asyncio
import subprocess
import sys

import pytest

from bot.lock import AlreadyRunningError, held

OTHER_PROCESS = """
import asyncio, sys
from bot.lock import AlreadyRunningError, held

async def main():
    try:
        async with held(sys.argv[1]):
            print("held", flush=True)
            sys.stdin.read()
    except AlreadyRunningError:
        print("refused", flush=True)

asyncio.run(main())
"""


@pytest.fixture
def sqlite_url(tmp_path):
    return f"sqlite:///{tmp_path}/tafelrunde.db"


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request):
    return request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")


@pytest.fixture
def other_process(url):
    process = subprocess.Popen(
        [sys.executable, "-c", OTHER_PROCESS, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    yield process
    process.kill()
    process.communicate()


async def answer_of(process):
    return await asyncio.to_thread(process.stdout.readline)


async def test_a_second_process_is_refused(url, other_process):
    assert await answer_of(other_process) == "held\n"

    with pytest.raises(AlreadyRunningError):
        async with held(url):
            pass


async def test_a_killed_process_leaves_no_lock(url, other_process):
    assert await answer_of(other_process) == "held\n"
    other_process.kill()
    other_process.wait()

    async with asyncio.timeout(10):  # PostgreSQL notices the closed connection a moment later
        while True:
            try:
                async with held(url):
                    break
            except AlreadyRunningError:
                await asyncio.sleep(0.01)


async def test_the_lock_is_given_back_at_the_end(url):
    async with held(url):
        pass
    async with held(url):
        pass


async def test_databases_in_one_folder_have_locks_of_their_own(tmp_path):
    async with held(f"sqlite:///{tmp_path}/a.db"), held(f"sqlite:///{tmp_path}/b.db"):
        pass


async def test_a_folder_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError):
        async with held(f"sqlite:///{tmp_path}/missing/a.db"):
            pass
