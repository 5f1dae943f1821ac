# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Migrations make the tables of this version, in one transaction that happens or does not."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, event, inspect, text

from storage import migrations
from storage.database import Database
from storage.migrations import Schema
from storage.tables import metadata


class PowerCutError(Exception):
    """The end, in the middle."""


@pytest.fixture
async def empty(empty_url: str) -> AsyncIterator[Database]:
    database = Database(empty_url)
    yield database
    await database.close()


async def tables(database: Database) -> list[str]:
    async with database.reading() as db:
        return await db.run_sync(lambda connection: sorted(inspect(connection).get_table_names()))


@pytest.fixture
async def climbed(empty: Database) -> Database:
    """An old database that was brought to this version's schema, step by step from the first."""
    async with empty.transaction() as db:
        await migrations.apply(db, in_steps=True)
    return empty


async def test_migrated_schema_is_the_one_of_the_tables(climbed: Database):
    def compare(connection: Connection) -> list[Any]:
        options = {"compare_type": True, "compare_server_default": True}
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))

    async with climbed.reading() as db:
        assert await db.run_sync(compare) == []


async def test_new_database_is_the_same_as_a_migrated_one_to_the_letter(
    climbed: Database, database: Database
):
    """What alembic does not compare: keys, names of constraints, automatic numbers, its own table."""
    assert await described(database) == await described(climbed)
    assert await version(database) == await version(climbed) == migrations.head()


async def version(database: Database) -> str | None:
    """Return what the database itself says is its version."""
    async with database.reading() as db:
        found: str | None = await db.scalar(text("SELECT version_num FROM alembic_version"))
        return found


async def test_upgrade_of_an_empty_database(empty_url: str):
    assert await migrations.check(empty_url) is Schema.EMPTY
    assert await migrations.current(empty_url) is None

    await migrations.upgrade(empty_url)

    assert await migrations.check(empty_url) is Schema.CURRENT
    assert await migrations.current(empty_url) == migrations.head()


async def test_upgrade_again_changes_nothing(database_url: str, database: Database):
    async with database.transaction() as db:
        await db.execute(text("INSERT INTO people (user_id) VALUES ('@samira:example.org')"))

    await migrations.upgrade(database_url)

    async with database.reading() as db:
        assert await db.scalar(text("SELECT user_id FROM people")) == "@samira:example.org"


async def test_two_upgrades_at_once_wait_for_each_other(empty_url: str):
    await asyncio.gather(*(migrations.upgrade(empty_url) for _ in range(4)))

    assert await migrations.check(empty_url) is Schema.CURRENT


async def test_newer_schema_is_recognised_and_left_alone(database_url: str, database: Database):
    async with database.transaction() as db:
        await db.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    assert await migrations.check(database_url) is Schema.NEWER
    with pytest.raises(migrations.NewerSchemaError):
        await migrations.upgrade(database_url)
    with pytest.raises(migrations.NewerSchemaError):
        await migrations.current(database_url)


@pytest.mark.parametrize("in_steps", [False, True])
async def test_upgrade_that_breaks_off_leaves_nothing(empty: Database, in_steps: bool):
    statements = await upgraded_until(empty, None, in_steps=in_steps)
    assert statements > len(metadata.tables)

    # All of them take minutes, and it is one transaction wherever it ends.
    for last in [*range(1, statements, 4), statements]:
        assert await upgraded_until(empty, last, in_steps=in_steps) == last
        assert await tables(empty) == []

    async with empty.transaction() as db:
        await migrations.apply(db, in_steps=in_steps)
    assert await tables(empty) == sorted(["alembic_version", *metadata.tables])


async def test_upgrade_killed_before_its_commit_leaves_nothing(empty: Database, empty_url: str):
    script = """
import asyncio, os, sys
from storage import migrations
from storage.database import Database

async def main() -> None:
    async with Database(sys.argv[1]).transaction() as db:
        await migrations.apply(db)
        os._exit(137)

asyncio.run(main())
"""
    killed = await asyncio.to_thread(subprocess.run, [sys.executable, "-c", script, empty_url], check=False)

    assert killed.returncode == 137
    assert await tables(empty) == []
    await migrations.upgrade(empty_url)
    assert await migrations.check(empty_url) is Schema.CURRENT


async def upgraded_until(database: Database, last: int | None, *, in_steps: bool) -> int:
    """Migrate, break off before the statement with this number (None: before the commit), count them."""
    count = 0

    def step(*_: object) -> None:
        nonlocal count
        count += 1
        if count == last:
            raise PowerCutError

    event.listen(database.sync_engine, "before_cursor_execute", step)
    try:
        async with database.transaction() as db:
            await migrations.apply(db, in_steps=in_steps)
            raise PowerCutError
    except PowerCutError:
        pass
    finally:
        event.remove(database.sync_engine, "before_cursor_execute", step)
    return count


def _index(found: Any) -> dict[str, Any]:
    # A condition is an object that equals no other.
    options = found.get("dialect_options", {})
    return {**found, "dialect_options": {name: str(value) for name, value in options.items()}}


async def described(database: Database) -> dict[str, Any]:
    """Return everything a database says about its tables."""

    def describe(connection: Connection) -> dict[str, Any]:
        found = inspect(connection)
        return {
            name: {
                "columns": {
                    c["name"]: (str(c["type"]), c["nullable"], c["default"]) for c in found.get_columns(name)
                },
                "primary key": found.get_pk_constraint(name),
                "foreign keys": sorted(found.get_foreign_keys(name), key=lambda key: str(key["name"])),
                "unique": sorted(found.get_unique_constraints(name), key=lambda key: str(key["name"])),
                "indexes": sorted(map(_index, found.get_indexes(name)), key=lambda index: str(index["name"])),
                "options": found.get_table_options(name),
            }
            for name in found.get_table_names()
        }

    async with database.reading() as db:
        description = await db.run_sync(describe)
        if database.is_sqlite:
            query = text("SELECT name FROM sqlite_master WHERE sql LIKE '%AUTOINCREMENT%' ORDER BY name")
            description["automatic"] = list(await db.scalars(query))
        return description
