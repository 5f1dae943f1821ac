# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""The disk is full, the file is locked, read-only or damaged, the database hangs up in the middle of COMMIT.

The bot waits without hurry, says so on its health page, goes on by itself, and loses and repeats nothing.
"""

from __future__ import annotations

import asyncio
import random
import resource
import sqlite3
import sys
import time
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.demo.people import Person
from bot.demo.process import BotProcess
from bot.demo.synapse import Account, Synapse
from storage.database import Database
from tests.faults.commit_cutter import CommitCutter
from tests.faults.conftest import Record
from tests.faults.living import FULL, READ_ONLY, Living, living, until
from tests.fixtures_database import Databases
from tests.real.conftest import PASSWORD
from tests.real.group import Group

#: More than so many transactions a second are tried by nobody who waits.
HASTE = 5.0
ANSWER = "✅ B{}"


@pytest.fixture
async def chat(sqlite: Database) -> Living:
    """Return a group's room on SQLite."""
    return await living(sqlite)


async def answers(chat: Living, count: int) -> None:
    await until(lambda: len(chat.receipts()) >= count, f"{count} receipts")


def verdict(chat: Living, count: int) -> dict[str, int]:
    """Return what was lost, said twice and said out of order; nothing else may have been said."""
    expected = [ANSWER.format(number) for number in range(1, count + 1)]
    said = chat.receipts()
    return {
        "lost": len(set(expected) - set(said)),
        "doubled": len(said) - len(set(said)),
        "disordered": sum(a != b for a, b in zip(said, sorted(said, key=expected.index), strict=True)),
    }


NOTHING = {"lost": 0, "doubled": 0, "disordered": 0}


@pytest.mark.parametrize(("fault", "name"), [(FULL, "full disk"), (READ_ONLY, "read-only file")])
async def test_database_that_cannot_be_written_is_waited_for(
    chat: Living, record: Record, fault: str, name: str, *, long: bool
) -> None:
    count = 200 if long else 20
    async with chat.alive():
        await chat.write("!barriere erste")
        await answers(chat, 1)
        assert not chat.is_red
        chat.fault, before, began = fault, chat.tries, time.monotonic()
        await chat.write(*(f"!barriere {number} {'lang ' * 300}" for number in range(1, count)))
        await until(lambda: chat.is_red, "the health page")
        # Three loops try at once, and then each waits longer and longer.
        await until(lambda: time.monotonic() - began >= 3, "three seconds")
        haste = (chat.tries - before) / (time.monotonic() - began)
        assert len(chat.receipts()) < count
        chat.fault = None
        await answers(chat, count)
        await until(lambda: not chat.is_red, "the health page to be well again")

    found = verdict(chat, count)
    record(
        name, "lost 0, doubled 0, goes on by itself", messages=count, tries_a_second=round(haste, 1), **found
    )
    assert found == NOTHING
    assert haste < HASTE


@pytest.mark.timeout(300)
async def test_file_locked_by_another_process_is_waited_for(
    chat: Living, record: Record, *, long: bool
) -> None:
    count = 100 if long else 10
    seconds = 30 if long else 3
    file = str(chat.db.url.database)
    async with chat.alive():
        holder = await asyncio.create_subprocess_exec(
            sys.executable, "-c", _HOLD, file, str(seconds), stdout=asyncio.subprocess.PIPE
        )
        assert holder.stdout is not None
        assert await holder.stdout.readline() == b"held\n"
        before, red = chat.tries, False
        await chat.write(*(f"!barriere {number}" for number in range(count)))
        while holder.returncode is None:
            red = red or chat.is_red
            await asyncio.wait([asyncio.ensure_future(holder.wait())], timeout=0.05)
        haste = (chat.tries - before) / seconds
        await answers(chat, count)

    found = verdict(chat, count)
    record(
        f"file locked for {seconds} s", "lost 0, doubled 0, goes on by itself", messages=count,
        tries_a_second=round(haste, 1), stall_ms=round(chat.slowest * 1000), **found,
    )  # fmt: skip
    assert found == NOTHING
    assert haste < HASTE
    # SQLite itself waits five seconds before anybody has to know.
    assert red is long


_HOLD = """
import sqlite3, sys, time
database = sqlite3.connect(sys.argv[1], isolation_level=None)
database.execute("BEGIN IMMEDIATE")
print("held", flush=True)
time.sleep(float(sys.argv[2]))
"""


