# SPDX-FileCopyrightText: 2026 Tafelrunde contributors
# SPDX-License-Identifier: EUPL-1.2
"""Stands before PostgreSQL and cuts connections when they commit: before the server got it, or after."""

from __future__ import annotations

import asyncio
import random
import shutil
import tempfile
from collections import Counter
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy.engine import make_url

SOCKET = ".s.PGSQL.5432"
_COMMIT = b"COMMIT;\0"


class CommitCutter:
    """A unix socket through which the bot speaks with PostgreSQL.

    Attributes:
        url: the database's address through this.
        share: how many of the commits are cut; 0 lets everything through.
        cuts: how many were cut before and after the server had them.
    """

    def __init__(self, url: str, dice: random.Random) -> None:
        # A short path: the socket's name must fit into 100 bytes.
        self._folder = Path(tempfile.mkdtemp(prefix="cut-"))
        parsed = make_url(url)
        self._server_socket = str(Path(str(parsed.query["host"])) / SOCKET)
        self.url = parsed.update_query_dict({"host": str(self._folder)}).render_as_string(hide_password=False)
        self.share = 0.0
        self.cuts: Counter[str] = Counter()
        self._dice = dice
        self._listening: asyncio.Server | None = None
        self._talks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        """Listen."""
        self._listening = await asyncio.start_unix_server(self._accept, self._folder / SOCKET)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Cut what is open, and go."""
        assert self._listening is not None
        self._listening.close()
        for talk in self._talks:
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)
        shutil.rmtree(self._folder)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talk = asyncio.current_task()
        assert talk is not None
        self._talks.add(talk)
        try:
            await self._talk(reader, writer)
        finally:
            self._talks.discard(talk)
            writer.transport.abort()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        answers, server = await asyncio.open_unix_connection(self._server_socket)
        answering = asyncio.create_task(_copy(answers, writer))
        try:
            while data := await reader.read(65_536):
                how = self._fate(data)
                if how == "before":
                    return
                server.write(data)
                await server.drain()
                if how == "after":
                    answering.cancel()
                    await asyncio.gather(answering, return_exceptions=True)
                    # The answer to the commit: from here on it has happened.
                    await answers.read(65_536)
                    return
        except (ConnectionError, asyncio.CancelledError):
            # Cancelled at the end only; asyncio would complain about a connection that ends so.
            return
        finally:
            answering.cancel()
            await asyncio.gather(answering, return_exceptions=True)
            server.transport.abort()

    def _fate(self, data: bytes) -> str:
        if _COMMIT not in data or self._dice.random() >= self.share:
            return ""
        how = self._dice.choice(["before", "after"])
        self.cuts[how] += 1
        return how


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while data := await reader.read(65_536):
            writer.write(data)
            await writer.drain()
    writer.transport.abort()