@pytest.fixture
async def cutter(databases: Databases, tmp_path: Path, dice: random.Random) -> AsyncIterator[CommitCutter]:
    """Return what stands before a database of PostgreSQL."""
    async with CommitCutter(await databases.migrated("postgresql", tmp_path), dice) as standing:
        yield standing


@pytest.mark.timeout(1200)
async def test_postgresql_that_hangs_up_in_the_middle_of_commit_loses_and_doubles_nothing(
    cutter: CommitCutter, record: Record, *, long: bool
) -> None:
    cuts = 100 if long else 6
    db = Database(cutter.url)
    chat = await living(db)
    count = 0
    async with chat.alive():
        cutter.share = 0.3
        began = time.monotonic()
        while cutter.cuts.total() < cuts:
            count += 1
            await chat.write(f"!barriere {count}")
            await answers(chat, count)
        haste = chat.tries / (time.monotonic() - began)
        cutter.share = 0.0
        count += 1
        await chat.write("!barriere zuletzt")
        await answers(chat, count)
        await until(lambda: not chat.is_red, "the health page to be well again")
    await db.close()

    found = verdict(chat, count)
    record(
        "connection cut during COMMIT", "lost 0, doubled 0", messages=count, before=cutter.cuts["before"],
        after=cutter.cuts["after"], tries_a_second=round(haste, 1), **found,
    )  # fmt: skip
    assert found == NOTHING


# --- from outside --------------------------------------------------------------------------------


@pytest.mark.timeout(300)
async def test_running_bot_survives_a_full_disk(tmp_path: Path, record: Record) -> None:
    """The limit is the kernel's, on every file of the process, its log too."""
    async with Synapse(tmp_path / "synapse") as homeserver:
        account = await homeserver.register("bot", PASSWORD)
        somebody = Person(homeserver.url, await homeserver.register("anna", PASSWORD), name="Anna")
        async with BotProcess(homeserver.url, account, tmp_path / "bot") as bot, somebody as anna:
            group = await Group.found(bot.user_id, anna, encrypted=False)
            assert await group.taken(anna, "!barriere vorher") == "✅ B1"
            limit_files(bot.pid, 4096)
            waiting = [await group.say(anna, f"!barriere {number} {'lang ' * 300}") for number in range(5)]
            await bot.reports(lambda report: "database_not_writable" in report["reasons"])
            limit_files(bot.pid, resource.RLIM_INFINITY)

            labels = [await group.receipt(event) for event in waiting]
            await bot.reports(lambda report: report["ready"] is True)
            record("full disk, from outside", "goes on by itself", lost=0, messages=len(labels))
            assert labels == [ANSWER.format(number) for number in range(2, 7)]


def limit_files(pid: int, size: int) -> None:
    _soft, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, hard))


async def test_damaged_file_is_refused_with_the_way_out(
    sqlite: Database, tmp_path: Path, record: Record
) -> None:
    await sqlite.truncate_wal()
    content = damaged(Path(str(sqlite.url.database)))
    file = tmp_path / "data" / "tafelrunde.db"
    write(file, content)
    bot = BotProcess("http://127.0.0.1:9", Account("@bot:test", PASSWORD), file.parent)
    began = time.monotonic()
    await bot.start(ready=False)

    assert await bot.ended() == 78
    sentence = bot.log().splitlines()[-1]
    assert ("Sicherung" in sentence) or ("backup" in sentence)
    record("damaged file", "refused, names the backup", seconds=round(time.monotonic() - began, 1))
    assert read(file) == content


def damaged(file: Path) -> bytes:
    """Return a file with some thousand rows in which bytes have changed here and there."""
    with closing(sqlite3.connect(file)) as database, database:
        database.executemany(
            "INSERT INTO inbox (event_id, room_id, batch, idx, received_at, state, attempts) "
            "VALUES (?, '!r', ?, 0, 0, 'done', 0)",
            [(f"${number:064}", number) for number in range(5_000)],
        )
        database.commit()
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = bytearray(file.read_bytes())
    for page in range(10, len(content) // 4096, 7):
        content[page * 4096 : page * 4096 + 64] = bytes(64)
    return bytes(content)


def write(file: Path, content: bytes) -> None:
    file.parent.mkdir()
    file.write_bytes(content)


def read(file: Path) -> bytes:
    return file.read_bytes()
